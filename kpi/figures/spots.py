"""Cells that stand anywhere in a sheet, as the columns of a single row: what a form for one entity is read as."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from kpi.figures.sheet import Load, Loaded


def in_a_row(whole: Load, cells: Mapping[int, tuple[int, int]], written: Mapping[int, str | None]) -> Load:
    """What loads the cells as columns of a single row.

    cells: by column of that row, the row and column of each as `whole` loads them. written: what columns hold that are
    no whole cell.
    """

    def load(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
        import polars

        wanted = sorted(set(columns))
        loaded = whole(sorted({cells[at][1] for at in wanted if at in cells}), ())
        series = [
            loaded.frame[str(cells[at][1])].gather([cells[at][0]]).alias(str(at))
            if at in cells
            else polars.Series(str(at), [written[at]], polars.String)
            for at in wanted
        ]
        told = loaded.told_of({at: cells[at] for at in wanted if at in cells})
        return replace(told, frame=polars.DataFrame(series))

    return load
