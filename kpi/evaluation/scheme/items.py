"""Scoring methods: each is a formula tree over 本期值, 基准值 and 权重, so that every reading of trees serves it too.

A method is one function entered in METHODS with its TOML name. It gives the score before bounds, in points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kpi.definitions.model import Item
from kpi.formula.tree import Binary, Call, Name, Node, Number

# What a method's tree may read; the engine says which columns they are.
VALUE = "本期值"
BASELINE = "基准值"
WEIGHT = "权重"
NOWHERE_SPAN = (0, 0)


def _name(key: str) -> Name:
    return Name(key, NOWHERE_SPAN)


def ratio(item: Item) -> Node:
    """value ÷ baseline × weight [亩均效益评价, e.g. 黄岩 2022, 淮安 2024]."""
    share = Binary("/", _name(VALUE), _name(BASELINE), NOWHERE_SPAN)
    return Binary("*", share, _name(WEIGHT), NOWHERE_SPAN)


METHODS: Mapping[str, Callable[[Item], Node]] = {"ratio": ratio}


def score_tree(item: Item) -> Node:
    """The item's score with its bounds, unrounded: max(at_least, min(at_most, method))."""
    tree = METHODS[item.method](item)
    if item.at_most is not None:
        tree = Call("min", (tree, item.at_most.tree), NOWHERE_SPAN)
    if item.at_least is not None:
        tree = Call("max", (tree, item.at_least.tree), NOWHERE_SPAN)
    return tree


def weight_node(item: Item) -> Number:
    """权重 as a number of the tree."""
    return Number(item.weight, None, NOWHERE_SPAN)
