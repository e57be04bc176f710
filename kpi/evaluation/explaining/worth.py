"""What an item alone is worth: which value of it brings so many points, and how many it can bring at most.

Points may go in steps, in bands, by places or along a formula of one's own, so values are not solved for but looked for
among all with published decimals, from the present one outwards (looking.py): exact, whatever the method is.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from kpi import numbers
from kpi.definitions.figure_model import Indicator
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Item, Scheme
from kpi.evaluation.explaining.unrounding import counted_at
from kpi.evaluation.looking import nearest
from kpi.evaluation.pieces import NotSolvable
from kpi.evaluation.ranges import ALL, LAST, Ranges, common
from kpi.evaluation.scheme import items
from kpi.evaluation.scheme.method_row import MethodRow, Moving, method_row
from kpi.evaluation.scheme.rescoring import in_force
from kpi.evaluation.scheme.results import ItemScore
from kpi.evaluation.solving import Solver
from kpi.formula.exact import evaluate
from kpi.formula.reach import EVERYWHERE, Range, never, reach
from kpi.formula.tree import Name, Node, Number, Shift, names, rewrite
from kpi.frozen import frozen

MOST_STRETCHES = 3000  # among which the value of an item is looked for
_FINER = 6  # further decimals of points that are told apart where they count exactly


@frozen
class Worth:
    """One item of one entity. one: as it is scored now, with a value. moving: what moves with another one."""

    scheme: Scheme
    item: Item
    one: ItemScore
    moving: Moving
    definitions: Definitions

    @property
    def indicator(self) -> Indicator:
        return self.definitions.indicators[self.item.indicator]

    @property
    def now(self) -> Fraction:
        value = (self.one.carried or self.one).value
        assert value is not None
        return value

    def words(self, value: Fraction) -> MethodRow:
        """What the words of the method stand for with another value."""
        return method_row(self.one, value, self.moving)

    def points(self, value: Fraction) -> Fraction | None:
        """The points that a value earns by the method."""
        found = evaluate(items.score_tree(self.item), self.words(value))
        return in_force(found, self.scheme) if isinstance(found, Fraction) else None

    def value_for(self, wanted: Fraction) -> Fraction | None:
        """The value with published decimals nearest to now that earns at least so many points.

        None: no value does. Raises NotSolvable where that is not found out.
        """
        decimals = None if self.scheme.exact else self.scheme.decimals
        tree = self._numbered(counted_at(items.score_tree(self.item), wanted, decimals, at_least=True))
        unit = 10**self.indicator.decimals

        def holds(ticks: int) -> bool:
            return evaluate(tree, self.words(Fraction(ticks, unit))) is True

        own: dict[frozenset[str], Ranges] = {}

        def ruled_out(first: int, last: int) -> bool:
            ends = Fraction(first, unit), Fraction(last, unit)
            if never(True, tree, Words(self.one, Range(*ends), self.moving, {})):
                return True
            # The best is the bound that it is held to: two that move alike, which their ends do not show.
            same = frozenset(word for word, made in self.moving.items() if all(made(end) == end for end in ends))
            if first < 1 or not same:
                return False
            if same not in own:
                own[same] = self._solved(tree, same)
            return not common(own[same], ((first, last),))

        ticks = nearest(self.now * unit, -LAST if self._below_zero() else 0, LAST, holds, ruled_out, MOST_STRETCHES)
        return None if ticks is None else Fraction(ticks, unit)

    def _solved(self, tree: Node, same: frozenset[str]) -> Ranges:
        """The values, in last decimals, for which a condition holds while some words stand for the value."""

        def change(node: Node) -> Node | None:
            return Name(items.VALUE, node.span) if isinstance(node, Name) and node.key in same else None

        def moves(node: Node) -> bool:
            return any(name.key == items.VALUE or name.key in self.moving for name in names(node))

        solver = Solver(method_row(self.one), items.VALUE, self.indicator.decimals, moves, lambda key: None)
        try:
            return solver.truth(rewrite(tree, change)).yes
        except NotSolvable:
            return ALL

    def most(self, there: Fraction, wanted: Fraction) -> Fraction:
        """The most points that any value earns. there: can be earned; wanted: cannot. Raises NotSolvable."""
        places = self.scheme.decimals + (_FINER if self.scheme.exact else 0)
        low, high = there, wanted
        while high - low > Fraction(1, 10**places):
            middle = numbers.round_up((low + high) / 2, places)
            if middle >= high:
                break
            low, high = (low, middle) if self.value_for(middle) is None else (middle, high)
        value = self.value_for(low)
        points = None if value is None else self.points(value)
        return low if points is None else points

    def _numbered(self, tree: Node) -> Node:
        """The tree with numbers in place of what does not hang on the value."""
        row = method_row(self.one)

        def change(node: Node) -> Node | None:
            if any(name.key == items.VALUE or name.key in self.moving for name in names(node)):
                return None
            value = evaluate(node, row)
            return Number(value, None, node.span) if isinstance(value, Fraction) else node

        return rewrite(tree, change)

    def _below_zero(self) -> bool:
        """Whether values below zero are looked at: the indicator may have them, and they are scored like any other."""
        low = reach(self.indicator.formula.tree, _Figures(self.definitions)).low
        return self.item.if_negative is None and (self.now < 0 or low is None or low < 0)


@frozen
class Words:
    """The words of a method while the value of an entity lies in a range. known: words whose range is known."""

    one: ItemScore
    values: Range
    moving: Moving
    known: Mapping[str, Range]

    def value(self, key: str, shift: Shift) -> Range:
        if key == items.VALUE:
            return self.values
        if key in self.known:
            return self.known[key]
        low, high = self.values.low, self.values.high
        if key in self.moving:
            if low is None or high is None:
                return EVERYWHERE
            ends = [self.moving[key](end) for end in (low, high)]
            return Range(min(ends), max(ends))
        word = method_row(self.one).value(key, shift)
        return Range(word, word) if isinstance(word, Fraction) else EVERYWHERE

    def published(self, key: str, shift: Shift) -> Range:
        return EVERYWHERE


@frozen
class _Figures:
    """All figures from zero upwards."""

    definitions: Definitions

    def value(self, key: str, shift: Shift) -> Range:
        indicator = self.definitions.indicators.get(key)
        return Range(Fraction(0)) if indicator is None else reach(indicator.formula.tree, self)

    def published(self, key: str, shift: Shift) -> Range:
        return self.value(key, shift)
