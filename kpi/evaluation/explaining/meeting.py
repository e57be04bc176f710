"""Which value of one reported figure alone makes something hold: solved where that can be, looked for elsewhere.

Every value is tried before it is said (`met`), because scores are rounded on the way and one figure may move several
of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial

from kpi import numbers
from kpi.definitions.figure_model import Figure, FigureType
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.tier_model import TOTAL
from kpi.evaluation.pieces import NotSolvable
from kpi.evaluation.ranges import LAST, Ranges, nearest
from kpi.evaluation.remedies import Reach, solver_of
from kpi.evaluation.rows import EntityRow
from kpi.formula.exact import evaluate
from kpi.formula.tree import (
    And,
    Compare,
    Listed,
    Name,
    Node,
    Not,
    Number,
    Or,
    Scale,
    Shift,
    Truth,
    Within,
    rewrite,
    walk,
)
from kpi.formula.values import Row
from kpi.frozen import frozen

_SPAN = (0, 0)
_DOUBLINGS = 40  # how far a value is looked for that cannot be solved for
Met = Callable[[EntityRow], bool]


@frozen
class Found:
    """A figure's value that alone makes something hold. row: the entity with it."""

    figure: Figure
    now: Fraction
    wanted: Fraction
    row: EntityRow


@frozen
class Figures:
    """The reported figures of one entity, each to be changed alone. scheme: with numbers for its table functions."""

    scheme: Scheme
    row: EntityRow
    reach: Reach

    def behind(self, tree: Node) -> frozenset[str]:
        """The figures that a tree hangs on, those of the total too."""
        found = self.reach.figures(tree)
        return found - {TOTAL} | self._of_total() if TOTAL in found else found

    def meeting(self, condition: Node, seen: Row, met: Met) -> Iterator[Found]:
        """Each figure that alone makes a condition of the scheme hold. seen: what its names stand for now."""
        definitions = self.row.entities.definitions
        behind = self.behind(condition)
        for figure in definitions.figures.values():
            now = self.row.value(figure.key, Shift.NOW) if figure.key in behind else None
            if figure.type is not FigureType.NUMBER or not isinstance(now, Fraction):
                continue
            found = self._nearest(figure, now, condition, seen, met)
            if found is not None:
                wanted = Fraction(found, 10**figure.decimals)
                yield Found(figure, now, wanted, self.changed(figure, wanted))

    def changed(self, figure: Figure, value: Fraction) -> EntityRow:
        """The entity with another value of a figure."""
        return self.row.changed(figure.key, value, partial(self.reach.moves, figure=figure.key))

    def _nearest(self, figure: Figure, now: Fraction, condition: Node, seen: Row, met: Met) -> int | None:
        """In units of the figure's last decimal."""
        step = 10**figure.decimals

        def holds(ticks: int) -> bool:
            try:
                return met(self.changed(figure, Fraction(ticks, step)))
            except NotSolvable:
                return False

        try:
            allowed = self._solved(figure, condition, seen)
            start = nearest(allowed, now * step)
            if start is not None and holds(start):
                return start
        except NotSolvable:
            start = None
        return _looked_for(now * step, start, holds)

    def _solved(self, figure: Figure, condition: Node, seen: Row) -> Ranges:
        if asks_for_total(condition) and figure.key in self._of_total():
            raise NotSolvable  # scores are rounded one by one

        def moves(node: Node) -> bool:
            return figure.key in self.reach.figures(node)

        tree = unrounded(condition, seen, moves, self._decimals)
        return solver_of(self.row, figure, self.reach).truth(tree).yes

    def _decimals(self, name: str) -> int | None:
        """The decimals to which what a name stands for is published; None: it stands for itself."""
        indicator = None if self.scheme.exact else self.row.entities.definitions.indicators.get(name)
        return None if indicator is None else indicator.decimals

    def _of_total(self) -> frozenset[str]:
        trees: list[Node] = [Name(item.indicator, _SPAN) for item in self.scheme.items]
        trees += [each.when.tree for item in self.scheme.items for each in item.instead]
        trees += [each.points.tree for each in self.scheme.adjustments]
        trees += [each.when.tree for each in self.scheme.adjustments if each.when is not None]
        return frozenset[str]().union(*(self.reach.figures(tree) for tree in trees))


