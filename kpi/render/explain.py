"""The answer of `explain`: every step of one result, with its numbers and sources.

All arithmetic has been done (see kpi/evaluation/explanation.py); here it is only put into words and lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from kpi.definitions.model import Definitions
from kpi.evaluation.explaining.working import NOTHING
from kpi.evaluation.explanation import Explanation, Kind, Part, Step, Working
from kpi.evaluation.results import EntityCheck, RuleResult
from kpi.formula import words as formulas
from kpi.formula.tree import Name, Node, Number, Shift, names
from kpi.formula.values import Undefined
from kpi.locale import N_, text, translate
from kpi.numbers import plain, shown
from kpi.problems import Place, say
from kpi.render import as_json
from kpi.render.as_json import Data
from kpi.render.check import STATUS
from kpi.render.problems import where
from kpi.render.report import NOTHING as UNDEFINED
from kpi.render.report import Cell, Report, Section
from kpi.render.words import BRACKETS, SIGNS, column, entity, label, with_unit

PARTS = {
    Part.FIGURES: N_("Figures used"),
    Part.SCOPE: N_("Whom the rule applies to"),
    Part.ITEMS: N_("Items"),
    Part.TOTAL: N_("Total"),
    Part.TIER: N_("Rank and first tier"),
    Part.OVERRIDES: N_("Overrides and final tier"),
    Part.MEASURES: N_("Measures"),
    Part.REQUIREMENTS: N_("Requirements"),
    Part.REMEDIES: N_("What alone would make it pass"),
}
# What a step is called before its own label; the empty ones go by their label alone.
KINDS = {
    Kind.FIGURE: "",
    Kind.INDICATOR: N_("indicator"),
    Kind.APPLIES_TO: N_("applies to"),
    Kind.EXEMPTION: N_("exemption"),
    Kind.ITEM: "",
    Kind.BASELINE: N_("baseline"),
    Kind.SCORE: N_("score"),
    Kind.LOWER_BOUND: N_("lower bound"),
    Kind.UPPER_BOUND: N_("upper bound"),
    Kind.ADJUSTMENT: N_("adjustment"),
    Kind.ADJUSTMENTS: N_("all adjustments"),
    Kind.CONDITION: N_("condition"),
    Kind.TOTAL: N_("total"),
    Kind.RANK: N_("rank"),
    Kind.PLACES: N_("places up to tier"),
    Kind.FIRST_TIER: N_("first tier"),
    Kind.MINIMUM: N_("minimum of tier"),
    Kind.OVERRIDE: N_("override"),
    Kind.TIER: N_("final tier"),
    Kind.MEASURE: "",
    Kind.REQUIREMENT: "",
    Kind.WHEN: N_("in force when"),
    Kind.INSTEAD: N_("another wording"),
    Kind.COMPARISON: N_("comparison"),
    Kind.REMEDY: "",
}
PERIODS = {Shift.PREVIOUS: N_("{label}, a year earlier"), Shift.PRECEDING: N_("{label}, the period before")}
RESERVED = {
    "本期值": N_("value"),
    "基准值": N_("baseline"),
    "权重": N_("weight"),
    "总分": N_("total"),
}
HOLDS = {True: N_("holds"), False: N_("does not hold"), None: N_("cannot be decided")}
TRUTHS = {True: N_("yes"), False: N_("no")}
NESTED = "· "
FORMULA, NUMBERS, RESULT, NOTE, SOURCE = N_("formula"), N_("numbers"), N_("result"), N_("remark"), N_("source")
CONDITION, EXACT = N_("condition"), N_("exact")
CONDITIONS = frozenset({Kind.APPLIES_TO, Kind.EXEMPTION, Kind.CONDITION, Kind.MINIMUM, Kind.OVERRIDE, Kind.WHEN})
JUDGED = CONDITIONS | {Kind.INSTEAD, Kind.COMPARISON, Kind.REQUIREMENT}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the language, whether exact fractions are wanted, and the names of figures and indicators."""

    language: str
    exact: bool
    definitions: Definitions

    def text(self, template: str) -> str:
        return text(template, self.language)

    def name(self, name: Name) -> str:
        """What a name in a formula is called."""
        key = name.key
        if key in self.definitions.figures:
            return label(self.definitions.figures[key], self.language)
        if key in self.definitions.indicators:
            return label(self.definitions.indicators[key], self.language)
        return key if self.language == "zh" else self.text(RESERVED.get(key, key))

    def formula(self, node: Node) -> str:
        """A formula in words. What has no value is a dash, not a name."""
        return formulas.words(node, self.language, self.name).replace(f"`{NOTHING}`", NOTHING)

    def label(self, step: Step) -> str:
        """What a step is called: its kind, and its own label."""
        own = label(step, self.language)
        if step.period in PERIODS:
            own = self.text(PERIODS[step.period]).format(label=own)
        kind = self.text(KINDS[step.kind])
        return f"{kind} {own}" if kind and own else kind or own


