"""One scheme that uses everything at once, with each way to tell tiers, against the reference. 示例数据."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi.definitions.load import load
from tests.evaluation.scheme.test_against_reference import answer, compare
from tests.reference.random_definitions import FIGURES, entities, grouped
from tests.reference.rows import Entity

FIGURE_LINES = "\n".join(
    f'"{key}" = "{unit}"' if isinstance(unit, str) else f'"{key}" = {{ type = "{unit["type"]}" }}'
    for key, unit in FIGURES.items()
)
LOOSE = "if_undefined = true"
SCHEME = f"""format = 1
[figures]
{FIGURE_LINES}
[indicators]
"亩均税收" = {{ formula = "税收 / 用地面积", unit = "万元/亩", decimals = 1 }}
"能耗产出" = {{ formula = "增加值 / 综合能耗", unit = "万元/吨标准煤", decimals = 1 }}
"产出能耗" = {{ formula = "综合能耗 / 增加值", unit = "吨标准煤/万元", better = "lower", decimals = 1 }}
"税收增速" = {{ formula = "growth(税收)", unit = "%", decimals = 1 }}
"亩均产出" = {{ formula = "(税收 + 增加值) / 用地面积", unit = "万元/亩", decimals = 1 }}

[schemes."评价"]
decimals = 1
applies_to = "行业 ≠ '纺织'"
if_undefined = true
adjustments_at_most = 2
adjustments_at_least = -2
exempt = [
  {{ when = "新投产 且 税收 < 1万元", tier = "N", reason = "新投产", if_undefined = false }},
  {{ when = "新投产", tier = "T", reason = "公共事业", evaluated = true, managed_as = "B", if_undefined = false }},
]
adjustments = [
  {{ label = "专利", points = "0.5 × 专利", when = "专利 ≥ 1个", at_most = 1, if_undefined = false }},
  {{ label = "下滑", points = -1.5, when = "税收增速 < 0%", if_undefined = false }},
]
overrides = [
  {{ label = "至多B", when = "专利 = 0个", at_most = "B", if_undefined = false }},
  {{ decisions = true }},
  {{ label = "一票否决", when = "事故", set = "D", if_undefined = false }},
  {{ label = "连续两年D", when = "连续(类别 = 'D', 2)", at_most = "C", if_undefined = false }},
  {{ label = "降一档", when = "previous(类别) = 'D'", down = 1, if_undefined = false }},
  {{ label = "至少C", when = "亩均税收 ≥ 3万元/亩", at_least = "C", if_undefined = false }},
]
measures = [
  {{ label = "加价", tiers = ["C", "D"], amount = "税收 × 0.3", unit = "万元", decimals = 1 }},
  {{ label = "参照", tiers = ["B"], amount = "总分 × 0.1", unit = "" }},
  {{ label = "再加", tiers = ["D"], when = "连续(类别 = 'D', 3)", amount = "专利", unit = "个", {LOOSE} }},
]
MERGE
[[schemes."评价".items]]
indicator = "亩均税收"
weight = 40
method = "ratio"
baseline = {{ statistic = "mean", by = ["行业.中类", "行业.大类", "all"], group_at_least = 2, times = 1.2 }}
score = {{ at_least = 0, at_most = "1.5 × 权重" }}
if_missing = "zero"
if_zero_denominator = "average"
if_negative = "zero"
if_flat = "zero"
[[schemes."评价".items]]
indicator = "能耗产出"
weight = 30
method = "ratio"
baseline = "1万元/吨标准煤"
instead = [{{ when = "综合能耗 = 0吨标准煤", earns = "exclude", reason = "不用能", if_undefined = false }}]
if_missing = "average"
if_zero_denominator = "full"
score = {{ at_most = 45 }}
[[schemes."评价".items]]
indicator = "税收增速"
weight = 30
method = "efficacy"
low = "0%"
high = "50%"
if_missing = "full"
if_zero_denominator = 10
[[schemes."评价".items]]
indicator = "亩均产出"
weight = 10
method = "rank"
if_missing = "exclude"
if_zero_denominator = "exclude"
[[schemes."评价".items]]
indicator = "产出能耗"
weight = 15
method = "inverse"
baseline = {{ statistic = "percentile", percent = 25, by = "规模", period = "previous" }}
score = {{ at_least = 0 }}
if_missing = "zero"
if_zero_denominator = "zero"
if_negative = "full"
if_flat = "average"
[schemes."评价".tiers]
"""
SHARES = 'of = "evaluated"\nround = "half_up"\nties = ["产出能耗", "up"]\nrefill = REFILL\n'
MINIMUM = '[[schemes."评价".tiers.minimum]]\ntier = "A"\nwhen = "亩均税收 ≥ 1万元/亩"\nif_undefined = false\n'
STAGE = 'of = "evaluated"\nround = "half_up"\nties = ["总分", "down"]\nrefill = REFILL\n'
KINDS = {
    "share": 'by = "share"\nup_to = { A = "20%", B = "60%", C = "95%", D = "100%" }\n' + SHARES,
    "score": 'by = "score"\nat_least = { A = 90, B = 70, C = 50 }\notherwise = "D"\n',
    "indicator": 'by = "indicator"\nindicator = "产出能耗"\notherwise = "D"\nif_undefined = "C"\n'
    'at_most = { A = "0.5吨标准煤/万元", B = "1吨标准煤/万元", C = "2吨标准煤/万元" }\n',
    "rules": 'by = "rules"\nnames = ["A", "B", "C", "D"]\notherwise = "C"\nrules = [\n'
    '  { tier = "D", when = "亩均税收 < 0.5万元/亩", if_undefined = true },\n'
    '  { tier = "A", when = "总分 ≥ 80 且 税收增速 ≥ 50%", if_undefined = false },\n'
    '  { tier = "B", when = "总分 ≥ 60" },\n]\n',
    "stages": 'by = "stages"\nnames = ["A", "B", "C", "D"]\notherwise = "B"\n'
    '[schemes."评价".tiers.split]\nup_to = { "上半区" = "50%", "下半区" = "100%" }\n' + SHARES + "STAGES",
}
STAGES = (
    '[[schemes."评价".tiers.stages]]\ntier = "A"\npart = "上半区"\nsort_by = "亩均税收"\nfirst = "15%"\n'
    + STAGE
    + '[[schemes."评价".tiers.stages]]\ntier = "D"\npart = "下半区"\n'
    'sort_by_points = ["能耗产出", "税收增速"]\nlast = "10%"\n'
    + STAGE
    + '[[schemes."评价".tiers.stages]]\ntier = "C"\npart = "下半区"\nsort_by = "产出能耗"\nlast = "40%"\n'
    + STAGE.replace("evaluated", "part")
)
GROUPS = 'by_group = ["规模 × 行业.大类", "行业.门类", "all"]\ngroup_at_least = 2\n'


def text(kind: str, *, refill: bool, grouped: bool, merge: str) -> str:
    tiers = KINDS[kind].replace("by = ", (GROUPS if grouped else "") + "by = ", 1)
    tiers = tiers.replace("STAGES", STAGES).replace("REFILL", str(refill).lower())
    together = f'merge = {{ by = "集团", any = ["事故", "新投产"], lead = "用地面积", counts = "{merge}" }}'
    return SCHEME.replace("MERGE", together if merge else "") + tiers + MINIMUM


def with_group(entity: Entity) -> Entity:
    return replace(entity, now=entity.now | grouped(entity))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    rows=st.lists(entities(), min_size=6, max_size=14),
    flags=st.tuples(*[st.booleans()] * 2, st.sampled_from(["", "merged", "better"])),
)
def test_a_scheme_that_uses_everything_at_once(kind: str, rows: list[Entity], flags: tuple[bool, bool, str]) -> None:
    refill, apart, merge = flags
    definitions = load(text=text(kind, refill=refill, grouped=apart, merge=merge))
    figures = [with_group(each) for each in rows]
    oracle = answer(definitions, figures)
    compare(definitions, figures, oracle)
