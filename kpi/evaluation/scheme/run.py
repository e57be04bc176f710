"""One scheme over the entities it applies to: baselines, scores, totals, ranks, tiers, overrides, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from kpi import numbers
from kpi.definitions.methods import METHODS, held_to
from kpi.definitions.scheme_model import Baseline, Item, Scheme, Statistic
from kpi.definitions.tier_model import TOTAL
from kpi.evaluation.asking import Asking, in_step
from kpi.evaluation.cells import CellsRow, reads
from kpi.evaluation.computing import added
from kpi.evaluation.context import TableContext, published_column, published_leaf, what_counts
from kpi.evaluation.scheme import (
    baselines,
    carrying,
    deciding,
    earning,
    grading,
    items,
    measuring,
    overriding,
    placing,
    special,
    weighing,
)
from kpi.evaluation.scheme.baselines import Taken
from kpi.evaluation.scheme.columns import (
    EXEMPTION,
    NUMBER,
    SCORE,
    SHARED,
    STATUS,
    TIER,
    baseline_column,
    group_column,
    score_column,
    standing,
)
from kpi.evaluation.scheme.conditions import Condition, decide
from kpi.evaluation.scheme.groups import Group, Members, Numbering, groupings, with_keys
from kpi.evaluation.scheme.pools import placed, pooled
from kpi.evaluation.scheme.population import Population, Values
from kpi.evaluation.scheme.results import Reference, SchemeRun, Standing
from kpi.evaluation.scheme.special import Ground
from kpi.evaluation.scheme.totalling import totalled
from kpi.evaluation.scheme.written import written_at
from kpi.evaluation.settle import Decided, Published, settle
from kpi.evaluation.table import ID, NAME
from kpi.formula.exact import evaluate
from kpi.formula.leaves import Leaf
from kpi.formula.tree import Compare, Name, Node, Number, Shift
from kpi.formula.values import Value
from kpi.problems import KpiError, Problem, say

if TYPE_CHECKING:
    from kpi.evaluation.scheme.placing import Places

_SPAN = (0, 0)
_HANDS = 2  # of the machine, at least


def run(scheme: Scheme, frame: pl.DataFrame, everybody: pl.DataFrame, exact: TableContext) -> Asking[SchemeRun]:
    """Classify the entities of the frame, whose exemptions have been decided (`exempted`).

    everybody: all entities read. exact: the context in which names stand for exact values.

    Raises KpiError for undefined conditions and for baselines that cannot be divided by.
    """
    context = what_counts(scheme, exact)
    made = tuple(groupings(scheme))
    frame, everybody = (with_keys(made, each, context) for each in (frame, everybody))
    numbering = yield from Numbering.of(made, everybody)
    frame, groups = numbering.on(frame), numbering.groups
    everybody = numbering.on(everybody) if _reads_all(scheme) else everybody
    scored = kept(frame, pl.col(STATUS) != Standing.EXEMPT.value)
    scored, orders = yield from carrying.with_orders(scheme, scored, context)
    scored, taken, found, inside = yield from _scored(scheme, scored, everybody, exact, context, groups)
    scored = totalled(scheme, scored, context, inside)
    scored, more = yield from carrying.with_point_orders(scheme, scored, inside)
    graded = kept(scored, pl.col(STATUS) == Standing.EVALUATED.value)
    pools = yield from pooled(scheme, graded, groups, context.definitions)
    context = replace(context, own={TOTAL: published_leaf(SCORE, scheme.decimals)})
    rest = [
        frame.filter(pl.col(STATUS) == Standing.EXEMPT.value),
        scored.filter(pl.col(STATUS) != Standing.EVALUATED.value),
    ]
    graded, *rest = placed(pools, graded, rest, groups)
    graded, said = yield from grading.graded(scheme, graded, context, rest)
    letters = dict(enumerate(each.tier for each in scheme.exempt))
    lettered = [deciding.decided(_lettered(part, letters)) for part in rest if len(part)]
    whole = pl.concat([graded, *lettered], how="diagonal") if lettered else graded
    measured = measuring.measured(scheme, whole, overriding.with_tier(context))
    averages = {i: each for i, one in enumerate(inside) if (each := earning.average_of(one)) is not None}
    return SchemeRun(
        scheme, measured, found, taken, groups, pools, averages=averages, orders={**orders, **more}, said=said
    )


def kept(frame: pl.DataFrame, condition: pl.Expr) -> pl.DataFrame:
    """The rows for which the condition holds; the frame itself when that is all of them (a copy costs)."""
    return frame if frame.select(condition.all()).item() else frame.filter(condition)


def exempted(scheme: Scheme, frame: pl.DataFrame, context: TableContext) -> pl.DataFrame:
    """The frame with the exemption that holds of each entity, and what standing that gives it.

    Raises KpiError for undefined conditions.
    """
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
    number: pl.Expr = pl.lit(None, dtype=NUMBER)
    status = standing(Standing.EVALUATED)
    for i, each in reversed(list(enumerate(scheme.exempt))):
        holds = pl.col(f"#exempt:{i}")
        number = pl.when(holds).then(pl.lit(i, dtype=NUMBER)).otherwise(number)
        held = standing(Standing.UNGRADED if each.evaluated else Standing.EXEMPT)
        status = pl.when(holds).then(held).otherwise(status)
    return frame.with_columns(number.alias(EXEMPTION), status.alias(STATUS))


def _scored(
    scheme: Scheme,
    frame: pl.DataFrame,
    everybody: pl.DataFrame,
    exact: TableContext,
    counting: TableContext,
    groups: Sequence[Group],
) -> Asking[tuple[pl.DataFrame, dict[Reference, Taken], dict[Reference, Values], list[TableContext]]]:
    """counting: what names stand for in the scheme. The last of what it gives is the same for each item."""
    found: dict[Reference, Values] = {}
    contexts: list[TableContext] = []
    together = weighing.excluding(scheme)  # an item that is left out changes the weights of those before it
    members = Members(frame)
    taken, counted = yield from _taken(scheme, frame, everybody, exact, members)
    frame = special.with_named_cases(scheme, frame, counting)
    for some in _batches(scheme):
        grounds: dict[int, tuple[pl.Expr | None, pl.Expr]] = {}
        for i in some:
            item = scheme.items[i]
            own: dict[str, Leaf | Node] = {
                items.VALUE: counting.name(item.indicator, Shift.NOW),
                items.WEIGHT: items.weight_node(item),
                **dict.fromkeys((items.BASELINE, items.LOW, items.HIGH), Leaf(None)),
            }
            for name, baseline in items.references(item):
                one = taken[i, name]
                values = found[i, name] = baselines.values(baseline, one)
                frame, own[name] = baselines.joined(
                    frame, one, values, members, group_column(i, name), baseline_column(i, name)
                )
            frame, places = placing.placed(frame, i, item, scheme.exact, exact.definitions, counted[i])
            own |= places
            contexts.append(replace(counting, own=own))
            frame, flat = _flat(scheme, i, item, frame, contexts[i], groups)
            asked = [own[name] for name, _ in items.references(item)]
            grounds[i] = flat, _there([*asked, own[items.PLACE]] if placing.asks(item) else asked)
        frame = _by_method(scheme, some, frame, contexts)
        for i, (flat, there) in grounds.items():
            frame, negative = _negative(scheme, i, scheme.items[i], frame, contexts[i])
            frame = special.with_case(i, scheme.items[i], frame, Ground(flat, negative, there), exact)
            if not together and not earning.reads_average(scheme.items[i]):
                frame, contexts[i] = _earned(scheme, i, frame, contexts[i])
    left = [i for i, item in enumerate(scheme.items) if together or earning.reads_average(item)]
    if together:
        frame = weighing.with_remaining(scheme, frame)
        contexts = weighing.reweighed(scheme, contexts)
        frame = _by_method(scheme, range(len(scheme.items)), frame, contexts)
    averages = yield from in_step([earning.average(i, scheme.items[i], scheme, frame, contexts[i]) for i in left])
    for i, average in zip(left, averages, strict=True):
        frame, contexts[i] = _earned(scheme, i, frame, contexts[i], average)
    return frame, taken, found, contexts


def _taken(
    scheme: Scheme, frame: pl.DataFrame, everybody: pl.DataFrame, exact: TableContext, members: Members
) -> Asking[tuple[dict[Reference, Taken], list[Places | None]]]:
    """What the baselines of all items are made of, and where portions are counted, the places of their values."""
    asked: dict[Reference, Asking[Taken]] = {}
    for i, item in enumerate(scheme.items):
        for name, baseline in items.references(item):
            population = replace(_population(item, baseline, frame, everybody, exact), exact=scheme.exact)
            asked[i, name] = baselines.taken(baseline, population, members)
    places = [placing.counted_places(frame, item, exact, scheme.exact) for item in scheme.items]
    answers: list[Any] = yield from in_step([*asked.values(), *places])
    return dict(zip(asked, answers, strict=False)), answers[len(asked) :]


def _batches(scheme: Scheme) -> Sequence[Sequence[int]]:
    """The items that are scored together. Baselines of groups are columns: few of them stand in memory at once."""
    grouped = any(
        isinstance(each, Statistic) and each.by for item in scheme.items for _, each in items.references(item)
    )
    size = _HANDS if grouped else len(scheme.items)
    return [range(start, min(start + size, len(scheme.items))) for start in range(0, len(scheme.items), size)]


def _by_method(
    scheme: Scheme, some: Sequence[int], frame: pl.DataFrame, contexts: Sequence[TableContext]
) -> pl.DataFrame:
    """The frame with the scores of some items' methods, for those who have a value."""
    wanted = [Published(score_column(i), items.score_tree(scheme.items[i]), contexts[i], scheme.decimals) for i in some]
    frame = settle(frame, wanted)
    # A method that earns the same on both sides of a bound would find a score without knowing the side.
    values = {i: published_column(scheme.items[i].indicator) for i in some}
    scores = {
        score_column(i): pl.when(~pl.col(value).is_null()).then(pl.col(score_column(i)))
        for i, value in values.items()
        if frame[value].null_count()
    }
    return added(frame, scores)