def data(explanation: Explanation, language: str, exact: bool = False) -> Data:
    """The answer for scripts (kpi/schemas/explain.json); exact: with the fractions."""
    reader = Reader(language, exact, explanation.definitions)
    subject = explanation.subject
    return {
        "entity": {
            "id": explanation.id,
            "name": explanation.name,
            "place": _place_data(explanation.place),
            **_result_data(explanation, language),
        },
        "subject": None
        if subject is None
        else {
            "kind": subject.kind,
            "key": subject.key,
            "label": subject.label,
            "label_en": subject.label_en,
            "source": subject.source,
            "place": _place_data(subject.place),
        },
        "sections": [
            {
                "part": section.part.value,
                "title": reader.text(PARTS[section.part]),
                "steps": [_step_data(step, reader) for step in section.steps],
            }
            for section in explanation.sections
        ],
        "problems": as_json.problems(explanation.problems, language),
    }


def _result_data(explanation: Explanation, language: str) -> Data:
    result = explanation.result
    if isinstance(result, EntityCheck):
        reasons = as_json.reasons(result.codes, result.reasons, language)
        return {"status": result.status.value, "passed": result.passed, "reasons": reasons}
    return {
        "status": result.standing.value,
        "group": result.group,
        "score": result.score,
        "rank": result.rank,
        "first_tier": result.first_tier,
        "tier": result.tier,
        "reasons": as_json.reasons(result.codes, result.reasons, language),
    }


def _place_data(place: Place) -> Data | None:
    if place == Place():
        return None
    return {"file": place.file, "sheet": place.sheet, "cell": place.cell, "line": place.line, "key": place.key}


def _step_data(step: Step, reader: Reader) -> Data:
    return {
        "kind": step.kind.value,
        "label": step.label,
        "label_en": step.label_en,
        "period": step.period.value,
        "formula": _formula(step.working, reader),
        "numbers": None if step.working is None else reader.formula(step.working.numbers),
        "names": _names_data(step.working),
        "unrounded": step.unrounded,
        "value": _value_data(step),
        "shown": step.shown,
        "unit": step.unit,
        "decimals": step.decimals,
        **({"value_exact": None if step.exact is None else str(step.exact)} if reader.exact else {}),
        "rule": _rule_data(step),
        "notes": [translate(note, reader.language) for note in step.notes],
        "source": step.source,
        "place": _place_data(step.place),
        "steps": [_step_data(each, reader) for each in step.steps],
    }


def _formula(working: Working | None, reader: Reader) -> str | None:
    return None if working is None or working.formula is None else reader.formula(working.formula)


def _names_data(working: Working | None) -> list[Data]:
    return [
        {
            "name": each.name.key,
            "period": each.name.shift.value,
            "value": None if isinstance(each.value, Undefined | tuple) else _plain(each.value),
            "unit": each.unit.text if each.unit else "",
        }
        for each in (working.operands if working else ())
    ]


def _plain(value: Fraction | bool | str | date) -> object:
    """A value as JSON has it; a fraction that no decimal writes is a text (875/3)."""
    if isinstance(value, Fraction):
        written = plain(value)
        return written if "/" in written else value
    return value.isoformat() if isinstance(value, date) else value


def _value_data(step: Step) -> object:
    return None if step.value is None else _plain(step.value)


def _rule_data(step: Step) -> Data | None:
    rule = step.rule
    if rule is None:
        return None
    return {
        "operator": rule.operator,
        "required": rule.required,
        "required_shown": rule.required_shown,
        "passed": rule.passed,
        "shortfall": rule.shortfall,
        "shortfall_unit": rule.shortfall_unit,
        "indicative": rule.indicative,
    }


