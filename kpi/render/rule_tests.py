"""The answer of `test`: what came out otherwise, first and in full; then every test with how it went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi.definitions.cases import Expectation, Kind, RuleTest
from kpi.evaluation.rule_tests import Comparison, RuleTestResult
from kpi.locale import N_, text, translate
from kpi.problems import Message, Place, say
from kpi.render import as_json
from kpi.render.as_json import Data
from kpi.render.problems import lines
from kpi.render.report import NOTHING, Cell, Column, Report, Section
from kpi.render.words import column, said, with_unit

PASSED, FAILED = N_("passed"), N_("failed")
OTHERWISE, TESTS = N_("What came out otherwise"), N_("Tests")

# What is expected, where the name alone does not say it.
WORDS = {
    Kind.PASSES: N_("meets the standard"),
    Kind.SCORE: N_("total"),
    Kind.RANK: N_("rank"),
    Kind.TIER: N_("tier"),
    Kind.FIRST_TIER: N_("first tier"),
    Kind.OVERRIDES: N_("overrides"),
    Kind.STATUS: N_("status"),
    Kind.CHECKS: N_("cross-checks"),
    Kind.PROBLEM: N_("problem"),
}
TRUTHS = {"是": N_("yes"), "否": N_("no")}


def data(results: Sequence[RuleTestResult], language: str) -> Data:
    """The answer for scripts."""
    return {
        "tests": [_test_data(each, number, language) for number, each in enumerate(results, 1)],
        "summary": {
            "tests": len(results),
            "passed": sum(each.passed for each in results),
            "failed": sum(not each.passed for each in results),
            "checks": sum(len(each.comparisons) for each in results),
        },
    }


def _test_data(result: RuleTestResult, number: int, language: str) -> Data:
    test = result.test
    return {
        "number": number,
        "label": test.label,
        "source": test.source,
        "standard": test.standard,
        "schemes": test.schemes,
        "passed": result.passed,
        "file": result.place.file,
        "line": result.place.line,
        "checks": [_check_data(each, language) for each in result.comparisons],
        "problems": as_json.problems(result.problems, language),
    }


def _check_data(compared: Comparison, language: str) -> Data:
    expected, got = compared.expected, compared.got
    return {
        "entity": compared.entity,
        "kind": str(expected.kind),
        "name": expected.name or None,
        "group": expected.group,
        "expected": expected.text,
        "got": got.text,
        "unit": got.unit or None,
        "passed": compared.passed,
        "reasons": [translate(reason, language) for reason in got.reasons],
        "file": compared.place.file,
        "line": compared.place.line,
        "column": compared.place.column,
    }


def report(results: Sequence[RuleTestResult], language: str) -> Report:
    """For people: the failures with what was expected and what came out, then one line a test, then the counts."""
    failures = [row for each in results for row in _failures(each, language)]
    sections = [_filled(text(OTHERWISE, language), _failure_columns(language), failures)] if failures else []
    sections.append(_tests(results, language))
    refused = [
        Cell(line, style=style)
        for each in results
        for problem in each.problems
        for line, style in lines(problem, language)
    ]
    passed = sum(each.passed for each in results)
    counts = say(
        "Tests: {tests} with {checks} checks; passed: {passed}, failed: {failed}.",
        tests=len(results),
        checks=sum(len(each.comparisons) for each in results),
        passed=passed,
        failed=len(results) - passed,
    )
    note = Cell(translate(counts, language), style="good" if passed == len(results) else "bad")
    everything = _checks(results, language)
    return Report("", refused, sections, [note], [sections[-1], everything], everything)


def _failure_columns(language: str) -> list[Column]:
    return [
        column("test", N_("Test"), language),
        column("entity", N_("Entity"), language),
        column("what", N_("What"), language),
        column("expected", N_("Expected"), language, right=True),
        column("got", N_("Came out"), language, right=True),
        column("place", N_("Where"), language),
        column("reasons", N_("Note"), language),
    ]


def _filled(title: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Section:
    """The failures; a column in which nothing stands takes no room."""
    kept = [at for at in range(len(columns)) if any(row[at].text for row in rows)]
    return Section("failures", title, [columns[at] for at in kept], [[row[at] for at in kept] for row in rows])


def _failures(result: RuleTestResult, language: str) -> Iterator[list[Cell]]:
    for each in result.comparisons:
        if not each.passed:
            yield [Cell(name(result.test, language)), *_said(each, language)]


def _said(compared: Comparison, language: str) -> list[Cell]:
    style = "" if compared.passed else "bad"
    return [
        Cell(compared.entity or ""),
        Cell(what(compared.expected, language)),
        Cell(_shown(compared.expected.text, compared.expected.kind, "", language)),
        Cell(_shown(compared.got.text, compared.expected.kind, compared.got.unit, language), style=style),
        Cell(_where(compared.place)),
        Cell(said(compared.got.reasons, language)),
    ]


def _shown(value: str | None, kind: Kind, unit: str, language: str) -> str:
    if value is None:
        return NOTHING
    if kind is Kind.PASSES:
        return text(TRUTHS.get(value, value), language)
    return f"{value} {unit}".rstrip() or text(N_("none"), language)


def _tests(results: Sequence[RuleTestResult], language: str) -> Section:
    columns = [
        column("result", N_("Result"), language),
        column("test", N_("Test"), language),
        column("rule", N_("Rule"), language),
        column("checks", N_("Checks"), language, right=True),
        column("place", N_("Where"), language),
    ]
    rows = [
        [
            Cell(text(PASSED if each.passed else FAILED, language), style="good" if each.passed else "bad"),
            Cell(name(each.test, language)),
            Cell(" + ".join(filter(None, (each.test.standard, *each.test.schemes)))),
            Cell(str(len(each.comparisons))),
            Cell(_where(each.place)),
        ]
        for each in results
    ]
    return Section("tests", text(TESTS, language), columns, rows, leading=2)


def _checks(results: Sequence[RuleTestResult], language: str) -> Section:
    """Every check in one table, for a spreadsheet."""
    columns = [column("result", N_("Result"), language), *_failure_columns(language)]
    rows = [
        [
            Cell(text(PASSED if each.passed else FAILED, language)),
            Cell(name(result.test, language)),
            *_said(each, language),
        ]
        for result in results
        for each in result.comparisons
    ]
    return Section("checks", "", columns, rows)


def _where(place: Place) -> str:
    """The place as editors open it: rules.toml:12."""
    return f"{place.file or ''}:{place.line}" if place.line is not None else place.file or ""


def name(test: RuleTest, language: str) -> str:
    """What a test is called: its label, else its number in the file."""
    if test.label:
        return test.label
    number = test.where.path[-1]
    assert isinstance(number, int)
    return translate(say("Test {number}", number=number + 1), language)


def what(expected: Expectation, language: str) -> str:
    """What is expected, in words."""
    if expected.kind in WORDS:
        return text(WORDS[expected.kind], language)
    said_as = _NAMED.get(expected.kind)
    said_name = with_unit(expected.name, expected.group, language)
    return said_name if said_as is None else translate(said_as(said_name), language)


def _shortfall(name: str) -> Message:
    return say("shortfall of {name}", name=name)


def _score(name: str) -> Message:
    return say("score of {name}", name=name)


def _points(name: str) -> Message:
    return say("points for {name}", name=name)


def _baseline(name: str) -> Message:
    return say("baseline of {name}", name=name)


def _amount(name: str) -> Message:
    return say("amount of {name}", name=name)


def _count(name: str) -> Message:
    return say("entities in tier {name}", name=name)


_NAMED = {
    Kind.SHORTFALL: _shortfall,
    Kind.ITEM: _score,
    Kind.ADJUSTMENT: _points,
    Kind.BASELINE: _baseline,
    Kind.MEASURE: _amount,
    Kind.TIERS: _count,
}
