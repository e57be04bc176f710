"""Single cells, and whole columns against single cells."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpi.definitions.figure_model import FigureType
from kpi.figures import cells, clean, days, numerals
from kpi.figures.cells import Refusal
from kpi.figures.days import Day
from kpi.numbers import from_float, significant_digits
from kpi.units import NUMBER, PERCENT, Unit, Units

MONEY = Units().parse("万元")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1，234，567", "1234567"),
        ("１２３４．５", "1234.5"),
        (" 12 \u00a0", "12"),
        ("-0.70", "-0.70"),
        ("−3", "-3"),
        ("+5", "5"),
        (".5", "0.5"),
        ("1.2E3", "1200"),
        ("0", "0"),
        ("123456789012345000", "123456789012345000"),
        ("1 234 567.8", "1234567.8"),
        ("1\u00a0234", "1234"),
        ("- 3", "-3"),
        ("(123.4)", "-123.4"),
        ("（１，２３４．５）", "-1234.5"),
    ],
)
def test_numbers_are_the_decimals_written(text: str, value: str) -> None:
    assert numerals.number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "—", "－", "-", "/", "／", "无", "未统计", "N/A", "n/a", "NaN", "null", "——", "未上报", "不适用", "……"],
)
def test_marks_for_missing_are_not_zero(text: str) -> None:
    assert numerals.number(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,2O0", "not-a-number"),
        ("12,34", "not-a-number"),
        ("0,123", "not-a-number"),
        ("0,123.5", "not-a-number"),
        ("00,123", "not-a-number"),
        ("-0,123", "not-a-number"),
        ("0 123", "not-a-number"),
        ("约900", "not-a-number"),
        ("1 2 3亩", "not-a-number"),
        ("inf", "not-a-number"),
        ("1_000", "not-a-number"),
        ("0.1234567890123456", "number-too-long"),
        ("1e400", "number-out-of-range"),
        ("#DIV/0!", "cell-error-value"),
        ("=A1/B1", "formula-not-calculated"),
        ("15%", "percent-misfit"),
        ("1 234,5", "not-a-number"),
        ("1.234,5", "not-a-number"),
        ("1,2345", "not-a-number"),
        ("12 34", "not-a-number"),
        ("1\n234", "not-a-number"),
        ("(-3)", "not-a-number"),
        ("①", "not-a-number"),
        ("⑴", "not-a-number"),
        ("10²", "not-a-number"),
        ("¥900", "not-a-number"),
        ("一", "not-a-number"),
        ("########", "cell-error-value"),
        ("Err:502", "cell-error-value"),
    ],
)
def test_anything_else_is_refused(text: str, code: str) -> None:
    refusal = numerals.number(text, MONEY)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


def test_a_letter_that_looks_like_a_digit_is_pointed_at() -> None:
    refusal = numerals.number("1,2O0")
    assert isinstance(refusal, Refusal)
    assert str(refusal.message) == "“1,2O0” is not a number (character 4 is the letter O)."
    assert str(refusal.expected) == "A number such as 1200 is expected."
    assert refusal.span == (3, 4)


@pytest.mark.parametrize(
    "text", ["约1200", "近1,200", "1200左右", "约1200万元", "≈1200", "1200余", "＞1200", "1200+", "1200±5"]
)
def test_a_figure_that_is_only_about_right_decides_nothing(text: str) -> None:
    refusal = numerals.number(text, MONEY)
    assert isinstance(refusal, Refusal)
    assert str(refusal.message) == f"“{text}” does not say exactly how much it is."
    assert str(refusal.hint) == "Ask for it, or write 1200 if that is the number to be judged by."


@pytest.mark.parametrize("text", ["约1200元", "约1200万", "1200多元", "1.2亿元左右", "约1200亩"])
def test_digits_in_another_unit_are_not_said_to_be_the_number(text: str) -> None:
    """Who follows the advice must not be ten thousand times off."""
    refusal = numerals.number(text, MONEY)
    assert isinstance(refusal, Refusal)
    hint = "Ask for it, or write it as a plain number in the unit of the column if that is to be judged by."
    assert str(refusal.hint) == hint


def test_what_to_do_about_a_text_that_is_no_number() -> None:
    def hint(text: str) -> str:
        refusal = numerals.number(text)
        assert isinstance(refusal, Refusal)
        return str(refusal.hint or refusal.expected)

    assert hint("900万元") == "Write only the number, and the unit 万元 into the header, in brackets."
    assert hint("12,34") == "Write the decimals behind a point; commas may part thousands only (1,234,567.8)."
    assert hint("12 34") == "Blanks may part thousands only (1 234 567); write one number into one cell."
    assert hint("12。5") == "A number such as 12.5 is expected."
    assert hint("1000-1200") == "The exact number is expected."
    assert hint("一") == "Clear the cell, or write 1."
    assert "format of a date" in hint("2023-08-03")
    assert hint("¥900") == "Write only the number, without ¥."


def test_a_percent_sign_means_what_it_shows() -> None:
    assert numerals.number("15%", PERCENT) == Decimal("15")
    assert numerals.number("15％", NUMBER) == Decimal("0.15")
    assert numerals.number("15", PERCENT) == Decimal("15")
    assert numerals.number("15‰", PERCENT) == Decimal("1.5")


@pytest.mark.parametrize(
    "text",
    [
        "2023-08-03",
        "2023/8/3",
        "2023.8.3",
        "2023年8月3日",
        "20230803",
        "２０２３年８月３号",
        "2023-08-03 00:00:00",
        "2023-8-3T10:20",
        "2023年8月3日 10:20",
        "2023年8月3日10时20分",
        "2023年8月3日星期四",
        "2023/8/3 上午10:20",
        "3-Aug-2023",
        "Aug 3, 2023",
        "3 August 2023",
        "二〇二三年八月三日",
        "２０２３／８／３",
    ],
)
def test_dates_in_the_common_ways(text: str) -> None:
    assert days.day(text) == Day(date(2023, 8, 3))


def test_dates_without_a_day_and_serial_numbers_say_so() -> None:
    assert days.day("2023年8月") == days.day("202308") == days.day("2023-08") == Day(date(2023, 8, 1), "month")
    assert days.day("45141") == Day(date(2023, 8, 3), "serial")


@pytest.mark.parametrize(
    "text", ["2023-02-30", "2023", "昨天", "#N/A", "3.8.2023", "1899-12-30", "23年8月3日", "3 Xyz 2023"]
)
def test_no_date(text: str) -> None:
    assert isinstance(days.day(text), Refusal)


def test_serial_numbers_count_from_the_day_of_their_workbook() -> None:
    assert days.day("43679", days.FROM_1904) == Day(date(2023, 8, 3), "serial")


@pytest.mark.parametrize("text", ["23-8-3", "3/8/2023", "8/3/23", "03-Aug-23", "23年8月3日"])
def test_dates_that_leave_the_order_open_are_refused(text: str) -> None:
    refusal = days.day(text)
    assert isinstance(refusal, Refusal)
    assert str(refusal.hint) == "Write the year first, with four digits."


def test_what_to_do_about_a_text_that_is_no_date() -> None:
    def hint(text: str) -> str:
        refusal = days.day(text)
        assert isinstance(refusal, Refusal)
        return str(refusal.hint)

    assert hint("2023") == "Write the month and the day as well."
    assert "time zone" in hint("2023-08-02T16:00:00.000Z")
    assert "empty cell" in hint("1899-12-30")


def test_chinese_numerals_up_to_the_end_of_a_month() -> None:
    assert days.day("二〇二三年十二月三十一日") == Day(date(2023, 12, 31))
    assert days.day("二零二三年十一月二十号") == Day(date(2023, 11, 20))
    assert days.day("二〇二三年十月") == Day(date(2023, 10, 1), "month")
    assert isinstance(days.day("二〇二三年十三月一日"), Refusal)


def test_yes_and_no() -> None:
    assert all(cells.truth(text) is True for text in ("是", "有", "√", "1", "TRUE", "Y", "1.0"))
    assert all(cells.truth(text) is False for text in ("否", "无", "×", "0", "false", "N"))
    assert cells.truth("—") is None
    assert isinstance(cells.truth("也许"), Refusal)


def column(texts: list[str | None], unit: Unit = MONEY) -> clean.Cleaned:
    raw = {"税收": polars.Series(texts, dtype=polars.String)}
    return clean.columns(raw, {"税收": (FigureType.NUMBER, unit)})["税收"]


def test_a_column_refuses_thousands_that_begin_with_a_nought() -> None:
    cleaned = column(["0,123", "1,234", "0,123.5"])
    assert [(fault.row, fault.refusal.code) for fault in cleaned.faults] == [(0, "not-a-number"), (2, "not-a-number")]
    assert cleaned.values.to_list() == [None, 1234, None]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_a_column_gives_back_the_decimals_written(value: Decimal) -> None:
    if significant_digits(str(value)) > 15:
        return
    cleaned = column([str(value)])
    assert not cleaned.faults
    assert from_float(cleaned.values[0]) == Fraction(value)


@pytest.mark.parametrize("unit", [MONEY, PERCENT, NUMBER])
@given(texts=st.lists(st.text(alphabet="0123456789.,-+eE%一O ０，（)\u3000\u00a0①infa_", max_size=9), max_size=6))
@example(
    texts=[
        "1e-310",
        "0.0",
        "-0",
        "00",
        "1.",
        "+1",
        "nan",
        "inf",
        "1_0",
        "1e5",
        "123456789012345678",
        "1,000",
        "0,000",
        "１，０００％",
    ]
)
def test_the_fast_way_takes_only_what_the_careful_way_takes(texts: list[str], unit: Unit) -> None:
    cleaned = column(list(texts), unit)
    refused = {fault.row for fault in cleaned.faults}
    for row, text in enumerate(texts):
        careful = numerals.number(text, unit)
        assert (row in refused) == isinstance(careful, Refusal)
        found = cleaned.values[row]
        assert found == (float(careful) if isinstance(careful, Decimal) else None)


def test_binary_numbers_are_taken_at_15_digits_and_counted() -> None:
    series = {"税收": polars.Series([0.1 + 0.2, 0.3, 1e-7, float("nan"), None, 123456.789012345])}
    cleaned = clean.columns(series, {"税收": (FigureType.NUMBER, MONEY)})["税收"]
    assert cleaned.values.to_list() == [0.3, 0.3, 1e-7, None, None, 123456.789012345]
    assert cleaned.changed == 1


def test_exact_types_are_never_rounded() -> None:
    kinds = {"税收": (FigureType.NUMBER, MONEY)}
    whole = clean.columns({"税收": polars.Series([5, None, 1234567890123456789])}, kinds)["税收"]
    assert whole.values.to_list() == [5.0, None, None]
    assert [fault.refusal.code for fault in whole.faults] == ["number-too-long"]
    decimal = clean.columns({"税收": polars.Series([Decimal("12.50")])}, kinds)["税收"]
    assert decimal.values.to_list() == [12.5]


def test_texts_keep_what_is_said_and_lose_the_marks() -> None:
    cleaned = clean.texts(polars.Series([" C13 ", "—", "/", "无", "", None, "#N/A"]))
    assert cleaned.values.to_list() == ["C13", None, None, "无", None, None, None]
    assert [fault.row for fault in cleaned.faults] == [6]


def test_a_month_that_a_spreadsheet_may_have_cut() -> None:
    """2023.10 is kept as 2023.1; it was read as January."""
    found = days.day("2023.1")
    assert isinstance(found, Refusal) and "2023-10" in str(found.hint)
    for written, month in (("2023.01", 1), ("2023.10", 10), ("2023.2", 2), ("2023-1", 1), ("2023年1月", 1)):
        assert days.day(written) == days.Day(date(2023, month, 1), "month")
