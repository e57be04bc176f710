"""Which value of one reported figure alone makes something hold: solved where that can be, looked for elsewhere.

Every value is tried before it is said (`met`), because scores are rounded on the way and one figure may move several
of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from fractions import Fraction
from functools import partial

from kpi.definitions.figure_model import Figure, FigureType
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.tier_model import TOTAL
from kpi.evaluation import looking
from kpi.evaluation.explaining.stretch import Stretch
from kpi.evaluation.explaining.trial import Trial
from kpi.evaluation.explaining.unrounding import unrounded
from kpi.evaluation.pieces import NotSolvable
from kpi.evaluation.ranges import LAST, Ranges, nearest
from kpi.evaluation.remedies import Reach, solver_of
from kpi.evaluation.rows import EntityRow
from kpi.formula.exact import evaluate
from kpi.formula.reach import Range, never
from kpi.formula.tree import (
    And,
    Name,
    Node,
    Or,
    Shift,
    walk,
)
from kpi.formula.values import Row
from kpi.frozen import frozen

_SPAN = (0, 0)
_DOUBLINGS = 40  # how far a value is looked for that cannot be solved for
MOST_STRETCHES = 500  # in which an exact search goes on; each is counted again
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
    """The reported figures of one entity, each to be changed alone."""

    trial: Trial
    reach: Reach

    @property
    def scheme(self) -> Scheme:
        return self.trial.scheme

    @property
    def row(self) -> EntityRow:
        return self.trial.row

    def behind(self, tree: Node) -> frozenset[str]:
        """The figures that a tree hangs on, those of the total too."""
        found = self.reach.figures(tree)
        return found - {TOTAL} | self._of_total() if TOTAL in found else found

    def meeting(
        self,
        condition: Node,
        seen: Row,
        met: Met,
        only: Collection[str] | None = None,
        counted: Collection[str] | None = None,
    ) -> Iterator[Found]:
        """Each figure that alone makes a condition of the scheme hold. seen: what its names stand for now.

        only: the figures that are tried. counted: the items whose points together 总分 stands for; None: the total.
        """
        definitions = self.row.entities.definitions
        behind = self.behind(condition) if only is None else self.behind(condition) & frozenset(only)
        for figure in definitions.figures.values():
            now = self.row.value(figure.key, Shift.NOW) if figure.key in behind else None
            if figure.type is not FigureType.NUMBER or not isinstance(now, Fraction):
                continue
            found = self._nearest(figure, now, condition, seen, met, counted)
            if found is not None:
                wanted = Fraction(found, 10**figure.decimals)
                yield Found(figure, now, wanted, self.changed(figure, wanted))

    def of_several(self) -> frozenset[str]:
        """The figures that move more than one part of the total."""
        parts = [self.reach.figures(tree) for tree in self._parts_of_total()]
        return frozenset(key for own in parts for key in own if sum(key in each for each in parts) > 1)

    def changed(self, figure: Figure, value: Fraction) -> EntityRow:
        """The entity with another value of a figure."""
        return self.row.changed(figure.key, value, partial(self.reach.moves, figure=figure.key))

    def _nearest(
        self, figure: Figure, now: Fraction, condition: Node, seen: Row, met: Met, counted: Collection[str] | None
    ) -> int | None:
        """In units of the figure's last decimal."""
        step = 10**figure.decimals

        def holds(ticks: int) -> bool:
            try:
                return met(self.changed(figure, Fraction(ticks, step)))
            except NotSolvable:
                return False

        def ruled_out(first: int, last: int) -> bool:
            values = Range(Fraction(first, step), Fraction(last, step))
            return never(True, condition, Stretch(self.trial, figure.key, values, moves, scores, seen, only=counted))

        def moves(node: Node) -> bool:
            return figure.key in self.reach.figures(node)

        start = None
        try:
            if now > 0:
                start = nearest(self._solved(figure, condition, seen), now * step)
                if start is None:
                    return 0 if holds(0) else None
                if holds(start):
                    return start
        except NotSolvable:
            pass
        try:
            scores = self.trial.made(self.row).scores
            return looking.nearest(now * step, -LAST if now < 0 else 0, LAST, holds, ruled_out, MOST_STRETCHES)
        except NotSolvable:
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
        return frozenset[str]().union(*(self.reach.figures(tree) for tree in self._parts_of_total()))

    def _parts_of_total(self) -> Iterator[Node]:
        """For each item, each of its named cases and each adjustment a tree that hangs on the same figures."""
        for item in self.scheme.items:
            yield Name(item.indicator, _SPAN)
            yield from (each.when.tree for each in item.instead)
        yield from (And(each.trees(), _SPAN) for each in self.scheme.adjustments)


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
