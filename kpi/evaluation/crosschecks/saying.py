"""What a cross-check says of an entity that breaks it: the numbers, their places, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from kpi import numbers
from kpi.definitions.check_model import Check
from kpi.definitions.checks import Case
from kpi.definitions.model import Definitions
from kpi.evaluation.rows import EntityRow
from kpi.formula.tree import Aggregate, Name, Node, Shift, names, walk
from kpi.formula.values import Undefined, Value
from kpi.formula.words import words
from kpi.problems import Label, Message, Place, Problem, Severity, say

_DECIMALS = 4  # of a mean that no decimal can write


def problem(
    definitions: Definitions, case: Case, row: EntityRow, totals: Mapping[Aggregate, Value], places: tuple[Place, ...]
) -> Problem:
    """What is said of an entity that breaks a check. places: of its cells, the first one is the problem's own."""
    check, entity = case.check, row.name or row.id
    own, *others = (replace(place, entity=entity) for place in dict.fromkeys(places)) if places else [row.place]
    return Problem(
        code(check),
        say("{check}: {values}.", check=_label(check), values=tuple(_values(definitions, case, row, totals))),
        own,
        check.severity,
        expected=say("“{rule}” is expected to hold.", rule=_rule(definitions, case)),
        hint=_advice(check),
        others=tuple(others),
        check=check.key,
    )


def code(check: Check) -> str:
    """The word for scripts; which check it is, the place of the definitions and the message say."""
    return "check-error" if check.severity is Severity.ERROR else "check-warning"


def rest(definitions: Definitions, case: Case, count: int) -> Problem:
    """What is said of those that are not listed one by one."""
    check, figure = case.check, definitions.figures.get(case.figure or "")
    message = (
        say("{check}: {count} more entities.", check=_label(check), count=count)
        if figure is None
        else say(
            "{check}: {count} more entities for {figure}.",
            check=_label(check),
            count=count,
            figure=Label(figure.label, figure.label_en),
        )
    )
    hint = say("`kpi validate` lists them all.")
    return Problem(code(check), message, severity=check.severity, hint=hint, check=check.key)


def _rule(definitions: Definitions, case: Case) -> Label:
    """The formula as the definitions write it; in English with the names of its figures in English beside it."""
    written, read = " ".join(case.rule.split()), _in_words(case.condition, definitions)
    return Label(written, f"{written} ({read.label_en})" if read.label_en != read.label else "")


def _in_words(node: Node, definitions: Definitions) -> Label:
    def english(name: Name) -> str:
        known = definitions.indicators.get(name.key) or definitions.figures.get(name.key)
        return (known.label_en if known is not None else "") or name.key

    named = any(english(name) != name.key for name in names(node))
    chinese = words(node, "zh", lambda name: name.key)
    return Label(chinese, words(node, "en", english) if named else chinese)


def _label(check: Check) -> Label:
    return Label(check.label, check.label_en)


def _advice(check: Check) -> Message | None:
    # The words of the definitions, which have languages of their own.
    return Message("{advice}", (("advice", Label(check.advice, check.advice_en)),)) if check.advice else None


def figures(definitions: Definitions, case: Case) -> list[tuple[str, Shift]]:
    """The figures that decide it, the one that it is about first; those below indicators too."""
    found: dict[tuple[str, Shift], None] = {}
    pending: list[tuple[Node, Shift]] = [(case.condition, Shift.NOW)]
    while pending:
        tree, base = pending.pop(0)
        for name in _own_names(tree):
            shift = name.shift if base is Shift.NOW else base
            if name.key in definitions.indicators:
                pending.append((definitions.indicators[name.key].formula.tree, shift))
            elif name.key in definitions.figures:
                found[name.key, shift] = None
    return sorted(found, key=lambda figure: figure != (case.figure, Shift.NOW))


def _own_names(tree: Node) -> list[Name]:
    """The names of an entity's own values, each key and period once, in their order."""
    inside = {id(node) for each in walk(tree) if isinstance(each, Aggregate) for node in walk(each)}
    own = (node for node in walk(tree) if isinstance(node, Name) and id(node) not in inside)
    found: dict[tuple[str, Shift], Name] = {}
    for node in own:
        found.setdefault((node.key, node.shift), node)
    return list(found.values())


def _values(
    definitions: Definitions, case: Case, row: EntityRow, totals: Mapping[Aggregate, Value]
) -> Iterator[Message]:
    """What the rule names, with its numbers."""
    for name in _own_names(case.condition):
        value = row.value(name.key, name.shift)
        known = definitions.indicators.get(name.key) or definitions.figures[name.key]
        label = Label(known.label, known.label_en)
        shown = _shown(value, known.unit.text if known.unit is not None else "")
        if name.shift is Shift.PREVIOUS:
            yield say("{figure} a year earlier {value}", figure=label, value=shown)
        elif name.shift is Shift.PRECEDING:
            yield say("{figure} of the period before {value}", figure=label, value=shown)
        else:
            yield say("{figure} {value}", figure=label, value=shown)
    told = set()
    for node, value in totals.items():
        text = _in_words(node, definitions)
        if text not in told:
            told.add(text)
            yield say("{figure} {value}", figure=text, value=_shown(value, _unit(node, definitions)))


def _unit(node: Aggregate, definitions: Definitions) -> str:
    argument = names(node.argument) if isinstance(node.argument, Name) else ()
    known = [definitions.indicators.get(each.key) or definitions.figures[each.key] for each in argument]
    return known[0].unit.text if known and known[0].unit is not None else ""


def _shown(value: Value, unit: str) -> str | Message:
    if isinstance(value, Undefined):
        return "—"
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, tuple):
        return "…"
    if isinstance(value, str | date):
        return f"“{value}”"
    ends = numbers.terminating_decimals(value)
    written = numbers.plain(value) if ends is not None else numbers.shown(value, _DECIMALS)
    return f"{written}{unit}"
