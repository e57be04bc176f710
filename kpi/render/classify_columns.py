"""The results of a portion as columns: what `classify` writes as Parquet, row by row, but for the reasons in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kpi.evaluation.context import published_column
from kpi.evaluation.scheme.columns import INDEX, SCHEME, SCORE, STATUS, score_column
from kpi.evaluation.scheme.concluding import Portion
from kpi.evaluation.scheme.results import Standing
from kpi.evaluation.scheme.spreading import spread
from kpi.evaluation.table import Rejected
from kpi.locale import text
from kpi.render.classify_tables import STANDING

if TYPE_CHECKING:
    import polars


def frame(done: Portion, rejected: Sequence[Rejected], language: str) -> polars.DataFrame:
    """One row an entity in the order read, then the rejected rows. Numbers are the published ones."""
    import polars

    said = {str(each): text(word, language) for each, (word, _) in STANDING.items()}
    decimals = {scheme.key: scheme.decimals for scheme in done.schemes}
    found = done.combined
    if done.listed is not None:
        found = found.filter(polars.col(INDEX).is_in(list(done.listed)))
    for item, value, points in _items(done):
        found = found.join(_item(done, item, value, points), on=INDEX, how="left", maintain_order="left")
    named = {"#id": "id", "#name": "name", SCHEME: "scheme"}
    columns = [
        *(polars.col(name).cast(polars.String).alias(known) for name, known in named.items()),
        polars.col(STATUS).cast(polars.String).replace_strict(list(said), list(said.values())).alias("status"),
        polars.col("#group").cast(polars.String).alias("group"),
        _scores(decimals).alias("score"),
        polars.col("#rank").cast(polars.Int64).alias("rank"),
        polars.col("#first_tier").cast(polars.String).alias("first_tier"),
        polars.col("#tier").cast(polars.String).alias("tier"),
        *(polars.col(name) for _, value, points in _items(done) for name in (value, points)),
    ]
    made: polars.DataFrame = found.select(columns)
    if not rejected:
        return made
    rows = polars.DataFrame(
        {"id": [row.id for row in rejected], "name": [row.name for row in rejected]},
        schema={"id": polars.String, "name": polars.String},
    ).with_columns(status=polars.lit(said[str(Standing.REJECTED)]))
    both: polars.DataFrame = polars.concat([made, rows], how="diagonal")
    return both


def _items(done: Portion) -> list[tuple[str, str, str]]:
    """The indicators that are scored, with the names of the columns of their values and points."""
    keys = dict.fromkeys(item.indicator for scheme in done.schemes for item in scheme.items)
    return [(key, key, f"{key}:") for key in keys]


def _item(done: Portion, key: str, value: str, points: str) -> polars.DataFrame:
    """Value and points of an item, by row; of those whom its schemes score."""
    import polars

    decimals = done.definitions.indicators[key].decimals
    parts = []
    for run in done.runs:
        numbers = [number for number, item in enumerate(run.scheme.items) if item.indicator == key]
        if numbers:
            graded = run.frame.filter(polars.col(STATUS).cast(polars.String) != str(Standing.EXEMPT))
            found = graded.select(
                polars.col(INDEX),
                _number(published_column(key), decimals).alias(value),
                _number(score_column(numbers[0]), run.scheme.decimals).alias(points),
            )
            parts.append(spread(run, found))
    return polars.concat(parts)


def _scores(decimals: Mapping[str, int]) -> polars.Expr:
    """Totals; each scheme counts units of its own last decimal."""
    import polars

    found: polars.Expr = polars.lit(None, dtype=polars.Float64)
    for key, places in decimals.items():
        found = polars.when(polars.col(SCHEME).cast(polars.String) == key).then(_number(SCORE, places)).otherwise(found)
    return found


def _number(column: str, decimals: int) -> polars.Expr:
    """The binary number nearest to a published one. Polars divides by multiplying; rounding then divides for good."""
    import polars

    return (polars.col(column).cast(polars.Float64) / 10.0**decimals).round(decimals)
