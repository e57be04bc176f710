"""Run the tests that stand beside rules: compute, check and classify their figures, and compare what comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from fractions import Fraction

from kpi import numbers
from kpi.definitions.cases import UNDEFINED, Case, Expectation, Kind, RuleTest
from kpi.definitions.editions import scheme_in_force
from kpi.definitions.expected import SEPARATOR
from kpi.definitions.model import Definitions
from kpi.evaluation.asking import alone
from kpi.evaluation.case_lists import with_lists
from kpi.evaluation.entity_indicators import entity_indicators
from kpi.evaluation.results import EntityCheck, RuleResult
from kpi.evaluation.rows import Entities, of_table
from kpi.evaluation.scheme.results import Classification, ClassifiedEntity
from kpi.evaluation.standards import check
from kpi.evaluation.table import ID, NAME, ROW, Table
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import KpiError, Message, Place, Problem

Days = Mapping[Shift, tuple[date, date]]

_OF_STANDARDS = (Kind.PASSES, Kind.SHORTFALL, Kind.STATUS)
_TRUTH = {True: "是", False: "否", None: None}


@frozen
class Outcome:
    """What came out. text: as it is published, None where there is no value. number, decimals: None for words."""

    text: str | None
    number: Fraction | None = None
    decimals: int | None = None
    unit: str = ""
    reasons: tuple[Message, ...] = ()


NOTHING = Outcome(None)


@frozen
class Comparison:
    """One expectation and what came out instead or as well. entity: None for what is expected of the whole run."""

    entity: str | None
    expected: Expectation
    got: Outcome
    place: Place

    @property
    def passed(self) -> bool:
        return agrees(self.expected, self.got)


@frozen
class RuleTestResult:
    """problems: why the figures were refused, if they were."""

    test: RuleTest
    place: Place
    comparisons: tuple[Comparison, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected; a refusal must be expected too."""
        return not self.problems and all(each.passed for each in self.comparisons)


def agrees(expected: Expectation, got: Outcome) -> bool:
    """Whether what came out is what was expected.

    Numbers are compared as numbers, because a spreadsheet drops zeros at the end; but what is expected with more
    decimals than are published has not come out.
    """
    if expected.text == UNDEFINED or got.text is None:
        return expected.text == UNDEFINED and got.text is None
    if expected.number is None or got.number is None:
        return expected.text == got.text
    if expected.decimals is not None and got.decimals is not None and expected.decimals > got.decimals:
        return False
    return abs(expected.number - got.number) <= expected.within


def run(definitions: Definitions, test: RuleTest, table: Table, days: Days, as_of: date) -> RuleTestResult:
    """Run one test. table: its figures, with the number of the case in ROW. as_of: for a test that names no day."""
    place = test.where.found(definitions.places)
    day = test.as_of or (days[Shift.NOW][1] if Shift.NOW in days else as_of)
    definitions = with_lists(definitions, test, table)
    try:
        found = _Found.of(definitions, test, table, days, day)
        if any(expected.kind is Kind.CHECKS for case in test.cases for expected in case.expect):
            found = replace(found, broken=_broken(definitions, table, days, day))
        compared = tuple(_compared(test, table, found, definitions))
    except KpiError as error:
        return _refused(test, place, error.problems, definitions)
    return RuleTestResult(test, place, compared)


@frozen
class _Found:
    """What the rules made of the figures; rows of all are those of the table."""

    entities: Entities
    checked: Sequence[EntityCheck]
    classified: Sequence[ClassifiedEntity]
    classification: Classification | None
    broken: Mapping[int, Sequence[str]] = field(default_factory=dict)

    @staticmethod
    def of(definitions: Definitions, test: RuleTest, table: Table, days: Days, day: date) -> _Found:
        """Raises KpiError when the rules refuse the figures."""
        entities = of_table(definitions, table, days)
        checked: Sequence[EntityCheck] = ()
        if test.standard is not None:
            result = check(entities, test.standard, as_of=day, period=table.period, with_remedies=False)
            checked = result.entities
        if not test.schemes:
            return _Found(entities, checked, (), None)
        from kpi.evaluation.scheme.classify import classify  # late: a test of a standard needs no columns

        schemes = [scheme_in_force(definitions, key, table.period, day) for key in test.schemes]
        done = classify(definitions, schemes, table, days)
        return _Found(entities, checked, tuple(done.entities()), done)


def _broken(definitions: Definitions, table: Table, days: Days, day: date) -> Mapping[int, Sequence[str]]:
    """Row → the keys of the checks that it breaks, each once."""
    from kpi.evaluation.crosschecks.finding import broken  # late: few tests are of checks

    found: dict[int, dict[str, None]] = {}
    for each in alone(broken(definitions, table, days, day)):
        for row in each.rows:
            found.setdefault(row, {})[each.case.check.key] = None
    return {row: tuple(keys) for row, keys in found.items()}


def _compared(test: RuleTest, table: Table, found: _Found, definitions: Definitions) -> Iterator[Comparison]:
    rows = {number: at for at, number in enumerate(table.frame[ROW])}
    for expected in test.expect:
        yield Comparison(None, expected, _of_run(expected, found), expected.where.found(definitions.places))
    for number, case in enumerate(test.cases, 1):
        at = rows.get(number)
        name = _name(case, table, at) if test.header else case.name or case.code
        for expected in case.expect:
            got = NOTHING if at is None else _of_entity(expected, found, at)
            yield Comparison(name, expected, got, expected.where.found(definitions.places))


