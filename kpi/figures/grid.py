"""The used cells of a worksheet, and the sheet that they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kpi.figures import cells
from kpi.figures.days import FROM_1900
from kpi.figures.layout.top import FORM, Block, Top, padded
from kpi.figures.marks import Marks
from kpi.figures.sheet import Load, Loaded, Sheet
from kpi.frozen import frozen
from kpi.numbers import EXACT_DIGITS
from kpi.problems import Problem

if TYPE_CHECKING:
    import polars

_SIGNED = r"^\s*="  # what begins like a formula


@frozen
class Grid:
    """The used cells of a worksheet. top, left: the row and column (from 0) of the first one."""

    name: str
    rows: Sequence[Sequence[Any]]
    top: int
    left: int
    marks: Marks = field(default_factory=Marks)
    zero: date = FROM_1900


def sheet_of(file: str, grid: Grid, sha256: Callable[[], str], notes: Sequence[Problem]) -> Sheet:
    """The worksheet as a sheet whose header is its first row. notes: what turned out about the workbook."""
    first = _top(grid)
    return Sheet(
        file,
        grid.name,
        first.rows[0],
        _below(grid, 1),
        sha256,
        grid.top + 2,
        grid.left,
        problems=tuple(notes),
        top=first,
        below=lambda _, count: _below(grid, count),
        day_zero=grid.zero,
        marks=grid.marks,
    )


def _below(grid: Grid, count: int) -> Load:
    """The loader of the columns under the first rows."""

    def load(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
        import polars

        values = list(zip(*grid.rows[count:], strict=True)) or [()] * len(grid.rows[0])
        series: list[polars.Series] = []
        changed: dict[int, Collection[int]] = {}
        for column in sorted(set(columns)):
            made, cut = _column(values[column], grid, column, count)
            series.append(made.alias(str(column)))
            changed[column] = cut
        shown, seen = (_below_top(found, grid, count) for found in (grid.marks.shown, grid.marks.looks))
        merged = [block.moved(-grid.top, -grid.left) for block in _within(grid) if block.top >= count]
        no_zeros = grid.marks.no_zeros
        return Loaded(polars.DataFrame(series), changed, merged=merged, shown=shown, looks=seen, no_zeros=no_zeros)

    return load


def _below_top(
    found: Mapping[int, Mapping[str, Collection[int]]], grid: Grid, above: int
) -> dict[int, dict[str, list[int]]]:
    """What a second look found in cells, by position and by row as loaded."""
    first = grid.top + above
    return {
        column - grid.left: {code: [row - first for row in rows if row >= first] for code, rows in several.items()}
        for column, several in found.items()
    }


def _within(grid: Grid) -> Iterator[Block]:
    """The merged cells, counted from the first used cell; those of blank cells right of all others are left out."""
    blocks = (block.moved(grid.top, grid.left) for block in grid.marks.merged)
    width = len(grid.rows[0]) if grid.rows else 0
    return (block for block in blocks if block.left < width)


def _top(grid: Grid) -> Top:
    marks = grid.marks
    texts = [[_text(value)[0] or "" for value in row] for row in grid.rows[:FORM]]
    for column, found in marks.texts.items():  # a cell with an error is none that is empty, nor 0
        for row, text in found.items():
            at, across = row - grid.top, column - grid.left
            if 0 <= at < len(texts) and 0 <= across < len(texts[at]):
                texts[at][across] = text
    return Top(
        padded(texts),
        merged=tuple(_within(grid)),
        complete=len(grid.rows) <= FORM,
        tells_merged=True,
        hidden_rows=tuple(row + 1 for row in marks.rows),
        hidden_columns=tuple(column - grid.left for column in marks.columns),
    )


def _column(values: Sequence[object], grid: Grid, column: int, above: int) -> tuple[polars.Series, Collection[int]]:
    """A column of cells: of one type if all are, else as texts; and the rows of numbers cut to 15 digits for it.

    above: how many rows of the grid stand above it.
    """
    import polars

    first, position = grid.top + above, grid.left + column
    rows = range(first, first + len(values))  # a second look also finds what the reader passes over
    percent = [row - first for row in grid.marks.percent.get(position, ()) if row in rows]
    texts = {row - first: text for row, text in grid.marks.texts.get(position, {}).items() if row in rows}
    kinds = set(map(type, values))
    if kinds == {str}:
        made = polars.Series(values, dtype=polars.String)
        made = made.set(made == "", None)
        signed = made.str.contains(_SIGNED).arg_true().to_list()
        made = made.scatter(signed, [cells.guarded(text) for text in made.gather(signed)]) if signed else made
        return (made.scatter(list(texts), list(texts.values())) if texts else made), ()
    if not texts and kinds <= {float, int, str} and float in kinds and values.count("") == _texts_in(values, kinds):
        numbers = polars.Series([None if value == "" else value for value in values], dtype=polars.Float64)
        return _percentages(numbers, percent) if percent else (numbers, ())
    if not texts and kinds <= {date, str} and values.count("") == _texts_in(values, kinds):
        return polars.Series([None if value == "" else value for value in values], dtype=polars.Date), ()
    cut: list[int] = []
    shown = set(percent)
    written: list[str | None] = []
    for row, value in enumerate(values):
        if isinstance(value, str):
            written.append(texts.get(row, cells.guarded(value) or None))
            continue
        text, was_cut = _text(value, row in shown)
        written.append(texts.get(row, text))
        cut += [row] if was_cut else []
    return polars.Series(written, dtype=polars.String), cut


def _texts_in(values: Sequence[object], kinds: Collection[type]) -> int:
    """How many of the cells are texts."""
    return sum(isinstance(value, str) for value in values) if str in kinds else 0


def _percentages(numbers: polars.Series, percent: Sequence[int]) -> tuple[polars.Series, Collection[int]]:
    """Numbers as texts, those with a percent format as they are shown; and the rows of those cut to 15 digits.

    A text of at most 15 characters is the number itself; the product of a stored number with 100 as well, for it is off
    by less than half of the fifteenth digit.
    """
    import polars

    shown = polars.repeat(False, len(numbers), dtype=polars.Boolean, eager=True).scatter(percent, True)
    scaled = numbers.zip_with(~shown, numbers * 100)
    texts = scaled.cast(polars.String)
    plain = texts.str.strip_suffix(".0")
    written = (plain + "%").zip_with(shown, plain)
    long = (texts.str.len_bytes() > EXACT_DIGITS) | (numbers.cast(polars.String).str.len_bytes() > EXACT_DIGITS)
    rows = long.fill_null(False).arg_true()
    found = [_text(*cell) for cell in zip(numbers.gather(rows), shown.gather(rows), strict=True)]
    cut = [int(row) for row, (_, was_cut) in zip(rows, found, strict=True) if was_cut]
    return written.scatter(rows, [text for text, _ in found]), cut


def _text(value: object, percent: bool = False) -> tuple[str | None, bool]:
    """A cell as text, as a person would write it; and whether 15 significant digits changed its number."""
    if isinstance(value, bool):
        return ("true" if value else "false"), False
    if isinstance(value, int | float):
        number = Decimal(f"{value:.{EXACT_DIGITS}g}")
        if not number.is_finite():  # no spreadsheet program writes these
            return str(value), False
        cut = float(number) != value
        if percent:
            return f"{number.scaleb(2):f}%", cut
        whole = number == int(number) and abs(number) < 10**EXACT_DIGITS
        return (str(int(number)) if whole else str(number)), cut
    if isinstance(value, datetime):
        midnight = value.time() == datetime.min.time()
        return value.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S"), False
    return (str(value) if value not in ("", None) else None), False