def _earned(
    scheme: Scheme, i: int, frame: pl.DataFrame, context: TableContext, average: Fraction | None = None
) -> tuple[pl.DataFrame, TableContext]:
    """The frame with what special values earn, and the context with the average that some of them may earn."""
    item = scheme.items[i]
    frame, context = earning.with_earnings(i, item, scheme, frame, context, average)
    if not scheme.exact:
        # A column of baselines is needed for the scores of its item only.
        frame = frame.drop([baseline_column(i, name) for name, _ in items.references(item)], strict=False)
    return frame, context


def _negative(
    scheme: Scheme, i: int, item: Item, frame: pl.DataFrame, context: TableContext
) -> tuple[pl.DataFrame, pl.Expr]:
    """Where the value that counts is negative: an exact one may be so although it is published as zero."""
    if not scheme.exact or item.if_negative is None:
        return frame, pl.col(published_column(item.indicator)) < 0
    below = Compare("<", Name(items.VALUE, _SPAN), Number(Fraction(0), None, _SPAN), _SPAN)
    return settle(frame, [Decided(f"#negative:{i}", below, context)]), pl.col(f"#negative:{i}")


def _there(asked: Sequence[Leaf | Node]) -> pl.Expr:
    """Whether an entity has everything of this."""
    there: pl.Expr = pl.lit(True)
    for each in asked:
        if isinstance(each, Leaf):
            there = there & (pl.lit(False) if each.column is None else ~pl.col(each.column).is_null())
    return there


