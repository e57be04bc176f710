"""Published numbers in columns: they come as counts of their last decimal, and stand there as numbers or as texts."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from kpi.frozen import frozen
from kpi.render.report import NOTHING


@frozen
class Way:
    """How numbers stand in columns. number: of counts of the last decimal; undefined: what stands for none."""

    number: Callable[[pl.Expr, int], pl.Expr]
    undefined: str | None
    whole: pl.DataType


def _as_number(count: pl.Expr, decimals: int) -> pl.Expr:
    """The binary number nearest to a published one. Polars divides by multiplying; rounding then divides for good."""
    return (count.cast(pl.Float64) / 10.0**decimals).round(decimals)


def as_text(count: pl.Expr, decimals: int) -> pl.Expr:
    """A published number with exactly its decimals (see numbers.shown). A count has at most 15 digits."""
    whole, power = count.cast(pl.Int64), 10**decimals
    if not decimals:
        return whole.cast(pl.String)
    sign = pl.when(whole < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    digits = (whole.abs() % power).cast(pl.String).str.zfill(decimals)
    return pl.concat_str(sign, (whole.abs() // power).cast(pl.String), pl.lit("."), digits)


NUMBERS = Way(_as_number, None, pl.Int64())
TEXTS = Way(as_text, NOTHING, pl.String())
