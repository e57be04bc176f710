"""The results of a run, given to every entity whose result they are: who is evaluated together shares one row."""

from __future__ import annotations

import polars as pl

from kpi.evaluation.scheme.columns import INDEX
from kpi.evaluation.scheme.results import SchemeRun


def spread(run: SchemeRun, results: pl.DataFrame) -> pl.DataFrame:
    """results: rows of the run's frame, by its index → one row an entity, by the index in the table as read.

    The index of a run over groups counts another table: it must never meet that of the table as read.
    """
    if run.spread is None:
        return results
    cells = {INDEX: list(run.spread), "#here": list(run.spread.values())}
    index = run.frame.schema[INDEX]
    places = pl.DataFrame(cells, {INDEX: index, "#here": index})
    return places.join(results.rename({INDEX: "#here"}), on="#here", how="left", maintain_order="left").drop("#here")
