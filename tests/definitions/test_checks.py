"""Cross-checks as definitions write them."""

from __future__ import annotations

import pytest

from kpi.definitions.checks import cases
from kpi.definitions.lint import lint
from kpi.definitions.load import load
from kpi.formula.tree import names
from kpi.problems import KpiError, Severity

FIGURES = """\
format = 1
[figures]
"税收" = "万元"
"销售" = "亿元"
"研发" = "万元"
"用地" = { unit = "亩", label = "用地面积" }
"规模" = { type = "text" }
[standards.used]
source = "甲"
require = ["规模 = '规上'", "税收 + 销售 + 研发 > 0", "用地 > 0"]
"""


def problems(text: str) -> list[tuple[str, int | None, int | None]]:
    with pytest.raises(KpiError) as raised:
        load(text=FIGURES + text)
    return [(each.code, each.place.line, each.place.column) for each in raised.value.problems]


def findings(text: str) -> list[str]:
    return [problem.code for problem in lint(load(text=FIGURES + text))]


def test_a_sentence_alone_is_a_warning() -> None:
    check = load(text=FIGURES + '[checks]\n"甲" = "销售 ≥ 税收"\n').checks["甲"]
    assert (check.label, check.rule, check.severity, check.each) == ("甲", "销售 ≥ 税收", Severity.WARNING, ())


def test_the_sentence_is_read_in_the_unit_of_each_figure() -> None:
    known = load(
        text=FIGURES
        + '[checks]\n"甲" = { rule = "本项 ≥ 0 且 本项 ≤ 2 × previous(本项)", each = ["税收", "用地面积", "研发"] }\n'
    )
    made = list(cases(known.checks["甲"], known.figures))
    assert [case.rule for case in made] == [
        "税收 ≥ 0 且 税收 ≤ 2 × previous(税收)",
        "研发 ≥ 0 且 研发 ≤ 2 × previous(研发)",
        "用地面积 ≥ 0 且 用地面积 ≤ 2 × previous(用地面积)",
    ]
    assert [{name.key for name in names(case.condition)} for case in made] == [{"税收"}, {"研发"}, {"用地"}]


def test_units_are_checked_once_for_all_figures_of_one_unit() -> None:
    found = problems('[checks]\n"甲" = { rule = "本项 ≥ 5万元", each = ["税收", "研发", "用地"] }\n')
    assert found == [("unit-mismatch", 12, 17)]


def test_this_stands_for_something_only_where_there_is_each() -> None:
    assert len(problems('[checks]\n"甲" = "本项 ≥ 0"\n')) == 1


def test_unknown_figures_and_severities() -> None:
    found = problems(
        '[checks]\n"甲" = { rule = "本项 ≥ 0", each = ["税金"] }\n"乙" = { rule = "税收 ≥ 0", severity = "fatal" }\n'
    )
    assert [code for code, *_ in found] == ["unknown-name", "unknown-choice"]


def test_for_none_of_the_figures() -> None:
    assert [code for code, *_ in problems('[checks]\n"甲" = { rule = "税收 ≥ 0", each = [] }\n')] == [
        "nothing-to-check"
    ]


def test_a_figure_may_not_be_called_so() -> None:
    assert [code for code, *_ in problems('[figures."本项"]\nunit = "万元"\n')] == ["reserved-name"]


@pytest.mark.parametrize(
    ("rule", "more", "found"),
    [
        ("销售 ≥ 税收", "", []),
        ("税收 ≥ 税收", "", ["never-fails"]),
        ("abs(税收) ≥ 0", "", ["never-fails"]),
        ("1 < 2", "", ["never-fails"]),
        ("税收 ≥ 0 或 税收 < 1万元", "", ["never-fails"]),
        ("税收 ≥ 0", 'when = "税收 > 5万元"', ["never-fails"]),
        ("税收 ≥ 0", 'when = "税收 > 5万元 且 税收 < 4万元"', ["never-fails"]),
        ("税收 > 5万元 且 税收 < 4万元", "", ["never-holds"]),
        ("税收 ≥ 0", 'by = ["规模", "all"]', ["groups-without-use"]),
        ("税收 ≤ 9 × median(税收)", 'by = ["规模", "all"]', []),
    ],
)
def test_what_a_careful_reader_finds(rule: str, more: str, found: list[str]) -> None:
    assert findings(f'[checks."甲"]\nsource = "甲"\nrule = "{rule}"\n{more}\n') == found


def test_a_check_without_a_source() -> None:
    assert findings('[checks]\n"甲" = "销售 ≥ 税收"\n') == ["no-source"]
