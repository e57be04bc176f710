"""Places and tiers of ranked blocks: rounding, ties, refilling and minima, each worked out by hand."""

from fractions import Fraction

import pytest

from kpi.definitions.model import Minimum, Tiers
from kpi.evaluation.scheme.tiers import Block, by_score, by_share, cuts
from kpi.formula.tree import Formula, Truth

ABCD = ("A", "B", "C", "D")
SHARES = tuple(Fraction(each, 100) for each in (20, 60, 95, 100))


def tiers(**changes: object) -> Tiers:
    return Tiers(**({"by": "share", "names": ABCD, "up_to": SHARES} | changes))  # type: ignore[arg-type]


def block(total: float, size: int = 1, *, able: tuple[bool, ...] = (True,) * 4, placed: bool = False) -> Block:
    return Block(((0, -total),), size, able, placed, (total, able, placed))


def letters(rule: Tiers, blocks: list[Block]) -> str:
    """The tiers of the blocks, one letter an entity, best total first."""
    found = by_share(rule, blocks, sum(each.size for each in blocks))
    return "".join(rule.names[found[each.key]] * each.size for each in sorted(blocks, key=lambda each: -each.key[0]))


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        ("half_up", (3, 8, 12, 13)),  # 2.6, 7.8, 12.35, 13
        ("down", (2, 7, 12, 13)),
        ("up", (3, 8, 13, 13)),
    ],
)
def test_shares_become_places_as_declared(rounding: str, expected: tuple[int, ...]) -> None:
    assert cuts(tiers(round=rounding), 13) == expected


def test_half_a_place_is_rounded_up_exactly() -> None:
    assert cuts(tiers(up_to=(Fraction(15, 100), Fraction(1))), 10) == (2, 10)


def test_ten_entities_fill_two_four_four_none() -> None:
    # 20 % of 10 = 2; 60 % = 6; 95 % = 9.5 → 10; so nobody is D.
    assert letters(tiers(), [block(100 - n) for n in range(10)]) == "AABBBBCCCC"


@pytest.mark.parametrize(("ties", "expected"), [("up", "AAABBBCCCC"), ("down", "ABBBBBCCCC")])
def test_a_tie_across_a_cut_goes_as_declared(ties: str, expected: str) -> None:
    blocks = [block(99), block(90, size=2), *[block(80 - n) for n in range(7)]]
    assert letters(tiers(ties=ties), blocks) == expected


def test_without_refill_the_place_of_one_below_the_minimum_stays_empty() -> None:
    unable = (False, True, True, True)
    blocks = [block(99, able=unable), *[block(90 - n) for n in range(9)]]
    assert letters(tiers(), blocks) == "BABBBBCCCC"


def test_with_refill_the_next_one_moves_up_into_the_place() -> None:
    unable = (False, True, True, True)
    blocks = [block(99, able=unable), *[block(90 - n) for n in range(9)]]
    assert letters(tiers(refill=True), blocks) == "BAABBBCCCC"


def test_with_refill_a_placed_entity_holds_no_place_but_is_counted() -> None:
    blocks = [block(99, placed=True), *[block(90 - n) for n in range(9)]]
    found = letters(tiers(refill=True), blocks)
    # Ten are counted, so two places in A, six up to B, ten up to C; the nine others fill them from the top.
    assert found[1:] == "AABBBBCCC"


def test_scores_take_the_first_tier_that_they_reach() -> None:
    rule = tiers(by="score", up_to=(), at_least=(Fraction(90), Fraction(75), Fraction(60), None))
    totals = (Fraction(90), Fraction(8999, 100), Fraction(60), Fraction(0))
    assert [rule.names[by_score(rule, block(0), total)] for total in totals] == ["A", "B", "C", "D"]


def test_scores_below_a_minimum_go_down() -> None:
    condition = Formula("是", Truth(True, (0, 1)), None)
    rule = tiers(by="score", at_least=(Fraction(90), Fraction(75), None, None), minimum=(Minimum("A", condition),))
    assert rule.names[by_score(rule, block(0, able=(False, True, True, True)), Fraction(95))] == "B"
