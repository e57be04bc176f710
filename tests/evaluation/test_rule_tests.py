"""Running rule tests: what agrees, what differs, and what the rules refuse."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kpi
from kpi.definitions.cases import UNDEFINED, Expectation, Kind, Written
from kpi.evaluation.rule_tests import NOTHING, Outcome, RuleTestResult, agrees
from kpi.numbers import shown
from kpi.problems import KpiError

HEAD = 'format = 1\ninclude = ["kpi:indicators.toml"]\n'


def run(text: str) -> tuple[RuleTestResult, ...]:
    return kpi.test(kpi.load(text=f"{HEAD}[[tests]]\n{text}"))


def got(text: str) -> dict[tuple[str | None, str, str], str | None]:
    """What came out, by entity, kind and name."""
    (result,) = run(text)
    return {(each.entity, str(each.expected.kind), each.expected.name): each.got.text for each in result.comparisons}


def expectation(text: str, number: Fraction | None, decimals: int | None, within: int = 0) -> Expectation:
    return Expectation(Kind.VALUE, text, Written(()), number=number, decimals=decimals, within=Fraction(within))


@pytest.mark.parametrize(
    ("expected", "outcome", "same"),
    [
        (expectation("20.00", Fraction(20), 2), Outcome("20.00", Fraction(20), 2), True),
        (expectation("20", Fraction(20), 0), Outcome("20.00", Fraction(20), 2), True),
        (expectation("20.00", Fraction(20), 2), Outcome("20.0", Fraction(20), 1), False),
        (expectation("20.01", Fraction(2001, 100), 2), Outcome("20.00", Fraction(20), 2), False),
        (expectation("20.9 ± 1", Fraction(209, 10), None, 1), Outcome("20", Fraction(20), 0), True),
        (expectation(UNDEFINED, None, None), NOTHING, True),
        (expectation(UNDEFINED, None, None), Outcome("0.00", Fraction(0), 2), False),
        (expectation("0.00", Fraction(0), 2), NOTHING, False),
        (expectation("A", None, None), Outcome("A"), True),
        (expectation("A", None, None), Outcome("B"), False),
    ],
)
def test_what_agrees(expected: Expectation, outcome: Outcome, same: bool) -> None:
    assert agrees(expected, outcome) is same


def test_a_standard() -> None:
    figures = (
        'figures = { "税收" = "900万元", "用地面积" = "50亩", "固定资产投资" = "1.5亿元" }\nstandard = "234+1.2"\n'
    )
    names = '"亩均税收" = 1, passes = true, status = "passed", shortfalls = { "亩均税收" = 1, "亩均投资强度" = 1 }'
    assert got(f"{figures}expect = {{ {names} }}") == {
        (None, "value", "亩均税收"): "18.00",
        (None, "passes", ""): "否",
        (None, "status", ""): "short",
        (None, "shortfalls", "亩均税收"): "2.00",
        (None, "shortfalls", "亩均投资强度"): None,
    }


FIGURES = "企业名称|规模|税收|用地面积|用电量|安全生产事故"
EXPECTED = "亩均税收|items.亩均税收|score|rank|first_tier|tier|直接定档|状态|措施 除转型升级项目外，不再新增供地"
WRONG = "1|1|1|1|A|A|环境违法|exempt|1"
TWO = f"""
scheme = "规下"
table = \"\"\"
{FIGURES}               |→|{EXPECTED}
甲|规下|300|10|30|否    | |{WRONG}
乙|规下|100|10|10|是    | |{WRONG}
\"\"\"
expect = {{ baselines = {{ "亩均税收" = 1 }}, tiers = {{ A = 1, D = 2 }} }}
"""


def test_a_scheme() -> None:
    """Tax per mu 30 and 10 on average 20; tax per electricity 10 for both. No place in A, one in B, one in C."""
    assert got(TWO) == {
        (None, "baselines", "亩均税收"): "20.00",
        (None, "tiers", "A"): "0",
        (None, "tiers", "D"): "1",
        ("甲", "value", "亩均税收"): "30.00",
        ("甲", "items", "亩均税收"): "75.00",
        ("甲", "score", ""): "125.00",
        ("甲", "rank", ""): "1",
        ("甲", "first_tier", ""): "B",
        ("甲", "tier", ""): "B",
        ("甲", "overrides", ""): "",
        ("甲", "status", ""): "evaluated",
        ("甲", "measures", "除转型升级项目外，不再新增供地"): None,
        ("乙", "value", "亩均税收"): "10.00",
        ("乙", "items", "亩均税收"): "25.00",
        ("乙", "score", ""): "75.00",
        ("乙", "rank", ""): "2",
        ("乙", "first_tier", ""): "C",
        ("乙", "tier", ""): "D",
        ("乙", "overrides", ""): "发生安全生产事故",
        ("乙", "status", ""): "evaluated",
        ("乙", "measures", "除转型升级项目外，不再新增供地"): None,
    }


def test_what_the_rules_refuse() -> None:
    refused = 'scheme = "规下"\nfigures = { "税收" = 300 }\n'
    (result,) = run(refused + 'expect = { tier = "A" }')
    (problem,) = result.problems
    assert not result.passed and result.comparisons == ()
    assert (problem.code, problem.place.line) == ("condition-undefined", 3)
    (result,) = run(refused + 'expect = { problem = "condition-undefined" }')
    assert result.passed and result.problems == ()
    (result,) = run(refused + 'expect = { problem = "two-schemes" }')
    assert not result.passed and result.comparisons[0].got.text == "condition-undefined"
    (result,) = run('standard = "234+1.2"\nfigures = {}\nexpect = { problem = "two-schemes" }')
    assert not result.passed and result.comparisons[0].got == NOTHING


def test_the_day_and_the_period_choose_the_wording() -> None:
    rules = """
    [[standards.S]]
    until = 2022-12-31
    require = ["税收 ≥ 1万元"]
    [[standards.S]]
    from = 2023-01-01
    require = ["税收 ≥ 2万元"]
    [standards.P]
    period = 2021
    require = ["税收 ≥ 3万元"]
    """
    test = '[[tests]]\nstandard = "{}"\n{}\nfigures = {{ "税收" = 1 }}\nexpect = {{ passes = {} }}\n'
    tests = (
        test.format("S", "as_of = 2022-12-31", "true")
        + test.format("S", "as_of = 2023-01-01", "false")
        + test.format("P", "period = 2021", "false")
    )
    assert [each.passed for each in kpi.test(kpi.load(text=HEAD + rules + tests))] == [True, True, True]


def test_figures_that_cannot_be_read_stop_the_run() -> None:
    text = '[[tests]]\nfigures = { "税收" = "x" }\nexpect = { "亩均税收" = 1 }\n'
    with pytest.raises(kpi.problems.KpiError) as found:
        kpi.test(kpi.load(text=HEAD + text * 2))
    assert [each.place.line for each in found.value.problems] == [4, 7]


def test_tests_change_no_result() -> None:
    plain = kpi.load(text=HEAD)
    tested = kpi.load(text=f'{HEAD}[[tests]]\nfigures = {{}}\nexpect = {{ "亩均税收" = 1 }}')
    figures = kpi.typed(["税收=900万元", "用地面积=50亩"], plain)
    assert list(kpi.compute(plain, figures).entities) == list(kpi.compute(tested, figures).entities)


@given(tax=st.integers(0, 10**6), land=st.integers(1, 10**4))
def test_a_test_says_what_the_calculator_says(tax: int, land: int) -> None:
    """The published value comes out as expected, and the next one does not."""
    right = shown(Fraction(tax, land), 2)
    wrong = shown(Fraction(right) + Fraction(1, 100), 2)
    for text, passes in ((right, True), (wrong, False)):
        figures = f'figures = {{ "税收" = {tax}, "用地面积" = {land} }}'
        (result,) = kpi.test(kpi.load(text=SMALL + f'{figures}\nexpect = {{ "亩均税收" = "{text}" }}'))
        assert result.passed is passes


SMALL = """
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
[indicators."亩均税收"]
formula = "税收 / 用地面积"
unit = "万元/亩"
[[tests]]
"""


YEARS = """format = 1
figures    = { "税收" = "万元", "用地面积" = "亩" }
indicators = { "亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" } }

