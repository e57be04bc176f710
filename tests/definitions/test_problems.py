"""Definitions that are wrong: every problem at once, each with its place and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.definitions.load import load
from kpi.problems import KpiError, Problem

FIGURES = """\
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
"在建" = { type = "yes_no" }
[indicators."亩均税收"]
formula = "税收 / 用地面积"
unit = "万元/亩"
"""
ITEM = '{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = "20万元/亩" }'
TIERS = (
    '{ by = "share", up_to = { A = "20%", B = "100%" }, of = "graded", round = "half_up", ties = "up", refill = false }'
)


def problems(text: str) -> list[Problem]:
    with pytest.raises(KpiError) as raised:
        load(text=text)
    return list(raised.value.problems)


def only(text: str) -> Problem:
    (problem,) = problems(text)
    return problem


def scheme(items: str = f"[{ITEM}]", tiers: str = TIERS, more: str = "") -> str:
    return f"{FIGURES}[schemes.k]\nitems = {items}\ntiers = {tiers}\n{more}\n"


STAGES = (
    '{ by = "stages", names = ["A", "B"], otherwise = "B", '
    'split = { up_to = { "上" = "50%", "下" = "100%" }, of = "graded", round = "half_up", ties = "up", '
    "refill = false }, "
    'stages = [{ tier = "A", part = "上", first = "15%", of = "part", round = "up", ties = "up", refill = false }] }'
)
DEDUCT = (
    '[{ indicator = "亩均税收", weight = 5, method = "deduct", start = "9万元/亩", each = "1万元/亩", per_step = 1, '
    'part = "none" }]'
)
LINE = '[{ indicator = "亩均税收", weight = 5, method = "interpolate", line = [{ at = "1万元/亩", share = true }] }]'
OVERRIDE = 'overrides = [{ label = "事故", when = "在建", set = 4 }]'


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (scheme(items=DEDUCT.replace('"none"', '"wrong"')), "schemes.k.items[1].part"),
        (scheme(items=LINE), "schemes.k.items[1].line[1].share"),
        (scheme(tiers=TIERS.replace('"graded"', '"wrong"')), "schemes.k.tiers.of"),
        (scheme(tiers=TIERS.replace('"half_up"', "5")), "schemes.k.tiers.round"),
        (scheme(tiers='{ by = "score", at_least = 3, otherwise = "B" }'), "schemes.k.tiers.at_least"),
        (scheme(tiers=STAGES.replace('part = "上"', 'part = "wrong"')), "schemes.k.tiers.stages[1].part"),
        (scheme(tiers=STAGES.replace('"part", round', '"wrong", round')), "schemes.k.tiers.stages[1].of"),
        (scheme(tiers=STAGES.replace('"15%"', "15")), "schemes.k.tiers.stages[1].first"),
        (scheme(tiers=STAGES.replace('"graded", round', '"wrong", round')), "schemes.k.tiers.split.of"),
        (scheme(more=OVERRIDE), "schemes.k.overrides[1].set"),
    ],
)
def test_what_is_said_wrongly_is_not_said_to_be_missing_as_well(text: str, key: str) -> None:
    assert only(text).place.key == key


def test_everything_is_reported_at_once_in_the_order_of_the_file() -> None:
    text = """\
