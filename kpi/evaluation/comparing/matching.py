"""Who is who in two lists: the same code, else the same name where one of the two lists gives no code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kpi.evaluation.explaining.finding import comparable
from kpi.evaluation.scheme.results import ClassifiedEntity
from kpi.frozen import frozen
from kpi.problems import Place, Problem, Severity, say

_LISTED = 10  # entities that a problem names


@frozen
class Match:
    """before or after is None for an entity that stands on one side only. by: code, name, or link (it was renamed)."""

    before: ClassifiedEntity | None
    after: ClassifiedEntity | None
    by: str | None = None


class Identity(Protocol):
    """Whoever has a code or a name."""

    @property
    def id(self) -> str | None: ...

    @property
    def name(self) -> str | None: ...


@frozen
class Found:
    """The place of an entity in the other list, and by what it was found: "code" or "name"."""

    at: int
    by: str


def match(before: Sequence[ClassifiedEntity], after: Sequence[ClassifiedEntity]) -> tuple[list[Match], list[Problem]]:
    """Everybody once: the list after in its order, then those who are gone in theirs; and warnings, see places."""
    found, problems = places(before, after)
    matches = [
        Match(None, one)
        if each is None
        else Match(before[each.at], one, "link" if before[each.at].renamed else each.by)
        for each, one in zip(found, after, strict=True)
    ]
    there = {each.at for each in found if each is not None}
    matches += [Match(one, None) for at, one in enumerate(before) if at not in there]
    return matches, problems


def places(before: Sequence[Identity], after: Sequence[Identity]) -> tuple[list[Found | None], list[Problem]]:
    """Where each of the list after stands in the list before; nobody is found twice.

    A name counts where it is the only one of its kind on both sides and the codes do not contradict it. What looks
    like the same entity and is not taken for it is said in the problems (warnings).
    """
    codes = _places([one.id for one in before])
    names = _places([one.name for one in before])
    names_after = _places([one.name for one in after])
    left = dict.fromkeys(range(len(before)))
    found: list[Found | None] = []
    for one in after:
        same = codes.get(comparable(one.id), []) if one.id else []
        at = next((place for place in same if place in left), None)
        if at is not None:
            del left[at]
        found.append(None if at is None else Found(at, "code"))
    other_code: list[str] = []
    ambiguous: list[str] = []
    for number, one in enumerate(after):
        if found[number] is not None or not one.name:
            continue
        key = comparable(one.name)
        same = [place for place in names.get(key, []) if place in left]
        unmatched = [place for place in names_after[key] if found[place] is None]
        if not same:
            continue
        if len(same) > 1 or len(unmatched) > 1:
            ambiguous.append(one.name)
        elif one.id and before[same[0]].id:
            other_code.append(one.name)
        else:
            del left[same[0]]
            found[number] = Found(same[0], "name")
    return found, _problems(other_code, ambiguous)


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
        hint = say("If a code has changed, say so in a links file: --links FILE.")
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
