"""Columns of files that say themselves what type they are (Parquet): what the rest of reading takes, or a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpi.problems import KpiError, Problem, say

if TYPE_CHECKING:
    import polars

    from kpi.figures.sheet import Sheet

_MOMENT = "%Y-%m-%dT%H:%M:%S%:z"


def single_values(frame: polars.DataFrame, sheet: Sheet) -> polars.DataFrame:
    """The columns with one value a cell; binary32 numbers as the shortest decimals that they stand for (9.1, not
    9.10000038), moments with a time zone and spans of time as ISO 8601 writes them, so that they are read as texts are.

    frame: columns named by their position in the sheet. Raises KpiError for lists, records, and bytes that are no text.
    """
    import polars

    nested = [name for name, kind in frame.schema.items() if kind.is_nested() or kind == polars.Object]
    if nested:
        raise KpiError(_not_single(sheet, nested))
    short = [name for name, kind in frame.schema.items() if kind == polars.Float32]
    frame = frame.with_columns(polars.col(short).cast(polars.String).cast(polars.Float64)) if short else frame
    frame = frame.with_columns(
        polars.selectors.datetime(time_zone="*").dt.strftime(_MOMENT), polars.selectors.duration().dt.to_string("iso")
    )
    data = [name for name, kind in frame.schema.items() if kind == polars.Binary]
    try:
        return frame.with_columns(polars.col(data).cast(polars.String)) if data else frame
    except polars.exceptions.PolarsError as error:
        raise KpiError(_not_single(sheet, data)) from error


def _not_single(sheet: Sheet, names: Sequence[str]) -> list[Problem]:
    message = say("The column holds lists, records or bytes, and not one value a row.")
    hint = say("Write it as columns of numbers, texts or dates.")
    return [Problem("column-not-single", message, sheet.place(int(name)), hint=hint) for name in names]
