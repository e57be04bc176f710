"""Check entities against an admission standard: pass or shortfall, and what alone would make it pass. Exact, pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kpi.definitions.editions import in_force, standard_in_force
from kpi.definitions.standard_model import Requirement, Standard
from kpi.evaluation.judgement import every, judge
from kpi.evaluation.remedies import Judgements, Reach, remedies
from kpi.evaluation.results import CheckResult, CheckSummary, EntityCheck, Remedy, RuleResult, Status
from kpi.evaluation.rows import Entities, EntityRow
from kpi.evaluation.rule_results import causes, rule_results
from kpi.evaluation.table import Rejected
from kpi.formula.tree import Formula
from kpi.formula.values import Undefined
from kpi.problems import KpiError, Message, Problem, say


def check(
    entities: Entities,
    standard: str,
    *,
    as_of: date,
    period: str | None = None,
    where: Formula | None = None,
    rejected: Sequence[Rejected] = (),
    skip_errors: bool = False,
    with_remedies: bool = True,
) -> CheckResult:
    """Every entity against the edition of the standard (its key or label) that is in force for this period and day.

    where: only entities for which it holds are checked and counted; table functions still see all. rejected: entities
    left out by reading. Raises KpiError for an unknown standard, or with one problem for each entity of which it cannot
    be said whether the standard applies; with skip_errors these are listed as rejected.
    """
    checker = Checker(entities, standard_in_force(entities.definitions, standard, period, as_of), period, as_of)
    checked: list[EntityCheck] = []
    problems: list[Problem] = []
    left_out = list(rejected)
    for row in entities:
        if where is not None and row.holds(where) is not True:
            continue
        try:
            checked.append(checker.check(row, with_remedies=with_remedies))
        except KpiError as error:
            left_out.append(Rejected(row.id, row.name, row.place, error.problems))
        problems.extend(row.problems)
    new = left_out[len(rejected) :]
    if new and not skip_errors:
        raise KpiError(problem for entity in new for problem in entity.problems)
    return CheckResult(
        definitions=entities.definitions,
        standard=checker.standard,
        entities=tuple(checked),
        rejected=tuple(left_out),
        summary=_summary(checked, len(left_out)),
        problems=tuple(problems),
    )


def _summary(checked: Iterable[EntityCheck], rejected: int) -> CheckSummary:
    count = Counter(entity.status for entity in checked)
    passed, short, undefined = count[Status.PASSED], count[Status.SHORT], count[Status.UNDEFINED]
    return CheckSummary(
        read=count.total() + rejected,
        evaluated=passed + short + undefined,
        passed=passed,
        short=short,
        undefined=undefined,
        not_checked=count[Status.NOT_CHECKED],
        rejected=rejected,
    )


class Checker:
    """One edition of a standard, ready to check entities of one run."""

    def __init__(self, entities: Entities, standard: Standard, period: str | None, as_of: date) -> None:
        self.standard = standard
        self.requirements = tuple(_filled(item, standard.source, period, as_of) for item in standard.require)
        self._reach = Reach(entities)

    def check(self, row: EntityRow, *, with_remedies: bool = True) -> EntityCheck:
        """One entity. Raises KpiError when it cannot be said whether the standard applies to it."""
        applies = self._applies(row)
        if isinstance(applies, Undefined):
            raise KpiError(self._undecided(row, applies))
        if not applies:
            return self._not_checked(row, "not-applicable", self._left_out())
        judged = [judge(requirement, row) for requirement in self.requirements]
        said = {index: rule_results(item, row) for index, item in enumerate(judged) if item is not None}
        if not said:
            why = say("No requirement of the standard is in force for this entity.")
            return self._not_checked(row, "no-requirement", why)
        passed = every(item.passed for item in judged if item is not None and not item.wording.indicative)
        results = [result for of_one in said.values() for result in of_one]
        undefined = causes(result for result in results if passed is None and not result.indicative)
        return EntityCheck(
            id=row.id,
            name=row.name,
            place=row.place,
            status=_STATUS[passed],
            results=tuple(results),
            remedies=self._remedies(row, judged, said) if passed is False and with_remedies else (),
            codes=undefined.codes,
            reasons=undefined.reasons,
        )

    def _applies(self, row: EntityRow) -> bool | Undefined:
        if self.standard.applies_to is None:
            return True
        applies = row.holds(self.standard.applies_to)
        if isinstance(applies, Undefined) and self.standard.if_undefined is not None:
            return self.standard.if_undefined
        return applies

    def _undecided(self, row: EntityRow, why: Undefined) -> Problem:
        return Problem(
            code="applies-to-undefined",
            message=say(
                "Whether the standard “{standard}” applies cannot be said: {reason}",
                standard=self.standard.label,
                reason=why.reasons[0],
            ),
            place=replace(row.place, key=f"standards.{self.standard.key}.applies_to"),
            hint=say("Report what is missing, or let the standard say what counts then: if_undefined = true or false."),
        )

    def _left_out(self) -> Message:
        if self.standard.otherwise:
            return say("The standard does not apply to this entity: {otherwise}.", otherwise=self.standard.otherwise)
        return say("The standard does not apply to this entity.")

    def _not_checked(self, row: EntityRow, code: str, why: Message) -> EntityCheck:
        return EntityCheck(row.id, row.name, row.place, Status.NOT_CHECKED, codes=(code,), reasons=(why,))

    def _remedies(
        self, row: EntityRow, judged: Judgements, said: Mapping[int, Sequence[RuleResult]]
    ) -> tuple[Remedy, ...]:
        def again(changed: EntityRow, figure: str) -> Judgements | None:
            """Only what depends on the figure has to be judged again."""
            if self._applies(changed) is not True:
                return None
            return [
                judge(requirement, changed) if figure in self._reach.judging(requirement) else before
                for requirement, before in zip(self.requirements, judged, strict=True)
            ]

        failing = {
            index: [result.indicator or result.rule for result in results if result.passed is False]
            for index, results in said.items()
        }
        return remedies(row, self.requirements, judged, failing, again, self._reach)


_STATUS = {True: Status.PASSED, False: Status.SHORT, None: Status.UNDEFINED}


def _filled(requirement: Requirement, source: str, period: str | None, as_of: date) -> Requirement:
    """The requirement with its source, and with its other wordings in force, which inherit what they do not say."""
    source = requirement.source or source
    instead = (
        replace(
            other,
            label=other.label or requirement.label,
            label_en=other.label_en or requirement.label_en,
            indicative=other.indicative or requirement.indicative,
            source=other.source or source,
        )
        for other in in_force(requirement.instead, period, as_of)
    )
    return replace(requirement, source=source, instead=tuple(instead))
