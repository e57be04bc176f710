"""One scheme over the entities it applies to: baselines, scores, totals, ranks, tiers, overrides, as columns.

Column names of this stage start with '#', as all columns that are not figures do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import narwhals as nw

from kpi import numbers
from kpi.definitions.model import Better, Item, Override, Scheme, Statistic, Tiers
from kpi.evaluation.context import TableContext, published_column, published_leaf
from kpi.evaluation.scheme import baselines, items, tiers
from kpi.evaluation.scheme.conditions import Condition, decide
from kpi.evaluation.scheme.results import Standing
from kpi.evaluation.scheme.special import special_values
from kpi.evaluation.settle import Published, settle
from kpi.formula.columns import Leaf
from kpi.formula.tree import Node, Shift
from kpi.problems import KpiError, Problem, say

Frame = nw.DataFrame[Any]

EXEMPTION = "#exemption"  # number of the exemption that holds, null for none
STATUS, SCORE, RANK, GROUP, FIRST, TIER = "#status", "#score", "#rank", "#group", "#first_tier", "#tier"


def score_column(index: int) -> str:
    """Published score of an item."""
    return f"#score:{index}"


def baseline_column(index: int) -> str:
    """Baseline of an item where it differs by group."""
    return f"#baseline:{index}"


def points_column(index: int) -> str:
    """Published points of an adjustment, zero where it does not hold."""
    return f"#points:{index}"


def fired_column(index: int) -> str:
    """Whether an override holds."""
    return f"#fired:{index}"


@dataclass(frozen=True, slots=True)
class SchemeRun:
    """frame: the scheme's entities with the columns named above. baselines: item number → what it was held to."""

    scheme: Scheme
    frame: Frame
    baselines: Mapping[int, baselines.Values]


def run(scheme: Scheme, frame: Frame, everybody: Frame, exact: TableContext) -> SchemeRun:
    """Classify the entities of the frame.

    everybody: all entities read. exact: the context in which names stand for exact values.

    Raises KpiError for undefined conditions and for baselines that cannot be divided by.
    """
    published = replace(exact, published_first=True)
    frame = _exempted(scheme, frame, published)
    scored = frame.filter(nw.col(STATUS) != Standing.EXEMPT)
    scored, found = _scored(scheme, scored, everybody, exact, published)
    scored = _totalled(scheme, scored, published)
    graded = scored.filter(nw.col(STATUS) == Standing.EVALUATED)
    graded = _tiered(scheme, graded, replace(published, own={"总分": published_leaf(SCORE, scheme.decimals)}), scored)
    rest = [frame.filter(nw.col(STATUS) == Standing.EXEMPT), scored.filter(nw.col(STATUS) != Standing.EVALUATED)]
    letters = dict(enumerate(each.tier for each in scheme.exempt))
    lettered = [_lettered(part, letters) for part in rest]
    return SchemeRun(scheme, nw.concat([graded, *lettered], how="diagonal"), found)


def _exempted(scheme: Scheme, frame: Frame, context: TableContext) -> Frame:
    conditions = [
        Condition(f"#exempt:{i}", each.when, each.if_undefined, say("Exemption “{reason}”", reason=each.reason))
        for i, each in enumerate(scheme.exempt)
    ]
    frame = decide(frame, conditions, context)
    number: nw.Expr = nw.lit(None, dtype=nw.Int64)
    status: nw.Expr = nw.lit(str(Standing.EVALUATED))
    for i, each in reversed(list(enumerate(scheme.exempt))):
        holds = nw.col(f"#exempt:{i}")
        number = nw.when(holds).then(nw.lit(i)).otherwise(number)
        standing = Standing.UNGRADED if each.evaluated else Standing.EXEMPT
        status = nw.when(holds).then(nw.lit(str(standing))).otherwise(status)
    return frame.with_columns(number.alias(EXEMPTION), status.alias(STATUS))


