"""Numbers with their units, dates and quoted texts in a formula."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from kpi.formula.errors import wrong
from kpi.formula.tokens import Source, Token, name_at, skip, word_end
from kpi.problems import say
from kpi.regex import compiled
from kpi.units import Unit

MOST_DIGITS = 40
QUOTES = {"'": "'", '"': '"', "“": "”", "”": "”", "‘": "’", "’": "’", "＇": "＇", "＂": "＂"}

DATE = compiled(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?![\d.])|(\d{4})年(\d{1,2})月(\d{1,2})日", re.ASCII)
MONTH = compiled(r"\d{4}年\d{1,2}月", re.ASCII)
THOUSANDS = compiled(r"[1-9]\d{0,2}(?:,\d{3})+(?!\d)", re.ASCII)
NUMBER = compiled(r"\d+(?:\.\d+)?", re.ASCII)
EXPONENT = compiled(r"[eE][+-]?\d", re.ASCII)


def read_date(source: Source, place: int) -> Token | None:
    """The date that begins here, None when none does."""
    match = DATE.match(source.folded, place)
    if match is None:
        if month := MONTH.match(source.folded, place):
            raise wrong(
                source.text,
                month.span(),
                "formula-date",
                say("“{date}” is not a whole date: the day is missing.", date=month.group()),
                expected=say("A date such as 2021-01-01 or 2021年1月1日."),
            )
        return None
    year, month_number, day = (int(part) for part in match.groups() if part and part not in "-/")
    try:
        value = date(year, month_number, day)
    except ValueError:
        raise wrong(
            source.text,
            match.span(),
            "formula-date",
            say("There is no date “{date}”.", date=match.group()),
            expected=say("A date such as 2021-01-01 or 2021年1月1日."),
            hint=say("If you mean a calculation, put spaces around its signs."),
        ) from None
    return Token("date", match.group(), place, match.end(), value)


def read_number(source: Source, place: int) -> Token:
    """The number that begins with the digit here, with the longest unit after it."""
    folded = source.folded
    match = NUMBER.match(folded, place)
    assert match is not None  # the caller saw a digit
    _check_number(source, place, match.end())
    value = Fraction(match.group())
    start = skip(source, match.end())
    unit, end = _unit(source, start)
    end = end if end > start else match.end()
    return Token("number", source.text[place:end], place, end, (value, unit))


def _check_number(source: Source, place: int, end: int) -> None:
    text, folded = source.text, source.folded
    following = folded[end : end + 1]
    if thousands := THOUSANDS.match(folded, place):
        raise wrong(
            text,
            thousands.span(),
            "formula-number",
            say("“{number}” could be one number or several values.", number=thousands.group()),
            expected=say("Numbers without thousands separators."),
            hint=say(
                "Write {number}, or put a space after the comma between two values.",
                number=thousands.group().replace(",", ""),
            ),
        )
    if exponent := EXPONENT.match(folded, end):
        raise wrong(
            text,
            (place, exponent.end()),
            "formula-number",
            say("Scientific notation is not taken: “{number}”.", number=folded[place : exponent.end()]),
            expected=say("A number in plain digits."),
            hint=say("Write all digits, or use a unit such as 亿元."),
        )
    if following == ".":
        raise wrong(
            text,
            (place, end + 1),
            "formula-number",
            say("“{number}” is not a number.", number=folded[place : end + 1]),
            expected=say("Digits with at most one point, and digits on both sides of it."),
        )
    if sum(character != "." for character in folded[place:end]) > MOST_DIGITS:
        raise wrong(
            text,
            (place, end),
            "formula-limit",
            say("The number has more than {most} digits.", most=MOST_DIGITS),
            expected=say("At most {most} digits.", most=MOST_DIGITS),
            hint=say("Use a larger unit, or drop digits that mean nothing."),
        )


def _unit(source: Source, start: int) -> tuple[Unit | None, int]:
    """The longest unit at this place and where it ends; (None, start) when there is none."""

    def longest_word(place: int) -> int:
        # A unit joins only as a whole word: with or without the name 亩均产值, 20万元/亩均产值 is a quotient.
        return max(len(name_at(source, place)), word_end(source.text, place) - place)

    # A unit may follow "/", never "÷": 20万元÷人 divides by a figure 人.
    units_text = source.text.replace("÷", "|")
    # 倍 says that a number is a multiple; it is a number all the same.
    if source.text[start : start + 1] == "倍":
        return None, start + 1
    return source.scope.units.longest_at(units_text, start, longest_word) or (None, start)


def read_text(source: Source, place: int) -> Token:
    """The text whose opening quotation mark stands here."""
    text = source.text
    close = text.find(QUOTES[text[place]], place + 1)
    if close < 0:
        raise wrong(
            text,
            (place, len(text)),
            "formula-quote",
            say("The quotation mark {mark} is not closed.", mark=text[place]),
            expected=say("A closing {mark}.", mark=QUOTES[text[place]]),
        )
    return Token("text", text[place : close + 1], place, close + 1, text[place + 1 : close])
