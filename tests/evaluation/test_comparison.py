"""Comparing two lists: who is who, what made up a difference, and whose doing a move is."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.evaluation.comparing.results import Because, Cause, Change, Comparison, EntityChange, Origin, Side
from kpi.evaluation.comparison import compare
from kpi.evaluation.scheme.results import (
    AdjustmentMade,
    ClassifiedEntity,
    ItemScore,
    OverrideFired,
    Standing,
)

F = Fraction


def item(
    value: int | None, baseline: int | None, score: int | None, weight: int = 50, key: str = "亩均税收"
) -> ItemScore:
    return ItemScore(
        indicator=key,
        label=key,
        label_en="",
        value=None if value is None else F(value),
        decimals=2,
        unit="万元/亩",
        baseline=None if baseline is None else F(baseline),
        weight=F(weight),
        score=None if score is None else F(score),
    )


def entity(
    name: str,
    tier: str | None,
    *items: ItemScore,
    code: str | None = None,
    rank: int | None = 1,
    first: str | None = None,
    adjustments: tuple[tuple[str, int], ...] = (),
    total: int | None = None,
    **more: object,
) -> ClassifiedEntity:
    """An entity whose total is the sum of its items and adjustments, unless said otherwise."""
    points = [each.score for each in items]
    known = None if None in points else sum((each for each in points if each is not None), F(0))
    score = None if known is None else known + sum(each for _, each in adjustments)
    made = ClassifiedEntity(
        id=code,
        name=name,
        scheme="办法",
        standing=Standing.EVALUATED,
        group=None,
        score=score if total is None else F(total),
        decimals=2,
        rank=rank,
        first_tier=first or tier,
        tier=tier,
        items=items,
        adjustments=tuple(AdjustmentMade(label, "", F(each)) for label, each in adjustments),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def side(*entities: ClassifiedEntity, rules: object = "rules", figures: object = None) -> Side:
    return Side(entities, rules={"办法": rules}, order=("A", "B", "C", "D"), origin=Origin(figures=figures))


def one(before: ClassifiedEntity, after: ClassifiedEntity, **more: object) -> EntityChange:
    rules = more.pop("rules", "rules")
    result = compare(side(before, **more), side(after, rules=rules, **more))  # type: ignore[arg-type]
    assert len(result.entities) == 1
    return result.entities[0]


def test_own_values_move() -> None:
    change = one(entity("甲", "B", item(16, 20, 40)), entity("甲", "A", item(20, 20, 50)))
    assert (change.change, change.upwards, change.difference) == (Change.MOVED, True, 10)
    assert (change.causes, change.because) == ((Cause.VALUE,), Because.OWN)
    assert change.points.own == 10


def test_a_baseline_alone_moves_others_too() -> None:
    change = one(entity("甲", "B", item(16, 20, 40)), entity("甲", "C", item(16, 25, 32)))
    assert (change.upwards, change.causes, change.because) == (False, (Cause.BASELINE,), Because.OTHERS)
    assert (change.points.others, change.points.own) == (-8, 0)


def test_who_gained_and_still_fell_was_passed_by_others() -> None:
    change = one(entity("甲", "B", item(16, 20, 40), rank=5), entity("甲", "C", item(17, 20, 42), rank=9))
    assert (change.causes, change.because) == ((Cause.RANK,), Because.OTHERS)
    assert change.points.own == 2


def test_only_what_went_the_same_way_is_a_cause() -> None:
    before = entity("甲", "B", item(16, 20, 40), item(5, 5, 50, key="单位能耗税收"))
    after = entity("甲", "C", item(17, 25, 34), item(6, 6, 51, key="单位能耗税收"))
    change = one(before, after)
    # The second item gained a point, which is not why it fell.
    assert change.causes == (Cause.VALUE, Cause.BASELINE)
    assert [each.difference for each in change.items] == [-6, 1]


def test_items_come_by_effect_and_sum_up() -> None:
    before = entity("甲", "B", item(1, 2, 10), item(5, 5, 50, key="乙项"), adjustments=(("高企", 2),))
    after = entity("甲", "C", item(1, 3, 8), item(2, 5, 20, key="乙项"), adjustments=(("上云", 1),))
    change = one(before, after)
    assert [each.item.indicator for each in change.items] == ["乙项", "亩均税收"]
    assert [(each.label, each.difference) for each in change.adjustments] == [("高企", -2), ("上云", 1)]
    assert change.difference == -30 - 2 - 2 + 1
    assert change.capped == 0


def test_a_cap_over_all_adjustments_is_part_of_the_sum() -> None:
    before = entity("甲", "B", item(1, 2, 10), adjustments=(("高企", 2),))
    after = entity("甲", "B", item(1, 2, 10), adjustments=(("高企", 2), ("上云", 5)), total=15)
    change = one(before, after)
    assert (change.difference, change.capped) == (3, -2)


def test_overrides_standings_and_schemes() -> None:
    fired = (OverrideFired("重大事故", "", "A", "D"),)
    change = one(entity("甲", "A", item(1, 1, 50)), entity("甲", "D", item(1, 1, 50), first="A", overrides=fired))
    assert (change.causes, change.because) == ((Cause.OVERRIDE,), Because.OWN)
    exempt = ClassifiedEntity(None, "甲", "办法", Standing.EXEMPT, None, None, 2, None, None, "N")
    change = one(exempt, entity("甲", "C", item(1, 1, 50)))
    assert (change.upwards, change.difference, change.causes) == (None, None, (Cause.STANDING,))


def test_other_rules_on_the_same_figures_move_everybody() -> None:
    before, after = entity("甲", "B", item(16, 20, 40)), entity("甲", "A", item(16, 20, 48, weight=60))
    change = one(before, after, rules="other rules", figures="the same")
    assert (change.causes, change.because) == ((Cause.WEIGHT,), Because.RULES)
    dropped = one(
        entity("甲", "B", item(1, 1, 50), item(1, 1, 9, key="乙项")), entity("甲", "C", item(1, 1, 50)), rules=2
    )
    assert [(each.difference, each.causes) for each in dropped.items] == [(-9, (Cause.RULE,))]


def test_who_had_no_value_was_held_to_no_baseline() -> None:
    change = one(entity("甲", "C", item(None, 20, 0)), entity("甲", "B", item(20, 25, 40)))
    assert (change.causes, change.because) == ((Cause.VALUE,), Because.OWN)


def test_points_that_hang_on_others_without_a_baseline() -> None:
    change = one(entity("甲", "B", item(None, 20, 30)), entity("甲", "C", item(None, 20, 25)))
    assert (change.causes, change.because) == ((Cause.OTHERS,), Because.OTHERS)


def test_entities_are_matched_by_code_else_by_name() -> None:
    before = side(
        entity("甲公司", "A", code="1"),
        entity("乙（集团）公司", "B"),
        entity("丙公司", "C", code="3"),
        entity("丁公司", "C", code="4"),
        entity("戊公司", "C"),
        entity("戊公司", "C"),
    )
    after = side(
        entity("甲公司（新名）", "A", code="1"),
        entity("乙(集团) 公司", "B", code="2"),
        entity("丁公司", "D", code="9"),
        entity("戊公司", "C"),
    )
    result = compare(before, after)
    matched = {(each.entity.name, each.matched_by) for each in result.entities if each.before and each.after}
    assert matched == {("甲公司（新名）", "code"), ("乙(集团) 公司", "name")}
    assert (result.summary.new, result.summary.gone) == (2, 4)
    assert {problem.code for problem in result.problems} == {"same-name-other-code", "name-ambiguous"}


def test_nobody_in_common_is_said() -> None:
    result = compare(side(entity("甲", "A")), side(entity("乙", "A")))
    assert [problem.code for problem in result.problems] == ["nobody-in-common"]
    assert compare(side(), side()).problems == ()


def test_tiers_without_declared_order_are_letters_or_ranks() -> None:
    def tiers(*letters: str) -> tuple[str | None, ...]:
        people = [entity(str(at), letter, rank=at) for at, letter in enumerate(letters, 1)]
        sides = [replace(side(*people), order=()) for _ in range(2)]
        return compare(*sides).tiers

    assert tiers("B", "A", "C") == ("A", "B", "C")
    assert tiers("优", "良", "差") == ("优", "良", "差")


LETTERS = st.sampled_from(["A", "B", "C", "D", None])
PEOPLE = st.lists(
    st.tuples(st.integers(0, 9), LETTERS, LETTERS, st.integers(0, 3), st.integers(0, 3), st.integers(-2, 2)),
    unique_by=lambda each: each[0],
    max_size=8,
)


def listed(people: list[tuple[int, str | None, str | None, int, int, int]]) -> Side:
    return side(
        *(
            entity(
                f"企业{number}", tier, item(value, base, value * 5 - base), first=first, adjustments=(("加分", extra),)
            )
            for number, tier, first, value, base, extra in people
        )
    )


def adds_up(result: Comparison) -> None:
    summary = result.summary
    assert summary.before == summary.matched + summary.gone
    assert summary.after == summary.matched + summary.new
    assert summary.matched == summary.moved + summary.stayed == sum(result.migration.values())
    assert summary.moved == summary.up + summary.down + summary.sideways == len(result.movers())
    assert summary.moved == summary.own + summary.others + summary.rules + summary.several
    for change in result.entities:
        if change.difference is not None:
            parts = [each.difference or 0 for each in change.items] + [each.difference for each in change.adjustments]
            assert sum(parts) + change.capped == change.difference
            points = change.points
            assert points.own + points.others + points.rules + points.several == change.difference
        assert (change.because is None) == (change.change is not Change.MOVED)


@settings(max_examples=150, deadline=None)
@given(PEOPLE, PEOPLE)
def test_counts_and_points_always_add_up(before: list, after: list) -> None:  # type: ignore[type-arg]
    adds_up(compare(listed(before), listed(after)))


@settings(max_examples=50, deadline=None)
@given(PEOPLE)
def test_a_list_compared_with_itself_is_the_same(people: list) -> None:  # type: ignore[type-arg]
    result = compare(listed(people), listed(people))
    assert result.summary.stayed == len(people) and result.summary.rescored == 0
    assert not any(each.items or each.adjustments for each in result.entities)
