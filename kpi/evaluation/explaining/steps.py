"""The steps that schemes and standards share: figures, indicators, conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kpi import numbers
from kpi.definitions.figure_model import Figure, FigureType
from kpi.definitions.model import Definitions
from kpi.evaluation.explaining.working import units_of, working
from kpi.evaluation.explanation import MORE_DIGITS, Kind, Step, Working, digits
from kpi.evaluation.rows import EntityRow, ShiftedRow
from kpi.evaluation.table import Reported, column
from kpi.formula.exact import evaluate
from kpi.formula.tree import Aggregate, Binary, Formula, Listed, Name, Node, Number, Published, Shift, children, walk
from kpi.formula.values import Row, Undefined, Value
from kpi.problems import Label, Message, Place, say
from kpi.units import Unit

NOWHERE = (0, 0)  # the span of what stands in no text
Path = tuple[str | int, ...]


def rule_place(definitions: Definitions, path: Path) -> Place:
    """Where a rule is written."""
    return Place() if definitions.places is None else definitions.places.place(path)


def edition_path(kind: str, key: str, editions: Sequence[object], wanted: Iterable[object]) -> Path:
    """The path of one edition of a rule: the number of the first that equals one of the wanted."""
    known = list(wanted)
    return (kind, key, next((i for i, each in enumerate(editions) if each in known), 0))


def names_read(node: Node) -> Iterator[Name]:
    """The names that a tree reads of the entity itself: what a table function reads is of all entities."""
    if isinstance(node, Name):
        yield node
    elif isinstance(node, Published):
        yield node.name
    elif not isinstance(node, Aggregate):
        for child in children(node):
            yield from names_read(child)


@dataclass(slots=True)
class Steps:
    """Makes the steps of one entity. What has been shown in full once is not shown again.

    reported: where the value of a column comes from, if that is known. parts: what a figure is the sum of, where
    entities are evaluated together.
    """

    row: EntityRow
    reported: Callable[[str], Reported | None] = lambda column: None
    parts: Callable[[str, Shift], Sequence[Fraction]] = lambda key, shift: ()
    _shown: set[tuple[str, Shift]] = field(default_factory=set)
    _figures: dict[tuple[str, Shift], None] = field(default_factory=dict)

    @property
    def definitions(self) -> Definitions:
        return self.row.entities.definitions

    def place(self, *path: str | int) -> Place:
        """Where a rule is written."""
        return rule_place(self.definitions, path)

    def note(self, *keys: str | None) -> None:
        """Remember figures that a rule reads without a formula: the figure that makes the groups."""
        for key in keys:
            if key is not None and key in self.definitions.figures:
                self._figures[key, Shift.NOW] = None

    def beneath(self, tree: Node, shift: Shift = Shift.NOW) -> tuple[Step, ...]:
        """The indicators that a tree reads, each in full the first time."""
        found = []
        for name in names_read(tree):
            # Seen from another period, names without a period of their own are of that one.
            period = shift if name.shift is Shift.NOW else name.shift
            if name.key in self.definitions.figures:
                self._figures[name.key, period] = None
            elif name.key in self.definitions.indicators and (name.key, period) not in self._shown:
                found.append(self.indicator(name.key, period))
        return tuple(found)

    def indicator(self, key: str, shift: Shift = Shift.NOW) -> Step:
        """Formula, numbers, exact and published value of an indicator."""
        self._shown.add((key, shift))
        indicator = self.definitions.indicators[key]
        tree = indicator.formula.tree
        seen: Row = self.row if shift is Shift.NOW else ShiftedRow(self.row, shift)
        value = self.row.value(key, shift)
        exact = value if isinstance(value, Fraction) else None
        made = working(tree, seen, units_of(self.definitions))
        operands = tuple(replace(each, name=_at(each.name, shift)) for each in made.operands)
        published = None if exact is None else numbers.publish(exact, indicator.decimals)
        return Step(
            Kind.INDICATOR,
            indicator.label,
            indicator.label_en,
            period=shift,
            working=replace(made, operands=operands),
            exact=exact,
            value=published,
            shown=None if published is None else numbers.shown(published, indicator.decimals),
            unit=indicator.unit.text,
            decimals=indicator.decimals,
            notes=(*self._reported(key, shift, tree, seen), *_why(value)),
            source=indicator.source,
            place=self.place("indicators", key),
            steps=self.beneath(tree, shift),
        )

    def _reported(self, key: str, shift: Shift, tree: Node, row: Row) -> tuple[Message, ...]:
        if (key, shift) not in self.row.stands_reported:
            return ()
        return (say("As reported: it cannot be computed."), *_why(evaluate(tree, row)))

    def condition(
        self,
        kind: Kind,
        formula: Formula,
        row: Row,
        counts_as: bool | None = None,
        units: Mapping[str, Unit] | None = None,
    ) -> Step:
        """A condition with its numbers, and whether it holds. counts_as: what the rule says of an undefined one."""
        holds = evaluate(formula.tree, row)
        notes = _why(holds)
        if isinstance(holds, Undefined) and counts_as is not None:
            notes += (_COUNTS_AS[counts_as],)
        return Step(
            kind,
            working=working(formula.tree, row, units_of(self.definitions, units)),
            value=counts_as if isinstance(holds, Undefined) else holds is True,
            notes=(*notes, *self._on_lists(formula.tree)),
            steps=self.beneath(formula.tree),
        )

    def _on_lists(self, tree: Node) -> Iterator[Message]:
        """By which documents the entity stands on the lists that a condition asks for."""
        for name in dict.fromkeys(node.name for node in walk(tree) if isinstance(node, Listed)):
            member = self.definitions.lists[name].member(self.row.id, self.row.name)
            said = tuple(text for text in (member.document, member.day) if text) if member is not None else ()
            if said:
                yield say("On the list “{list}” by {document}.", list=name, document=said)

    def figures(self) -> tuple[Step, ...]:
        """Every figure that the steps so far have read, in the order of the definitions."""
        order = {key: number for number, key in enumerate(self.definitions.figures)}
        periods = list(Shift)
        wanted = sorted(self._figures, key=lambda each: (order[each[0]], periods.index(each[1])))
        return tuple(self._figure(key, shift) for key, shift in wanted)

    def _figure(self, key: str, shift: Shift) -> Step:
        figure = self.definitions.figures[key]
        value = self.row.value(key, shift)
        exact = value if isinstance(value, Fraction) else None
        origin = self.reported(column(key, shift))
        corrected = () if origin is None else _correction(origin)
        origin = None if isinstance(value, Undefined) and not corrected else origin
        summed = () if figure.formula is None else (_summed(figure, self.definitions),)
        return Step(
            Kind.FIGURE,
            figure.label,
            figure.label_en,
            period=shift,
            working=self._origin(key, shift, origin, exact),
            exact=exact,
            value=value if not isinstance(value, Undefined | tuple) else None,
            shown=None if exact is None else digits(exact, numbers.EXACT_DIGITS),
            unit=figure.unit.text if figure.unit and figure.type is FigureType.NUMBER else "",
            notes=(*summed, *corrected, *_why(value)),
            source=figure.source,
            place=Place() if origin is None else origin.place,
        )

    def _origin(self, key: str, shift: Shift, origin: Reported | None, exact: Fraction | None) -> Working | None:
        """How a figure came about: as reported and converted, or as a sum."""
        if exact is None:
            return None
        if origin is not None:
            return _as_reported(origin, exact)
        parts = self.parts(key, shift)
        return Working(None, sum_of(parts)) if len(parts) > 1 else None


def _summed(figure: Figure, definitions: Definitions) -> Message:
    assert figure.formula is not None
    ledger = definitions.ledgers[figure.ledger]
    name = Label(ledger.label, ledger.label_en)
    return say("Over the rows of the ledger “{ledger}”: {formula}.", ledger=name, formula=figure.formula.text)


def _as_reported(origin: Reported, value: Fraction) -> Working | None:
    """The number as reported, and the factor that makes it the figure's unit; None where the file has no number."""
    if origin.number is None:
        return None
    written = Number(origin.number, origin.unit, NOWHERE)
    if origin.number == value:
        return Working(None, written)
    factor = Number(value / origin.number, None, NOWHERE)
    return Working(None, Binary("*", written, factor, NOWHERE))


