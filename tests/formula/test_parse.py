"""Formula text → tree: what binds tighter, what every function takes, and what is said when something is wrong."""

import re
import time
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kpi.formula.functions import BY_NAME, FUNCTIONS
from kpi.formula.limits import check_size
from kpi.formula.parse import FormulaError, parse
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
    Shift,
    Text,
    Truth,
    Within,
    walk,
)
from kpi.problems import Problem
from kpi.units import Units

UNITS = Units()
DOCS = Path(__file__).parents[2] / "docs" / "formulas.md"
NAMES = re.findall(
    r"\S+",
    """a b c 税收 承诺税收 非税收入 用地面积 亩均税收 承诺亩均税收 容积率 行业 规模 投产日期 签约日期 投资额 在建
    高新技术企业 综合能耗 用电量 计容建筑面积 建筑面积 工业增加值 研发经费 营业收入 2+3产业产值 厂房、设备投资 类别""",
)


def scope(*names: str, table: bool = True) -> Scope:
    known = {name: (Symbol(name, "figure", Type.NUMBER),) for name in (*NAMES, *names)}
    known["tax"] = (Symbol("税收", "figure", Type.NUMBER),)
    return Scope(known, UNITS, frozenset({"安全事故", "2023年 名单"}), table)


def read(text: str) -> Node:
    return parse(text, scope())


def sketch(node: Node) -> str:
    """The tree with all its brackets."""
    match node:
        case Number(value, unit):
            return f"{value}{unit.text if unit else ''}"
        case Name(key, _, shift):
            return key if shift is Shift.NOW else f"{key}@{shift}"
        case Text(value):
            return repr(value)
        case Truth(holds):
            return str(holds)
        case Date(day):
            return day.isoformat()
        case Period(shift):
            return f"period:{shift}"
        case Items(items):
            return f"[{' '.join(map(sketch, items))}]"
        case Negative(operand):
            return f"(- {sketch(operand)})"
        case Binary(operator, left, right) | Compare(operator, left, right):
            return f"({sketch(left)} {operator} {sketch(right)})"
        case Within(member, items):
            return f"({sketch(member)} in {sketch(items)})"
        case Not(operand):
            return f"(not {sketch(operand)})"
        case And(operands):
            return f"({' and '.join(map(sketch, operands))})"
        case Or(operands):
            return f"({' or '.join(map(sketch, operands))})"
        case Call(function, arguments):
            return f"{function}({', '.join(map(sketch, arguments))})"
        case Published(name):
            return f"published({sketch(name)})"
        case Listed(name):
            return f"in_list({name!r})"
        case Aggregate(function, argument, where):
            return f"{function}<{sketch(argument) if argument else ''}|{sketch(where) if where else ''}>"
        case _:
            raise TypeError(node)


def problem(text: str, inside: Scope | None = None) -> Problem:
    with pytest.raises(FormulaError) as caught:
        parse(text, inside or scope())
    found = caught.value.problem
    assert found.excerpt_span is not None
    assert found.place.column == found.excerpt_span[0] + 1
    assert found.expected is not None
    return found


