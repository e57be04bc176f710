"""Who is who in two lists: the same code, else the same name where one of the two lists gives no code."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.evaluation.explaining.finding import comparable
from kpi.evaluation.scheme.results import ClassifiedEntity
from kpi.frozen import frozen
from kpi.problems import Place, Problem, Severity, say

_LISTED = 10  # entities that a problem names


@frozen
class Match:
    """before or after is None for an entity that stands on one side only. by: "code" or "name"."""

    before: ClassifiedEntity | None
    after: ClassifiedEntity | None
    by: str | None = None


def match(before: Sequence[ClassifiedEntity], after: Sequence[ClassifiedEntity]) -> tuple[list[Match], list[Problem]]:
    """Everybody once: the list after in its order, then those who are gone in theirs.

    A name counts where it is the only one of its kind on both sides and the codes do not contradict it. What looks
    like the same entity and is not taken for it is said in the problems (warnings).
    """
    codes = _places([one.id for one in before])
    names = _places([one.name for one in before])
    names_after = _places([one.name for one in after])
    left = dict.fromkeys(range(len(before)))
    found: list[Match | None] = []
    for one in after:
        places = codes.get(comparable(one.id), []) if one.id else []
        at = next((place for place in places if place in left), None)
        if at is not None:
            del left[at]
        found.append(None if at is None else Match(before[at], one, "code"))
    other_code: list[str] = []
    ambiguous: list[str] = []
    for number, one in enumerate(after):
        if found[number] is not None or not one.name:
            continue
        key = comparable(one.name)
        places = [place for place in names.get(key, []) if place in left]
        unmatched = [place for place in names_after[key] if found[place] is None]
        if not places:
            continue
        if len(places) > 1 or len(unmatched) > 1:
            ambiguous.append(one.name)
        elif one.id and before[places[0]].id:
            other_code.append(one.name)
        else:
            del left[places[0]]
            found[number] = Match(before[places[0]], one, "name")
    matches = [each or Match(None, one) for each, one in zip(found, after, strict=True)]
    matches += [Match(before[at], None) for at in left]
    return matches, _problems(other_code, ambiguous)


def _places(texts: Sequence[str | None]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at, written in enumerate(texts):
        if written:
            places.setdefault(comparable(written), []).append(at)
    return places


def _problems(other_code: Sequence[str], ambiguous: Sequence[str]) -> list[Problem]:
    problems = []
    if other_code:
        message = say(
            "{count} entities have the same name on both sides but another code, and count as gone and new: {names}.",
            count=len(other_code),
            names=_named(other_code),
        )
        hint = say("If a code has changed, write the new one into the older figures.")
        problems.append(Problem("same-name-other-code", message, Place(), Severity.WARNING, hint=hint))
    if ambiguous:
        names = list(dict.fromkeys(ambiguous))
        message = say(
            "{count} names stand for several entities and were not matched: {names}.",
            count=len(names),
            names=_named(names),
        )
        hint = say("Give the codes on both sides.")
        problems.append(Problem("name-ambiguous", message, Place(), Severity.WARNING, hint=hint))
    return problems


def _named(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(names[:_LISTED]) + (("…",) if len(names) > _LISTED else ())
