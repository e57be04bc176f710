"""Targets of many zones (省、市对各园区): each zone with the targets that are its own, and its own values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date

from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.model import Definitions
from kpi.definitions.target_model import Target
from kpi.evaluation.table import Source
from kpi.evaluation.targets.actuals import Actual, units
from kpi.evaluation.targets.counting import Ledgers
from kpi.evaluation.targets.evaluate import evaluate, later, latest, summaries, tally
from kpi.evaluation.targets.league import League
from kpi.evaluation.targets.own_goals import OwnGoals
from kpi.evaluation.targets.reported import Actuals
from kpi.evaluation.targets.results import TargetsResult
from kpi.frozen import frozen
from kpi.names import nearest
from kpi.problems import KpiError, Place, Problem, Severity, say
from kpi.units import Unit, Units


@frozen
class ZoneGoals:
    """What zones are to reach where it is not what the definitions say, by zone and key of the target.

    columns: where there are so many goals that they are held in columns.
    """

    zones: tuple[str, ...] = ()
    targets: Mapping[tuple[str, str], Target] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    columns: OwnGoals | None = None

    @property
    def stated(self) -> tuple[Target, ...]:
        """Every target that is stated anew; of those in columns one for each way in which goals differ in numbers."""
        ways = () if self.columns is None else self.columns.ways
        return (*self.targets.values(), *(way.target for way in ways))

    def of(self, zone: str, keys: Iterable[str], units: Units) -> dict[str, Target]:
        """The targets among `keys` that a zone has goals of its own for, as these state them."""
        wanted = tuple(keys)
        found = {} if self.columns is None else dict(self.columns.of(zone, wanted, units))
        return found | {key: self.targets[zone, key] for key in wanted if (zone, key) in self.targets}


NO_GOALS = ZoneGoals()


def zones_of(
    definitions: Definitions, actuals: Actuals, goals: ZoneGoals = NO_GOALS, ledgers: Ledgers | None = None
) -> tuple[str, ...]:
    """Every zone that is spoken of, in order; none where neither values nor goals nor ledgers say zones."""
    said = dict.fromkeys(zone for bulk in actuals.bulk for zone in bulk.named)
    said |= dict.fromkeys(row.zone for row in actuals.rows if row.zone)
    for key, tables in (ledgers or {}).items():
        column = definitions.ledgers[key].zone
        for table in tables:
            if column and column in table.frame.columns:
                said |= dict.fromkeys(table.frame[column].drop_nulls().to_list())
    if not said and not goals.zones:
        return ()
    planned = filter(None, (plan.zone for plan in definitions.plans.values()))
    return tuple(dict.fromkeys((*goals.zones, *planned, *said)))


def of_zone(
    definitions: Definitions, zone: str, goals: ZoneGoals = NO_GOALS, keys: Iterable[str] | None = None
) -> Definitions:
    """The definitions with the targets of a zone: those of no zone's plan and those of its own, with its own goals.

    keys: only these targets.
    """
    plans = {key: replace(plan, zone=zone) for key, plan in definitions.plans.items() if plan.zone in ("", zone)}
    found = {}
    wanted = tuple(definitions.targets if keys is None else keys)
    stated = goals.of(zone, wanted, definitions.units)
    for key in wanted:
        target = definitions.targets[key]
        if target.plan.key not in plans:
            continue
        own = stated.get(key, target)
        if not target.plan.zone and own.kind is not GoalKind.UNTIL_ZERO:
            # Last year's level is that of whoever the document is about.
            own = replace(own, base=None, base_growth=None)
        found[key] = replace(own, plan=plans[target.plan.key])
    return replace(definitions, plans=plans, targets=found)


@frozen
class Asked:
    """What the targets of zones are judged by; see evaluate. goals: of single zones."""

    definitions: Definitions
    actuals: Actuals
    goals: ZoneGoals = NO_GOALS
    through: date | None = None
    ledgers: Ledgers = field(default_factory=dict)
    leagues: Sequence[League] = ()
    trend: bool = False

    @property
    def zones(self) -> tuple[str, ...]:
        """Every zone that is spoken of; see zones_of."""
        return zones_of(self.definitions, self.actuals, self.goals, self.ledgers)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The files that were read, each once."""
        tables = [table for each in self.ledgers.values() for table in each]
        return (
            *self.goals.sources,
            *self.actuals.sources,
            *(source for table in tables for source in table.sources),
            *dict.fromkeys(league.source for league in self.leagues),
        )

    @property
    def units(self) -> dict[str, Unit]:
        """The unit in which the values of each series are kept, the same for every zone."""
        return units((*self.definitions.targets.values(), *self.goals.stated))

    @property
    def day(self) -> date | None:
        """The last day that counts."""
        return self.through or latest(self.actuals, self.leagues)

    def timely(self, rows: Sequence[Actual], day: date | None) -> tuple[Actual, ...]:
        """The values up to a day."""
        return tuple(row for row in rows if day is None or row.by(day))


