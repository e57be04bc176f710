"""What earlier results and decisions say of an entity, as steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kpi.evaluation.explanation import Kind, Step
from kpi.evaluation.history import tiers_of
from kpi.evaluation.scheme.remembering import renamings
from kpi.evaluation.scheme.results import OverrideFired
from kpi.evaluation.table import Link, Table
from kpi.problems import Message, Place, say


def history_steps(table: Table, index: int) -> Iterator[Step]:
    """One step for each renaming, with its document; then one for each earlier result: the tier that it gave, and how
    the entity was called then."""
    for link in renamings(table, index):
        yield _link_step(link)
    for each in tiers_of(table, index):
        place = Place(file=each.file)
        if each.entity is None:
            yield Step(Kind.PAST_TIER, each.period, notes=(say("That result does not list it."),), place=place)
            continue
        notes = [said_of_link(link) for link in each.entity.links]
        notes += [] if each.entity.tier else [say("That result gives it no tier.")]
        yield Step(Kind.PAST_TIER, each.period, value=each.entity.tier, notes=tuple(notes), place=place)


def _link_step(link: Link) -> Step:
    """What an entity was called, and is called since."""
    notes = () if link.day is None else (say("Renamed on {date}.", date=link.day),)
    old, new = link.old_name or link.old_id or "—", link.new_name or link.new_id or "—"
    return Step(Kind.LINK, old, value=new, notes=notes, source=link.document, place=replace(link.place, entity=None))


def said_of_link(link: Link) -> Message:
    """That who was called so is meant, by which renaming."""
    old, new = link.old_name or link.old_id or "—", link.new_name or link.new_id or "—"
    if link.document:
        return say("It was “{old}” then; renamed “{new}”: {document}.", old=old, new=new, document=link.document)
    return say("It was “{old}” then; renamed “{new}”.", old=old, new=new)


def decision_step(made: OverrideFired) -> Step:
    """What a meeting decided, with its document and where it was read."""
    notes = [say("By this decision: {before} → {after}.", before=made.before or "—", after=made.after)]
    decision = made.decision
    if decision is not None and decision.day is not None:
        notes.append(say("Decided on {date}.", date=decision.day))
    place = Place() if decision is None else replace(decision.place, entity=None)
    return Step(Kind.DECISION, made.label, value=made.after, notes=tuple(notes), source=made.source, place=place)


def moved_note(made: OverrideFired) -> Message:
    """What an override that holds did to the tier."""
    if made.before == made.after:
        return say("It holds; the tier stays {tier}.", tier=made.after)
    return say("It holds: {before} → {after}.", before=made.before or "—", after=made.after)
