"""Number formats that do not show the stored number: what is said, and which numbers each section is for. 示例数据."""

from __future__ import annotations

import pytest

from kpi.figures.unseen import noteworthy, sections
from kpi.problems import Severity
from tests.figures.conftest import Reading, Write, exact
from tests.figures.test_workbook import saved, sheet_of

UNSIGNED = ("sign-not-shown", Severity.WARNING)
HIDDEN, NOTHING = ("number-not-shown", Severity.WARNING), "1 cells hold numbers and show nothing (;;;)"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("0", [("", True, True, "")]),
        ("#,###", [("", True, False, "")]),
        (";;;", [(">0", False, False, ""), ("<0", False, False, ""), ("", False, False, "")]),
        ('0;-0;"—"', [(">0", True, True, ""), ("<0", True, True, "-"), ("", False, False, "—")]),
        ('0.0;"亏损"', [(">=0", True, True, ""), ("<0", False, False, "亏损")]),
        ('[=0]"无";0', [("=0", False, False, "无"), ("", True, True, "")]),
        ('[<5]"少于5";0.0', [("<5", False, False, "少于5"), ("", True, True, "")]),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', None),
        ("@", []),
        ("yyyy-mm-dd", []),
        ("", []),
    ],
)
def test_sections(code: str, expected: list[tuple[str, bool, bool, str]] | None) -> None:
    found = [(each.numbers, each.digits, each.zero, each.words) for each in sections(code)]
    assert found == expected if expected is not None else found[2][1:] == (True, False, "-")


@pytest.mark.parametrize("code", ["0", "General", "#,##0.00", "0.0;[Red]-0.0", "@", "yyyy/m/d", "0.00E+00"])
def test_formats_of_which_nothing_is_said(code: str) -> None:
    assert not noteworthy(code)


@pytest.mark.parametrize(
    ("code", "numbers", "said"),
    [
        ("#,###", (0, 5), [("zero-not-shown", Severity.NOTE, "B2", "1 cells hold 0 and show nothing (#,###)")]),
        ("0;-0;;@", (5, 0), [("zero-not-shown", Severity.NOTE, "B3", "1 cells hold 0 and show nothing (0;-0;;@)")]),
        ('0;-0;"-"', (0, 0), [("zero-not-shown", Severity.NOTE, "B2", "2 cells hold 0 and show “-”")]),
        ('[=0]"未统计";0', (0, 5), [("zero-not-shown", Severity.WARNING, "B2", "1 cells hold 0 and show “未统计”")]),
        ('0;"亏损"', (5, -3), [("number-not-shown", Severity.WARNING, "B3", "1 cells hold numbers and show “亏损”")]),
        (";;;", (5, -3), [(*HIDDEN, "B2", NOTHING), (*HIDDEN, "B3", NOTHING)]),
        ('0;-0;"—"', (5, 7), []),
        ('[<5]"少于5";0.0', (6, 5), []),
        ("0;0", (5, -3), [(*UNSIGNED, "B3", "1 cells hold numbers below zero and show them without a sign (0;0)")]),
        ("0.00;0.00;0", (-5, -3), [(*UNSIGNED, "B2", "2 cells hold numbers below zero")]),
        ("(0)", (5, -3), [(*UNSIGNED, "B2", "1 cells hold numbers above zero and show them as if they were below")]),
        ('"-"0', (5, 0), [(*UNSIGNED, "B2", "1 cells hold numbers above zero and show them as if they were below")]),
        ("0;[Red]0", (5, -3), []),
        ("#,##0_);[红色](#,##0)", (5, -3), []),
        ("0;0", (5, 3), []),
    ],
)
def test_what_is_said(
    code: str,
    numbers: tuple[int, int],
    said: list[tuple[str, Severity, str, str]],
    write: Write,
    reading: Reading,
) -> None:
    book = sheet_of([["名称", "税收"], ["甲", numbers[0]], ["乙", numbers[1]]])
    book.active["B2"].number_format = book.active["B3"].number_format = code
    table = reading(write("表.xlsx", saved(book)))
    assert exact(table, "税收") == list(numbers)
    found = [(p.code, p.severity, str(p.place.cell), str(p.message)) for p in table.problems]
    assert [each[:3] for each in found] == [each[:3] for each in said]
    assert all(message.startswith(start) for (*_, message), (*_, start) in zip(found, said, strict=True))


@pytest.mark.parametrize(
    ("header", "code", "right"),
    [
        ("税收", '"约"0', False),
        ("税收", '0"左右"', False),
        ("税收", '">"0', False),
        ("税收", "$#,##0", False),
        ("税收", "¥#,##0", True),
        ("税收", '0.0"%"', False),
        ("系数", '0.0"%"', False),
        ("研发占比", '0.0"%"', True),
        ("税收", '"A"0', True),
    ],
)
def test_what_has_to_be_asked(header: str, code: str, right: bool, write: Write, reading: Reading) -> None:
    book = sheet_of([["名称", header], ["甲", 12], ["乙", 5]])
    book.active["B2"].number_format = code
    path = write("表.xlsx", saved(book))
    assert exact(reading(path), header) == [12, 5] if right else reading.problem(path).code == "format-shows-otherwise"
