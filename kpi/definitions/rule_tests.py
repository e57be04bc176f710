"""Tests of rules, written as data beside them: `[[tests]]`.

A file's own tests only: a rule that a file overrides is no longer the one that the included file tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kpi.definitions.case_tables import from_file, from_text, read_grid
from kpi.definitions.cases import Case, Expectation, GivenFigure, GivenRows, RuleTest, Written
from kpi.definitions.context import Reading
from kpi.definitions.expected import Rules, of_the_run, read_expected, report
from kpi.definitions.positions import Path
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.standard_model import Standard
from kpi.definitions.validity import Validity
from kpi.names import nearest
from kpi.problems import say

_FORMS = ("figures", "entities", "table", "file")
_OF_ONE = ("previous", "preceding", "history", "decision", "lists", "ledgers")


def read_tests(
    data: Mapping[str, Any],
    reading: Reading,
    standards: Mapping[str, tuple[Standard, ...]],
    schemes: Mapping[str, tuple[Scheme, ...]],
) -> tuple[RuleTest, ...]:
    """All tests, in their order; what is wrong in them is reported."""
    return tuple(
        _test(entry, ("tests", index), reading, standards, schemes) for index, entry in enumerate(data.get("tests", ()))
    )


def _test(
    entry: Mapping[str, Any],
    path: Path,
    reading: Reading,
    standards: Mapping[str, tuple[Standard, ...]],
    schemes: Mapping[str, tuple[Scheme, ...]],
) -> RuleTest:
    where = Written(path)
    standard = _key(entry.get("standard"), standards, "standards", (*path, "standard"), reading)
    named = [
        _key(name, schemes, "schemes", (*path, "scheme", index), reading)
        for index, name in enumerate(entry.get("scheme", ()))
    ]
    keys = tuple(key for key in named if key is not None)
    rules = Rules(
        standards.get(standard or "", ()),
        tuple(edition for key in keys for edition in schemes[key]),
        unknown=("standard" in entry and standard is None) or len(keys) < len(named),
    )
    expected = tuple(read_expected(entry.get("expect", {}), (*path, "expect"), reading, rules))
    header, cases = _cases(entry, path, reading, rules, expected)
    if not _states(entry, header):
        report(
            reading,
            where,
            "test-expects-nothing",
            say("The test expects nothing."),
            hint=say("Say what must come out, such as expect = {example}.", example='{ "亩均税收" = "20.00" }'),
        )
    if _dated((*rules.standards, *rules.schemes)) and "as_of" not in entry:
        message = say("The test does not say for which day, and the rule has editions that depend on it.")
        report(reading, where, "test-without-day", message, hint=say("Add the day, such as as_of = 2023-12-31."))
    return RuleTest(
        entry.get("label", ""),
        tuple(cases),
        where,
        header,
        tuple(one for one in expected if of_the_run(one)),
        standard,
        keys,
        entry.get("period"),
        entry.get("as_of"),
        entry.get("source", ""),
        entry.get("note", ""),
    )


def _key(
    name: str | None, known: Mapping[str, Sequence[Standard | Scheme]], section: str, path: Path, reading: Reading
) -> str | None:
    """The key of the rule that a test names by key or label; None after a problem, or when it names none."""
    if name is None:
        return None
    keys = [name] if name in known else [key for key, all_ in known.items() if any(one.label == name for one in all_)]
    if len(keys) == 1:
        return keys[0]
    if name not in reading.sources.data.get(section, {}):  # else what is wrong with it has been said
        near = nearest(name, known)
        hint = say("Did you mean “{near}”?", near=near) if near else None
        message = say("There is no standard “{name}”.", name=name)
        if section == "schemes":
            message = say("There is no scheme “{name}”.", name=name)
        there = say("One of these: {names}.", names=tuple(known)) if known else None
        reading.report("unknown-name", path, message, expected=there, hint=hint)
    return None


def _cases(
    entry: Mapping[str, Any], path: Path, reading: Reading, rules: Rules, expected: Sequence[Expectation]
) -> tuple[tuple[str, ...], list[Case]]:
    """The entities of a test; a header when they are the rows of a table."""
    forms = [form for form in _FORMS if form in entry]
    if len(forms) != 1:
        message = say("The test gives no figures.") if not forms else say("The test gives figures in several ways.")
        expected_forms = say("Expected exactly one of: {choices}.", choices=tuple(_FORMS))
        report(reading, Written(path), "test-figures", message, expected=expected_forms)
        return (), []
    if forms[0] == "figures":
        return (), [_case(entry, path, reading, rules, tuple(one for one in expected if not of_the_run(one)))]
    for one in expected:
        if not of_the_run(one):
            message = say("It is not said of which entity this is expected.")
            report(
                reading, one.where, "test-without-entity", message, hint=say("Write it under `expect` of an entity.")
            )
    for key in _OF_ONE:
        if key in entry:
            message = say("It is not said of whom “{key}” speaks.", key=key)
            hint = say("Write it beside the `figures` of an entity; in a table, mark the column: 上年税收.")
            reading.report("test-without-entity", (*path, key), message, hint=hint, on_key=True)
    if forms[0] == "entities":
        cases = []
        for index, one in enumerate(entry["entities"]):
            place = (*path, "entities", index)
            found = tuple(read_expected(one.get("expect", {}), (*place, "expect"), reading, rules))
            cases.append(_case(one, place, reading, rules, found))
        return (), cases
    where = (*path, forms[0])
    grid = from_text(entry["table"], where) if forms[0] == "table" else from_file(entry["file"], where, reading)
    return read_grid(grid, where, reading, rules) if grid is not None else ((), [])


def _case(
    entry: Mapping[str, Any], path: Path, reading: Reading, rules: Rules, expect: tuple[Expectation, ...]
) -> Case:
    known = set(_names(reading))
    if "decision" in entry and not rules.unknown:
        reading.choose(entry["decision"], rules.letters(), (*path, "decision"))

    def given(key: str) -> tuple[GivenFigure, ...]:
        figures = []
        for name, text in entry.get(key, {}).items():
            if name in known or name in reading.broken:
                figures.append(GivenFigure(name, text, Written((*path, key, name))))
                continue
            near = nearest(name, known)
            hint = say("Did you mean “{near}”?", near=near) if near else None
            message = say("There is no figure “{name}”.", name=name)
            reading.report("unknown-name", (*path, key, name), message, hint=hint, on_key=True)
        return tuple(figures)

    return Case(
        entry.get("name"),
        entry.get("code"),
        given("figures"),
        expect,
        Written(path),
        given("previous"),
        given("preceding"),
        tuple(entry.get("history", ())),
        entry.get("decision"),
        _named(entry.get("lists", ()), reading.lists, "lists", path, reading),
        _rows(entry.get("ledgers", {}), path, reading),
    )


def _named(names: Iterable[str], known: Iterable[str], section: str, path: Path, reading: Reading) -> tuple[str, ...]:
    """Those of the names that are keys of a section; the others are reported."""
    found = []
    for index, name in enumerate(names):
        if name in known:
            found.append(name)
            continue
        message = say("There is no ledger “{name}”.", name=name)
        place: Path = (*path, section, name)
        if section == "lists":
            message, place = say("There is no list “{name}”.", name=name), (*path, section, index)
        near = nearest(name, known)
        hint = say("Did you mean “{near}”?", near=near) if near else None
        reading.report("unknown-name", place, message, hint=hint, on_key=section != "lists")
    return tuple(found)


def _rows(given: Mapping[str, Any], path: Path, reading: Reading) -> tuple[GivenRows, ...]:
    """The rows of ledgers. What their columns are called is looked at when the figures are read."""
    known = _named(given, reading.sources.data.get("ledgers", {}), "ledgers", path, reading)
    return tuple(
        GivenRows(
            key,
            tuple(
                tuple(
                    GivenFigure(name, text, Written((*path, "ledgers", key, index, name))) for name, text in row.items()
                )
                for index, row in enumerate(given[key])
            ),
            Written((*path, "ledgers", key)),
        )
        for key in known
    )


def _names(reading: Reading) -> Iterable[str]:
    """Every way to write a figure, or an indicator that is reported."""
    for figure in reading.figures.values():
        yield from (figure.key, figure.label, figure.label_en, *figure.aliases)
    for indicator in reading.indicators.values():
        yield from (indicator.key, indicator.label, indicator.label_en, *indicator.also)


def _states(entry: Mapping[str, Any], header: tuple[str, ...]) -> bool:
    """Whether anything is expected; what was written wrongly counts, because it has been reported."""
    return bool(entry.get("expect") or header or any(one.get("expect") for one in entry.get("entities", ())))


def _dated(rules: Iterable[Standard | Scheme]) -> bool:
    """Whether the day decides which wording is in force."""
    return any(found.from_ is not None or found.until is not None for rule in rules for found in _validities(rule))


def _validities(rule: Standard | Scheme) -> Iterable[Validity]:
    yield rule.validity
    if isinstance(rule, Scheme):
        yield from (baseline.validity for item in rule.items for baseline in item.baselines)
    else:
        for requirement in rule.require:
            yield from (requirement.validity, *(other.validity for other in requirement.instead))
