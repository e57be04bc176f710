"""Definitions from TOML: everything that is wrong is reported at once, each problem with its exact place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi.definitions.checks import read_checks
from kpi.definitions.context import Reading, Tables
from kpi.definitions.model import Definitions
from kpi.definitions.name_lists import read_lists
from kpi.definitions.rules import read_standards
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.schemes import read_schemes
from kpi.definitions.shapes import INVALID
from kpi.definitions.sources import EMBEDDED, Sources, embedded_path, gather
from kpi.definitions.spec import FORMAT, ROOT
from kpi.definitions.standard_model import Standard
from kpi.definitions.vocabulary import read_figures, read_indicators, restated, settle_units
from kpi.problems import KpiError, Problem, say
from kpi.units import Units

if TYPE_CHECKING:
    from kpi.definitions.cases import RuleTest

__all__ = ["EMBEDDED", "embedded_path", "load"]

_NAMED = ("figures", "indicators")
_ABOUT_TARGETS = ("plans", "schedules", "ledgers", "targets", "assessments")
_MEANING = ("type", "unit")  # without these nothing can be said of a name's use in formulas


def load(path: Path | str | None = None, *, text: str | None = None, tables: Tables | None = None) -> Definitions:
    """The definitions of a file and of all that it includes; of neither file nor text, the embedded ones.

    text: definitions in place of the file's content; paths in it are relative to the file's folder, if one is given.
    tables: what reads the lists that are no texts.
    Raises KpiError: with the first syntax error alone, else with all problems.
    """
    sources = gather(Path(path) if path is not None else None, text)
    reading = Reading(sources, Units(), tables=tables)
    reading.problems.extend(sources.problems)
    _check_format(sources.data, reading)
    data = ROOT.read({**_with_own_tests(sources), "format": FORMAT}, (), reading)
    if data is INVALID:
        raise KpiError(_ordered(reading.problems))
    stated = restated(data)
    settle_units(stated, reading)
    reading.broken |= _unreadable(sources, data)
    read_figures(data, reading)
    read_lists(data, reading)
    read_indicators(data, reading)
    standards = read_standards(data, reading)
    schemes = read_schemes(data, reading)
    read_checks(data, reading)
    tests = _tests(data, reading, standards, schemes)
    targets = _targets(data, reading)
    if reading.problems:
        raise KpiError(_ordered(reading.problems))
    return Definitions(
        reading.units,
        reading.figures,
        reading.indicators,
        standards,
        schemes,
        reading.lists,
        files=(*sources.files, *dict.fromkeys(reading.files)),
        restated=stated,
        names=reading.names,
        places=sources,
        tests=tests,
        checks=reading.checks,
        **targets,
    )


def _check_format(data: Mapping[str, Any], reading: Reading) -> None:
    """A file of another format would only give misleading problems: raises KpiError for it at once."""
    if "format" not in data:
        message = say("The definitions do not say their format.")
        reading.report("missing-format", (), message, hint=say("Write format = 1 as the first line."))
    elif data["format"] != FORMAT or isinstance(data["format"], bool):
        message = say("The definitions are of format {format}.", format=data["format"])
        expected = say("Expected format = 1; this version reads no other.")
        reading.report("unknown-format", ("format",), message, expected=expected)
        raise KpiError(reading.problems)


def _with_own_tests(sources: Sources) -> dict[str, Any]:
    """What all files say together, but only the tests of the file that was asked for."""
    own = sources.documents[-1].data
    rest = {key: value for key, value in sources.data.items() if key != "tests"}
    return {**rest, "tests": own["tests"]} if "tests" in own else rest


def _tests(
    data: Mapping[str, Any],
    reading: Reading,
    standards: Mapping[str, tuple[Standard, ...]],
    schemes: Mapping[str, tuple[Scheme, ...]],
) -> tuple[RuleTest, ...]:
    if not data.get("tests"):
        return ()
    from kpi.definitions.rule_tests import read_tests  # late: most definitions have none

    return read_tests(data, reading, standards, schemes)


def _targets(data: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """Plans, ledgers, targets and assessments, as far as there are any."""
    sums = any("ledger" in entry or "formula" in entry for entry in data.get("figures", {}).values())
    if not sums and not any(data.get(section) for section in _ABOUT_TARGETS):
        return {}
    from kpi.definitions import assessments, ledgers, plans, targets  # late: most definitions have none

    stated, schedules = plans.read_plans(data, reading), plans.read_schedules(data, reading)
    known = ledgers.read_ledgers(data, reading)
    ledgers.read_sums(data, reading, known)
    return {
        "plans": stated,
        "ledgers": known,
        "targets": targets.read_targets(data, reading, stated, schedules, known),
        "assessments": assessments.read_assessments(data, reading),
    }


def _unreadable(sources: Sources, data: dict[str, Any]) -> set[str]:
    """The names whose entries have a wrong shape: reported already, so what uses them is not reported again."""
    found: set[str] = set()
    for section in _NAMED:
        entries = sources.data.get(section)
        if isinstance(entries, dict):
            read = data.get(section, {})
            found |= {
                name
                for name, entry in entries.items()
                if name not in read
                or (isinstance(entry, dict) and any(key in entry and key not in read[name] for key in _MEANING))
            }
    return found


def _ordered(problems: list[Problem]) -> list[Problem]:
    """By file in the order in which they were met, then by line: the order in which one mends them."""
    files = list(dict.fromkeys(problem.place.file for problem in problems))
    return sorted(
        problems, key=lambda found: (files.index(found.place.file), found.place.line or 0, found.place.column or 0)
    )