format = 1
[figures]
"税收" = "万圆"
"用地面积" = { unti = "亩", unit = "亩" }
"人数" = 3
"类型" = { type = "datum" }
"无"   = { aliases = [] }
[indicators."甲"]
formula = "税收 / 人数"
unit = "万元/人"
[indicators."乙"]
formula = "用地面积 + 1"
unit = "亩"
[indicators."丙"]
formula = "用地面"
unit = "亩"
decimals = -1
[oops]
"""
    found = [(problem.place.line, problem.place.column, problem.code) for problem in problems(text)]
    assert found == [
        (3, 8, "unknown-unit"),
        (4, 12, "unknown-key"),
        (5, 8, "wrong-type"),
        (6, 17, "unknown-choice"),
        (7, 1, "missing-unit"),
        (12, 19, "bare-number"),
        (15, 12, "unknown-name"),
        (17, 12, "wrong-type"),
        (18, 2, "unknown-key"),
    ]


def test_what_follows_from_another_problem_is_not_reported() -> None:
    text = FIGURES.replace('"亩"\n', '"田"\n')
    assert only(text).code == "unknown-unit"


@pytest.mark.parametrize(
    ("line", "column", "text"),
    [
        (2, 7, 'format = 1\na = "亩\n'),
        (2, 1, 'format = 1\n用地 = "亩"\n'),
        (3, 1, "format = 1\na = 1\na = 2\n"),
        (2, 5, "format = 1\na = 亩\n"),
        (2, 6, "format = 1\na = [1, 2"),
    ],
)
def test_a_syntax_error_comes_first_and_alone(line: int, column: int, text: str) -> None:
    problem = only(text + "")
    assert problem.code == "toml-syntax"
    assert problem.place.line == line and problem.hint is not None
    assert problem.excerpt == text.split("\n")[line - 1]


def test_a_formula_error_points_into_the_formula() -> None:
    text = FIGURES + '[indicators.x]\nformula = """\n税收 /\n  用地面"""\nunit = "万元/亩"\n'
    problem = only(text)
    assert problem.place.line == 12 and problem.place.column == 3
    assert problem.excerpt is not None and problem.excerpt_span is not None
    assert problem.excerpt[slice(*problem.excerpt_span)] == "用地面"
    assert "用地面积" in str(problem.hint)


def test_a_formula_error_behind_escapes() -> None:
    text = FIGURES + '[indicators.x]\nformula = "税收\\t/ \\u7528地面"\nunit = "万元/亩"\n'
    problem = only(text)
    assert (problem.place.line, problem.place.column) == (10, 18)


def test_the_key_path_is_named() -> None:
    text = FIGURES + '[[standards."234+1.2"]]\nrequire = ["税收 > 0", { rule = "亩均税收 ≥ 20" }]\n'
    problem = only(text)
    assert problem.place.key == 'standards."234+1.2"[1].require[2].rule'
    assert "20万元/亩" in str(problem.hint)


def test_cycles_are_named_along_their_path() -> None:
    text = """\
