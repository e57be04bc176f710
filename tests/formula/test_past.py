"""The tiers of other years in formulas: 类别, previous(类别), consecutive(…)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from kpi.formula.errors import FormulaError
from kpi.formula.exact import evaluate
from kpi.formula.parse import parse
from kpi.formula.past import years_ago
from kpi.formula.scope import Scope, Symbol, Type
from kpi.formula.tree import Call, Formula, Name, Shift, walk
from kpi.formula.unit import TRUTH, check
from kpi.formula.values import Undefined, Value, because
from kpi.formula.words import words
from kpi.locale import translate
from kpi.problems import say
from kpi.units import NUMBER, Units

TIER = Symbol("类别", "reserved", Type.TEXT)
FIGURES = {
    "税收": (Symbol("税收", "figure", Type.NUMBER, NUMBER),),
    "事故": (Symbol("事故", "figure", Type.TRUTH),),
    "总分": (Symbol("总分", "reserved", Type.NUMBER, NUMBER, earlier=False),),
}
SCOPE = Scope({**FIGURES, "类别": (TIER,)}, Units(), frozenset({"重点"}))
BEFORE = Scope({**FIGURES, "类别": (Symbol("类别", "reserved", Type.TEXT, now=False),)}, Units())


class Years:
    """An entity of which only the tiers are known: this year's, last year's … None is none."""

    def __init__(self, *tiers: str | None, **words: Any) -> None:
        self.tiers = tiers
        self.words: Mapping[str, Value] = words

    def value(self, key: str, shift: Shift) -> Value:
        if key in self.words:
            return self.words[key]
        back = years_ago(key, shift)
        tier = self.tiers[back] if back is not None and back < len(self.tiers) else None
        return because("no-tier", say("{years} years ago: none.", years=back)) if tier is None else tier

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


def read(text: str, scope: Scope = SCOPE) -> Formula:
    return Formula(text, *check(parse(text, scope), scope, TRUTH, text))


def holds(text: str, *tiers: str | None, **words: Any) -> bool | None:
    row: Any = Years(*tiers, **words)
    value = evaluate(read(text).tree, row)
    assert isinstance(value, bool | Undefined)
    return None if isinstance(value, Undefined) else value


@pytest.mark.parametrize(
    ("text", "tiers", "expected"),
    [
        ("连续(类别 = 'D', 3)", ("D", "D", "D"), True),
        ("连续(类别 = 'D', 3年)", ("D", "D", "D"), True),
        ("CONSECUTIVE(类别 = 'D', 3)", ("D", "D", "C"), False),
        # One year of another tier ends the run; else a year that is not known leaves it open.
        ("连续(类别 = 'D', 3)", ("D", "B", None), False),
        ("连续(类别 = 'D', 3)", (None, "B"), False),
        ("连续(类别 = 'D', 3)", ("D", "D"), None),
        ("连续（类别 属于 [“C”，“D”]， 2）", ("D", "C"), True),
        ("连续(非 类别 = 'A' 且 类别 ≠ 'B', 2)", ("D", "C"), True),
        ("连续(previous(类别) = 'A', 2)", ("D", "A", "A"), True),
        ("连续(上年同期的类别 = 'A', 2)", ("A", "A", "B"), False),
        ("previous(类别) = 'A'", ("D", "A"), True),
        ("previous(类别) = 'A'", ("A",), None),
        ("missing(previous(类别))", ("A",), True),
        ("first(previous(类别), 'N') = 'N'", ("A",), True),
        ("类别 = previous(类别)", ("A", "A"), True),
        ("非 连续(类别 = 'D', 2) 或 类别 = 'D'", ("D",), True),
    ],
)
def test_years_in_conditions(text: str, tiers: tuple[str | None, ...], expected: bool | None) -> None:
    assert holds(text, *tiers) is expected


def test_the_years_of_a_run_are_read_one_by_one() -> None:
    tree = parse("连续(类别 = 'D', 4)", SCOPE)
    assert isinstance(tree, Call)
    read_names = [node for node in walk(tree) if isinstance(node, Name)]
    assert [years_ago(name.key, name.shift) for name in read_names] == [0, 1, 2, 3]
    assert len({(name.key, name.shift) for name in read_names}) == 4
    assert years_ago("类别", Shift.PRECEDING) is None


@pytest.mark.parametrize(
    "text",
    ["连续(类别 = “D”，3)", "连续(上年同期的类别 属于 [“C”，“D”]，2)", "上期的类别 ≠ “A” 且 非 连续(类别 = “D”，10)"],
)
def test_the_chinese_words_are_the_same_formula(text: str) -> None:
    tree = read(text).tree
    written = words(tree, "zh", lambda name: name.key)
    assert written == text
    assert read(written).tree == tree
    assert words(read("连续(类别 = 'D', 3)").tree, "en", lambda name: "tier") == "consecutive(tier = 'D', 3)"


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("连续(类别 = 'D', 1)", "formula-history", "1"),
        ("连续(类别 = 'D', 11)", "formula-history", "11"),
        ("连续(类别 = 'D', 2.5)", "formula-history", "2.5"),
        ("连续(类别 = 'D', 3个月)", "formula-history", "3个月"),
        ("连续(类别 = 'D', 税收)", "formula-history", "税收"),
        ("连续(类别 = 'D')", "formula-arguments", "连续(类别 = 'D')"),
        ("连续(1 = 1, 2)", "formula-arguments", "连续(1 = 1, 2)"),
        ("连续(类别 = 'D' 且 事故, 2)", "formula-history", "事故"),
        ("连续(类别 = 'D' 且 税收 > 1, 2)", "formula-history", "税收"),
        ("连续(上期的类别 = 'D', 2)", "formula-history", "上期的类别"),
        ("连续(类别 = 'D' 且 in_list(重点), 2)", "formula-history", "in_list(重点)"),
        ("连续(类别 = 'D' 且 总分 > 1, 2)", "formula-history", "总分"),
        ("previous(连续(类别 = 'D', 2))", "formula-period", "类别"),
        ("previous(总分) > 1", "formula-period", "总分"),
        ("连续(类别, 2)", "not-a-condition", "类别"),
        ("类别 > 'A'", "no-order", "类别 > 'A'"),
    ],
)
def test_errors_point_at_what_is_wrong(text: str, code: str, part: str) -> None:
    with pytest.raises(FormulaError) as caught:
        read(text)
    problem = caught.value.problem
    start, end = problem.excerpt_span or (0, 0)
    assert (problem.code, text[start:end]) == (code, part)


@pytest.mark.parametrize("text", ["类别 = 'D'", "连续(类别 = 'D', 2)"])
def test_before_there_are_tiers_only_those_of_earlier_years_are_known(text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        read(text, BEFORE)
    assert translate(caught.value.problem.message, "en") == "“类别” of this period is not known here."
    assert read("previous(类别) = 'D' 或 连续(previous(类别) = 'C', 2)", BEFORE).unit is None
