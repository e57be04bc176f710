"""Definitions that are right: what is read from what is written."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from kpi.definitions.figure_model import Better, FigureType
from kpi.definitions.groups import Grouping, GroupLevel, Part
from kpi.definitions.load import EMBEDDED, embedded_path, load
from kpi.definitions.scheme_model import Given, Statistic
from kpi.definitions.tier_model import Floors, Shares
from kpi.formula.tree import Number, Scale, names
from kpi.problems import KpiError

FIGURES = """
format = 1
[figures]
"税收"     = "万元"
"用地面积" = { unit = "亩", aliases = "占地面积", label = "实际用地面积" }
"人数"     = "人"
"千人数"   = "千人"
"专利数"   = "个"
"承诺亩均税收" = "万元/亩"
"行业"     = { type = "industry" }
"投产日期" = { type = "date" }
"在建"     = { type = "yes_no" }
"规模"     = { type = "text" }
"利率"     = ""
[indicators."亩均税收"]
label_en = "tax per mu"
formula  = "税收 / 用地面积"
unit     = "万元/亩"
decimals = 3
[indicators."增速"]
formula  = "growth(税收)"
unit     = "%"
decimals = 1
better   = "neither"
[indicators."翻番"]
formula = "2 × 亩均税收"
unit    = "元/平方米"
"""


def test_figures_in_short_and_long_form() -> None:
    figures = load(text=FIGURES).figures
    assert figures["税收"].unit is not None and figures["税收"].unit.text == "万元"
    assert figures["税收"].label == "税收" and figures["税收"].decimals == 2
    assert figures["用地面积"].aliases == ("占地面积",) and figures["用地面积"].label == "实际用地面积"
    assert figures["行业"].type is FigureType.INDUSTRY and figures["行业"].unit is None
    assert figures["利率"].unit is not None and figures["利率"].unit.text == ""


def test_what_is_counted_has_no_decimals_but_thousands_have() -> None:
    figures = load(text=FIGURES).figures
    assert figures["人数"].decimals == 0
    assert figures["千人数"].decimals == 2


def test_indicators() -> None:
    indicators = load(text=FIGURES).indicators
    assert indicators["亩均税收"].label_en == "tax per mu"
    assert indicators["亩均税收"].decimals == 3 and indicators["翻番"].decimals == 2
    assert indicators["增速"].better is Better.NEITHER and indicators["亩均税收"].better is Better.HIGHER
    assert isinstance(indicators["翻番"].formula.tree, Scale)  # 万元/亩 → 元/平方米


def test_a_label_is_a_name_too() -> None:
    text = FIGURES + '[indicators.x]\nformula = "税收 / 实际用地面积"\nunit = "万元/亩"\n'
    assert [name.key for name in names(load(text=text).indicators["x"].formula.tree)] == ["税收", "用地面积"]


def bounds_of(rule: str) -> list[tuple[str, str | None, str | None, int]]:
    rules = load(text=FIGURES + f'[standards.s]\nrequire = "{rule}"\n').standards["s"][0].require
    return [
        (found.operator, found.indicator, found.unit and found.unit.text, found.decimals) for found in rules[0].bounds
    ]


def test_bounds_of_requirements() -> None:
    assert bounds_of("亩均税收 ≥ 20万元/亩") == [(">=", "亩均税收", "万元/亩", 3)]
    assert bounds_of("20万元/亩 ≤ 亩均税收") == [(">=", "亩均税收", "万元/亩", 3)]
    assert bounds_of("亩均税收 ≥ 承诺亩均税收") == [(">=", "亩均税收", "万元/亩", 3)]
    assert bounds_of("承诺亩均税收 < 亩均税收") == [(">", "亩均税收", "万元/亩", 3)]
    assert bounds_of("10万元/亩 ≤ 亩均税收 < 20万元/亩") == [
        (">=", "亩均税收", "万元/亩", 3),
        ("<", "亩均税收", "万元/亩", 3),
    ]
    assert bounds_of("人数 ≥ 50人") == [(">=", None, "人", 0)]
    assert bounds_of("税收 / 用地面积 > 0") == [(">", None, "万元/亩", 2)]
    assert bounds_of("用地面积 / 用地面积 ≥ 30%") == [(">=", None, "%", 2)]
    assert bounds_of("previous(亩均税收) ≥ 20万元/亩") == [(">=", None, "万元/亩", 3)]


@pytest.mark.parametrize(
    "rule", ["亩均税收 ≥ 20万元/亩 或 在建", "行业 属于 ['C13']", "在建", "非 在建", "在建 且 税收 > 0"]
)
def test_what_only_holds_or_not_has_no_bounds(rule: str) -> None:
    assert bounds_of(rule) == []


def test_a_bound_is_in_the_unit_of_its_indicator() -> None:
    rule = load(text=FIGURES + '[standards.s]\nrequire = ["300元/平方米 ≤ 亩均税收"]\n').standards["s"][0].require[0]
    bound = rule.bounds[0].bound
    assert isinstance(bound, Scale) and isinstance(bound.operand, Number)
    assert bound.operand.value * bound.factor == Fraction(20)  # 300 元/m² × 2000/3 m²/亩 = 20 万元/亩


def test_requirements_with_when_instead_and_validity() -> None:
    standard = load(
        text=FIGURES
        + """
