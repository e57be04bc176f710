"""Exact evaluation: numbers as rational arithmetic has them, and undefined values with their reasons."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.formula import TRUTH, read
from kpi.formula.exact import evaluate, merged
from kpi.formula.scope import Scope, Symbol, Type
from kpi.formula.tree import And, Binary, Compare, Name, Negative, Node, Not, Number, Or, Shift, Truth
from kpi.formula.values import Row, Undefined, Value
from kpi.problems import say
from kpi.units import Unit, Units

UNITS = Units()
FIGURES = {
    "税收": "万元",
    "用地面积": "亩",
    "建筑面积": "平方米",
    "增速": "%",
    "专利数": "个",
    "得分": "",
    "工期": "天",
    "年限": "年",
}
TYPED = {"行业": Type.TEXT, "投产日期": Type.DATE, "签约日期": Type.DATE, "高新": Type.TRUTH, "规上": Type.TRUTH}
SYMBOLS = [
    *(Symbol(key, "figure", Type.NUMBER, UNITS.parse(unit)) for key, unit in FIGURES.items()),
    *(Symbol(key, "figure", sort) for key, sort in TYPED.items()),
    Symbol("亩均税收", "indicator", Type.NUMBER, UNITS.parse("万元/亩")),
]
SCOPE = Scope({symbol.key: (symbol,) for symbol in SYMBOLS}, UNITS, frozenset({"安全事故"}))
SPAN = (0, 0)


class Entity:
    """A row as a test writes it: figures now, figures before ("上年 税收"), and the table it stands in."""

    def __init__(self, table: list[Entity] | None = None, **figures: Any) -> None:
        self.figures = figures
        self.table = [self] if table is None else table

    def value(self, key: str, shift: Shift) -> Value:
        name = key if shift is Shift.NOW else f"上年{key}"
        found = self.figures.get(name)
        if found is None:
            return Undefined(("missing",), (say("“{figure}” is missing.", figure=name),))
        if isinstance(found, bool | date) or name in TYPED:
            return found  # type: ignore[no-any-return]
        return Fraction(str(found))

    def published(self, key: str, shift: Shift) -> Value:
        return self.value(f"公布{key}", shift)

    def listed(self, name: str) -> bool:
        return name in str(self.figures.get("名单", ""))

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        if shift is Shift.PRECEDING:
            return Undefined(("no-preceding",), (say("There is no preceding period."),))
        year = 2023 if shift is Shift.NOW else 2022
        return date(year, 1, 1), date(year, 12, 31)

    def rows(self) -> Iterable[Row]:
        return self.table


def value(text: str, expect: str | Type | None = None, row: Entity | None = None, **figures: Any) -> Value:
    """The value of a formula for the figures given."""
    due: Unit | Type | None = expect if isinstance(expect, Type) or expect is None else UNITS.parse(expect)
    return evaluate(read(text, SCOPE, due).tree, row or Entity(None, **figures))


def codes(found: Value) -> tuple[str, ...]:
    assert isinstance(found, Undefined)
    assert len(found.codes) == len(found.reasons)
    return found.codes


def missing(found: Value) -> list[str]:
    """The figures that an undefined value names."""
    assert isinstance(found, Undefined)
    return [str(reason).split("”")[0].removeprefix("“") for reason in found.reasons]


@pytest.mark.parametrize(
    ("text", "unit", "figures", "expected"),
    [
        ("税收 / 用地面积", "万元/亩", {"税收": "0.7", "用地面积": "0.035"}, "20"),
        ("税收 / 用地面积", "万元/亩", {"税收": "599.99", "用地面积": 30}, "59999/3000"),
        ("税收 / 建筑面积", "万元/亩", {"税收": "2055.22", "建筑面积": "68507.52"}, "411044000/20552256"),
        ("建筑面积 / 用地面积", "", {"建筑面积": 45000, "用地面积": 50}, "27/20"),
        ("税收 × 15%", "万元", {"税收": 200}, "30"),
        ("1 + 增速", "", {"增速": 15}, "23/20"),
        ("100% - 增速", "%", {"增速": 15}, "85"),
        ("增速 - 12%", "百分点", {"增速": 15}, "3"),
        ("15% × 20%", "%", {}, "3"),
        ("growth(税收)", "%", {"税收": 115, "上年税收": 100}, "15"),
        ("growth(税收)", "‰", {"税收": 115, "上年税收": 100}, "150"),
        ("growth(税收)", "%", {"税收": -115, "上年税收": 100}, "-215"),
        ("growth(税收 / 用地面积)", "%", {"税收": 30, "上年税收": 10, "用地面积": 3, "上年用地面积": 2}, "100"),
        ("(税收 - previous(税收)) / previous(税收)", "%", {"税收": 115, "上年税收": 100}, "15"),
        ("用地面积^2", "平方米²", {"用地面积": 3}, "4000000"),
        ("用地面积^-1", "1/公顷", {"用地面积": 3}, "5"),
        ("得分^0", "", {"得分": 0}, "1"),
        ("-税收", "元", {"税收": 2}, "-20000"),
        ("abs(税收 - 5万元)", "万元", {"税收": 2}, "3"),
        ("min(税收, 5万元, 0.0001亿元)", "万元", {"税收": 2}, "1"),
        ("max(税收, 0)", "万元", {"税收": -2}, "0"),
        ("投产日期 - 签约日期", "天", {"投产日期": date(2024, 3, 1), "签约日期": date(2024, 2, 1)}, "29"),
        ("专利数 / 2个 × 0.5", "", {"专利数": 3}, "3/4"),
        ("published(亩均税收)", "万元/亩", {"公布亩均税收": "20.00"}, "20"),
    ],
)
def test_numbers(text: str, unit: str, figures: dict[str, Any], expected: str) -> None:
    assert value(text, unit, **figures) == Fraction(expected)


def test_the_named_cases_at_the_threshold() -> None:
    assert value("税收 / 用地面积 ≥ 20万元/亩", TRUTH, 税收="0.7", 用地面积="0.035") is True
    assert value("税收 / 用地面积 ≥ 20万元/亩", TRUTH, 税收="599.99", 用地面积=30) is False
    assert value("税收 / 建筑面积 ≥ 20万元/亩", TRUTH, 税收="2055.22", 建筑面积="68507.52") is False


@pytest.mark.parametrize(
    ("text", "figures", "expected"),
    [
        ("0.7 ≤ 得分 ≤ 1.8", {"得分": "1.8"}, True),
        ("0.7 ≤ 得分 < 1.8", {"得分": "1.8"}, False),
        ("行业 属于 ['纺织', '食品']", {"行业": "食品"}, True),
        ("行业 不属于 ['纺织', '食品']", {"行业": "食品"}, False),
        ("税收 属于 [2亿元, 100元]", {"税收": 20000}, True),
        ("行业 ≠ '食品'", {"行业": "食品"}, False),
        ("高新", {"高新": True}, True),
        ("高新 = 否", {"高新": False}, True),
        ("in_list(安全事故)", {"名单": "安全事故"}, True),
        ("in_list(安全事故)", {}, False),
        ("投产日期 > 2021-01-01", {"投产日期": date(2021, 1, 1)}, False),
        ("投产日期 在 本期", {"投产日期": date(2023, 12, 31)}, True),
        ("投产日期 在 本期", {"投产日期": date(2024, 1, 1)}, False),
        ("投产日期 在 上年同期", {"投产日期": date(2022, 1, 1)}, True),
        ("投产日期 + 2年 ≤ 2023-12-31", {"投产日期": date(2021, 12, 31)}, True),
        ("投产日期 + 2年 ≤ 2023-12-31", {"投产日期": date(2022, 1, 1)}, False),
        ("投产日期 + 1年 = 2021-02-28", {"投产日期": date(2020, 2, 29)}, True),
        ("投产日期 + 1个月 = 2023-02-28", {"投产日期": date(2023, 1, 31)}, True),
        ("投产日期 - 1个月 = 2022-12-31", {"投产日期": date(2023, 1, 31)}, True),
        ("投产日期 + 1.5年 = 2024-07-31", {"投产日期": date(2023, 1, 31)}, True),
        ("投产日期 + 30天 = 2023-03-02", {"投产日期": date(2023, 1, 31)}, True),
        ("投产日期 + 工期 = 2023-02-01", {"投产日期": date(2023, 1, 31), "工期": 1}, True),
        ("投产日期 + 年限 = 2025-07-31", {"投产日期": date(2023, 1, 31), "年限": "2.5"}, True),
    ],
)
def test_conditions(text: str, figures: dict[str, Any], expected: bool) -> None:
    assert value(text, TRUTH, **figures) is expected


@pytest.mark.parametrize(
    ("text", "figures", "expected"),
    [
        ("税收 / 用地面积", {"税收": 1, "用地面积": 0}, "zero-denominator"),
        ("税收 / (用地面积 - 用地面积)", {"税收": 1, "用地面积": 3}, "zero-denominator"),
        ("得分^-1", {"得分": 0}, "zero-denominator"),
        ("growth(税收)", {"税收": 1, "上年税收": 0}, "base-not-positive"),
        ("growth(税收)", {"税收": 1, "上年税收": -3}, "base-not-positive"),
        ("growth(税收)", {"税收": 1}, "missing"),
        ("growth(税收)", {"上年税收": 1}, "missing"),
        ("投产日期 + 工期", {"投产日期": date(2023, 1, 31), "工期": "1.5"}, "not-whole-days"),
        ("投产日期 + 工期", {"投产日期": date(2023, 1, 31), "工期": 10**9}, "date-out-of-range"),
        ("投产日期 + 年限", {"投产日期": date(2023, 1, 31), "年限": 8000}, "date-out-of-range"),
        ("投产日期 + 年限", {"投产日期": date(2023, 1, 31), "年限": 10**9}, "date-out-of-range"),
        ("投产日期 在 上期", {"投产日期": date(2023, 1, 31)}, "no-preceding"),
    ],
)
def test_undefined(text: str, figures: dict[str, Any], expected: str) -> None:
    assert codes(value(text, None, **figures)) == (expected,)


def test_zero_denominator_names_the_figure() -> None:
    found = value("税收 / 用地面积", "万元/公顷", 税收=1, 用地面积=0)
    assert isinstance(found, Undefined)
    assert [str(reason) for reason in found.reasons] == ["The denominator “用地面积” is zero."]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "税收 + 用地面积 / 用地面积 × 1万元",
            "min(税收, 1万元 × 用地面积 / 1亩)",
            "max(税收, 1万元 × 用地面积 / 1亩)",
        ),
        *("税收 / 用地面积", "税收 ≥ 1万元 × (用地面积 / 1亩)", "税收 - 用地面积 × 0万元/亩"),
        *("税收 > 0 且 用地面积 > 0", "税收 > 0 或 用地面积 > 0", "first(税收, 1万元 × 用地面积 / 1亩)"),
        "if(税收 > 0, 用地面积, 用地面积)",
    ],
)
def test_reasons_come_together_in_order_each_once(text: str) -> None:
    assert missing(value(text)) == ["税收", "用地面积"]


def test_undefined_goes_through_everything_else() -> None:
    for text in (
        "-税收",
        "abs(税收)",
        "税收^2",
        "税收 × 0",
        "0万元 / 税收",
        "非 (税收 > 0)",
        "税收 = 税收",
        "税收 + 税收",
    ):
        assert missing(value(text)) == ["税收"], text


THREE = [("是", True), ("否", False), ("高新", None)]


@pytest.mark.parametrize(("left", "a"), THREE)
@pytest.mark.parametrize(("right", "b"), THREE)
def test_three_valued_logic(left: str, a: bool | None, right: str, b: bool | None) -> None:
    """Kleene's tables: one False decides and, one True decides or, whatever is undefined."""

    def known(found: Value) -> Value | None:
        return None if isinstance(found, Undefined) else found

    both = False if a is False or b is False else (None if a is None or b is None else True)
    either = True if a is True or b is True else (None if a is None or b is None else False)
    assert known(value(f"{left} 且 {right}", TRUTH)) is both
    assert known(value(f"{left} 或 {right}", TRUTH)) is either
    assert known(value(f"非 {left}", TRUTH)) is (None if a is None else not a)


