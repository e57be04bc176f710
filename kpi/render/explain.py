"""The answer of `explain`: every step of one result, with its numbers and sources.

All arithmetic has been done (see kpi/evaluation/explanation.py); here it is only put into words and lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from kpi.evaluation.explanation import Explanation, Kind, Part, Step
from kpi.evaluation.results import EntityCheck, RuleResult
from kpi.formula.tree import Number, names
from kpi.frozen import frozen
from kpi.locale import N_, text, translate
from kpi.numbers import plain, shown
from kpi.problems import say
from kpi.render import rejected
from kpi.render.check import STATUS
from kpi.render.explain_data import data as data
from kpi.render.explain_words import PARTS, Reader
from kpi.render.problems import where
from kpi.render.report import NOTHING as UNDEFINED
from kpi.render.report import Cell, Report, Section
from kpi.render.words import BRACKETS, SIGNS, STANDING, column, entity, label, rejection, with_unit

HOLDS = {True: N_("holds"), False: N_("does not hold"), None: N_("cannot be decided")}
TRUTHS = {True: N_("yes"), False: N_("no")}
NESTED = "· "
FORMULA, NUMBERS, RESULT, NOTE, SOURCE = N_("formula"), N_("numbers"), N_("result"), N_("remark"), N_("source")
CONDITION, EXACT = N_("condition"), N_("exact")
CONDITIONS = frozenset(
    {
        Kind.APPLIES_TO,
        Kind.EXEMPTION,
        Kind.CONDITION,
        Kind.TIER_RULE,
        Kind.MINIMUM,
        Kind.OVERRIDE,
        Kind.WHEN,
        Kind.LIFT_CONDITION,
    }
)
JUDGED = CONDITIONS | {Kind.INSTEAD, Kind.COMPARISON, Kind.REQUIREMENT}


def report(explanation: Explanation, language: str, exact: bool = False) -> Report:
    """One table a section; as one table (CSV), the section stands before each line."""
    reader = Reader(language, exact, explanation.definitions)
    sections = [
        _figures(section.steps, reader) if section.part is Part.FIGURES else _steps(section.part, section.steps, reader)
        for section in explanation.sections
    ]
    if explanation.rejected:
        sections.append(rejected.section(explanation.rejected, language))
    return Report(
        entity(explanation.name, explanation.id) or text(N_("Explanation"), language),
        list(_head(explanation, language)),
        sections,
        list(_foot(explanation, language)),
        sheets=sections,
        table=_everything(explanation, reader),
    )


def _head(explanation: Explanation, language: str) -> Iterator[Cell]:
    """The rule, its source, and the result in one line."""
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
        values = {
            "first": result.first_tier,
            "tier": result.tier,
            "score": shown(result.score, result.decimals),
            "rank": result.rank,
        }
        sentence = (
            say("Tier {tier}: {score} points, rank {rank}.", **values)
            if result.first_tier == result.tier
            else say("Tier {tier}, first tier {first}: {score} points, rank {rank}.", **values)
        )
        yield Cell(translate(sentence, language), style="title")
    else:
        word, style = STANDING[result.standing]
        tier = f" → {result.tier}" if result.tier else ""
        yield Cell(text(word, language) + tier, style=style)
    for reason in result.reasons:
        yield Cell(translate(reason, language), style="unsure")


def _foot(explanation: Explanation, language: str) -> Iterator[Cell]:
    """That the result may still move with the figures of others, as `classify` says it."""
    if explanation.rejected and not isinstance(explanation.result, EntityCheck):
        yield Cell(translate(rejected.PROVISIONAL, language), style="unsure")


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


@frozen
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
    rows += [
        [
            Cell(reader.text(rejected.TITLE)),
            Cell(entity(row.name, row.id)),
            Cell(reader.text(NOTE)),
            Cell(rejection(row, reader.language)),
        ]
        for row in explanation.rejected
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
    written = reader.written(step.working)
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
