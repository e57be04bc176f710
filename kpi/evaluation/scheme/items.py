"""The score of an item as one tree: its method within its bounds, or what a special value earns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from kpi.definitions.groups import GroupLevel
from kpi.definitions.methods import BASELINE, COUNT, HIGH, LOW, METHODS, PLACE, REFERENCES, VALUE, WEIGHT
from kpi.definitions.scheme_model import Baseline, Item
from kpi.evaluation.scheme.results import ItemScore
from kpi.formula.tree import Call, Node, Number, Shift, names
from kpi.formula.values import Row, Undefined, Value
from kpi.frozen import frozen
from kpi.problems import say

__all__ = ["BASELINE", "COUNT", "HIGH", "LOW", "PLACE", "VALUE", "WEIGHT"]
ROLES = {name: key for key, name in REFERENCES.items()}
_SPAN = (0, 0)


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


def method_row(score: ItemScore, value: Fraction | None = None) -> MethodRow:
    """What an item's tree reads for one entity; value: in place of the entity's own."""
    held = score.carried or score
    known = {VALUE: held.value if value is None else value, WEIGHT: score.weight}
    known |= {BASELINE: held.baseline, LOW: held.low, HIGH: held.high}
    known |= {PLACE: _whole(score.place), COUNT: _whole(score.place_of)}
    return MethodRow({name: each for name, each in known.items() if each is not None})


def _whole(number: int | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def weight_node(item: Item) -> Number:
    """权重 as a number of the tree."""
    return Number(item.weight, None, _SPAN)


_NOT_HERE = Undefined(("missing",), (say("This is not known here."),))


@frozen
class MethodRow:
    """A row in which only the words of a method are known."""

    known: Mapping[str, Fraction]

    def value(self, key: str, shift: Shift) -> Value:
        return self.known.get(key, _NOT_HERE)

    def published(self, key: str, shift: Shift) -> Value:
        return _NOT_HERE

    def listed(self, name: str) -> bool:
        return False

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        return _NOT_HERE

    def rows(self) -> Iterable[Row]:
        return ()