def _correction(origin: Reported) -> tuple[Message, ...]:
    """What is said of a figure that was corrected after it was reported."""
    made = origin.correction
    if made is None:
        return ()
    notes = [
        say("Corrected: “{old}” was reported; {reason}.", old=made.old_text or "—", reason=made.reason.rstrip("。."))
    ]
    notes += [say("Evidence: {evidence}.", evidence=made.evidence.rstrip("。."))] if made.evidence else []
    notes += [say("Date of the correction: {date}.", date=made.day.isoformat())] if made.day else []
    return tuple(notes)


def _at(name: Name, shift: Shift) -> Name:
    return name if name.shift is not Shift.NOW else replace(name, shift=shift)


def _why(value: Value) -> tuple[Message, ...]:
    return value.reasons if isinstance(value, Undefined) else ()


_COUNTS_AS = {
    True: say("The rule says that an undefined condition counts as met."),
    False: say("The rule says that an undefined condition counts as not met."),
}


def sum_of(parts: Sequence[Fraction]) -> Node:
    """Numbers as a written-out sum; a number below zero is taken away."""
    total: Node = Number(parts[0] if parts else Fraction(0), None, NOWHERE)
    for part in parts[1:]:
        sign = "+" if part >= 0 else "-"
        total = Binary(sign, total, Number(abs(part), None, NOWHERE), NOWHERE)
    return total


def rounded(value: Fraction, decimals: int) -> str:
    """A number in a sentence: whole if it ends soon, else cut off."""
    return digits(value, decimals + MORE_DIGITS)
