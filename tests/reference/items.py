"""Item scores (design 4.3, 4.6, 5): what the method gives within its bounds, or what a special value earns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kpi.definitions.figure_model import Better
from kpi.definitions.groups import GroupLevel
from kpi.definitions.scheme_model import Item, Scheme
from kpi.formula.tree import Shift
from kpi.formula.values import Undefined
from tests.reference.groups import Group, group_at
from tests.reference.methods import Held, flat, points
from tests.reference.rows import CannotClassify, Row, holds, number
from tests.reference.scores import BaselineResult, baselines, rounded

AVERAGE = "average"


@dataclass(frozen=True)
class ItemResult:
    indicator: str
    value: Fraction | None  # as the scheme uses it: published, or exact under carry = "exact"
    baseline: Fraction | None
    weight: Fraction  # 0 where the item is left out
    score: Fraction | None
    place: int | None = None
    groups: Mapping[str, Group | None] = field(default_factory=dict)  # that its baselines are of


@dataclass(frozen=True)
class Case:
    """One entity under one item. held: with the item's own weight."""

    row: Row
    held: Held
    lacks: bool  # there is no value because a figure is missing (no zero to divide by)
    bare: bool  # its group has no baseline, or it has no group to have a place in


@dataclass(frozen=True)
class Scored:
    """items: of every entity of the population, in order. rejected: whether it is sent back."""

    baselines: list[BaselineResult]
    items: list[tuple[ItemResult, ...]]
    rejected: list[bool]


def score(scheme: Scheme, population: Sequence[Row], everyone: Sequence[Row]) -> Scored:
    """All items of the scheme."""
    decimals = None if scheme.carry == "exact" else scheme.decimals
    found = [all_baselines(scheme, item, population, everyone) for item in scheme.items]
    held = [cases(item, population, bases) for item, bases in zip(scheme.items, found, strict=True)]
    rules = [[rule_of(item, case) for case in column] for item, column in zip(scheme.items, held, strict=True)]
    weights = [effective_weights(scheme, [column[i] for column in rules]) for i in range(len(population))]
    columns = []
    for place, item in enumerate(scheme.items):
        own = [replace(case, held=replace(case.held, weight=weights[i][place])) for i, case in enumerate(held[place])]
        columns.append(results(item, own, rules[place], found[place], decimals))
    rejected = [any(column[i] == "reject" for column in rules) for i in range(len(population))]
    listed = [each for bases in found for by_group, _ in bases.values() for each in by_group.values()]
    return Scored(listed, [tuple(column[i] for column in columns) for i in range(len(population))], rejected)


def all_baselines(scheme: Scheme, item: Item, population: Sequence[Row], everyone: Sequence[Row]) -> Found:
    return {
        role: baselines(scheme, replace(item, baseline=rule), population, everyone)
        for role in ("baseline", "low", "high")
        if (rule := getattr(item, role)) is not None
    }


def effective_weights(scheme: Scheme, rules: Sequence[object]) -> list[Fraction]:
    """5: items are left out; each remaining weight times W ÷ W′."""
    whole = sum((item.weight for item in scheme.items), Fraction(0))
    kept = [Fraction(0) if rule == "exclude" else item.weight for item, rule in zip(scheme.items, rules, strict=True)]
    remaining = sum(kept, Fraction(0))
    return [weight * whole / remaining if remaining else weight for weight in kept]


def results(
    item: Item, held: Sequence[Case], rules: Sequence[object], found: Found, decimals: int | None
) -> list[ItemResult]:
    """An item of every entity, once its weights are known."""
    scores = [earned(item, case, rule, decimals) for case, rule in zip(held, rules, strict=True)]
    # 5: "the average score of those that have one", whose population is that of any statistic (4.5): the scheme's
    # entities whose value is defined, whatever their group; published (4.3).
    pairs = zip(scores, held, strict=True)
    own = [score for score, case in pairs if isinstance(score, Fraction) and case.held.value is not None]
    average = rounded(sum(own, Fraction(0)) / len(own), decimals) if own else None
    return [
        ItemResult(
            item.indicator,
            case.held.value,
            base_of("baseline", found, index),
            case.held.weight,
            average if isinstance(score, str) else score,
            None if case.held.place is None else int(case.held.place),
            {role: groups[index] for role, (_, groups) in found.items()},
        )
        for index, (score, case) in enumerate(zip(scores, held, strict=True))
    ]


# The baselines by group, and the group of each of the population.
Found = Mapping[str, tuple[Mapping[Group | None, BaselineResult], Sequence[Group | None]]]


