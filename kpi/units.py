"""The field's units: one pint registry with exact rational factors.

Sources of the factors: 1 亩 = 2000/3 m² (15 亩 = 1 公顷, 国务院 1984 法定计量单位); 万 and 亿 are 10⁴ and 10⁸.
Pint parses and knows dimensions; on top of it a unit keeps number, % and 百分点 apart (see formula/unit.py).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

DEFINITIONS = """\
百- = 100
万- = 10000
百万- = 1000000
千万- = 10000000
亿- = 100000000
米 = [length] = m
公里 = 1000 * 米 = km
平方米 = 米 ** 2
平方公里 = 公里 ** 2
公顷 = 10000 * 平方米
亩 = 公顷 / 15
立方米 = 米 ** 3
元 = [money] = 人民币元 = yuan
美元 = [us_dollar] = USD
欧元 = [euro] = EUR
港元 = [hong_kong_dollar] = HKD
日元 = [yen] = JPY
人 = [person] = 名 = 人次
个 = [count] = 家 = 户 = 项 = 宗 = 次 = 件 = 所 = 台 = 套
千瓦时 = [electric_energy] = 度 = kWh
兆瓦时 = 1000 * 千瓦时 = MWh
千瓦 = [electric_power] = kW
千伏安 = [apparent_power] = kVA
吨标准煤 = [coal_equivalent] = 吨标煤 = tce
千克标准煤 = 吨标准煤 / 1000 = 公斤标准煤 = kgce
千克 = [mass] = 公斤 = kg
克 = 千克 / 1000 = g
吨 = 1000 * 千克 = t
当量 = [pollution_equivalent]
年 = [year]
月 = 年 / 12
天 = [day] = 日
小时 = 天 / 24
分 = [point]
千元 = 1000 * 元
千人 = 1000 * 人
"""

PERCENT_NAMES = {"%": Fraction(1, 100), "‰": Fraction(1, 1000)}
POINT_NAMES = {"百分点": Fraction(1, 100), "个百分点": Fraction(1, 100), "pp": Fraction(1, 100)}
NUMBER_NAMES = {"", "1", "-", "–", "—", "无", "倍"}


class Kind(StrEnum):
    NUMBER = "number"  # a plain number
    RATIO = "ratio"  # a quotient of like units: a number or a %, as its indicator declares
    PERCENT = "percent"
    POINTS = "points"  # 百分点: a difference of two percentages
    QUANTITY = "quantity"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: how it is written, what kind it is, its dimension, and its size in base units (exact)."""

    text: str
    kind: Kind
    factor: Fraction = Fraction(1)
    dimension: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        return self.text


NUMBER = Unit("", Kind.NUMBER)
RATIO = Unit("", Kind.RATIO)
PERCENT = Unit("%", Kind.PERCENT, Fraction(1, 100))
POINTS = Unit("百分点", Kind.POINTS, Fraction(1, 100))


class UnitError(ValueError):
    """The text names no unit."""


