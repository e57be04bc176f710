"""What keeps every formula small enough that no reading of it can hang or run out of stack."""

from __future__ import annotations

from collections.abc import Mapping

from kpi.formula.errors import wrong
from kpi.formula.tree import Binary, Name, Node, Number, children
from kpi.problems import say

LONGEST_TEXT = 2000
MOST_NESTING = 50
MOST_NODES = 500
# Of the tree: a sum of n terms is n deep. Readers of trees call themselves once or a few times per level.
MOST_LEVELS = 100
LARGEST_EXPONENT = 12
# Of an indicator, written out over the figures. Each may bring 15 digits to an exact value.
MOST_PARTS = 10_000


def check_length(text: str) -> None:
    """Raises FormulaError for a text that is too long to be read at all."""
    if len(text) > LONGEST_TEXT:
        raise wrong(
            text[:60] + "…",
            (0, 60),
            "formula-limit",
            say("The formula has more than {most} characters.", most=LONGEST_TEXT),
            expected=say("At most {most} characters.", most=LONGEST_TEXT),
            hint=say("Split it into several indicators."),
        )


def check_size(text: str, tree: Node) -> None:
    """Raises FormulaError for a tree of too many parts or levels."""
    levels, nodes, row = 0, 0, [tree]
    while row:  # level by level: no tree is too deep to be counted
        levels, nodes = levels + 1, nodes + len(row)
        row = [child for node in row for child in children(node)]
    if nodes > MOST_NODES or levels > MOST_LEVELS:
        raise wrong(
            text,
            (0, len(text)),
            "formula-limit",
            say("The formula is too large: {nodes} parts on {levels} levels.", nodes=nodes, levels=levels),
            expected=say("At most {nodes} parts on {levels} levels.", nodes=MOST_NODES, levels=MOST_LEVELS),
            hint=say("Split it into several indicators."),
        )


def largest_power(tree: Node) -> int:
    """By how much the powers in a tree can multiply the digits of a value: (a^3)^4 is 12."""
    largest, open_nodes = 1, [(tree, 1)]
    while open_nodes:
        node, power = open_nodes.pop()
        if isinstance(node, Binary) and node.operator == "^" and isinstance(node.right, Number):
            power *= max(1, abs(int(node.right.value)))
        largest = max(largest, power)
        open_nodes.extend((child, power) for child in children(node))
    return largest


def parts(tree: Node, of: Mapping[str, int]) -> int:
    """How many names and numbers a tree has when it is written out, powers as products. of: indicator → its own parts.

    The digits of exact values grow with it: eight indicators, each the twelfth power of the one before, have 12⁸.
    """
    total, open_nodes = 0, [(tree, 1)]
    while open_nodes:
        node, times = open_nodes.pop()
        if isinstance(node, Binary) and node.operator == "^" and isinstance(node.right, Number):
            open_nodes.append((node.left, times * max(1, abs(int(node.right.value)))))
        elif isinstance(node, Name):
            total += times * of.get(node.key, 1)
        elif isinstance(node, Number):
            total += times
        else:
            open_nodes.extend((child, times) for child in children(node))
    return total
