"""The sides of a join whose rows are joined in portions: what is known of them before, and told of them afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from kpi.engines.scattered import CALLED, CODE, Scattered
from kpi.evaluation.joining import Joined, Met
from kpi.figures import apart, join, report, sides
from kpi.figures.join import row_by_row
from kpi.figures.links import NONE, Links
from kpi.figures.parts import PERIOD, Part
from kpi.figures.sides import Among, Stack
from kpi.figures.similar import COMPARISONS
from kpi.figures.timing import Chosen, slices_of
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import KpiError, Problem

if TYPE_CHECKING:
    import polars


@frozen
class Known:
    """What is known of all rows before they are joined. parts: pieces and ledgers by their numbers, without rows."""

    among: Among
    parts: Mapping[int, Part]


def known(several: Sequence[Scattered], chosen: Chosen, previous: frozenset[int], links: Links | None) -> Known:
    """What is known before rows are joined. several: pieces and ledgers, by their numbers."""
    parts = row_by_row([each.part for each in several if each.part is not None])
    present = [part for part in parts if part.source not in previous]
    slices = slices_of(present, [part for part in parts if part.source in previous], chosen)
    stacks = sides.stacks([each for each in slices if each.shift is Shift.NOW])
    earlier: dict[Shift, tuple[str, ...]] = {
        shift: sides.files([each for each in slices if each.shift is shift])
        for shift in dict.fromkeys(each.shift for each in slices)
        if shift is not Shift.NOW
    }
    names = dict.fromkeys(name for each in slices for name in each.figures())
    units = {name: frozenset(found) for name in names if len(found := join.units_of(slices, name)) > 1}
    # A file has its headers above its first piece.
    files = {(each.part.sheet.file, each.part.sheet.name, each.shift): each for each in reversed(slices)}
    inexact = {name: join.inexact(name, [*reversed(files.values())]) for name in units}
    near = _near(stacks, several, chosen, links or NONE)
    return Known(Among(stacks, near, earlier, units, inexact), {each.source: each for each in parts})


def told(before: Known, found: Sequence[Met]) -> tuple[Joined | None, list[Problem]]:
    """What came of the join, and what is to be said of it. Raises KpiError as in memory."""
    met, stacks = sides.together(found), before.among.stacks
    inexact = [before.among.inexact[name] for name, units in met.units.items() if not units]
    if inexact:
        raise KpiError(inexact)
    joined = sides.joined(stacks, met)
    assert met.near is not None
    near = apart.near_misses(met.near, sides.groups(stacks, met), before.parts)
    return joined, [*report.said(joined), *near]


def _near(
    stacks: Sequence[Stack], several: Sequence[Scattered], chosen: Chosen, links: Links
) -> tuple[tuple[int, int], ...]:
    """The pairs of stacks whose rest, once rows are joined, may be few enough to be looked through for who is alike.

    Who shares neither code nor name with anybody of the other stack is of the rest for certain, but for the renamed.
    """
    if len(stacks) < 2:
        return ()
    frames = [_present(stack, several, chosen) for stack in stacks]
    pairs = combinations(range(len(stacks)), 2)
    return tuple((one, other) for one, other in pairs if _few(frames[one], frames[other], len(links.rows)))


def _present(stack: Stack, several: Sequence[Scattered], chosen: Chosen) -> polars.DataFrame:
    import polars

    shared = [each for number in stack.sources if (each := several[number].shared) is not None]
    now = polars.col(PERIOD).is_null() | (polars.col(PERIOD) == (chosen.period or ""))
    return polars.concat([each.filter(now).select(CODE, CALLED) for each in shared])


def _few(one: polars.DataFrame, other: polars.DataFrame, renamed: int) -> bool:
    import polars

    products = {CODE: 1, CALLED: 1}
    for mine, theirs in ((one, other), (other, one)):
        known = [polars.col(name).is_in(theirs[name].drop_nulls().implode()).fill_null(False) for name in products]
        rest = mine.filter(~polars.any_horizontal(known))
        for name in products:
            products[name] *= max(rest[name].drop_nulls().n_unique() - renamed, 1)
    return min(products.values()) <= COMPARISONS
