"""Standards: requirement sentences become checked conditions with the bounds that a shortfall is measured from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kpi.definitions.context import BROKEN, Reading, labels, validity
from kpi.definitions.editions import report_overlaps
from kpi.definitions.positions import Path
from kpi.definitions.standard_model import Bound, Requirement, Standard
from kpi.formula.errors import FormulaError
from kpi.formula.parse import parse
from kpi.formula.scope import Scope
from kpi.formula.tree import And, Compare, Formula, Name, Node, Shift, Truth, names
from kpi.formula.unit import TRUTH, check
from kpi.problems import say
from kpi.units import NUMBER, Kind, Unit

if TYPE_CHECKING:
    from kpi.definitions.table import Cell

_FLIPPED = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "=": "=", "!=": "!="}


def read_standards(data: Mapping[str, Any], reading: Reading) -> dict[str, tuple[Standard, ...]]:
    """All standards by key, each with its editions."""
    standards: dict[str, tuple[Standard, ...]] = {}
    for key, editions in data.get("standards", {}).items():
        standards[key] = tuple(
            _standard(key, entry, ("standards", key, index), reading) for index, entry in enumerate(editions)
        )
        report_overlaps([edition.validity for edition in standards[key]], ("standards", key), key, reading)
    return standards


def _standard(key: str, entry: Mapping[str, Any], path: Path, reading: Reading) -> Standard:
    scope = reading.scope()
    # A faulty list of requirements was taken out of the entry when its problems were reported; an empty one was not.
    nothing = not entry["require"] if "require" in entry else not reading.sources.says((*path, "require"))
    if nothing and "table" not in entry:
        message = say("The standard “{name}” requires nothing.", name=key)
        hint = say('Add require = ["亩均税收 ≥ 20万元/亩"].')
        reading.report("nothing-required", path, message, hint=hint, on_key=True)
    require = [
        requirement(rule, (*path, "require", index), reading, scope)
        for index, rule in enumerate(entry.get("require", ()))
    ]
    if "table" in entry:
        from kpi.definitions.table import table_requirements  # late: most definitions have no table

        cells = table_requirements(entry["table"], (*path, "table"), reading)
        require += [_from_cell(cell, reading, scope) for cell in cells]
    return Standard(
        key,
        **labels(key, entry),
        require=tuple(require),
        applies_to=reading.condition(entry, "applies_to", path, scope),
        otherwise=entry.get("otherwise", ""),
        otherwise_en=entry.get("otherwise_en", ""),
        if_undefined=entry.get("if_undefined"),
        source=entry.get("source", ""),
        note=entry.get("note", ""),
        validity=validity(entry, path, reading),
    )


def requirement(entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope) -> Requirement:
    """One requirement with its other wordings."""
    rule = entry["rule"]
    condition = reading.formula(rule, (*path, "rule"), TRUTH, scope)
    return Requirement(
        rule,
        condition,
        bounds(rule, condition, reading, scope),
        label=entry.get("label", ""),
        label_en=entry.get("label_en", ""),
        when=reading.condition(entry, "when", path, scope),
        instead=tuple(
            requirement(other, (*path, "instead", index), reading, scope)
            for index, other in enumerate(entry.get("instead", ()))
        ),
        indicative=entry.get("indicative", False),
        source=entry.get("source", ""),
        validity=validity(entry, path, reading),
    )


def _from_cell(cell: Cell, reading: Reading, scope: Scope) -> Requirement:
    """A requirement of a table. A cell with a text demands nothing that can be checked; it is only said."""
    when = reading.formula(cell.when, cell.place, TRUTH, scope) if cell.when else None
    if cell.note:
        said = Formula(cell.note, Truth(True, (0, len(cell.note))), None)
        return Requirement(cell.note, said, (), when=when, indicative=True)
    condition = reading.formula(cell.rule, cell.place, TRUTH, scope)
    return Requirement(cell.rule, condition, bounds(cell.rule, condition, reading, scope), when=when)


def bounds(rule: str, condition: Formula, reading: Reading, scope: Scope) -> tuple[Bound, ...]:
    """The comparisons of a requirement that a shortfall can be measured for.

    A comparison of numbers, or several joined by 且 (a range is two of them); nothing else gives bounds.
    """
    if condition is BROKEN:
        return ()
    tree = parse(rule, scope)
    parts = tree.operands if isinstance(tree, And) else (tree,)
    found = [_bound(part, rule, reading, scope) for part in parts]
    return tuple(bound for bound in found if bound is not None) if all(found) else ()


def _bound(node: Node, rule: str, reading: Reading, scope: Scope) -> Bound | None:
    if not isinstance(node, Compare):
        return None
    subject, operator, other = node.left, node.operator, node.right
    if _weight(other, reading) > _weight(subject, reading):
        subject, operator, other = other, _FLIPPED[operator], subject
    try:
        # The comparison is settled as a whole, because its rules (a bare 0, counts) are its own.
        settled, _ = check(Compare(operator, subject, other, node.span), scope, TRUTH, rule)
        _, unit = check(subject, scope, None, rule)
    except FormulaError:
        return None
    if unit is None or not isinstance(settled, Compare):
        return None
    left, right = settled.left, settled.right
    if unit.kind is Kind.RATIO:
        unit = _ratio_unit(other, rule, scope)
        left, _ = check(subject, scope, unit, rule)
        right, _ = check(other, scope, unit, rule)
    plain = isinstance(subject, Name) and subject.shift is Shift.NOW and subject.key in reading.indicators
    indicator = subject.key if isinstance(subject, Name) and plain else None
    return Bound(left, operator, right, unit, indicator, _decimals(subject, reading))


def _weight(node: Node, reading: Reading) -> int:
    """How much a side of a comparison looks like what the requirement is about."""
    if isinstance(node, Name):
        return 3 if node.key in reading.indicators else 2
    return 1 if names(node) else 0


def _ratio_unit(other: Node, rule: str, scope: Scope) -> Unit:
    """A quotient of like units has no unit of its own: it is judged in that of its bound."""
    _, unit = check(other, scope, None, rule)
    return unit if unit is not None and unit.kind is Kind.PERCENT else NUMBER


def _decimals(subject: Node, reading: Reading) -> int:
    if isinstance(subject, Name):
        known = reading.indicators.get(subject.key) or reading.figures.get(subject.key)
        if known is not None:
            return known.decimals
    return 2
