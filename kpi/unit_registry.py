"""What one unit name stands for: the field's names in a pint registry with exact rational factors.

pint takes a fifth of a second to import, longer than most commands take to run, so lines as plain as those of the
field's own table are read here; whatever else definitions say about a unit is left to pint. Both say the same.

Sources of the factors: 1 亩 = 2000/3 m² (15 亩 = 1 公顷, 国务院 1984 法定计量单位); 万 and 亿 are 10⁴ and 10⁸.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

from kpi import unit_text
from kpi.regex import compiled
from kpi.unit_text import UnitError

Dimension = tuple[tuple[str, int], ...]

# name = what it is = synonyms. A name of its own kind is [a dimension]; synonyms follow when a name is restated.
DEFINITIONS = """\
百- = 100
千- = 1000
万- = 10000
十万- = 100000
百万- = 1000000
千万- = 10000000
亿- = 100000000
十亿- = 1000000000
百亿- = 10000000000
千亿- = 100000000000
万亿- = 1000000000000
米 = [length] = m
公里 = 1000 * 米 = km = 千米
厘米 = 米 / 100 = cm
毫米 = 米 / 1000 = mm
平方米 = 米 ** 2 = 平米
平方公里 = 公里 ** 2 = 平方千米
公顷 = 10000 * 平方米 = ha
亩 = 公顷 / 15
立方米 = 米 ** 3 = 方 = 立方
升 = 立方米 / 1000 = L
元 = [money] = 人民币元 = 人民币 = yuan = RMB = CNY = ¥
美元 = [us_dollar] = 美金 = USD
欧元 = [euro] = EUR
港元 = [hong_kong_dollar] = 港币 = HKD
日元 = [yen] = JPY
英镑 = [pound_sterling] = GBP
人 = [person] = 名
人次 = 人
个 = [count]
家 = 个
户 = 个
项 = 个
宗 = 个
次 = 个
件 = 个
所 = 个
台 = 个
套 = 个
条 = 个
起 = 个
例 = 个
辆 = 个
座 = 个
栋 = 个
处 = 个
支 = 个
千瓦时 = [electric_energy] = 度 = kWh
兆瓦时 = 1000 * 千瓦时 = MWh
千瓦 = [electric_power] = kW
兆瓦 = 1000 * 千瓦 = MW
吉瓦 = 1000000 * 千瓦 = GW
千伏安 = [apparent_power] = kVA
吨标准煤 = [coal_equivalent] = 吨标煤 = tce
千克标准煤 = 吨标准煤 / 1000 = 公斤标准煤 = kgce
吉焦 = [heat] = GJ
千克 = [mass] = 公斤 = kg
克 = 千克 / 1000 = g
毫克 = 克 / 1000 = mg
吨 = 1000 * 千克 = t
当量 = [pollution_equivalent]
年 = [year]
季度 = 年 / 4
月 = 年 / 12 = 个月
天 = [day] = 日
小时 = 天 / 24
分 = [point]
"""

CURRENCIES = frozenset({"[money]", "[us_dollar]", "[euro]", "[hong_kong_dollar]", "[yen]", "[pound_sterling]"})
HUNDREDTHS = {"%": Fraction(1, 100), "‰": Fraction(1, 1000)} | dict.fromkeys(
    ("百分点", "个百分点", "pp"), Fraction(1, 100)
)

# 1000 * 米, 公里 ** 2, 公顷 / 15, 个
_PLAIN = compiled(r"(?:(\d+) \* )?([^\W\d]\w*)(?: \*\* (\d))?(?: / (\d+))?")
_IDENTIFIER = compiled(r"[^\W\d]\w*")
_RESTATED = compiled(r"(\d{1,20}(?:\.\d{1,20})?)(?:/(\d{1,20}))?(.*)")


class Registry:
    """The names one set of definitions may use, prefixes included.

    extra: further names (see Units). One that cannot be read, or that leads back to itself, is not known at all.
    """

    def __init__(self, extra: Mapping[str, str]) -> None:
        self._prefixes, self._definitions, self._names = _table()
        self._longest_prefix = max(map(len, self._prefixes))
        self._folded = {name.casefold(): name for name in self._names if name.isascii() and len(name) > 1}
        self._restate_all({unit_text.normalise(name): unit_text.normalise(text) for name, text in extra.items()})
        self.longest = max(map(len, self._names)) + self._longest_prefix
        self._sizes: dict[str, tuple[Fraction, Dimension]] = {}

    @cached_property
    def _pint(self) -> Any:
        import pint  # late: see the top of this file

        registry: Any = pint.UnitRegistry(None, non_int_type=Fraction, cache_folder=None)
        prefixes = [f"{prefix}- = {factor}" for prefix, factor in self._prefixes.items()]
        registry.load_definitions([*prefixes, *(f"{name} = {text}" for name, text in self._definitions.items())])
        return registry

    def names(self) -> tuple[str, ...]:
        """Every name without prefix."""
        return (*self._names, *HUNDREDTHS)

    def knows(self, name: str) -> bool:
        """Whether this is one name, prefix included; costs no pint."""
        if name in HUNDREDTHS:
            return True
        try:
            self._split(name)
        except UnitError:
            return False
        return True

    def size(self, name: str) -> tuple[Fraction, Dimension]:
        """Size in base units and dimension of one name. Raises UnitError for an unknown one."""
        known = self._sizes.get(name)
        if known is None:
            known = self._sizes[name] = self._sized(name)
        return known

    def _sized(self, name: str) -> tuple[Fraction, Dimension]:
        if name in HUNDREDTHS or name == "1":
            return HUNDREDTHS.get(name, Fraction(1)), ()
        prefix, known = self._split(name)
        factor, dimension = self._defined_size(known)
        return factor * self._prefixes.get(prefix, 1), dimension

    def _defined_size(self, name: str) -> tuple[Fraction, Dimension]:
        """The size of a name without prefix, by its definition."""
        definition = self._definitions[name]
        if definition.startswith("["):
            return Fraction(1), ((definition, 1),)
        plain = _PLAIN.fullmatch(definition)
        if plain is None:
            return self._size_by_pint(name)
        times, base, power, divisor = plain.groups()
        factor, dimension = self._defined_size(base)
        exponent = int(power or 1)
        scale = Fraction(int(times or 1), int(divisor or 1))
        return scale * factor**exponent, tuple((kind, count * exponent) for kind, count in dimension)

    def _size_by_pint(self, name: str) -> tuple[Fraction, Dimension]:
        factor, base = self._pint.get_base_units(name, check_nonmult=False)
        powers = {str(dimension): int(power) for dimension, power in base.dimensionality.items()}
        return Fraction(factor), tuple(sorted(powers.items()))

    def _split(self, name: str) -> tuple[str, str]:
        """A name as its prefix (may be empty) and the registry's name. Raises UnitError for an unknown one."""
        for end in range(min(len(name), self._longest_prefix + 1)):
            prefix, rest = name[:end], name[end:]
            if prefix and prefix not in self._prefixes:
                continue
            known = self._names.get(rest) or self._names.get(self._folded.get(rest.casefold(), ""))
            if known:
                return prefix, known
        raise UnitError(name)

    def _restate_all(self, extra: Mapping[str, str]) -> None:
        """Enter the extra definitions, whatever their order; forget the names of those that cannot be read."""
        waiting = dict(extra)
        while entered := [name for name, text in waiting.items() if self._restate(name, text)]:
            for name in entered:
                del waiting[name]
        for name in waiting:
            canonical = self._names.get(name)
            self._names = {known: target for known, target in self._names.items() if target != canonical}

    def _restate(self, name: str, text: str) -> bool:
        """Enter one extra definition; False when it cannot be read, or leads back to itself."""
        canonical = self._names.get(name, name)
        definition = self._defined(canonical, text) if name.isidentifier() else None
        if definition is None or canonical in self._reached(definition):
            return False
        self._definitions[canonical] = definition
        self._names[name] = canonical
        return True

    def _defined(self, name: str, text: str) -> str | None:
        """An extra definition as pint reads it, e.g. 66667/100 * 平方米; None when it is no number and unit."""
        if not text:
            return f"[{name}]"
        match = _RESTATED.fullmatch(text)
        number, divisor, unit = match.groups() if match else ("1", None, text)
        try:
            factor = Fraction(number) / Fraction(divisor or 1)
            parts = [(self._split(term.name), term.power) for term in unit_text.terms(unit)]
        except (UnitError, ZeroDivisionError):
            return None
        sizes = [f"({self._prefixes.get(prefix, 1)} * {known}) ** {power}" for (prefix, known), power in parts]
        return " * ".join([f"{factor.numerator} / {factor.denominator}", *sizes]) if factor else None

    def _reached(self, definition: str) -> set[str]:
        """Every name that a definition leads to."""
        reached: set[str] = set()
        waiting = [definition]
        while waiting:
            for name in _IDENTIFIER.findall(re.sub(r"\[.*?\]", "", waiting.pop())):
                if name not in reached:
                    reached.add(name)
                    waiting.append(self._definitions.get(name, ""))
        return reached


def _table() -> tuple[dict[str, int], dict[str, str], dict[str, str]]:
    """DEFINITIONS as prefixes, name → definition, and every way to write a name → the name."""
    prefixes: dict[str, int] = {}
    definitions: dict[str, str] = {}
    names: dict[str, str] = {}
    for line in DEFINITIONS.splitlines():
        name, definition, *synonyms = line.split(" = ")
        if name.endswith("-"):
            prefixes[name[:-1]] = int(definition)
            continue
        definitions[name] = definition
        names.update(dict.fromkeys([name, *synonyms], name))
    return prefixes, definitions, names