def wrong(text: str, inside: Scope | None = None) -> tuple[str, str]:
    """Code and the characters that are pointed at."""
    found = problem(text, inside)
    start, end = found.excerpt_span or (0, 0)
    return found.code, text[start:end]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b * c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a ÷ b × c", "((a / b) * c)"),
        ("a - (b - c)", "(a - (b - c))"),
        ("-a * b", "((- a) * b)"),
        ("-a + b", "((- a) + b)"),
        ("a * -b", "(a * (- b))"),
        ("(-a)^2", "((- a) ^ 2)"),
        ("-(a^2)", "(- (a ^ 2))"),
        ("a * b^2", "(a * (b ^ 2))"),
        ("a^-2", "(a ^ -2)"),
        ("a^(-2) * b", "((a ^ -2) * b)"),
        ("a + b > c * 2", "((a + b) > (c * 2))"),
        ("非 a > b", "(not (a > b))"),
        ("非 a > b 且 c = 1", "((not (a > b)) and (c = 1))"),
        ("非 非 在建", "(not (not 在建))"),
        ("a > 1 或 b > 1 且 非 c > 1", "((a > 1) or ((b > 1) and (not (c > 1))))"),
        ("在建 且 在建 且 在建", "(在建 and 在建 and 在建)"),
        ("(在建 且 在建) 且 在建", "((在建 and 在建) and 在建)"),
        ("非（在建或在建）", "(not (在建 or 在建))"),
        ("not 在建 and 在建 or 在建", "(((not 在建) and 在建) or 在建)"),
        ("（a＋b）×c", "((a + b) * c)"),
        ("1.5 × a", "(3/2 * a)"),
        ("20万元/亩均税收", "(20万元 / 亩均税收)"),
        ("3.5亿元/120亩", "(7/2亿元 / 120亩)"),
        ("非税收入 / tax", "(非税收入 / 税收)"),
        ("厂房、设备投资 / `2+3产业产值`", "(厂房、设备投资 / 2+3产业产值)"),
    ],
)
def test_what_binds_tighter(text: str, tree: str) -> None:
    assert sketch(read(text)) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a ≠ 1", "(a != 1)"),
        ("a != 1", "(a != 1)"),
        ("a <> 1", "(a != 1)"),
        ("a == 1", "(a = 1)"),
        ("a >= 1", "(a >= 1)"),
        ("a≧1", "(a >= 1)"),
        ("a ＜ 1", "(a < 1)"),
        ("0.7 ≤ 容积率 ≤ 1.8", "((7/10 <= 容积率) and (容积率 <= 9/5))"),
        ("1.8 ≥ 容积率 > 0.7", "((9/5 >= 容积率) and (容积率 > 7/10))"),
        ("a < b < c < 9", "((a < b) and (b < c) and (c < 9))"),
        ("0.7 ≤ 容积率 ≤ 1.8 且 在建", "(((7/10 <= 容积率) and (容积率 <= 9/5)) and 在建)"),
        ("非 0.7 ≤ 容积率 ≤ 1.8", "(not ((7/10 <= 容积率) and (容积率 <= 9/5)))"),
        ("行业 属于 ['食品', '纺织']", "(行业 in ['食品' '纺织'])"),
        ("行业属于（“食品”、“纺织”）", "(行业 in ['食品' '纺织'])"),
        ("行业 in {'食品'}", "(行业 in ['食品'])"),
        ("行业 不属于 【'食品'，'纺织'】", "(not (行业 in ['食品' '纺织']))"),
        ("行业 not in ('食品')", "(not (行业 in ['食品']))"),
        ("a 属于 [-1, 2%]", "(a in [(- 1) 2%])"),
        ("签约日期 在 本期", "(签约日期 in period:now)"),
        ("签约日期在上年同期且在建", "((签约日期 in period:previous) and 在建)"),
        ("签约日期 in 上期", "(签约日期 in period:preceding)"),
        ("投产日期 > 2021年1月1日", "(投产日期 > 2021-01-01)"),
        ("高新技术企业 = 是", "(高新技术企业 = True)"),
        ("高新技术企业 = FALSE", "(高新技术企业 = False)"),
    ],
)
def test_comparisons_and_lists(text: str, tree: str) -> None:
    assert sketch(read(text)) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("growth(税收)", "growth(税收, 税收@previous)"),
        ("增速(税收 / 用地面积)", "growth((税收 / 用地面积), (税收@previous / 用地面积@previous))"),
        ("previous(税收)", "税收@previous"),
        ("上年同期(税收 - 用地面积)", "(税收@previous - 用地面积@previous)"),
        ("上年同期的税收", "税收@previous"),
        ("上期的`2+3产业产值`", "2+3产业产值@preceding"),
        ("preceding(税收)", "税收@preceding"),
        ("previous(published(亩均税收))", "published(亩均税收@previous)"),
        ("公布值(上年同期的亩均税收)", "published(亩均税收@previous)"),
        ("min(a, b, 3)", "min(a, b, 3)"),
        ("最大(a，b)", "max(a, b)"),
        ("abs(a)", "abs(a)"),
        ("IF(在建, a, b)", "if(在建, a, b)"),
        ("首个(a, b)", "first(a, b)"),
        ("缺失(a)", "missing(a)"),
        ("in_list(安全事故)", "in_list('安全事故')"),
        ("in_list('2023年 名单')", "in_list('2023年 名单')"),
        ("在名单( 2023年 名单 )", "in_list('2023年 名单')"),
        ("sum(a)", "sum<a|>"),
        ("sum(a where 在建)", "sum<a|在建>"),
        ("合计(a 其中 b > 1 且 在建)", "sum<a|((b > 1) and 在建)>"),
        ("count(a > 1)", "count<|(a > 1)>"),
        ("share(在建)", "share<|在建>"),
        ("占比(a 其中 在建)", "share<a|在建>"),
        ("median(a) / 平均(b)", "(median<a|> / mean<b|>)"),
        ("min(a where 在建)", "min<a|在建>"),
        ("previous(count(签约日期 在 本期))", "count<|(签约日期@previous in period:previous)>"),
    ],
)
def test_functions(text: str, tree: str) -> None:
    assert sketch(read(text)) == tree


