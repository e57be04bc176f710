"""Units and their arithmetic: what kind a unit is, its dimension and its exact size.

unit_registry.py knows what one name stands for (亩, 吨标准煤), unit_text.py reads how names are joined (万元/亩).
Here a unit keeps number, % and 百分点 apart on top of its dimension (see formula/unit.py for the rules).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from fractions import Fraction

from kpi import unit_text
from kpi.frozen import frozen
from kpi.regex import compiled
from kpi.unit_registry import CURRENCIES, Dimension, Registry
from kpi.unit_text import Term, UnitError, normalise

__all__ = [
    "DIFFERENCE",
    "NUMBER",
    "PERCENT",
    "POINTS",
    "RATIO",
    "Kind",
    "Unit",
    "UnitError",
    "Units",
    "conversion",
    "convertible",
    "currencies",
    "divide",
    "multiply",
    "normalise",
    "power",
]

PERCENT_NAMES = {"%": Fraction(1, 100), "‰": Fraction(1, 1000)}
POINT_NAMES = frozenset({"百分点", "个百分点", "pp"})
NUMBER_NAMES = {"", "1", "-", "–", "—", "无", "倍"}
LARGEST_POWER = 3  # of one name in a unit that somebody wrote
LONGEST_IN_FORMULA = 24

_JOIN = compiled(r" *[/·] *")
_POWER = compiled(r"[23](?![\d.])")


class Kind(StrEnum):
    NUMBER = "number"  # a plain number
    RATIO = "ratio"  # a quotient of like units: a number or a %, as its indicator declares
    DIFFERENCE = "difference"  # of two ratios: a number or 百分点, as its indicator declares
    PERCENT = "percent"
    POINTS = "points"  # 百分点: a difference of two percentages
    QUANTITY = "quantity"


@frozen
class Unit:
    """A unit: how it is written, what kind it is, its dimension, and its size in base units (exact)."""

    text: str
    kind: Kind
    factor: Fraction = Fraction(1)
    dimension: Dimension = ()

    def __str__(self) -> str:
        return self.text


NUMBER = Unit("", Kind.NUMBER)
RATIO = Unit("", Kind.RATIO)
DIFFERENCE = Unit("", Kind.DIFFERENCE)
PERCENT = Unit("%", Kind.PERCENT, Fraction(1, 100))
POINTS = Unit("百分点", Kind.POINTS, Fraction(1, 100))
_SAID_AS = {
    Kind.RATIO: {Kind.RATIO, Kind.NUMBER, Kind.PERCENT},
    Kind.DIFFERENCE: {Kind.DIFFERENCE, Kind.RATIO, Kind.NUMBER, Kind.POINTS},
    Kind.NUMBER: {Kind.NUMBER, Kind.RATIO, Kind.DIFFERENCE},
    Kind.PERCENT: {Kind.PERCENT, Kind.RATIO},
    Kind.POINTS: {Kind.POINTS, Kind.DIFFERENCE},
    Kind.QUANTITY: {Kind.QUANTITY},
}


class Units:
    """The units one set of definitions may use.

    extra: further units by name. "标准箱": "" is a new kind of its own, "标准箱": "1 个" another name or a multiple,
    "亩": "666.67 平方米" restates, "美元": "7.0467 元" is a rate of exchange; synonyms (USD) follow.
    An entry that cannot be read, or that leads back to itself, makes its own name unknown: parse raises UnitError.
    """

    def __init__(self, extra: Mapping[str, str] | None = None) -> None:
        self._registry = Registry(extra or {})
        self._parsed: dict[str, Unit] = {}

    def parse(self, text: str) -> Unit:
        """The unit that a text names, e.g. 万元/亩, ㎡, %, 元/千瓦时, 元/(人·年).

        Raises UnitError when it names none.
        """
        unit = self._parsed.get(text)
        if unit is None:
            unit = self._parsed[text] = self._parse(text)
        return unit

    def longest_at(
        self, text: str, start: int, name_length: Callable[[int], int] | None = None
    ) -> tuple[Unit, int] | None:
        """The longest unit that begins at a place in a formula, and where it ends; None when there is none.

        A `/` or `·` joins only if a unit follows, and one at least as long as any known name there: name_length says
        how long the longest known name at a place is (0: none). So 万元/亩均税收 is 万元 where 亩均税收 is a name.
        A power sign is left to the formula: 5米^2 is the square of 5米.
        """
        plain = unit_text.plain(text[: start + LONGEST_IN_FORMULA])
        end = self._name_end(plain, start)
        if end == start:
            return None
        while join := _JOIN.match(plain, end):
            longer = self._joined_end(plain, start, join.end(), name_length)
            if not longer:
                break
            end = longer
        return self.parse(text[start:end]), end

    def names(self) -> Iterable[str]:
        """Every simple unit name, for suggestions."""
        return self._registry.names()

    def _parse(self, text: str) -> Unit:
        written = normalise(text) if len(text) <= unit_text.LONGEST else text
        if written in NUMBER_NAMES:
            return NUMBER
        if written in PERCENT_NAMES:
            return Unit(written, Kind.PERCENT, PERCENT_NAMES[written])
        if written in POINT_NAMES:
            return POINTS
        factor, powers = Fraction(1), dict[str, int]()
        for term in unit_text.terms(written):
            if abs(term.power) > LARGEST_POWER:
                raise UnitError(text)
            size, dimension = self._registry.size(term.name)
            factor *= size**term.power
            for name, exponent in dimension:
                powers[name] = powers.get(name, 0) + exponent * term.power
        dimension = _dimension(powers)
        spelled = unit_text.spelled(written)
        if spelled != written and any(spelled in names for names in (NUMBER_NAMES, PERCENT_NAMES, POINT_NAMES)):
            return self._parse(spelled)  # %1 is %: no ratio, as it would be read back
        return Unit(spelled, Kind.QUANTITY if dimension else Kind.RATIO, factor, dimension)

    def _name_end(self, plain: str, start: int) -> int:
        """Where the longest unit name at a place ends, its power included; start itself when there is none."""
        for end in range(min(len(plain), start + self._registry.longest), start, -1):
            # A Latin unit does not end inside a Latin word: 5m, but not 5metre.
            inside_word = plain[end - 1].isascii() and plain[end - 1].isalpha() and plain[end : end + 1].isalpha()
            if inside_word and plain[end].isascii():
                continue
            if self._registry.knows(unit_text.unfolded(plain[start:end])):
                raised = _POWER.match(plain, end)
                return raised.end() if raised else end
        return start

    def _joined_end(self, plain: str, first: int, start: int, name_length: Callable[[int], int] | None) -> int:
        """Where the unit that would be joined at a place ends, 0 when nothing is to be joined. first: where the whole
        begins, which must read back with its brackets."""
        if plain.startswith("(", start):
            close = plain.find(")", start)
            try:
                self.parse(plain[first : close + 1] if close > 0 else "?")
            except UnitError:
                return 0
            return close + 1
        end = self._name_end(plain, start)
        taken = end > start and end - start >= (name_length(start) if name_length else 0)
        return end if taken else 0


def _dimension(powers: Mapping[str, int]) -> Dimension:
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def multiply(left: Unit, right: Unit) -> Unit:
    """The unit of a product."""
    return _combined(left, right, 1)


def divide(left: Unit, right: Unit) -> Unit:
    """The unit of a quotient; like units give a ratio."""
    return _combined(left, right, -1)


def power(unit: Unit, exponent: int) -> Unit:
    """The unit of a power."""
    result = NUMBER
    for _ in range(abs(exponent)):
        result = multiply(result, unit) if exponent > 0 else divide(result, unit)
    return result


def _combined(left: Unit, right: Unit, sign: int) -> Unit:
    powers = dict(left.dimension)
    for name, exponent in right.dimension:
        powers[name] = powers.get(name, 0) + sign * exponent
    factor = left.factor * right.factor if sign > 0 else left.factor / right.factor
    dimension = _dimension(powers)
    if left.kind is Kind.NUMBER and right.kind is Kind.NUMBER:
        return NUMBER
    above, other = (unit_text.terms(normalise(unit.text)) if unit.text else [] for unit in (left, right))
    text = unit_text.composed([*above, *(Term(term.name, sign * term.power) for term in other)])
    return Unit(text, Kind.QUANTITY if dimension else Kind.RATIO, factor, dimension)


def convertible(source: Unit, target: Unit) -> bool:
    """Whether values of one unit can be said in the other."""
    if source.kind is Kind.NUMBER and target.kind is Kind.RATIO and target.factor != 1:
        return False  # 5 where 元/万元 is due does not say 5 of what
    return source.dimension == target.dimension and target.kind in _SAID_AS[source.kind]


def conversion(source: Unit, target: Unit) -> Fraction:
    """What to multiply a value in the source unit with to have it in the target unit (exact)."""
    return source.factor / target.factor


def currencies(unit: Unit) -> frozenset[str]:
    """The currencies in a unit's dimension."""
    return CURRENCIES & {name for name, _ in unit.dimension}
