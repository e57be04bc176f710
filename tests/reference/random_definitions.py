"""Random small schemes as TOML text, and random entities, for the comparison of the engine with the reference.

Figures have few digits and few values, so that ties, exact thresholds, zeros, empty cells and negative numbers are
common.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import tomli_w
from hypothesis import strategies as st

from kpi.definitions.scheme_model import CARRIES
from tests.reference.random_items import items, numbers, optional
from tests.reference.rows import Entity, Reported

SCHEME = "评价"
LIST = "重点企业"
LISTED = {1: "示例企业1", 4: "示例企业4", 6: f"{6:018}"}  # who is on it, by place → the name or code
TIERS = ("A", "B", "C", "D")

FIGURES = {
    "税收": "万元",
    "增加值": "万元",
    "用地面积": "亩",
    "综合能耗": "吨标准煤",
    "专利": "个",
    "行业": {"type": "industry"},
    "规模": {"type": "text"},
    "事故": {"type": "yes_no"},
    "新投产": {"type": "yes_no"},
    "集团": {"type": "text"},
}
INDICATORS = {
    "亩均税收": {"formula": "税收 / 用地面积", "unit": "万元/亩"},
    "亩均产出": {"formula": "(税收 + 增加值) / 用地面积", "unit": "万元/亩"},
    "能耗产出": {"formula": "增加值 / 综合能耗", "unit": "万元/吨标准煤"},
    "税收增速": {"formula": "growth(税收)", "unit": "%"},
    "税收占比": {"formula": "亩均税收 / 亩均产出", "unit": "%"},
    "税收份额": {"formula": "税收 / sum(税收)", "unit": "%"},
    "公布占比": {"formula": "published(亩均税收) / max(亩均产出, 0.5万元/亩)", "unit": "%"},
    "名单产出": {"formula": "亩均产出 + if(in_list(重点企业), 1万元/亩, 0万元/亩)", "unit": "万元/亩"},
}
LOWER = {"产出能耗": {"formula": "综合能耗 / 增加值", "unit": "吨标准煤/万元", "better": "lower", "decimals": 1}}

# Conditions that figures of few digits often meet exactly, and often cannot answer.
CONDITIONS = (
    "事故",
    "非 新投产",
    "税收 ≥ 2万元",
    "税收 > 2万元 且 专利 ≥ 1个",
    "亩均税收 ≥ 1万元/亩",
    "亩均产出 < 3万元/亩 或 事故",
    "税收增速 ≥ 50%",
    "行业 属于 ['C136', '纺织']",
    "missing(综合能耗)",
    "亩均税收 ≥ mean(亩均税收)",
    "税收 > median(税收 where 专利 ≥ 1个)",
    "if(新投产, 专利 ≥ 1个, 税收 ≥ 1万元)",
    "in_list(重点企业)",
    "非 在名单(重点企业) 且 名单产出 ≥ 2万元/亩",
    "税收份额 ≥ 20%",
    "税收 ≥ 2 × previous(税收)",
    "count(税收 ≥ 2万元) ≥ 2",
    "share(税收 where 在名单(重点企业)) ≥ 50%",
    "税收 = max(税收 where 非 事故)",
    "abs(税收 - 增加值) ≥ 1万元 或 ceil(专利 / 2个) = 1",
)
# Of the years before, of which two are known; and of this one, where the tier is known.
PAST = ("previous(类别) = 'A'", "上年同期的类别 属于 ['C', 'D'] 或 事故", "consecutive(previous(类别) = 'B', 2)")
PRESENT = (
    *PAST,
    "类别 = 'A'",
    "类别 ≠ 'D' 且 专利 ≥ 1个",
    "连续(类别 = 'B', 2)",
    "非 连续(类别 属于 ['B', 'C'], 3)",
    "类别 = previous(类别)",
)
POINTS = (
    "2",
    "-1.5",
    "0.125",
    "0.5 × 专利",
    "-0.25 × 专利",
    "(税收 - 2万元) / 1万元 × 0.35",
    "亩均税收 / 1万元/亩",
    "0.05 × 得分",
    "if(得分 ≥ 20, 1, -1)",
)


@dataclass(frozen=True)
class Case:
    """Definitions as TOML text with one scheme, SCHEME, and the entities to classify."""

    text: str
    entities: tuple[Entity, ...]


def decimals() -> st.SearchStrategy[int]:
    return st.integers(0, 3)


def conditions(key: str = "when", more: tuple[str, ...] = ()) -> st.SearchStrategy[dict[str, Any]]:
    """A condition, which mostly says what it counts as when it is undefined. more: further ones to choose from."""
    said = [{"if_undefined": True}, {"if_undefined": False}] * 4 + [{}]
    return st.sampled_from([{key: one, **undefined} for one in (*CONDITIONS, *more) for undefined in said])


GROUPS = (
    "行业",
    "规模",
    ["行业.小类", "行业.中类", "行业.大类", "行业.门类", "all"],
    ["行业.小类", "行业.大类"],
    ["行业.大类", "all"],
    ["规模 × 行业.中类", "行业.中类", "all"],
    ["行业 × 规模", "规模", "all"],
    ["行业", "行业.门类"],
    "if(税收 ≥ 2万元, '大', '小')",
    ["行业.大类 × 专利 ≥ 1个", "行业.大类", "all"],
    ["if(亩均税收 ≥ mean(亩均税收), 规模, '低于平均')", "all"],
    ["first(集团, 规模)", "all"],
)


@st.composite
def groupings(draw: st.DrawFn, key: str, seldom: int = 1) -> dict[str, Any]:
    """No groups, or groups with a smallest size."""
    if draw(st.integers(0, seldom)):
        return {}
    return {key: draw(st.sampled_from(GROUPS))} | draw(optional({"group_at_least": st.integers(1, 4)}))


@st.composite
def baselines(draw: st.DrawFn, indicator: str) -> Any:
    unit = (INDICATORS | LOWER)[indicator]["unit"]
    if draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from(["0.7", "1", "1.5", "2.25", "3"])) + unit
    kind = draw(st.sampled_from(["mean", "mean", "ratio_of_sums", "median", "percentile", "best", "worst"]))
    if indicator == "名单产出" and kind == "ratio_of_sums":
        kind = "mean"  # sums are on no list
    statistic = {"statistic": kind}
    if kind == "percentile":
        statistic["percent"] = draw(numbers("0", "25", "75", "33.3", "100"))
    keys = draw(
        optional(
            {
                "of": st.sampled_from(["scheme", "all"]),
                # Nobody reports the year before last, so there is no growth of a year ago.
                "period": st.just("now") if indicator == "税收增速" else st.sampled_from(["now", "previous"]),
                "times": numbers("1.2", "0.5", "2"),
                "decimals": decimals(),
            }
        )
    )
    return statistic | keys | draw(groupings("by"))


@st.composite
def tiers(draw: st.DrawFn, names: tuple[str, ...], scored: list[str]) -> dict[str, Any]:
    kinds = (tiers_by_share, tiers_by_share, tiers_by_share, tiers_by_score, tiers_by_indicator, tiers_by_rules)
    kind = draw(st.integers(0, len(kinds) + 1))
    rules: dict[str, Any] = draw(kinds[kind](names) if kind < len(kinds) else tiers_by_stages(names, scored))
    if draw(st.booleans()):
        rules["minimum"] = [
            {"tier": draw(st.sampled_from(names[:-1]))} | draw(conditions()) for _ in range(draw(st.integers(1, 2)))
        ]
    return rules


@st.composite
def tiers_by_share(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Any]:
    inner = len(names) - 1
    cuts = draw(st.lists(st.integers(1, 19), min_size=inner, max_size=inner, unique=True))
    return {
        "by": "share",
        "up_to": dict(zip(names, [f"{5 * share}%" for share in sorted(cuts)] + ["100%"], strict=True)),
        **draw(shares()),
        **draw(groupings("by_group", seldom=2)),
    }


@st.composite
def bounded(draw: st.DrawFn, names: tuple[str, ...], values: tuple[str, ...], lower: bool = False) -> dict[str, Any]:
    """Bounds of tiers, usually with a tier for the rest; without one, somebody may have none."""
    rest = draw(st.integers(0, 9)) < 9
    count = len(names) - rest
    chosen = draw(st.lists(numbers(*values), min_size=count, max_size=count, unique=True))
    bounds = dict(zip(names, sorted(chosen, reverse=not lower), strict=False))
    return {"at_most" if lower else "at_least": bounds} | ({"otherwise": names[-1]} if rest else {})


@st.composite
def tiers_by_score(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Any]:
    # Totals are often sums of whole weights; these bounds lie where they do.
    return {"by": "score"} | draw(bounded(names, ("0", "2", "10", "20", "25", "40", "50", "60")))


@st.composite
def tiers_by_indicator(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Any]:
    indicator = draw(st.sampled_from(["亩均税收", "产出能耗", "税收占比"]))
    unit = (INDICATORS | LOWER)[indicator]["unit"]
    values = ("10", "40", "50", "100") if unit == "%" else ("0", "0.5", "1", "1.5", "2", "3")
    found = {"by": "indicator", "indicator": indicator} | draw(bounded(names, values, indicator in LOWER))
    for key in found.keys() & {"at_least", "at_most"}:
        found[key] = {tier: f"{value}{unit}" for tier, value in found[key].items()}
    said = draw(st.integers(0, 5))  # usually said, so that there is usually a tier
    return found | ({"if_undefined": draw(st.sampled_from(names))} if said else {})


@st.composite
def shares(draw: st.DrawFn, among: tuple[str, ...] = (), of: tuple[str, ...] = ("graded", "evaluated", "all")) -> Any:
    """What every table with shares says. among: what else may decide between equals."""
    last = draw(st.sampled_from(["up", "down"]))
    deciders = draw(st.lists(st.sampled_from(["亩均税收", "产出能耗", "税收增速", *among]), max_size=2, unique=True))
    return {
        "of": draw(st.sampled_from(of)),
        "round": draw(st.sampled_from(["half_up", "up", "down"])),
        "ties": [*deciders, last] if deciders else last,
        "refill": draw(st.booleans()),
    }


@st.composite
def tiers_by_stages(draw: st.DrawFn, names: tuple[str, ...], scored: list[str]) -> dict[str, Any]:
    split = draw(st.integers(1, 19))
    parts = {} if draw(st.integers(0, 4)) == 0 else {"上半区": f"{5 * split}%", "下半区": "100%"}
    found = {
        "by": "stages",
        "names": list(names),
        "otherwise": draw(st.sampled_from(names)),
        "stages": [draw(stage(names, list(parts), scored)) for _ in range(draw(st.integers(1, 3)))],
        **draw(groupings("by_group")),
    }
    return found | ({"split": {"up_to": parts} | draw(shares())} if parts else {})


@st.composite
def stage(draw: st.DrawFn, names: tuple[str, ...], parts: list[str], scored: list[str]) -> dict[str, Any]:
    sorting = draw(st.integers(0, 3))
    found: dict[str, Any] = {"tier": draw(st.sampled_from(names))}
    if parts and draw(st.integers(0, 4)):
        found["part"] = draw(st.sampled_from(parts))
    if sorting == 1:
        found["sort_by_points"] = draw(st.lists(st.sampled_from(scored), min_size=1, max_size=2, unique=True))
    elif sorting:
        found["sort_by"] = draw(st.sampled_from(["亩均税收", "产出能耗", "税收增速", "总分"]))
    found[draw(st.sampled_from(["first", "last"]))] = f"{5 * draw(st.integers(1, 12))}%"
    return found | draw(shares(("总分",), ("graded", "evaluated", "all", "part")))


@st.composite
def tiers_by_rules(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Any]:
    rules = [
        {"tier": draw(st.sampled_from(names))} | draw(st.one_of(conditions(), st.just({"when": "总分 ≥ 20"})))
        for _ in range(draw(st.integers(1, 4)))
    ]
    return {"by": "rules", "names": list(names), "rules": rules, "otherwise": draw(st.sampled_from(names))}


@st.composite
def overrides(draw: st.DrawFn, label: str, names: tuple[str, ...]) -> dict[str, Any]:
    action = draw(st.sampled_from(["set", "set", "at_most", "at_least", "up", "down"]))
    value = draw(st.integers(1, 2)) if action in ("up", "down") else draw(st.sampled_from(names))
    return {"label": label, action: value} | draw(conditions(more=PRESENT))


@st.composite
def adjustments(draw: st.DrawFn, label: str) -> dict[str, Any]:
    adjustment = {"label": label, "points": draw(st.sampled_from(POINTS))}
    caps = draw(optional({"at_least": numbers("-1", "0"), "at_most": numbers("1", "2.5")}))
    return adjustment | caps | draw(conditions(more=PAST))


@st.composite
def merges(draw: st.DrawFn) -> dict[str, Any]:
    by = ("集团", "集团", "集团 × 专利 ≥ 1个", "first(集团, 规模)", "if(亩均税收 ≥ 1万元/亩, 集团, 规模)")
    rule = {
        "by": draw(st.sampled_from(by)),
        "any": ["事故", "新投产"],
        "counts": draw(st.sampled_from(["merged", "better"])),
    }
    if draw(st.booleans()):
        rule |= draw(conditions("unless"))
    return rule | draw(optional({"lead": st.just("用地面积")}))


@st.composite
def schemes(draw: st.DrawFn) -> dict[str, Any]:
    chosen = draw(st.lists(st.sampled_from([*INDICATORS, *LOWER]), min_size=1, max_size=4, unique=True))
    scheme: dict[str, Any] = {
        "decimals": draw(decimals()),
        "items": [draw(items(indicator, (INDICATORS | LOWER)[indicator]["unit"], baselines)) for indicator in chosen],
    }
    if draw(st.booleans()):
        scheme["total_weight"] = sum(item["weight"] for item in scheme["items"])
    names = TIERS[: draw(st.integers(2, 4))]
    scheme["tiers"] = draw(tiers(names, chosen))
    if draw(st.booleans()):
        scheme |= draw(conditions("applies_to"))
    scheme["exempt"] = [
        {"tier": "N", "reason": "暂不评价"}
        | draw(conditions())
        | draw(optional({"evaluated": st.booleans(), "managed_as": st.sampled_from(names)}))
        for _ in range(draw(st.integers(0, 2)))
    ]
    if draw(st.integers(0, 3)) == 0:
        scheme["merge"] = draw(merges())
    scheme["adjustments"] = [draw(adjustments(f"加减分{n}")) for n in range(draw(st.integers(0, 2)))]
    scheme |= draw(optional({"adjustments_at_most": numbers("2"), "adjustments_at_least": numbers("-1")}))
    scheme["overrides"] = [draw(overrides(f"定档{n}", names)) for n in range(draw(st.integers(0, 3)))]
    if draw(st.integers(0, 3)) == 3:
        scheme["overrides"].insert(draw(st.integers(0, len(scheme["overrides"]))), {"decisions": True})
    scheme["measures"] = [
        {"label": "加价", "tiers": list(names[-2:]), "amount": "税收 × 0.35", "unit": "万元", "decimals": 1},
        {"label": "再加价", "tiers": list(names[-3:]), "amount": "总分 × 税收", "unit": "万元"}
        | draw(conditions(more=PRESENT)),
    ]
    scheme["carry"] = draw(st.sampled_from(CARRIES))
    return scheme


@st.composite
def definitions(draw: st.DrawFn) -> str:
    indicators = {key: value | {"decimals": draw(decimals())} for key, value in INDICATORS.items()} | LOWER
    return text_of(indicators, draw(schemes()))


def text_of(indicators: Mapping[str, Any], scheme: Mapping[str, Any]) -> str:
    """Definitions with one scheme over the figures and the list of here."""
    return tomli_w.dumps(
        {
            "format": 1,
            "figures": FIGURES,
            "lists": {LIST: {"source": "示例数据", "members": list(LISTED.values())}},
            "indicators": indicators,
            "schemes": {SCHEME: scheme},
        }
    )


VALUES: Mapping[str, tuple[Reported, ...]] = {
    "税收": (*map(Fraction, ("1", "2", "0.5", "1", "2", "3", "4.5", "0", "-1")), None),
    "增加值": (*map(Fraction, ("1", "2", "2", "3", "7.7", "0", "-2")), None),
    "用地面积": (*map(Fraction, ("1", "2", "1", "2", "3", "0.7", "1", "0")), None),
    "综合能耗": (*map(Fraction, ("1", "2", "3", "0")), None),
    "专利": (*map(Fraction, ("0", "1", "2", "3", "1", "2")), None),
    "行业": ("C1361", "1361 水产品冷冻加工", "C1362", "C1711", "C171", "17", "C", "纺织", "IT", "98", "A0111", None),
    "规模": ("规上", "规上", "规下", None),
    "事故": (False, False, False, True, None),
    "新投产": (False, False, False, False, True, None),
    "集团": (None, None, None, "甲", "乙"),
}


def entities() -> st.SearchStrategy[Entity]:
    figures = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in VALUES.items()})
    tier = st.sampled_from([None, "A", "B", "B", "C", "D"])
    previous = st.one_of(st.none(), figures, figures, figures)
    decided = st.sampled_from([None, None, None, None, "A", "B"])  # every scheme has these tiers
    return st.builds(Entity, figures, previous, tiers=st.tuples(tier, tier), decided=decided)


def grouped(row: Entity) -> dict[str, Reported]:
    return {"行业": row.now["行业"] or "C1361", "规模": row.now["规模"] or "规下"}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    size = draw(st.sampled_from([1, 2, 3, 5, 6, 7, 8, 9, 10, 12, 14, 0]))  # the first is the simplest to look at
    text = draw(definitions())
    drawn = draw(st.lists(entities(), min_size=size, max_size=size))
    rows = [replace(row, lists=frozenset([LIST]) if at in LISTED else frozenset()) for at, row in enumerate(drawn)]
    if "行业" in text or "规模" in text:
        # Too many companies without a group would leave little to compare.
        kept = draw(st.integers(0, 3)) == 3
        rows = rows if kept else [replace(row, now=row.now | grouped(row)) for row in rows]
    return Case(text, tuple(rows))