[standards.s]
label = "标准"
applies_to = "规模 = '规上'"
otherwise = "一事一议"
if_undefined = false
require = [
  { rule = "亩均税收 ≥ 20万元/亩", when = "非 在建", from = 2023-01-01, indicative = true, source = "甲", instead = [
    { when = "行业 属于 ['农副产品加工']", rule = "亩均税收 ≥ 10万元/亩" },
  ] },
]
"""
    ).standards["s"][0]
    rule = standard.require[0]
    assert standard.label == "标准" and standard.otherwise == "一事一议" and standard.if_undefined is False
    assert rule.when is not None and rule.indicative and rule.source == "甲"
    assert rule.instead[0].rule == "亩均税收 ≥ 10万元/亩" and rule.instead[0].when is not None
    assert rule.validity.from_ == date(2023, 1, 1)


SCHEME = (
    FIGURES
    + """
[schemes.k]
total_weight = 100
decimals = 3
adjustments_at_most = 5
exempt = [{ when = "在建", tier = "N", reason = "在建", if_undefined = false }]
[[schemes.k.items]]
indicator = "亩均税收"
weight    = 60.5
method    = "ratio"
baseline = "24.097万元/亩"
score     = { at_least = 0, at_most = "1.5 × 权重" }
if_missing = "zero"
[[schemes.k.items]]
indicator = "增速"
weight    = 39.5
method    = "ratio"
baseline  = { statistic = "mean", by = "行业", period = "previous", times = 1.2, decimals = 2 }
[schemes.k.tiers]
by = "share"
up_to = { A = "20%", B = "60%", C = "100%" }
of = "graded"
round = "half_up"
ties = ["亩均税收", "down"]
refill = true
minimum = [{ tier = "A", when = "亩均税收 ≥ 10万元/亩", if_undefined = false }]
[[schemes.k.adjustments]]
label = "人多"
points = "0.5 × 专利数"
[[schemes.k.overrides]]
label = "低分"
when = "总分 < 60"
at_most = "B"
[[schemes.k.overrides]]
label = "降档"
when = "在建"
down = 2
[[schemes.k.measures]]
label = "加价"
tiers = "C"
amount = "0.1 × 税收"
unit = "元"
"""
)


INDUSTRIES = Grouping((GroupLevel((Part.of("行业"),)),))


def test_a_scheme() -> None:
    scheme = load(text=SCHEME).schemes["k"][0]
    first, second = scheme.items
    assert first.weight == Fraction(121, 2) and first.baseline == Given(Fraction("24.097"), "24.097万元/亩")
    assert second.baseline == Statistic("mean", by=INDUSTRIES, period="previous", times=Fraction(6, 5), decimals=2)
    assert first.at_least is not None and first.at_most is not None and second.at_least is None
    assert scheme.tiers.names == ("A", "B", "C")
    shares = (Fraction(1, 5), Fraction(3, 5), Fraction(1))
    assert scheme.tiers.way == Shares(shares, "graded", "half_up", ("亩均税收", "down"), True)
    assert [(one.action, one.tier, one.steps) for one in scheme.overrides] == [("at_most", "B", 1), ("down", "", 2)]
    assert scheme.measures[0].amount is not None and scheme.measures[0].amount.unit is not None
    assert scheme.measures[0].amount.unit.text == "元" and scheme.measures[0].tiers == ("C",)
    assert scheme.decimals == 3 and scheme.adjustments_at_most == 5


def test_tiers_by_score() -> None:
    tiers = "by = 'score'\nat_least = { A = 90, B = 75.5 }\notherwise = 'C'\n"
    text = SCHEME.replace(SCHEME.split("[schemes.k.tiers]\n")[1].split("[[")[0], tiers).replace(
        'at_most = "B"', 'set = "C"'
    )
    found = load(text=text).schemes["k"][0].tiers
    assert found.names == ("A", "B", "C") and found.way == Floors((Fraction(90), Fraction(151, 2), None))


def test_a_baseline_with_editions() -> None:
    editions = """baseline = [{ value = "24.097万元/亩", period = 2022 }, { value = "26.01万元/亩", period = 2021 }]"""
    item = load(text=SCHEME.replace('baseline = "24.097万元/亩"', editions)).schemes["k"][0].items[0]
    assert item.baseline is None
    assert [(one.value, one.validity.period) for one in item.baselines if isinstance(one, Given)] == [
        (Fraction("24.097"), "2022"),
        (Fraction("26.01"), "2021"),
    ]


def test_units_and_rates_of_ones_own() -> None:
    definitions = load(
        text="""
