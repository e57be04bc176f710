"""The score of an item as one tree: its method within its bounds, or what a special value earns."""

from __future__ import annotations

from collections.abc import Iterator

from kpi.definitions.figure_model import Indicator
from kpi.definitions.groups import GroupLevel
from kpi.definitions.methods import BASELINE, COUNT, HIGH, LOW, METHODS, PLACE, REFERENCES, VALUE, WEIGHT
from kpi.definitions.positions import Path
from kpi.definitions.scheme_model import Baseline, Item
from kpi.formula.tree import Call, Node, Number, names
from kpi.problems import Label

__all__ = ["BASELINE", "COUNT", "HIGH", "LOW", "PLACE", "VALUE", "WEIGHT"]
ROLES = {name: key for key, name in REFERENCES.items()}
_SPAN = (0, 0)


def named(item: Item, indicator: Indicator) -> Label:
    """What an item is called: as its scheme does, else as its indicator is."""
    return Label(item.label or indicator.label, item.label_en or indicator.label_en)


def method_tree(item: Item) -> Node:
    """The score before bounds."""
    return METHODS[item.method].tree(item.options)


def score_tree(item: Item) -> Node:
    """The item's score with its bounds, unrounded: max(at_least, min(at_most, method))."""
    tree = method_tree(item)
    if item.at_most is not None:
        tree = Call("min", (tree, item.at_most.tree), _SPAN)
    if item.at_least is not None:
        tree = Call("max", (tree, item.at_least.tree), _SPAN)
    return tree


def reads_word(tree: Node, word: str) -> bool:
    """Whether a tree reads one of the words of a method: 权重, 名次 …"""
    return any(name.key == word for name in names(tree))


def among(item: Item) -> GroupLevel | None:
    """The groups within which the values of an item have their places; None: among all."""
    level = item.options.get("among")
    return level if isinstance(level, GroupLevel) else None


def references(item: Item) -> Iterator[tuple[str, Baseline]]:
    """The baselines of an item by the name under which its tree reads them."""
    for name, baseline in ((BASELINE, item.baseline), (LOW, item.low), (HIGH, item.high)):
        if baseline is not None:
            yield name, baseline


def baseline_path(item: Item, number: int, name: str) -> Path:
    """Where the baseline that counts is written, below the scheme. number: of the item."""
    several = item.baselines if name == BASELINE and item.baseline in item.baselines else ()
    edition = (several.index(item.baseline),) if item.baseline is not None and several else ()
    return "items", number, ROLES[name], *edition


def weight_node(item: Item) -> Number:
    """权重 as a number of the tree."""
    return Number(item.weight, None, _SPAN)