format = 1
[indicators]
a = { formula = "b + 1" }
b = { formula = "c" }
c = { formula = "2 × a" }
d = { formula = "d" }
"""
    found = problems(text)
    assert [str(problem.message) for problem in found] == [
        "“a” is computed from itself: a → b → c → a.",
        "“d” is computed from itself: d → d.",
    ]
    assert found[0].place.line == 3


def test_a_long_chain_is_no_cycle() -> None:
    chain = "\n".join(f'n{index} = {{ formula = "n{index + 1} + 1" }}' for index in range(3000))
    assert len(load(text=f'format = 1\n[indicators]\n{chain}\nn3000 = {{ formula = "1" }}\n').indicators) == 3001


def test_powers_of_powers_through_indicators() -> None:
    chain = "\n".join(f'p{number + 1} = {{ formula = "p{number}^12" }}' for number in range(8))
    found = problems(f'format = 1\n[figures]\nx = ""\n[indicators]\np0 = {{ formula = "x" }}\n{chain}\n')
    assert [(problem.code, problem.place.key) for problem in found] == [
        ("formula-limit", "indicators.p4.formula"),
        ("formula-limit", "indicators.p8.formula"),
    ]
    assert "20736 parts" in str(found[0].message)


@pytest.mark.parametrize("name", ["a@b", "#x", "a`b", " x", ""])
def test_names_that_cannot_be(name: str) -> None:
    assert only(f'format = 1\n[figures]\n"{name}" = "亩"\n').code == "bad-name"


@pytest.mark.parametrize("name", ["本期", "且", "3", "上年同期", "上期", "权重", "得分", "总分", "基准值"])
def test_reserved_names(name: str) -> None:
    assert only(f'format = 1\n[figures]\n"{name}" = "亩"\n').code == "reserved-name"


def test_one_name_for_a_figure_and_an_indicator() -> None:
    assert only(FIGURES + '[indicators."税收"]\nformula = "2"\n').code == "name-twice"


def test_a_label_that_two_share_is_ambiguous_where_it_is_used() -> None:
    text = FIGURES.replace(
        '"税收" = "万元"', '"税收" = { unit = "万元", label = "钱" }\n"投资" = { unit = "万元", label = "钱" }'
    )
    assert load(text=text)
    problem = only(text + '[indicators.x]\nformula = "钱"\nunit = "元"\n')
    assert "税收" in str(problem.message) + str(problem.expected) + str(problem.hint)


@pytest.mark.parametrize("text", ["", "[figures]\n"])
def test_the_format_is_demanded(text: str) -> None:
    assert only(text).code == "missing-format"


@pytest.mark.parametrize("number", ["2", '"1"', "true", "1.0"])
def test_other_formats_are_refused_at_once(number: str) -> None:
    found = problems(f"format = {number}\n[figures]\nx = 3\n")
    assert [problem.code for problem in found] == ["unknown-format"] or number == "1.0"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("unit-unreadable", '[units]\n"x" = "三 亩"\n'),
        ("unit-of-other-kind", '[units]\n"亩" = "3 元"\n'),
        ("rate-not-money", '[rates]\n"美元" = { rate = "7 亩", date = 2023-01-01, source = "x" }\n'),
        ("missing-key", '[rates]\n"美元" = { rate = "7 元", date = 2023-01-01 }\n'),
        ("unit-without-number", '[figures]\n"x" = { type = "date", unit = "亩" }\n'),
        ("list-members", '[lists]\nx = { source = "y" }\n'),
        ("file-missing", '[lists]\nx = { file = "y.csv" }\n'),
        ("nothing-required", "[standards.s]\nrequire = []\n"),
        ("validity-reversed", '[standards.s]\nrequire = "1 < 2"\nfrom = 2023-01-01\nuntil = 2022-01-01\n'),
        ("wrong-type", '[standards.s]\nrequire = "1 < 2"\nfrom = "soon"\n'),
        ("wrong-type", '[standards.s]\nrequire = "1 < 2"\nperiod = "2022年上半年"\n'),
        ("wrong-type", "standards = 3\n"),
    ],
)
def test_single_faults(code: str, text: str) -> None:
    assert only("format = 1\n" + text).code == code


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("no-items", scheme(items="[]")),
        ("unknown-name", scheme(items=f"[{ITEM.replace('亩均税收', '亩均')}]")),
        ("item-twice", scheme(items=f"[{ITEM}, {ITEM}]")),
        ("weight-not-positive", scheme(items=f"[{ITEM.replace('100', '0')}]")),
        ("missing-baseline", scheme(items='[{ indicator = "亩均税收", weight = 1, method = "ratio" }]')),
        ("bare-number", scheme(items=f"[{ITEM.replace('20万元/亩', '20')}]")),
        ("baseline-kind", scheme(items=f"[{ITEM.replace(chr(34) + '20万元/亩' + chr(34), '{ times = 2 }')}]")),
        ("tiers-undeclared", scheme(tiers=TIERS.replace('A = "20%", B = "100%"', ""))),
        ("share-under-100", scheme(tiers=TIERS.replace("100%", "90%"))),
        ("share-over-100", scheme(tiers=TIERS.replace("100%", "110%"))),
        ("shares-not-rising", scheme(tiers=TIERS.replace("20%", "100%"))),
        ("bare-number", scheme(tiers=TIERS.replace("20%", "20"))),
        ("ties-open", scheme(tiers=TIERS.replace('"up"', '["亩均税收"]'))),
        (
            "key-without-meaning",
            scheme(tiers='{ by = "score", at_least = { A = 60 }, otherwise = "B", refill = false }'),
        ),
        ("scores-not-falling", scheme(tiers='{ by = "score", at_least = { A = 60, B = 70 }, otherwise = "C" }')),
        ("tier-twice", scheme(tiers='{ by = "score", at_least = { A = 60 }, otherwise = "A" }')),
        ("unknown-tier", scheme(more='overrides = [{ label = "x", when = "在建", set = "E" }]')),
        ("override-action", scheme(more='overrides = [{ label = "x", when = "在建", set = "A", up = 1 }]')),
        ("override-action", scheme(more='overrides = [{ label = "x", when = "在建" }]')),
        ("unknown-tier", scheme(more='measures = [{ label = "x", tiers = ["Z"] }]')),
        ("bounds-reversed", scheme(more='adjustments = [{ label = "x", points = 1, at_least = 3, at_most = 2 }]')),
    ],
)
def test_faults_of_schemes(code: str, text: str) -> None:
    problem = only(text)
    assert problem.code == code and problem.place.line is not None


@pytest.mark.parametrize("key", ["of", "round", "ties", "refill", "up_to"])
def test_tiers_by_share_declare_everything(key: str) -> None:
    pieces = {"up_to": 'up_to = { A = "20%", B = "100%" }', "of": 'of = "graded"', "round": 'round = "half_up"'}
    pieces |= {"ties": 'ties = "up"', "refill": "refill = false"}
    tiers = ", ".join(['by = "share"', *(text for name, text in pieces.items() if name != key)])
    problem = only(scheme(tiers=f"{{ {tiers} }}"))
    assert problem.code == "tiers-undeclared" and key in str(problem.hint)


def test_total_is_known_after_scoring_only() -> None:
    assert only(scheme(more='adjustments = [{ label = "x", when = "总分 > 3", points = 1 }]')).place.line == 12
    assert load(text=scheme(more='overrides = [{ label = "x", when = "总分 > 3", set = "A" }]'))


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "indicators.toml"
    path.write_bytes(FIGURES.encode("gb18030"))
    with pytest.raises(KpiError) as raised:
        load(path)
    assert raised.value.problems[0].code == "not-utf-8" and raised.value.problems[0].place.line == 3


VALUES = st.recursive(
    st.sampled_from(
        ["1", "-3.5", "true", '"亩"', '"税收 ÷ 0"', '"A"', "2022-01-01", "12:30:00", "nan", "1e99", "[]", "{}"]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda found: f"[{', '.join(found)}]"),
        st.dictionaries(st.sampled_from(["unit", "rule", "when", "by", "items", "A"]), inner, max_size=3).map(
            lambda found: "{" + ", ".join(f"{key} = {value}" for key, value in found.items()) + "}"
        ),
    ),
    max_leaves=6,
)
SECTIONS = ["units", "rates", "figures", "indicators", "lists", "checks", "standards", "schemes"]
KEYS = [
    "unit",
    "type",
    "formula",
    "require",
    "table",
    "items",
    "tiers",
    "from",
    "period",
    "is",
    "rate",
    "members",
    "exempt",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(SECTIONS), st.sampled_from(KEYS), VALUES), max_size=5))
def test_whatever_is_written_only_problems_come_out(entries: list[tuple[str, str, str]]) -> None:
    lines = [f"{section}.x{index}.{key} = {value}" for index, (section, key, value) in enumerate(entries)]
    try:
        load(text="\n".join(["format = 1", *lines]))
    except KpiError as error:
        assert error.problems and all(problem.place.file for problem in error.problems)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_loads_or_is_a_problem(text: str) -> None:
    try:
        load(text="format = 1\n" + text)
    except KpiError as error:
        assert error.problems


def test_numbers_that_nobody_writes() -> None:
    assert only("format = 1\nx = " + "9" * 5000).code == "number-too-long"
    item = ITEM.replace("100", "1e999999999")
    assert only(scheme(items=f"[{item}]")).code == "wrong-type"
    assert only(scheme(items=f"[{ITEM.replace('100', '9' * 50)}]")).code == "wrong-type"
    assert only(scheme(items=f"[{ITEM.replace('100', 'nan')}]")).code == "wrong-type"


def test_lists_nested_without_end() -> None:
    assert only("format = 1\nx = " + "[" * 100_000).code == "toml-too-deep"


@pytest.mark.parametrize("rule", ["5", '"亩均税收 ≥ 20万元/亩", {}'])
def test_a_faulty_list_of_requirements_is_not_called_empty(rule: str) -> None:
    assert only(FIGURES + f"[standards.s]\nrequire = [{rule}]\n").code != "nothing-required"
