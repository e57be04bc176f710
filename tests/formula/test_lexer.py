"""What begins at a place in a formula: dates before numbers, units after numbers, the longest name before words."""

from datetime import date
from fractions import Fraction

import pytest

from kpi.formula.errors import FormulaError
from kpi.formula.lexer import tokens
from kpi.formula.scope import Scope, Symbol, Type
from kpi.formula.tokens import is_plain
from kpi.units import Unit, Units

UNITS = Units()


def scope(*names: str) -> Scope:
    return Scope({name: (Symbol(name, "figure", Type.NUMBER),) for name in names}, UNITS)


def pieces(text: str, *names: str) -> list[str]:
    """The tokens as kind:text, without the end."""
    found = tokens(text, scope(*names))
    assert found[-1].kind == "end", found[-1].value
    return [f"{token.kind}:{token.text}" for token in found[:-1]]


def number(text: str, *names: str) -> tuple[Fraction, str]:
    first = tokens(text, scope(*names))[0]
    assert first.kind == "number" and isinstance(first.value, tuple)
    value, unit = first.value
    return value, unit.text if isinstance(unit, Unit) else ""


def error(text: str, *names: str) -> FormulaError:
    last = tokens(text, scope(*names))[-1]
    assert isinstance(last.value, FormulaError), f"nothing wrong in {text}"
    return last.value


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("20", Fraction(20), ""),
        ("1.5", Fraction(3, 2), ""),
        ("１．５％", Fraction(3, 2), "%"),
        ("20万元/亩", Fraction(20), "万元/亩"),
        ("20万元／亩", Fraction(20), "万元/亩"),
        ("20 万元 / 亩", Fraction(20), "万元/亩"),
        ("1亿元", Fraction(1), "亿元"),
        ("0.3元/千瓦时", Fraction(3, 10), "元/千瓦时"),
        ("5个百分点", Fraction(5), "百分点"),
        ("5百分点", Fraction(5), "百分点"),
        ("100元/亩/年", Fraction(100), "元/亩/年"),
        ("100元/(亩·年)", Fraction(100), "元/(亩·年)"),
        ("500㎡", Fraction(500), "平方米"),
        ("50家", Fraction(50), "家"),
        ("1.2倍", Fraction(6, 5), ""),
    ],
)
def test_numbers_with_units(text: str, value: Fraction, unit: str) -> None:
    assert number(text) == (value, unit)
    assert len(tokens(text, scope())) == 2


def test_a_known_name_longer_than_the_unit_is_no_unit() -> None:
    assert pieces("20万元/亩均税收", "亩均税收") == ["number:20万元", "operator:/", "name:亩均税收"]
    assert pieces("20万元/亩", "亩均税收") == ["number:20万元/亩"]
    assert pieces("20万元/人", "人") == ["number:20万元/人"], "as long as the name"
    assert pieces("20万元/亩均产值")[:2] == ["number:20万元", "operator:/"], "not 亩 and then an unknown 均产值"


def test_the_division_sign_never_joins_a_unit() -> None:
    assert pieces("20万元÷人", "人") == ["number:20万元", "operator:/", "name:人"]


def test_a_quotient_of_quantities() -> None:
    assert pieces("3.5亿元/120亩") == ["number:3.5亿元", "operator:/", "number:120亩"]


def test_a_latin_unit_ends_with_its_word() -> None:
    assert pieces("5 kWh") == ["number:5 kWh"]
    assert pieces("5 tonnes") == ["number:5", "word:tonnes"]


@pytest.mark.parametrize("text", ["2021-01-01", "2021-1-1", "2021/1/1", "2021年1月1日", "２０２１－０１－０１"])
def test_dates_are_read_before_numbers(text: str) -> None:
    first, end = tokens(text, scope())
    assert (first.kind, first.value, end.kind) == ("date", date(2021, 1, 1), "end")


def test_spaces_make_a_calculation_of_what_could_be_a_date() -> None:
    assert [piece.partition(":")[0] for piece in pieces("2000 / 10 / 5")] == ["number", "operator"] * 2 + ["number"]


@pytest.mark.parametrize("text", ["2021-02-29", "2021/13/1", "2021年4月31日"])
def test_impossible_dates(text: str) -> None:
    problem = error(text).problem
    assert (problem.code, problem.excerpt_span) == ("formula-date", (0, len(text)))


def test_a_month_is_not_a_date() -> None:
    assert error("投产日期 > 2021年1月", "投产日期").problem.excerpt_span == (7, 14)


@pytest.mark.parametrize(
    ("text", "code", "wrong"),
    [
        ("1,200", "formula-number", "1,200"),
        ("max(12,345,678)", "formula-number", "12,345,678"),
        ("1e3", "formula-number", "1e3"),
        ("1.5E-3", "formula-number", "1.5E-3"),
        ("1.", "formula-number", "1."),
        ("1.2.3", "formula-number", "1.2."),
        (".5", "formula-character", "."),
        ("9" * 41, "formula-limit", "9" * 41),
        ("'规上", "formula-quote", "'规上"),
        ("`规上", "formula-quote", "`规上"),
        ("``", "formula-syntax", "``"),
        ("1 => 2", "formula-syntax", "=>"),
        ("2 ** 3", "formula-syntax", "**"),
        ("1 && 2", "formula-syntax", "&&"),
        ("1; 2", "formula-character", ";"),
    ],
)
def test_what_cannot_be_read(text: str, code: str, wrong: str) -> None:
    problem = error(text).problem
    start, end = problem.excerpt_span or (0, 0)
    assert (problem.code, text[start:end]) == (code, wrong)
    assert problem.expected is not None


