"""Baselines, adjustments and the total (design 4.3, 4.5, 4.6, 5); tests/reference/items.py has the item scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from kpi.definitions.figure_model import Better
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Given, Item, Scheme, Statistic
from kpi.formula.tree import Node, Shift, names
from tests.reference.groups import Group, first_usable, group_at, large_enough
from tests.reference.rows import Entity, Reported, Row, holds, number, publish, undefined


@dataclass(frozen=True)
class BaselineResult:
    indicator: str
    group: Group | None
    value: Fraction | None
    count: int | None  # how many values it was taken over; None when given


# 4.3 and 5: baselines


def statistic(kind: str, values: Sequence[Fraction], better: Better, percent: Fraction | None) -> Fraction:
    """A statistic of at least one value."""
    ordered = sorted(values)
    if kind == "mean":
        return sum(ordered, Fraction(0)) / len(ordered)
    if kind in ("median", "percentile"):
        # 4.5: percentiles interpolate as PERCENTILE.INC does; the median is the 50th.
        place = (Fraction(50) if kind == "median" or percent is None else percent) / 100 * (len(ordered) - 1)
        below = floor(place)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (place - below) * (ordered[above] - ordered[below])
    if kind in ("best", "worst"):
        return ordered[-1] if (kind == "best") == (better is not Better.LOWER) else ordered[0]
    raise NotImplementedError(kind)


def ratio_of_sums(definitions: Definitions, indicator: str, rows: Sequence[Row], at: Shift) -> Fraction | None:
    """4.3: the indicator's formula over the exact sums of its figures, where the indicator is defined."""
    keys = figures_below(definitions, definitions.indicators[indicator].formula.tree)
    now = {key: total(row.entity.now.get(key) for row in rows) for key in keys}
    previous = {key: total((row.entity.previous or {}).get(key) for row in rows) for key in keys}
    value = replace(rows[0], entity=Entity(now, previous)).exact(indicator, at)
    return value if isinstance(value, Fraction) else None


def figures_below(definitions: Definitions, tree: Node) -> set[str]:
    keys = {name.key for name in names(tree)}
    for key in keys & set(definitions.indicators):
        keys = keys | figures_below(definitions, definitions.indicators[key].formula.tree)
    return keys & set(definitions.figures)


def total(values: Iterable[Reported]) -> Fraction | None:
    numbers = [value for value in values if isinstance(value, Fraction)]
    return sum(numbers, Fraction(0)) if numbers else None


def baseline_of(scheme: Scheme, item: Item, group: Group | None, rows: Sequence[Row]) -> BaselineResult:
    """The baseline of one group. rows: the population of that group, value defined or not."""
    if isinstance(item.baseline, Given):
        return BaselineResult(item.indicator, None, item.baseline.value, None)  # 4.3: stays as written
    rule = item.baseline
    assert isinstance(rule, Statistic)
    indicator = rows[0].definitions.indicators[item.indicator]
    at = Shift(rule.period)
    values = [(row, row.value(item.indicator, at)) for row in rows]
    defined = [(row, value) for row, value in values if isinstance(value, Fraction)]  # 4.5: "value defined"
    found: Fraction | None = None
    if defined and rule.kind == "ratio_of_sums":
        found = ratio_of_sums(rows[0].definitions, item.indicator, [row for row, _ in defined], at)
    elif defined:
        found = statistic(rule.kind, [value for _, value in defined], indicator.better, rule.percent)
    if found is not None:
        found *= rule.times
        # 4.3: published once, after `times`, to its own decimals, else its indicator's; carry = "exact" rounds only
        # statistics that declare decimals.
        decimals = rule.decimals if scheme.carry == "exact" or rule.decimals is not None else indicator.decimals
        found = found if decimals is None else publish(found, decimals)
    return BaselineResult(item.indicator, group, found, len(defined))


def baselines(
    scheme: Scheme, item: Item, population: Sequence[Row], everyone: Sequence[Row]
) -> tuple[dict[Group | None, BaselineResult], list[Group | None]]:
    """The baselines in use, and the group of each of the population. Who has no usable group has no baseline.

    Of the narrowest groups all are listed, of the wider ones those that somebody falls back to.
    """
    rule = item.baseline
    nobody: list[Group | None] = [None] * len(population)
    if isinstance(rule, Given):
        return {None: baseline_of(scheme, item, None, ())}, nobody
    assert isinstance(rule, Statistic)
    # 4.5: the population is those the scheme applies to and who are not exempt, unless `of` widens it.
    rows = everyone if rule.of == "all" else population
    if rule.by is None:
        return ({None: baseline_of(scheme, item, None, rows)} if rows else {}), nobody
    found: dict[Group | None, BaselineResult] = {}
    for level in rule.by.levels:
        for group in dict.fromkeys(group for row in rows if (group := group_at(level, row)) is not None):
            found[group] = baseline_of(scheme, item, group, [row for row in rows if group_at(level, row) == group])
    grouping = rule.by

    def usable(group: Group) -> bool:
        known = found.get(group)
        return known is not None and known.value is not None and large_enough(grouping, group, known.count or 0)

    groups = [first_usable(grouping, row, usable) for row in population]
    listed = [group for group in found if group is not None and usable(group)]
    narrowest = grouping.levels[0].text
    return {group: found[group] for group in listed if group.level == narrowest or group in groups}, groups


def rounded(points: Fraction, decimals: int | None) -> Fraction:
    return points if decimals is None else publish(points, decimals)


# 5: adjustments and the total


def adjustments(scheme: Scheme, row: Row, scores: Sequence[Fraction | None]) -> tuple[tuple[str, Fraction | None], ...]:
    """(label, points) of every adjustment whose condition holds; each within its caps, then published (4.3).

    Points over a figure that is missing are undefined (4.6: undefined is not zero).
    """
    decimals = None if scheme.carry == "exact" else scheme.decimals
    terms = [score for score in scores if score is not None]
    items = sum(terms, Fraction(0)) if len(terms) == len(scores) else undefined("no-total")
    row = replace(row, words={**row.words, "得分": items})
    fired = []
    for adjustment in scheme.adjustments:
        if adjustment.when is None or holds(adjustment.when, row, adjustment.if_undefined):
            points = number(adjustment.points, row)
            if points is not None:
                points = rounded(within(points, adjustment.at_least, adjustment.at_most), decimals)
            fired.append((adjustment.label, points))
    return tuple(fired)


def within(points: Fraction, at_least: Fraction | None, at_most: Fraction | None) -> Fraction:
    points = points if at_most is None else min(points, at_most)
    return points if at_least is None else max(points, at_least)


def total_score(
    scheme: Scheme, scores: Sequence[Fraction | None], fired: Sequence[tuple[str, Fraction | None]]
) -> Fraction | None:
    """4.3: the total is the sum of what was published; undefined when a term is. The cap over all is on their sum."""
    terms = [score for score in scores if score is not None]
    points = [points for _, points in fired if points is not None]
    if len(terms) < len(scores) or len(points) < len(fired):
        return None
    adjusted = within(sum(points, Fraction(0)), scheme.adjustments_at_least, scheme.adjustments_at_most)
    # All terms are published already, so this rounds only what a cap with more decimals, or carry = "exact", leaves.
    return publish(sum(terms, Fraction(0)) + adjusted, scheme.decimals)
