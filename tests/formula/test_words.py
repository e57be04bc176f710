"""Tree → words: what people read, and that the Chinese text is the same formula again."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.formula.limits import largest_power
from kpi.formula.parse import parse
from kpi.formula.scope import Scope, Symbol, Type
from kpi.formula.tree import (
    Aggregate,
    And,
    Binary,
    Call,
    Compare,
    Date,
    Items,
    Listed,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Period,
    Published,
    Scale,
    Shift,
    Text,
    Truth,
    Within,
    rewrite,
    walk,
)
from kpi.formula.words import literal, words
from kpi.units import Units

UNITS = Units()
NAMES = [
    "税收",
    "非税收入",
    "在建",
    "亩均税收",
    "用地面积",
    "行业",
    "人",
    "投产日期",
    "tax",
    "2+3产业产值",
    "a b",
    "厂房、设备投资",
    "税收（万元）",
]
SCOPE = Scope(
    {name: (Symbol(name, "figure", Type.NUMBER),) for name in NAMES}, UNITS, frozenset({"安全事故", "2023年 名单"})
)


def key(name: Name) -> str:
    return name.key


def both(text: str) -> tuple[str, str]:
    tree = parse(text, SCOPE)
    return words(tree, "zh", key), words(tree, "en", key)


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("税收/用地面积>=20万元/亩", "税收 ÷ 用地面积 ≥ 20万元/亩", "税收 ÷ 用地面积 ≥ 20 万元/亩"),
        ("(税收*2)+(1-(2-3))", "税收 × 2 + (1 - (2 - 3))", "税收 × 2 + (1 - (2 - 3))"),
        ("税收/(用地面积*2)", "税收 ÷ (用地面积 × 2)", "税收 ÷ (用地面积 × 2)"),
        ("-(税收+1)", "-(税收 + 1)", "-(税收 + 1)"),
        ("税收 - (-人)", "税收 - (-人)", "税收 - (-人)"),
        ("(税收+1)^-2", "(税收 + 1)^-2", "(税收 + 1)^-2"),
        ("0.7<=税收<=1.8", "0.7 ≤ 税收 ≤ 1.8", "0.7 ≤ 税收 ≤ 1.8"),
        ("0.7<=税收 and 税收<=1.8 and 在建", "0.7 ≤ 税收 且 税收 ≤ 1.8 且 在建", "0.7 ≤ 税收 and 税收 ≤ 1.8 and 在建"),
        ("not (在建 or 税收>1) and 人!=1", "非 (在建 或 税收 > 1) 且 人 ≠ 1", "not (在建 or 税收 > 1) and 人 ≠ 1"),
        ("行业 in ('a','b')", "行业 属于 [“a”，“b”]", "行业 in ['a', 'b']"),
        ("行业 not in ('“a”')", "行业 不属于 ['“a”']", "行业 not in ['“a”']"),
        ("投产日期 在 上年同期", "投产日期 在 上年同期", "投产日期 in the same period a year earlier"),
        ("投产日期>2021-01-05", "投产日期 > 2021年1月5日", "投产日期 > 2021-01-05"),
        ("在建=是", "在建 = 是", "在建 = true"),
        ("previous(税收)", "上年同期的税收", "previous 税收"),
        ("preceding(`a b`)", "上期的`a b`", "preceding `a b`"),
        ("growth(税收)>3个百分点", "增速(税收) > 3个百分点", "growth(税收) > 3 percentage points"),
        ("growth(税收)>15%", "增速(税收) > 15%", "growth(税收) > 15%"),
        ("if(在建, 1, min(税收, 人))", "如果(在建，1，最小(税收，人))", "if(在建, 1, min(税收, 人))"),
        ("published(previous(亩均税收))", "公布值(上年同期的亩均税收)", "published(previous 亩均税收)"),
        ("min(1, 100, 在建)", "最小(1， 100，在建)", "min(1, 100, 在建)"),  # not the number 1,100
        ("in_list(安全事故)", "在名单(“安全事故”)", "in_list('安全事故')"),
        ("sum(税收 where 在建)", "合计(税收 其中 在建)", "sum(税收 where 在建)"),
        ("count(在建)", "个数(在建)", "count(在建)"),
    ],
)
def test_words(text: str, chinese: str, english: str) -> None:
    assert both(text) == (chinese, english)


def test_labels_are_used() -> None:
    tree = parse("税收 / 用地面积", SCOPE)
    assert words(tree, "en", lambda name: {"税收": "tax paid", "用地面积": "land"}[name.key]) == "`tax paid` ÷ land"


def test_conversions_are_not_seen() -> None:
    wan, yuan = UNITS.parse("万元"), UNITS.parse("元")
    tree = Scale(Binary("+", Name("a", (0, 1)), Name("b", (4, 5)), (0, 5)), Fraction(10000), wan, yuan, (0, 5))
    assert words(Binary("*", tree, Number(Fraction(2), None, (8, 9)), (0, 9)), "zh", key) == "(a + b) × 2"


@pytest.mark.parametrize(
    ("value", "unit", "chinese", "english"),
    [
        (Fraction(20), "万元/亩", "20万元/亩", "20 万元/亩"),
        (Fraction(-1, 8), "%", "-0.125%", "-0.125%"),
        (Fraction(3), "个百分点", "3个百分点", "3 percentage points"),
        (Fraction(875, 3), "万元/亩", "875万元/亩 ÷ 3", "875 万元/亩 ÷ 3"),
        (Fraction(5), None, "5", "5"),
    ],
)
def test_literals(value: Fraction, unit: str | None, chinese: str, english: str) -> None:
    parsed = UNITS.parse(unit) if unit else None
    assert (literal(value, parsed, "zh"), literal(value, parsed, "en")) == (chinese, english)


HERE = (0, 0)


def bare(tree: Node) -> Node:
    """The tree without its places."""

    def forget(node: Node) -> Node | None:
        return None if node.span == HERE else rewrite(replace(node, span=HERE), forget)

    return rewrite(tree, forget)


def shifts() -> st.SearchStrategy[Shift]:
    return st.sampled_from(Shift)


def leaves() -> st.SearchStrategy[Node]:
    units = st.sampled_from([None, "万元", "万元/亩", "%", "百分点", "元/千瓦时", "元/(亩·年)", "人"])
    return st.one_of(
        st.builds(
            lambda digits, decimals, unit: Number(
                Fraction(digits, 10**decimals), UNITS.parse(unit) if unit else None, HERE
            ),
            st.integers(0, 99999),
            st.integers(0, 3),
            units,
        ),
        st.builds(Name, st.sampled_from(NAMES), st.just(HERE), shifts()),
        st.builds(
            Text,
            st.text("规上 a'且（”\"", max_size=4).filter(lambda text: not {"”", "'", '"'} <= set(text)),
            st.just(HERE),
        ),
        st.builds(Truth, st.booleans(), st.just(HERE)),
        st.builds(Date, st.dates(date(1000, 1, 1)), st.just(HERE)),
        st.builds(Listed, st.sampled_from(["安全事故", "2023年 名单"]), st.just(HERE)),
        st.builds(lambda name, shift: Published(Name(name, HERE, shift), HERE), st.sampled_from(NAMES), shifts()),
        st.builds(
            lambda name: Call("growth", (Name(name, HERE), Name(name, HERE, Shift.PREVIOUS)), HERE),
            st.sampled_from(NAMES),
        ),
    )


def branches(below: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(below, min_size=2, max_size=3).map(tuple)
    constants = st.lists(
        st.one_of(
            st.builds(Text, st.sampled_from(["食品", "a、b", "“x”"]), st.just(HERE)),
            st.builds(lambda number: Number(Fraction(number), None, HERE), st.integers(0, 99)),
            st.builds(lambda number: Negative(Number(Fraction(number), None, HERE), HERE), st.integers(0, 99)),
        ),
        min_size=1,
        max_size=3,
    ).map(lambda items: Items(tuple(items), HERE))
    # Not filter: hypothesis would write out the whole recursive strategy for every tree that it drops.
    simple = below.map(
        lambda node: Name("税收", HERE) if any(isinstance(part, Aggregate) for part in walk(node)) else node
    )
    return st.one_of(
        st.builds(Negative, below, st.just(HERE)),
        st.builds(Binary, st.sampled_from("+-*/"), below, below, st.just(HERE)),
        st.builds(
            lambda base, exponent: Binary("^", base, Number(Fraction(exponent), None, HERE), HERE),
            below.map(lambda node: node if largest_power(node) == 1 else Name("税收", HERE)),
            st.integers(-12, 12),
        ),
        st.builds(Compare, st.sampled_from(["=", "!=", ">=", "<=", ">", "<"]), below, below, st.just(HERE)),
        st.builds(
            lambda a, b, c, sign: And((Compare(sign, a, b, HERE), Compare(sign, b, c, HERE)), HERE),
            below,
            below,
            below,
            st.sampled_from(["<=", ">"]),
        ),
        st.builds(Within, below, constants, st.just(HERE)),
        st.builds(Within, below, st.builds(Period, shifts(), st.just(HERE)), st.just(HERE)),
        st.builds(Not, below, st.just(HERE)),
        st.builds(And, some, st.just(HERE)),
        st.builds(Or, some, st.just(HERE)),
        st.builds(Call, st.sampled_from(["min", "max", "first"]), some, st.just(HERE)),
        st.builds(lambda a, b, c: Call("if", (a, b, c), HERE), below, below, below),
        st.builds(lambda name, a: Call(name, (a,), HERE), st.sampled_from(["abs", "missing"]), below),
        st.builds(Aggregate, st.sampled_from(["sum", "mean", "median"]), simple, st.none() | simple, st.just(HERE)),
        st.builds(Aggregate, st.sampled_from(["min", "max", "share"]), simple, simple, st.just(HERE)),
        st.builds(Aggregate, st.sampled_from(["count", "share"]), st.none(), simple, st.just(HERE)),
    )


@settings(max_examples=250, deadline=None)
@given(st.recursive(leaves(), branches, max_leaves=12))
def test_the_chinese_words_are_the_same_formula(tree: Node) -> None:
    text = words(tree, "zh", key)
    assert bare(parse(text, SCOPE)) == bare(tree), text


@settings(max_examples=100, deadline=None)
@given(st.recursive(leaves(), branches, max_leaves=12))
def test_there_are_english_words_for_everything(tree: Node) -> None:
    assert words(tree, "en", key)
