"""One cell's text → a number, or the reason why not."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

from kpi.figures.cells import Refusal, half_width, is_missing, not_a_value, unguarded
from kpi.mistyped import LETTERS
from kpi.numbers import EXACT_DIGITS, significant_digits
from kpi.problems import LONGEST, Message, say
from kpi.regex import compiled
from kpi.units import Kind, Unit

_NUMBER = compiled(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:E[+-]?\d+)?", re.IGNORECASE | re.ASCII)
# Thousands do not begin with a nought: the comma of 0,123 is somebody's decimal point.
THOUSANDS = r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?"
_THOUSANDS = compiled(THOUSANDS, re.ASCII)
# Accountants write what is below zero in brackets. A sign inside would say it twice.
_IN_BRACKETS = compiled(r"\(([\d.,]+[%‰]?)\)", re.ASCII)
_GAP = compiled(r"(?<=\d) (?=\d)", re.ASCII)
_PARTED = compiled(r"\d\s+\d", re.ASCII)
_WITH_UNIT = compiled(r"([+-]?[\d,]*\.?\d+)([^\d.,\s].*)", re.ASCII)
_SIGNS = {"%": Decimal("0.01"), "‰": Decimal("0.001")}
_POINTS = {"。": ".", "·": ".", "．": ".", "｡": "."}
_AMOUNT = r"[+-]?[\d,]*\.?\d+(?:E[+-]?\d+)?[%‰]?"
# What says that a number is not the figure itself, before or behind it, or both.
_BEFORE = (
    r"(?:约|大约|约为|约计|大概|近|将近|接近|估计|预计|暂估|超|超过|逾"
    r"|不足|不到|不超过|不低于|至少|最多|[~≈<>≤≥])+"
)
_BEHIND = r"(?:左右|上下|余|多|以上|以下|以内|\(?(?:预计|预估|估计|估算|暂估|估)\)?|[+±?？])"
_GIVE_OR_TAKE = r"(?:±|\+/-)[\d.]+[%‰]?"
_ABOUT = compiled(
    rf"{_BEFORE}({_AMOUNT})\D*|({_AMOUNT})[^\d,.()]*?{_BEHIND}\D*|({_AMOUNT}){_GIVE_OR_TAKE}\D*",
    re.ASCII,
)
_VAGUE = compiled(rf"{_GIVE_OR_TAKE}|{_BEFORE}|{_BEHIND}", re.ASCII)
_RANGE = compiled(rf"{_AMOUNT}\D*?[-~–—至到]{_AMOUNT}\D*", re.ASCII)
_DAY = compiled(r"(?:19|20)\d{2}[-/年.]\d{1,2}(?!\d).*", re.ASCII)
_FOOTNOTE = frozenset("*#※†‡'′″^")
_LARGEST = 300  # powers of ten that a binary64 number holds with all its digits


def number(text: str, unit: Unit | None = None) -> Decimal | Refusal | None:
    """The decimal that a cell's text writes; None when it says that there is none.

    unit: the column's, in which the number is returned; it says what a % sign means.
    Read: 1234.5, 1,234.5, 1 234.5, １２３４, 1.2E3, 15%, (1,234.5) for what is below zero. Refused: anything else, and
    more than 15 significant digits.
    """
    written = _joined(half_width(text))
    if is_missing(written):
        return None
    amount = _negative(written)
    sign = _SIGNS.get(amount[-1:])
    digits = amount[:-1] if sign else amount
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "")
    small = _disguised(text)
    if not _NUMBER.fullmatch(digits) or small:
        return _with_mark(text.strip(), small) if small else _not_a_number(text, written, unit)
    if significant_digits(digits) > EXACT_DIGITS:
        return Refusal(
            "number-too-long",
            say("“{text}” has more than {limit} significant digits.", text=text.strip(), limit=EXACT_DIGITS),
            say("A number of at most {limit} significant digits is expected.", limit=EXACT_DIGITS),
            say("Round it in the source, where the rounding can be answered for; nothing is rounded silently here."),
        )
    value = Decimal(digits)
    if value and abs(value.adjusted()) > _LARGEST:
        return Refusal("number-out-of-range", say("“{text}” is too large or too small.", text=text.strip()))
    return value if sign is None else _of_sign(value * sign, unit, text)


def in_brackets(text: str) -> bool:
    """Whether a text is a number below zero that is written in brackets."""
    return _IN_BRACKETS.fullmatch("".join(half_width(text).split())) is not None


def has_sign(text: str) -> bool:
    """Whether a text says itself that it is a percentage."""
    return half_width(text).rstrip(")")[-1:] in _SIGNS


def _joined(whole: str) -> str:
    """A half-width text without its blanks, unless these part digits otherwise than in thousands."""
    grouped = _GAP.sub(",", whole) if "," not in whole else whole
    joined = "".join(grouped.split())
    parts_thousands = grouped != whole and _THOUSANDS.fullmatch(_negative(joined).rstrip("%‰"))
    return joined if parts_thousands or not _PARTED.search(whole) else whole


def _negative(written: str) -> str:
    inside = _IN_BRACKETS.fullmatch(written)
    return f"-{inside[1]}" if inside else written


def _disguised(text: str) -> str:
    """The first letter that becomes a digit in half-width characters and means something else, such as ① and ²."""
    return next(
        (
            letter
            for letter in text
            if letter > "\u007f"
            and not letter.isdecimal()
            and any(map(str.isdecimal, unicodedata.normalize("NFKC", letter)))
        ),
        "",
    )


def _with_mark(shown: str, small: str) -> Refusal:
    """A number beside a small or a circled digit."""
    return Refusal(
        "not-a-number",
        say("“{text}” is not a number: {letter} is no digit of it.", text=shown, letter=small),
        say("A number is expected, or an empty cell where there is none."),
        say("Write only the number. The mark of a footnote belongs into a column of remarks."),
    )


def _of_sign(share: Decimal, unit: Unit | None, text: str) -> Decimal | Refusal:
    """A number with a % sign, in the column's unit."""
    if unit is not None and unit.kind is Kind.PERCENT:
        return share * 100 if unit.factor == Fraction(1, 100) else share * 1000
    if unit is None or (unit.kind in (Kind.NUMBER, Kind.RATIO) and unit.factor == 1):
        return share
    return Refusal(
        "percent-misfit",
        say("“{text}” is a percentage, but the column is in {unit}.", text=text.strip(), unit=unit.text),
        say("A number in {unit} is expected.", unit=unit.text),
        say("Remove the percent sign, or take the percent format off the cell."),
    )


