"""Does a requirement hold for an entity? Decisions compare exact values, and are three-valued."""

from __future__ import annotations

from collections.abc import Iterable

from kpi.definitions.standard_model import Requirement
from kpi.evaluation.rows import EntityRow
from kpi.formula.values import Undefined
from kpi.frozen import frozen


@frozen
class Judgement:
    """A requirement that is in force, in the wording that applies to the entity.

    passed: None is undefined; doubts then say what could not be decided besides the values compared: which wording
    applies, or whether the requirement is in force at all.
    """

    wording: Requirement
    passed: bool | None
    doubts: tuple[Undefined, ...] = ()

    @property
    def short(self) -> bool:
        """Whether it makes the entity short: an indicative rule never does."""
        return self.passed is False and not self.wording.indicative


def judge(requirement: Requirement, row: EntityRow) -> Judgement | None:
    """The requirement as it stands for this entity; None when it is not in force.

    Where a `when` is undefined, both branches are judged: a verdict that they share stands, otherwise it is undefined
    and names what is missing (design.md 4.6).
    """
    in_force = True if requirement.when is None else row.holds(requirement.when)
    if in_force is False:
        return None
    judgement = _in_wording(requirement, row)
    if isinstance(in_force, Undefined) and judgement.passed is not True:
        return Judgement(judgement.wording, None, (in_force, *judgement.doubts))
    return judgement


def _in_wording(requirement: Requirement, row: EntityRow) -> Judgement:
    """Judged by the first alternative whose `when` holds, or by the main wording."""
    doubts: list[Undefined] = []
    possible: list[bool | Undefined] = []
    wording = requirement
    for alternative in requirement.instead:
        chosen = True if alternative.when is None else row.holds(alternative.when)
        if chosen is True:
            wording = alternative
            break
        if isinstance(chosen, Undefined):
            doubts.append(chosen)
            possible.append(row.holds(alternative.condition))
    holds = row.holds(wording.condition)
    passed = _verdict(holds)
    if all(_verdict(other) is passed for other in possible):
        return Judgement(wording, passed)
    unknown = (other for other in possible if isinstance(other, Undefined))
    return Judgement(wording, None, (*doubts, *unknown))


def _verdict(holds: bool | Undefined) -> bool | None:
    return None if isinstance(holds, Undefined) else holds


def every(verdicts: Iterable[bool | None]) -> bool | None:
    """Three-valued and."""
    known = list(verdicts)
    return False if False in known else None if None in known else True
