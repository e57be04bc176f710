"""What names stand for where a tree is read as columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

import polars as pl

from kpi.formula.tree import Node, Shift
from kpi.formula.values import Undefined
from kpi.frozen import frozen


class Holds(StrEnum):
    """What a column holds."""

    NUMBERS = "numbers"
    TEXTS = "texts"
    DATES = "dates"
    TRUTHS = "truths"


@frozen
class Leaf:
    """A column that a name reads: exact decimals times a factor, or texts, dates, truths.

    column None: nobody reported it; undefined in every row. whole: the column holds whole numbers only. values: the
    column holds places in this list, whose numbers no column could hold exactly.
    """

    column: str | None
    holds: Holds = Holds.NUMBERS
    factor: Fraction = Fraction(1)
    whole: bool = False
    values: tuple[Fraction, ...] | None = None

    def expression(self) -> pl.Expr:
        """The column; whole numbers may stand in it as integers."""
        if self.column is None:
            return pl.lit(None, dtype=_DTYPES[self.holds])
        return pl.col(self.column).cast(pl.Float64()) if self.whole else pl.col(self.column)


_DTYPES: Mapping[Holds, Any] = {
    Holds.NUMBERS: pl.Float64(),
    Holds.TEXTS: pl.String(),
    Holds.DATES: pl.Date(),
    Holds.TRUTHS: pl.Boolean(),
}


class Context(Protocol):
    """What names stand for where a tree is read.

    Table functions have no column form: evaluation/aggregates.py puts their values into the tree before it is read.
    """

    def name(self, key: str, shift: Shift) -> Leaf | Node:
        """The column of a figure, or the settled tree of an indicator to read in its place."""
        ...

    def published(self, key: str, shift: Shift) -> Leaf:
        """The column of an indicator's published value."""
        ...

    def listed(self, name: str) -> Leaf:
        """The truth column of a list (名单)."""
        ...

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        """First and last day of a period."""
        ...
