"""Parquet files cut into pieces of so many rows."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from kpi.figures import objects
from kpi.figures.delimited import empty
from kpi.figures.inputs import Input
from kpi.figures.limits import exceeded
from kpi.figures.objects import Object
from kpi.figures.piece import Piece
from kpi.figures.sheet import Loaded, Sheet
from kpi.figures.typed_columns import single_values
from kpi.problems import KpiError, Place, Problem, say

if TYPE_CHECKING:
    import polars


def cut(source: Input, lies: Object | None, size: int) -> tuple[tuple[str, ...], Iterator[Piece]]:
    """The header of a file, and its pieces. lies: the object that it is, where it is read as one."""
    import polars

    path = cast(str, source.path)
    with _readable(source.file, lies):
        rows = _scanned(path)
        header = tuple(rows.collect_schema())
        height = int(rows.select(polars.len()).collect().item())
    if not header:
        raise KpiError(empty(source.file))
    limits = source.manner.limits
    if height > limits.grown(os.stat(path).st_size if lies is None else lies.size):  # a row has one byte at least
        raise exceeded("ratio", limits, Place(file=source.file))
    starts = range(0, max(height, 1), size)  # a file without rows is one piece: reading it says that there are none
    return header, (
        Piece(source.file, path, True, start, min(start + size, height), start + 2, source.manner, object=lies)
        for start in starts
    )


def sheet(piece: Piece) -> Sheet:
    """The rows of a piece."""
    rows = _scanned(piece.path)
    with _readable(piece.file, piece.object):
        names = tuple(rows.collect_schema())

    def load(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
        import polars

        wanted = [polars.col(names[at]).alias(str(at)) for at in sorted(set(columns))]
        with _readable(piece.file, piece.object):
            frame = rows.slice(piece.start, piece.end - piece.start).select(wanted).collect()
        return Loaded(single_values(frame, made))

    made = Sheet(piece.file, None, names, load, str, first_row=piece.first_row)
    return made


def _scanned(path: str) -> polars.LazyFrame:
    """What polars reads of a file, or of an object by ranges of its bytes: it finds the storage as objects.py does."""
    import polars

    return polars.scan_parquet(path, glob=False, credential_provider=None)


@contextmanager
def _readable(file: str, lies: Object | None) -> Iterator[None]:
    """Raises KpiError where the file is damaged, or an object has changed by the time that it was read."""
    import polars

    try:
        yield
    # A damaged file can make polars panic, which is no Exception.
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError) as error:
        if lies is not None:
            objects.unchanged(lies)
            objects.refuse(lies, error)
        message = say("The Parquet file is damaged or incomplete.")
        raise KpiError(Problem("file-damaged", message, Place(file=file))) from error
    if lies is not None:
        objects.unchanged(lies)