def _scored(
    scheme: Scheme, frame: Frame, everybody: Frame, exact: TableContext, published: TableContext
) -> tuple[Frame, dict[int, baselines.Values]]:
    found: dict[int, baselines.Values] = {}
    wanted: list[Published] = []
    for i, item in enumerate(scheme.items):
        by = (item.baseline.by,) if isinstance(item.baseline, Statistic) and item.baseline.by else ()
        target: Leaf | Node = Leaf(None)
        if item.baseline is not None:
            found[i] = baselines.values(item, _population(item, frame, everybody, exact, by))
            _check_flat(scheme, item, found[i])
            frame, target = baselines.joined(frame, item, found[i], by, baseline_column(i))
        own = {
            items.VALUE: published.published(item.indicator, Shift.NOW),
            items.BASELINE: target,
            items.WEIGHT: items.weight_node(item),
        }
        context = replace(published, own=own)
        wanted.append(Published(score_column(i), items.score_tree(item), context, scheme.decimals))
    return special_values(scheme, settle(frame, wanted), exact, score_column), found


def _population(
    item: Item, frame: Frame, everybody: Frame, exact: TableContext, by: tuple[str, ...]
) -> baselines.Population:
    statistic = item.baseline
    earlier = isinstance(statistic, Statistic) and statistic.period == "previous"
    shift = Shift.PREVIOUS if earlier else Shift.NOW
    indicator = exact.definitions.indicators[item.indicator]
    if isinstance(statistic, Statistic) and statistic.of == "all":
        frame = everybody
    return baselines.Population(frame, published_column(item.indicator, shift), indicator, by, shift, exact)


def _check_flat(scheme: Scheme, item: Item, found: baselines.Values) -> None:
    bad = [(group, value) for group, (value, _) in found.items() if value <= 0]
    if item.method == "ratio" and item.if_flat is None and bad:
        group, value = bad[0]
        raise KpiError(
            Problem(
                "baseline-not-positive",
                say(
                    "Scheme {scheme}: the baseline of {indicator} is {value}{group}.",
                    scheme=scheme.key,
                    indicator=item.indicator,
                    value=numbers.plain(value),
                    group=f" ({group[0]})" if group else "",
                ),
                expected=say("A baseline above zero, because values are divided by it."),
                hint=say("Choose another statistic or group for this baseline."),
            )
        )


def _totalled(scheme: Scheme, frame: Frame, published: TableContext) -> Frame:
    """Adjustments and the total: a sum of whole numbers of the last decimal."""
    frame = _adjusted(scheme, frame, published)
    total: nw.Expr = nw.lit(0.0)
    for i in range(len(scheme.items)):
        total = total + nw.col(score_column(i))
    points: nw.Expr = nw.lit(0.0)
    for i in range(len(scheme.adjustments)):
        points = points + nw.col(points_column(i))
    lowest, highest = scheme.adjustments_at_least, scheme.adjustments_at_most
    points = _clipped(points, _ticks(lowest, scheme), _ticks(highest, scheme))
    frame = frame.with_columns((total + points).alias(SCORE))
    status = nw.when(nw.col(SCORE).is_null()).then(nw.lit(str(Standing.UNDEFINED))).otherwise(nw.col(STATUS))
    return frame.with_columns(status.alias(STATUS))


def _ticks(bound: Fraction | None, scheme: Scheme) -> float | None:
    return None if bound is None else float(numbers.ticks(bound, scheme.decimals))


def _clipped(points: nw.Expr, lowest: float | None, highest: float | None) -> nw.Expr:
    return points if lowest is None and highest is None else points.clip(lowest, highest)


def _adjusted(scheme: Scheme, frame: Frame, context: TableContext) -> Frame:
    conditions = [
        Condition(f"#adjusts:{i}", each.when, each.if_undefined, say("Adjustment “{label}”", label=each.label))
        for i, each in enumerate(scheme.adjustments)
        if each.when is not None
    ]
    frame = decide(frame, conditions, context)
    wanted = [
        Published(f"#gross:{i}", each.points.tree, context, scheme.decimals)
        for i, each in enumerate(scheme.adjustments)
    ]
    frame = settle(frame, wanted)
    for i, each in enumerate(scheme.adjustments):
        holds = nw.lit(True) if each.when is None else nw.col(f"#adjusts:{i}")
        points = _clipped(nw.col(f"#gross:{i}"), _ticks(each.at_least, scheme), _ticks(each.at_most, scheme))
        if each.if_undefined is not None:
            points = points.fill_null(0.0)
        frame = frame.with_columns(nw.when(holds).then(points).otherwise(nw.lit(0.0)).alias(points_column(i)))
    return frame