format = 1
[units]
"亩" = { is = "666.67 平方米", source = "本地规定" }
"标准箱" = ""
[rates]
"美元" = { rate = "7.0467 元", date = 2023-12-29, source = "中国外汇交易中心" }
[figures]
"箱量" = "万标准箱"
"地" = "亩"
"外资" = "万美元"
[indicators."每亩外资"]
formula = "外资 / 地"
unit = "万元/亩"
"""
    )
    assert definitions.units.parse("亩").factor == Fraction("666.67")
    assert [(unit.name, unit.source, unit.day) for unit in definitions.restated] == [
        ("亩", "本地规定", None),
        ("标准箱", "", None),
        ("美元", "中国外汇交易中心", date(2023, 12, 29)),
    ]


def test_lists_inline_and_from_files(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("统一社会信用代码,名称\n91330000X,甲\n\n91330000Y,乙\n".encode("gb18030"))
    (tmp_path / "b.txt").write_text("\ufeff甲公司\n乙公司\n", encoding="utf-8")
    (tmp_path / "indicators.toml").write_text(
        'format = 1\n[lists]\n"一" = { file = "a.csv", source = "文" }\n'
        '"二" = { file = "b.txt" }\n"三" = { members = ["丙"] }\n',
        encoding="utf-8",
    )
    definitions = load(tmp_path / "indicators.toml")
    assert [(member.id, member.name) for member in definitions.lists["一"].members] == [
        ("91330000X", "甲"),
        ("91330000Y", "乙"),
    ]
    assert [member.name for member in definitions.lists["二"].members] == ["甲公司", "乙公司"]
    assert [member.name for member in definitions.lists["三"].members] == ["丙"]
    assert len(definitions.files) == 3


def test_the_embedded_definitions() -> None:
    definitions = load()
    assert embedded_path().is_file()
    assert definitions.files[0].path == EMBEDDED
    assert {"234+1.2", "223", "三个清零"} <= set(definitions.standards)
    assert {"规上", "规下"} <= set(definitions.schemes)
    for key, indicator in definitions.indicators.items():
        assert indicator.label_en and indicator.source, key
    for rules in (definitions.standards, definitions.schemes):
        for key, (edition,) in rules.items():
            assert edition.label_en and edition.source, key
    assert all(figure.label_en for figure in definitions.figures.values())


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "indicators.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FIGURES.replace("\n", "\r\n").encode())
    assert "亩均税收" in load(path).indicators


def test_loading_needs_neither_polars_nor_a_syntax_tree() -> None:
    import subprocess
    import sys

    heavy = "{'polars', 'tree_sitter', 'rich'}"
    code = f"import sys, kpi.definitions.load as l; l.load(); print({heavy} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(KpiError) as raised:
        load(tmp_path / "none.toml")
    assert [problem.code for problem in raised.value.problems] == ["file-missing"]
    with pytest.raises(KpiError) as raised:
        load(tmp_path)
    assert [problem.code for problem in raised.value.problems] == ["file-is-folder"]
