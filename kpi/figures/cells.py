"""One cell's text → a value, or the reason why not: the careful, slow half of cleaning (clean.py does columns)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from kpi.frozen import frozen
from kpi.numbers import EXACT_DIGITS, significant_digits
from kpi.problems import Message, say
from kpi.units import Kind, Unit

# What offices write where there is no number. An empty cell is missing, and missing is never zero.
MISSING = frozenset(
    (
        "",
        "-",
        "--",
        "---",
        "—",
        "——",
        "–",
        "―",
        "/",
        "//",
        "\\",
        "无",
        "暂无",
        "空",
        "未统计",
        "未填",
        "未填报",
        "未提供",
        "缺",
        "缺失",
    )
) | frozenset(("n/a", "na", "nan", "null", "none", "nil", "<na>"))
# In a text column 无 may be the answer, so only the marks are missing there.
MISSING_TEXT = frozenset(("", "-", "--", "---", "—", "——", "–", "－", "／", "―", "/", "//", "\\", "N/A", "n/a"))
ERROR_VALUES = frozenset(
    (
        "#DIV/0!",
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
        "#ERROR!",
    )
)
TRUE = frozenset(("是", "有", "√", "✓", "✔", "1", "1.0", "true", "y", "yes", "t", "对", "已"))
FALSE = frozenset(("否", "无", "没有", "×", "✗", "✘", "x", "0", "0.0", "false", "n", "no", "f", "错", "未", "不是"))

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:E[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_WITH_UNIT = re.compile(r"([+-]?[\d,]*\.?\d+)([^\d.,].*)")
_SIGNS = {"%": Decimal("0.01"), "‰": Decimal("0.001")}
_CONFUSED = {"O": "0", "o": "0", "〇": "0", "l": "1", "I": "1"}
_MINUS = str.maketrans({"−": "-", "﹣": "-", "‐": "-", "\u200b": None, "\ufeff": None})
_LARGEST = 300  # powers of ten that a binary64 number holds with all its digits
_DATES = (
    re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0)?"),
)
_MONTHS = (
    re.compile(r"(\d{4})[-/.](\d{1,2})"),
    re.compile(r"(\d{4})年(\d{1,2})月份?"),
    re.compile(r"(\d{4})(\d{2})(?:\.0)?"),
)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_SERIAL_ORIGIN = date(1899, 12, 30)
_SERIAL_FIRST = 15000  # 1941: a smaller number is hardly a day that somebody meant


@frozen
class Refusal:
    """Why a text is no value of its column: the parts of a Problem that do not depend on the place."""

    code: str
    message: Message
    expected: Message | None = None
    hint: Message | None = None
    span: tuple[int, int] | None = None


@frozen
class Day:
    """A date, and how it was written: day, month (its first is taken), or a spreadsheet's serial number."""

    value: date
    written: str = "day"


def plain(text: str) -> str:
    """A cell's text in half-width characters, without blanks around it and inside."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_MINUS).split())


def number(text: str, unit: Unit | None = None) -> Decimal | Refusal | None:
    """The decimal that a cell's text writes; None when it says that there is none.

    unit: the column's, in which the number is returned; it says what a % sign means.
    Read: 1234.5, 1,234.5, １２３４, 1.2E3, 15%. Refused: anything else, and more than 15 significant digits.
    """
    written = plain(text)
    if written.lower() in MISSING:
        return None
    sign = _SIGNS.get(written[-1:])
    digits = written[:-1] if sign else written
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "")
    if not _NUMBER.fullmatch(digits):
        return _not_a_number(text, written)
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


def _not_a_number(text: str, written: str) -> Refusal:
    shown = text.strip()
    broken = not_a_value(shown)
    if broken is not None:
        return broken
    repaired = "".join(_CONFUSED.get(letter, letter) for letter in written).replace(",", "")
    if _NUMBER.fullmatch(repaired):
        at = next((place for place, letter in enumerate(shown) if letter in _CONFUSED), None)
        expected = say("A number such as {example} is expected.", example=repaired)
        if at is None:
            return Refusal("not-a-number", say("“{text}” is not a number.", text=shown), expected)
        message = say(
            "“{text}” is not a number (character {position} is the letter {letter}).",
            text=shown,
            position=at + 1,
            letter=shown[at],
        )
        return Refusal("not-a-number", message, expected, span=(at, at + 1))
    inside = _WITH_UNIT.fullmatch(written)
    return Refusal(
        "not-a-number",
        say("“{text}” is not a number.", text=shown),
        say("A number is expected, or an empty cell where there is none."),
        say("Write only the number, and the unit {unit} into the header, in brackets.", unit=inside[2])
        if inside
        else None,
    )


def not_a_value(text: str) -> Refusal | None:
    """What is wrong with a text that stands for a spreadsheet's failure; None when it is an ordinary text."""
    if text.upper() in ERROR_VALUES:
        return Refusal(
            "cell-error-value",
            say("The cell holds the error value {text}.", text=text),
            hint=say("Correct the formula, or clear the cell if there is no value."),
        )
    if text.startswith("=") and len(text) > 1 and not text.startswith('="'):
        return Refusal(
            "formula-not-calculated",
            say("The formula {text} has never been calculated, so the cell has no value.", text=text),
            hint=say("Open the file in a spreadsheet program, save it, and read it again."),
        )
    return None


def truth(text: str) -> bool | Refusal | None:
    """是/否, 有/无, √/×, 1/0, true/false, Y/N; None when nothing is said."""
    written = plain(text).lower()
    if written in TRUE:
        return True
    if written in FALSE:
        return False
    if written in MISSING:
        return None
    return not_a_value(text.strip()) or Refusal(
        "not-yes-or-no",
        say("“{text}” is neither yes nor no.", text=text.strip()),
        say("是 or 否 is expected (also 有/无, √/×, 1/0, true/false, Y/N)."),
    )


def day(text: str) -> Day | Refusal | None:
    """A date as people write it; None when there is none.

    Read: 2023-08-03, 2023/8/3, 2023.8.3, 2023年8月3日, 20230803, with or without a time of day; 2023年8月, 2023-08 and
    202308 (taken as the first of the month); a spreadsheet's serial number.
    """
    written = " ".join(unicodedata.normalize("NFKC", text).split())
    if written.lower() in MISSING:
        return None
    for pattern in _DATES:
        if match := pattern.fullmatch(written):
            return _day(text, "day", *map(int, match.groups()))
    for pattern in _MONTHS:
        if match := pattern.fullmatch(written):
            return _day(text, "month", int(match[1]), int(match[2]), 1)
    if (match := _SERIAL.fullmatch(written)) and int(match[1]) >= _SERIAL_FIRST:
        return Day(_SERIAL_ORIGIN + timedelta(days=int(match[1])), "serial")
    return not_a_value(text.strip()) or _no_date(text)


def _day(text: str, written: str, year: int, month: int, number_of_day: int) -> Day | Refusal:
    try:
        return Day(date(year, month, number_of_day), written)
    except ValueError:
        return _no_date(text)


def _no_date(text: str) -> Refusal:
    return Refusal(
        "not-a-date",
        say("“{text}” is not a date.", text=text.strip()),
        say("A date such as 2023-08-03 or 2023年8月3日 is expected."),
    )