def _tiered(scheme: Scheme, graded: Frame, context: TableContext, scored: Frame) -> Frame:
    """Ranks, first tiers and final tiers of those who are graded."""
    conditions = [
        Condition(fired_column(i), each.when, each.if_undefined, say("Override “{label}”", label=each.label))
        for i, each in enumerate(scheme.overrides)
    ] + [
        Condition(f"#minimum:{i}", each.when, each.if_undefined, say("Minimum of tier {tier}", tier=each.tier))
        for i, each in enumerate(scheme.tiers.minimum)
    ]
    graded = decide(graded, conditions, context)
    group = scheme.tiers.by_group
    graded = graded.with_columns((nw.col(group) if group else nw.lit(None, dtype=nw.String)).alias(GROUP))
    graded = _ranked(scheme, graded, context, scored)
    return _overridden(scheme, graded)


def _ranked(scheme: Scheme, graded: Frame, context: TableContext, scored: Frame) -> Frame:
    rule = scheme.tiers
    tie_columns = [published_column(name) for name in _tie_indicators(rule.ties)]
    set_flags = [nw.col(fired_column(i)) for i, each in enumerate(scheme.overrides) if each.action == "set"]
    placed = nw.any_horizontal(*set_flags, ignore_nulls=False) if set_flags else nw.lit(False)
    minimum = [f"#minimum:{i}" for i in range(len(rule.minimum))]
    keys = [GROUP, SCORE, *tie_columns, "#placed", *minimum]
    graded = graded.with_columns(placed.alias("#placed"))
    counted = graded.with_columns(nw.col(GROUP).fill_null("")).group_by(keys).agg(nw.len().alias("#size"))
    totals = _counted(scheme, graded, scored)
    rows: list[tuple[object, ...]] = []
    by_group: dict[object, list[tiers.Block]] = {}
    for *key, size in counted.select(*keys, "#size").iter_rows():
        block = _block(scheme, context, key, size, len(tie_columns))
        by_group.setdefault(key[0], []).append(block)
    for group, blocks in by_group.items():
        ranks = _ranks(blocks)
        numbers_of = _tier_numbers(rule, blocks, totals.get(group, 0), Fraction(1, 10**scheme.decimals))
        rows.extend((*block.key, ranks[block.key[1]], numbers_of[block.key]) for block in blocks)
    schema = {key: (nw.String() if key == GROUP else graded.schema[key]) for key in keys}
    schema |= {RANK: nw.Int64(), FIRST: nw.Int64()}
    columns = {name: [row[i] for row in rows] for i, name in enumerate(schema)}
    found = nw.from_dict(columns, schema, backend=graded.implementation)
    # Null tie values and null groups must find their block again: joins match no nulls, so both sides carry markers.
    return _joined(graded, found, keys)


def _joined(graded: Frame, found: Frame, keys: Sequence[str]) -> Frame:
    marked = {key: f"{key}~" for key in keys}

    def marks(frame: Frame) -> Frame:
        filled = [
            nw.col(key).fill_null("" if frame.schema[key] == nw.String else _no_value(frame.schema[key])).alias(mark)
            for key, mark in marked.items()
        ]
        return frame.with_columns(*filled)

    right = marks(found).drop(*keys)
    return marks(graded).join(right, on=list(marked.values()), how="left").drop(*marked.values())


def _no_value(dtype: Any) -> bool | float:
    return False if dtype == nw.Boolean else float("inf")