def test_if_with_an_undefined_condition() -> None:
    assert value("if(高新, 税收, 用地面积 × 1万元/亩)", "万元", 税收=3, 用地面积=3) == 3
    assert missing(value("if(高新, 税收, 用地面积 × 1万元/亩)", "万元", 税收=3, 用地面积=4)) == ["高新"]
    assert value("if(高新, 税收 > 1万元, 税收 > 2万元)", TRUTH, 税收=3) is True
    assert missing(value("if(高新, 税收 > 1万元, 税收 > 5万元)", TRUTH, 税收=3)) == ["高新"]
    assert missing(value("if(高新, 税收, 3万元)", "万元")) == ["高新", "税收"]


def test_if_reads_only_the_branch_that_counts() -> None:
    assert value("if(用地面积 > 0, 税收 / 用地面积, 0万元/亩)", "万元/亩", 税收=3, 用地面积=0) == 0


def test_first_and_missing() -> None:
    assert value("first(税收, 5万元)", "万元") == 5
    assert value("first(税收, 5万元)", "万元", 税收=0) == 0
    assert value("missing(税收)", TRUTH) is True
    assert value("missing(税收)", TRUTH, 税收=0) is False
    assert value("missing(税收 / 用地面积)", TRUTH, 税收=1, 用地面积=0) is True
    assert value("missing(行业) 或 行业 = '纺织'", TRUTH) is True


