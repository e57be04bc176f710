"""Ranks from a league table (zones × indicators): equal values share the smaller place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.model import Definitions
from kpi.definitions.target_model import Target
from kpi.evaluation.table import Source
from kpi.evaluation.targets.actuals import Actual
from kpi.formula.values import Undefined, because
from kpi.frozen import frozen
from kpi.problems import Place, say


@frozen
class League:
    """One league table. month: at whose end it stands; None: not said. columns: indicator → zone → value."""

    month: int | None
    columns: Mapping[str, Mapping[str, Fraction | None]]
    source: Source
    place: Place


def ranked(definitions: Definitions, leagues: Sequence[League], month: int) -> Iterator[Actual]:
    """The place of every target's zone in the columns that the target names; the worst one counts.

    month: that of tables that do not say theirs.
    """
    for target in definitions.targets.values():
        if target.goal is None or target.goal.kind is not GoalKind.RANK:
            continue
        for league in leagues:
            names = _columns(target, league)
            if names:
                yield _placed(target, names, league, month)


def last_places(target: Target, leagues: Sequence[League], month: int) -> tuple[int, dict[str, int]] | None:
    """The month of the last table up to a month that ranks a target, and the place of each zone that it ranks.

    None: the target is no rank, or no table ranks it.
    """
    if target.kind is not GoalKind.RANK:
        return None
    known = [(month if each.month is None else each.month, at) for at, each in enumerate(leagues)]
    timely = [found for found in known if found[0] <= month and _columns(target, leagues[found[1]])]
    if not timely:
        return None
    last, at = max(timely)
    names = _columns(target, leagues[at])
    if not all(name in leagues[at].columns for name in names):
        return last, {}
    each = [places(leagues[at].columns[name], target.better == "higher") for name in names]
    return last, {zone: max(own[zone] for own in each) for zone in each[0] if all(zone in own for own in each)}


def _columns(target: Target, league: League) -> tuple[str, ...]:
    """The columns in which a target is ranked: those that it names, else the one that has its name."""
    named = dict.fromkeys((target.actual, target.key, target.label))
    return target.ranked or tuple(name for name in named if name in league.columns)[:1]


def _placed(target: Target, names: Sequence[str], league: League, month: int) -> Actual:
    places = [_place(league, name, target) for name in names]
    wrong = next((each for each in places if isinstance(each, Undefined)), None)
    found = [each for each in places if not isinstance(each, Undefined)]
    last = month if league.month is None else league.month
    value = Fraction(max(found)) if wrong is None and found else None
    return Actual(target.actual, target.unit_of, last, last, True, league.place, value=value, computed=True, why=wrong)


def _place(league: League, name: str, target: Target) -> int | Undefined:
    if name not in league.columns:
        return because("no-column", say("The league table has no column “{name}”.", name=name))
    zone, column = target.plan.zone, league.columns[name]
    if zone not in column:
        return because("zone-not-listed", say("“{zone}” is not in the league table.", zone=zone or "—"))
    return place(column, zone, target.better == "higher")


def place(column: Mapping[str, Fraction | None], zone: str, higher: bool) -> int | Undefined:
    """The place of a zone among those that have a value (1, 2, 2, 4)."""
    if column[zone] is None:
        return because("missing", say("“{zone}” has no value in the league table.", zone=zone))
    return places(column, higher)[zone]


def places(column: Mapping[str, Fraction | None], higher: bool) -> dict[str, int]:
    """The places of all zones that have a value: one more than there are better ones (1, 2, 2, 4)."""
    values = sorted(value for value in column.values() if value is not None)
    return {
        zone: 1 + (len(values) - bisect_right(values, own) if higher else bisect_left(values, own))
        for zone, own in column.items()
        if own is not None
    }
