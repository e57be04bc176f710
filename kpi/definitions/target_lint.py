"""What a careful reader of targets would find: two goals for one subject, parts that do not add up, no source."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kpi import numbers
from kpi.definitions.findings import finding
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.model import Definitions
from kpi.definitions.positions import Path
from kpi.definitions.target_model import Goal, Target
from kpi.problems import Problem, Severity, say
from kpi.units import conversion

_ADDING = (GoalKind.LEVEL, GoalKind.COUNT)


def findings(definitions: Definitions) -> Iterator[Problem]:
    """All findings about plans and targets, in the order of the file."""
    for key, plan in definitions.plans.items():
        if not plan.source:
            message = say("The plan “{name}” has no source.", name=key)
            hint = say("Add source = with the document that it is, as people cite it.")
            yield finding(definitions, "no-source", ("plans", key), message, hint)
    yield from _contradictions(definitions)
    for target in definitions.targets.values():
        yield from _whole(target, definitions)
        goal = target.goal
        if goal is not None and goal.about and not goal.tolerance:
            message = say("“{goal}” does not say how far off it may be.", goal=goal.text)
            hint = say("Write 50家左右（±2家）, or about = for the whole plan; until then the number itself counts.")
            yield finding(definitions, "no-tolerance", _path(target), message, hint, Severity.NOTE)
    yield from _sums(definitions)


def _path(target: Target) -> Path:
    return ("targets", target.of, "by", target.unit_of) if target.split else ("targets", target.key)


def _contradictions(definitions: Definitions) -> Iterator[Problem]:
    """One document that states two goals for one subject, of one kind and for one time."""
    first: dict[tuple[object, ...], Target] = {}
    for target in definitions.targets.values():
        goal = target.goal
        if goal is None or goal.kind is GoalKind.MILESTONE:
            continue
        subject = (target.plan.key, target.actual, target.unit_of, goal.kind, target.due, goal.against)
        other = first.setdefault(subject, target)
        if other is target or other.goal is None or _same(goal, other.goal):
            continue
        message = say(
            "The plan states two goals for “{name}”: {first} (item {first_item}) and {second} (item {second_item}).",
            name=target.actual,
            first=other.goal.text,
            first_item=other.item or "—",
            second=goal.text,
            second_item=target.item or "—",
        )
        hint = say("Ask which one holds; until then an actual value is judged by both.")
        yield finding(definitions, "two-goals", _path(target), message, hint)


def _same(one: Goal, other: Goal) -> bool:
    return (one.operator, one.value, one.unit, one.upper) == (other.operator, other.value, other.unit, other.upper)


def _whole(target: Target, definitions: Definitions) -> Iterator[Problem]:
    """A part that is larger than what it is a part of."""
    whole = definitions.targets.get(target.of)
    if whole is None or target.goal is None or whole.goal is None:
        return
    part = _level(target, whole)
    if part is not None and part > whole.goal.value:
        message = say("“{part}” is a part of “{whole}”, and larger.", part=target.label, whole=whole.label)
        yield finding(definitions, "part-larger", _path(target), message, say("Check both goals, or `of`."))


def _level(part: Target, whole: Target) -> Fraction | None:
    """The goal of a part in the unit of the whole; None where the two are not of a kind."""
    one, other = part.goal, whole.goal
    if one is None or other is None or one.kind not in _ADDING or other.kind not in _ADDING:
        return None
    same = one.unit.dimension == other.unit.dimension
    return one.value * conversion(one.unit, other.unit) if same else None


def _sums(definitions: Definitions) -> Iterator[Problem]:
    """Splits by unit whose parts do not add up to the whole, or cannot be added up."""
    for whole in definitions.targets.values():
        parts = [each for each in definitions.targets.values() if each.split and each.of == whole.key]
        if not parts or whole.goal is None:
            continue
        low, high, unknown = Fraction(0), Fraction(0), list[str]()
        for part in parts:
            value = _level(part, whole)
            if value is None or part.goal is None or part.count is None:
                unknown.append(part.unit_of)
                continue
            upper = part.goal.upper if part.goal.upper is not None else part.goal.value
            low += value * part.count
            high += upper * conversion(part.goal.unit, whole.goal.unit) * part.count
        path: Path = ("targets", whole.key)
        if unknown:
            message = say(
                "How many there are of {units} is not said, so the parts of “{whole}” cannot be added up.",
                units=tuple(unknown),
                whole=whole.label,
            )
            hint = say("Name them with units = […], or say count =.")
            yield finding(definitions, "split-open", path, message, hint, Severity.NOTE)
        if low > whole.goal.value or (high < whole.goal.value and not unknown):
            message = say(
                "The parts of “{whole}” add up to {sum}, not to {goal}.",
                whole=whole.label,
                sum=numbers.plain(low) if low == high else f"{numbers.plain(low)}–{numbers.plain(high)}",
                goal=numbers.plain(whole.goal.value),
            )
            yield finding(definitions, "split-sum", path, message, say("Check the parts against the document."))
