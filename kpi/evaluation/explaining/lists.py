"""The list that an entity is ranked in, as blocks; and the same list with the entity in another place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from kpi.definitions.model import Definitions
from kpi.evaluation.scheme import blocks
from kpi.evaluation.scheme.columns import INDEX, POOL, STATUS
from kpi.evaluation.scheme.results import SchemeRun, Standing
from kpi.evaluation.scheme.tiers import Block, Counted
from kpi.frozen import frozen

Cells = Mapping[str, Any]
_SELF = ("#self",)  # the key of the entity alone


@frozen
class Ranked:
    """me: the entity alone; others: everybody else in its list. counted: whom shares count."""

    me: Block
    others: Sequence[Block]
    counted: Counted

    def everybody(self, me: Block) -> Sequence[Block]:
        """The list with the entity as it would be."""
        return [*self.others, me]


def block_of(run: SchemeRun, cells: Cells, definitions: Definitions) -> tuple[Block, Sequence[Block]]:
    """The block of an entity, and the blocks of its list."""
    graded = run.frame.filter(pl.col(STATUS) == Standing.EVALUATED.value)
    frame, keys = blocks.keyed(run.scheme, graded, definitions.indicators)
    key = frame.filter(pl.col(INDEX) == cells[INDEX]).select(keys.all).row(0)
    group = cells[POOL] if run.scheme.tiers.by_group else None
    together = blocks.by_group(run.scheme, frame, keys)[group]
    return next(block for block in together if block.key == tuple(key)), together


def ranked(run: SchemeRun, cells: Cells, definitions: Definitions, counted: Counted) -> Ranked:
    """The list of an entity, with the entity taken out of its block."""
    mine, together = block_of(run, cells, definitions)
    rest = [replace(mine, size=mine.size - 1)] if mine.size > 1 else []
    others = [block for block in together if block.key != mine.key]
    return Ranked(replace(mine, size=1, key=_SELF), [*others, *rest], counted)