def report(explanation: Explanation, language: str, exact: bool = False) -> Report:
    """One table a section; as one table (CSV), the section stands before each line."""
    reader = Reader(language, exact, explanation.definitions)
    sections = [
        _figures(section.steps, reader) if section.part is Part.FIGURES else _steps(section.part, section.steps, reader)
        for section in explanation.sections
    ]
    return Report(
        entity(explanation.name, explanation.id) or text(N_("Explanation"), language),
        list(_head(explanation, language)),
        sections,
        sheets=sections,
        table=_everything(explanation, reader),
    )


def _head(explanation: Explanation, language: str) -> Iterator[Cell]:
    """The rule, its source, and the result in one line."""
    from kpi.render.classify import STANDING

    subject, result = explanation.subject, explanation.result
    if subject is not None:
        written = (
            BRACKETS[language].format(where(replace(subject.place, column=None), language))
            if subject.place.file
            else ""
        )
        yield Cell(label(subject, language) + written)
        if subject.source:
            yield Cell(translate(say("Source: {source}", source=subject.source), language), style="dim")
    if isinstance(result, EntityCheck):
        word, style = STATUS[result.status]
        yield Cell(text(word, language), style=style)
    elif result.score is not None and result.rank is not None:
        sentence = say(
            "Tier {tier}: {score} points, rank {rank}.",
            tier=result.tier,
            score=shown(result.score, result.decimals),
            rank=result.rank,
        )
        yield Cell(translate(sentence, language), style="title")
    else:
        word, style = STANDING[result.standing]
        tier = f" → {result.tier}" if result.tier else ""
        yield Cell(text(word, language) + tier, style=style)
    for reason in result.reasons:
        yield Cell(translate(reason, language), style="unsure")


def _figures(steps: Iterable[Step], reader: Reader) -> Section:
    language = reader.language
    columns = [
        column("figure", N_("Figure"), language),
        column("reported", N_("As reported"), language, right=True),
        column("value", N_("Value"), language, right=True),
        column("unit", N_("Unit"), language),
        column("place", N_("Read from"), language),
        column("notes", N_("Notes"), language),
    ]
    rows = [
        [
            Cell(reader.label(step)),
            Cell(_reported(step, reader)),
            _figure_value(step, reader),
            Cell(step.unit),
            Cell(where(step.place, language)),
            Cell(" ".join(translate(note, language) for note in step.notes)),
        ]
        for step in steps
    ]
    kept = [i for i, each in enumerate(columns) if each.key in ("figure", "value") or any(row[i].text for row in rows)]
    return Section(
        "figures",
        reader.text(PARTS[Part.FIGURES]),
        [columns[i] for i in kept],
        [[row[i] for i in kept] for row in rows],
    )


def _reported(step: Step, reader: Reader) -> str:
    """The number as it was reported, and what makes it the figure's unit."""
    return reader.formula(step.working.numbers) if step.working else ""


