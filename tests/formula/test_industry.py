"""Industries by GB/T 4754, as people write them."""

from __future__ import annotations

import re

import pytest

from kpi.formula.industry import LEVELS, SECTIONS, belongs, code_at, pattern


@pytest.mark.parametrize(
    "industry", ["C13", "13", "131", "1361", "C1361", "C1361 水产品冷冻加工", "13农副食品加工业", " C13 "]
)
def test_what_lies_under_a_division(industry: str) -> None:
    assert belongs(industry, ("C13",))
    assert belongs(industry, ("13",))
    assert belongs(industry, ("C",))


@pytest.mark.parametrize("industry", ["C14", "1", "C", "1413", "31", "13611", "农副食品加工业", ""])
def test_what_does_not(industry: str) -> None:
    assert not belongs(industry, ("C13",))


def test_a_shorter_code_does_not_belong_to_a_longer_one() -> None:
    assert not belongs("C13", ("C1361",))
    assert belongs("1361", ("C1361",))


def test_sections_are_known_by_their_divisions() -> None:
    assert belongs("4310", ("C",))
    assert not belongs("44", ("C",))
    assert belongs("0610", ("B",))
    assert belongs("C", ("C",))


def test_names_match_with_or_without_their_code() -> None:
    assert belongs("农副食品加工业", ("农副食品加工业",))
    assert belongs("C13 农副食品加工业", ("农副食品加工业",))
    assert not belongs("其他农副食品加工业", ("农副食品加工业",))
    assert belongs("加工(一).*", ("加工(一).*",))
    assert not belongs("加工一xx", ("加工(一).*",))


def test_the_pattern_is_the_rule_for_columns_too() -> None:
    assert re.fullmatch(pattern(("C13", "纺织业")), "C17 纺织业")


def test_no_entries_no_members() -> None:
    assert not belongs("C13", ())
    assert not belongs("C13", ("C14",))


@pytest.mark.parametrize(
    ("industry", "codes"),
    [
        ("C1361 水产品冷冻加工", ["C", "C13", "C136", "C1361"]),
        ("1361", ["C", "C13", "C136", "C1361"]),
        ("C136", ["C", "C13", "C136", None]),
        ("13", ["C", "C13", None, None]),
        (" C 制造业 ", ["C", None, None, None]),
        ("0111", ["A", "A01", "A011", "A0111"]),
        ("D13", ["C", "C13", None, None]),
        ("98", [None] * 4),
        ("13611", [None] * 4),
        ("IT服务", [None] * 4),
        ("农副食品加工业", [None] * 4),
        ("", [None] * 4),
    ],
)
def test_the_code_at_a_level(industry: str, codes: list[str | None]) -> None:
    assert [code_at(industry, level) for level in LEVELS] == codes


def test_every_division_of_the_standard_has_one_section() -> None:
    divisions = [number for first, last in SECTIONS.values() for number in range(first, last + 1)]
    assert divisions == list(range(1, 98))
    assert "".join(SECTIONS) == "ABCDEFGHIJKLMNOPQRST"
