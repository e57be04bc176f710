"""The unit check: what fits, what is converted, and how a misfit is pointed at."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.formula import TRUTH, FormulaError, read
from kpi.formula.exact import evaluate
from kpi.formula.scope import Scope, Symbol, Type
from kpi.formula.tree import Binary, Formula, Name, Number, Scale, Shift, walk
from kpi.formula.values import Value
from kpi.units import Unit, Units

UNITS = Units()
FIGURES = {
    "税收": "万元",
    "利润": "亿元",
    "外资": "万美元",
    "用地面积": "亩",
    "建筑面积": "平方米",
    "职工人数": "人",
    "专利数": "件",
    "企业数": "万户",
    "增速": "%",
    "全市增速": "%",
    "千分率": "‰",
    "高出": "百分点",
    "容积率": "",
    "得分": "",
    "达标数": "",
    "总数": "",
    "单产": "元/万元",
    "工期": "天",
}
TYPED = {
    "行业": Type.TEXT,
    "投产日期": Type.DATE,
    "签约日期": Type.DATE,
    "高新技术企业": Type.TRUTH,
    "规上": Type.TRUTH,
}


def scope(figures: dict[str, str] = FIGURES) -> Scope:
    symbols = [Symbol(key, "figure", Type.NUMBER, UNITS.parse(unit)) for key, unit in figures.items()]
    symbols += [Symbol(key, "figure", sort) for key, sort in TYPED.items()]
    symbols += [Symbol("亩均税收", "indicator", Type.NUMBER, UNITS.parse("万元/亩"))]
    return Scope({symbol.key: (symbol,) for symbol in symbols}, UNITS, frozenset({"安全事故"}))


SCOPE = scope()


def checked(text: str, expect: str | Type | None = None) -> Formula:
    due = UNITS.parse(expect) if isinstance(expect, str) and not isinstance(expect, Type) else expect
    return read(text, SCOPE, due)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        # quotients and products
        ("税收 / 用地面积", "万元/亩"),
        ("税收 / 用地面积", "元/平方米"),
        ("税收 / 用地面积 × 建筑面积", "元"),
        ("亩均税收 × 用地面积", "万元"),
        ("3.5亿元/120亩", "万元/亩"),
        ("税收 × 15%", "万元"),
        ("税收 × 高出", "万元"),
        ("税收 / 15%", "万元"),
        ("1 / 用地面积", "1/公顷"),
        ("用地面积^2 / 用地面积", "亩"),
        ("-税收", "元"),
        ("abs(税收 - 利润)", "万元"),
        # ratios are numbers or percentages, as declared
        ("建筑面积 / 用地面积", ""),
        ("建筑面积 / 用地面积", "%"),
        ("税收 / 利润", "%"),
        ("税收 / 利润", "‰"),
        ("税收 / 利润", "元/万元"),
        ("达标数 / 总数", "%"),
        ("15% × 15%", "%"),
        ("15% × 15%", ""),
        ("增速 / 全市增速", "%"),
        ("0.6 × 增速 + 0.4 × 全市增速", "%"),
        ("(增速 + 全市增速) / 2", "%"),
        ("税收 / previous(税收) - 1", "%"),
        ("税收 / previous(税收) - 100%", "%"),
        ("(税收 - previous(税收)) / previous(税收)", "%"),
        ("growth(税收)", "%"),
        ("单产", ""),
        # 1 ± %
        ("1 + 增速", ""),
        ("1 - 增速", "%"),
        ("100% - 增速", "%"),
        ("税收 × (1 + 增速)", "万元"),
        ("税收 / (1 + 增速)^2", "万元"),
        ("2 - 税收 / 利润", ""),
        # percentage points
        ("增速 - 全市增速", "百分点"),
        ("增速 - 5%", "百分点"),
        ("增速 + 高出", "%"),
        ("增速 - 2个百分点", "%"),
        ("高出 + 1个百分点", "百分点"),
        ("税收 / 利润 - 用地面积 / 建筑面积", "百分点"),
        ("税收 / 利润 - 用地面积 / 建筑面积", ""),
        ("高出 / 1个百分点 × 0.5", ""),
        ("2 × 高出", "百分点"),
        # bare numbers
        ("0", "万元"),
        ("0", "%"),
        ("税收 + 0", "万元"),
        ("max(税收 - 利润, 0)", "万元"),
        ("if(规上, 0, 税收)", "万元"),
        ("50", "件"),
        ("专利数 + 1", "件"),
        ("专利数", ""),
        ("企业数", ""),
        # table functions
        ("sum(税收) / sum(用地面积)", "万元/亩"),
        ("mean(亩均税收 where 规上)", "万元/亩"),
        ("count(规上) / count(税收 > 0万元)", "%"),
        ("count(规上)", "家"),
        ("count(规上)", ""),
        ("sum(税收) / count(规上)", "万元/户"),
        ("share(税收 where 规上)", "%"),
        ("share(规上)", ""),
        # dates
        ("投产日期 - 签约日期", "天"),
        # choices
        ("first(利润, 税收)", "亿元"),
        ("min(税收, 利润, 5万元)", "万元"),
        ("min(税收 / 利润, 100%)", "%"),
        ("max(税收 / 利润, 0.5)", ""),
        ("published(亩均税收)", "元/平方米"),
    ],
)
def test_fits(text: str, unit: str) -> None:
    assert checked(text, unit).unit == UNITS.parse(unit)


@pytest.mark.parametrize(
    "text",
    [
        *("亩均税收 ≥ 20万元/亩", "20万元/亩 ≤ 亩均税收", "亩均税收 > 3元/㎡", "0.7 ≤ 容积率 ≤ 1.8", "税收 > 0"),
        *("增速 ≥ 15%", "增速 > 全市增速", "增速 - 全市增速 ≥ 2个百分点", "增速 ≥ 全市增速 + 2个百分点", "千分率 > 1%"),
        *("税收 / 利润 ≥ 3%", "税收 / 利润 ≥ 0.03", "3% ≤ 税收 / 利润", "达标数 / 总数 ≥ 95%"),
        *("税收 / 利润 - 用地面积 / 建筑面积 ≥ 2个百分点", "专利数 ≥ 50", "50 ≤ 专利数", "count(规上) ≥ 50"),
        *(
            "规上",
            "规上 且 非 高新技术企业",
            "高新技术企业 = 是",
            "规上 = 高新技术企业",
            "if(规上, 税收 > 0, 高新技术企业)",
        ),
        *(
            "行业 = '纺织'",
            "行业 ≠ '纺织'",
            "行业 属于 ['纺织', '食品']",
            "专利数 属于 [1, 2]",
            "税收 属于 [1亿元, 2万元]",
        ),
        *(
            "投产日期 > 2021-01-01",
            "投产日期 在 上年同期",
            "投产日期 + 2年 ≤ 2023-12-31",
            "投产日期 - 18个月 > 签约日期",
        ),
        *("投产日期 + 工期 > 签约日期", "投产日期 - 签约日期 ≤ 365天", "投产日期 属于 [2021-01-01]"),
        *("missing(行业)", "missing(税收) 或 税收 < 1万元", "in_list(安全事故)", "单产 ≥ 5元/万元"),
    ],
)
def test_conditions(text: str) -> None:
    assert checked(text, TRUTH).unit is None


def test_any_type_when_nothing_is_expected() -> None:
    assert checked("税收 / 用地面积").unit == UNITS.parse("万元/亩")
    assert checked("规上").unit is None
    assert read("行业", SCOPE, Type.TEXT).unit is None
    assert read("投产日期 + 1年", SCOPE, Type.DATE).unit is None


@pytest.mark.parametrize(
    ("text", "expect", "code", "part"),
    [
        # sums
        ("税收 + 用地面积", None, "unit-mismatch", "税收 + 用地面积"),
        ("用地面积 / (税收 - 职工人数)", None, "unit-mismatch", "税收 - 职工人数"),
        ("税收 + 5", None, "bare-number", "5"),
        ("5 - 税收", None, "bare-number", "5"),
        ("税收 + -5", None, "bare-number", "-5"),
        ("增速 + 15", None, "bare-number", "15"),
        ("高出 - 1", None, "bare-number", "1"),
        ("得分 + 增速", None, "unit-mismatch", "得分 + 增速"),
        ("高出 - 增速", None, "percent-and-points", "高出 - 增速"),
        ("税收 + 外资", None, "currencies-mixed", "税收 + 外资"),
        ("行业 + 1", None, "not-a-number", "行业"),
        ("1万元 × 规上", None, "not-a-number", "规上"),
        ("企业数 + 5", None, "bare-number", "5"),
        # comparisons
        ("亩均税收 ≥ 20", TRUTH, "bare-number", "20"),
        ("亩均税收 ≥ 20万元", TRUTH, "unit-mismatch", "亩均税收 ≥ 20万元"),
        ("增速 ≥ 15", TRUTH, "bare-number", "15"),
        ("增速 ≥ 2个百分点", TRUTH, "percent-and-points", "增速 ≥ 2个百分点"),
        ("增速 - 全市增速 ≥ 2%", TRUTH, "percent-and-points", "增速 - 全市增速 ≥ 2%"),
        ("税收 / 利润 ≥ 2个百分点", TRUTH, "percent-and-points", "税收 / 利润 ≥ 2个百分点"),
        ("容积率 ≥ 80%", TRUTH, "unit-mismatch", "容积率 ≥ 80%"),
        ("职工人数 ≥ 50", TRUTH, "bare-number", "50"),
        ("单产 ≥ 5", TRUTH, "bare-number", "5"),
        ("外资 ≥ 100万元", TRUTH, "currencies-mixed", "外资 ≥ 100万元"),
        ("0.7 ≤ 亩均税收 ≤ 1.8万元/亩", TRUTH, "bare-number", "0.7"),
        ("行业 > '纺织'", TRUTH, "no-order", "行业 > '纺织'"),
        ("规上 ≥ 是", TRUTH, "no-order", "规上 ≥ 是"),
        ("行业 = 5", TRUTH, "type-mismatch", "行业 = 5"),
        ("规上 = '是'", TRUTH, "type-mismatch", "规上 = '是'"),
        ("投产日期 - 签约日期 ≤ 18个月", TRUTH, "unit-mismatch", "投产日期 - 签约日期 ≤ 18个月"),
        ("行业 属于 ['纺织', 5]", TRUTH, "type-mismatch", "5"),
        ("税收 属于 [5]", TRUTH, "bare-number", "5"),
        ("税收 在 本期", TRUTH, "type-mismatch", "税收"),
        # conditions
        ("税收", TRUTH, "not-a-condition", "税收"),
        ("规上 且 税收", TRUTH, "not-a-condition", "税收"),
        ("非 税收", TRUTH, "not-a-condition", "税收"),
        ("if(税收, 1, 2)", None, "not-a-condition", "税收"),
        ("sum(税收 where 用地面积)", None, "not-a-condition", "用地面积"),
        ("规上", "万元", "type-mismatch", "规上"),
        # the declared unit
        ("税收 / 用地面积", "万元", "unit-mismatch", "税收 / 用地面积"),
        ("税收", "美元", "currencies-mixed", "税收"),
        ("15", "%", "bare-number", "15"),
        ("-15", "%", "bare-number", "-15"),
        ("20", "万元/亩", "bare-number", "20"),
        ("得分 / 2", "%", "unit-mismatch", "得分 / 2"),
        ("增速 - 全市增速", "%", "percent-and-points", "增速 - 全市增速"),
        ("税收 / 利润", "百分点", "percent-and-points", "税收 / 利润"),
        ("税收 / 利润 - 用地面积 / 建筑面积", "%", "percent-and-points", "税收 / 利润 - 用地面积 / 建筑面积"),
        ("增速", "", "unit-mismatch", "增速"),
        ("min(税收 / 利润, 15)", "%", "unit-mismatch", "min(税收 / 利润, 15)"),
        # choices
        ("if(规上, 税收, 用地面积)", None, "unit-mismatch", "用地面积"),
        ("if(规上, 税收, 5)", None, "bare-number", "5"),
        ("max(5, 0, 税收)", None, "bare-number", "5"),
        ("max(0, 5, 税收)", None, "bare-number", "5"),
        ("first(税收, 行业)", None, "type-mismatch", "行业"),
        ("min(行业, 行业)", None, "not-a-number", "行业"),
        ("growth(行业)", None, "not-a-number", "行业"),
        # dates
        ("投产日期 + 签约日期", None, "bad-date-arithmetic", "投产日期 + 签约日期"),
        ("2年 + 投产日期", None, "bad-date-arithmetic", "2年 + 投产日期"),
        ("投产日期 + 2", None, "bad-date-arithmetic", "投产日期 + 2"),
        ("投产日期 × 2天", None, "bad-date-arithmetic", "投产日期 × 2天"),
        ("投产日期 + 1.5天", None, "not-whole-days", "1.5天"),
        ("投产日期 + 0.3年", None, "not-whole-days", "0.3年"),
        # functions
        ("published(税收)", None, "not-an-indicator", "税收"),
        ("(税收^12)^1 × 税收", None, "unit-too-large", "(税收^12)^1 × 税收"),
    ],
)
def test_misfits_are_pointed_at(text: str, expect: str | Type | None, code: str, part: str) -> None:
    with pytest.raises(FormulaError) as raised:
        checked(text, expect)
    problem = raised.value.problem
    assert problem.excerpt_span is not None
    assert (problem.code, text[slice(*problem.excerpt_span)]) == (code, part)
    assert problem.excerpt == text
    assert problem.place.column == problem.excerpt_span[0] + 1
    assert problem.expected is not None
    assert "{" not in str(problem.message) + str(problem.expected) + str(problem.hint)


@pytest.mark.parametrize(
    ("text", "expect", "message", "hint"),
    [
        (
            "税收 + 用地面积",
            None,
            "“税收” (万元) and “用地面积” (亩) cannot be added.",
            "Check the units, and whether the right figures are named.",
        ),
        (
            "增速 ≥ 15",
            TRUTH,
            "“增速” (%) and “15” (a number without unit) cannot be compared.",
            "Write the unit, for example 15%.",
        ),
        (
            "税收 / 用地面积",
            "%",
            "“税收 / 用地面积” (万元/亩) stands where % is due.",
            "Check the units, and whether the right figures are named.",
        ),
        (
            "外资 - 税收",
            None,
            "“税收” (万元) cannot be subtracted from “外资” (万美元).",
            "Give a rate of exchange with its date and source under [rates].",
        ),
    ],
)
def test_sentences(text: str, expect: str | Type | None, message: str, hint: str) -> None:
    with pytest.raises(FormulaError) as raised:
        checked(text, expect)
    assert (str(raised.value.problem.message), str(raised.value.problem.hint)) == (message, hint)


def test_a_rate_of_exchange_lets_currencies_meet() -> None:
    units = Units({"美元": "7.0467 元"})
    symbols = {key: (Symbol(key, "figure", Type.NUMBER, units.parse(unit)),) for key, unit in FIGURES.items()}
    formula = read("税收 + 外资", Scope(symbols, units), units.parse("元"))
    assert evaluate(formula.tree, Figures({"税收": Fraction(1), "外资": Fraction(1)})) == 10000 + 70467


def test_scales_stand_only_where_something_is_converted() -> None:
    plain = checked("税收 / 用地面积 ≥ 20万元/亩", TRUTH).tree
    assert not [node for node in walk(plain) if isinstance(node, Scale)]
    tree = checked("税收 × 15%", "万元").tree
    assert isinstance(tree, Binary) and isinstance(tree.left, Name)
    assert isinstance(tree.right, Scale) and tree.right.factor == Fraction(1, 100)
    assert isinstance(tree.right.operand, Number) and tree.right.operand.value == 15


def test_scales_that_meet_become_one() -> None:
    tree = checked("建筑面积 / 用地面积", "%").tree
    assert isinstance(tree, Scale) and isinstance(tree.operand, Binary)
    assert tree.factor == Fraction(3, 20)


class Figures:
    """A row of figures, in their declared units."""

    def __init__(self, values: dict[str, Value]) -> None:
        self.values = values

    def value(self, key: str, shift: Shift) -> Value:
        return self.values[key]

    published = value

    def listed(self, name: str) -> bool:
        return False

    def period(self, shift: Shift) -> tuple[date, date]:
        raise LookupError(shift)

    def rows(self) -> list[Figures]:
        return [self]


SPOKEN = {
    "税收": ["元", "万元", "亿元"],
    "利润": ["万元", "亿元"],
    "用地面积": ["亩", "平方米", "公顷"],
    "建筑面积": ["平方米", "万平方米", "亩"],
    "增速": ["%", "‰"],
    "高出": ["百分点"],
}
ANSWERS = [
    ("税收 / 用地面积", "万元/亩"),
    ("建筑面积 / 用地面积 + 税收 / 利润", ""),
    ("(税收 - 利润 / 2) / max(用地面积, 建筑面积)", "元/平方米"),
    ("税收 × (1 + 增速) + 利润 × 15%", "万元"),
    ("growth(税收 / 用地面积) + 高出", "%"),
    ("if(税收 / 用地面积 ≥ 20万元/亩, 税收, 利润)", "亿元"),
    ("min(税收, 利润, 3亿元) × 增速 / (用地面积 + 建筑面积)", "万元/公顷"),
    ("税收 / 利润 - 增速", "百分点"),
    ("sum(税收) / sum(利润) × 用地面积^2 / 建筑面积", "亩"),
    ("(税收 / 利润 - 用地面积 / 建筑面积) × 2", "百分点"),
]


@given(
    st.sampled_from(ANSWERS),
    st.fixed_dictionaries({key: st.integers(1, 999) for key in SPOKEN}),
    st.fixed_dictionaries({key: st.sampled_from(units) for key, units in SPOKEN.items()}),
)
def test_the_answer_does_not_depend_on_the_units_of_the_figures(
    answer: tuple[str, str], sizes: dict[str, int], spoken: dict[str, str]
) -> None:
    """The same lands and sums of money, reported in other units, give the same result."""
    text, due = answer

    def result(figures: dict[str, str]) -> Value:
        values: dict[str, Value] = {
            key: sizes[key] * UNITS.parse(SPOKEN[key][0]).factor / UNITS.parse(unit).factor
            for key, unit in figures.items()
        }
        formula = read(text, scope(figures), UNITS.parse(due))
        return evaluate(formula.tree, Figures(values))

    assert result(spoken) == result({key: units[0] for key, units in SPOKEN.items()})


KINDS: list[Unit | Type] = [UNITS.parse(text) for text in ("", "%", "百分点", "元", "个", "元/万元")] + [*Type]


@given(
    st.recursive(
        st.sampled_from([*FIGURES, *TYPED, "0", "1", "15%", "2个百分点", "5万元", "是", "'纺织'", "2021-01-01", "2年"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-", "×", "/", "≥", "=", "且", "或"]), inner).map(
                lambda parts: f"({' '.join(parts)})"
            ),
            st.tuples(st.sampled_from(["min", "max", "first"]), inner, inner).map("{0[0]}({0[1]}, {0[2]})".format),
            inner.map("(非 {})".format),
            inner.map("growth({})".format),
            inner.map("abs({})".format),
            inner.map("missing({})".format),
            inner.map("mean({})".format),
        ),
        max_leaves=8,
    ),
    st.sampled_from([None, *KINDS]),
)
def test_any_formula_is_settled_or_refused(text: str, expect: Unit | Type | None) -> None:
    try:
        formula = read(text, SCOPE, expect)
    except FormulaError as error:
        start, end = error.problem.excerpt_span or (0, 0)
        assert 0 <= start < end <= len(text)
        return
    if isinstance(expect, Unit):
        assert formula.unit == expect
