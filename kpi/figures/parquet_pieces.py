"""Parquet files cut into pieces of so many rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import cast

from kpi.figures.inputs import Input
from kpi.figures.piece import Piece
from kpi.figures.sheet import Loaded, Sheet
from kpi.figures.typed_columns import single_values
from kpi.problems import KpiError, Place, Problem, say


def header(path: str, file: str) -> Sequence[str]:
    import polars

    try:
        return list(polars.read_parquet_schema(path))
    except _unreadable() as error:
        raise KpiError(_damaged(file)) from error


def _unreadable() -> tuple[type[BaseException], ...]:
    import polars

    # A damaged file can make polars panic, which is no Exception.
    return (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError)


def _damaged(file: str) -> Problem:
    return Problem("file-damaged", say("The Parquet file is damaged or incomplete."), Place(file=file))


def cut(source: Input, size: int) -> Iterator[Piece]:
    import polars

    path = cast(str, source.path)
    try:
        height = int(polars.scan_parquet(path, glob=False).select(polars.len()).collect().item())
    except _unreadable() as error:
        raise KpiError(_damaged(source.file)) from error
    for start in range(0, height, size):
        end = min(start + size, height)
        yield Piece(source.file, path, True, start, end, start + 2, source.manner)


def sheet(piece: Piece) -> Sheet:
    """The rows of a piece."""
    names = tuple(header(piece.path, piece.file))

    def load(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
        import polars

        wanted = [polars.col(names[at]).alias(str(at)) for at in sorted(set(columns))]
        rows = polars.scan_parquet(piece.path, glob=False).slice(piece.start, piece.end - piece.start)
        try:
            frame = rows.select(wanted).collect()
        except _unreadable() as error:
            raise KpiError(_damaged(piece.file)) from error
        return Loaded(single_values(frame, made))

    made = Sheet(piece.file, None, names, load, str, first_row=piece.first_row)
    return made