def _reads_all(scheme: Scheme) -> bool:
    """Whether a statistic is of all entities read."""
    references = (each for item in scheme.items for _, each in items.references(item))
    return any(isinstance(each, Statistic) and each.of == "all" for each in references)


def _population(
    item: Item, baseline: Baseline, frame: pl.DataFrame, everybody: pl.DataFrame, exact: TableContext
) -> Population:
    statistic = baseline if isinstance(baseline, Statistic) else None
    shift = Shift.PREVIOUS if statistic is not None and statistic.period == "previous" else Shift.NOW
    indicator = exact.definitions.indicators[item.indicator]
    if statistic is not None and statistic.of == "all":
        frame = everybody
    return Population(frame, published_column(item.indicator, shift), indicator, (), shift, exact)


def _flat(
    scheme: Scheme, number: int, item: Item, frame: pl.DataFrame, context: TableContext, groups: Sequence[Group]
) -> tuple[pl.DataFrame, pl.Expr | None]:
    """Where the method cannot use its baselines. Raises KpiError if the item says nothing of it."""
    condition = METHODS[item.method].flat
    if condition is None:
        return frame, None
    needed, column = reads(condition, context), f"#flat:{number}"
    if not needed.columns and evaluate(condition, CellsRow({}, context, needed.targets)) is not True:
        return frame, pl.lit(False)
    frame = settle(frame, [Decided(column, condition, context)])
    rows = frame.filter(pl.col(column).fill_null(False))
    if item.if_flat is None and len(rows):
        raise KpiError(_flat_problem(scheme, number, condition, rows, context, groups))
    return frame, pl.col(column)


def _flat_problem(
    scheme: Scheme, number: int, condition: Node, rows: pl.DataFrame, context: TableContext, groups: Sequence[Group]
) -> Problem:
    """Names the baselines of the first entity concerned."""
    item = scheme.items[number]
    needed = reads(condition, context)
    cells = dict(zip(rows.columns, rows.row(0), strict=True))
    row = CellsRow(cells, context, needed.targets)
    said = [held_to(name, _said(row.value(name, Shift.NOW))) for name, _ in items.references(item)]
    numbers_of = [cells.get(group_column(number, name)) for name, _ in items.references(item)]
    names = [groups[one].name for one in numbers_of if one is not None and groups[one].name]
    return Problem(
        "baseline-flat",
        say(
            "Scheme {scheme}: {indicator} cannot be scored with {baselines} ({group}).",
            scheme=scheme.label,
            indicator=item.label or item.indicator,
            baselines=tuple(said),
            group=names[0] if names else cells[NAME] or cells[ID],
        ),
        written_at(scheme, context.definitions, "items", number),
        expected=say("A baseline above zero to divide by, or a lowest and a highest value that differ."),
        hint=say("Choose another statistic or group, or say in the item what it earns then: if_flat."),
    )


def _said(value: Value) -> str:
    return numbers.plain(value) if isinstance(value, Fraction) else "—"


def _lettered(part: pl.DataFrame, letters: Mapping[int, str]) -> pl.DataFrame:
    """Those outside the ranked list carry the letter of their exemption; the undefined carry none."""
    letter: pl.Expr = pl.lit(None, dtype=SHARED)
    for number, tier in letters.items():
        letter = pl.when(pl.col(EXEMPTION) == number).then(pl.lit(tier).cast(SHARED)).otherwise(letter)
    return part.with_columns(letter.alias(TIER))
