"""Places and tiers of ranked blocks: rounding, ties, refilling and minima, each worked out by hand."""

from fractions import Fraction

import pytest

from kpi.definitions.tier_model import Floors, Shares, Tiers
from kpi.evaluation.scheme.tiers import Block, by_reach, by_share, cuts

ABCD = ("A", "B", "C", "D")
SHARES = tuple(Fraction(each, 100) for each in (20, 60, 95, 100))


def shares(
    up_to: tuple[Fraction, ...] = SHARES,
    of: str = "graded",
    round: str = "half_up",
    ties: str = "up",
    refill: bool = False,
) -> Shares:
    return Shares(up_to, of, round, (ties,), refill)


def block(total: float, size: int = 1, *, able: tuple[bool, ...] = (True,) * 4, placed: bool = False) -> Block:
    return Block(((0, -total),), size, able, placed, (total, able, placed))


def letters(rule: Shares, blocks: list[Block], ungraded: int = 0) -> str:
    """The tiers of the blocks, one letter an entity, best total first."""
    graded = sum(each.size for each in blocks)
    found = by_share(Tiers("share", ABCD, rule), blocks, {"graded": graded, "evaluated": graded + ungraded})
    return "".join(ABCD[found[each.key]] * each.size for each in sorted(blocks, key=lambda each: -each.key[0]))


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        ("half_up", (3, 8, 12, 13)),  # 2.6, 7.8, 12.35, 13
        ("down", (2, 7, 12, 13)),
        ("up", (3, 8, 13, 13)),
    ],
)
def test_shares_become_places_as_declared(rounding: str, expected: tuple[int, ...]) -> None:
    assert cuts(shares(round=rounding), 13) == expected


def test_half_a_place_is_rounded_up_exactly() -> None:
    assert cuts(shares(up_to=(Fraction(15, 100), Fraction(1))), 10) == (2, 10)


def test_ten_entities_fill_two_four_four_none() -> None:
    # 20 % of 10 = 2; 60 % = 6; 95 % = 9.5 → 10; so nobody is D.
    assert letters(shares(), [block(100 - n) for n in range(10)]) == "AABBBBCCCC"


@pytest.mark.parametrize(("ties", "expected"), [("up", "AAABBBCCCC"), ("down", "ABBBBBCCCC")])
def test_a_tie_across_a_cut_goes_as_declared(ties: str, expected: str) -> None:
    blocks = [block(99), block(90, size=2), *[block(80 - n) for n in range(7)]]
    assert letters(shares(ties=ties), blocks) == expected


def test_without_refill_the_place_of_one_below_the_minimum_stays_empty() -> None:
    unable = (False, True, True, True)
    blocks = [block(99, able=unable), *[block(90 - n) for n in range(9)]]
    assert letters(shares(), blocks) == "BABBBBCCCC"


def test_with_refill_the_next_one_moves_up_into_the_place() -> None:
    unable = (False, True, True, True)
    blocks = [block(99, able=unable), *[block(90 - n) for n in range(9)]]
    assert letters(shares(refill=True), blocks) == "BAABBBCCCC"


def test_with_refill_a_placed_entity_holds_no_place_but_is_counted() -> None:
    blocks = [block(99, placed=True), *[block(90 - n) for n in range(9)]]
    found = letters(shares(refill=True), blocks)
    # Ten are counted, so two places in A, six up to B, ten up to C; the nine others fill them from the top.
    assert found[1:] == "AABBBBCCC"


def test_shares_of_the_evaluated_count_those_who_are_not_graded_too() -> None:
    blocks = [block(100 - n) for n in range(10)]
    assert letters(shares(of="graded"), blocks, ungraded=5) == "AABBBBCCCC"
    # 20 % of 15 = 3; 60 % = 9; 95 % = 14.25.
    assert letters(shares(of="evaluated"), blocks, ungraded=5) == "AAABBBBBBC"


def test_who_misses_the_minimum_of_the_tier_that_is_reached_goes_down() -> None:
    floors = Tiers("score", ABCD, Floors((Fraction(90), Fraction(75), Fraction(60), None)))
    unable = Block(((0, -95.0),), 1, (False, False, True, True), False, ("x",), reached=0)
    assert by_reach(floors, [unable], {}) == {("x",): 2}
