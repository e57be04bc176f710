"""Tiers by an indicator's bands and by rules, and who is managed as a tier. All figures are made up (示例数据)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import kpi
from kpi.definitions.model import Definitions
from kpi.evaluation.scheme.results import Classification
from kpi.evaluation.table import Table
from kpi.problems import KpiError
from kpi.render.explain import report

HEAD = """format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
"能耗" = "吨标准煤"
"在建" = { type = "yes_no" }
[indicators."亩均税收"]
formula = "税收 / 用地面积"
unit = "万元/亩"
decimals = 1
[indicators."能耗强度"]
formula = "能耗 / 税收"
unit = "吨标准煤/万元"
decimals = 1
better = "lower"
[schemes."办法"]
items = [{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = "20万元/亩", if_missing = "zero" }]
"""
FIGURES = "企业名称,税收,用地面积,能耗,在建\n"


def read(folder: Path, rules: str, rows: str) -> tuple[Definitions, Table]:
    (folder / "figures.csv").write_text(FIGURES + rows, encoding="utf-8")
    definitions = kpi.load(text=HEAD + rules)
    return definitions, kpi.read([folder / "figures.csv"], definitions)


def classify(folder: Path, rules: str, rows: str) -> Classification:
    return kpi.classify(*read(folder, rules, rows), ["办法"])


def letters(result: Classification) -> str:
    return "".join(one.first_tier or one.tier or "—" for one in result.entities())


BANDS = """[schemes."办法".tiers]
by = "indicator"
indicator = "亩均税收"
at_least = { A = "20万元/亩", B = "100元/平方米" }
otherwise = "C"
"""


def test_bands_are_of_published_values_in_the_unit_of_the_indicator(tmp_path: Path) -> None:
    # 19.95 is published as 20.0; 100元/平方米 is 6.666… 万元/亩, so 6.7 reaches it and 6.6 does not.
    rows = "甲,1995,100,1,否\n乙,1994,100,1,否\n丙,67,10,1,否\n丁,66,10,1,否\n戊,-1,1,1,否\n"
    assert letters(classify(tmp_path, BANDS, rows)) == "ABBCC"


def test_where_lower_is_better_bands_have_highest_values(tmp_path: Path) -> None:
    rules = """[schemes."办法".tiers]
by = "indicator"
indicator = "能耗强度"
at_most = { A = "0.5吨标准煤/万元", B = "1吨标准煤/万元" }
otherwise = "C"
if_undefined = "B"
"""
    rows = "甲,100,10,50,否\n乙,100,10,51,否\n丙,100,10,60,否\n丁,100,10,110,否\n戊,100,10,,否\n"
    result = classify(tmp_path, rules, rows)
    assert letters(result) == "AABCB"  # 0.51 is published as 0.5


def test_a_value_that_is_undefined_is_an_error_unless_something_is_said(tmp_path: Path) -> None:
    with pytest.raises(KpiError) as refused:
        classify(tmp_path, BANDS, "甲,1995,100,1,否\n乙,,100,1,否\n")
    (problem,) = refused.value.problems
    assert (problem.code, problem.place.entity) == ("tier-undefined", "乙")
    assert "if_undefined" in str(problem.hint)
    said = classify(tmp_path, BANDS + 'if_undefined = "C"\n', "甲,1995,100,1,否\n乙,,100,1,否\n")
    assert letters(said) == "AC"


@pytest.mark.parametrize(
    "tiers",
    [
        BANDS.replace('otherwise = "C"\n', ""),
        '[schemes."办法".tiers]\nby = "score"\nat_least = { A = 90, B = 50 }\n',
    ],
)
def test_who_reaches_no_tier_is_named(tmp_path: Path, tiers: str) -> None:
    with pytest.raises(KpiError) as refused:
        classify(tmp_path, tiers, "甲,1995,100,1,否\n乙,10,100,1,否\n")
    (problem,) = refused.value.problems
    assert (problem.code, problem.place.entity) == ("no-tier", "乙")


RULES = """[schemes."办法".tiers]
by = "rules"
names = ["A", "B", "C"]
rules = [
  { tier = "C", when = "能耗强度 > 2吨标准煤/万元" },
  { tier = "A", when = "总分 ≥ 90 且 能耗强度 ≤ 1吨标准煤/万元" },
  { tier = "B", when = "总分 ≥ 50" },
]
otherwise = "C"
"""


def test_the_first_rule_that_holds_gives_the_tier(tmp_path: Path) -> None:
    rows = "甲,2000,100,6000,否\n乙,1800,100,1800,否\n丙,1800,100,2000,否\n丁,900,100,900,否\n"
    # 甲 scores 100, but uses 3.0; 丁 scores 45.
    assert letters(classify(tmp_path, RULES, rows)) == "CABC"


def test_a_rule_that_cannot_be_decided_is_asked_only_where_none_before_it_holds(tmp_path: Path) -> None:
    rules = RULES.replace('"能耗强度 > 2吨标准煤/万元"', '"在建"')
    rows = "甲,2000,100,,是\n乙,2000,100,,否\n"
    with pytest.raises(KpiError) as refused:
        classify(tmp_path, rules, rows)
    (problem,) = refused.value.problems
    assert (problem.code, problem.place.entity) == ("condition-undefined", "乙")
    assert "Rule of tier A" in str(problem.message)


def test_a_minimum_and_overrides_work_on_every_kind(tmp_path: Path) -> None:
    more = """minimum = [{ tier = "A", when = "能耗强度 ≤ 1吨标准煤/万元" }]
