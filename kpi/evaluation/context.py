"""What names stand for over a table: figures are columns, indicators are their trees (exact) or published columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import date
from fractions import Fraction

from kpi.definitions.figure_model import FigureType
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.history import tier_column
from kpi.evaluation.rows import Bound
from kpi.evaluation.table import Table, column, reported
from kpi.formula import past
from kpi.formula.leaves import Holds, Leaf
from kpi.formula.tree import Call, Name, Node, Period, Published, Shift, rewrite
from kpi.formula.values import Undefined
from kpi.frozen import frozen
from kpi.problems import say

# A name that no table has: what stands for a value that is undefined in every row.
NOWHERE = "#nowhere"
_HOLDS: Mapping[FigureType, Holds] = {
    FigureType.NUMBER: Holds.NUMBERS,
    FigureType.TEXT: Holds.TEXTS,
    FigureType.INDUSTRY: Holds.TEXTS,
    FigureType.DATE: Holds.DATES,
    FigureType.YES_NO: Holds.TRUTHS,
}


_PUBLISHED = "#published:"


def published_column(key: str, shift: Shift = Shift.NOW) -> str:
    """The column that an indicator's published value goes to."""
    return column(_PUBLISHED + key, shift)


def is_published(name: str) -> bool:
    """Whether a column is that of an indicator's published values."""
    return name.startswith(_PUBLISHED)


def published_leaf(name: str, decimals: int) -> Leaf:
    """How a column of published numbers is read: as units of the last decimal."""
    return Leaf(name, Holds.NUMBERS, Fraction(1, 10**decimals), whole=True)


def list_column(key: str) -> str:
    """The truth column of a list (名单)."""
    return f"#list:{key}"


@frozen
class TableContext:
    """The reading of names where a name stands for the exact value (indicators, standards).

    own: names of one's own that go first (权重, 基准值, a baseline's column). portion: whether the table is one of
    several that make the whole (see asking.py). bound: what table functions inside of indicators come to (see
    indicators.py).
    """

    definitions: Definitions
    table: Table
    days: Mapping[Shift, tuple[date, date]] = field(default_factory=dict)
    own: Mapping[str, Leaf | Node] = field(default_factory=dict)
    published_first: bool = False
    portion: bool = False
    bound: Bound = Bound()

    def name(self, key: str, shift: Shift) -> Leaf | Node:
        if shift is Shift.NOW and key in self.own:
            return self.own[key]
        if key == NOWHERE:
            return Leaf(None)
        if past.is_past_word(key):
            earlier = tier_column(past.years_ago(key, shift))
            return Leaf(earlier if earlier in self.table.frame.columns else None, Holds.TEXTS)
        if key in self.definitions.indicators:
            return self.published(key, shift) if self.published_first else self._exact(key, shift)
        if key.startswith("#reported:"):
            return Leaf(column(key, shift))
        figure = self.definitions.figures[key]
        there = column(key, shift) if self.table.has(key, shift) else None
        return Leaf(there, _HOLDS[figure.type], self.table.factors.get(column(key, shift), Leaf(None).factor))

    def published(self, key: str, shift: Shift) -> Leaf:
        return published_leaf(published_column(key, shift), self.definitions.indicators[key].decimals)

    def listed(self, name: str) -> Leaf:
        return Leaf(list_column(name), Holds.TRUTHS)

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        days = self.days.get(shift)
        return days or Undefined(("no-period",), (say("The period of the figures is not known."),))

    def _exact(self, key: str, shift: Shift) -> Node:
        """The indicator's own tree; where it is undefined, the value reported under its label, if there is one."""
        tree = self.bound.trees.get((key, shift)) or shifted(self.definitions.indicators[key].formula.tree, shift)
        if column(reported(key), shift) not in self.table.frame.columns:
            return tree
        return Call("first", (tree, Name(reported(key), tree.span, shift)), tree.span)


def what_counts(scheme: Scheme, context: TableContext) -> TableContext:
    """What names stand for in the rules of a scheme: published values, or exact ones."""
    return replace(context, published_first=not scheme.exact)


def shifted(tree: Node, shift: Shift) -> Node:
    """The tree as of another period. What it reads of that period's own previous one is not at hand."""
    return tree if shift is Shift.NOW else rewrite(tree, _mover(shift))


def _mover(shift: Shift) -> Callable[[Node], Node | None]:
    def move(node: Node) -> Node | None:
        if isinstance(node, Name):
            return Name(node.key, node.span, shift) if node.shift is Shift.NOW else Name(NOWHERE, node.span)
        if isinstance(node, Published) and node.name.shift is Shift.NOW:
            return Published(Name(node.name.key, node.name.span, shift), node.span)
        if isinstance(node, Period) and node.shift is Shift.NOW:
            return Period(shift, node.span)
        return None

    return move
