"""Where a value of the clean table comes from: file, sheet and cell, and what stands there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kpi.evaluation.table import ROW, Reported, column
from kpi.figures.join import KEY, Slice
from kpi.figures.parts import AT
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.numbers import from_float, plain

if TYPE_CHECKING:
    import polars

# For a whole year these two are the same period: the table has both columns, the files one of them.
_SAME = {Shift.PREVIOUS: Shift.PRECEDING, Shift.PRECEDING: Shift.PREVIOUS}


@frozen
class Origins:
    """Looks a value up in the files it was read from. keys: KEY of every row of the clean table."""

    slices: Sequence[Slice]
    keys: polars.Series

    def __call__(self, index: int, name: str) -> Reported | None:
        """The first cell that gives the value; None when the value is not there."""
        for each in _names(name):
            found = next(self._cells(index, self.keys[index], each), None)
            if found is not None:
                return found
        return None

    def _cells(self, index: int, key: str, name: str) -> Iterator[Reported]:
        import polars

        for piece in self.slices:
            if name not in piece.origin:
                continue
            # Where nothing was stacked or joined the entity is the row of the same number; else it is looked for.
            if index < piece.frame.height and piece.frame[KEY][index] == key:
                if piece.frame[name][index] is not None:
                    yield _reported(piece, name, piece.frame[AT][index], piece.frame[ROW][index])
                continue
            rows = piece.frame.filter((polars.col(KEY) == key) & polars.col(name).is_not_null())
            for at, row in rows.select(AT, ROW).iter_rows():
                yield _reported(piece, name, at, row)


def _names(name: str) -> Iterator[str]:
    yield name
    key, _, shift = name.rpartition("@")
    if shift in _SAME:
        yield column(key, _SAME[Shift(shift)])


def _reported(piece: Slice, name: str, at: int, row: int) -> Reported:
    origin = piece.origin[name]
    frame = piece.part.frame
    # Rows stand in the order in which they were loaded.
    place = frame[AT].search_sorted(at)
    if frame[AT][place] != at:
        place = frame[AT].index_of(at) or 0
    written = frame[origin][place]
    unit = next(each.unit for each in piece.part.columns if each.name == origin)
    if not isinstance(written, float):
        return Reported(piece.cell(name, row), str(written), None, None)
    number = from_float(written)
    return Reported(piece.cell(name, row), f"{plain(number)}{unit or ''}", number, unit)
