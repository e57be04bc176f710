"""What is said of an entity's earlier years: the tiers that earlier results gave, and what it was called then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kpi.evaluation.history import past_column, tiers_of
from kpi.evaluation.scheme.results import ClassifiedEntity, Remark
from kpi.evaluation.table import Link, Table
from kpi.problems import say


def remembered(one: ClassifiedEntity, table: Table, index: int) -> ClassifiedEntity:
    """The entity with its earlier tiers, and a reason for each renaming by which something earlier was found."""
    if table.history is None and not table.links:
        return one
    history = None if table.history is None else tiers_of(table, index)
    links = renamings(table, index)
    remarks = [_remark(link) for link in links]
    return replace(
        one,
        history=history,
        renamed=links,
        codes=(*one.codes, *(code for code, _ in remarks)),
        reasons=(*one.reasons, *(reason for _, reason in remarks)),
    )


def renamings(table: Table, index: int) -> tuple[Link, ...]:
    """The renamings by which earlier figures and results of an entity were found, each once."""
    found = dict.fromkeys((table.links or {}).get(index, ()))
    for past in tiers_of(table, index):
        found.update(dict.fromkeys(past.entity.links if past.entity else ()))
    return tuple(found)


def with_renamings(table: Table) -> Iterator[int]:
    """The rows of entities of whom earlier figures or results were found by renamings; some may come twice."""
    yield from table.links or ()
    for past in table.history or ():
        at = table.frame[past_column(past.years)]
        renamed = [number for number, entity in enumerate(past.entities) if entity.links]
        yield from at.is_in(renamed).arg_true().to_list() if renamed else ()


def _remark(link: Link) -> Remark:
    old = link.old_name or link.old_id or "—"
    if link.document:
        return "renamed", say("Formerly “{old}” ({document}).", old=old, document=link.document)
    return "renamed", say("Formerly “{old}”.", old=old)
