"""The steps of tiers in stages: the part of the list where an entity stands, and its place in each stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kpi.definitions.model import Definitions
from kpi.definitions.tier_model import TOTAL, Shares, Sorted, Stages, Tiers
from kpi.evaluation.context import published_column
from kpi.evaluation.explaining.lists import block_of
from kpi.evaluation.explaining.ranking import places_step, shared
from kpi.evaluation.explaining.steps import Path, Steps
from kpi.evaluation.explanation import Kind, Step
from kpi.evaluation.scheme import tiers
from kpi.evaluation.scheme.columns import score_column
from kpi.evaluation.scheme.results import SchemeRun
from kpi.evaluation.scheme.stage_remarks import label, sorted_by, taken
from kpi.evaluation.scheme.tiers import Block, Counted, Seating
from kpi.problems import Message, say

Cells = Mapping[str, Any]


def stage_steps(
    run: SchemeRun, cells: Cells, counted: Counted, steps: Steps, path: Path
) -> tuple[tuple[Step, ...], tuple[Message, ...]]:
    """The stages up to the one that gives the tier, and what is to be said if none does; nothing for other tiers."""
    rule, way = run.scheme.tiers, run.scheme.tiers.way
    if not isinstance(way, Stages):
        return (), ()
    me, together = block_of(run, cells, steps.definitions)
    found = [] if way.split is None else list(_parts(run, way, way.split, me, together, counted, steps, path))
    for seating in tiers.seatings(rule, way, together, counted):
        if any(block.key == me.key for block in seating.waiting):
            step = _stage(rule, seating, me, steps, path)
            last = _without_value(run, cells, seating.stage.sort_by, steps.definitions)
            found.append(step if last is None else replace(step, notes=(*step.notes, last)))
            if any(block.key == me.key for block in seating.seated):
                return tuple(found), ()
    said = say("No stage gives a tier: {tier} is that of all others.", tier=way.otherwise)
    return tuple(found), (said, *_missed(rule, me, rule.names.index(way.otherwise)))


def _without_value(run: SchemeRun, cells: Cells, what: Sorted, definitions: Definitions) -> Message | None:
    """Why somebody comes last in a list that is sorted anew, where it has nothing to be sorted by."""
    if what == TOTAL:
        return None
    if isinstance(what, str):
        missing = cells.get(published_column(what)) is None
        return say("It has no value of {name}, so it comes last.", name=label(what, definitions)) if missing else None
    numbers = {item.indicator: number for number, item in enumerate(run.scheme.items)}
    without = [name for name in what if cells.get(score_column(numbers[name])) is None]
    names = tuple(label(name, definitions) for name in without)
    return say("It has no points for {items}, so it comes last.", items=names) if names else None


def _parts(
    run: SchemeRun,
    way: Stages,
    split: Shares,
    me: Block,
    together: Sequence[Block],
    counted: Counted,
    steps: Steps,
    path: Path,
) -> Iterator[Step]:
    """Share × count → the places of each part; the one where the entity stands."""
    mine = tiers.parts(way, together, counted)[me.key]
    among = together if me.placed or not split.refill else [block for block in together if not block.placed]
    before = sum(block.size for block in among if block.order < me.order)
    same = sum(block.size for block in among if block.order == me.order)
    place = before + 1 if tiers.upwards(split) else before + same
    here = say("By the total the entity has place {place}: it is in this part.", place=place)
    for number, (name, share) in enumerate(zip(way.parts, split.up_to, strict=True)):
        step = places_step(Kind.PART, name, share, split, counted[split.of])
        notes = step.notes
        if number == mine:
            notes = (*notes, here, *shared(split, same))
        source = run.scheme.tiers.source
        yield replace(step, notes=notes, source=source, place=steps.place(*path, "tiers", "split"))


def _stage(rule: Tiers, seating: Seating, me: Block, steps: Steps, path: Path) -> Step:
    """Share × count → places, and the entity's own place."""
    stage, number = seating.stage, rule.names.index(seating.stage.tier)
    mine = me.staged[seating.number]
    passed = stage.refill and not me.placed and not me.eligible[number]
    among = seating.waiting if me.placed or passed else seating.able
    before = sum(block.size for block in among if block.staged[seating.number] < mine)
    same = sum(block.size for block in among if block.staged[seating.number] == mine)
    place = before + 1 if tiers.upwards(stage) else before + same
    total = sum(block.size for block in among)
    step = places_step(Kind.STAGE, stage.tier, stage.share, stage, seating.counted)
    notes = [*step.notes, say("Sorted by: {order}.", order=sorted_by(stage.sort_by, steps.definitions))]
    notes.append(taken(seating, place, total, steps.definitions))
    notes += shared(stage, same)
    if passed:
        notes.append(say("The minimum of tier {tier} is not met, so the entity is passed over.", tier=stage.tier))
    elif any(block.key == me.key for block in seating.seated):
        notes.append(say("The entity is among them."))
        notes += _missed(rule, me, number)
    else:
        notes.append(say("The entity is not among them."))
    where = steps.place(*path, "tiers", "stages", seating.number)
    return replace(step, notes=tuple(notes), source=stage.source or rule.source, place=where)


def _missed(rule: Tiers, me: Block, number: int) -> list[Message]:
    """The tiers from here down whose minimum is not met."""
    return [
        say("The minimum of tier {tier} is not met, so the entity goes to the next one.", tier=tier)
        for tier in rule.names[number : tiers.allowed(me, number)]
    ]