[schemes."办法"]
items  = [{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = "10万元/亩" }]
tiers  = { by = "score", at_least = { A = 90, B = 60 }, otherwise = "C" }

[[schemes."办法".overrides]]
label = "连续三年C类"
when  = "连续(类别 = 'C', 3)"
set   = "B"

[[schemes."办法".overrides]]
label = "上年A类"
when  = "previous(类别) = 'A'"
up    = 1
if_undefined = false

[[tests]]
scheme = "办法"
"""


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        ('history = ["C", "C"]', 'tier = "B", overrides = ["连续三年C类"]'),
        ('history = ["C", "A"]', 'tier = "C", overrides = []'),
        ('history = "A"', 'tier = "B", overrides = ["上年A类"]'),
        ('history = ["—", "C"]\ndecision = "A"', 'problem = "condition-undefined"'),
        ('history = ["A"]\ndecision = "A"', 'first_tier = "C", tier = "A", overrides = ["上年A类", "会议决定"]'),
    ],
)
def test_tiers_of_earlier_years_and_decisions(given: str, expect: str) -> None:
    text = f'{YEARS}{given}\nfigures = {{ "税收" = 10, "用地面积" = 10 }}\nexpect = {{ {expect} }}\n'
    (result,) = kpi.test(kpi.load(text=text))
    assert result.passed, [each.got for each in result.comparisons]


def test_what_nobody_says_of_earlier_years_is_not_known() -> None:
    text = f'{YEARS}figures = {{ "税收" = 95, "用地面积" = 10 }}\nexpect = {{ tier = "A" }}\n'
    (result,) = kpi.test(kpi.load(text=text))
    assert result.passed


def test_cross_checks() -> None:
    figures = 'figures = { "税收" = "9万元", "应税销售收入" = "1万元", "营业收入" = "1万元" }\n'
    assert got(f"{figures}expect = {{ checks = [] }}") == {
        (None, "checks", ""): "税收不高于应税销售收入、税收不高于营业收入"
    }
    (right,) = run(f'{figures}expect = {{ checks = ["税收不高于应税销售收入", "税收不高于营业收入"] }}')
    (wrong,) = run(f'{figures}expect = {{ checks = ["税收不高于营业收入"] }}')
    assert (right.passed, wrong.passed) == (True, False)


LOOKING = """format = 1
[figures]
"税收" = "万元"
"用地面积" = { unit = "亩", ledger = "地块", formula = "sum(面积 where 权属 ≠ '出租') - sum(面积 where 权属 = '出租')" }
[ledgers."地块"]
figures = { "面积" = "亩", "权属" = { type = "text" } }
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }
"税收增速" = { formula = "growth(税收)", unit = "%", decimals = 1 }
[lists."安全事故"]
members = ["示例丙"]
[schemes."办法"]
items = [
  { indicator = "亩均税收", weight = 60, method = "ratio", baseline = "20万元/亩" },
  { indicator = "税收增速", weight = 40, method = "ratio", baseline = "10%" },
]
overrides = [{ label = "事故", when = "in_list(安全事故)", set = "D" }]
tiers = { by = "score", at_least = { A = 80, B = 20, C = 10 }, otherwise = "D" }
[[tests]]
scheme = "办法"
"""


def looking(text: str) -> dict[tuple[str | None, str], str | None]:
    (result,) = kpi.test(kpi.load(text=LOOKING + text))
    assert not result.problems
    return {(each.entity, each.expected.name or str(each.expected.kind)): each.got.text for each in result.comparisons}


def test_figures_of_a_ledger_and_of_last_year_and_a_list() -> None:
    parcels = (
        '[{ "面积" = 50, "权属" = "自有" }, { "面积" = "2公顷", "权属" = "租入" }, { "面积" = 20, "权属" = "出租" }]'
    )
    expected = 'expect = { "亩均税收" = 1, "税收增速" = 1, first_tier = "A", tier = "A" }'
    assert looking(
        f'figures = {{ "税收" = 1200 }}\nprevious = {{ "税收" = 1000 }}\nlists = "安全事故"\n'
        f'ledgers = {{ "地块" = {parcels} }}\n{expected}'
    ) == {
        (None, "亩均税收"): "20.00",
        (None, "税收增速"): "20.0",
        (None, "first_tier"): "A",
        (None, "tier"): "D",
    }


def test_only_those_on_the_list_are_on_it() -> None:
    people = [("示例甲", 'lists = ["安全事故"]'), ("示例乙", ""), ("示例丙", "")]
    figures = 'figures = { "税收" = 9, "用地面积" = 1 }\nprevious = { "税收" = 9 }\nexpect = { tier = "B" }\n'
    entities = "".join(f'[[tests.entities]]\nname = "{name}"\n{more}\n{figures}' for name, more in people)
    assert looking(entities) == {("示例甲", "tier"): "D", ("示例乙", "tier"): "B", ("示例丙", "tier"): "D"}


def test_a_row_of_a_ledger_that_is_not_complete_leaves_the_sum_undefined() -> None:
    rows = '{ "地块" = [{ "面积" = 50 }] }'
    assert looking(f'figures = {{ "税收" = 9 }}\nledgers = {rows}\nexpect = {{ "亩均税收" = 1 }}') == {
        (None, "亩均税收"): None
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('lists = ["环境违法"]', "unknown-name"),
        ('ledgers = { "车间" = [] }', "unknown-name"),
        ('ledgers = { "地块" = [{ "亩数" = 1 }] }', "unknown-figure"),
        ('ledgers = { "地块" = [{ "面积" = "1万元" }] }', "unit-misfit"),
        ('ledgers = { "地块" = [{ "面积" = 1, "权属" = "自有" }] }\nfigures = { "用地面积" = 1 }', "figure-twice"),
    ],
)
def test_what_is_wrong_with_lists_and_ledgers_of_a_test(text: str, code: str) -> None:
    given = text if "figures" in text else f'{text}\nfigures = {{ "税收" = 1 }}'
    with pytest.raises(KpiError) as found:
        kpi.test(kpi.load(text=LOOKING + given + '\nexpect = { tier = "A" }'))
    (problem,) = found.value.problems
    assert problem.code == code
    assert problem.place.line is not None
