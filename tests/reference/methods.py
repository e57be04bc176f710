"""The scoring methods (design 5, "Items"; docs/definitions.md says each in one line): points before bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any

from kpi.definitions.scheme_model import Item
from tests.reference.rows import Row, number, undefined


@dataclass(frozen=True)
class Held:
    """What a method reads for one entity. None: there is no such thing here."""

    value: Fraction | None
    weight: Fraction
    baseline: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    place: Fraction | None = None
    count: Fraction | None = None


def points(item: Item, held: Held, row: Row) -> Fraction | None:
    """None: the method has no value here (a zero to divide by, no baseline, no place)."""
    options: Mapping[str, Any] = item.options
    if item.method == "formula":
        return _formula(item, held, row)
    try:
        return METHODS[item.method](held, options)
    except (ZeroDivisionError, TypeError):  # an operand that is not there is None, and cannot be reckoned with
        return None


def flat(item: Item, held: Held) -> bool:
    """4.3: a baseline that is not positive under a ratio, a minimum equal to the maximum; one place and no other."""
    if item.method in ("ratio", "inverse", "reciprocal"):
        return held.baseline is not None and held.baseline <= 0
    if item.method in ("min_max", "efficacy"):
        return held.low is not None and held.low == held.high
    return item.method == "percentile" and held.count == 1


def _formula(item: Item, held: Held, row: Row) -> Fraction | None:
    none = undefined("not-here")
    known = {"本期值": held.value, "权重": held.weight, "基准值": held.baseline, "最低值": held.low}
    known |= {"最高值": held.high, "名次": held.place, "户数": held.count}
    words = {key: none if each is None else each for key, each in known.items()}
    formula: Any = item.options["formula"]
    return number(formula, replace(row, words=words))


# V, B, L, H, W, and the place and the count, as docs/definitions.md writes the formulas.


def ratio(held: Any, options: Mapping[str, Any]) -> Any:
    return held.value / held.baseline * held.weight


def inverse(held: Any, options: Mapping[str, Any]) -> Any:
    return (2 - held.value / held.baseline) * held.weight


def reciprocal(held: Any, options: Mapping[str, Any]) -> Any:
    return held.baseline / held.value * held.weight


def min_max(held: Any, options: Mapping[str, Any]) -> Any:
    least = options["floor"]
    return held.weight * (least + (1 - least) * (held.value - held.low) / (held.high - held.low))


def interpolate(held: Any, options: Mapping[str, Any]) -> Any:
    line = options["line"]
    value = held.value
    if options["beyond"] == "flat":
        value = min(max(value, line[0][0]), line[-1][0])
    stretches = list(pairwise(line))
    # The stretch that the value lies in; the first and the last reach on for ever.
    (x1, y1), (x2, y2) = next((each for each in stretches if value <= each[1][0]), stretches[-1])
    return held.weight * (y1 + (value - x1) / (x2 - x1) * (y2 - y1))


def bands(held: Any, options: Mapping[str, Any]) -> Any:
    for band in options["bands"]:
        if held.value >= band["from"] if "from" in band else held.value <= band["to"]:
            return held.weight * band["share"]
    return held.weight * options["otherwise"]


def deduct(held: Any, options: Mapping[str, Any]) -> Any:
    short = options["start"] - held.value
    short = max(-short if options["lower"] else short, Fraction(0))
    return held.weight - steps(short, options) * options["per_step"]


def threshold(held: Any, options: Mapping[str, Any]) -> Any:
    ahead = held.value - options["start"]
    ahead = -ahead if options["lower"] else ahead
    return held.weight + steps(ahead, options) * options["per_step"] if ahead >= 0 else Fraction(0)


def steps(distance: Fraction, options: Mapping[str, Any]) -> Fraction:
    taken = distance / options["each"]
    return {"whole": Fraction(ceil(taken)), "none": Fraction(floor(taken)), "share": taken}[options["part"]]


def rank(held: Any, options: Mapping[str, Any]) -> Any:
    if options["per_place"] is not None:
        return held.weight - options["per_place"] * (held.place - 1)
    return held.weight * (held.count - held.place + 1) / held.count


def percentile(held: Any, options: Mapping[str, Any]) -> Any:
    return held.weight * (held.count - held.place) / (held.count - 1)


METHODS: Mapping[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "ratio": ratio,
    "inverse": inverse,
    "reciprocal": reciprocal,
    "min_max": min_max,
    "efficacy": min_max,
    "interpolate": interpolate,
    "bands": bands,
    "deduct": deduct,
    "threshold": threshold,
    "rank": rank,
    "percentile": percentile,
}
