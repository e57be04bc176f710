"""Ranks from a league table (zones × indicators): equal values share the smaller place."""

from __future__ import annotations

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
            names = target.ranked or tuple(
                name for name in dict.fromkeys((target.actual, target.key, target.label)) if name in league.columns
            )
            if names:
                yield _placed(target, names[: None if target.ranked else 1], league, month)


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
    own = column[zone]
    if own is None:
        return because("missing", say("“{zone}” has no value in the league table.", zone=zone))
    others = [value for value in column.values() if value is not None]
    return 1 + sum(value > own if higher else value < own for value in others)
