"""Where it hangs only on the signs of figures, and on which are there, why a number is undefined."""

from __future__ import annotations

from kpi.definitions.model import Definitions
from kpi.formula.tree import Binary, Call, Name, Negative, Node, Number, Published, Scale, walk

_PLAIN = (Name, Published, Number, Scale, Negative, Binary)


def by_signs(tree: Node, definitions: Definitions) -> bool:
    """Whether that is so for certain: only products and quotients are divided by, or grow, and nothing is asked."""
    return all(_of_node(node, definitions) for node in walk(tree))


def _of_node(node: Node, definitions: Definitions) -> bool:
    if isinstance(node, Name) and node.key in definitions.indicators:
        return by_signs(definitions.indicators[node.key].formula.tree, definitions)
    if isinstance(node, Call):
        return node.function == "growth" and _signed(node.arguments[1], definitions)
    if isinstance(node, Binary) and node.operator in ("/", "^"):
        return _signed(node.right if node.operator == "/" else node.left, definitions)
    return isinstance(node, _PLAIN)


def _signed(node: Node, definitions: Definitions) -> bool:
    """Whether the sign of a number is known by the signs of the figures in it. What is rounded may be 0."""
    if isinstance(node, Name):
        indicator = definitions.indicators.get(node.key)
        return indicator is None or _signed(indicator.formula.tree, definitions)
    if isinstance(node, Scale | Negative):
        return _signed(node.operand, definitions)
    if isinstance(node, Binary):
        return node.operator in "*/" and all(_signed(each, definitions) for each in (node.left, node.right))
    return isinstance(node, Number)
