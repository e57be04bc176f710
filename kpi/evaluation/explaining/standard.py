"""The explanation of a check against a standard: every requirement with its numbers, and the remedies tried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

from kpi.definitions.editions import standard_in_force
from kpi.definitions.standard_model import Requirement, Standard
from kpi.evaluation.explaining.steps import Path, Steps, edition_path
from kpi.evaluation.explaining.working import units_of, working
from kpi.evaluation.explanation import Explanation, Kind, Part, Section, Step, Subject
from kpi.evaluation.judgement import Judgement, judge
from kpi.evaluation.remedies import Reach
from kpi.evaluation.results import EntityCheck, Remedy, RuleResult
from kpi.evaluation.rows import Entities, EntityRow
from kpi.evaluation.rule_results import rule_results
from kpi.evaluation.standards import Checker
from kpi.evaluation.table import Reported
from kpi.formula.tree import Compare
from kpi.frozen import frozen
from kpi.problems import Message, Place, Problem, say


def explain(
    entities: Entities,
    standard: str,
    index: int,
    *,
    as_of: date,
    period: str | None = None,
    reported: Callable[[int, str], Reported | None] = lambda index, column: None,
    problems: tuple[Problem, ...] = (),
) -> Explanation:
    """The derivation of one entity's check. index: its row. reported: see Table.

    Raises KpiError for an unknown standard, and when it cannot be said whether it applies.
    """
    definitions = entities.definitions
    edition = standard_in_force(definitions, standard, period, as_of)
    checker = Checker(entities, edition, period, as_of)
    row = entities[index]
    result = checker.check(row)
    validities = [each.validity for each in definitions.standards[edition.key]]
    path = edition_path("standards", edition.key, validities, [edition.validity])
    case = _Case(checker, Steps(row, partial(reported, index)), definitions.standards[edition.key][int(path[2])], path)
    sections = (
        Section(Part.SCOPE, tuple(case.scope(result))),
        Section(Part.REQUIREMENTS, tuple(case.requirements()) if result.results else ()),
        Section(Part.REMEDIES, tuple(case.remedies(result))),
    )
    figures = case.steps.figures()
    return Explanation(
        definitions,
        result.id,
        result.name,
        row.place,
        Subject("standard", edition.key, edition.label, edition.label_en, edition.source, case.steps.place(*path)),
        result,
        (*([Section(Part.FIGURES, figures)] if figures else []), *(each for each in sections if each.steps)),
        (*problems, *row.problems),
    )


@frozen
class _Case:
    """One entity and one edition of a standard. written: the edition with all its requirements, path: where it is."""

    checker: Checker
    steps: Steps
    written: Standard
    path: Path

    @property
    def row(self) -> EntityRow:
        return self.steps.row

    def scope(self, result: EntityCheck) -> Iterator[Step]:
        """Whom the standard speaks of; why the entity was not checked."""
        standard = self.checker.standard
        if standard.applies_to is not None:
            step = self.steps.condition(Kind.APPLIES_TO, standard.applies_to, self.row, standard.if_undefined)
            notes = step.notes if result.results else (*step.notes, *result.reasons)
            place = self.steps.place(*self.path, "applies_to")
            yield replace(step, notes=notes, source=standard.source, place=place)

    def requirements(self) -> Iterator[Step]:
        """Every requirement: whether it is in force, in which wording, and its comparisons."""
        for requirement in self.checker.requirements:
            judgement = judge(requirement, self.row)
            step = Step(
                Kind.REQUIREMENT,
                requirement.label or requirement.rule,
                requirement.label_en,
                source=requirement.source,
                place=self._place(requirement),
            )
            wordings = tuple(self._wordings(requirement))
            if judgement is None:
                yield replace(step, notes=(say("Not in force for this entity."),), steps=wordings)
                continue
            wording = judgement.wording
            yield replace(
                step,
                label=wording.label or wording.rule,
                label_en=wording.label_en,
                value=judgement.passed,
                notes=tuple(_said(requirement, judgement)),
                source=wording.source,
                steps=(*wordings, *comparisons(judgement, self.steps)),
            )

    def _place(self, requirement: Requirement) -> Place:
        """Where a requirement is written. The checker has it filled in, so its sentence and conditions tell it."""
        for number, each in enumerate(self.written.require):
            if (each.rule, each.when, each.validity) == (requirement.rule, requirement.when, requirement.validity):
                return self.steps.place(*self.path, "require", number)
        return self.steps.place(*self.path)

    def _wordings(self, requirement: Requirement) -> Iterator[Step]:
        """The conditions that decide whether a requirement is in force and which wording it has."""
        if requirement.when is not None:
            yield self.steps.condition(Kind.WHEN, requirement.when, self.row)
        for other in requirement.instead:
            if other.when is None:
                break
            step = self.steps.condition(Kind.INSTEAD, other.when, self.row)
            yield replace(step, label=other.rule, source=other.source)
            if step.value is True and not step.notes:
                break

    def remedies(self, result: EntityCheck) -> Iterator[Step]:
        """Each remedy with the rules that it clears, computed again with the changed figure."""
        reach = Reach(self.row.entities)
        for remedy in result.remedies:
            changed = self.row.changed(remedy.figure, remedy.needed, partial(reach.moves, figure=remedy.figure))
            yield Step(
                Kind.REMEDY,
                remedy.label,
                remedy.label_en,
                exact=remedy.needed,
                value=remedy.needed,
                shown=remedy.needed_shown,
                unit=remedy.unit,
                notes=_outcome(remedy),
                steps=tuple(self._cleared(changed)),
            )

    def _cleared(self, changed: EntityRow) -> Iterator[Step]:
        tried = Steps(changed)
        for requirement in self.checker.requirements:
            before, after = judge(requirement, self.row), judge(requirement, changed)
            if before is not None and before.short and after is not None and after.passed:
                yield from comparisons(after, tried)


def _said(requirement: Requirement, judgement: Judgement) -> Iterator[Message]:
    wording = judgement.wording
    if wording is not requirement:
        yield say("“{instead}” applies instead of “{rule}”.", instead=wording.rule, rule=requirement.rule)
    if wording.indicative:
        yield say("Guidance only: not meeting it does not make the entity short.")
    for doubt in judgement.doubts:
        yield from doubt.reasons


def _outcome(remedy: Remedy) -> tuple[Message, ...]:
    now = say("Now {now} {unit}.", now=remedy.now_shown, unit=remedy.unit)
    if remedy.passes:
        return now, say("With this alone, everything passes.")
    return now, say("Other rules still fall short then.")


def comparisons(judgement: Judgement, steps: Steps) -> Iterator[Step]:
    """The comparisons of the wording in force, as `check` has them, each after the indicators that it reads."""
    wording, row = judgement.wording, steps.row
    results = rule_results(judgement, row)
    for bound, result in zip(wording.bounds, results, strict=False):
        yield from steps.beneath(bound.subject)
        yield from steps.beneath(bound.bound)
        tree = Compare(bound.operator, bound.subject, bound.bound, bound.subject.span)
        yield replace(_comparison(result), working=working(tree, row, units_of(steps.definitions)))
    for result in results[len(wording.bounds) :]:
        yield from steps.beneath(wording.condition.tree)
        put = working(wording.condition.tree, row, units_of(steps.definitions))
        yield replace(_comparison(result), working=put)


def _comparison(result: RuleResult) -> Step:
    return Step(
        Kind.COMPARISON,
        result.label,
        result.label_en,
        exact=result.value_exact,
        value=result.value if result.value is not None else result.passed,
        shown=result.shown,
        unit=result.unit or "",
        decimals=result.decimals,
        notes=result.reasons,
        rule=result,
    )