[[schemes."办法".overrides]]
label = "在建"
when = "在建"
at_most = "B"
"""
    result = classify(tmp_path, BANDS + more, "甲,2000,100,3000,否\n乙,2000,100,100,是\n")
    assert [(one.first_tier, one.tier, one.codes) for one in result.entities()] == [
        ("B", "B", ("minimum-missed",)),
        ("A", "B", ()),
    ]


def explained(folder: Path, rules: str, rows: str, entity: str) -> str:
    found = kpi.explain(*read(folder, rules, rows), entity, schemes=["办法"])
    lines = [cell.text for section in report(found, "en").sections for row in section.rows for cell in row]
    return "\n".join(lines)


def test_bands_are_explained_up_to_the_one_that_is_reached(tmp_path: Path) -> None:
    said = explained(tmp_path, BANDS, "甲,1994,100,1,否\n", "甲")
    assert "rule of tier A" in said and "亩均税收 ≥ 20" in said
    assert "19.9 万元/亩 ≥ 20 万元/亩 → does not hold" in said
    assert "rule of tier B" in said and "rule of tier C" not in said


def test_an_undefined_value_is_explained_with_its_tier(tmp_path: Path) -> None:
    said = explained(tmp_path, BANDS + 'if_undefined = "C"\n', "甲,,100,1,否\n", "甲")
    assert "By the scheme an undefined value gives tier C." in said


def test_rules_are_explained_up_to_the_one_that_holds(tmp_path: Path) -> None:
    said = explained(tmp_path, RULES, "甲,1800,100,1800,否\n", "甲")
    assert "rule of tier C" in said and "rule of tier A" in said and "rule of tier B" not in said


MANAGED = """exempt = [{ when = "在建", tier = "N", reason = "在建", evaluated = EVALUATED, managed_as = "B" }]
[schemes."办法".tiers]
by = "score"
at_least = { A = 90 }
otherwise = "B"
[[schemes."办法".measures]]
label = "优先供地"
tiers = ["A"]
[[schemes."办法".measures]]
label = "加价"
tiers = ["B"]
amount = "税收 × 0.1"
unit = "万元"
"""


@pytest.mark.parametrize("evaluated", ["true", "false"])
def test_who_is_managed_as_a_tier_keeps_the_letter_and_has_its_measures(tmp_path: Path, evaluated: str) -> None:
    rules, rows = MANAGED.replace("EVALUATED", evaluated), "甲,2000,100,1,否\n乙,2000,100,1,是\n"
    result = classify(tmp_path, rules, rows)
    _, managed = result.entities()
    assert managed.tier == "N" and managed.exemption is not None and managed.exemption.managed_as == "B"
    assert managed.codes[1] == "managed-as" and "Managed as tier B" in str(managed.reasons[1])
    assert [(each.label, each.amount) for each in managed.measures] == [("加价", Fraction(200))]
    assert result.summary.tiers == {"A": 1, "N": 1}
    assert "Managed as tier B: its measures apply." in explained(tmp_path, rules, rows, "乙")
