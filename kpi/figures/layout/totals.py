"""Totals in a table, held to the sum of the rows that they cover.

A 小计 covers the rows since the total before it, a 合计 those since the 合计 before it, a 总计 all above. Where a kind
of total stands above its rows, it covers those below. A total that fits all rows of the sheet is right as well. What
rounding explains is no difference: of rows with decimals each may be off by half of its last one, and the total too.
A row that nobody calls a total, and that is one by its numbers, is an entity with a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.figures.layout.leftover import Kind, Left
from kpi.figures.layout.listing import rows_listed
from kpi.frozen import frozen
from kpi.numbers import from_float, plain, terminating_decimals
from kpi.problems import Place, Problem, Severity, say
from kpi.units import Kind as UnitKind
from kpi.units import Unit

if TYPE_CHECKING:
    import polars

_HALF = Fraction(1, 2)
_NAMED = 5  # cells that a sentence lists
_FEW = 300
_LONGEST = 20_000  # rows of a table in which somebody still leads groups


@frozen
class Amounts:
    """A column whose numbers add up. values: cleaned, as loaded. unclear: the rows whose cell could not be read.

    place: of its cell in a row as loaded.
    """

    unit: Unit
    values: polars.Series
    unclear: frozenset[int]
    place: Callable[[int], Place]


def adds_up(unit: Unit) -> bool:
    """Whether numbers in this unit add up to a total: money, land, people, but no ratios and percentages."""
    return unit.kind is UnitKind.QUANTITY and all(power > 0 for _, power in unit.dimension)


def checked(
    left: Sequence[Left], entities: polars.Series, columns: Sequence[Amounts], first_row: int
) -> Iterator[Problem]:
    """Warnings for totals that are not the sum of their rows, notes for those that cells without a number leave open.

    left: what is no entity. entities: the rows (as loaded) that are. first_row: the first of them, as people count.
    """
    totals = [each for each in left if each.kind is Kind.TOTAL]
    for total in totals:
        ways = [rows for rows in _covers(total, totals, entities) if len(rows)]
        for column in columns:
            said = column.values[total.at]
            if total.at in column.unclear:
                yield _open(total, column, [total.at])
            elif said is None or not ways or any(_fits(from_float(said), column, rows) for rows in ways):
                continue
            elif unsure := sorted(column.unclear.intersection(ways[0].to_list())):
                yield _open(total, column, unsure)
            else:
                summed, _ = _sum(column.values.gather(ways[0]))
                yield _differs(total, column, from_float(said), summed, [first_row + at for at in ways[0].to_list()])


def unsaid(
    entities: polars.Series,
    codes: polars.Series,
    names: polars.Series,
    columns: Sequence[Amounts],
    place: Callable[[int], Place],
) -> Iterator[Problem]:
    """A warning for a first or last row without a code that is the sum of all others, though no label says so.

    One column may come to that by chance, or two rows; not several columns of several rows.
    """
    count = len(entities)
    for at in {0: (), 1: (), 2: ()}.get(count, (count - 1, 0)):
        row, others = entities[at], entities[1:] if at == 0 else entities[:at]
        if codes[row] is not None or names[row] is None:
            continue
        filled = _filled(columns, row)
        if len(filled) + count > 4 and len(filled) > 1 and all(_sums_up(column, row, others) for column in filled):
            message = say(
                "{name} has the sum of the {count} other rows in {columns} columns, and is taken for an entity.",
                name=names[row],
                count=len(others),
                columns=len(filled),
            )
            hint = say("If this is a total, call it 合计, or delete the row.")
            yield Problem("row-like-total", message, place(row), Severity.WARNING, hint=hint)


def _filled(columns: Sequence[Amounts], row: int) -> list[Amounts]:
    return [column for column in columns if column.values[row] and not column.unclear]


def groups(
    entities: polars.Series,
    codes: polars.Series,
    columns: Sequence[Amounts],
    place: Callable[[int], Place],
    first_row: int,
) -> Iterator[Problem]:
    """A warning for rows without a code that have the sums of the rows below them, as towns over their companies do.

    Two such rows at least, one of them over several others, in several columns each: that is no chance.
    """
    if not 4 < len(entities) <= _LONGEST:
        return
    found = dict(_leading(entities, codes, columns))
    if len(found) < 2 or max(map(len, found.values())) < 2:
        return
    message = say(
        "{count} rows have the sums of the rows below them, and are taken for entities: {rows}.",
        count=len(found),
        rows=rows_listed([first_row + row for row in found]),
    )
    hint = say("If these are totals of towns or groups, write 小计 into their names, or delete the rows.")
    yield Problem("row-like-total", message, place(min(found)), Severity.WARNING, hint=hint)


def _leading(
    entities: polars.Series, codes: polars.Series, columns: Sequence[Amounts]
) -> Iterator[tuple[int, polars.Series]]:
    """The rows without a code that are sums of those right below them, with these.

    The first column tells where those would end, unless what stands above is so large that it hides them; then every
    column must come to the sum exactly.
    """
    import polars

    clear = [column for column in columns if not column.unclear]
    values = clear[0].values.gather(entities).fill_null(0) if len(clear) > 1 else None
    if values is None or (values < 0).any():
        return
    running, count = values.cum_sum(), len(entities)
    due = running + values
    ends = running.search_sorted(due * (1 - 1e-9)).clip(0, count - 1)
    near = (running.gather(ends) - due).abs() <= due * 1e-9
    later = ends > polars.int_range(count, eager=True)
    for at in (near & later & (values > 0) & codes.gather(entities).is_null()).arg_true().to_list():
        row, below = int(entities[at]), entities.slice(at + 1, int(ends[at]) - at)
        filled = _filled(columns, row)
        if len(filled) > 1 and all(_sums_up(column, row, below) for column in filled):
            yield row, below


def _sums_up(column: Amounts, row: int, others: polars.Series) -> bool:
    """Whether the number of a row is exactly the sum of the others; what is far from it is seen at once."""
    said, about = column.values[row], float(column.values.gather(others).sum())
    return abs(said - about) <= 1e-9 * abs(said) and _sum(column.values.gather(others))[0] == from_float(said)


def _covers(total: Left, totals: Sequence[Left], entities: polars.Series) -> Iterator[polars.Series]:
    """The rows that a total may cover, the likeliest first."""
    same = [other for other in totals if other.level >= total.level]
    peers = [other for other in totals if other.level == total.level]
    leads = not (entities < peers[0].at).any()
    first = max((other.at + 1 for other in same if other.at < total.at), default=0)
    end = min((other.at for other in same if other.at > total.at), default=None)
    above = entities.filter(entities.is_between(first, total.at, closed="left"))
    below = entities.filter((entities > total.at) & ((entities < end) if end is not None else True))
    yield from (below, above) if leads else (above,)
    yield entities


def _fits(said: Fraction, column: Amounts, rows: polars.Series) -> bool:
    """Whether the sum of the rows is the total, but for rounding."""
    values = column.values.gather(rows)
    summed, places = _sum(values)
    off = abs(summed - said)
    if not off or not places:
        return not off
    last, count = Fraction(1, 10**places), len(values.drop_nulls())
    beyond = off - _HALF / 10 ** (terminating_decimals(said) or 0)
    # Errors of many rows cancel each other: more than four standard deviations of their sum are no rounding.
    return bool(beyond <= 0 or (beyond <= count * last / 2 and 3 * beyond**2 <= 4 * count * last**2))


def exact_sum(values: polars.Series) -> Fraction:
    """The exact sum of decimals."""
    return _sum(values)[0]


def _sum(values: polars.Series) -> tuple[Fraction, int]:
    """The exact sum of decimals, and how many decimals they have."""

    if len(values) <= _FEW:  # one by one this takes less time than asking polars
        numbers = [from_float(value) for value in values.to_list() if value is not None]
        return sum(numbers, Fraction(0)), max((terminating_decimals(number) or 0 for number in numbers), default=0)
    from kpi.evaluation import decimals

    frame = values.alias("value").to_frame()
    extent = decimals.extents(frame, {"value": False}).get("value")
    places = extent.places if extent is not None else None
    found = decimals.sums(frame, "value", places).get((), (Fraction(0), 0))[0]
    if places is None:
        places = max((terminating_decimals(from_float(value)) or 0 for value in values.drop_nulls()), default=0)
    return found, places


def _open(total: Left, column: Amounts, unclear: Sequence[int]) -> Problem:
    """That a total was not held to its rows. unclear: those whose cell could not be read."""
    message = say(
        "The total “{label}” was not held to its rows, because these cells could not be read: {cells}.",
        label=total.label,
        cells=tuple(column.place(row).cell or "—" for row in unclear[:_NAMED]),
    )
    hint = say("Correct the cells; the total itself is not used.")
    return Problem("total-open", message, column.place(total.at), Severity.NOTE, hint=hint)


def _differs(total: Left, column: Amounts, said: Fraction, summed: Fraction, rows: Sequence[int]) -> Problem:
    unit = column.unit.text
    message = say(
        "The total “{label}” says {said}{unit}, but its {count} rows ({rows}) add up to {sum}{unit}.",
        label=total.label,
        said=plain(said),
        unit=unit,
        count=len(rows),
        rows=rows_listed(rows),
        sum=plain(summed),
    )
    hint = say("Correct the total or the rows; the total itself is not used.")
    return Problem("total-differs", message, column.place(total.at), Severity.WARNING, hint=hint)
