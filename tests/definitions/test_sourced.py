"""Where rules are from: what one does not say itself, it has from what it stands in."""

from __future__ import annotations

from kpi.definitions.load import load

RULES = """
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
"事故" = { type = "yes_no" }
"集团" = { type = "text" }
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }

[schemes.k]
source = "办法"
exempt = [{ when = "税收 = 3万元", tier = "N", reason = "新" }]
merge = { by = "集团" }
adjustments = [{ label = "奖", points = 2 }, { label = "罚", points = -2, source = "第七条" }]
overrides = [
  { label = "事故", when = "事故", at_most = "B", source = "第八条" },
  { label = "税", when = "税收 < 2万元", set = "B" },
]
measures = [{ label = "加价", tiers = "B" }]

[[schemes.k.items]]
indicator = "亩均税收"
weight = 100
source = "第二条"
method = "min_max"
low = "1万元/亩"
high = { statistic = "best", source = "通知" }
instead = [{ when = "事故", earns = "zero" }]

[schemes.k.tiers]
by = "rules"
names = ["A", "B"]
otherwise = "B"
source = "第三条"
rules = [{ tier = "A", when = "总分 > 90" }, { tier = "A", when = "总分 > 80 且 税收 > 9万元", source = "第四条" }]
minimum = [{ tier = "A", when = "税收 > 1万元" }]
"""


def test_every_rule_has_a_source() -> None:
    (scheme,) = load(text=RULES).schemes["k"]
    (item,) = scheme.items
    assert item.low is not None and item.high is not None and scheme.merge is not None
    assert [item.source, item.low.source, item.high.source, item.instead[0].source] == [
        "第二条",
        "第二条",
        "通知",
        "第二条",
    ]
    assert [each.source for each in (*scheme.exempt, scheme.merge, *scheme.measures)] == ["办法"] * 3
    assert [each.source for each in scheme.adjustments] == ["办法", "第七条"]
    assert [each.source for each in scheme.overrides] == ["第八条", "办法"]
    tiers = scheme.tiers
    assert [each.source for each in (tiers, *tiers.rules(), *tiers.minimum)] == ["第三条", "第三条", "第四条", "第三条"]


def test_without_any_source_nothing_is_made_up() -> None:
    bare = "".join(line for line in RULES.splitlines(keepends=True) if not line.startswith("source"))
    (scheme,) = load(text=bare).schemes["k"]
    assert [each.source for each in (*scheme.items, *scheme.measures, scheme.tiers)] == ["", "", ""]
