"""Who is who in two lists: the same code, else the same name where one of the two lists gives no code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from kpi.evaluation.scheme.results import ClassifiedEntity
from kpi.frozen import frozen
from kpi.names import comparable
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
    found = _by_same_code(before, after)
    left = dict.fromkeys(range(len(before)))
    for each in found:
        if each is not None:
            del left[each.at]
    open_ones = [number for number, each in enumerate(found) if each is None]
    codes = _places({at: before[at].id for at in left}) if open_ones else {}
    for number in open_ones:
        code = after[number].id
        at = next((place for place in codes.get(comparable(code), ()) if place in left), None) if code else None
        if at is not None:
            del left[at]
            found[number] = Found(at, "code")
    open_ones = [number for number in open_ones if found[number] is None]
    names = _places({at: before[at].name for at in left}) if open_ones else {}
    names_after = _places({number: after[number].name for number in open_ones})
    other_code: list[str] = []
    ambiguous: list[str] = []
    for number in open_ones:
        one = after[number]
        if not one.name:
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


def _by_same_code(before: Sequence[Identity], after: Sequence[Identity]) -> list[Found | None]:
    """Those whose code is written the same on both sides, once on each: nearly all, without comparing texts."""
    counts = (Counter(one.id for one in side if one.id) for side in (before, after))
    once = [{code for code, count in each.items() if count == 1} for each in counts]
    at = {one.id: place for place, one in enumerate(before) if one.id in once[0] and one.id in once[1]}
    return [Found(at[one.id], "code") if one.id in at else None for one in after]


def _places(texts: Mapping[int, str | None]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at, written in texts.items():
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