TABLE: list[Entity] = []
TABLE += [
    Entity(TABLE, 税收=10, 用地面积=1, 规上=True),
    Entity(TABLE, 税收=20, 用地面积=4, 规上=True),
    Entity(TABLE, 税收=60, 用地面积=0, 规上=False),
    Entity(TABLE, 用地面积=5, 规上=True),
    Entity(TABLE, 税收=30, 用地面积=2),
]


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("sum(税收)", "万元", 120),
        ("sum(税收 where 规上)", "万元", 30),
        ("sum(税收) / sum(用地面积)", "万元/亩", 10),
        ("mean(税收)", "元", 300000),
        ("mean(税收 / 用地面积)", "万元/亩", 10),
        ("median(税收)", "万元", 25),
        ("median(税收 where 税收 > 10万元)", "万元", 30),
        ("min(税收 where 规上)", "万元", 10),
        ("max(税收 where 规上)", "万元", 20),
        ("count(规上)", "个", 3),
        ("count(税收 > 15万元)", "个", 3),
        ("count(税收 > 100万元)", "个", 0),
        ("count(规上 且 税收 > 15万元)", "", 1),
        ("share(规上)", "%", 75),
        ("share(税收 where 规上)", "%", Fraction(100, 3)),
        ("count(规上) / count(税收 ≥ 0万元)", "%", 75),
    ],
)
def test_table_functions_skip_the_undefined(text: str, unit: str, expected: Fraction | int) -> None:
    assert value(text, unit, TABLE[0]) == expected


