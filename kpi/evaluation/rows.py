"""Entities one at a time, as exact evaluation sees them: the rows of a table, or one project typed on the command line.

A row answers what a name stands for: a figure in its declared unit, or an indicator's exact value. Nothing here needs
polars until a table's column is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi import numbers
from kpi.definitions.figure_model import Indicator
from kpi.definitions.model import Definitions
from kpi.evaluation.givens import Cells, GivenCells, TableCells
from kpi.evaluation.table import ID, NAME, column, reported
from kpi.formula.exact import evaluate
from kpi.formula.tree import Aggregate, Formula, Name, Node, Shift, rewrite, walk
from kpi.formula.values import Undefined, Value
from kpi.frozen import frozen
from kpi.names import Who
from kpi.problems import Place, Problem, Severity, say

if TYPE_CHECKING:
    from kpi.evaluation.table import Table

Totals = Mapping[tuple[Aggregate, Shift], Value]
Days = Mapping[Shift, tuple[date, date]]

_AGGREGATE = "#aggregate:"  # what stands for a table function in a prepared tree; no key starts with '#'


@frozen
class Bound:
    """Indicators that hang on table functions. trees: of (indicator, period), with numbers in place of these.

    values: of (table function as it is written, period).
    """

    trees: Mapping[tuple[str, Shift], Node] = field(default_factory=dict)
    values: Totals = field(default_factory=dict)


class Entities:
    """The entities of one run, and what their rows share: definitions, columns, aggregates over the table.

    totals: the values of table functions inside of indicators, where these are known; others are found over the rows.
    Made by `of_table` or `of_figures`. Rows are made anew each time they are asked for, and keep their own values only.
    """

    def __init__(
        self,
        definitions: Definitions,
        cells: Cells,
        days: Days,
        aliases: Mapping[int, tuple[Who, ...]] | None = None,
        totals: Totals | None = None,
    ) -> None:
        self.definitions = definitions
        self.cells = cells
        self.days = days
        self.aliases = aliases or {}
        self._aggregates: list[Aggregate] = []
        self._known = totals or {}
        self._written: list[Aggregate] = []
        self._totals: dict[tuple[str, Shift], Value] = {}
        self._prepared: dict[int, tuple[Node, Node]] = {}

    def __len__(self) -> int:
        return self.cells.count

    def __getitem__(self, index: int) -> EntityRow:
        if not 0 <= index < self.cells.count:
            raise IndexError(index)
        return EntityRow(self, index)

    def __iter__(self) -> Iterator[EntityRow]:
        return (EntityRow(self, index) for index in range(self.cells.count))

    def prepared(self, tree: Node) -> Node:
        """The tree with a name in place of each table function, so that its value is found once for all rows."""
        known = self._prepared.get(id(tree))
        if known is None:
            plain = not any(isinstance(node, Aggregate) for node in walk(tree))
            known = self._prepared[id(tree)] = (tree, tree if plain else rewrite(tree, self._standing_in))
        return known[1]

    def _standing_in(self, node: Node) -> Node | None:
        """A name for a table function (what is inside it is prepared as well); nothing for any other node."""
        if not isinstance(node, Aggregate):
            return None
        argument = None if node.argument is None else rewrite(node.argument, self._standing_in)
        where = None if node.where is None else rewrite(node.where, self._standing_in)
        wanted = Aggregate(node.function, argument, where, node.span)
        if wanted not in self._aggregates:
            self._aggregates.append(wanted)
            self._written.append(node)
        return Name(f"{_AGGREGATE}{self._aggregates.index(wanted)}", node.span)

    def table_function(self, key: str) -> Aggregate | None:
        """What a name in a prepared tree stands for, if it is a table function."""
        return self._aggregates[int(key.removeprefix(_AGGREGATE))] if key.startswith(_AGGREGATE) else None

    def total(self, key: str, shift: Shift, row: EntityRow | ShiftedRow) -> Value:
        """The value of a table function, found over all rows the first time that a row asks for it."""
        total = self._totals.get((key, shift))
        if total is None:
            number = int(key.removeprefix(_AGGREGATE))
            known = self._known.get((self._written[number], shift))
            total = self._totals[key, shift] = evaluate(self._aggregates[number], row) if known is None else known
        return total


def of_table(
    definitions: Definitions,
    table: Table,
    days: Days | None = None,
    aliases: Mapping[int, tuple[Who, ...]] | None = None,
    totals: Totals | None = None,
) -> Entities:
    """The entities of a table. days: first and last day of the period and of those it is compared with.

    aliases: further codes with names by which lists know a row. totals: what is known of the whole, where the table is
    a part of it.
    """
    return Entities(definitions, TableCells(table), days or {}, aliases, totals)


def of_figures(definitions: Definitions, figures: Mapping[str, Value], days: Days | None = None) -> Entities:
    """One entity whose figures were given directly, in their declared units.

    figures: by key, or by column name as in a table (`column(key, shift)`, `reported(key)`, ID, NAME). The key of an
    indicator gives its reported value.
    """
    cells = {reported(key) if key in definitions.indicators else key: value for key, value in figures.items()}
    return Entities(definitions, GivenCells(cells), days or {})


class EntityRow:
    """One entity (a formula's Row). Values are found once and kept.

    problems: warnings met while evaluating, so far: an indicator reported with another value than the computed one.
    """

    __slots__ = ("_changed", "_values", "entities", "index", "problems", "stands_reported")

    def __init__(self, entities: Entities, index: int, changed: Mapping[str, Value] | None = None) -> None:
        self.entities = entities
        self.index = index
        self.problems: list[Problem] = []
        self.stands_reported: set[tuple[str, Shift]] = set()
        self._changed = changed
        self._values: dict[tuple[str, Shift], Value] = {
            (figure, Shift.NOW): value for figure, value in (changed or {}).items()
        }

    def changed(self, figure: str, value: Fraction, moves: Callable[[str], bool]) -> EntityRow:
        """The same entity with another value of one figure. moves: whether what a name stands for depends on it."""
        row = EntityRow(self.entities, self.index, {figure: value})
        kept = {name: known for name, known in self._values.items() if not moves(name[0])}
        row._values = kept | row._values
        row.stands_reported = {name for name in self.stands_reported if name in kept}
        return row

    @property
    def id(self) -> str | None:
        return self._text(ID)

    @property
    def name(self) -> str | None:
        return self._text(NAME)

    def _text(self, column: str) -> str | None:
        cell = self.entities.cells.value(column, self.index)
        return cell if isinstance(cell, str) else None

    @property
    def place(self) -> Place:
        return replace(self.entities.cells.place(self.index), entity=self.name or self.id)

    def read(self, tree: Node) -> Value:
        """The exact value of a settled tree here."""
        return evaluate(self.entities.prepared(tree), self)

    def holds(self, condition: Formula) -> bool | Undefined:
        """Whether a condition holds here."""
        value = self.read(condition.tree)
        return value if isinstance(value, Undefined) else value is True

    def value(self, key: str, shift: Shift) -> Value:
        """A figure in its declared unit, or an indicator's exact value."""
        known = self._values.get((key, shift))
        if known is None:
            known = self._values[key, shift] = self._find(key, shift)
        return known

    def published(self, key: str, shift: Shift) -> Value:
        """An indicator's value rounded to its decimals."""
        value = self.value(key, shift)
        if not isinstance(value, Fraction):
            return value
        return numbers.publish(value, self.entities.definitions.indicators[key].decimals)

    def listed(self, name: str) -> bool:
        """Whether the entity's code or name stands on a list."""
        found = self.entities.definitions.lists[name]
        return any(found.has(*who) for who in ((self.id, self.name), *self.entities.aliases.get(self.index, ())))

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        """First and last day of the period, or of the one it is compared with."""
        days = self.entities.days.get(shift)
        return days or Undefined(("no-period",), (say("The period of the figures is not known."),))

    def rows(self) -> Iterator[EntityRow]:
        """All entities of the run, this one as it is here."""
        return (self if self._changed and row.index == self.index else row for row in self.entities)

    def _find(self, key: str, shift: Shift) -> Value:
        definitions = self.entities.definitions
        if key in definitions.figures:
            cell = self.entities.cells.value(column(key, shift), self.index)
            return self._missing(key, shift) if cell is None else cell
        table_function = self.entities.table_function(key)
        if table_function is not None:
            # What a changed entity does to the table is its own; all others share one total.
            return evaluate(table_function, self) if self._changed else self.entities.total(key, shift, self)
        return self._indicator(definitions.indicators[key], shift)

    def _missing(self, key: str, shift: Shift) -> Undefined:
        label = self.entities.definitions.figures[key].label
        why = self.entities.cells.why_missing(column(key, shift), label, shift)
        return Undefined((_ABSENT_CODES[shift],), (why,))

    def _indicator(self, indicator: Indicator, shift: Shift) -> Value:
        """The computed value; else the one reported under the indicator's own label."""
        seen = self if shift is Shift.NOW else ShiftedRow(self, shift)
        computed = evaluate(self.entities.prepared(indicator.formula.tree), seen)
        stated = self.entities.cells.value(column(reported(indicator.key), shift), self.index)
        if stated is None or not isinstance(stated, Fraction):
            return computed
        if isinstance(computed, Undefined):
            self.stands_reported.add((indicator.key, shift))
            return stated
        problem = reported_differs(indicator, computed, stated, self.place) if isinstance(computed, Fraction) else None
        self.problems.extend([problem] if problem else [])
        return computed


class ShiftedRow:
    """An entity as it was in the period that it is compared with: now means then; what was before that is not known."""

    __slots__ = ("_row", "_shift")

    def __init__(self, row: EntityRow, shift: Shift) -> None:
        self._row = row
        self._shift = shift

    def value(self, key: str, shift: Shift) -> Value:
        if shift is not Shift.NOW:
            return _two_back(shift)
        if key.startswith(_AGGREGATE):
            return self._row.entities.total(key, self._shift, self)
        return self._row.value(key, self._shift)

    def published(self, key: str, shift: Shift) -> Value:
        return self._row.published(key, self._shift) if shift is Shift.NOW else _two_back(shift)

    def listed(self, name: str) -> bool:
        return self._row.listed(name)

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        return self._row.period(self._shift) if shift is Shift.NOW else _two_back(shift)

    def rows(self) -> Iterator[ShiftedRow]:
        return (ShiftedRow(row, self._shift) for row in self._row.rows())


def _two_back(shift: Shift) -> Undefined:
    return Undefined((_ABSENT_CODES[shift],), (say("Figures of two periods back are not read."),))


def reported_differs(indicator: Indicator, computed: Fraction, stated: Fraction, place: Place) -> Problem | None:
    """A warning when a reported value is further from the computed one than rounding to published decimals takes it."""
    if abs(computed - stated) * 2 * 10**indicator.decimals <= 1:
        return None
    decimals = numbers.terminating_decimals(stated) or 0
    return Problem(
        code="reported-differs",
        message=say(
            "{indicator} was reported as {reported}, but its figures give {computed}.",
            indicator=indicator.label,
            reported=numbers.plain(stated),
            computed=numbers.shown(computed, max(decimals, indicator.decimals)),
        ),
        place=replace(place, key=indicator.key),
        severity=Severity.WARNING,
        hint=say("The computed value is used. Check the figures, or drop the reported value."),
    )


_ABSENT_CODES = {Shift.NOW: "missing", Shift.PREVIOUS: "no-previous", Shift.PRECEDING: "no-preceding"}
