"""A thousand random definitions with random figures, always the same: columns give what exact arithmetic gives.

KPI_CASES asks for more of them (`make prove CASES=1000000`), KPI_SEED for others.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.evaluation import settle as settling
from kpi.evaluation.scheme.classify import classify
from kpi.formula import bounded
from kpi.formula.tree import Node
from kpi.problems import KpiError
from tests.evaluation import aiming
from tests.evaluation import test_far_figures as far
from tests.evaluation import test_settle as trees
from tests.evaluation.scheme.test_against_reference import answer, compare, compare_portions, divides, table
from tests.reference.aimed_definitions import aimed_cases
from tests.reference.random_definitions import SCHEME, Case, cases

CASES = int(os.environ.get("KPI_CASES", "1000"))
SEED = int(os.environ.get("KPI_SEED", "0"))
PARTS = 8  # that run beside each other
TOO_LONG = {"number-too-long", "sum-inexact"}  # what refuses numbers for their digits
BLOCK = 50  # cases of one seed: what is drawn already is remembered, and that takes memory


def repeatedly(
    part: int, test: Callable[..., bool], *strategies: st.SearchStrategy[object], cases: int = CASES
) -> None:
    """Its part of the cases, in blocks with seeds of their own; the first that fails is the answer as it stands.

    test: says whether it took the case, which it does not if it has seen its like: those are drawn again.
    """
    wanted, taken, block = cases // PARTS + (part < cases % PARTS), 0, 0

    def once(drawn: tuple[object, ...]) -> None:
        nonlocal taken
        taken += taken < wanted and test(*drawn)

    while taken < wanted:
        sized = settings(
            max_examples=min(BLOCK, 2 * (wanted - taken)),
            phases=[Phase.generate],
            database=None,
            suppress_health_check=list(HealthCheck),
        )(given(st.tuples(*strategies))(once))
        seed(f"{SEED}-{part}-{block}")(sized)()
        block += 1


class Agreeing:
    """Definitions that have not come yet: hypothesis likes to change the figures of a case and keep its definitions."""

    def __init__(self) -> None:
        self.known: set[int] = set()

    def __call__(self, case: Case) -> bool:
        taken = hash(case.text) not in self.known and self.agrees(load(text=case.text), case)
        self.known.add(hash(case.text))
        return taken

    def agrees(self, definitions: Definitions, case: Case) -> bool:
        """Whether the case is taken: what is found is what the reference says."""
        compare(definitions, case.entities, answer(definitions, case.entities))
        return True


class Fitting(Agreeing):
    """The same of cases with long numbers, of which the engine refuses some for their digits."""

    def agrees(self, definitions: Definitions, case: Case) -> bool:
        """Whether the case is taken: it is not if a number of it is refused for its digits."""
        try:
            return super().agrees(definitions, case)
        except AssertionError:
            scheme = definitions.schemes[SCHEME][0]
            try:
                list(classify(definitions, [scheme], table(definitions, case.entities)).entities())
            except KpiError as error:
                if {problem.code for problem in error.problems} <= TOO_LONG:
                    return False
            raise


class Cut(Agreeing):
    """The same for tables in portions."""

    def agrees(self, definitions: Definitions, case: Case) -> bool:
        """Whether the case is taken: portions give what the whole table gives."""
        if not divides(definitions, case.entities):
            return False
        compare_portions(definitions, case.entities)
        return True


def published(tree: Node, rows: list[tuple[float | None, ...]], places: int) -> bool:
    trees.published_as_exact(tree, rows, places)
    return True


def decided(tree: Node, rows: list[tuple[float | None, ...]]) -> bool:
    trees.decided_as_exact(tree, rows)
    return True


def both(tree: Node, condition: Node, rows: list[tuple[float | None, ...]], places: int) -> bool:
    return published(tree, rows, places) and decided(condition, rows)


def aimed_published(aimed: aiming.Aimed | None) -> bool:
    return aimed is not None and published(aimed.tree, aimed.rows, aimed.places)


def aimed_decided(aimed: aiming.Aimed | None) -> bool:
    return aimed is not None and decided(aimed.tree, aimed.rows)


@pytest.mark.parametrize("part", range(PARTS))
def test_schemes_give_what_the_reference_gives(part: int) -> None:
    repeatedly(part, Agreeing(), cases())


@pytest.mark.parametrize("part", range(PARTS))
def test_portions_give_what_whole_tables_give(part: int) -> None:
    repeatedly(part, Cut(), cases(), cases=CASES // 8)


@pytest.mark.parametrize("part", range(PARTS))
def test_formulas_give_what_exact_evaluation_gives(part: int) -> None:
    repeatedly(part, published, trees.TREES, trees.ROWS, st.integers(0, 3))
    repeatedly(part, decided, trees.conditions(trees.TREES), trees.ROWS)


@pytest.mark.parametrize("part", range(PARTS))
def test_formulas_over_figures_of_any_size_give_what_exact_evaluation_gives(part: int) -> None:
    drawn = far.TREES, trees.conditions(far.TREES), far.ROWS, st.integers(0, 8)
    repeatedly(part, both, *drawn, cases=CASES // 4)


@pytest.mark.parametrize("part", range(PARTS))
def test_schemes_aimed_at_ties_and_thresholds_give_what_the_reference_gives(part: int) -> None:
    repeatedly(part, Fitting(), aimed_cases(), cases=CASES // 16)


@pytest.mark.parametrize("part", range(PARTS))
def test_formulas_aimed_at_ties_and_thresholds_give_what_exact_evaluation_gives(part: int) -> None:
    repeatedly(part, aimed_published, aiming.ties(), cases=CASES // 4)
    repeatedly(part, aimed_decided, aiming.thresholds(), cases=CASES // 4)


@pytest.mark.parametrize("operation", ["summed", "product", "quotient"])
def test_without_the_bound_of_an_operation_aimed_formulas_fail(operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of the check: each bound decides some of the cases that were aimed at it."""
    with_bound: Callable[..., Any] = getattr(bounded, operation)

    def without(*operands: Any) -> bounded.Reading:
        return replace(with_bound(*operands), raw_relative=0.0, absolute=None)

    monkeypatch.setattr(bounded, operation, without)
    with pytest.raises(AssertionError):
        repeatedly(0, aimed_decided, aiming.thresholds(), cases=PARTS * 1000)  # stops at the first


def test_without_settlement_aimed_cases_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "_settled", lambda frame, found, want: found[want.column])
    with pytest.raises(AssertionError):
        repeatedly(0, aimed_decided, aiming.thresholds(), cases=PARTS * 100)
    with pytest.raises(AssertionError):
        repeatedly(0, aimed_published, aiming.ties(), cases=PARTS * 100)
    with pytest.raises(AssertionError):
        repeatedly(0, Fitting(), aimed_cases(), cases=PARTS * 100)


def test_without_settlement_the_same_cases_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of the check: were near-ties left as binary64 has them, the cases above would find it out."""
    monkeypatch.setattr(settling, "_settled", lambda frame, found, want: found[want.column])
    with pytest.raises(AssertionError):
        repeatedly(0, Agreeing(), cases(), cases=PARTS * 1000)  # stops at the first; few cases may have no near-tie
