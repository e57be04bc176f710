"""Explanations: the arithmetic in them gives the results of classify and check, done again from the data alone."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

import kpi
from kpi import numbers
from kpi.definitions.model import Definitions
from kpi.evaluation.explaining import scheme as by_scheme
from kpi.evaluation.explaining.working import NOTHING
from kpi.evaluation.explanation import Explanation, Kind, Part, Step, digits
from kpi.evaluation.results import EntityCheck
from kpi.evaluation.rows import EntityRow, of_table
from kpi.evaluation.scheme.results import ClassifiedEntity, Standing
from kpi.evaluation.table import Table
from kpi.formula.exact import evaluate
from kpi.formula.tree import Call, Node, Shift, walk
from kpi.formula.values import Undefined, Value
from kpi.names import comparable
from kpi.problems import KpiError
from tests.evaluation.scheme.test_against_reference import table as table_of
from tests.reference.random_definitions import SCHEME, Case, cases

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "annual-review"
PROJECT = ("税收=900万元", "用地面积=50亩", "固定资产投资=1.5亿元", "应税销售收入=2亿元", "建筑面积=45000平方米")


class Calculator:
    """A row for numbers that have been put in: only what stands in missing(…), on lists and in periods is looked up."""

    def __init__(self, row: EntityRow) -> None:
        self.row = row

    def value(self, key: str, shift: Shift) -> Value:
        return Undefined(("missing",), ()) if key == NOTHING else self.row.value(key, shift)

    def published(self, key: str, shift: Shift) -> Value:
        raise AssertionError(key)

    def __getattr__(self, name: str) -> object:
        return getattr(self.row, name)


def every(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from every(step.steps)


def steps_of(found: Explanation) -> list[Step]:
    return [step for section in found.sections for step in every(section.steps)]


def part(found: Explanation, wanted: Part) -> tuple[Step, ...]:
    return next((section.steps for section in found.sections if section.part is wanted), ())


def one(steps: tuple[Step, ...] | list[Step], kind: Kind) -> Step:
    return next(step for step in steps if step.kind is kind)


def asks_whether_missing(tree: Node) -> bool:
    return any(isinstance(node, Call) and node.function == "missing" for node in walk(tree))


def replay(found: Explanation, row: EntityRow) -> None:
    """Every formula with its numbers gives the value that stands beside it."""
    calculator = Calculator(row)
    together = isinstance(found.result, ClassifiedEntity) and found.result.merged_into is not None
    for step in steps_of(found):
        if step.working is None or (together and asks_whether_missing(step.working.numbers)):
            continue  # of a group, the row of one member does not know what the group lacks
        value = evaluate(step.working.numbers, calculator)  # type: ignore[arg-type]
        if step.exact is not None and step.kind not in (Kind.COMPARISON, Kind.TOTAL, Kind.REMEDY):
            assert value == step.exact, step
        elif isinstance(value, bool) and step.kind is not Kind.COMPARISON:
            assert value == step.value, step
        if step.kind is Kind.INDICATOR and step.exact is not None:
            assert step.value == numbers.publish(step.exact, step.decimals or 0)


def replay_scheme(found: Explanation, row: EntityRow) -> None:
    """From the published values to the tier, with plain fractions."""
    replay(found, row)
    result = found.result
    assert isinstance(result, ClassifiedEntity)
    points = []
    for item, score in zip(part(found, Part.ITEMS), result.items, strict=True):
        last = one(item.steps, Kind.SCORE)
        assert last.value == item.value == score.score
        assert one(item.steps, Kind.INDICATOR).value == score.value
        if last.exact is not None:
            bounds = {bound.kind: bound.exact for bound in last.steps}
            exact = min(last.exact, bounds.get(Kind.UPPER_BOUND) or last.exact)
            exact = max(exact, lower) if (lower := bounds.get(Kind.LOWER_BOUND)) is not None else exact
            assert numbers.publish(exact, last.decimals or 0) == score.score
        points.append(score.score)
    for step in steps_of(found):
        if step.kind is Kind.BASELINE and step.exact is not None:
            rounded = step.exact if step.decimals is None else numbers.publish(step.exact, step.decimals)
            assert rounded == step.value
    if result.score is not None:
        total = one(part(found, Part.TOTAL), Kind.TOTAL)
        assert total.working is not None
        added = evaluate(total.working.numbers, Calculator(row))  # type: ignore[arg-type]
        assert added == total.exact and numbers.publish(added, result.decimals) == result.score
    if result.standing is Standing.EVALUATED:
        assert one(part(found, Part.OVERRIDES), Kind.TIER).value == result.tier
        tiers = part(found, Part.TIER)
        assert one(tiers, Kind.RANK).value == result.rank
        first = one(tiers, Kind.FIRST_TIER)
        assert first.value == result.first_tier
        reached = [str(note) for note in first.notes if "within the places" in str(note) or "enough for" in str(note)]
        missed = any("minimum" in str(note) for note in first.notes)
        assert missed or not reached or reached[0].endswith(f"tier {result.first_tier}.")


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases())
def test_the_arithmetic_of_random_schemes_gives_their_results(case: Case) -> None:
    definitions = kpi.load(text=case.text)
    explained(definitions, table_of(definitions, case.entities))


def explained(definitions: Definitions, figures: Table) -> None:
    try:
        result = kpi.classify(definitions, figures, [SCHEME])
    except KpiError:
        return
    for index, row in enumerate(of_table(definitions, figures)):
        found = by_scheme.explain(definitions, result, figures, index, {})
        if found.subject is not None:
            replay_scheme(found, row)


@pytest.fixture(scope="module")
def review() -> tuple[Definitions, Table]:
    definitions = kpi.load(EXAMPLE / "review.toml")
    return definitions, kpi.read([EXAMPLE / name for name in ("tax.csv", "land.xlsx", "power.ods")], definitions)


def explain(review: tuple[Definitions, Table], entity: str) -> Explanation:
    return kpi.explain(*review, entity, schemes=["规上", "规下"])


def test_the_annual_review_is_explained_to_the_last_digit(review: tuple[Definitions, Table]) -> None:
    definitions, figures = review
    result = kpi.classify(definitions, figures, ["规上", "规下"])
    from kpi.api.evaluating import days_of

    days = days_of(figures)
    entities = of_table(definitions, figures, days)
    standings = set()
    for index in range(0, len(entities), 3):
        found = by_scheme.explain(definitions, result, figures, index, days)
        assert isinstance(found.result, ClassifiedEntity)
        standings.add(found.result.standing)
        if found.subject is not None:
            replay_scheme(found, entities[index])
    assert Standing.EVALUATED in standings and len(standings) > 1


def test_figures_say_where_they_were_read_and_how_they_were_converted(review: tuple[Definitions, Table]) -> None:
    found = explain(review, "示例004科技有限公司")
    land = next(step for step in part(found, Part.FIGURES) if step.label == "自有用地")
    assert (land.value, land.unit) == (Fraction(69), "亩")
    assert land.place.file is not None and land.place.file.endswith("land.xlsx") and land.place.cell == "D123"
    assert land.working is not None
    assert land.working.numbers.left.unit.text == "平方米"  # type: ignore[union-attr]
    earlier = [step for step in part(found, Part.FIGURES) if step.period is Shift.PREVIOUS]
    assert [step.label for step in earlier] == ["税收"]


def test_a_bound_an_override_and_a_measure_are_said(review: tuple[Definitions, Table]) -> None:
    found = explain(review, "示例004科技有限公司")
    productivity = next(step for step in part(found, Part.ITEMS) if step.label == "全员劳动生产率")
    assert "More than the upper bound: 12 counts." in map(str, one(productivity.steps, Kind.SCORE).notes)
    held = [step for step in part(found, Part.OVERRIDES) if step.value is True]
    assert [(step.label, [str(note) for note in step.notes]) for step in held] == [
        ("安全生产事故，一票否决", ["It holds: B → D."])
    ]
    surcharge = part(found, Part.MEASURES)[-1]
    assert (surcharge.exact, surcharge.shown, surcharge.unit) == (Fraction("379.848"), "379.85", "万元")


def test_a_standard_shows_wording_comparison_and_remedies_tried_out() -> None:
    definitions = kpi.load()
    found = kpi.explain(definitions, kpi.typed(PROJECT, definitions), standard="234+1.2")
    assert isinstance(found.result, EntityCheck)
    tax = part(found, Part.REQUIREMENTS)[0]
    assert (tax.value, one(tax.steps, Kind.INDICATOR).value) == (False, 18)
    rule = one(tax.steps, Kind.COMPARISON).rule
    assert rule is not None and rule == found.result.results[0]
    land = next(step for step in part(found, Part.REMEDIES) if step.label == "用地面积")
    assert land.shown == "45.00"
    tried = one(land.steps, Kind.INDICATOR)
    assert tried.exact == 20 and one(land.steps, Kind.COMPARISON).rule.passed is True  # type: ignore[union-attr]
    assert "With this alone, everything passes." in map(str, land.notes)


def test_another_wording_is_named_with_its_condition() -> None:
    definitions = kpi.load()
    figures = kpi.typed(["税收=480万元", "用地面积=40亩", "行业=农副产品加工"], definitions)
    found = kpi.explain(definitions, figures, standard="223")
    tax = next(step for step in part(found, Part.REQUIREMENTS) if any(s.kind is Kind.INSTEAD for s in step.steps))
    assert one(tax.steps, Kind.INSTEAD).value is True
    assert any("applies instead of" in str(note) for note in tax.notes)
    assert tax.value is True


def test_undefined_says_why() -> None:
    definitions = kpi.load()
    found = kpi.explain(definitions, kpi.typed(["税收=480万元"], definitions), standard="234+1.2")
    tax = part(found, Part.REQUIREMENTS)[0]
    assert tax.value is None
    assert "用地面积 was not given." in map(str, one(tax.steps, Kind.INDICATOR).notes)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Fraction(47, 200), 6, "0.235"),
        (Fraction(234_999_999, 10**9), 6, "0.234999…"),  # cut and not rounded: it publishes 0.23
        (Fraction(-2, 3), 4, "-0.6666…"),
        (Fraction(20), 4, "20"),
    ],
)
def test_unrounded_values_are_cut(value: Fraction, decimals: int, text: str) -> None:
    assert digits(value, decimals) == text


@pytest.mark.parametrize(
    "name", ["示例004科技有限公司", " 示例００４科技有限公司 ", "91999999000031676T", "91999999000031676t"]
)
def test_an_entity_is_found_by_name_or_code(review: tuple[Definitions, Table], name: str) -> None:
    assert explain(review, name).name == "示例004科技有限公司"


def test_names_are_compared_without_width_blanks_and_kind_of_brackets() -> None:
    assert comparable("宣城（开发区）Ａ 公司") == comparable("宣城(开发区)a公司") == comparable("宣城【开发区】A公司")


@pytest.mark.parametrize(
    ("entity", "code", "hint"),
    [
        ("示例004科技", "unknown-entity", "示例004科技有限公司"),
        ("示例004科枝有限公司", "unknown-entity", "示例004科技有限公司"),
        (None, "entity-needed", "--entity"),
    ],
)
def test_nobody_is_guessed(review: tuple[Definitions, Table], entity: str | None, code: str, hint: str) -> None:
    with pytest.raises(KpiError) as refused:
        kpi.explain(*review, entity, schemes=["规上"])
    problem = refused.value.problems[0]
    assert problem.code == code and hint in str(problem.hint)
