"""Renamings applied to lists (名单): no veto must be lost because a list says what a company was called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kpi.definitions.list_model import Member, NameList
from kpi.definitions.model import Definitions
from kpi.figures import days, links
from kpi.figures.links import Links, Renamed
from kpi.names import comparable


def with_links(definitions: Definitions, known: Links | None) -> Definitions:
    """The definitions whose lists also know their members by what they are called now."""
    if known is None or not known.rows or not definitions.lists:
        return definitions
    return replace(definitions, lists={key: _today(found, known) for key, found in definitions.lists.items()})


def _today(found: NameList, known: Links) -> NameList:
    members = tuple(_member(each, known) for each in found.members)
    moved: Sequence[Member] = [each for each in members if each.formerly]
    return replace(
        found,
        members=members,
        codes=found.codes | {comparable(each.id) for each in moved if each.id},
        names=found.names | {comparable(each.name) for each in moved if not each.id},
        coded=found.coded | {comparable(each.name) for each in moved if each.id and each.name},
    )


def _member(member: Member, known: Links) -> Member:
    day = days.day(member.day) if member.day else None
    at = day.value if isinstance(day, days.Day) else None
    today = _renamed(member, known, at)
    if today.links:
        formerly = links.said(today.links[0].old_id, today.links[0].old_name)
        return replace(member, id=today.id or "", name=today.name or "", formerly=formerly)
    before = _renamed(member, known, None) if at is not None else today
    return replace(member, otherwise=links.said(before.id, before.name)) if before.links else member


def _renamed(member: Member, known: Links, at: date | None) -> Renamed:
    """What somebody on a list is called now. Who takes the old name after the day on the list is somebody else."""
    if member.id == member.name:  # a text of which nothing says whether it is a code or a name
        named = links.now(known, None, member.name, at)
        return named if named.links else links.now(known, member.id, None, at)
    return links.now(known, member.id or None, member.name or None, at)