def base_of(role: str, found: Found, index: int) -> Fraction | None:
    if role not in found:
        return None
    by_group, groups = found[role]
    return by_group[groups[index]].value if groups[index] in by_group else None


def cases(item: Item, population: Sequence[Row], found: Found) -> list[Case]:
    values = [row.value(item.indicator, Shift.NOW) for row in population]
    places = placed(item, population, [value if isinstance(value, Fraction) else None for value in values])
    made = []
    for index, (row, value, (place, count)) in enumerate(zip(population, values, places, strict=True)):
        # 4.6: growth from a base of zero is no missing figure, and what lacks a figure lacks it first of all.
        codes = value.codes if isinstance(value, Undefined) else ()
        lacks = any(code in ("missing", "no-previous", "no-preceding") for code in codes)
        bases = {role: base_of(role, found, index) for role in found}
        known = value if isinstance(value, Fraction) else None
        held = Held(known, item.weight, place=place, count=count, **bases)
        made.append(Case(row, held, lacks, None in bases.values() or (asks(item) and place is None)))
    return made


def asks(item: Item) -> bool:
    """Whether the method speaks of places."""
    formula = str(item.options.get("formula"))
    return item.method in ("rank", "percentile") or "名次" in formula or "户数" in formula


def placed(
    item: Item, population: Sequence[Row], values: Sequence[Fraction | None]
) -> list[tuple[Fraction | None, Fraction | None]]:
    """5, "rank": the place among those with a value (best first, equals share the smaller), and how many these are."""
    if not asks(item):
        return [(None, None)] * len(values)  # nobody asks
    among = item.options.get("among")
    groups = [group_at(among, row) if isinstance(among, GroupLevel) else None for row in population]
    lower = population[0].definitions.indicators[item.indicator].better is Better.LOWER if population else False
    made: list[tuple[Fraction | None, Fraction | None]] = []
    for value, group in zip(values, groups, strict=True):
        if value is None or (among is not None and group is None):
            made.append((None, None))
            continue
        others = [each for each, its in zip(values, groups, strict=True) if each is not None and its == group]
        ahead = [each for each in others if (each < value if lower else each > value)]
        made.append((Fraction(len(ahead) + 1), Fraction(len(others))))
    return made


SCORED = object()


def rule_of(item: Item, case: Case) -> object:
    """SCORED where the method scores, else what the item says of such a case; None: nothing."""
    held = case.held
    if item.if_flat is None and flat(item, held):
        raise CannotClassify("baseline-flat")  # 4.3: an error unless the item says if_flat
    for each in item.instead:  # the first that holds goes before all else
        if holds(each.when, case.row, each.if_undefined):
            return each.earns
    if held.value is None:
        return item.if_missing if case.lacks else item.if_zero_denominator  # 4.6: the scheme says what that earns
    if held.value < 0 and item.if_negative is not None:
        return item.if_negative
    if case.bare:
        # A formula of one's own may do without: the branch of an if that is not taken is not asked.
        lacking = item.method != "formula" or scored(item, case, held) is None
        return None if lacking else SCORED
    if flat(item, held):
        return item.if_flat
    return SCORED if scored(item, case, held) is not None else item.if_zero_denominator


def earned(item: Item, case: Case, rule: object, decimals: int | None) -> Fraction | str | None:
    """The published score of an item, AVERAGE when it is the others' average, None when there is none."""
    held = case.held
    if rule in (None, "exclude", "reject"):
        return None
    if rule == AVERAGE:
        return AVERAGE
    if rule is SCORED or rule == "baseline":  # the latter is what a value equal to the baseline earns
        found = scored(item, case, held if rule is SCORED else replace(held, value=held.baseline))
        return None if found is None else rounded(found, decimals)  # 4.3: after bounds
    # What a rule states outright is not bounded.
    if isinstance(rule, Fraction):
        return rounded(rule, decimals)
    return rounded({"zero": Fraction(0), "full": held.weight}[str(rule)], decimals)


def scored(item: Item, case: Case, held: Held) -> Fraction | None:
    """max(at_least, min(at_most, method))."""
    found = points(item, held, case.row)
    if found is None:
        return None
    weighted = replace(case.row, words={"权重": held.weight})
    at_most = number(item.at_most, weighted) if item.at_most else None
    at_least = number(item.at_least, weighted) if item.at_least else None
    found = found if at_most is None else min(found, at_most)
    return found if at_least is None else max(found, at_least)