def evaluate_zones(asked: Asked, zones: Sequence[str]) -> TargetsResult:
    """The targets of these zones as one result, zone by zone; of a single zone it is the result of that zone.

    Raises KpiError for values of which nobody can say whose they are.
    """
    said = tuple(with_zones(asked))
    every = (*asked.actuals.rows, *(row for bulk in asked.actuals.bulk for zone in zones for row in bulk.of(zone)))
    rows, day = rows_by_zone(asked.definitions, every), asked.day
    problems = [*asked.actuals.problems, *said]
    if day is not None:
        problems += later(every, day)
    results: list[TargetsResult] = []
    kept = asked.units
    for zone in zones:
        timely = asked.timely((*rows.get(zone, ()), *rows.get("", ())), day)
        definitions = of_zone(asked.definitions, zone, asked.goals)
        results.append(evaluate(definitions, Actuals(timely), day, asked.ledgers, asked.leagues, asked.trend, kept))
    targets = tuple(one for result in results for one in result.targets)
    return TargetsResult(
        of_zone(asked.definitions, zones[0], asked.goals) if len(zones) == 1 else asked.definitions,
        day,
        targets,
        units=tuple(summaries(targets)),
        lights=tally(targets),
        sources=asked.sources,
        problems=tuple(dict.fromkeys((*problems, *(one for result in results for one in result.problems)))),
    )


def chosen_zones(known: Sequence[str], names: Sequence[str] | None) -> tuple[str, ...]:
    """The zones of these names, all if None. Raises KpiError for one that is not there."""
    if names is None:
        return tuple(known)
    for name in names:
        if name not in known:
            near = nearest(name, known)
            hint = say("Did you mean “{near}”?", near=near) if near else None
            expected = say("Expected one of: {choices}.", choices=tuple(known)) if known else None
            message = say("Nothing is known of a zone “{name}”.", name=name)
            raise KpiError(Problem("unknown-zone", message, expected=expected, hint=hint))
    return tuple(dict.fromkeys(names))


def with_zones(asked: Asked) -> Iterator[Problem]:
    """Rows of ledgers that are of no zone. Raises KpiError for a ledger that does not say of which zone rows are."""
    for key, tables in asked.ledgers.items():
        column = asked.definitions.ledgers[key].zone
        if not column:
            message = say("The ledger “{ledger}” does not say of which zone a row is.", ledger=key)
            hint = say("Write zone = with the name of that column in the ledger.")
            raise KpiError(Problem("ledger-without-zone", message, hint=hint))
        for table in tables:
            without = table.frame.height if column not in table.frame.columns else table.frame[column].null_count()
            if without:
                message = say("Rows of the ledger that name no zone, and count for none: {count}.", count=without)
                place = Place(file=table.sources[0].path, sheet=table.sources[0].sheet)
                yield Problem("zone-missing", message, place, Severity.WARNING)


def rows_by_zone(definitions: Definitions, rows: Sequence[Actual]) -> dict[str, list[Actual]]:
    """The rows of each zone; "": of what all of them are compared with. Raises KpiError for what is nobody's."""
    owners: dict[str, set[str]] = {}
    for target in definitions.targets.values():
        owners.setdefault(target.actual, set()).add(target.plan.zone)
    found: dict[str, list[Actual]] = {}
    problems: list[Problem] = []
    for row in rows:
        own = owners.get(row.series, set())
        if own and "" not in own and row.zone not in own:
            if row.zone or len(own) > 1:
                problems.append(_of_another(row, own))
                continue
            row = replace(row, zone=next(iter(own)))
        elif own and not row.zone:
            problems.append(_of_nobody(row))
            continue
        found.setdefault(row.zone, []).append(row)
    if problems:
        raise KpiError(problems)
    return found


def _of_another(row: Actual, own: set[str]) -> Problem:
    expected = say("Expected one of: {choices}.", choices=tuple(sorted(own)))
    if not row.zone:
        return Problem("zone-missing", say("Nobody says of which zone this value is."), row.place, expected=expected)
    message = say("“{target}” is no target of {zone}.", target=row.series, zone=row.zone)
    return Problem("not-of-zone", message, row.place, expected=expected)


def _of_nobody(row: Actual) -> Problem:
    return Problem(
        "zone-missing",
        say("Nobody says of which zone this value is."),
        row.place,
        expected=say("A name in the column 园区 is expected where other values have one."),
        hint=say("Only what zones are compared with needs no zone."),
    )
