"""What must not reach a terminal, and where lines may be broken."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from kpi.render.text import breakable, clean, unmarked


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


def folded(text: str, columns: int) -> list[str]:
    """The lines that rich makes of it."""
    console = Console(file=StringIO(), width=columns)
    lines = Text(breakable(text), overflow="fold").wrap(console, columns)
    return [unmarked(line.plain).rstrip(" ") for line in lines]


@given(st.text(max_size=60).map(clean), st.integers(min_value=2, max_value=20))
def test_folding_loses_only_spaces_and_never_runs_over(text: str, columns: int) -> None:
    lines = folded(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= columns for line in lines)


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("税收，用地，投资", 6, ["税收，", "用地，", "投资"]),
        ("税收（万元/亩）", 8, ["税收（万", "元/亩）"]),
        ("建设容积率 0.34", 11, ["建设容积率", "0.34"]),
        ("示例 企业有限公司", 11, ["示例 企业有", "限公司"]),
        ("结论：“达标”", 8, ["结论：", "“达标”"]),
        ("growth of 20 % or more", 12, ["growth of", "20 % or more"]),
        ("tax per mu is short", 10, ["tax per mu", "is short"]),
        ("Anhui-Sample-Ltd", 6, ["Anhui-", "Sample", "-Ltd"]),
        ("", 10, [""]),
    ],
)
def test_punctuation_stays_with_what_it_follows(text: str, columns: int, lines: list[str]) -> None:
    assert folded(text, columns) == lines


def test_a_joined_character_is_never_broken() -> None:
    assert breakable("中\u200d国") == "中\u200d国"
    assert folded("中\ufe00国国", 4) == ["中\ufe00国", "国"]


@given(st.text(max_size=60).map(clean))
def test_marks_leave_no_trace(text: str) -> None:
    assert unmarked(breakable(text)) == text


def test_nobody_else_sets_marks() -> None:
    assert clean("示\x1f例\ufdd0企业") == "示\ufffd例\ufffd企业"
