"""Number formats that show another number than is stored: what they make of it, and when that is asked. 示例数据."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from kpi.figures.mapping import ColumnMapping
from kpi.figures.mapping import read as read_mapping
from kpi.figures.shown import otherwise, sections
from kpi.problems import Problem
from tests.figures.conftest import DEFINITIONS, Reading, exact


@pytest.mark.parametrize(
    ("code", "scale", "text"),
    [
        ('0\\.0,"万元"', 10_000, "万元"),
        ('0!.0,"万"', 10_000, "万"),
        ('0"."0000', 10_000, ""),
        ("#,##0,", 1000, ""),
        ("#,##0.00,,", 1_000_000, ""),
        ('#,##0.0,"千元"', 1000, "千元"),
        ("0万元", 1, "万元"),
        ("[$万元-804]0.00", 1, "万元"),
        ('General"元"', 1, "元"),
        ('0"㎡"', 1, "㎡"),
        ("0㎡", 1, "㎡"),
        ("#,##0.00", 1, ""),
        ("General", 1, ""),
    ],
)
def test_what_a_format_makes_of_a_number(code: str, scale: int, text: str) -> None:
    (shows,) = sections(code)
    assert (shows.scale, shows.text) == (Fraction(scale), text)
    assert otherwise(code) == (scale != 1 or bool(text))


@pytest.mark.parametrize(
    "code",
    [
        "0.0%",
        "@",
        ";;;",  # unseen.py says this
        'yyyy"年"m"月"d"日"',
        '_ ¥* #,##0.00_ ;_ ¥* \\-#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ',
        "#,##0.00_ ;[Red]\\-#,##0.00\\ ",
        "0.00_);(0.00)",
        "000000",
    ],
)
def test_formats_that_show_the_number_itself(code: str) -> None:
    assert not otherwise(code)


def test_each_section_counts() -> None:
    assert [shows.scale for shows in sections('[>=10000]0\\.0,"万";0')] == [10_000, 1]


def book(header: str, code: str, *numbers: float) -> bytes:
    made, stream = openpyxl.Workbook(), io.BytesIO()
    made.active.append(["企业名称", header])
    for at, number in enumerate(numbers):
        made.active.append([f"示例{at}", number])
        made.active.cell(at + 2, 2).number_format = code
    made.save(stream)
    return stream.getvalue()


def asked(reading: Reading, header: str, code: str, *numbers: float) -> Problem:
    return reading.problem("-", stdin=book(header, code, *numbers))


def test_a_unit_in_the_format_that_is_not_the_headers(reading: Reading) -> None:
    found = asked(reading, "税收（万元）", '#,##0"元"', 9_000_000, 8_000_000)
    assert (found.code, found.place.cell) == ("format-shows-otherwise", "B2")
    assert "2 cells" in str(found.message)
    assert "万元" in str(found.message)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("用地面积（亩）", '0"㎡"'),
        ("用地面积（亩）", "0㎡"),
        ("税收（万元）", '0"亿"'),
        ("税收（亿元）", '0"万"'),
        ("税收（万元）", '0"千"'),
        ("用电量（万千瓦时）", '0"亿"'),
    ],
)
def test_a_unit_in_one_sign_or_a_number_alone(reading: Reading, header: str, code: str) -> None:
    assert asked(reading, header, code, 9).code == "format-shows-otherwise"


@pytest.mark.parametrize("code", ["[<=1]0%;0", "0.0%;0.0", "0.0;[Red]-0.0%"])
def test_a_percentage_for_some_numbers_only(reading: Reading, code: str) -> None:
    """12.3 was read as 1230 %, although it is shown as 12."""
    found = asked(reading, "研发占比", code, 0.5, 12.3)
    assert (found.code, found.place.cell) == ("format-shows-otherwise", "B2")


@pytest.mark.parametrize("code", ['0"（预计）"', '0"(估)"', '0"（暂估）"', '0"+"', '0"？"'])
def test_a_number_that_is_not_exact_behind_its_digits(reading: Reading, code: str) -> None:
    assert "not exact" in str(asked(reading, "税收", code, 9).message)


def test_a_unit_of_another_kind(reading: Reading) -> None:
    assert asked(reading, "税收", '0"亩"', 9).code == "format-shows-otherwise"


@pytest.mark.parametrize(
    ("header", "code", "value"),
    [
        ("税收（元）", '0\\.0,"万元"', "900"),
        ("税收（元）", '[>=10000]0\\.0,"万";0', "900"),
        ("税收（元）", '0"元"', "900"),
        ("税收", '0"万元"', "9000000"),
        ("税收", '0"万"', "9000000"),
    ],
)
def test_a_format_that_says_what_the_header_says(reading: Reading, header: str, code: str, value: str) -> None:
    table = reading("-", stdin=book(header, code, 9_000_000))
    assert exact(table, "税收") == [Fraction(value)]


def test_columns_of_no_numbers_may_have_any_format(reading: Reading) -> None:
    table = reading("-", stdin=book("行业", '0"类"', 13))
    assert table.frame["行业"].to_list() == ["13"]


def mapped(tmp_path: Path, unit: str) -> ColumnMapping:
    path = tmp_path / "mapping.toml"
    path.write_text(f'format = 1\n[columns]\n"税收" = {{ figure = "税收", unit = "{unit}" }}\n', encoding="utf-8")
    return read_mapping([path], DEFINITIONS)


def test_a_mapping_settles_how_numbers_are_scaled(reading: Reading, tmp_path: Path) -> None:
    table = reading("-", stdin=book("税收", "#,##0,", 9_000_000), mapping=mapped(tmp_path, "元"))
    assert exact(table, "税收") == [900]


@pytest.mark.parametrize("code", ['"约"0', '0"以上"', "[$$-409]#,##0.00", "[$€-407]0", '0.0"%"', '0"亩"'])
def test_a_mapping_settles_nothing_else(code: str, reading: Reading, tmp_path: Path) -> None:
    found = reading.problem("-", stdin=book("税收", code, 9), mapping=mapped(tmp_path, "万元"))
    assert (found.code, found.place.cell) == ("format-shows-otherwise", "B2")


def test_a_header_in_the_currency_that_cells_show(reading: Reading) -> None:
    # No definitions here give a rate, so that the header is refused, not the format.
    assert reading.problem("-", stdin=book("税收（美元）", "[$$-409]#,##0.00", 9)).code == "header-unit-misfit"


def form(value: object, code: str = "General") -> bytes:
    made, stream = openpyxl.Workbook(), io.BytesIO()
    for row in (("企业名称", "示例"), ("税收（万元）", value), ("用地面积（亩）", 50)):
        made.active.append(row)
    made.active["B2"].number_format = code
    made.save(stream)
    return stream.getvalue()


def test_a_format_in_a_filled_in_form(reading: Reading) -> None:
    found = reading.problem("-", stdin=form(9_000_000, '0\\.0,"万元"'))
    assert (found.code, found.place.cell) == ("format-shows-otherwise", "B2")


def test_a_formula_that_was_never_calculated_in_a_filled_in_form(reading: Reading) -> None:
    found = reading.problem("-", stdin=form("=1/0"))
    assert (found.place.cell, "=1/0" in str(found.message)) == ("B2", True)
