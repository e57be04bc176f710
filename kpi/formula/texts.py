"""The words that formulas compare a figure with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kpi.formula.tree import Compare, Items, Name, Node, Text, Within, walk


def compared(trees: Iterable[Node]) -> Mapping[str, tuple[str, ...]]:
    """Key of a figure → the texts that it is compared with."""
    found: dict[str, dict[str, None]] = {}
    for tree in trees:
        for node in walk(tree):
            if isinstance(node, Compare):
                sides = [(node.left, node.right), (node.right, node.left)]
            elif isinstance(node, Within) and not node.industry:
                sides = [(node.member, node.items)]
            else:
                continue
            for name, texts in sides:
                entries = texts.items if isinstance(texts, Items) else (texts,)
                if isinstance(name, Name):
                    found.setdefault(name.key, {}).update(
                        dict.fromkeys(each.value for each in entries if isinstance(each, Text))
                    )
    return {key: tuple(texts) for key, texts in found.items() if texts}