def test_table_functions_of_nothing() -> None:
    empty = Entity([])
    for function in ("sum", "mean", "median"):
        assert codes(value(f"{function}(税收)", "万元", empty)) == ("no-rows",)
    assert value("count(规上)", "个", empty) == 0
    assert codes(value("share(规上)", "%", empty)) == ("zero-denominator",)
    assert codes(value("sum(税收 where 税收 > 100万元)", "万元", TABLE[0])) == ("no-rows",)


@given(st.lists(st.fractions(max_denominator=50), min_size=1, max_size=40))
def test_sums_of_quotients_are_exact(quotients: list[Fraction]) -> None:
    rows: list[Entity] = []
    rows += [Entity(rows, 税收=each.numerator, 用地面积=each.denominator) for each in quotients]
    total = Fraction(0)
    for each in quotients:
        total += each
    assert value("sum(税收 / 用地面积)", "万元/亩", rows[0]) == total
    assert value("mean(税收 / 用地面积)", "万元/亩", rows[0]) == total / len(quotients)


def test_merged_keeps_order_and_drops_repeats() -> None:
    first = Undefined(("missing", "zero-denominator"), (say("a"), say("b")))
    second = Undefined(("missing", "missing"), (say("c"), say("a")))
    assert merged([Fraction(1), first, True, second]) == Undefined(
        ("missing", "zero-denominator", "missing"), (say("a"), say("b"), say("c"))
    )
    assert merged([Fraction(1), "x", False]) is None


