"""The entities of a classification as columns, one row each: what every form writes of them, here and on engines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from kpi.definitions.groups import EVERYBODY
from kpi.definitions.scheme_model import Adjustment, Scheme
from kpi.evaluation.context import published_column
from kpi.evaluation.scheme.columns import (
    FIRST,
    GROUP,
    INDEX,
    POOL,
    RANK,
    SCHEME,
    SCORE,
    STATUS,
    TIER,
    points_column,
    score_column,
)
from kpi.evaluation.scheme.listing import Listing
from kpi.evaluation.scheme.results import SchemeRun, Standing
from kpi.evaluation.scheme.run import kept
from kpi.evaluation.scheme.spreading import spread
from kpi.evaluation.table import ID, NAME, Rejected
from kpi.locale import text
from kpi.render.classify_words import BEFORE, BEHIND
from kpi.render.counts import Way, as_text
from kpi.render.words import LISTED, SENTENCES, STANDING, group_shown, item_keys, label, rejection

_POINTS, _SCORED = "#points", "#scored"


def columns(listing: Listing, said: pl.DataFrame, way: Way, language: str) -> pl.DataFrame:
    """One row an entity in the order read, then the rejected rows: LISTED, then value and points of each item.

    said: as classify_words gives it. Null: nothing stands there. The columns of the classification are kept as well.
    """
    schemes = _schemes_of(listing)
    found = listing.combined
    if listing.listed is not None:
        found = found.filter(pl.col(INDEX).is_in(list(listing.listed)))
    found = found.join(said, on=INDEX, how="left", maintain_order="left")
    own = pl.concat([_of_run(listing, each, way, language) for each in _runs(listing)], how="diagonal")
    found = found.join(own, on=INDEX, how="left", maintain_order="left")
    names = {str(each): text(word, language) for each, (word, _) in STANDING.items()}
    why = pl.concat_str(BEFORE, _POINTS, BEHIND, separator=SENTENCES[language], ignore_nulls=True)
    made = found.with_columns(
        pl.col(ID).cast(pl.String).alias("id"),
        pl.col(NAME).cast(pl.String).alias("name"),
        pl.col(SCHEME).cast(pl.String).alias("scheme"),
        pl.col(STATUS).cast(pl.String).replace_strict(list(names), list(names.values())).alias("status"),
        _scores(schemes, way).alias("score"),
        pl.col(RANK).cast(way.whole).alias("rank"),
        pl.col(FIRST).cast(pl.String).alias("first_tier"),
        pl.col(TIER).cast(pl.String).alias("tier"),
        pl.when(why != "").then(why).alias("why"),
    )
    return _with_rejected(made, listing.table.rejected, names[Standing.REJECTED], language)


def published(listing: Listing, frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that are given out, by their keys."""
    return frame.select(*LISTED, *(name for key in _items_of(listing) for name in item_keys(key)))


def _schemes_of(listing: Listing) -> list[Scheme]:
    """The schemes asked for."""
    return [runs[0].scheme for runs in listing.by_scheme.values()]


def _items_of(listing: Listing) -> Iterable[str]:
    """The indicators that are scored. All portions of a table have the same, whoever is in them."""
    return dict.fromkeys(item.indicator for scheme in _schemes_of(listing) for item in scheme.items)


def _runs(listing: Listing) -> Iterator[SchemeRun]:
    return (run for runs in listing.by_scheme.values() for run in runs)


def _of_run(listing: Listing, run: SchemeRun, way: Way, language: str) -> pl.DataFrame:
    """By row as read, what stands in the columns of items for those who are scored; their group, and adjustments."""
    scheme = run.scheme
    cells: dict[str, pl.Expr] = {}
    for number, item in enumerate(scheme.items):
        value, points = item_keys(item.indicator)
        decimals = listing.definitions.indicators[item.indicator].decimals
        cells[value] = way.number(pl.col(published_column(item.indicator)), decimals)
        cells[points] = way.number(pl.col(score_column(number)), scheme.decimals)
    if way.undefined is not None:
        cells = {name: cell.fill_null(way.undefined) for name, cell in cells.items()}
    others = {"group": _group(run, language), _POINTS: _adjusted(scheme, run.frame.columns, language)}
    scored = (pl.col(STATUS) != str(Standing.EXEMPT)).alias(_SCORED)
    found = run.frame.select(INDEX, scored, **(cells | others))  # before rows go, which copies every column
    return spread(run, kept(found, pl.col(_SCORED)).drop(_SCORED))


def _group(run: SchemeRun, language: str) -> pl.Expr:
    """What the group is called in which somebody is ranked; some are ranked among everybody who was left over."""
    group = pl.col(GROUP).cast(pl.String)
    numbers = [number for number, each in enumerate(run.groups) if each.level == EVERYBODY]
    if run.pools is None or not numbers:
        return group
    left_over = pl.col(POOL).is_in(numbers) & (pl.col(STATUS).cast(pl.String) == str(Standing.EVALUATED))
    return pl.when(left_over).then(pl.lit(group_shown(None, EVERYBODY, language))).otherwise(group)


def _adjusted(scheme: Scheme, there: Sequence[str], language: str) -> pl.Expr:
    """Adjustments in words, each with its points."""
    said = [
        _adjustment(each, pl.col(points_column(number)), scheme.decimals, language)
        for number, each in enumerate(scheme.adjustments)
        if points_column(number) in there
    ]
    nothing = pl.lit(None, dtype=pl.String)
    if not said:
        return nothing
    whole = pl.concat_str(said, separator=SENTENCES[language], ignore_nulls=True)
    return pl.when(pl.col(SCORE).is_not_null() & (whole != "")).then(whole).otherwise(nothing)


def _adjustment(each: Adjustment, points: pl.Expr, decimals: int, language: str) -> pl.Expr:
    sign = pl.when(points > 0).then(pl.lit("+")).otherwise(pl.lit(""))
    said = pl.concat_str(pl.lit(f"{label(each, language)} "), sign, as_text(points, decimals))
    return pl.when(points != 0).then(said)


def _scores(schemes: Sequence[Scheme], way: Way) -> pl.Expr:
    """Totals; each scheme counts units of its own last decimal."""
    kind = pl.String() if way.undefined is not None else pl.Float64()
    found: pl.Expr = pl.lit(None, dtype=kind)
    for scheme in schemes:
        of_scheme = (pl.col(SCHEME).cast(pl.String) == scheme.key) & (pl.col(STATUS) != str(Standing.EXEMPT))
        found = pl.when(of_scheme).then(way.number(pl.col(SCORE), scheme.decimals)).otherwise(found)
    return found


def _with_rejected(made: pl.DataFrame, rejected: Sequence[Rejected], status: str, language: str) -> pl.DataFrame:
    """With the rows that are no entities: no row ever vanishes."""
    if not rejected:
        return made
    cells: Mapping[str, list[str | None]] = {
        "id": [row.id for row in rejected],
        "name": [row.name for row in rejected],
        "why": [rejection(row, language) for row in rejected],
    }
    rows = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String())).with_columns(status=pl.lit(status))
    return pl.concat([made, rows], how="diagonal")
