"""Who stands on lists (名单), as truth columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import polars as pl

from kpi.definitions.model import Definitions
from kpi.evaluation.context import list_column
from kpi.evaluation.table import ID, NAME
from kpi.formula.tree import Listed, Name, Node, walk
from kpi.names import Who, name_keys


def with_lists(
    frame: pl.DataFrame,
    trees: Iterable[Node],
    definitions: Definitions,
    index: str,
    aliases: Mapping[int, tuple[Who, ...]],
) -> pl.DataFrame:
    """The frame with a column for each list that a tree asks for, itself or through indicators that it names.

    aliases: further codes with names by which lists know a row, by its number in the column `index`.
    """
    names = sorted(_asked(trees, definitions))
    if not names:
        return frame
    codes, called = _keys(frame[ID]), _keys(frame[NAME])
    columns = []
    for name in names:
        found = definitions.lists[name]
        by_code, by_name = _in(codes, found.codes), _in(called, found.names)
        groups = [number for number, people in aliases.items() if any(found.has(*who) for who in people)]
        on_list = by_code | by_name | (_in(called, found.coded) & frame[ID].is_null())
        columns.append((on_list | frame[index].is_in(groups)).alias(list_column(name)))
    return frame.with_columns(*columns)


def _asked(trees: Iterable[Node], definitions: Definitions) -> set[str]:
    found: set[str] = set()
    pending, seen = list(trees), set[str]()
    while pending:
        for node in walk(pending.pop()):
            if isinstance(node, Listed):
                found.add(node.name)
            elif isinstance(node, Name) and node.key in definitions.indicators and node.key not in seen:
                seen.add(node.key)
                pending.append(definitions.indicators[node.key].formula.tree)
    return found


def _in(keys: pl.Series, wanted: Collection[str]) -> pl.Series:
    return keys.is_in(list(wanted)).fill_null(False)


def _keys(texts: pl.Series) -> pl.Series:
    """A column of codes or names as comparing wants them."""
    return texts.alias("text").to_frame().select(name_keys(pl.col("text"))).to_series()
