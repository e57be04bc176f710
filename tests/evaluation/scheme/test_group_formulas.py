"""Groups that a formula makes, wherever there are groups. All figures are made up (示例数据)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import kpi
from kpi.definitions.model import Definitions
from kpi.evaluation.scheme.results import Classification
from kpi.problems import KpiError

RULES = """
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
"行业" = { type = "industry" }
"集团" = { type = "text" }
"地块" = { type = "text" }
"高新" = { type = "yes_no" }
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }
[[schemes."评价".items]]
indicator = "亩均税收"
weight = 100
ITEM
[schemes."评价"]
REST
tiers = { by = "score", at_least = { A = 100, B = 60 }, otherwise = "C" TIERS }
"""
RATIO = 'method = "ratio"\nbaseline = "1万元/亩"'
SIZES = "if(用地面积 ≥ 10亩, '大户', '小户')"
HEADER = "企业名称,税收（万元）,用地面积（亩）,行业,集团,地块,高新\n"
TABLE = """甲,40,20,C1311,东方,,是
乙,10,10,C1320,,一号,否
丙,3,2,C1311,,一号,否
丁,2,2,C26,东方,二号,否
戊,1,,C26,,,是
"""


def rules(item: str = RATIO, rest: str = "", tiers: str = "") -> Definitions:
    return kpi.load(text=RULES.replace("ITEM", item).replace("REST", rest).replace("TIERS", tiers))


def classified(definitions: Definitions, folder: Path, rows: str = TABLE) -> Classification:
    (folder / "t.csv").write_text(HEADER + rows, encoding="utf-8")
    return kpi.classify(definitions, kpi.read([folder / "t.csv"], definitions), ["评价"])


def places(result: Classification) -> list[tuple[int | None, int | None]]:
    return [(each.items[0].place, each.items[0].place_of) for each in result.entities()]


@pytest.mark.parametrize(
    ("among", "expected"),
    [
        # 亩均税收 is 2, 1, 1.5, 1 and, without land, undefined.
        (SIZES, [(1, 2), (2, 2), (1, 2), (2, 2), (None, None)]),
        ("用地面积 ≥ 10亩", [(1, 2), (2, 2), (1, 2), (2, 2), (None, None)]),
        ("行业.大类", [(1, 3), (3, 3), (2, 3), (1, 1), (None, 1)]),
        ("行业.大类 × 用地面积 ≥ 10亩", [(1, 2), (2, 2), (1, 1), (1, 1), (None, None)]),
        ("用地面积 × 2 ≥ 20亩", [(1, 2), (2, 2), (1, 2), (2, 2), (None, None)]),
        ("if(亩均税收 > mean(亩均税收), '高于平均', '其他')", [(1, 2), (1, 2), (2, 2), (1, 2), (None, None)]),
        ("all", [(1, 4), (3, 4), (2, 4), (3, 4), (None, 4)]),
    ],
)
def test_places_within_groups(among: str, expected: list[tuple[int | None, int | None]], tmp_path: Path) -> None:
    definitions = rules(f'method = "rank"\namong = "{among}"\nif_missing = "zero"')
    assert places(classified(definitions, tmp_path)) == expected


def test_who_has_no_group_has_no_place_and_hears_why(tmp_path: Path) -> None:
    definitions = rules('method = "rank"\namong = "if(missing(集团), 地块, 集团)"')
    result = classified(definitions, tmp_path, TABLE + "己,2,1,C26,,,是\n")
    last = list(result.entities())[-1]
    assert last.score is None
    assert last.items[0].codes == ("no-group", "group-undefined")
    assert "“if(missing(集团), 地块, 集团)” is undefined here" in str(last.items[0].reasons[1])


def test_baselines_of_groups_that_a_formula_makes(tmp_path: Path) -> None:
    baseline = (
        f'baseline = {{ statistic = "mean", by = ["行业.大类 × {SIZES}", "{SIZES}", "all"], group_at_least = 2 }}'
    )
    definitions = rules(f'method = "ratio"\nif_missing = "zero"\n{baseline}')
    result = classified(definitions, tmp_path)
    used = [(each.items[0].baseline, each.items[0].groups[0].name) for each in result.entities()]
    # Food on large plots: (2 + 1) ÷ 2. Only one of each industry has a small plot: (1.5 + 1) ÷ 2 of both.
    food, small = (Fraction(3, 2), "C13 × 大户"), (Fraction(5, 4), "小户")
    assert used[:4] == [food, food, small, small]
    last = list(result.entities())[-1].items[0]
    assert last.groups[0].level == "all" and "group-undefined" in last.groups[0].codes


def test_lists_of_groups_that_a_formula_makes(tmp_path: Path) -> None:
    text = (
        RULES.replace("ITEM", RATIO + '\nif_missing = "zero"')
        .replace("REST", "")
        .replace(
            'tiers = { by = "score", at_least = { A = 100, B = 60 }, otherwise = "C" TIERS }',
            f"""[schemes."评价".tiers]
