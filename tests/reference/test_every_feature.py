"""Each thing that a scheme can say is shown by a rule test, and drawn for the comparison with the reference.

What can be said is read from the program (features.py), so a new key or method fails here until it has both. A rule
test shows something if it fails once that is changed.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, Phase, given, seed, settings

import kpi
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.problems import KpiError
from tests.reference import features
from tests.reference.changes import changed, changed_beside
from tests.reference.random_definitions import LOWER, schemes

TOP = Path(__file__).resolve().parents[2]
FILES = (*sorted((TOP / "examples" / "rules").glob("*.toml")), TOP / "indicators.toml")
TIERS = ("A", "B", "C", "D")

# Both lists fail when something stands in them for nothing.
SAYS_NOTHING = {"overrides.decisions = false": "refused when definitions are read, because it would say nothing"}
EARLIER = dict.fromkeys(
    ("from", "until", "period", "baseline.from", "baseline.until", "baseline.period = a period"),
    "which edition is in force is settled before anything is evaluated: tests/definitions/test_editions.py",
)
HELD_BY_LINT = {"total_weight": "no number hangs on it; lint holds the weights to it: tests/definitions/test_lint.py"}
# Shown beside results. Nothing is computed from them, so there is nothing that a reference could compute.
FOR_READERS = ("label", "label_en", "reason", "reason_en", "note", "source")


def for_readers() -> set[str]:
    return {feature for feature in features.declared() if feature.rpartition(".")[2] in FOR_READERS}


@dataclass(frozen=True)
class Shown:
    """Where a scheme that rule tests run says something. definitions: the whole file as data."""

    definitions: Mapping[str, Any]
    scheme: str
    edition: int
    path: features.Path

    def tests(self) -> list[Mapping[str, Any]]:
        return [test for test in self.definitions["tests"] if self.scheme in _listed(test.get("scheme", []))]

    def size(self) -> int:
        return len(str(self.definitions["schemes"][self.scheme])) + len(str(self.tests()))

    def changed(self, how: Callable[..., Iterator[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
        """The definitions with small changes. how: to what stands there, or beside it."""
        editions = _listed(self.definitions["schemes"][self.scheme])
        words = (*self.definitions.get("indicators", {}), *self.definitions.get("figures", {}), *TIERS)
        tests = self.tests()
        run = {key for test in tests for key in _listed(test["scheme"])}  # no others, so that it is quickly read
        beside = {key: one for key, one in self.definitions["schemes"].items() if key in run}
        for made in how(editions[self.edition], self.path, words):
            together = [*editions[: self.edition], made, *editions[self.edition + 1 :]]
            yield {**self.definitions, "schemes": {**beside, self.scheme: together}, "tests": tests}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@cache
def shown() -> Mapping[str, list[Shown]]:
    """Every feature that a scheme with rule tests uses → where."""
    found: dict[str, list[Shown]] = {}
    for path in FILES:
        data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        if "format" not in data or "tests" not in data:
            continue
        lower = frozenset(key for key, one in data.get("indicators", {}).items() if one.get("better") == "lower")
        for key, editions in data.get("schemes", {}).items():
            for number, scheme in enumerate(_listed(editions)):
                for feature, at in features.said(scheme, lower):
                    one = Shown(data, key, number, at)
                    if one.tests():
                        found.setdefault(feature, []).append(one)
    return found


def test_rule_tests_show_every_feature() -> None:
    """The files' own tests pass: tests/examples/test_rules.py and tests/evaluation/test_rule_tests.py."""
    assert features.declared() - shown().keys() == SAYS_NOTHING.keys()
    assert shown().keys() <= features.declared()  # what is said is what is declared


CASES = int(os.environ.get("KPI_CASES", "1000"))
PARTS = 8  # that run beside each other
PLACES, CHANGES = 40, 15  # at most so many places, each with so many changes that mean something


def noticed(feature: str) -> bool:
    """Whether some rule test comes out otherwise when what shows the feature is changed."""
    # Schemes that say little are made to show something, and are quickly asked.
    places = sorted(shown()[feature], key=Shown.size)[:PLACES]
    return any(not all(result.passed for result in kpi.test(each)) for where in places for each in _tried(where))


def _tried(where: Shown) -> Iterator[Definitions]:
    """The changed definitions, with the tests that concern them; those that mean nothing are passed over."""
    alone = filter(None, map(_loaded, where.changed(changed)))
    first = next(alone, None)
    beside = filter(None, map(_loaded, where.changed(changed_beside)))
    yield from islice(beside if first is None else chain([first], alone), CHANGES)


def _loaded(made: dict[str, Any]) -> Definitions | None:
    try:
        return load(text=tomli_w.dumps(made))
    except KpiError:
        return None


@pytest.mark.parametrize("part", range(PARTS))
def test_rule_tests_notice_when_a_feature_is_changed(part: int) -> None:
    """As many of them as KPI_CASES asks for: all with 3000, a third by default, because each takes half a second."""
    asked = sorted(features.declared() - SAYS_NOTHING.keys() - HELD_BY_LINT.keys() - for_readers())
    some = asked[:: max(1, 3000 // CASES)][part::PARTS]
    assert [feature for feature in some if not noticed(feature)] == []
    assert not any(map(noticed, HELD_BY_LINT))  # or it is no exception


BLOCK, BLOCKS = 100, 30


def test_the_reference_is_asked_about_every_feature() -> None:
    """Random definitions, always the same, until everything has come."""
    wanted = features.declared() - SAYS_NOTHING.keys() - EARLIER.keys() - for_readers()
    found: set[str] = set()

    def once(scheme: dict[str, Any]) -> None:
        found.update(feature for feature, _ in features.said(scheme, frozenset(LOWER)))

    for block in range(BLOCKS):
        drawing = settings(
            max_examples=BLOCK, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck)
        )
        seed(block)(drawing(given(schemes())(once)))()
        if wanted <= found:
            break
    assert wanted - found == set()
    # Nothing is excused that is drawn, but labels that a scheme cannot do without.
    assert found & (SAYS_NOTHING.keys() | EARLIER.keys()) == set()
