"""To which portion each row goes: rows that share a code, a name or a group go where the first of them stands.

First of the present period, so that results stand in the order of the files. Nothing is compared but hashes: rows of
two entities in one portion without need do no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpi.engines.job import Job
from kpi.engines.scattered import CALLED, CODE, GROUP, Scattered, grouped, hashed
from kpi.evaluation.table import ID, NAME
from kpi.figures.claims import Claims
from kpi.figures.links import Links
from kpi.figures.parts import PERIOD

if TYPE_CHECKING:
    import polars

_PIECE, _TO, _LINKED, _GROUP = "#piece", "#to", "#linked", "#group"


def routes(
    several: Sequence[Scattered], period: str | None, previous: frozenset[int], job: Job
) -> tuple[polars.Series | None, ...]:
    """Of each piece, the portion of each of its rows. A portion has the number of the piece in which it begins.

    period: the present one. previous: the pieces with figures of the year before.
    """
    import polars

    each = [_rows(one, number, period, previous, len(several)) for number, one in enumerate(several)]
    links, claims = job.beside.links, job.beside.corrections
    renamed = [] if links is None else [_renamed(links, 2 * len(several))]
    moved = [] if claims is None else _moved(claims, job.merging, 2 * len(several))
    rows = polars.concat([*each, *renamed, *moved], how="diagonal")
    if not renamed and not moved and not rows[CODE].has_nulls():
        rows = rows.drop(CALLED)  # whoever has a code is known by it alone
    rows = _together(rows, [name for name in rows.columns if name not in (_PIECE, _TO)])
    begins = sorted(number for number in rows[_TO].unique().to_list() if number < len(several))
    # Whoever has figures of earlier periods only goes with somebody who has others.
    homes = {number: begins[number % len(begins)] for number in range(len(several), 2 * len(several))} if begins else {}
    rows = rows.select(_PIECE, polars.col(_TO).replace(homes) if homes else _TO)
    found = rows.partition_by(_PIECE, maintain_order=True, as_dict=True)
    return tuple(found[number,][_TO] if (number,) in found else None for number in range(len(several)))


def _rows(one: Scattered, number: int, period: str | None, previous: frozenset[int], pieces: int) -> polars.DataFrame:
    """The rows of a piece with what they share; those of earlier periods go after all others, if they are alone."""
    import polars

    if one.shared is None:
        return polars.DataFrame(schema={_PIECE: polars.UInt32, _TO: polars.UInt32})
    present = polars.lit(False) if number in previous else polars.col(PERIOD).fill_null(period or "") == (period or "")
    to = polars.when(present).then(number).otherwise(pieces + number)
    others = [name for name in one.shared.columns if name != PERIOD]
    piece = polars.lit(number, dtype=polars.UInt32).alias(_PIECE)
    return one.shared.select(piece, to.cast(polars.UInt32).alias(_TO), *others)


def _together(rows: polars.DataFrame, shared: Sequence[str]) -> polars.DataFrame:
    """The rows with one number for all that share anything, by whatever way: the smallest of theirs."""
    import polars

    least = [polars.when(polars.col(name).is_not_null()).then(polars.col(_TO).min().over(name)) for name in shared]
    while True:
        after = rows.with_columns(polars.min_horizontal(_TO, *least).alias(_TO))
        if after[_TO].equals(rows[_TO]):
            return after
        rows = after


def _renamed(links: Links, last: int) -> polars.DataFrame:
    """Two rows for each renaming, of before and of after it, that share its number; they belong to no piece."""
    import polars

    ends = [
        (number, code, name)
        for number, link in enumerate(links.rows)
        for code, name in ((link.old_id, link.old_name), (link.new_id, link.new_name))
    ]
    schema = {_LINKED: polars.UInt32, ID: polars.String, NAME: polars.String}
    return polars.DataFrame(ends, schema=schema, orient="row").select(
        polars.lit(last, dtype=polars.UInt32).alias(_PIECE),
        polars.lit(last, dtype=polars.UInt32).alias(_TO),
        hashed(ID).alias(CODE),
        hashed(NAME).alias(CALLED),
        _LINKED,
    )


def _moved(claims: Claims, merging: Sequence[tuple[str, ...]], last: int) -> list[polars.DataFrame]:
    """A row for each entity that a correction puts into a group; they belong to no piece."""
    import polars

    schema = {ID: polars.String, NAME: polars.String, _GROUP: polars.String}
    found = []
    for number, names in enumerate(merging):
        rows = [(each.id, each.name, each.new) for each in claims.rows if each.target.name in names]
        people = polars.DataFrame(rows, schema=schema, orient="row")
        found.append(
            people.select(
                polars.lit(last, dtype=polars.UInt32).alias(_PIECE),
                polars.lit(last, dtype=polars.UInt32).alias(_TO),
                hashed(ID).alias(CODE),
                hashed(NAME).alias(CALLED),
                grouped([_GROUP]).alias(f"{GROUP}{number}"),
            )
        )
    return [each for each in found if not each.is_empty()]
