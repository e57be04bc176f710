"""Cross-checks between figures (勾稽关系): one sentence, read for every unit of the figures that it is meant for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kpi.definitions.check_model import Check, Sentence
from kpi.definitions.context import THIS, Reading, labels, validity
from kpi.definitions.figure_model import Figure
from kpi.definitions.positions import Path
from kpi.definitions.read_groups import read_grouping
from kpi.definitions.vocabulary import symbol_of
from kpi.formula.scope import Scope, Symbol
from kpi.formula.tree import Formula, Name, Node, rewrite, walk
from kpi.formula.unit import TRUTH
from kpi.frozen import frozen
from kpi.problems import Severity, say


@frozen
class Case:
    """What a check demands of one figure (of its `each`), or of all that its rule names.

    rule: the sentence with the figure's label in it. when: whom it concerns; None: everybody.
    """

    check: Check
    figure: str | None
    rule: str
    condition: Node
    when: Node | None


def cases(check: Check, figures: Mapping[str, Figure]) -> Iterator[Case]:
    """Everything that a check demands of these figures; of others it asks nothing one by one."""
    for said in check.sentences:
        if not said.figures:
            yield Case(check, None, check.rule, said.condition.tree, None if said.when is None else said.when.tree)
        for key in (key for key in said.figures if key in figures):
            yield Case(
                check,
                key,
                _naming(figures[key].label, said.condition),
                _about(key, said.condition),
                None if said.when is None else _about(key, said.when),
            )


def read_checks(data: Mapping[str, Any], reading: Reading) -> None:
    """Fill in the checks."""
    for key, entry in data.get("checks", {}).items():
        reading.checks[key] = _check(key, entry, ("checks", key), reading)


def _check(key: str, entry: Mapping[str, Any], path: Path, reading: Reading) -> Check:
    each = tuple(reading.figure_key(name, (*path, "each", i)) for i, name in enumerate(entry.get("each", ())))
    if "each" in entry and not each:
        message = say("The check “{name}” is for none of the figures.", name=key)
        reading.report("nothing-to-check", (*path, "each"), message, hint=say("Name figures, or leave `each` out."))
    return Check(
        key,
        **labels(key, entry),
        rule=entry["rule"],
        sentences=_sentences(entry, each, path, reading),
        each=each,
        severity=Severity(entry.get("severity", Severity.WARNING)),
        when=entry.get("when", ""),
        by=read_grouping(entry, "by", path, reading),
        advice=entry.get("advice", ""),
        advice_en=entry.get("advice_en", ""),
        note=entry.get("note", ""),
        source=entry.get("source", ""),
        validity=validity(entry, path, reading),
    )


def _sentences(entry: Mapping[str, Any], each: tuple[str, ...], path: Path, reading: Reading) -> tuple[Sentence, ...]:
    scope = reading.scope()
    if "each" not in entry:
        return (_sentence(entry, (), path, reading, scope),)
    # To a sentence, figures of one unit differ in nothing but their names: so it is read once.
    alike: dict[Symbol, list[str]] = {}
    for key in dict.fromkeys(each):
        if key in reading.figures and key not in reading.broken:
            alike.setdefault(replace(symbol_of(reading.figures[key]), key=""), []).append(key)
    told = {(problem.code, problem.place) for problem in reading.problems}
    sentences = []
    for keys in alike.values():
        before = len(reading.problems)
        named = replace(scope, names={**scope.names, THIS: (symbol_of(reading.figures[keys[0]]),)})
        sentences.append(_sentence(entry, tuple(keys), path, reading, named))
        # What is wrong with the sentence itself is wrong for every unit, and said once.
        new = [problem for problem in reading.problems[before:] if (problem.code, problem.place) not in told]
        reading.problems[before:] = new
        told |= {(problem.code, problem.place) for problem in new}
    return tuple(sentences)


def _sentence(
    entry: Mapping[str, Any], figures: tuple[str, ...], path: Path, reading: Reading, scope: Scope
) -> Sentence:
    condition = reading.formula(entry["rule"], (*path, "rule"), TRUTH, scope)
    return Sentence(figures, condition, reading.condition(entry, "when", path, scope))


def _naming(label: str, formula: Formula) -> str:
    """The sentence with a figure's label in place of 本项."""
    text = formula.text
    for start, end in sorted(_spans(formula), reverse=True):
        text = text[:start] + label + text[end:]
    return text


def _about(key: str, formula: Formula) -> Node:
    """The tree with a figure in place of 本项."""
    spans = _spans(formula)

    def change(node: Node) -> Node | None:
        return replace(node, key=key) if isinstance(node, Name) and node.span in spans else None

    return rewrite(formula.tree, change)


def _spans(formula: Formula) -> set[tuple[int, int]]:
    """Where 本项 stands."""
    found = (node.span for node in walk(formula.tree) if isinstance(node, Name))
    return {(start, end) for start, end in found if formula.text[start:end] == THIS}
