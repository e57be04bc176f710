"""Random items: every scoring method with what it takes, from few values so that ties and exact bounds are common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

SPECIAL = ("zero", "full", "average", "average", "exclude", "exclude", "reject", Decimal("-1.25"))
CONDITIONS = ("事故", "综合能耗 = 0吨标准煤", "税收 ≥ 2万元", "亩均税收 ≥ 1万元/亩", "missing(专利)")
BOUNDS = ("0", "0.5", "1", "1.5", "2", "3", "50")
SHARES = (0, 0.2, "60%", "33.3%", 1, 1.2)
# A formula of one's own, with the baselines that it reads.
FORMULAS = {
    "权重 × 80% + floor((本期值 / 基准值 - 1) / 5%)": ("baseline",),
    "权重 × 基准值 / 本期值": ("baseline",),
    "if(名次 ≤ 50% × 户数, 权重, 权重 / 2)": (),
    "权重 × (户数 - 名次) / 户数": (),
    "权重 × (本期值 - 最低值) / (最高值 - 最低值)": ("low", "high"),
    "if(本期值 ≥ 最低值, 权重, 权重 × 本期值 / 最低值)": ("low",),
    "if(本期值 ≥ 基准值, 权重 + 2 × (本期值 - 基准值) / 最高值, 权重 / 2)": ("baseline", "high"),
}


def numbers(*texts: str) -> st.SearchStrategy[Decimal]:
    return st.sampled_from([Decimal(text) for text in texts])


@st.composite
def optional(draw: st.DrawFn, keys: Mapping[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """Some of the keys, each with a value."""
    return {key: draw(value) for key, value in keys.items() if draw(st.booleans())}


@st.composite
def items(
    draw: st.DrawFn, indicator: str, unit: str, baselines: Callable[[str], st.SearchStrategy[Any]]
) -> dict[str, Any]:
    item = {"indicator": indicator, "weight": draw(numbers("10", "20", "25", "33.3", "50"))}
    item |= draw(st.sampled_from([ratio, ratio, *METHODS]))(draw, unit, lambda: draw(baselines(indicator)))
    bounds = draw(
        optional(
            {
                "at_least": st.sampled_from([0, 2, "0.1 × 权重"]),
                "at_most": st.sampled_from([30, "权重", "1.5 × 权重"]),
            }
        )
    )
    if bounds:
        item["score"] = bounds
    special = st.sampled_from((*SPECIAL, "baseline") if "baseline" in item else SPECIAL)
    for key in ("if_missing", "if_zero_denominator"):
        if draw(st.integers(0, 5)):  # usually said, so that totals are usually defined
            item[key] = draw(special)
    flat = "low" in item and item["low"] == item.get("high")  # what it earns then has to be said
    if flat or draw(st.integers(0, 5)):
        item["if_flat"] = draw(special.filter(lambda earns: earns != "reject"))  # nobody is sent back for the others
    cases = [
        {"when": draw(st.sampled_from(CONDITIONS)), "earns": draw(special), "if_undefined": draw(st.booleans())}
        for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2])))
    ]
    if cases:
        item["instead"] = cases
    return item | draw(optional({"if_negative": special}))


# One function a method, or a family of them: its name and what it takes.
Draw = Any
Baseline = Callable[[], Any]


def ratio(draw: Draw, unit: str, baseline: Baseline) -> dict[str, Any]:
    return {"method": "ratio", "baseline": baseline()}


def lower_is_better(draw: Draw, unit: str, baseline: Baseline) -> dict[str, Any]:
    return {"method": draw(st.sampled_from(["inverse", "reciprocal"])), "baseline": baseline()}


def within_range(draw: Draw, unit: str, baseline: Baseline) -> dict[str, Any]:
    method = draw(st.sampled_from(["min_max", "efficacy"]))
    low = draw(st.sampled_from([{"statistic": "worst"}, {"statistic": "percentile", "percent": 25}, f"0.5{unit}"]))
    high = draw(st.sampled_from([{"statistic": "best"}, f"3{unit}", baseline()]))
    if draw(st.integers(0, 4)) == 0:
        low = baseline()  # which may as well be the higher one
    return {"method": method, "low": low, "high": high} | draw(optional({"floor": st.sampled_from(["20%", 0.6])}))


def interpolate(draw: Draw, unit: str, baseline: Baseline) -> dict[str, Any]:
    places = draw(st.lists(st.integers(0, len(BOUNDS) - 1), min_size=2, max_size=4, unique=True))
    line = [{"at": f"{BOUNDS[place]}{unit}", "share": draw(st.sampled_from(SHARES))} for place in sorted(places)]
    return {"method": "interpolate", "line": line, "beyond": draw(st.sampled_from(["flat", "extend"]))}


def bands(draw: Draw, unit: str, baseline: Baseline) -> dict[str, Any]:
    side = draw(st.sampled_from(["from", "to"]))
    places = draw(st.lists(st.integers(0, len(BOUNDS) - 1), min_size=1, max_size=3, unique=True))
    made = [
        {side: f"{BOUNDS[place]}{unit}", "share": draw(st.sampled_from(SHARES))}
        for place in sorted(places, reverse=side == "from")
    ]
    return {"method": "bands", "bands": made} | draw(optional({"otherwise": st.sampled_from(SHARES)}))


def by_steps(draw: Draw, unit: str, baseline: Baseline) -> dict[str, Any]:
    return {
        "method": draw(st.sampled_from(["deduct", "threshold"])),
        "start": f"{draw(st.sampled_from(BOUNDS[1:]))}{unit}",
        "each": f"{draw(st.sampled_from(['0.1', '0.25', '1']))}{unit}",
        "per_step": draw(numbers("0.1", "2", "0.125")),
        "part": draw(st.sampled_from(["whole", "none", "share"])),
    }


AMONG = ("行业", "行业", "行业.大类", "规模 × 行业.门类", "if(亩均税收 ≥ 1万元/亩, 规模, '低')")


def by_place(draw: Draw, unit: str, baseline: Baseline) -> dict[str, Any]:
    method = draw(st.sampled_from(["rank", "percentile"]))
    options = {"among": st.sampled_from(AMONG)} | ({"per_place": numbers("1", "0.125")} if method == "rank" else {})
    return {"method": method} | draw(optional(options))


def own_formula(draw: Draw, unit: str, baseline: Baseline) -> dict[str, Any]:
    formula = draw(st.sampled_from(list(FORMULAS)))
    bases = {role: baseline() for role in FORMULAS[formula]}
    return {"method": "formula", "formula": formula} | bases | draw(optional({"among": st.sampled_from(AMONG)}))


METHODS = (lower_is_better, within_range, interpolate, bands, by_steps, by_place, own_formula)
