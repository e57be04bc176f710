"""A problem says where, what, and what to do; the pointer stands under what is meant."""

from __future__ import annotations

from rich.cells import cell_len

from kpi.problems import Place, Problem, Severity, say
from kpi.render.problems import lines, plain, where

PLACE = Place(file="企业申报表.xlsx", sheet="Sheet1", cell="F17", key="税收（万元）", entity="宣城某某公司")


def test_the_place_goes_from_the_outside_in() -> None:
    assert where(PLACE, "zh") == "企业申报表.xlsx · Sheet1!F17 · 税收（万元） · 宣城某某公司"
    assert where(Place(file="a.toml", line=3, column=7), "en") == "a.toml · line 3, column 7"
    assert where(Place(), "en") == ""


def test_one_line_holds_place_found_expected_and_hint() -> None:
    problem = Problem("not-a-number", say("Found."), PLACE, expected=say("Expected a number."), hint=say("Correct it."))
    assert plain(problem, "en") == (
        "error: 企业申报表.xlsx · Sheet1!F17 · 税收（万元） · 宣城某某公司: Found. Expected a number. Correct it."
    )


def test_every_part_reads_as_a_sentence() -> None:
    problem = Problem("misfit", say("Found"), expected=say("a condition"), hint=say("See “docs”"))
    assert plain(problem, "en") == "error: Found. Expected: a condition. See “docs”."


def test_the_pointer_counts_chinese_characters_as_two() -> None:
    excerpt = "税收 / 用地面和 + 1"
    start = excerpt.index("用地面和")
    problem = Problem("unknown-name", say("Found."), excerpt=excerpt, excerpt_span=(start, start + 4))
    _, shown, pointer = plain(problem, "en").split("\n")
    assert shown == "    税收 / 用地面和 + 1"
    assert pointer == "    " + " " * 7 + "^" * 8


def test_a_long_line_is_shown_around_the_pointer() -> None:
    excerpt = "（" * 200 + "税收" + "）" * 200
    problem = Problem("deep", say("Found."), excerpt=excerpt, excerpt_span=(200, 202))
    _, shown, pointer = plain(problem, "en").split("\n")
    assert cell_len(shown) <= 80
    assert "税收" in shown
    assert cell_len(shown[: shown.index("税")]) == len(pointer) - len(pointer.lstrip())
    assert pointer.strip() == "^^^^"


def test_a_pointer_past_the_end_still_shows() -> None:
    problem = Problem("end", say("Found."), excerpt="税收 +", excerpt_span=(4, 4))
    assert plain(problem, "en").endswith("\n    税收 +\n" + " " * 10 + "^")


def test_severity_is_a_word_and_a_style() -> None:
    problem = Problem("a", say("Look."), severity=Severity.WARNING)
    assert lines(problem, "en") == [("warning: Look.", "warning")]


def test_values_cannot_steer_the_terminal() -> None:
    problem = Problem("a", say("“{name}” is unknown.", name="\x1b[2J[red]"), Place(file="a\nb.csv"), excerpt="\x1b[2J")
    assert "\x1b" not in plain(problem, "zh")
    assert "a b.csv" in plain(problem, "en")
