"""Columns that others are made of, computed once and before them.

An expression is worked through at each place where it stands, and error bounds read their values several times, and
those of what these are made of. So whatever has a bound or a doubt of its own becomes a column that the rest names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from kpi.formula.bounded import Reading
from kpi.formula.leaves import Context, Leaf
from kpi.formula.tree import Node, Shift
from kpi.formula.values import Undefined
from kpi.formula.verdicts import Verdict
from kpi.frozen import frozen


@frozen
class Stepwise:
    """What names stand for, and the columns to compute first, step by step. prefix: what their names begin with."""

    context: Context
    prefix: str
    steps: list[Mapping[str, pl.Expr]]

    def name(self, key: str, shift: Shift) -> Leaf | Node:
        return self.context.name(key, shift)

    def published(self, key: str, shift: Shift) -> Leaf:
        return self.context.published(key, shift)

    def listed(self, name: str) -> Leaf:
        return self.context.listed(name)

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        return self.context.period(shift)

    def number(self, reading: Reading) -> Reading:
        """The same number, by the names of its columns."""
        if reading.absolute is None and reading.doubt is None:
            return reading
        return replace(reading, **self._named(raw=reading.raw, absolute=reading.absolute, doubt=reading.doubt))

    def truth(self, verdict: Verdict) -> Verdict:
        """The same truth, by the names of its columns."""
        if verdict.doubt is None:
            return verdict
        return replace(verdict, **self._named(value=verdict.value, doubt=verdict.doubt))

    def _named(self, **parts: pl.Expr | None) -> Mapping[str, Any]:
        """One more step, of the parts that there are, and what to read in their place."""
        found = {part: column for part, column in parts.items() if column is not None}
        names = {part: f"{self.prefix}:{len(self.steps)}:{part}" for part in found}
        self.steps.append({names[part]: column for part, column in found.items()})
        return {part: pl.col(name) for part, name in names.items()}
