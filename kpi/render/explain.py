"""The answer of `explain`: every step from the reported figures to the result, with the numbers put in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from kpi.definitions.model import Definitions
from kpi.evaluation.explanation import Explanation, Kind, Part, Step, Subject, Working
from kpi.evaluation.results import EntityCheck
from kpi.evaluation.results import Status as CheckStatus
from kpi.formula.tree import Name
from kpi.formula.words import words
from kpi.locale import N_, text, translate
from kpi.numbers import plain
from kpi.problems import Place, say
from kpi.render import as_json, check, classify
from kpi.render.as_json import Data
from kpi.render.problems import where
from kpi.render.report import NOTHING, Cell, Report, Section
from kpi.render.words import SENTENCES, column, entity, label

PARTS = {
    Part.FIGURES: N_("Figures as reported"),
    Part.SCOPE: N_("Whom the rule is about"),
    Part.ITEMS: N_("Items"),
    Part.TOTAL: N_("Total"),
    Part.TIER: N_("Tier"),
    Part.OVERRIDES: N_("Overrides"),
    Part.MEASURES: N_("Measures"),
    Part.REQUIREMENTS: N_("Requirements"),
    Part.REMEDIES: N_("What alone would make it pass"),
}
KINDS = {
    Kind.FIGURE: N_("Figure"),
    Kind.INDICATOR: N_("Indicator"),
    Kind.APPLIES_TO: N_("Applies to"),
    Kind.EXEMPTION: N_("Exemption"),
    Kind.ITEM: N_("Item"),
    Kind.BASELINE: N_("Baseline"),
    Kind.SCORE: N_("Points"),
    Kind.LOWER_BOUND: N_("At least"),
    Kind.UPPER_BOUND: N_("At most"),
    Kind.ADJUSTMENT: N_("Adjustment"),
    Kind.ADJUSTMENTS: N_("All adjustments"),
    Kind.CONDITION: N_("Condition"),
    Kind.TOTAL: N_("Total"),
    Kind.RANK: N_("Rank"),
    Kind.FIRST_TIER: N_("First tier"),
    Kind.MINIMUM: N_("Minimum"),
    Kind.OVERRIDE: N_("Override"),
    Kind.TIER: N_("Tier"),
    Kind.MEASURE: N_("Measure"),
    Kind.REQUIREMENT: N_("Requirement"),
    Kind.WHEN: N_("When"),
    Kind.INSTEAD: N_("Instead"),
    Kind.COMPARISON: N_("Comparison"),
    Kind.REMEDY: N_("Remedy"),
}
YES, NO = N_("yes"), N_("no")
INDENT = "  "


def data(found: Explanation, language: str, exact: bool = False) -> Data:
    """The derivation for scripts; formulas as text, exact: with the fractions."""
    if isinstance(found.result, EntityCheck):
        result = check.entity_data(found.result, language, exact)
    else:
        result = classify.entity_data(found.result, language)
    return {
        "id": found.id,
        "name": found.name,
        "subject": None if found.subject is None else _subject_data(found.subject),
        "result": result,
        "sections": [
            {
                "part": section.part.value,
                "steps": [_step_data(step, found.definitions, language, exact) for step in section.steps],
            }
            for section in found.sections
        ],
        "problems": as_json.problems(found.problems, language),
    }


def _subject_data(subject: Subject) -> Data:
    return {
        "kind": subject.kind,
        "key": subject.key,
        "label": subject.label,
        "label_en": subject.label_en,
        "source": subject.source,
        "place": _place_data(subject.place),
    }


def _step_data(step: Step, definitions: Definitions, language: str, exact: bool) -> Data:
    working = _formulas(step.working, definitions, language)
    fraction = {"exact": None if step.exact is None else str(step.exact)} if exact else {}
    return {
        "kind": step.kind.value,
        "label": step.label,
        "label_en": step.label_en,
        "working": working,
        "unrounded": step.unrounded,
        "value": _plain_value(step),
        "shown": step.shown,
        "unit": step.unit,
        "notes": [translate(note, language) for note in step.notes],
        "source": step.source,
        "place": _place_data(step.place),
        "steps": [_step_data(each, definitions, language, exact) for each in step.steps],
        **fraction,
    }


def _plain_value(step: Step) -> object:
    if isinstance(step.value, Fraction):
        return as_json.finite(step.value, step.shown or "0")
    return step.value.isoformat() if isinstance(step.value, date) else step.value


def _place_data(place: Place) -> Data:
    return {"file": place.file, "sheet": place.sheet, "cell": place.cell, "line": place.line, "key": place.key}


def report(found: Explanation, language: str, exact: bool = False) -> Report:
    """One table a section: step, working, result and where it is from."""
    sections = [
        _section(text(PARTS[section.part], language), section.part.value, section.steps, found, language, exact)
        for section in found.sections
    ]
    lines = [Cell(_outcome(found, language), style="heading")]
    subject = found.subject
    if subject is not None:
        lines.append(Cell(label(subject, language)))
    if subject is not None and subject.source:
        lines.append(Cell(translate(say("Source: {source}", source=subject.source), language), style="dim"))
    return Report(entity(found.name, found.id), lines, sections)


def _outcome(found: Explanation, language: str) -> str:
    result = found.result
    if isinstance(result, EntityCheck):
        return text(check.STATUS[CheckStatus(result.status)][0], language)
    standing = text(classify.STANDING[result.standing][0], language)
    if result.tier is None:
        return standing
    return translate(say("Tier {tier}, {standing}.", tier=result.tier, standing=standing), language)


def _section(title: str, name: str, steps: Sequence[Step], found: Explanation, language: str, exact: bool) -> Section:
    columns = [
        column("step", N_("Step"), language),
        column("working", N_("Working"), language),
        column("result", N_("Result"), language, right=True),
        *([column("exact", N_("Exact value"), language, right=True)] if exact else []),
        column("source", N_("Source"), language),
    ]
    rows = [row for step in steps for row in _rows(step, 0, found.definitions, language, exact)]
    return Section(name, title, columns, rows)


def _rows(step: Step, depth: int, definitions: Definitions, language: str, exact: bool) -> Iterator[list[Cell]]:
    yield [
        Cell(INDENT * depth + _title(step, language)),
        Cell(_working(step, definitions, language)),
        _result(step, language),
        *([Cell(plain(step.exact) if step.exact is not None else "")] if exact else []),
        Cell(step.source or where(step.place, language), style="dim"),
    ]
    for each in step.steps:
        yield from _rows(each, depth + 1, definitions, language, exact)


def _title(step: Step, language: str) -> str:
    return label(step, language) or text(KINDS[step.kind], language)


def _working(step: Step, definitions: Definitions, language: str) -> str:
    """Formula = the same with numbers = unrounded; then conversions and notes."""
    parts = []
    chain = [*_formulas(step.working, definitions, language), *([step.unrounded] if step.unrounded else [])]
    if chain:
        # A condition has an equals sign of its own.
        sign = SENTENCES[language] if isinstance(step.value, bool) else " = "
        parts.append(sign.join(dict.fromkeys(chain)))
    if step.working is not None:
        parts += [
            f"{words(said, language, _name)} = {words(used, language, _name)}"
            for said, used in step.working.conversions
        ]
    parts += [translate(note, language).rstrip("。.") for note in step.notes]
    return SENTENCES[language].join(parts)


def _formulas(working: Working | None, definitions: Definitions, language: str) -> list[str]:
    """The formula in words, and with the numbers put in."""
    if working is None:
        return []

    def named(name: Name) -> str:
        known = definitions.figures.get(name.key) or definitions.indicators.get(name.key)
        return label(known, language) if known is not None else name.key

    trees = [tree for tree in (working.formula, working.numbers) if tree is not None]
    # Backquotes are for formulas that are read again; these are read by people.
    return [words(tree, language, named).replace("`", "") for tree in trees]


def _name(name: Name) -> str:
    return name.key


def _result(step: Step, language: str) -> Cell:
    if isinstance(step.value, bool):
        return Cell(text(YES if step.value else NO, language))
    if isinstance(step.value, Fraction):
        shown = step.shown if step.shown is not None else plain(step.value)
        return Cell(f"{shown} {step.unit}".rstrip(), step.value if not step.unit else None)
    if step.value is None:
        return Cell(NOTHING if step.exact is None and not step.steps else "")
    return Cell(str(step.value))