def _counted(scheme: Scheme, graded: Frame, scored: Frame) -> dict[object, int]:
    """Group → how many entities the shares count."""
    whom = graded
    if scheme.tiers.of == "evaluated":
        group = scheme.tiers.by_group
        whom = scored.filter(nw.col(STATUS) != Standing.UNDEFINED)
        whom = whom.with_columns((nw.col(group) if group else nw.lit(None, dtype=nw.String)).alias(GROUP))
    counts = whom.with_columns(nw.col(GROUP).fill_null("")).group_by(GROUP).agg(nw.len().alias("#size"))
    return dict(counts.select(GROUP, "#size").iter_rows())


def _block(scheme: Scheme, context: TableContext, key: Sequence[Any], size: int, ties: int) -> tiers.Block:
    order: list[tuple[int, float]] = [(0, -key[1])]
    for name, cell in zip(_tie_indicators(scheme.tiers.ties), key[2 : 2 + ties], strict=True):
        lower = context.definitions.indicators[name].better is Better.LOWER
        order.append((1, 0.0) if cell is None else (0, cell if lower else -cell))
    met = key[3 + ties :]
    eligible = tuple(
        all(held for held, minimum in zip(met, scheme.tiers.minimum, strict=True) if minimum.tier == tier)
        for tier in scheme.tiers.names
    )
    return tiers.Block(tuple(order), size, eligible, bool(key[2 + ties]), tuple(key))


def _tie_indicators(ties: str | tuple[str, ...]) -> tuple[str, ...]:
    return () if isinstance(ties, str) else ties[:-1]


def _ranks(blocks: Sequence[tiers.Block]) -> dict[object, int]:
    """Total → competition rank: equal totals share the smaller rank (1, 2, 2, 4)."""
    sizes: dict[Any, int] = {}
    for block in blocks:
        sizes[block.key[1]] = sizes.get(block.key[1], 0) + block.size
    found: dict[object, int] = {}
    rank = 1
    for total in sorted(sizes, reverse=True):
        found[total] = rank
        rank += sizes[total]
    return found


def _tier_numbers(rule: Tiers, blocks: Sequence[tiers.Block], count: int, unit: Fraction) -> dict[tuple[Any, ...], int]:
    if rule.by == "share":
        return tiers.by_share(rule, blocks, count)
    return {block.key: tiers.by_score(rule, block, Fraction(block.key[1]) * unit) for block in blocks}


def _overridden(scheme: Scheme, graded: Frame) -> Frame:
    """First tier and final tier by name; overrides act in their declared order."""
    rule = scheme.tiers
    tier: nw.Expr = nw.col(FIRST)
    for i, override in enumerate(scheme.overrides):
        before = list(dict.fromkeys((*rule.names, *(each.tier for each in scheme.overrides if each.tier))))
        after = [moved(override, name, rule.names) for name in before]
        changed = tier.replace_strict(before, after, return_dtype=nw.String)
        tier = nw.when(nw.col(fired_column(i))).then(changed).otherwise(tier)
    graded = graded.with_columns(
        nw.col(FIRST).replace_strict(list(range(len(rule.names))), list(rule.names), return_dtype=nw.String)
    )
    return graded.with_columns(tier.alias(TIER))


def moved(override: Override, tier: str, names: Sequence[str]) -> str:
    """The tier after an override that holds. A tier outside the scheme's own list is moved by nothing but a set."""
    if override.action == "set":
        return override.tier
    if tier not in names:
        return tier
    number, last = names.index(tier), len(names) - 1
    if override.action == "at_most":
        return names[max(number, names.index(override.tier))]
    if override.action == "at_least":
        return names[min(number, names.index(override.tier))]
    steps = override.steps if override.action == "down" else -override.steps
    return names[min(max(number + steps, 0), last)]


def _lettered(part: Frame, letters: Mapping[int, str]) -> Frame:
    """Those outside the ranked list carry the letter of their exemption; the undefined carry none."""
    letter: nw.Expr = nw.lit(None, dtype=nw.String)
    for number, tier in letters.items():
        letter = nw.when(nw.col(EXEMPTION) == number).then(nw.lit(tier)).otherwise(letter)
    return part.with_columns(letter.alias(TIER))
