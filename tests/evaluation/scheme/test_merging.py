"""Entities evaluated together, on cases worked out by hand. All figures are made up (示例数据)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import kpi
from kpi.definitions.model import Definitions
from kpi.evaluation import comparison
from kpi.evaluation.comparing.results import Origin
from kpi.evaluation.explanation import Part
from kpi.evaluation.scheme import listing
from kpi.evaluation.scheme.results import Classification
from kpi.evaluation.table import PastEntity, PastResult, Source
from kpi.figures.history import attached
from kpi.problems import KpiError

RULES = """
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
"用电量" = "万千瓦时"
"集团" = { type = "text" }
"行业" = { type = "text" }
"事故" = { type = "yes_no" }
[lists]
"重点" = { members = ["乙公司"] }
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }
[schemes."评价"]
items = [{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = BASELINE, if_missing = "zero" }]
merge = MERGE
overrides = [
  { label = "重点企业", when = "in_list(重点)", at_least = "B" },
  { label = "事故", when = "事故", set = "D", if_undefined = false },
]
measures = [{ label = "加价", tiers = ["C", "D"], amount = "用电量 × 0.1元/千瓦时", unit = "万元" }]
tiers = { by = "score", at_least = { A = 100, B = 60, C = 40 }, otherwise = "D" }
"""
HEADER = "企业名称,税收（万元）,用地面积（亩）,用电量（万千瓦时）,集团,行业,事故\n"
GROUP = "甲公司,10,10,100,东方,食品,否\n乙公司,2,10,300,东方,食品,否\n丙公司,9,10,50,,机械,否\n"


def rules(merge: str, baseline: str = '"1万元/亩"') -> Definitions:
    return kpi.load(text=RULES.replace("MERGE", merge).replace("BASELINE", baseline))


def classified(definitions: Definitions, rows: str, tmp_path: Any) -> tuple[Classification, Any]:
    (tmp_path / "t.csv").write_text(HEADER + rows, encoding="utf-8")
    table = kpi.read([tmp_path / "t.csv"], definitions)
    return kpi.classify(definitions, table, ["评价"]), table


def test_figures_are_summed_and_the_result_is_given_to_each(tmp_path: Any) -> None:
    result, _ = classified(rules('"集团"'), GROUP, tmp_path)
    one, two, alone = result.entities()
    # (10 + 2) / (10 + 10) = 0.6: 60 points, which is B.
    assert [(each.score, each.tier, each.rank, each.merged_into) for each in (one, two)] == [(60, "B", 2, "东方")] * 2
    assert (alone.score, alone.rank, alone.merged_into) == (90, 1, None)
    assert (one.name, two.name, one.codes) == ("甲公司", "乙公司", ("merged",))
    assert (result.summary.read, result.summary.evaluated, result.summary.tiers) == (3, 3, {"B": 3})


def test_a_group_counts_once_in_statistics(tmp_path: Any) -> None:
    result, _ = classified(rules('"集团"', '{ statistic = "mean" }'), GROUP, tmp_path)
    assert [(each.value, each.count, each.merged) for each in result.baselines] == [(Fraction("0.75"), 2, False)]


def test_measures_are_of_the_own_figures(tmp_path: Any) -> None:
    rows = GROUP.replace("甲公司,10,", "甲公司,0,")
    # (0 + 2) / 20 is 0.1: D; 重点 lifts the group to B, so nobody pays. Without the list it is D for both.
    definitions = kpi.load(
        text=RULES.replace("MERGE", '"集团"').replace("BASELINE", '"1万元/亩"').replace("乙公司", "丁")
    )
    result, _ = classified(definitions, rows, tmp_path)
    assert [[taken.amount for taken in each.measures] for each in result.entities()] == [[10], [30], []]


def test_a_list_knows_a_group_by_its_members(tmp_path: Any) -> None:
    result, _ = classified(rules('"集团"'), GROUP.replace("甲公司,10,", "甲公司,0,"), tmp_path)
    one, two, _ = result.entities()
    assert [(each.first_tier, each.tier) for each in (one, two)] == [("D", "B")] * 2
    assert one.overrides[0].label == "重点企业"


def test_the_better_of_apart_and_together_counts(tmp_path: Any) -> None:
    merge = '{ by = "集团", counts = "better" }'
    result, table = classified(rules(merge, '{ statistic = "mean" }'), GROUP.replace("乙公司", "丁公司"), tmp_path)
    one, two, alone = result.entities()
    # Apart: the mean of 1, 0.2 and 0.9 is 0.70: 142.86, 28.57, 128.57. Together: 0.60 and 0.90 to 0.75: 80, 120.
    assert [(each.score, each.tier, each.merged_into) for each in (one, two, alone)] == [
        (Fraction("142.86"), "A", None),
        (80, "B", "东方"),
        (Fraction("128.57"), "A", None),
    ]
    assert [(each.value, each.merged) for each in result.baselines] == [
        (Fraction("0.70"), False),
        (Fraction("0.75"), True),
    ]
    explained = kpi.explain(rules(merge), table, "丁公司", schemes=["评价"])
    section = next(each for each in explained.sections if each.part is Part.MERGE)
    assert [str(note) for note in section.steps[0].notes][1:] == [
        "Apart the tier would be D, together it is B; the better counts."
    ]


def test_a_comparison_keeps_apart_and_together_apart(tmp_path: Any) -> None:
    definitions = rules('{ by = "集团", counts = "better" }', '{ statistic = "mean" }')
    before, _ = classified(definitions, GROUP, tmp_path)
    after, _ = classified(definitions, GROUP.replace("丙公司,9,", "丙公司,6,"), tmp_path)
    changes = comparison.compare(*(comparison.side(each, Origin("figures")) for each in (before, after))).baselines
    # Apart (1 + 0.2 + 0.9) ÷ 3 = 0.70 → 0.60; together (0.6 + 0.9) ÷ 2 = 0.75 → 0.60.
    held = [(each.baseline.merged, each.before, each.after) for each in changes]
    assert [(merged, old and old.value, new and new.value) for merged, old, new in held] == [
        (False, Fraction("0.70"), Fraction("0.60")),
        (True, Fraction("0.75"), Fraction("0.60")),
    ]


def test_who_stays_apart(tmp_path: Any) -> None:
    merge = '{ by = "集团", unless = "用地面积 ≥ 10亩 且 税收 ≥ 10万元" }'
    result, _ = classified(rules(merge), GROUP, tmp_path)
    assert [(each.score, each.merged_into) for each in result.entities()] == [(100, None), (20, None), (90, None)]


def test_what_one_member_lacks_the_group_lacks(tmp_path: Any) -> None:
    result, _ = classified(rules('"集团"'), GROUP.replace("乙公司,2,", "乙公司,,"), tmp_path)
    one, *_ = result.entities()
    assert (one.items[0].value, one.score, one.items[0].codes) == (None, 0, ("missing", "earns-zero"))


def test_one_accident_is_the_groups_when_the_rule_says_so(tmp_path: Any) -> None:
    rows = GROUP.replace("甲公司,10,10,100,东方,食品,否", "甲公司,10,10,100,东方,食品,是")
    result, _ = classified(rules('{ by = "集团", any = ["事故"] }'), rows, tmp_path)
    assert [each.tier for each in result.entities()] == ["D", "D", "B"]
    with pytest.raises(KpiError) as caught:
        classified(rules('"集团"'), rows, tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["merge-contradiction"]


def test_a_contradiction_says_yes_and_no_in_words_with_the_cell(tmp_path: Any) -> None:
    rows = GROUP.replace("甲公司,10,10,100,东方,食品,否", "甲公司,10,10,100,东方,食品,是")
    with pytest.raises(KpiError) as caught:
        classified(rules('"集团"'), rows, tmp_path)
    (problem,) = caught.value.problems
    assert str(problem.message) == "东方 is evaluated together, but 事故 is “yes” for 甲公司 and “no” for 乙公司."
    assert (problem.place.cell, problem.place.entity) == ("G3", "乙公司")


def test_a_lead_that_two_share_is_said_to_decide_nothing(tmp_path: Any) -> None:
    baseline = '{ statistic = "mean", by = "行业" }'
    rows = GROUP.replace("乙公司,2,10,300,东方,食品", "乙公司,2,10,300,东方,机械")
    with pytest.raises(KpiError) as caught:
        classified(rules('{ by = "集团", lead = "用地面积" }', baseline), rows, tmp_path)
    (problem,) = caught.value.problems
    assert str(problem.hint) == (
        "No member alone has the largest 用地面积, so lead does not say whose counts. Correct the figures, or name "
        "another figure in lead."
    )


def test_members_that_contradict_each_other_are_named(tmp_path: Any) -> None:
    baseline = '{ statistic = "mean", by = "行业" }'
    rows = GROUP.replace("乙公司,2,10,300,东方,食品", "乙公司,2,9,300,东方,机械")
    with pytest.raises(KpiError) as caught:
        classified(rules('"集团"', baseline), rows, tmp_path)
    (problem,) = caught.value.problems
    assert str(problem.message) == ("东方 is evaluated together, but 行业 is “食品” for 甲公司 and “机械” for 乙公司.")
    assert (problem.place.cell, problem.place.entity) == ("F3", "乙公司")
    # The largest one counts: 甲 has more land.
    result, _ = classified(rules('{ by = "集团", lead = "用地面积" }', baseline), rows, tmp_path)
    assert {each.group: each.count for each in result.baselines} == {"食品": 1, "机械": 1}


def test_what_no_rule_reads_may_differ(tmp_path: Any) -> None:
    rows = GROUP.replace("乙公司,2,10,300,东方,食品", "乙公司,2,10,300,东方,机械")
    result, _ = classified(rules('"集团"'), rows, tmp_path)
    assert [each.score for each in result.entities()] == [60, 60, 90]


def test_a_sum_too_long_for_a_column_is_refused(tmp_path: Any) -> None:
    rows = GROUP.replace("甲公司,10,", "甲公司,99999999999.9,").replace("乙公司,2,", "乙公司,0.000001,")
    with pytest.raises(KpiError) as caught:
        classified(rules('"集团"'), rows, tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["sum-inexact"]


def test_the_explanation_adds_up_what_was_reported(tmp_path: Any) -> None:
    definitions = rules('"集团"')
    _, table = classified(definitions, GROUP, tmp_path)
    explained = kpi.explain(definitions, table, "乙公司", schemes=["评价"])
    assert [each.part for each in explained.sections][:2] == [Part.FIGURES, Part.MERGE]
    merge = next(each for each in explained.sections if each.part is Part.MERGE)
    assert dict(merge.steps[0].notes[0].values) == {"members": ("甲公司", "乙公司")}
    figures = next(each for each in explained.sections if each.part is Part.FIGURES)
    tax = next(step for step in figures.steps if step.label == "税收")
    assert tax.value == 12 and tax.working is not None and tax.working.numbers.__class__.__name__ == "Binary"


@pytest.mark.parametrize(
    ("merge", "code"),
    [
        ('"税收"', "merge-type"),
        ('{ by = "集团", lead = "行业" }', "merge-type"),
        ('{ by = "集团", any = ["行业"] }', "merge-type"),
        ('{ by = "集困" }', "unknown-name"),
        ('{ by = "集团", counts = "best" }', "unknown-choice"),
    ],
)
def test_bad_rules_are_refused(merge: str, code: str) -> None:
    with pytest.raises(KpiError) as caught:
        rules(merge)
    assert code in [problem.code for problem in caught.value.problems]


def test_the_column_must_be_there(tmp_path: Any) -> None:
    definitions = rules('"集团"')
    (tmp_path / "t.csv").write_text("企业名称,税收（万元）,用地面积（亩）,用电量,事故\n甲,1,1,1,否\n", encoding="utf-8")
    with pytest.raises(KpiError) as caught:
        kpi.classify(definitions, kpi.read([tmp_path / "t.csv"], definitions), ["评价"])
    assert [problem.code for problem in caught.value.problems] == ["column-absent"]


def decided(definitions: Definitions, rows: str, decisions: str, tmp_path: Any) -> tuple[Classification, Any]:
    _, table = classified(definitions, rows, tmp_path)
    (tmp_path / "d.csv").write_text("企业名称,类别,理由,文件\n" + decisions, encoding="utf-8")
    table = kpi.decide(table, [tmp_path / "d.csv"], definitions)
    return kpi.classify(definitions, table, ["评价"]), table


def test_a_decision_about_a_member_acts_where_the_scheme_says(tmp_path: Any) -> None:
    text = RULES.replace("MERGE", '{ by = "集团", any = ["事故"] }').replace("BASELINE", '"1万元/亩"')
    first = kpi.load(
        text=text.replace(
            "overrides = [",
            """overrides = [
  { decisions = true },
  { label = "D类再查", when = "类别 = 'D'", up = 1 },""",
        )
    )
    # Decided D, looked at again C, lifted to B by the list of the group, and D after all by the accident of 甲.
    for accident, tier in (("否", "B"), ("是", "D")):
        rows = GROUP.replace("甲公司,10,10,100,东方,食品,否", f"甲公司,10,10,100,东方,食品,{accident}")
        result, table = decided(first, rows, "乙公司,D,停产,纪要1号\n", tmp_path)
        one, two, _ = result.entities()
        own = [("停产", "B", "D"), ("D类再查", "D", "C"), ("重点企业", "C", "B"), ("事故", "B", "D")]
        assert [(each.label, each.before, each.after) for each in two.overrides] == own[: 3 + (accident == "是")]
        assert (one.tier, two.tier, result.frame["#tier"][1]) == (tier, tier, tier)
        assert two.score == one.score == 60
        explained = kpi.explain(first, table, "乙公司", schemes=["评价"])
        steps = next(each for each in explained.sections if each.part is Part.OVERRIDES).steps
        assert [step.label for step in steps][:4] == ["停产", "D类再查", "重点企业", "事故"]
        assert (steps[-1].value, steps[1].value, steps[3].value) == (tier, True, accident == "是")


def test_the_better_counts_after_what_was_decided(tmp_path: Any) -> None:
    # Apart 丁 has 20 points: D. Together it would be B; but it is decided C, so the two are equal and its own counts.
    rows = GROUP.replace("乙公司", "丁公司")
    definitions = rules('{ by = "集团", counts = "better" }')
    result, table = decided(definitions, rows, "丁公司,C,停产,纪要1号\n", tmp_path)
    _, two, _ = result.entities()
    assert (two.score, two.first_tier, two.tier, two.merged_into) == (20, "D", "C", None)
    explained = kpi.explain(definitions, table, "丁公司", schemes=["评价"])
    section = next(each for each in explained.sections if each.part is Part.MERGE)
    assert [str(note) for note in section.steps[0].notes][1:] == [
        "Apart the tier is C, together it would be C; the better counts.",
    ]


def test_the_explanation_says_what_came_of_going_together_also_where_apart_is_better(tmp_path: Any) -> None:
    merge = '{ by = "集团", counts = "better" }'
    _, table = classified(rules(merge), GROUP, tmp_path)
    explained = kpi.explain(rules(merge), table, "甲公司", schemes=["评价"])
    section = next(each for each in explained.sections if each.part is Part.MERGE)
    assert [str(note) for note in section.steps[0].notes][1:] == [
        "Apart the tier is A, together it would be B; the better counts."
    ]
    alone = kpi.explain(rules(merge), table, "丙公司", schemes=["评价"])
    assert not [each for each in alone.sections if each.part is Part.MERGE]


def test_a_contradiction_is_named_though_a_third_says_nothing(tmp_path: Any) -> None:
    baseline = '{ statistic = "mean", by = "行业" }'
    rows = GROUP.replace("乙公司,2,10,300,东方,食品", "乙公司,2,9,300,东方,").replace(",,机械", ",东方,机械")
    with pytest.raises(KpiError) as caught:
        classified(rules('"集团"', baseline), rows, tmp_path)
    (problem,) = caught.value.problems
    assert str(problem.message) == ("东方 is evaluated together, but 行业 is “食品” for 甲公司 and “机械” for 丙公司.")


@pytest.mark.parametrize("counts", ["merged", "better"])
def test_the_list_is_the_same_however_few_are_made_at_a_time(
    counts: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, _ = classified(rules(f'{{ by = "集团", counts = "{counts}" }}'), GROUP, tmp_path)
    whole = list(result.entities())
    monkeypatch.setattr(listing, "PORTION", 2)
    assert len(whole) > 2
    assert list(result.entities()) == whole
    assert list(result.entities([2, 0])) == [whole[0], whole[2]]


def with_more(line: str) -> Definitions:
    """The rules with another line before the overrides."""
    text = RULES.replace("MERGE", '"集团"').replace("BASELINE", '"1万元/亩"')
    return kpi.load(text=text.replace("overrides = [", line, 1))


def test_members_with_different_earlier_tiers_are_named(tmp_path: Any) -> None:
    rule = '{ label = "连续D类", when = "previous(类别) = \'D\'", at_most = "C", if_undefined = false },'
    definitions = with_more(f"overrides = [\n  {rule}")
    (tmp_path / "t.csv").write_text(HEADER + GROUP, encoding="utf-8")
    listed = (PastEntity(None, "甲公司", "评价", "A"), PastEntity(None, "乙公司", "评价", "D"))
    table = kpi.read([tmp_path / "t.csv"], definitions, period="2023")
    table = attached(table, [PastResult("2022", 1, Source("2022.json", None, "0" * 64, 2), listed)])
    explained = kpi.explain(definitions, table, "甲公司", schemes=["评价"])
    section = next(each for each in explained.sections if each.part is Part.OVERRIDES)
    notes = [str(note) for note in section.steps[0].notes]
    assert "Those who are evaluated together had not all one tier in 2022: 甲公司 A, 乙公司 D." in notes


def test_exemptions_are_explained_for_each_by_itself(tmp_path: Any) -> None:
    rule = '{ when = "行业 = \'机械\'", tier = "N", reason = "机械", if_undefined = false }'
    definitions = with_more(f"exempt = [{rule}]\noverrides = [")
    (tmp_path / "t.csv").write_text(HEADER + GROUP.replace("乙公司,2,10,300,东方,食品", "乙公司,2,10,300,东方,纺织"))
    table = kpi.read([tmp_path / "t.csv"], definitions)
    explained = kpi.explain(definitions, table, "乙公司", schemes=["评价"])
    section = next(each for each in explained.sections if each.part is Part.SCOPE)
    # The two differ in their industry, which the group as one has not.
    assert [(step.value, step.notes) for step in section.steps] == [(False, ())]
