"""Columns of truths, texts and dates, each with the rows in which binary64 cannot tell."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from kpi.frozen import frozen


@frozen
class Verdict:
    """A column of truths, texts or dates (null: undefined), and the rows where binary64 cannot tell (None: nowhere)."""

    value: pl.Expr
    doubt: pl.Expr | None = None


def either(left: pl.Expr | None, right: pl.Expr | None) -> pl.Expr | None:
    """Doubt from either side; where a side is undefined it raises none."""
    if left is None or right is None:
        return right if left is None else left
    return left.fill_null(False) | right.fill_null(False)


def either_of(condition: Verdict, yes: Verdict, no: Verdict) -> Verdict:
    """The same of texts, dates and truths."""
    doubt = either(either(condition.doubt, condition.value.is_null()), either(yes.doubt, no.doubt))
    return Verdict(pl.when(condition.value).then(yes.value).otherwise(no.value), doubt)


def first_of(several: Sequence[Verdict]) -> Verdict:
    """The first text, date or truth that is there."""
    doubt: pl.Expr | None = None
    for each in several:
        doubt = either(doubt, each.doubt)
    return Verdict(pl.coalesce(*[each.value for each in several]), doubt)
