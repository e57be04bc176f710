"""What a tree cannot do without: the figures whose column nobody reported."""

from __future__ import annotations

from kpi.definitions.model import Definitions
from kpi.evaluation.history import has_tiers
from kpi.evaluation.table import Table, column, reported
from kpi.formula import past
from kpi.formula.tree import Call, Name, Node, Shift, children


def absent(node: Node, base: Shift, definitions: Definitions, table: Table) -> list[tuple[str, Shift]]:
    """The figures without whose column the tree has no value for anybody. base: the period that it is read in."""
    if isinstance(node, Call) and node.function == "missing":
        return []
    if isinstance(node, Call) and node.function == "first":
        ways = [absent(each, base, definitions, table) for each in node.arguments]
        return [] if any(not way for way in ways) else ways[0]
    if not isinstance(node, Name):
        return [each for child in children(node) for each in absent(child, base, definitions, table)]
    shift = node.shift if base is Shift.NOW else base
    if past.is_past_word(node.key):
        years = past.years_ago(node.key, shift)
        return [] if years == 0 or has_tiers(table, years) else [(node.key, shift)]
    if node.key in definitions.indicators:
        if column(reported(node.key), shift) in table.frame.columns:
            return []
        return absent(definitions.indicators[node.key].formula.tree, shift, definitions, table)
    if node.key not in definitions.figures or table.has(node.key, shift):
        return []
    return [(node.key, shift)]
