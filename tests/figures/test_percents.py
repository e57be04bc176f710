"""Columns of percentages: what says whether 0.15 is 15 %, and what is asked where nothing does."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from kpi.figures import mapping
from kpi.figures.read import read
from kpi.problems import KpiError, Severity
from tests.figures.conftest import DEFINITIONS, Reading, Write, codes, exact


def column(*cells: str) -> str:
    return "名称,研发占比\n" + "".join(f"{number}号,{cell}\n" for number, cell in enumerate(cells))


def test_percentages_as_people_write_them(reading: Reading) -> None:
    table = reading.text(column("15", "12.5", "0", "—", "0.8", "-3"))
    assert exact(table, "研发占比") == [15, Fraction(25, 2), 0, None, Fraction(4, 5), -3]
    assert codes(table) == []


@pytest.mark.parametrize("cells", [("0.15", "0.2"), ("1",), ("0", "-0.5", ""), ("0.15", "1.0")])
def test_a_column_within_one_is_asked_about(cells: tuple[str, ...], reading: Reading) -> None:
    problem = reading.problem("-", stdin=column(*cells).encode())
    assert (problem.code, problem.severity) == ("percent-unclear", Severity.ERROR)


def test_the_question_names_both_readings_and_the_first_cell(reading: Reading) -> None:
    problem = reading.problem("-", stdin=column("0", "0.15", "0.2").encode())
    assert str(problem.message) == (
        "All 2 numbers of this column of percentages lie within ±1, and nothing says whether 0.15 is 15% or 0.15%."
    )
    assert problem.place.cell == "B3"


def test_the_question_comes_together_with_the_other_problems(reading: Reading) -> None:
    found = reading.problems("-", stdin="名称,研发占比,税收\n甲,0.15,1O\n乙,0.2,5\n".encode())
    assert {problem.code for problem in found} == {"percent-unclear", "not-a-number"}
    # No row is at fault, so that leaving rows out does not answer it.
    assert reading.problem("-", stdin=column("0.15").encode(), skip_errors=True).code == "percent-unclear"


@pytest.mark.parametrize("cells", [("0", "0"), ("", ""), ("15%", "0.2%"), ("0.15%", "0")])
def test_no_question_where_something_says_it_or_there_is_no_evidence(cells: tuple[str, ...], reading: Reading) -> None:
    assert codes(reading.text(column(*cells))) == []


def test_a_sign_in_some_cells_only_is_warned_about(reading: Reading) -> None:
    table = reading.text(column("15%", "0.2", "３％", "0"))
    assert exact(table, "研发占比") == [15, Fraction(1, 5), 3, 0]
    (warning,) = table.problems
    assert (warning.code, warning.severity, warning.place.cell) == ("percent-mixed", Severity.WARNING, "B3")
    assert str(warning.message) == (
        "2 cells of this column have a % sign or a percent format, 1 have none; these were taken as written, 15 as 15%."
    )


def test_most_numbers_within_one_are_warned_about(reading: Reading) -> None:
    table = reading.text(column("0.15", "0.2", "0.3", "15"))
    (warning,) = table.problems
    assert (warning.code, warning.place.cell) == ("percent-mixed", "B5")
    assert "3 of 4 numbers" in str(warning.message)


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        (("0.15", "20"), "B2"),
        (("20", "15", "0.08"), "B4"),
        (("15", "0.2", "0.3", "7"), "B3"),
        (("12", "0.15", "18", "9", "25", "14", "11"), "B3"),
        (("98.5", "1", "100", "100"), "B3"),
        (("-12", "-0.15", "-8"), "B3"),
        # No gap, and more within ±1 than numbers of one kind have there.
        (("2.1", "0.9", "8", "0.12", "0.4", "0.21", "0.3", "15", "22", "31", "7"), "B3"),
    ],
)
def test_some_numbers_that_would_fit_in_as_shares_are_warned_about(
    cells: tuple[str, ...], place: str, reading: Reading
) -> None:
    (warning,) = reading.text(column(*cells)).problems
    assert (warning.code, warning.severity, warning.place.cell) == ("percent-mixed", Severity.WARNING, place)
    assert "the first one within ±1" in str(warning.hint)


@pytest.mark.parametrize(
    "cells",
    [
        ("0.3", "2", "5", "9", "14", "25"),  # spread evenly
        ("0.5", "12", "8", "15"),  # growth: 50 % is further from 15 % than anybody else
        ("0.5", "12"),
        ("12", "8", "0.9", "10.5"),
        ("-3", "0.4", "2.2", "18", "-0.7", "6", "31"),
        ("0.1", "1.5", "3.5", "4", "5"),
        ("0.2", "0.4", "0.7", "0.9", "0.1", "1.2", "1.9", "2.4", "4", "6"),  # many small ones, fewer and fewer
    ],
)
def test_rates_that_spread_are_not_warned_about(cells: tuple[str, ...], reading: Reading) -> None:
    assert codes(reading.text(column(*cells))) == []


def test_columns_in_other_units_are_not_asked_about(reading: Reading) -> None:
    assert codes(reading.text("名称,亩均税收,系数\n甲,0.5,0.5\n")) == []


@pytest.mark.parametrize(
    ("percent", "expected"), [("share", [15, Fraction(1, 5), None]), ("shown", [Fraction(3, 20), Fraction(1, 5), None])]
)
def test_a_mapping_says_it(percent: str, expected: list[Fraction | None], write: Write) -> None:
    entry = f'"研发占比" = {{ figure = "研发占比", percent = "{percent}" }}'
    path = write("mapping.toml", f"[columns]\n{entry}\n")
    said = mapping.read([path], DEFINITIONS)
    table = read(["-"], DEFINITIONS, stdin=column("0.15", "0.2%", "").encode(), mapping=said)
    assert codes(table) == ["columns-mapped"]
    assert exact(table, "研发占比") == expected


def test_formats_of_a_workbook_say_it(write: Write, reading: Reading) -> None:
    book = openpyxl.Workbook()
    for row in (["名称", "研发占比"], ["甲", 0.15], ["乙", 0.2]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    assert reading.problem(write("无格式.xlsx", stream.getvalue())).code == "percent-unclear"
    book.active["B2"].number_format = "0%"
    book.active["B3"].number_format = "0.0%"
    stream = io.BytesIO()
    book.save(stream)
    assert exact(reading(write("有格式.xlsx", stream.getvalue())), "研发占比") == [15, 20]


def files(write: Write, *columns: tuple[str, ...]) -> list[Path]:
    """A file for each column, with entities of its own."""
    texts = ["".join(f"{at}之{n},{cell}\n" for n, cell in enumerate(cells)) for at, cells in enumerate(columns)]
    return [write(f"{at}.csv", f"名称,研发占比\n{text}") for at, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        # A lone number is judged with all others: forms of companies, one of which has 0.8 %.
        ([("15",), ("0.8",), ("12.5",), ("3",)], []),
        ([("15",), ("0.2",), ("12.5",), ("30",)], [("percent-mixed", "1.csv")]),
        ([("15", "12"), ("0.8",)], []),
        ([("15",), ("0.8",), ("0.2",)], [("percent-mixed", "0.csv")]),
        ([("0.15",), ("0.2",), ("0",)], [("percent-unclear", "0.csv"), ("percent-unclear", "1.csv")]),
        # Cells with a sign are no evidence for those without.
        ([("15%", "12%"), ("0.15",)], [("percent-unclear", "1.csv")]),
        # Whoever wrote a file wrote all of it: two numbers within ±1 are asked about, whatever others wrote.
        ([("15", "12", "9"), ("0.15", "0.2")], [("percent-unclear", "1.csv")]),
        ([("15", "12"), ("0.15", "0.2", "1.5")], [("percent-mixed", "1.csv")]),
    ],
)
def test_percentages_in_several_files(
    columns: list[tuple[str, ...]], expected: list[tuple[str, str]], write: Write, reading: Reading
) -> None:
    paths = files(write, *columns)
    try:
        found = reading(*paths).problems
    except KpiError as error:
        found = error.problems
    said = [problem for problem in found if problem.code.startswith("percent")]
    assert [(problem.code, problem.place.file) for problem in said] == expected


def test_a_percent_sign_beside_plain_numbers_in_a_column_of_per_mille(reading: Reading) -> None:
    table = reading.text("名称,研发占比（‰）\n甲,0.15\n乙,15%\n丙,0.3\n")
    (warning,) = table.problems
    assert (warning.code, warning.place.cell) == ("percent-mixed", "B2")
    assert "15 as 15‰" in str(warning.message)
    assert not reading.text("名称,研发占比（‰）\n甲,0.15\n乙,0.2\n").problems
