"""Whose value a row says: a target's, or a part of one, of one zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.target_model import Target
from kpi.evaluation.targets.actuals import units
from kpi.figures.vocabulary import comparable
from kpi.frozen import frozen
from kpi.names import nearest
from kpi.problems import Place, Problem, Severity, say
from kpi.units import Unit, Units

Way = tuple[str, str, str]  # zone ("": any), name, unit whose part it is ("": the whole)
# What a column of zones is called, the first in messages.
ZONES = ("园区", "开发区", "区域", "地区", "县区", "县（市、区）", "园区名称", "开发区名称", "zone")


@frozen
class Subject:
    """A series that values may be of, or a part of it. unit: of its values; kinds: of the goals that they serve."""

    series: str
    unit_of: str
    unit: Unit | None
    kinds: frozenset[GoalKind]


@frozen
class Known:
    """Every way to name a subject, as comparing wants it, and as people write it; the units.

    A name stands for the target of the row's own zone, if the plan of that zone has one.
    parts: of a series that is split, the names that may stand beside it: its units, and the units that lead it.
    """

    subjects: Mapping[Way, Subject]
    parts: Mapping[str, frozenset[str]]
    shown: Mapping[str, str]
    units: Units

    @property
    def zoned(self) -> bool:
        """Whether a name may stand for another target in each zone."""
        return any(zone for zone, _, _ in self.subjects)

    def subject(self, name: str, unit_of: str, zone: str, at: Place, at_unit: Place) -> Subject | Problem:
        """The subject that a row of a zone names; at, at_unit: where it does."""
        way = comparable(name)
        whole = self.subjects.get((zone, way, "")) or self.subjects.get(("", way, ""))
        parts = self.parts.get(whole.series, frozenset()) if whole is not None else frozenset[str]()
        if unit_of and parts and unit_of not in parts:
            near = nearest(unit_of, parts)
            return Problem(
                "unknown-unit-of",
                say("“{name}” has no part of “{unit}”.", name=name, unit=unit_of),
                at_unit,
                expected=say("Expected one of: {choices}.", choices=tuple(sorted(parts))),
                hint=say("Did you mean “{near}”?", near=near) if near else None,
            )
        for of in (zone, ""):
            for part in (unit_of, ""):
                if (of, way, part) in self.subjects:
                    return self.subjects[of, way, part]
        return unknown(name, self.shown, at)


def unknown(name: str, shown: Mapping[str, str], place: Place) -> Problem:
    """There is no such target; the nearest is suggested."""
    near = nearest(comparable(name), shown)
    return Problem(
        "unknown-target",
        say("There is no target “{name}”.", name=name),
        place,
        hint=say("Did you mean “{near}”?", near=shown[near]) if near else say("`kpi list targets` shows them."),
    )


def known_subjects(targets: Sequence[Target], registry: Units) -> Known:
    """Every series that these targets speak of."""
    kept = units(targets)
    kinds: dict[tuple[str, str], set[GoalKind]] = {}
    ways: dict[Way, tuple[str, str]] = {}
    shown: dict[str, str] = {}
    for target in targets:
        subject = (target.actual, target.unit_of)
        own = kinds.setdefault(subject, set())
        own |= {goal.kind for goal in (target.goal, target.stretch) if goal is not None}
        names = dict.fromkeys((target.actual, target.key, target.label, target.label_en, *target.aliases))
        for name in filter(None, names):
            for zone in {target.plan.zone, ""}:
                _enter(name, zone, subject, ways, shown)
        for goal in (target.goal, target.stretch):
            if goal is not None and goal.against:
                kinds.setdefault((goal.against, ""), set()).add(GoalKind.GROWTH)
                _enter(goal.against, "", (goal.against, ""), ways, shown)
    subjects = {
        way: Subject(*subject, kept.get(subject[0]), frozenset(kinds[subject])) for way, subject in ways.items()
    }
    return Known(subjects, _parts(targets), shown, registry)


def _parts(targets: Sequence[Target]) -> dict[str, frozenset[str]]:
    split = {target.actual for target in targets if target.split}
    found: dict[str, set[str]] = {}
    for target in targets:
        if target.actual in split:
            found.setdefault(target.actual, set()).update(target.lead)
    return {series: frozenset(names) for series, names in found.items()}


def _enter(
    name: str, zone: str, subject: tuple[str, str], ways: dict[Way, tuple[str, str]], shown: dict[str, str]
) -> None:
    # A part is known by its own key (whole/unit), and by the name of the whole where the row names its unit.
    way = comparable(name)
    for unit_of in {"", subject[1]}:
        if unit_of == subject[1] or "/" in name:
            ways.setdefault((zone, way, unit_of), subject)
    shown.setdefault(way, name)


@dataclass
class ZoneNames:
    """One spelling for each zone: the first that is met. declared: those of a table of goals and of the plans."""

    declared: Iterable[str] = ()
    found: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.declared:
            self.found.setdefault(comparable(name), name)
        self.declared = tuple(self.found.values())

    def knows(self, text: str) -> bool:
        """Whether a zone has been met."""
        return comparable(text) in self.found

    def spelled(self, text: str, place: Place, problems: list[Problem]) -> str:
        """The zone that a text names; "": none. One that nobody has declared is warned of where others are."""
        way = comparable(text)
        if way and way not in self.found:
            self.found[way] = (" " if text.isascii() else "").join(text.split())
            if self.declared:
                near = nearest(text, tuple(self.declared))
                message = say("“{zone}” is not among the zones that goals or plans name.", zone=text)
                hint = (
                    say("Did you mean “{near}”?", near=near)
                    if near
                    else say("The goals of the definitions count for it.")
                )
                problems.append(Problem("unknown-zone", message, place, Severity.WARNING, hint=hint))
        return self.found[way] if way else ""
