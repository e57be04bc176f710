"""Who is in which of the files that are joined: of a whole table, or put together from what its portions found.

Files with the same figures are a stack. Who is in which stacks is counted; what that makes of the stacks, and what is
told of it, hangs on the counts of all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.evaluation.called import SHOWN
from kpi.evaluation.joining import Joined, Met, Side
from kpi.evaluation.table import ID, NAME, ROW, SOURCE
from kpi.figures import join
from kpi.figures.join import KEY, NOBODY, Slice
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, say

if TYPE_CHECKING:
    import polars

STACK, _COUNT = "#stack", "#count"


@frozen
class Stack:
    """Files with the same figures. columns: of the table; keys: of the figures. place: of the first of the files.

    sources: the numbers of what was read of them.
    """

    columns: frozenset[str]
    files: tuple[str, ...]
    keys: tuple[str, ...]
    sources: tuple[int, ...]
    place: Place


@frozen
class Among:
    """What is known of all where rows are those of a portion. stacks: of the present period.

    near: pairs of them between which somebody may look like somebody else. earlier_files: those with figures of
    earlier periods. units: the columns that are in several units, and the factors of these;
    inexact: what is said of each, if none holds all values.
    """

    stacks: tuple[Stack, ...]
    near: tuple[tuple[int, int], ...]
    earlier_files: Mapping[Shift, tuple[str, ...]]
    units: Mapping[str, frozenset[Fraction]]
    inexact: Mapping[str, Problem]


def stacks(now: Sequence[Slice]) -> tuple[Stack, ...]:
    """The stacks of the present period, in the order in which they came."""
    return tuple(
        Stack(
            frozenset(group[0].figures()),
            files(group),
            tuple(dict.fromkeys(each.key for piece in group for each in piece.part.columns if each.key)),
            tuple(piece.part.source for piece in group),
            group[0].part.sheet.place(),
        )
        for group in join.stacks(now)
    )


def files(group: Sequence[Slice]) -> tuple[str, ...]:
    """The files (and sheets) of these slices."""
    sheets = [piece.part.sheet for piece in group]
    return tuple(dict.fromkeys(f"{sheet.file} {sheet.name}" if sheet.name else sheet.file for sheet in sheets))


def _inside(stack: int) -> str:
    return f"#in:{stack}"


def rows(now: Sequence[Slice], known: Sequence[Stack]) -> polars.DataFrame:
    """The rows of all stacks, in their order: who they are about, where they stand, and which stacks have them, too."""
    import polars

    types = {KEY: polars.String, ID: polars.String, NAME: polars.String, SOURCE: polars.UInt32, ROW: polars.UInt32}
    nobody = polars.DataFrame(schema=types)
    by_columns = {frozenset(group[0].figures()): group for group in join.stacks(now)}
    frames = [
        polars.concat([nobody, *(piece.frame.select(*types) for piece in by_columns.get(stack.columns, ()))])
        .filter(polars.col(KEY) != NOBODY)
        .with_columns(polars.lit(number, dtype=polars.UInt32).alias(STACK))
        for number, stack in enumerate(known)
    ]
    whole = polars.concat(frames)
    inside = [whole[KEY].is_in(frame[KEY].implode()).alias(_inside(at)) for at, frame in enumerate(frames)]
    return whole.with_columns(inside)


def met(found: polars.DataFrame, known: Sequence[Stack]) -> Met:
    """Who is in which stacks. found: their rows, as `rows` gives them."""
    import polars

    inside = [_inside(number) for number in range(len(known))]
    people = found.unique(KEY, keep="first", maintain_order=True).select(ID, NAME, *inside)
    return Met(people.group_by(inside, maintain_order=True).agg(polars.len().alias(_COUNT)), people)


def met_in_portion(
    sent: polars.DataFrame, sound: polars.DataFrame, among: Among, units: Mapping[str, frozenset[Fraction]]
) -> Met:
    """The same of a portion, in which few are named. sent: all rows; sound: those of who was not rejected."""
    import polars

    whole = met(sent, among.stacks)
    inside = [_inside(number) for number in range(len(among.stacks))]
    apart = [
        (polars.col(STACK) == one) & ~polars.col(_inside(other))
        for pair in among.near
        for one, other in (pair, pair[::-1])
    ]
    near = sound.filter(polars.any_horizontal(apart)) if apart else sound.head(0)
    return Met(whole.counts, _first(whole.people, inside), near, units)


def _first(people: polars.DataFrame, inside: Sequence[str]) -> polars.DataFrame:
    """The first of each combination, and one more where there are more."""
    import polars

    return people.filter(polars.int_range(polars.len()).over(inside) <= SHOWN)


def together(several: Sequence[Met]) -> Met:
    """What all portions found."""
    import polars

    counts = polars.concat([each.counts for each in several])
    inside = [name for name in counts.columns if name != _COUNT]
    return Met(
        counts.group_by(inside, maintain_order=True).agg(polars.col(_COUNT).sum()),
        _first(polars.concat([each.people for each in several]), inside),
        polars.concat([each.near for each in several if each.near is not None]),
        {name: frozenset.intersection(*(each.units[name] for each in several)) for name in several[0].units},
    )


def groups(known: Sequence[Stack], found: Met) -> list[list[int]]:
    """Stacks; those that share figures but no entity are one (one town's form has a column more)."""
    import polars

    made: list[list[int]] = []
    for number, stack in enumerate(known):
        for group in made:
            figures = frozenset[str]().union(*(known[each].columns for each in group))
            both = polars.col(_inside(number)) & in_any(group)
            if figures & stack.columns and found.counts.filter(both).is_empty():
                group.append(number)
                break
        else:
            made.append([number])
    return made


def in_any(group: Sequence[int]) -> polars.Expr:
    """Whether somebody is in any of these stacks."""
    import polars

    return polars.any_horizontal([_inside(number) for number in group])


def joined(known: Sequence[Stack], found: Met) -> Joined | None:
    """What came of joining these; None where all files are one stack.

    Raises KpiError when files with different figures have no entity in common: then they do not belong together.
    """
    import polars

    made = groups(known, found)
    if len(made) < 2:
        return None
    here = [str(number) for number in range(len(made))]
    each = [in_any(group).alias(name) for group, name in zip(made, here, strict=True)]
    counts = found.counts.select(_COUNT, *each)
    # Whoever is in the files that came first stands first.
    order = polars.coalesce(polars.when(polars.col(name)).then(number) for number, name in enumerate(here))
    people = found.people.select(ID, NAME, *each).sort(order, maintain_order=True)

    def many(who: polars.Expr) -> int:
        return int(counts.filter(who)[_COUNT].sum())

    def called(who: polars.Expr) -> polars.DataFrame:
        return people.filter(who).select(ID, NAME)

    sides: list[Side] = []
    for group, name in zip(made, here, strict=True):
        inside, elsewhere = polars.col(name), polars.any_horizontal([other for other in here if other != name])
        entities, alone = many(inside), many(inside & ~elsewhere)
        sent = tuple(dict.fromkeys(file for number in group for file in known[number].files))
        if entities and alone == entities and many(elsewhere):
            raise KpiError(_nothing_in_common(sent, known[group[0]].place))
        figures = tuple(dict.fromkeys(key for number in group for key in known[number].keys))
        missing = (many(~inside), called(inside & ~elsewhere), called(~inside))
        sides.append(Side(sent, figures, entities, alone, *missing))
    everybody = int(counts[_COUNT].sum())
    return Joined(everybody, many(polars.all_horizontal(here)), tuple(sides))


def _nothing_in_common(sent: tuple[str, ...], place: Place) -> Problem:
    return Problem(
        "join-empty",
        say(
            "The files have different figures, but none of the entities in {files} is in another file.",
            files=sent,
        ),
        place,
        expected=say("Files are joined by 统一社会信用代码, else by the exact name."),
        hint=say("Check that codes or names are written the same way in all files."),
    )