def test_known_names_win_over_functions_and_words() -> None:
    inside = scope("增速", "或有负债", "本期税收")
    assert sketch(parse("增速 > 或有负债 且 本期税收 > 0", inside)) == "((增速 > 或有负债) and (本期税收 > 0))"
    assert sketch(parse("增速(税收) > 增速", inside)) == "(growth(税收, 税收@previous) > 增速)"


def test_every_node_knows_its_place() -> None:
    text = "20万元/亩 ≤ （税收+1万元）/ 用地面积"
    tree = read(text)
    places = {sketch(node): text[slice(*node.span)] for node in walk(tree)}
    assert places["20万元/亩"] == "20万元/亩"
    assert places["(税收 + 1万元)"] == "税收+1万元"
    assert places["((税收 + 1万元) / 用地面积)"] == "（税收+1万元）/ 用地面积"
    assert places[sketch(tree)] == text
    assert read("  a + b ").span == (2, 7)


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("", "formula-syntax", ""),
        ("  ", "formula-syntax", "  "),
        ("a +", "formula-syntax", "+"),
        ("(a", "formula-syntax", "("),
        ("a)", "formula-syntax", ")"),
        ("(a]", "formula-syntax", "("),
        ("()", "formula-syntax", ")"),
        ("a b", "formula-syntax", "b"),
        ("a + + b", "formula-syntax", "+"),
        ("[1]", "formula-syntax", "["),
        ("a, b", "formula-syntax", ","),
        ("a where b > 1", "formula-syntax", "where"),
        ("亩均税收 ≥ 20万元以上", "formula-syntax", "以上"),
        ("亩均税收大于20万元", "formula-syntax", "大于"),
        ("税收 > 20万", "formula-syntax", "万"),
        ("a²", "formula-character", "²"),
        ("0.7 ≤ 容积率 > 1.8", "formula-chain", ">"),
        ("a = b = c", "formula-chain", "="),
        ("a < b = c", "formula-chain", "="),
        ("a ≠ b < c", "formula-chain", "<"),
        ("行业 属于 ['a'] = 是", "formula-chain", "="),
        ("a > 1 属于 [1]", "formula-chain", "属于"),
        ("-a^2", "formula-brackets", "-a^"),
        ("a^2^3", "formula-brackets", "a^2^"),
        ("a^0.5", "formula-exponent", "0.5"),
        ("a^b", "formula-exponent", "b"),
        ("a^13", "formula-exponent", "13"),
        ("a^-13", "formula-exponent", "-13"),
        ("a^2%", "formula-exponent", "2%"),
        ("(a^4)^4", "formula-limit", "(a^4)^4"),
        ("(1 + a^-4 × b)^4", "formula-limit", "(1 + a^-4 × b)^4"),
        ("行业 属于 '食品'", "formula-syntax", "'食品'"),
        ("行业 属于 []", "formula-syntax", "]"),
        ("行业 属于 [食品]", "formula-syntax", "食品"),
        ("行业 属于 ['a', a]", "formula-syntax", "a"),
        ("行业 属于 ['a'", "formula-syntax", "["),
        ("签约日期 在 2023", "formula-syntax", "2023"),
        ("签约日期 在 ['a']", "formula-syntax", "["),
        ("签约日期 属于 本期", "formula-syntax", "属于"),
        ("本期", "formula-period", "本期"),
        ("税收 > 上年同期", "formula-period", "上年同期"),
        ("previous(previous(a))", "formula-period", "a"),
        ("previous(b + 上期的a)", "formula-period", "上期的a"),
        ("growth(previous(a))", "formula-period", "a"),
        ("previous(growth(a))", "formula-period", "a"),
        ("previous(5)", "formula-period", "5"),
        ("growth(5)", "formula-period", "5"),
        ("previous(in_list(安全事故))", "formula-period", "in_list(安全事故)"),
        ("growth()", "formula-arguments", "growth()"),
        ("growth(a, b)", "formula-arguments", "growth(a, b)"),
        ("if(在建, a)", "formula-arguments", "if(在建, a)"),
        ("min(a)", "formula-arguments", "min(a)"),
        ("first(a)", "formula-arguments", "first(a)"),
        ("abs(a where 在建)", "formula-arguments", "abs(a where 在建)"),
        ("min(a, b where 在建)", "formula-syntax", "where"),
        ("min(a where 在建, b)", "formula-arguments", "min(a where 在建, b)"),
        ("count(a where 在建)", "formula-arguments", "count(a where 在建)"),
        ("sum(a, b)", "formula-arguments", "sum(a, b)"),
        ("published(a + b)", "formula-arguments", "a + b"),
        ("sum(sum(a))", "table-function", "sum(a)"),
        ("count(a > mean(a))", "table-function", "mean(a)"),
        ("in_list(事故)", "unknown-list", "事故"),
        ("foo(a)", "unknown-function", "foo"),
        ("grwth（a）", "unknown-function", "grwth"),
        ("1 + 权重", "reserved-name", "权重"),
    ],
)
def test_errors(text: str, code: str, where: str) -> None:
    assert wrong(text) == (code, where)