by = "share"
up_to = {{ A = "50%", B = "100%" }}
of = "graded"
round = "half_up"
ties = "up"
refill = false
by_group = "if(missing(用地面积), '无地', {SIZES})"
""",
        )
    )
    result = classified(kpi.load(text=text), tmp_path)
    found = [(each.group, each.rank, each.tier) for each in result.entities()]
    assert found == [("大户", 1, "A"), ("大户", 2, "B"), ("小户", 1, "A"), ("小户", 2, "B"), ("无地", 1, "A")]


def test_who_goes_together_by_a_formula(tmp_path: Path) -> None:
    definitions = rules(RATIO + '\nif_missing = "zero"', 'merge = "first(集团, 地块)"')
    result = classified(definitions, tmp_path)
    found = [(each.merged_into, each.score) for each in result.entities()]
    # 东方: (40 + 2) ÷ (20 + 2) = 1.91; 一号: (10 + 3) ÷ (10 + 2) = 1.08. 二号 is a member of 东方 and of no plot.
    assert found == [("东方", 191), ("一号", 108), ("一号", 108), ("东方", 191), (None, 0)]


def test_what_only_decides_who_goes_together_may_differ(tmp_path: Path) -> None:
    rest = 'merge = { by = "集团", unless = "地块 = \'三号\'", if_undefined = false }\n'
    rest += 'exempt = [{ when = "地块 = \'四号\'", tier = "N", reason = "迁出", if_undefined = false }]'
    rows = "甲,40,20,C1311,东方,一号,是\n乙,10,10,C1320,东方,二号,否\n"
    result = classified(rules(RATIO, rest), tmp_path, rows)
    assert [each.merged_into for each in result.entities()] == ["东方", "东方"]


def test_the_explanation_names_the_group_of_a_formula(tmp_path: Path) -> None:
    definitions = rules(f'method = "rank"\namong = "{SIZES}"\nif_missing = "zero"')
    (tmp_path / "t.csv").write_text(HEADER + TABLE, encoding="utf-8")
    table = kpi.read([tmp_path / "t.csv"], definitions)
    found = kpi.explain(definitions, table, "丙", schemes=["评价"])
    figures, *_ = found.sections
    assert "用地面积" in [each.label for each in figures.steps]
    items = next(each for each in found.sections if each.part == "items")
    notes = [str(note) for step in items.steps[0].steps for note in step.notes]
    assert f"Of the group “小户” ({SIZES})." in notes


@pytest.mark.parametrize(
    ("among", "code"),
    [
        ("产业", "unknown-name"),
        ("亩均税收", "unknown-name"),
        ("税收 / 用地面积", "type-mismatch"),
        ("行业 × 税收 / 用地面积", "type-mismatch"),
        ("行业 × 行业.大类", "group-figure-twice"),
        ("if(用地面积 ≥ 10万元, '大', '小')", "unit-mismatch"),
    ],
)
def test_what_makes_no_groups_is_refused(among: str, code: str) -> None:
    with pytest.raises(KpiError) as refused:
        rules(f'method = "rank"\namong = "{among}"')
    assert [problem.code for problem in refused.value.problems] == [code]
    assert refused.value.problems[0].place.line is not None


def test_everybody_together_is_refused() -> None:
    with pytest.raises(KpiError) as refused:
        rules(RATIO, 'merge = "all"')
    assert [problem.code for problem in refused.value.problems] == ["merge-everybody"]


def test_groups_of_a_check(tmp_path: Path) -> None:
    check = f"""
[checks."偏离"]
rule = "税收 ≤ 1.5 × median(税收)"
by = ["{SIZES}", "all"]
"""
    definitions = kpi.load(text=RULES.replace("ITEM", RATIO).replace("REST", "").replace("TIERS", "") + check)
    (tmp_path / "t.csv").write_text(HEADER + TABLE, encoding="utf-8")
    table = kpi.cross_check(definitions, kpi.read([tmp_path / "t.csv"], definitions))
    # Large: the median of 40 and 10 is 25. Small: of 3 and 2 it is 2.5. Who has no land is compared with nobody else.
    assert [problem.place.entity for problem in table.problems if problem.check == "偏离"] == ["甲"]