class Units:
    """The units one set of definitions may use.

    extra: further pint definitions by name ("标准箱": "1 个", "亩": "666.67 平方米"); a name already known is restated.
    """

    def __init__(self, extra: Mapping[str, str] | None = None) -> None:
        self._extra = dict(extra or {})
        self._parsed: dict[str, Unit] = {}

    @cached_property
    def _registry(self) -> Any:
        import pint  # late: a fifth of a second, which `kpi --help` must not pay

        registry: Any = pint.UnitRegistry(None, non_int_type=Fraction, cache_folder=None, on_redefinition="ignore")
        restated = [f"{name} = {_prepare(text)}" for name, text in self._extra.items()]
        registry.load_definitions([*DEFINITIONS.splitlines(), *restated])
        return registry

    def parse(self, text: str) -> Unit:
        """The unit that a text names, e.g. 万元/亩, ㎡, %, 元/千瓦时.

        Raises UnitError when it names none.
        """
        unit = self._parsed.get(text)
        if unit is None:
            unit = self._parsed[text] = self._parse(text)
        return unit

    def _parse(self, text: str) -> Unit:
        written = normalise(text)
        if written in NUMBER_NAMES:
            return NUMBER
        if written in PERCENT_NAMES:
            return Unit(written, Kind.PERCENT, PERCENT_NAMES[written])
        if written in POINT_NAMES:
            return POINTS
        prepared = _prepare(written)
        if not prepared or prepared[0].isdigit() and "/" not in prepared or any(c in prepared for c in "[]{}"):
            raise UnitError(text)
        try:
            factor, base = self._registry.get_base_units(self._registry.parse_units(prepared), check_nonmult=False)
        except Exception as error:  # pint raises its own, tokenize's and Python's errors for a text that is no unit
            raise UnitError(text) from error
        dimension = tuple(sorted((str(name), int(power)) for name, power in base.dimensionality.items()))
        if not dimension:
            return Unit(written, Kind.RATIO, Fraction(factor))
        return Unit(written, Kind.QUANTITY, Fraction(factor), dimension)

    def names(self) -> Iterable[str]:
        """Every simple unit name, for suggestions."""
        return [name for name in self._registry if "[" not in name]


def normalise(text: str) -> str:
    """A unit as people type it, in one spelling: full-width to half-width, ㎡ to 平方米, no spaces."""
    plain = text.replace("㎡", "平方米").replace("m²", "平方米").replace("m2", "平方米").replace("㎥", "立方米")
    plain = unicodedata.normalize("NFKC", plain).replace("^2", "²").replace("每", "")
    for wrong, right in ((" ", ""), ("／", "/"), ("×", "*"), ("·", "*"), ("÷", "/"), ("％", "%")):
        plain = plain.replace(wrong, right)
    return plain.strip()


def _prepare(text: str) -> str:
    """The unit text as pint reads it: %, which pint would take for an operator, by name of its size."""
    return text.replace("%", "(1/100)")


def multiply(left: Unit, right: Unit) -> Unit:
    """The unit of a product; percentages count as their hundredth."""
    return _combined(left, right, 1, "·")


def divide(left: Unit, right: Unit) -> Unit:
    """The unit of a quotient; like units give a ratio."""
    return _combined(left, right, -1, "/")


def _combined(left: Unit, right: Unit, sign: int, mark: str) -> Unit:
    powers = dict(left.dimension)
    for name, power in right.dimension:
        powers[name] = powers.get(name, 0) + sign * power
    dimension = tuple(sorted((name, power) for name, power in powers.items() if power))
    factor = left.factor * right.factor if sign > 0 else left.factor / right.factor
    if not dimension:
        quantities = Kind.QUANTITY in (left.kind, right.kind) or Kind.RATIO in (left.kind, right.kind)
        percents = Kind.PERCENT in (left.kind, right.kind)
        return Unit("", Kind.RATIO if quantities or percents else Kind.NUMBER, factor)
    text = _text(left, right, mark)
    return Unit(text, Kind.QUANTITY, factor, dimension)


def _text(left: Unit, right: Unit, mark: str) -> str:
    if right.kind is not Kind.QUANTITY:
        return left.text
    if left.kind is not Kind.QUANTITY:
        return right.text if mark == "·" else f"1/{right.text}"
    divisor = f"({right.text})" if mark == "/" and "/" in right.text else right.text
    return f"{left.text}{mark}{divisor}"


def convertible(source: Unit, target: Unit) -> bool:
    """Whether values of one unit can be said in the other."""
    if source.dimension != target.dimension:
        return False
    if source.kind is target.kind:
        return True
    return Kind.RATIO in (source.kind, target.kind) and Kind.POINTS not in (source.kind, target.kind)


def conversion(source: Unit, target: Unit) -> Fraction:
    """What to multiply a value in the source unit with to have it in the target unit (exact)."""
    return source.factor / target.factor
