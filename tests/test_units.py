"""Units as people write them: what they are, what they are worth, and what is none."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpi.unit_registry import Registry
from kpi.units import (
    NUMBER,
    PERCENT,
    POINTS,
    RATIO,
    Kind,
    Unit,
    UnitError,
    Units,
    conversion,
    convertible,
    divide,
    multiply,
    power,
)

UNITS = Units()


def worth(text: str, target: str, units: Units = UNITS) -> Fraction:
    """How many of the target unit one of the unit is."""
    source, due = units.parse(text), units.parse(target)
    assert convertible(source, due), (text, target)
    return conversion(source, due)


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("亩", "平方米", "2000/3"),
        ("公顷", "亩", "15"),
        ("平方公里", "亩", "1500"),
        ("平方公里", "公顷", "100"),
        ("㎡", "平方米", "1"),
        ("万㎡", "平方米", "10000"),
        ("亿元", "万元", "10000"),
        ("万亿元", "亿元", "10000"),
        ("千元", "元", "1000"),
        ("百万美元", "万美元", "100"),
        ("万元/亩", "元/平方米", "15"),
        ("万元/公顷", "万元/亩", "1/15"),
        ("度", "千瓦时", "1"),
        ("兆瓦时", "度", "1000"),
        ("亿千瓦时", "万千瓦时", "10000"),
        ("tce", "吨标煤", "1"),
        ("吨标准煤", "千克标准煤", "1000"),
        ("吨", "千克", "1000"),
        ("千克", "克", "1000"),
        ("千人", "人", "1000"),
        ("户", "家", "1"),
        ("宗", "项", "1"),
        ("次", "个", "1"),
        ("年", "月", "12"),
        ("个月", "月", "1"),
        ("%", "‰", "10"),
        ("个百分点", "百分点", "1"),
        ("元/万元", "%", "1/100"),
        ("立方米", "升", "1000"),
    ],
)
def test_worth(text: str, target: str, expected: str) -> None:
    assert worth(text, target) == Fraction(expected)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("万元／亩", "万元/亩"),
        ("万元 / 亩", "万元/亩"),
        ("万元每亩", "万元/亩"),
        ("万元÷亩", "万元/亩"),
        ("每亩", "亩"),
        ("元/m2", "元/平方米"),
        ("元/m²", "元/平方米"),
        ("元/㎡", "元/平方米"),
        ("万m2", "万平方米"),
        ("km²", "平方公里"),
        ("hm²", "公顷"),
        ("ha", "公顷"),
        ("m³", "立方米"),
        ("米^2", "平方米"),
        ("米²", "平方米"),
        ("KWH", "千瓦时"),
        ("万kwh", "万千瓦时"),
        ("元/（人・年）", "元/(人·年)"),
        ("％", "%"),
        ("１/年", "年^-1"),
        ("人⁻¹", "1/人"),
        ("人民币元", "元"),
        ("USD", "美元"),
    ],
)
def test_spellings_of_the_same_unit(typed: str, same: str) -> None:
    assert worth(typed, same) == 1


@pytest.mark.parametrize("text", ["", "-", "—", "无", "倍", "1"])
def test_no_unit_is_a_number(text: str) -> None:
    assert UNITS.parse(text) == NUMBER


def test_kinds() -> None:
    assert UNITS.parse("%") == PERCENT
    assert UNITS.parse("pp") == POINTS
    assert UNITS.parse("平方米/亩").kind is Kind.RATIO
    assert UNITS.parse("%/年").kind is Kind.QUANTITY
    for source, target in [("%", "百分点"), ("", "%"), ("元", "美元"), ("人", "个"), ("度", "吨标准煤"), ("年", "天")]:
        assert not convertible(UNITS.parse(source), UNITS.parse(target)), (source, target)
    assert not convertible(NUMBER, UNITS.parse("元/万元"))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "万",
            "亩亩",
            "公倾",
            "/亩",
            "元//亩",
            "元/",
            "(元)",
            "元/(人",
            "元/((人))",
            "元/(人/年)",
            "元/(人)年",
            "元)",
            "(",
        ),
        *("2元", "元2.5", "米10", "元^9", "元**2", "元^99999999", "12", "1.5", "元/1亩", "metres", "__import__('os')"),
        *("元 + 亩", "元·", "·", "[money]", "{元}", "元/元" * 20, "a" * 41, "元\x00", "元;亩", "=元"),
    ],
)
def test_what_is_no_unit(text: str) -> None:
    with pytest.raises(UnitError):
        UNITS.parse(text)


@given(st.text(alphabet="万亿元亩人年米m2²³^-/·*×()（）／%百分点个1每 \t", max_size=44))
@example("%1")
def test_any_text_is_a_unit_or_refused(text: str) -> None:
    try:
        unit = UNITS.parse(text)
    except UnitError:
        return
    assert unit.factor > 0
    # What is shown reads back as the same unit.
    again = UNITS.parse(unit.text)
    assert (again.kind, again.factor, again.dimension) == (unit.kind, unit.factor, unit.dimension)


SIMPLE = [
    "%",
    "元",
    "万元",
    "亿元",
    "亩",
    "公顷",
    "平方米",
    "人",
    "个",
    "千瓦时",
    "吨标准煤",
    "吨",
    "年",
    "天",
    "万美元",
]
simple = st.sampled_from(SIMPLE).map(UNITS.parse)


@given(st.lists(st.tuples(simple, st.booleans()), min_size=1, max_size=5))
def test_products_and_quotients_say_what_they_are(parts: list[tuple[Unit, bool]]) -> None:
    unit, factor = NUMBER, Fraction(1)
    for part, by in parts:
        unit = divide(unit, part) if by else multiply(unit, part)
        factor = factor / part.factor if by else factor * part.factor
    assert unit.factor == factor
    if unit.kind is Kind.QUANTITY and all(abs(count) <= 3 for _, count in unit.dimension):
        try:
            again = UNITS.parse(unit.text)
        except UnitError:
            assert len(unit.text) > 40 or any(character in unit.text for character in "⁴⁵⁶")
        else:
            assert (again.factor, again.dimension) == (unit.factor, unit.dimension)


def test_texts_of_products() -> None:
    per_mu, mu, wan = UNITS.parse("万元/亩"), UNITS.parse("亩"), UNITS.parse("万元")
    assert divide(wan, mu) == per_mu
    assert multiply(per_mu, mu) == wan
    assert divide(wan, UNITS.parse("元/(人·年)")).text == "万元·人·年/元"
    assert divide(NUMBER, UNITS.parse("年")).text == "1/年"
    assert power(per_mu, -2).text == "亩²/万元²"
    assert power(wan, 12).text == "万元¹²"
    assert divide(mu, UNITS.parse("公顷")) == Unit("亩/公顷", Kind.RATIO, Fraction(1, 15))
    assert divide(mu, mu) == RATIO
    assert multiply(wan, PERCENT).text == "万元·%"


def test_new_counting_unit_of_its_own() -> None:
    units = Units({"标准箱": "", "TEU": "1 标准箱", "大箱": "2.25 标准箱"})
    assert worth("TEU", "标准箱", units) == 1
    assert worth("万标准箱", "大箱", units) == Fraction(40000, 9)
    assert not convertible(units.parse("标准箱"), units.parse("个"))


def test_new_name_for_a_known_unit() -> None:
    units = Units({"批次": "1 个", "半年": "6 月", "市斤": "1/2 千克"})
    assert worth("批次", "家", units) == 1
    assert worth("半年", "年", units) == Fraction(1, 2)
    assert worth("万市斤", "吨", units) == 5


def test_restated_mu() -> None:
    units = Units({"亩": "666.67 平方米"})
    assert worth("亩", "平方米", units) == Fraction("666.67")
    assert worth("公顷", "平方米", units) == 10000
    assert worth("亩", "平方米") == Fraction(2000, 3)  # the other definitions know nothing of it


@pytest.mark.parametrize("name", ["美元", "USD"])
def test_rate_of_exchange_reaches_every_name(name: str) -> None:
    units = Units({name: "7.0467 元"})
    assert worth("万美元", "元", units) == 70467
    assert worth("USD", "元", units) == Fraction("7.0467")
    assert not convertible(units.parse("欧元"), units.parse("元"))


def test_extra_units_in_any_order() -> None:
    units = Units({"大箱": "2 标准箱", "标准箱": ""})
    assert worth("大箱", "标准箱", units) == 2


@pytest.mark.parametrize(
    "extra",
    [
        {"坏": "3 不存在"},
        {"坏": "x" * 50},
        {"坏": "0 个"},
        {"坏": "1/0 个"},
        {"坏": "2 坏"},
        {"坏": "2 乙", "乙": "3 坏"},
        {"平方米": "1 亩"},
        {"坏/名": "1 个"},
        {"2箱": "1 个"},
        {"坏": "__import__('os')"},
    ],
)
def test_extra_unit_that_cannot_be_read_is_unknown(extra: dict[str, str]) -> None:
    units = Units(extra)
    for name in extra:
        with pytest.raises(UnitError):
            units.parse(name)
    assert worth("万元/亩", "元/公顷", units) == 150000


@pytest.mark.parametrize(
    ("text", "unit", "rest"),
    [
        ("20万元/亩", "万元/亩", ""),
        ("20万元/亩均税收", "万元", "/亩均税收"),
        ("20万元 / 亩 且 x", "万元/亩", " 且 x"),
        ("20万元/(人·年)+1", "万元/(人·年)", "+1"),
        ("20万元/（人·年）", "万元/(人·年)", ""),
        ("20元／㎡×3", "元/平方米", "×3"),
        ("20m2+3", "平方米", "+3"),
        ("20米^2", "米", "^2"),
        ("20个百分点", "百分点", ""),
        ("20百分点", "百分点", ""),
        ("20%", "%", ""),
        ("20％且x", "%", "且x"),
        ("20千瓦时以上", "千瓦时", "以上"),
        ("20元/3", "元", "/3"),
        ("20万元÷亩", "万元", "÷亩"),
        ("20元/税收", "元", "/税收"),
        ("20人·年", "人·年", ""),
        ("20个月", "个月", ""),
    ],
)
def test_longest_unit_in_a_formula(text: str, unit: str, rest: str) -> None:
    def longest_name(place: int) -> int:
        return max((len(name) for name in ("亩均税收", "税收") if text.startswith(name, place)), default=0)

    found = UNITS.longest_at(text, 2, longest_name)
    assert found is not None
    assert (found[0].text, text[found[1] :]) == (unit, rest)


@pytest.mark.parametrize("text", ["20", "20 ", "20metre", "20以上", "20万", "20(元)", "20/亩", "20+元"])
def test_no_unit_in_a_formula(text: str) -> None:
    assert UNITS.longest_at(text, 2) is None


@given(st.text(alphabet="万亿元亩人年米m2²³^/·()（） ㎡千瓦时%", max_size=60))
@example("%/()")
@example("%·(%)")
@example("元/(元/亩)")
def test_longest_unit_reads_back(text: str) -> None:
    found = UNITS.longest_at(text, 0)
    if found is not None:
        unit, end = found
        assert 0 < end <= len(text)
        assert UNITS.parse(text[:end]) == unit


def test_the_documentation_lists_every_unit() -> None:
    page = (Path(__file__).parents[1] / "docs" / "units.md").read_text(encoding="utf-8")
    written = set(re.findall(r"`([^`\n]+)`", page))
    assert set(UNITS.names()) <= written


def test_the_documentation_gives_units_that_exist() -> None:
    page = (Path(__file__).parents[1] / "docs" / "units.md").read_text(encoding="utf-8")
    table = page.split("## The units")[1].split("## Prefixes")[0]
    for unit in re.findall(r"`([^`\n]+)`", table):
        UNITS.parse(unit)


def test_the_field_s_own_units_without_pint() -> None:
    """Names, and the size of what the field's own table defines, do not pay for the import of pint."""
    program = (
        "import sys; from kpi.units import Units; units = Units(); list(units.names()); "
        "units.parse('万元/亩'), units.parse('千克标准煤/兆瓦时'); assert 'pint' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("extra", [{}, {"亩": "666.67 平方米", "标准箱": "", "托": "12 标准箱", "美元": "7.0467 元"}])
def test_what_is_read_without_pint_is_what_pint_says(extra: dict[str, str]) -> None:
    registry = Registry(extra)
    for name in registry._definitions:
        assert registry.size(name) == registry._size_by_pint(name), name