def _not_a_number(text: str, written: str, unit: Unit | None) -> Refusal:
    shown = unguarded(text.strip())
    if len(shown) > LONGEST:
        return Refusal("not-a-number", say("“{text}” is not a number.", text=shown))
    return not_a_value(shown) or _inexact(shown, written, unit) or _mistyped(shown, written) or _other(shown, written)


def inexact(text: str) -> bool:
    """Whether a text says that a number is only about right, or a range."""
    written = "".join(half_width(text).split())
    return _inexact(text, written, None) is not None


def _inexact(shown: str, written: str, unit: Unit | None) -> Refusal | None:
    """A figure that is only about right: it must not decide anything silently."""
    about = _ABOUT.fullmatch(written)
    if about is not None:
        amount = next(group for group in about.groups() if group)
        return Refusal(
            "not-a-number",
            say("“{text}” does not say exactly how much it is.", text=shown),
            say("The exact number is expected."),
            _exactly(amount, written, unit),
        )
    if _RANGE.fullmatch(written) and not _DAY.fullmatch(written):
        message = say("“{text}” is a range, not one number.", text=shown)
        return Refusal("not-a-number", message, say("The exact number is expected."))
    return None


def _exactly(amount: str, written: str, unit: Unit | None) -> Message:
    """What to write instead. The digits alone are the number only where no other scale or unit stands beside them."""
    beside = _VAGUE.sub("", written.replace(amount, "", 1))
    if beside and (unit is None or beside != unit.text):
        return say("Ask for it, or write it as a plain number in the unit of the column if that is to be judged by.")
    return say("Ask for it, or write {amount} if that is the number to be judged by.", amount=amount.replace(",", ""))


def _mistyped(shown: str, written: str) -> Refusal | None:
    """A number with something in it that only looks like a part of a number."""
    if shown in ("一", "_", "ㄧ"):
        message = say("“{text}” could be a dash, where there is no number, or the number 1.", text=shown)
        return Refusal("not-a-number", message, hint=say("Clear the cell, or write 1."))
    confused = {**LETTERS, **_POINTS}
    repaired = "".join(confused.get(letter, letter) for letter in written).replace(",", "")
    at = next((place for place, letter in enumerate(shown) if letter in confused), None)
    if at is None or not _NUMBER.fullmatch(repaired):
        return None
    if shown[at] not in _POINTS:
        return with_letter(shown, at, repaired)
    message = say(
        "“{text}” is not a number (character {position} is {letter}, not a point).",
        text=shown,
        position=at + 1,
        letter=shown[at],
    )
    return Refusal("not-a-number", message, _such_as(repaired), span=(at, at + 1))


def with_letter(shown: str, at: int, repaired: str) -> Refusal:
    """A number in which a letter stands for a digit. repaired: what it should be."""
    message = say(
        "“{text}” is not a number (character {position} is the letter {letter}).",
        text=shown,
        position=at + 1,
        letter=shown[at],
    )
    return Refusal("not-a-number", message, _such_as(repaired), span=(at, at + 1))


def _such_as(repaired: str) -> Message:
    return say("A number such as {example} is expected.", example=repaired)


def _other(shown: str, written: str) -> Refusal:
    return Refusal(
        "not-a-number",
        say("“{text}” is not a number.", text=shown),
        say("A number is expected, or an empty cell where there is none."),
        _what_to_do(written),
    )


def _what_to_do(written: str) -> Message | None:
    if _PARTED.search(written):
        return say("Blanks may part thousands only (1 234 567); write one number into one cell.")
    if re.fullmatch(r"[+-]?[\d.,]+[%‰]?", written, re.ASCII):
        return say("Write the decimals behind a point; commas may part thousands only (1,234,567.8).")
    if _DAY.fullmatch(written):
        return say("If the cell has the format of a date by mistake, give it the format of a number in the source.")
    if written[:1] in "¥$€£":
        return say("Write only the number, without {sign}.", sign=written[0])
    inside = _WITH_UNIT.fullmatch(written)
    if inside is None:
        return None
    if _FOOTNOTE.issuperset(inside[2]):
        return say("Write only the number, without {sign}.", sign=inside[2])
    if inside[2] == "-":
        return say("Write the minus sign before the number.")
    if not inside[2][0].isalpha():
        return None
    return say("Write only the number, and the unit {unit} into the header, in brackets.", unit=inside[2])
