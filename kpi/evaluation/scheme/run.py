"""One scheme over the entities it applies to: baselines, scores, totals, ranks, tiers, overrides, as columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import narwhals as nw

from kpi import numbers
from kpi.definitions.model import Item, Scheme, Statistic
from kpi.evaluation.context import TableContext, published_column, published_leaf
from kpi.evaluation.scheme import baselines, grading, items
from kpi.evaluation.scheme.baselines import Taken, Values
from kpi.evaluation.scheme.columns import EXEMPTION, SCORE, STATUS, TIER, baseline_column, points_column, score_column
from kpi.evaluation.scheme.conditions import Condition, decide
from kpi.evaluation.scheme.results import Standing
from kpi.evaluation.scheme.special import special_values
from kpi.evaluation.settle import Published, settle
from kpi.formula.leaves import Leaf
from kpi.formula.tree import Node, Number, Shift
from kpi.frozen import frozen
from kpi.problems import KpiError, Problem, say

Frame = nw.DataFrame[Any]


@frozen
class SchemeRun:
    """frame: the scheme's entities with the columns of columns.py.

    baselines: item number → what it was held to. taken: the same before factor and rounding.
    """

    scheme: Scheme
    frame: Frame
    baselines: Mapping[int, Values]
    taken: Mapping[int, Taken]


def run(scheme: Scheme, frame: Frame, everybody: Frame, exact: TableContext) -> SchemeRun:
    """Classify the entities of the frame.

    everybody: all entities read. exact: the context in which names stand for exact values.

    Raises KpiError for undefined conditions and for baselines that cannot be divided by.
    """
    published = replace(exact, published_first=True)
    frame = _exempted(scheme, frame, published)
    scored = kept(frame, nw.col(STATUS) != Standing.EXEMPT)
    scored, taken, found = _scored(scheme, scored, everybody, exact, published)
    scored = _totalled(scheme, scored, published)
    graded = kept(scored, nw.col(STATUS) == Standing.EVALUATED)
    context = replace(published, own={"总分": published_leaf(SCORE, scheme.decimals)})
    graded = grading.graded(scheme, graded, context, whom=scored if scheme.tiers.of == "evaluated" else graded)
    rest = [frame.filter(nw.col(STATUS) == Standing.EXEMPT), scored.filter(nw.col(STATUS) != Standing.EVALUATED)]
    letters = dict(enumerate(each.tier for each in scheme.exempt))
    lettered = [_lettered(part, letters) for part in rest if len(part)]
    whole = nw.concat([graded, *lettered], how="diagonal") if lettered else graded
    return SchemeRun(scheme, whole, found, taken)


def kept(frame: Frame, condition: nw.Expr) -> Frame:
    """The rows for which the condition holds; the frame itself when that is all of them (a copy costs)."""
    return frame if frame.select(condition.all()).item() else frame.filter(condition)


def _exempted(scheme: Scheme, frame: Frame, context: TableContext) -> Frame:
    conditions = [
        Condition(
            f"#exempt:{i}",
            each.when,
            each.if_undefined,
            say("Exemption “{reason}”", reason=each.reason),
            # The first that holds decides; those after it are not asked.
            unless=tuple(f"#exempt:{earlier}" for earlier in range(i)),
        )
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
) -> tuple[Frame, dict[int, Taken], dict[int, Values]]:
    taken: dict[int, Taken] = {}
    found: dict[int, Values] = {}
    wanted: list[Published] = []
    flat: dict[int, nw.Expr] = {}
    for i, item in enumerate(scheme.items):
        by = (item.baseline.by,) if isinstance(item.baseline, Statistic) and item.baseline.by else ()
        target: Leaf | Node = Leaf(None)
        if item.baseline is not None:
            taken[i] = baselines.taken(item, _population(item, frame, everybody, exact, by))
            found[i] = baselines.values(item, taken[i])
            _check_flat(scheme, item, found[i])
            frame, target = baselines.joined(frame, item, found[i], by, baseline_column(i))
            flat[i] = nw.lit(target.value <= 0) if isinstance(target, Number) else _not_positive(target)
        own = {
            items.VALUE: published.published(item.indicator, Shift.NOW),
            items.BASELINE: target,
            items.WEIGHT: items.weight_node(item),
        }
        context = replace(published, own=own)
        wanted.append(Published(score_column(i), items.score_tree(item), context, scheme.decimals))
    return special_values(scheme, settle(frame, wanted), exact, flat), taken, found


def _not_positive(target: Leaf | Node) -> nw.Expr:
    return target.expression() <= 0 if isinstance(target, Leaf) else nw.lit(False)


def _population(
    item: Item, frame: Frame, everybody: Frame, exact: TableContext, by: tuple[str, ...]
) -> baselines.Population:
    statistic = item.baseline
    earlier = isinstance(statistic, Statistic) and statistic.period == "previous"
    shift = Shift.PREVIOUS if earlier else Shift.NOW
    indicator = exact.definitions.indicators[item.indicator]
    if isinstance(statistic, Statistic) and statistic.of == "all":
        frame = everybody
    for name in by:
        frame = kept(frame, ~nw.col(name).is_null())
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
        frame = frame.with_columns(nw.when(holds).then(points).otherwise(nw.lit(0.0)).alias(points_column(i)))
    return frame


def _lettered(part: Frame, letters: Mapping[int, str]) -> Frame:
    """Those outside the ranked list carry the letter of their exemption; the undefined carry none."""
    letter: nw.Expr = nw.lit(None, dtype=nw.String)
    for number, tier in letters.items():
        letter = nw.when(nw.col(EXEMPTION) == number).then(nw.lit(tier)).otherwise(letter)
    return part.with_columns(letter.alias(TIER))