@pytest.mark.parametrize(
    ("text", "name", "near"),
    [
        ("税收额 / 用地面积", "税收额", "税收"),
        ("评价税收/用地面积", "评价税收", "税收"),
        ("1 + 用地面积积", "用地面积积", "用地面积"),
        ("20万元/亩均产值", "亩均产值", "亩均税收"),
        ("在建面积>1", "在建面积", "建筑面积"),
        ("上期税收 > 1", "上期税收", "税收"),
        ("(税額 + 1) > 0", "税額", None),
        ("税額且在建", "税額", None),
        ("上年同期的税额", "税额", None),
        ("`税收（万元)`", "税收（万元)", "税收"),
        ("taxes", "taxes", "tax"),
        ("是否规上", "是否规上", None),
    ],
)
def test_unknown_names_are_named_pointed_at_and_corrected(text: str, name: str, near: str | None) -> None:
    assert wrong(text) == ("unknown-name", name)
    found = problem(text)
    assert f"“{name}”" in str(found.message)
    if near:
        assert f"“{near}”" in str(found.hint)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("规模 = 规上", "'规上'"),
        ("行业 属于 [食品]", "'食品'"),
        ("亩均税收 20万元以上", "operator missing"),
        ("20万元以上", "≥"),
        ("a => 1", "≥"),
        ("a ** 2", "^"),
        ("a²", "^2"),
        (".5", "0.5"),
        ("1,200", "1200"),
        ("min(a)", "min(x where true)"),
        ("sum a", "sum(x)"),
        ("in_list(事故)", "安全事故"),
        ("本期", "签约日期 在 本期"),
        ("0.7~1.8", "0.7 ≤ 容积率 ≤ 1.8"),
        ("签约日期 在 ['a']", "属于"),
    ],
)
def test_hints(text: str, hint: str) -> None:
    assert hint in str(problem(text).hint)


def test_functions_over_the_table_only_where_there_is_one() -> None:
    assert wrong("1 + sum(a)", scope(table=False)) == ("table-function", "sum")
    assert wrong("min(a where 在建)", scope(table=False)) == ("table-function", "min")
    assert sketch(parse("min(a, b)", scope(table=False))) == "min(a, b)"


def test_reserved_names_are_names_where_the_scope_has_them() -> None:
    inside = Scope({"权重": (Symbol("权重", "reserved", Type.NUMBER),)}, UNITS)
    assert sketch(parse("1.5 × 权重", inside)) == "(3/2 * 权重)"


def test_only_the_first_error_is_told() -> None:
    assert wrong("税额 + 1,200 + '") == ("unknown-name", "税额")