def _figure_value(step: Step, reader: Reader) -> Cell:
    if step.value is None:
        return Cell(UNDEFINED)
    if isinstance(step.value, bool):
        return Cell(reader.text(TRUTHS[step.value]))
    if isinstance(step.value, Fraction):
        return Cell(plain(step.value) if reader.exact else step.shown or "", step.value)
    return Cell(step.value.isoformat() if isinstance(step.value, date) else step.value)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a step: what it is about, its aspect, its text; first: the step begins here."""

    step: str
    aspect: str
    content: Cell
    first: bool = False


def _steps(part: Part, steps: Sequence[Step], reader: Reader) -> Section:
    columns = [
        column("step", N_("Step"), reader.language),
        column("aspect", "", reader.language),
        column("content", N_("Derivation"), reader.language),
    ]
    rows = [
        [Cell(line.step if line.first else "", style="heading"), Cell(line.aspect, style="dim"), line.content]
        for line in _lines(steps, reader, 0)
    ]
    return Section(part.value, reader.text(PARTS[part]), columns, rows, leading=2)


def _everything(explanation: Explanation, reader: Reader) -> Section:
    """All steps as one table, every line saying where it belongs."""
    columns = [
        column("section", N_("Section"), reader.language),
        column("step", N_("Step"), reader.language),
        column("aspect", N_("Aspect"), reader.language),
        column("content", N_("Derivation"), reader.language),
    ]
    rows = [
        [Cell(reader.text(PARTS[section.part])), Cell(line.step), Cell(line.aspect), line.content]
        for section in explanation.sections
        for line in _lines(section.steps, reader, 0)
    ]
    return Section("explanation", "", columns, rows, leading=2)


def _lines(steps: Iterable[Step], reader: Reader, depth: int) -> Iterator[Line]:
    for step in steps:
        name = NESTED * depth + reader.label(step)
        for number, (aspect, content) in enumerate(_aspects(step, reader)):
            yield Line(name, reader.text(aspect), content, first=number == 0)
        yield from _lines(step.steps, reader, depth + 1)


def _aspects(step: Step, reader: Reader) -> Iterator[tuple[str, Cell]]:
    """Formula, numbers with their result, notes, source: as many as there are, at least one."""
    written = _formula(step.working, reader)
    put = None if step.working is None else reader.formula(step.working.numbers)
    outcome = _outcome(step, reader)
    constant = _constant(step)
    if written is not None and not constant:
        yield (CONDITION if step.kind in JUDGED else FORMULA), Cell(written)
    if put is not None and not constant and (step.value is not None or step.kind is Kind.INDICATOR or not step.notes):
        joint = " → " if step.kind in JUDGED else " = "
        yield NUMBERS, Cell(put + (joint + outcome.text if outcome.text else ""), style=outcome.style)
    elif outcome.text:
        yield RESULT, outcome
    yield from _remarks(step, reader)


def _constant(step: Step) -> bool:
    """Whether the numbers are the result already: a bound of 0, a figure in its own unit."""
    made = step.working
    if made is None or step.kind in JUDGED:
        return False
    return isinstance(made.numbers, Number) if made.formula is None else not names(made.formula)


def _remarks(step: Step, reader: Reader) -> Iterator[tuple[str, Cell]]:
    language = reader.language
    if reader.exact and step.exact is not None:
        yield EXACT, Cell(with_unit(plain(step.exact), step.unit, language))
    for before, after in step.working.conversions if step.working else ():
        yield NOTE, Cell(f"{reader.formula(before)} = {reader.formula(after)}")
    for factor in step.working.factors if step.working else ():
        yield NOTE, Cell(translate(say("The factor {factor} converts the units.", factor=plain(factor)), language))
    for note in step.notes:
        yield NOTE, Cell(translate(note, language), style="unsure" if step.value is None else "")
    place = where(replace(step.place, column=None), language) if step.place.file else ""
    if step.source or place:
        both = step.source + BRACKETS[language].format(place) if step.source and place else step.source or place
        yield SOURCE, Cell(both, style="dim")


def _outcome(step: Step, reader: Reader) -> Cell:
    """What a step gives: 36.580180… → 36.58 万元/亩, holds, A."""
    if step.kind in JUDGED:
        return _verdict(step, reader)
    if isinstance(step.value, bool | date):
        return _figure_value(step, reader)
    if isinstance(step.value, str):
        return Cell(step.value, style="title")
    if step.value is None:
        # A measure in words only, or a list of parts, gives nothing; a formula without value gives a dash.
        gives_nothing = step.working is None and step.kind in (Kind.MEASURE, Kind.ITEM)
        return Cell("") if gives_nothing and step.kind is Kind.MEASURE else Cell(UNDEFINED, style="unsure")
    published = f"{step.shown} {step.unit}".strip()
    unrounded = step.unrounded
    return Cell(f"{unrounded} → {published}" if unrounded else published)


def _verdict(step: Step, reader: Reader) -> Cell:
    rule = step.rule
    holds: Mapping[bool | None, str] = HOLDS
    if rule is None:
        verdict = step.value if isinstance(step.value, bool) else None
        bad = step.kind is Kind.REQUIREMENT
        return Cell(reader.text(holds[verdict]), style=_style(verdict) if bad else "")
    parts = [reader.text(holds[rule.passed])]
    if _rounds(rule) and rule.operator is not None:
        parts.insert(0, f"{rule.shown} {SIGNS[rule.operator]} {rule.required_shown} {rule.unit or ''}".strip())
    if rule.shortfall_shown is not None:
        missing = f"{rule.shortfall_shown} {rule.shortfall_unit or ''}".strip()
        parts.append(translate(say("short by {amount}", amount=missing), reader.language))
    return Cell(" → ".join(parts), style=_style(rule.passed))


def _rounds(rule: RuleResult) -> bool:
    """Whether the exact value is a quotient that people want to see as a decimal."""
    return rule.value_exact is not None and rule.shown is not None and Fraction(rule.shown) != rule.value_exact


def _style(verdict: bool | None) -> str:
    return {True: "good", False: "bad", None: "unsure"}[verdict]