# A plain reference: trees of arithmetic beside Python functions on Fractions. None is undefined.
Reading = Callable[[dict[str, Fraction | None]], Fraction | bool | None]
Pair = tuple[Node, Reading]
few_digits = st.decimals(min_value=-99, max_value=99, places=1).map(Fraction)
leaves = st.one_of(
    few_digits.map(lambda number: (Number(number, None, SPAN), lambda figures: number)),
    st.sampled_from(["a", "b", "c"]).map(lambda key: (Name(key, SPAN), lambda figures: figures[key])),
)
OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
COMPARISONS = {"=": operator.eq, "!=": operator.ne, ">=": operator.ge, "<=": operator.le, ">": operator.gt}


def combined(sign: str, left: Pair, right: Pair) -> Pair:
    def reading(figures: dict[str, Fraction | None]) -> Fraction | bool | None:
        a, b = left[1](figures), right[1](figures)
        if a is None or b is None or (sign == "/" and b == 0):
            return None
        return (OPERATORS | COMPARISONS)[sign](a, b)  # type: ignore[no-any-return]

    make = Binary if sign in OPERATORS else Compare
    return make(sign, left[0], right[0], SPAN), reading


def negative(operand: Pair) -> Pair:
    def reading(figures: dict[str, Fraction | None]) -> Fraction | bool | None:
        number = operand[1](figures)
        return None if number is None else -Fraction(number)

    return Negative(operand[0], SPAN), reading


arithmetic = st.recursive(
    leaves,
    lambda inner: st.one_of(st.builds(combined, st.sampled_from([*OPERATORS]), inner, inner), inner.map(negative)),
    max_leaves=12,
)
figures_of_few_digits = st.fixed_dictionaries(dict.fromkeys("abc", st.none() | few_digits))


def agrees(pair: Pair, figures: dict[str, Fraction | None]) -> None:
    found = evaluate(pair[0], Entity(None, **figures))
    expected = pair[1](figures)
    assert isinstance(found, Undefined) if expected is None else found == expected


@given(arithmetic, figures_of_few_digits)
def test_arithmetic_is_that_of_fractions(pair: Pair, figures: dict[str, Fraction | None]) -> None:
    agrees(pair, figures)


@given(st.builds(combined, st.sampled_from([*COMPARISONS]), arithmetic, arithmetic), figures_of_few_digits)
def test_comparisons_are_exact(pair: Pair, figures: dict[str, Fraction | None]) -> None:
    agrees(pair, figures)


conditions = st.recursive(
    st.one_of(
        st.booleans().map(lambda known: (Truth(known, SPAN), known)),
        st.sampled_from("abc").map(
            lambda key: (Compare(">", Name(key, SPAN), Number(Fraction(0), None, SPAN), SPAN), key)
        ),
    ),
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.just("and"), st.lists(inner, min_size=2, max_size=3)),
        st.tuples(st.just("or"), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=6,
)


def tree_of(condition: tuple[Any, Any]) -> Node:
    sign, inner = condition
    if sign == "not":
        return Not(tree_of(inner), SPAN)
    if sign in ("and", "or"):
        return (And if sign == "and" else Or)(tuple(tree_of(part) for part in inner), SPAN)
    return sign  # type: ignore[no-any-return]


@given(conditions, figures_of_few_digits)
def test_a_defined_condition_stays_when_figures_arrive(
    condition: tuple[Any, Any], figures: dict[str, Fraction | None]
) -> None:
    """What three-valued logic decides without a figure, that figure cannot change."""
    tree = tree_of(condition)
    found = evaluate(tree, Entity(None, **figures))
    if isinstance(found, Undefined):
        assert None in figures.values()
        return
    for filler in (Fraction(-1), Fraction(0), Fraction(1)):
        complete = {key: filler if known is None else known for key, known in figures.items()}
        assert evaluate(tree, Entity(None, **complete)) is found


days = st.dates(date(1990, 1, 1), date(2050, 12, 31))


@given(days, st.integers(-600, 600))
def test_months_lead_to_the_same_day_or_the_last_one(day: date, months: int) -> None:
    sign = "+" if months >= 0 else "-"
    found = value(f"投产日期 {sign} {abs(months)}个月", Type.DATE, 投产日期=day)
    assert isinstance(found, date)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


@given(days, st.integers(0, 5000))
def test_days_there_and_back(day: date, count: int) -> None:
    later = value(f"投产日期 + {count}天", Type.DATE, 投产日期=day)
    assert value("投产日期 - 签约日期", "天", 投产日期=later, 签约日期=day) == count