@pytest.mark.parametrize(
    "text", ["max(1, 200)", "max(0,100)", "max(1.5,200)", "max(1,20)", "max(1234,200)", "max(1万元,200元)"]
)
def test_commas_that_are_no_thousands_separators(text: str) -> None:
    assert len(pieces(text)) == 6


def test_forty_digits_are_kept() -> None:
    assert number("9" * 40)[0] == 10**40 - 1


def test_the_longest_known_name_wins() -> None:
    names = ("税收", "非税收入", "在建", "在建面积")
    assert pieces("非税收入>0", *names)[0] == "name:非税收入"
    assert pieces("非税收>0", *names)[:2] == ["keyword:not", "name:税收"]
    assert pieces("税收≥20万元且在建", *names)[-2:] == ["keyword:and", "name:在建"]
    assert pieces("在建面积或在建", *names) == ["name:在建面积", "keyword:or", "name:在建"]


def test_words_need_no_spaces_and_take_their_english_forms() -> None:
    assert pieces("甲且乙或非甲", "甲", "乙") == [
        "name:甲",
        "keyword:and",
        "name:乙",
        "keyword:or",
        "keyword:not",
        "name:甲",
    ]
    assert pieces("甲 AND 乙 并且 甲 或者 乙", "甲", "乙")[1::2] == ["keyword:and", "keyword:and", "keyword:or"]
    assert pieces("日期在本期且甲", "日期", "甲")[1:4] == ["keyword:during", "period:本期", "keyword:and"]


def test_a_name_in_latin_letters_is_a_whole_word() -> None:
    assert pieces("tax", "tax") == ["name:tax"]
    assert pieces("taxes", "tax") == ["word:taxes"]
    assert pieces("tax且income", "tax", "income") == ["name:tax", "keyword:and", "name:income"]


def test_names_that_look_like_calculations_go_in_backquotes() -> None:
    assert pieces("`2+3产业产值`", "2+3产业产值") == ["name:2+3产业产值"]
    assert pieces("投资-产出", "投资", "产出", "投资-产出") == ["name:投资", "operator:-", "name:产出"]
    assert pieces("`税收(万元)`", "税收（万元）") == ["name:税收（万元）"]
    assert pieces("`税收（万元）`", "税收(万元)") == ["name:税收(万元)"]
    assert pieces("厂房、设备投资", "厂房、设备投资", "厂房") == ["name:厂房、设备投资"]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("税收", True),
        ("R&D经费", True),
        ("厂房、设备投资", True),
        ("2+3", False),
        ("a b", False),
        ("a（b）", False),
        ("", False),
    ],
)
def test_plain_names(name: str, plain: bool) -> None:
    assert is_plain(name) is plain


def test_a_function_is_what_stands_before_a_bracket() -> None:
    assert pieces("增速(税收)", "税收", "增速") == ["function:growth", "operator:(", "name:税收", "operator:)"]
    assert pieces("增速 > 1", "增速")[0] == "name:增速"
    assert pieces("上年同期（税收）", "税收")[0] == "function:previous"
    assert pieces("SUM (税收)", "税收")[0] == "function:sum"


def test_yes_and_no_are_whole_words() -> None:
    assert pieces("甲=是且乙=否", "甲", "乙")[2:6] == ["keyword:true", "keyword:and", "name:乙", "operator:="]
    assert pieces("是否规上") == ["word:是否规上"]


@pytest.mark.parametrize("quotes", ["''", '""', "“”", "‘’", "””"])
def test_texts_keep_what_is_between_their_quotes(quotes: str) -> None:
    first = tokens(f"{quotes[0]}规上（Ａ） 且{quotes[1]}", scope())[0]
    assert (first.kind, first.value) == ("text", "规上（Ａ） 且")


def test_full_width_signs() -> None:
    assert pieces("（甲＋乙）×甲÷乙≧甲！＝乙", "甲", "乙")[1::2] == [
        "name:甲", "name:乙", "operator:*", "operator:/", "operator:≥", "operator:≠"
    ]  # fmt: skip


def test_two_meanings_of_one_name() -> None:
    both = Scope(
        {"产值": (Symbol("工业总产值", "figure", Type.NUMBER), Symbol("开票产值", "figure", Type.NUMBER))}, UNITS
    )
    last = tokens("1 + 产值", both)[-1]
    assert isinstance(last.value, FormulaError)
    problem = last.value.problem
    assert (problem.code, problem.excerpt_span) == ("ambiguous-name", (4, 6))
    assert "工业总产值" in str(problem.message) and "开票产值" in str(problem.message)