def test_an_excerpt_is_one_line_with_the_same_places() -> None:
    found = problem("a +\n  税额")
    assert (found.excerpt, found.excerpt_span) == ("a +   税额", (6, 8))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 900 + "a" + ")" * 900,
        "(" * 51 + "a" + ")" * 51,
        "-" * 1000 + "a",
        "非" * 1000 + "在建",
        "abs(" * 300 + "a" + ")" * 300,
        "+".join(["a"] * 400),
        "a" + "^2" * 500,
        "a > 1 或 b = 1 + 2 × (" * 100,
        "previous(" * 200,
        "growth(" + "+".join(["a"] * 900) + ")",
        "sum(a where " + "+".join(["a"] * 900) + ")",
        "(" + "+".join(["a"] * 900) + ")^2",
        "a" * 2001,
        "9" * 2000,
    ],
)
def test_nothing_is_too_deep_or_too_large_to_be_refused(text: str) -> None:
    begin = time.perf_counter()
    found = problem(text)
    assert time.perf_counter() - begin < 2
    assert found.code in ("formula-limit", "formula-brackets", "formula-syntax", "formula-period")


def test_large_formulas_within_the_limits() -> None:
    check_size("", read("(" * 50 + "a" + ")" * 50))
    assert sketch(read("+".join(["a"] * 99))).count("a") == 99
    assert read("(a^3)^4") and read("(a^-3 + b)^4")


ALPHABET = re.findall(
    r"\S+",
    """a 税收 税 收 20 1.5 万元/亩 亩 % + - * / ÷ ^ ( ) （ ） [ ] { } , ， 、 = ≠ ≥ <= < > ! 且 或 非 and or not in
    属于 不属于 在 本期 上年同期 上期的 的 是 否 其中 where growth( previous( sum( count( min( if( 增速( in_list(
    published( first( ' “ ” ` . 2021-01-01 2021年1月 1e3 ² ~ & 权重 行业 以上""",
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from([*ALPHABET, " "]), max_size=25).map("".join))
@example("上年同期的")
@example("ſum(a)")
@example("in_list(")
def test_any_text_is_a_tree_or_a_formula_error(text: str) -> None:
    _tree_or_error(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_characters_are_a_tree_or_a_formula_error(text: str) -> None:
    _tree_or_error(text)


def _tree_or_error(text: str) -> None:
    try:
        tree = read(text)
    except FormulaError as error:
        start, end = error.problem.excerpt_span or (-1, -1)
        assert 0 <= start <= end <= len(text)
        assert error.problem.excerpt is not None and len(error.problem.excerpt) == len(text)
    else:
        for node in walk(tree):
            assert 0 <= node.span[0] < node.span[1] <= len(text)


def test_numbers_are_exact() -> None:
    tree = read("0.1")
    assert isinstance(tree, Number) and tree.value == Fraction(1, 10)
    day = read("2021/1/1")
    assert isinstance(day, Date) and day.value == date(2021, 1, 1)


def test_every_function_of_the_table_parses_by_both_names() -> None:
    for function in FUNCTIONS:
        english = read(function.example)
        assert function.name + "(" in function.example
        assert sketch(read(function.example.replace(function.name + "(", function.chinese + "("))) == sketch(english)
    assert len(BY_NAME) == 2 * len(FUNCTIONS)


def _blocks(kind: str) -> list[str]:
    found: Callable[[str], list[str]] = re.compile(rf"```{kind}\n(.*?)```", re.DOTALL).findall
    return [line for block in found(DOCS.read_text("utf-8")) for line in block.splitlines() if line.strip()]


def test_the_examples_of_the_documentation_parse() -> None:
    lines = _blocks("formula")
    assert len(lines) > 30
    for line in lines:
        read(line)


def test_the_counterexamples_of_the_documentation_do_not() -> None:
    for line in _blocks("wrong"):
        problem(line)


def test_the_documentation_has_every_function() -> None:
    text = DOCS.read_text("utf-8")
    for function in FUNCTIONS:
        assert f"`{function.name}`" in text and function.chinese in text and function.example in text
        assert all(f"`{signature}`" in text for signature in re.findall(r"\w+\([^)]*\)", function.signature))
