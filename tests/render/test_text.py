"""Widths, folding, and what must not reach a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.render.text import clean, cut, fold, pad, width


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("亩均税收", 8),
        ("税收（万元）", 12),
        ("a亩b", 4),
        ("e\u0301", 1),
        ("万元/亩", 7),
        ("— ≥", 3),
    ],
)
def test_chinese_takes_two_columns(text: str, columns: int) -> None:
    assert width(text) == columns


def test_a_name_cannot_steer_the_terminal() -> None:
    assert clean("示例\x1b[31m红\x1b[0m") == "示例\ufffd[31m红\ufffd[0m"
    assert clean("上\n下\t右") == "上 下 右"
    assert clean("\u202eexe.txt") == "\ufffdexe.txt"
    assert clean("\udc80") == "\ufffd"
    assert clean("[red]企业[/red]") == "[red]企业[/red]"


@given(st.text(max_size=60))
def test_cleaning_keeps_every_character_in_its_place(text: str) -> None:
    """Spans of an excerpt point at the same characters afterwards."""
    assert len(clean(text)) == len(text)
    assert "\x1b" not in clean(text)
    assert "\n" not in clean(text)


@given(st.text(max_size=60).map(clean), st.integers(min_value=2, max_value=20))
def test_folding_loses_only_spaces_and_never_runs_over(text: str, columns: int) -> None:
    lines = fold(text, columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line) <= columns for line in lines)


def test_punctuation_stays_with_what_it_follows() -> None:
    assert fold("税收，用地，投资", 6) == ["税收，", "用地，", "投资"]
    assert fold("tax per mu is short", 10) == ["tax per mu", "is short"]
    assert fold("", 10) == [""]
    assert fold("  税收用地", 6) == ["  税收", "  用地"]


def test_cutting_and_padding() -> None:
    assert cut("示例企业有限公司", 9) == "示例企业…"
    assert cut("abc", 3) == "abc"
    assert pad("税收", 6) == "税收  "
    assert pad("20", 6, right=True) == "    20"