def _looked_for(now: Fraction, start: int | None, holds: Callable[[int], bool]) -> int | None:
    """The value nearest to one that is known to be almost enough, or to now: in steps that double, then by halves."""
    middle = now.numerator // now.denominator
    origins = [(middle, 1), (middle + 1, -1)] if start is None else [(start, 1 if start > now else -1)]
    found: list[int] = []
    for origin, direction in origins:
        inside = _first_in(origin, direction, holds)
        if inside is not None:
            found.append(inside)
    return min(found, key=lambda ticks: (abs(ticks - now), ticks), default=None)


def _first_in(origin: int, direction: int, holds: Callable[[int], bool]) -> int | None:
    """The end nearest to the origin of the first stretch on this side in which it holds."""
    outside, width = origin, 1
    for _ in range(_DOUBLINGS):
        tried = origin + direction * width
        if not 1 <= tried <= LAST:
            tried = 1 if direction < 0 else LAST
        if holds(tried):
            inside = tried
            while abs(inside - outside) > 1:
                middle = (inside + outside) // 2
                inside, outside = (middle, outside) if holds(middle) else (inside, middle)
            return inside
        if tried in (1, LAST):
            return None
        outside, width = tried, width * 2
    return None


def unrounded(tree: Node, seen: Row, moves: Callable[[Node], bool], decimals: Callable[[str], int | None]) -> Node:
    """A condition over published values as one over exact ones, as far as it is one of a name with a bound.

    What does not move is put in as the value that it has for the scheme.
    """

    def change(node: Node) -> Node | None:
        if isinstance(node, Compare):
            return _compared(node, seen, moves, decimals)
        if isinstance(node, Within | Listed) and not moves(node):
            value = evaluate(node, seen)
            return Truth(value, node.span) if isinstance(value, bool) else node
        return None

    return rewrite(tree, change)


_MIRRORED = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "=": "=", "!=": "!="}


def _compared(node: Compare, seen: Row, moves: Callable[[Node], bool], decimals: Callable[[str], int | None]) -> Node:
    left, operator, right = node.left, node.operator, node.right
    if not moves(left):
        left, operator, right = right, _MIRRORED[operator], left
    if moves(right):
        return node
    bound = evaluate(right, seen)
    if not moves(left):
        value = evaluate(node, seen)
        return Truth(value, node.span) if isinstance(value, bool) else node
    if not isinstance(bound, Fraction):
        return node
    while isinstance(left, Scale) and left.factor > 0:
        bound /= left.factor
        left = left.operand
    places = decimals(left.key) if isinstance(left, Name) else None
    if places is None:
        return Compare(operator, left, Number(bound, None, _SPAN), _SPAN)
    return _published(left, operator, bound, places)


def _published(name: Node, operator: str, bound: Fraction, places: int) -> Node:
    """That a published value compares so with a bound."""
    unit, up, down = Fraction(1, 10**places), numbers.round_up(bound, places), numbers.round_down(bound, places)
    if operator == ">=":
        return published_at(name, up, places, at_least=True)
    if operator == ">":
        return published_at(name, down + unit, places, at_least=True)
    if operator == "<=":
        return published_at(name, down, places, at_least=False)
    if operator == "<":
        return published_at(name, up - unit, places, at_least=False)
    both = (published_at(name, up, places, at_least=True), published_at(name, down, places, at_least=False))
    equal: Node = And(both, _SPAN) if up == down else Truth(False, _SPAN)
    return equal if operator == "=" else Not(equal, _SPAN)


def published_at(tree: Node, wanted: Fraction, decimals: int, *, at_least: bool) -> Node:
    """That a value rounded half away from zero is at least (or at most) a number with as many decimals."""
    half = Fraction(1, 2 * 10**decimals)
    if at_least:
        return Compare(">=" if wanted > 0 else ">", tree, Number(wanted - half, None, _SPAN), _SPAN)
    return Compare("<" if wanted >= 0 else "<=", tree, Number(wanted + half, None, _SPAN), _SPAN)


def parts_of(tree: Node, seen: Row) -> list[Node]:
    """The parts of a condition that keep it from holding: of one with 且, those that do not hold."""
    if isinstance(tree, And):
        return [part for each in tree.operands for part in parts_of(each, seen)]
    return [] if evaluate(tree, seen) is True else [tree]


def parts_against(tree: Node, seen: Row) -> list[Node]:
    """The parts of a condition for which it holds: of one with 或, those that hold."""
    if isinstance(tree, Or):
        return [part for each in tree.operands for part in parts_against(each, seen)]
    return [] if evaluate(tree, seen) is False else [tree]


def asks_for_total(tree: Node) -> bool:
    """Whether a condition reads the total."""
    return any(isinstance(node, Name) and node.key == TOTAL for node in walk(tree))
