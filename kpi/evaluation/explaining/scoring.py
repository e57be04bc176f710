"""How one item's score, or one adjustment's points, came about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from kpi import numbers
from kpi.definitions.scheme_model import Baseline, Given, Item, Scheme, Statistic
from kpi.definitions.tier_model import ITEMS
from kpi.evaluation.asking import alone
from kpi.evaluation.context import shifted
from kpi.evaluation.explaining.steps import NOWHERE, Path, Steps
from kpi.evaluation.explaining.working import units_of, working
from kpi.evaluation.explanation import Kind, Step, Working
from kpi.evaluation.scheme import items
from kpi.evaluation.scheme.baselines import Taken, summed_rows
from kpi.evaluation.scheme.columns import case_column, group_column, points_column
from kpi.evaluation.scheme.groups import level_column
from kpi.evaluation.scheme.method_row import method_row
from kpi.evaluation.scheme.rescoring import adjusted, in_force
from kpi.evaluation.scheme.results import ItemScore, Reference, SchemeRun
from kpi.evaluation.scheme.row import SchemeRow
from kpi.formula.exact import evaluate
from kpi.formula.tree import Binary, Formula, Number
from kpi.formula.values import Undefined, Value
from kpi.problems import Message, say
from kpi.units import NUMBER, Unit


def item_step(
    run: SchemeRun, number: int, item: Item, score: ItemScore, cells: Mapping[str, Any], steps: Steps, path: Path
) -> Step:
    """Indicator, baseline and score of an item."""
    place = steps.place(*path, "items", number)
    parts = [steps.indicator(item.indicator)]
    values = {items.BASELINE: score.baseline, items.LOW: score.low, items.HIGH: score.high}
    for name, baseline in items.references(item):
        value = values[name]
        if value is not None:
            step = _baseline(run, (number, name), baseline, value, score, cells, steps)
            key = items.ROLES[name]
            source = baseline.source or item.source
            parts.append(
                replace(
                    step,
                    label="" if name == items.BASELINE else name,
                    source=source,
                    place=steps.place(*path, "items", number, key),
                )
            )
    seen = SchemeRow(steps.row, {}, exact=run.scheme.exact)
    parts += _cases(item, cells.get(case_column(number)), seen, steps, (*path, "items", number))
    parts.append(_score(run.scheme, item, score, steps, tuple(_place(run, item, score, cells))))
    return Step(
        Kind.ITEM,
        score.label,
        score.label_en,
        value=score.score,
        shown=None if score.score is None else numbers.shown(score.score, run.scheme.decimals),
        decimals=run.scheme.decimals,
        source=score.source,
        place=place,
        steps=tuple(parts),
    )


def _cases(item: Item, case: int | None, row: SchemeRow, steps: Steps, path: Path) -> Iterator[Step]:
    """The cases that go before the method, up to the one that holds."""
    for number, each in enumerate(item.instead[: len(item.instead) if case is None else case + 1]):
        step = steps.condition(Kind.CASE, each.when, row, each.if_undefined)
        place = steps.place(*path, "instead", number)
        yield replace(step, label=each.reason, label_en=each.reason_en, source=each.source, place=place)


def _baseline(
    run: SchemeRun,
    number: Reference,
    baseline: Baseline,
    value: Fraction,
    score: ItemScore,
    cells: Mapping[str, Any],
    steps: Steps,
) -> Step:
    step = Step(Kind.BASELINE, value=value, exact=value, shown=numbers.plain(value), unit=score.unit)
    if isinstance(baseline, Given):
        return replace(step, notes=(say("Given by the rule: {text}.", text=baseline.text),))
    group = (cells[group_column(*number)],) if baseline.by else ()
    found = run.taken[number]
    taken, count = found.values[group]
    decimals = score.decimals if baseline.decimals is None else baseline.decimals
    unit = steps.definitions.indicators[score.indicator].unit
    return replace(
        step,
        working=_statistic(baseline, found, group, unit),
        exact=taken * baseline.times,
        shown=numbers.shown(value, decimals),
        decimals=decimals,
        notes=(*_population(baseline, count, run, group), *_group_notes(score, items.ROLES[number[1]])),
    )


def _statistic(baseline: Statistic, found: Taken, group: tuple[Any, ...], unit: Unit) -> Working:
    """sum ÷ count × times, or the formula over sums; of other statistics only the value and the factor."""
    value, count = found.values[group]
    made = Working(None, Number(value, unit, NOWHERE))
    if baseline.kind == "mean":
        total, number = Number(value * count, unit, NOWHERE), Number(Fraction(count), None, NOWHERE)
        made = Working(None, Binary("/", total, number, NOWHERE))
    elif baseline.kind == "ratio_of_sums":
        population = found.population(group)
        row, _ = alone(summed_rows(population))[group]
        tree = shifted(population.indicator.formula.tree, population.shift)
        made = working(tree, row, units_of(population.context.definitions))
    if baseline.times == 1:
        return made
    times = Number(baseline.times, None, NOWHERE)
    return replace(made, formula=None, numbers=Binary("*", made.numbers, times, NOWHERE))


def _population(baseline: Statistic, count: int, run: SchemeRun, group: tuple[Any, ...]) -> tuple[Message, ...]:
    notes = [(_TAKEN_EXACTLY if run.scheme.exact else _TAKEN)[baseline.kind](count, baseline)]
    if group:
        known = run.groups[group[0]]
        notes.append(
            say("Of all in one group.")
            if known.name is None
            else say("Of the group “{group}” ({level}).", group=known.name, level=known.level)
        )
    if baseline.of == "all":
        notes.append(say("Of all entities read, whatever scheme applies to them."))
    if baseline.period == "previous":
        notes.append(say("Values of the same period a year earlier."))
    return tuple(notes)


def _group_notes(score: ItemScore, role: str) -> tuple[Message, ...]:
    """Why no narrower group counts."""
    return tuple(reason for each in score.groups if each.role == role for reason in each.reasons)


_TAKEN: Mapping[str, Callable[[int, Statistic], Message]] = {
    "mean": lambda count, _: say("The mean of the published values of {count} entities.", count=count),
    "median": lambda count, _: say("The median of the published values of {count} entities.", count=count),
    "percentile": lambda count, rule: say(
        "The {percent} % percentile of the published values of {count} entities, in rising order, interpolated.",
        percent=numbers.plain(rule.percent or Fraction(0)),
        count=count,
    ),
    "best": lambda count, _: say("The best of the published values of {count} entities.", count=count),
    "worst": lambda count, _: say("The worst of the published values of {count} entities.", count=count),
    "ratio_of_sums": lambda count, _: say("The formula over the sums of the figures of {count} entities.", count=count),
}


_TAKEN_EXACTLY: Mapping[str, Callable[[int, Statistic], Message]] = {
    **_TAKEN,
    "mean": lambda count, _: say("The mean of the exact values of {count} entities.", count=count),
    "median": lambda count, _: say("The median of the exact values of {count} entities.", count=count),
    "percentile": lambda count, rule: say(
        "The {percent} % percentile of the exact values of {count} entities, in rising order, interpolated.",
        percent=numbers.plain(rule.percent or Fraction(0)),
        count=count,
    ),
    "best": lambda count, _: say("The best of the exact values of {count} entities.", count=count),
    "worst": lambda count, _: say("The worst of the exact values of {count} entities.", count=count),
}


def _score(scheme: Scheme, item: Item, score: ItemScore, steps: Steps, placed: tuple[Message, ...]) -> Step:
    """The method with its numbers, the bounds, the published score."""
    step = Step(
        Kind.SCORE,
        value=score.score,
        shown=None if score.score is None else numbers.shown(score.score, scheme.decimals),
        decimals=scheme.decimals,
        notes=score.reasons,
    )
    if score.reasons or score.value is None:
        return step
    unit = steps.definitions.indicators[item.indicator].unit
    own: dict[str, Value] = dict(method_row(score).known)
    units: dict[str, Unit | None] = dict.fromkeys((items.VALUE, items.BASELINE, items.LOW, items.HIGH), unit)
    units |= dict.fromkeys((items.WEIGHT, items.PLACE, items.COUNT), NUMBER)
    row, unit_of = SchemeRow(steps.row, own, exact=scheme.exact), units_of(steps.definitions, units)
    tree = items.method_tree(item)
    exact = evaluate(tree, row)
    if not isinstance(exact, Fraction):
        return step
    bounds = [
        _bound(kind, formula, row, steps, units)
        for kind, formula in ((Kind.UPPER_BOUND, item.at_most), (Kind.LOWER_BOUND, item.at_least))
        if formula is not None
    ]
    return replace(
        step,
        working=working(tree, row, unit_of),
        exact=exact,
        notes=(*_weight(scheme, item, score), *placed, *_bounding(exact, bounds)),
        steps=tuple(bounds),
    )


def _weight(scheme: Scheme, item: Item, score: ItemScore) -> Iterator[Message]:
    """The weight where other items are left out."""
    if score.weight != item.weight:
        total = sum((each.weight for each in scheme.items), Fraction(0))
        yield say(
            "Other items are left out: the weight is {weight} × {total} ÷ {remaining}.",
            weight=numbers.plain(item.weight),
            total=numbers.plain(total),
            remaining=numbers.plain(item.weight * total / score.weight),
        )


def _place(run: SchemeRun, item: Item, score: ItemScore, cells: Mapping[str, Any]) -> Iterator[Message]:
    """Where the value stands among those that have one."""
    if score.place is None or score.place_of is None:
        return
    numbers_of = {"place": score.place, "count": score.place_of}
    yield say(
        "Place {place} of the {count} entities that have a value; equal values share the better place.", **numbers_of
    )
    level = items.among(item)
    if level is not None:
        group = run.groups[cells[level_column(level)]]
        yield say("Of the group “{group}” ({figure}).", group=group.name or level.text, figure=level.text)


def _bound(kind: Kind, formula: Formula, row: SchemeRow, steps: Steps, units: Mapping[str, Unit | None]) -> Step:
    value = evaluate(formula.tree, row)
    exact = value if isinstance(value, Fraction) else None
    return Step(
        kind,
        working=working(formula.tree, row, units_of(steps.definitions, units)),
        exact=exact,
        value=exact,
        shown=None if exact is None else numbers.plain(exact),
    )


def _bounding(exact: Fraction, bounds: list[Step]) -> list[Message]:
    """Which bound took effect: first the upper one, then the lower one, as the score has it."""
    notes = []
    for bound in bounds:
        if bound.exact is None:
            continue
        if bound.kind is Kind.UPPER_BOUND and exact > bound.exact:
            exact = bound.exact
            notes.append(say("More than the upper bound: {bound} counts.", bound=bound.shown))
        if bound.kind is Kind.LOWER_BOUND and exact < bound.exact:
            exact = bound.exact
            notes.append(say("Less than the lower bound: {bound} counts.", bound=bound.shown))
    return notes


def adjustment_step(
    scheme: Scheme, number: int, cells: Mapping[str, Any], row: SchemeRow, steps: Steps, path: Path
) -> Step:
    """Condition and points of an adjustment."""
    each = scheme.adjustments[number]
    condition = None if each.when is None else steps.condition(Kind.CONDITION, each.when, row, each.if_undefined)
    counted = adjusted(each, row, scheme)
    points = Fraction(int(cells[points_column(number)]), 10**scheme.decimals)
    step = Step(
        Kind.ADJUSTMENT,
        each.label,
        each.label_en,
        value=points,
        shown=numbers.shown(points, scheme.decimals),
        decimals=scheme.decimals,
        source=each.source,
        place=steps.place(*path, "adjustments", number),
        steps=() if condition is None else (condition,),
    )
    if condition is not None and condition.value is False:
        return replace(step, notes=(say("The condition does not hold, so there are no points."),))
    exact = evaluate(each.points.tree, row)
    notes: tuple[Message, ...] = exact.reasons if isinstance(exact, Undefined) else ()
    if isinstance(exact, Fraction):
        gross = in_force(exact, scheme)
        if counted is not None and gross > counted:
            notes += (say("At most {bound} points are given.", bound=numbers.plain(counted)),)
        elif counted is not None and gross < counted:
            notes += (say("At least {bound} points are given.", bound=numbers.plain(counted)),)
    return replace(
        step,
        working=working(each.points.tree, row, units_of(steps.definitions, {ITEMS: NUMBER})),
        exact=exact if isinstance(exact, Fraction) else None,
        notes=notes,
        steps=(*step.steps, *steps.beneath(each.points.tree)),
    )
