"""Members of lists (名单) who are nobody in the figures, but look like somebody: no veto must be lost by a letter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kpi.definitions.findings import finding
from kpi.definitions.list_model import Member, NameList
from kpi.definitions.model import Definitions
from kpi.evaluation.table import ID, NAME
from kpi.figures.similar import similar
from kpi.names import comparable, name_keys
from kpi.problems import Problem, say

if TYPE_CHECKING:
    import polars

_SHOWN = 20  # of each list


def doubts(people: polars.DataFrame, definitions: Definitions) -> list[Problem]:
    """Warnings about members of lists who may be some of these people (columns ID and NAME)."""
    import polars

    if not definitions.lists:
        return []
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
        for problem in _of_list(definitions.lists[key], members, shown, definitions)
    ]


def _of_list(
    found: NameList, members: list[Member], people: dict[str, str], definitions: Definitions
) -> Iterator[Problem]:
    wanted = {member.name or member.id: member for member in members}
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
