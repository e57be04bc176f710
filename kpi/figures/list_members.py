"""Lists (名单) held against the figures: how many members are in them, and who looks like somebody but is nobody.

No veto must be lost by a letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kpi.definitions.findings import finding
from kpi.definitions.list_model import Member, NameList
from kpi.definitions.model import Definitions
from kpi.evaluation.table import ID, NAME, Rejected
from kpi.figures.similar import similar
from kpi.names import comparable, name_keys
from kpi.problems import Problem, Severity, say

if TYPE_CHECKING:
    import polars

_SHOWN = 20  # of each list
_NAMED = 10  # members and documents that a note names


def doubts(
    accepted: polars.DataFrame, rejected: Sequence[Rejected], definitions: Definitions, whole: bool = True
) -> list[Problem]:
    """A note about each list, and warnings about members who may be some of these people.

    accepted: a frame with columns ID and NAME. rejected: those who are in the figures, and left out.
    whole: whether these are all people; of some of them nobody can say how many of a list are in the figures.
    """
    import polars

    if not definitions.lists:
        return []
    others = polars.DataFrame(
        {ID: [row.id for row in rejected], NAME: [row.name for row in rejected]},
        schema={ID: polars.String, NAME: polars.String},
    )
    people = accepted.select(ID, NAME).vstack(others)
    keys = people.select(name_keys(polars.col(column)).alias(column) for column in (ID, NAME))
    codes, names = (set(keys[column].drop_nulls().to_list()) for column in (ID, NAME))
    # By its name alone a member with a code knows only who gives no code.
    nameable = set(keys.filter(polars.col(ID).is_null())[NAME].drop_nulls().to_list())

    def here(member: Member) -> bool:
        code, name = comparable(member.id), comparable(member.name)
        return code in codes or name in (names if not code or code == name else nameable)

    lost = {key: [each for each in found.members if not here(each)] for key, found in definitions.lists.items()}
    shown = (
        {text: _said(*row) for row in people.select(ID, NAME).iter_rows() for text in row if text}
        if any(lost.values())
        else {}
    )
    return [
        problem
        for key, members in lost.items()
        if definitions.lists[key].members
        for problem in (
            *([_matched(definitions.lists[key], members, definitions)] if whole else []),
            *(_renamed(definitions.lists[key], definitions) if whole else ()),
            *_after_renaming(definitions.lists[key], members, definitions),
            *_of_list(definitions.lists[key], members, shown, definitions),
        )
    ]


def _matched(found: NameList, lost: Sequence[Member], definitions: Definitions) -> Problem:
    """How many of a list are in the figures, by its documents."""
    documents = tuple(dict.fromkeys(member.document for member in found.members if member.document))
    values = {
        "list": found.key,
        "documents": documents[:_NAMED] or (found.source or "—",),
        "count": len(found.members),
        "here": len(found.members) - len(lost),
    }
    names = tuple(_said(member.id, member.name) for member in lost[:_NAMED])
    message = (
        say(
            "The list “{list}” ({documents}) has {count} members, {here} of them in the figures, not {names}.",
            names=(*names, "…") if len(lost) > _NAMED else names,
            **values,
        )
        if lost
        else say("The list “{list}” ({documents}) has {count} members, all of them in the figures.", **values)
    )
    return finding(definitions, "list-matched", ("lists", found.key), message, severity=Severity.NOTE)


def _renamed(found: NameList, definitions: Definitions) -> Iterator[Problem]:
    """Who counts by another name than the list says."""
    moved = [each for each in found.members if each.formerly]
    if moved:
        pairs = tuple(f"{each.formerly} → {each.name or each.id}" for each in moved[:_NAMED])
        message = say(
            "{count} renamed members of the list “{list}” count as what they are called now: {different}.",
            count=len(moved),
            list=found.key,
            different=(*pairs, "…") if len(moved) > _NAMED else pairs,
        )
        yield finding(definitions, "list-renamed", ("lists", found.key), message, severity=Severity.NOTE)


def _after_renaming(found: NameList, lost: Sequence[Member], definitions: Definitions) -> Iterator[Problem]:
    """Who is nobody, because the list says the old name on a day after it was given up."""
    for member in [each for each in lost if each.otherwise][:_SHOWN]:
        message = say(
            "On the list “{list}” stands {member} as of {day}, which is after it was renamed {other}: it is taken for "
            "somebody else, who is nobody in the figures.",
            list=found.key,
            member=_said(member.id, member.name),
            day=member.day,
            other=member.otherwise,
        )
        hint = say("If {other} is meant, write what it is called now on the list.", other=member.otherwise)
        yield finding(definitions, "list-after-renaming", ("lists", found.key), message, hint)


def _of_list(
    found: NameList, members: list[Member], people: dict[str, str], definitions: Definitions
) -> Iterator[Problem]:
    wanted = {member.name or member.id: member for member in members if not member.otherwise}
    for text, other in list(similar(list(wanted), people).items())[:_SHOWN]:
        message = say(
            "On the list “{list}” stands {member}, who is nobody in the figures, but may be {other}.",
            list=found.key,
            member=_said(wanted[text].id, wanted[text].name),
            other=people[other],
        )
        hint = say("If so, write the code or the name on the list as in the figures; as it is, it counts for nobody.")
        yield finding(definitions, "list-similar", ("lists", found.key), message, hint)


def _said(code: str | None, name: str | None) -> str:
    return " ".join(dict.fromkeys(text for text in (name, code) if text))
