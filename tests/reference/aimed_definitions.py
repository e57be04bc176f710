"""Random schemes of which one number of one entity is moved onto a tie or a threshold, or beside it by very little.

The exact value of that number is known from the reference; a constant in its formula brings it where it is wanted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import tomli_w
from hypothesis import strategies as st

from kpi.definitions.load import load
from kpi.formula.tree import Shift
from tests.reference.classify import classify
from tests.reference.random_definitions import SCHEME, Case, cases
from tests.reference.rows import CannotClassify, Entity, Reported, Row, publish

# The thresholds that conditions, bands and tiers of random schemes name.
THRESHOLDS = st.sampled_from([Fraction(text) for text in ("0", "0.5", "1", "1.5", "2", "3", "50")])
BESIDE: st.SearchStrategy[Fraction] = st.one_of(
    st.just(Fraction(0)),
    st.builds(lambda sign, power: sign * Fraction(1, 10**power), st.sampled_from([1, -1]), st.integers(6, 20)),
)
# Long numbers beside fine ones in the same column: no whole numbers of 15 digits count both in one unit.
MIXED: Mapping[str, tuple[Reported, ...]] = {
    "税收": tuple(map(Fraction, ("71361394.5", "0.00000003", "99999.99"))),
    "增加值": tuple(map(Fraction, ("71361394.5", "0.0000002", "99999.99"))),
    "用地面积": tuple(map(Fraction, ("99999999.9", "0.01", "333.3333333"))),
}


def tie(value: Fraction, decimals: int, beside: Fraction) -> Fraction:
    """The tie above a value's published number, or beside that tie."""
    return publish(value, decimals) + Fraction(1, 2 * 10**decimals) + beside


def constant(value: Fraction, unit: str) -> str:
    """An exact addend of a formula."""
    return f" {'-' if value < 0 else '+'} {abs(value.numerator)}{unit} / {value.denominator}"


@st.composite
def mixed(draw: st.DrawFn, rows: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """The entities, maybe with long and fine numbers among theirs."""
    if draw(st.booleans()):
        return rows
    cells = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in MIXED.items()})
    drawn = [draw(st.one_of(st.just({}), cells)) for _ in rows]
    return tuple(replace(row, now={**row.now, **new}) for row, new in zip(rows, drawn, strict=True))


@st.composite
def aimed_cases(draw: st.DrawFn) -> Case:
    """A case like any other, of which one number of one entity is where it hurts if it can be brought there."""
    case = draw(cases().filter(lambda case: bool(case.entities)))
    rows = draw(mixed(case.entities))
    rules = tomllib.loads(case.text, parse_float=Decimal)
    move = draw(st.sampled_from([_indicator, _indicator, _adjustment, _total]))
    move(draw, rules, rows, draw(st.integers(0, len(rows) - 1)))
    return Case(tomli_w.dumps(rules), rows)


def _indicator(draw: st.DrawFn, rules: dict[str, Any], rows: tuple[Entity, ...], at: int) -> None:
    """An indicator's exact value: on a tie of its rounding, or on a number that conditions name."""
    used = [item["indicator"] for item in rules["schemes"][SCHEME]["items"]]
    key = draw(st.sampled_from(["亩均税收", *used]))
    value = Row(load(text=tomli_w.dumps(rules)), rows, rows[at]).exact(key, Shift.NOW)
    if isinstance(value, Fraction):
        said, beside = rules["indicators"][key], draw(BESIDE)
        target = draw(THRESHOLDS) + beside if draw(st.booleans()) else tie(value, said["decimals"], beside)
        ratio = target / value if value else Fraction(0)
        if ratio > 0 and (said["unit"] == "%" or draw(st.booleans())):
            said["formula"] = f"({said['formula']}) × {ratio.numerator} / {ratio.denominator}"
        elif said["unit"] != "%":  # to a ratio, no number can be added
            said["formula"] += constant(target - value, said["unit"])


def _adjustment(draw: st.DrawFn, rules: dict[str, Any], rows: tuple[Entity, ...], at: int) -> None:
    """Points of an adjustment that everybody gets, on a tie."""
    scheme, definitions = rules["schemes"][SCHEME], load(text=tomli_w.dumps(rules))
    row = Row(definitions, rows, rows[at], published_names=scheme["carry"] != "exact")
    value = row.value("亩均税收", Shift.NOW)
    if isinstance(value, Fraction):
        target = tie(value, scheme["decimals"], draw(BESIDE))
        points = "亩均税收 / 1万元/亩" + constant(target - value, "")
        scheme["adjustments"] = [{"label": "加分", "points": points}]
        for cap in ("adjustments_at_least", "adjustments_at_most"):
            scheme.pop(cap, None)


def _total(draw: st.DrawFn, rules: dict[str, Any], rows: tuple[Entity, ...], at: int) -> None:
    """The exact total under carry = "exact", which is rounded once."""
    scheme = rules["schemes"][SCHEME]
    scheme |= {"carry": "exact", "adjustments": []}
    for cap in ("adjustments_at_least", "adjustments_at_most"):
        scheme.pop(cap, None)
    definitions = load(text=tomli_w.dumps(rules))
    try:
        result = classify(definitions, definitions.schemes[SCHEME][0], rows).entities[at]
    except CannotClassify:
        return
    if result.score is not None:
        value = sum((item.score for item in result.items if item.score is not None), Fraction(0))
        points = "0" + constant(tie(value, scheme["decimals"], draw(BESIDE)) - value, "")
        scheme["adjustments"] = [{"label": "加分", "points": points}]
