"""Who stands on lists (名单), as truth columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import narwhals as nw

from kpi.definitions.model import Definitions
from kpi.evaluation.context import list_column
from kpi.evaluation.table import ID, NAME
from kpi.formula.tree import Listed, Node, walk

Frame = nw.DataFrame[Any]


def with_lists(
    frame: Frame, trees: Iterable[Node], definitions: Definitions, index: str, aliases: Mapping[int, frozenset[str]]
) -> Frame:
    """The frame with a column for each list that a tree asks for.

    aliases: further codes and names by which lists know a row, by its number in the column `index`.
    """
    names = {node.name for tree in trees for node in walk(tree) if isinstance(node, Listed)}
    columns = []
    for name in sorted(names):
        members = list(definitions.lists[name].members)
        on_list = nw.col(ID).is_in(members).fill_null(False) | nw.col(NAME).is_in(members).fill_null(False)
        known = [number for number, names in aliases.items() if not names.isdisjoint(members)]
        on_list = on_list | nw.col(index).is_in(known) if known else on_list
        columns.append(on_list.alias(list_column(name)))
    return frame.with_columns(*columns) if columns else frame