def _name(case: Case, table: Table, at: int | None) -> str | None:
    """What the entity is called."""
    if at is None:
        return case.name or case.code
    name: str | None = table.frame[NAME][at] or table.frame[ID][at]
    return name


def _of_entity(expected: Expectation, found: _Found, at: int) -> Outcome:
    if expected.kind is Kind.CHECKS:
        return Outcome(SEPARATOR.join(found.broken.get(at, ())))
    if expected.kind is Kind.VALUE:
        (value,) = entity_indicators(found.entities[at], [expected.name]).values
        return Outcome(value.shown, value.value, value.decimals, value.unit, value.reasons)
    if expected.kind in _OF_STANDARDS and not found.classified:
        return _checked(expected, found.checked[at])
    if expected.kind in (Kind.PASSES, Kind.SHORTFALL):
        return _checked(expected, found.checked[at])
    return _classified(expected, found.classified[at])


def _checked(expected: Expectation, entity: EntityCheck) -> Outcome:
    if expected.kind is Kind.PASSES:
        return Outcome(_TRUTH[entity.passed], reasons=entity.reasons)
    if expected.kind is Kind.STATUS:
        return Outcome(str(entity.status), reasons=entity.reasons)
    speaking = [each for each in entity.results if expected.name in (each.indicator, each.label, each.rule)]
    short = next((each for each in speaking if each.shortfall is not None), None)
    if short is None:
        return Outcome(None, reasons=tuple(reason for each in speaking for reason in each.reasons))
    return _shortfall(short)


def _shortfall(result: RuleResult) -> Outcome:
    shown = result.shortfall_shown or ""
    return Outcome(shown, result.shortfall, len(shown.partition(".")[2]), result.shortfall_unit or "")


def _classified(expected: Expectation, entity: ClassifiedEntity) -> Outcome:
    """One fact of a classified entity."""
    kind, decimals = expected.kind, entity.decimals
    if kind is Kind.SCORE:
        return _number(entity.score, decimals, reasons=entity.reasons)
    if kind is Kind.RANK:
        return _number(None if entity.rank is None else Fraction(entity.rank), 0, reasons=entity.reasons)
    if kind is Kind.OVERRIDES:
        return Outcome(SEPARATOR.join(each.label for each in entity.overrides))
    if kind is Kind.ITEM:
        items = [each for each in entity.items if expected.name in (each.indicator, each.label)]
        return _number(items[0].score, decimals, reasons=items[0].reasons) if items else NOTHING
    if kind is Kind.ADJUSTMENT:
        made = [each.points for each in entity.adjustments if each.label == expected.name]
        # Only points that were given are listed; none were 0.
        return _number(sum(made, Fraction(0)), decimals) if entity.score is not None else NOTHING
    if kind is Kind.MEASURE:
        taken = [each for each in entity.measures if each.label == expected.name]
        return _number(taken[0].amount, taken[0].decimals, taken[0].unit, taken[0].reasons) if taken else NOTHING
    words = {Kind.TIER: entity.tier, Kind.FIRST_TIER: entity.first_tier, Kind.STATUS: str(entity.standing)}
    return Outcome(words[kind], reasons=entity.reasons)


def _of_run(expected: Expectation, found: _Found) -> Outcome:
    """One fact of the whole run. A problem has not come up, if this is asked at all."""
    if found.classification is None or expected.kind is Kind.PROBLEM:
        return NOTHING
    if expected.kind is Kind.TIERS:
        return _number(Fraction(found.classification.summary.tiers.get(expected.name, 0)), 0)
    for used in found.classification.baselines:
        if expected.name in (used.indicator, used.label) and expected.group in (None, used.group or used.level):
            if used.value is None:
                return NOTHING
            if used.decimals is None:
                return Outcome(numbers.plain(used.value), used.value, None, used.unit)
            return _number(used.value, used.decimals, used.unit)
    return NOTHING


def _number(value: Fraction | None, decimals: int, unit: str = "", reasons: tuple[Message, ...] = ()) -> Outcome:
    if value is None:
        return Outcome(None, reasons=reasons)
    return Outcome(numbers.shown(value, decimals), value, decimals, unit)


def _refused(test: RuleTest, place: Place, problems: Sequence[Problem], definitions: Definitions) -> RuleTestResult:
    """A test whose figures the rules refuse: right if just that was expected."""
    wanted = [each for each in test.expect if each.kind is Kind.PROBLEM]
    codes = list(dict.fromkeys(problem.code for problem in problems))
    compared = tuple(
        Comparison(
            None,
            each,
            Outcome(each.text if each.text in codes else SEPARATOR.join(codes)),
            each.where.found(definitions.places),
        )
        for each in wanted
    )
    if wanted and all(each.passed for each in compared):
        return RuleTestResult(test, place, compared)
    # Where a problem's place says nothing but the row of a table that no file has, the test's own place says more.
    placed = (
        replace(each, place=replace(place, key=each.place.key or place.key, entity=each.place.entity))
        for each in problems
    )
    return RuleTestResult(test, place, compared, tuple(placed))
