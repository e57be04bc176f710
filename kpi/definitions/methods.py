"""Scoring methods: each is one formula tree over 本期值, 基准值, 权重 …, so that every reading of trees serves it too.

A method is one entry of METHODS: the keys that it takes in TOML, the baselines that it needs, when these cannot be used
(flat), and its tree, which gives the score before bounds, in points. Adding a method touches this file only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from kpi.formula.tree import Binary, Call, Compare, Name, Node, Number
from kpi.frozen import frozen
from kpi.problems import Message, say

# What a method's tree may read beside names; the engine says which columns they are.
VALUE, BASELINE, LOW, HIGH, WEIGHT = "本期值", "基准值", "最低值", "最高值", "权重"
# The place of the value among those that have one, best first, equal values sharing the smaller; and how many they are.
PLACE, COUNT = "名次", "户数"
# TOML key of a baseline → the name under which trees read it.
REFERENCES: Mapping[str, str] = {"baseline": BASELINE, "low": LOW, "high": HIGH}


def held_to(name: str, value: str) -> Message:
    """A baseline in words, for messages. name: one of those that trees read."""
    if name == LOW:
        return say("lowest value {value}", value=value)
    if name == HIGH:
        return say("highest value {value}", value=value)
    return say("baseline {value}", value=value)


Options = Mapping[str, Any]
_SPAN = (0, 0)
_ONE = Fraction(1)


def _name(key: str) -> Node:
    return Name(key, _SPAN)


def _number(value: Fraction | int) -> Node:
    return Number(Fraction(value), None, _SPAN)


def _do(sign: str, left: Node, right: Node) -> Node:
    return Binary(sign, left, right, _SPAN)


def _if(left: Node, sign: str, right: Node, yes: Node, no: Node) -> Node:
    return Call("if", (Compare(sign, left, right, _SPAN), yes, no), _SPAN)


def ratio(options: Options) -> Node:
    """value ÷ baseline × weight [亩均效益评价, e.g. 黄岩 2022, 淮安 2024]."""
    return _do("*", _do("/", _name(VALUE), _name(BASELINE)), _name(WEIGHT))


def inverse(options: Options) -> Node:
    """(2 − value ÷ baseline) × weight, for "lower is better": nothing at twice the baseline, less beyond it."""
    return _do("*", _do("-", _number(2), _do("/", _name(VALUE), _name(BASELINE))), _name(WEIGHT))


def reciprocal(options: Options) -> Node:
    """baseline ÷ value × weight, for "lower is better"."""
    return _do("*", _do("/", _name(BASELINE), _name(VALUE)), _name(WEIGHT))


def min_max(options: Options) -> Node:
    """weight × (floor + (1 − floor) × (value − low) ÷ (high − low)) [旌德 2022: floor 20 %]."""
    floor = options["floor"]
    way = _do("/", _do("-", _name(VALUE), _name(LOW)), _do("-", _name(HIGH), _name(LOW)))
    return _do("*", _name(WEIGHT), _do("+", _number(floor), _do("*", _number(_ONE - floor), way)))


def interpolate(options: Options) -> Node:
    """A line through points (value, share of the weight).

    Stepped standards with interpolation [国资委], one-sided items, target ranges, linear between two points.
    beyond = "flat": the first and the last share go on outside; "extend": the outer lines do.
    """
    points: Sequence[tuple[Fraction, Fraction]] = options["line"]
    flat = options["beyond"] == "flat"
    lines = [_line(left, right) for left, right in pairwise(points)]
    share = _number(points[-1][1]) if flat else lines[-1]
    for (at, _), line in reversed(list(zip(points[1:] if flat else points[1:-1], lines, strict=False))):
        share = _if(_name(VALUE), "<=", _number(at), line, share)
    if flat:
        share = _if(_name(VALUE), "<=", _number(points[0][0]), _number(points[0][1]), share)
    return _do("*", _name(WEIGHT), share)


def _line(left: tuple[Fraction, Fraction], right: tuple[Fraction, Fraction]) -> Node:
    """share below + way to the next point × difference of the shares."""
    way = _do("/", _do("-", _name(VALUE), _number(left[0])), _number(right[0] - left[0]))
    return _do("+", _number(left[1]), _do("*", way, _number(right[1] - left[1])))


def bands(options: Options) -> Node:
    """The share of the first band whose bound the value reaches (from: ≥, to: ≤), else `otherwise`."""
    share = _number(options["otherwise"])
    for band in reversed(options["bands"]):
        sign, bound = (">=", band["from"]) if "from" in band else ("<=", band["to"])
        share = _if(_name(VALUE), sign, _number(bound), _number(band["share"]), share)
    return _do("*", _name(WEIGHT), share)


def deduct(options: Options) -> Node:
    """Full weight from `start` on; each step short of it costs `per_step`.

    [寿县: ≥ 400 万元/亩 earns 5, each 10 less costs 0.1.] part: what an incomplete step counts: whole, none, or its
    share. Where lower is better, values up to `start` earn all, and each step above it costs.
    """
    steps = _steps(_ahead(_number(options["start"]), _name(VALUE), options), options)
    short = _do("-", _name(WEIGHT), _do("*", steps, _number(options["per_step"])))
    return _reaches(options, _name(WEIGHT), short)


def threshold(options: Options) -> Node:
    """All or nothing at `start`, then `per_step` for each further step: 3 earn 10, fewer 0, each more +2.

    Where lower is better, further steps are those below `start`.
    """
    steps = _steps(_ahead(_name(VALUE), _number(options["start"]), options), options)
    more = _do("+", _name(WEIGHT), _do("*", steps, _number(options["per_step"])))
    return _reaches(options, more, _number(0))


def _ahead(one: Node, other: Node, options: Options) -> Node:
    """By how much one is better than the other."""
    return _do("-", other, one) if options["lower"] else _do("-", one, other)


def _reaches(options: Options, yes: Node, no: Node) -> Node:
    return _if(_name(VALUE), "<=" if options["lower"] else ">=", _number(options["start"]), yes, no)


def _steps(distance: Node, options: Options) -> Node:
    steps = _do("/", distance, _number(options["each"]))
    rounding = {"whole": "ceil", "none": "floor", "share": None}[options["part"]]
    return steps if rounding is None else Call(rounding, (steps,), _SPAN)


def rank(options: Options) -> Node:
    """weight × (count − place + 1) ÷ count: the best earns all, the last of n one n-th.

    per_place: weight − per_place × (place − 1) instead.
    """
    if options["per_place"] is not None:
        behind = _do("-", _name(PLACE), _number(1))
        return _do("-", _name(WEIGHT), _do("*", _number(options["per_place"]), behind))
    left = _do("+", _do("-", _name(COUNT), _name(PLACE)), _number(1))
    return _do("/", _do("*", _name(WEIGHT), left), _name(COUNT))


def percentile(options: Options) -> Node:
    """weight × (count − place) ÷ (count − 1): the best earns all, the last nothing; whoever is alone earns all."""
    behind = _do("*", _name(WEIGHT), _do("-", _name(COUNT), _name(PLACE)))
    return _do("/", behind, _do("-", _name(COUNT), _number(1)))


def own_formula(options: Options) -> Node:
    """A formula of the scheme's own, in points over 本期值, 基准值, 最低值, 最高值, 权重, 名次 and 户数."""
    tree: Node = options["formula"].tree
    return tree


@frozen
class Method:
    """One way to score.

    takes: its TOML keys → what is meant when one is left out (REQUIRED: it must be there; DIRECTION is no key, but
    whether lower is better by the indicator). needs: the baselines it
    reads. may_use: further ones it may read. flat: the condition under which it cannot tell values apart; what is
    earned then must be said (if_flat), unless the method says it itself. flat_said: the same in words.
    """

    tree: Callable[[Options], Node]
    takes: Mapping[str, object]
    needs: tuple[str, ...] = ()
    may_use: tuple[str, ...] = ()
    flat: Node | None = None
    if_flat: str | None = None
    flat_said: Message = say("The baseline cannot be divided by.")


REQUIRED, DIRECTION = object(), object()
_BASELINE_FLAT = Compare("<=", _name(BASELINE), _number(0), _SPAN)
_RANGE_FLAT = Compare("=", _name(HIGH), _name(LOW), _SPAN)
_ALONE = Compare("<=", _name(COUNT), _number(1), _SPAN)
_STEPS: Mapping[str, object] = {
    **dict.fromkeys(("start", "each", "per_step", "part"), REQUIRED),
    "lower": DIRECTION,
}

METHODS: Mapping[str, Method] = {
    "ratio": Method(ratio, {}, ("baseline",), flat=_BASELINE_FLAT),
    "inverse": Method(inverse, {}, ("baseline",), flat=_BASELINE_FLAT),
    "reciprocal": Method(reciprocal, {}, ("baseline",), flat=_BASELINE_FLAT),
    "min_max": Method(min_max, {"floor": Fraction(0)}, ("low", "high"), flat=_RANGE_FLAT),
    "efficacy": Method(min_max, {"floor": Fraction(3, 5)}, ("low", "high"), flat=_RANGE_FLAT),
    "interpolate": Method(interpolate, {"line": REQUIRED, "beyond": "flat"}),
    "bands": Method(bands, {"bands": REQUIRED, "otherwise": Fraction(0)}),
    "deduct": Method(deduct, _STEPS),
    "threshold": Method(threshold, _STEPS),
    "rank": Method(rank, {"among": None, "per_place": None}),
    "percentile": Method(
        percentile, {"among": None}, flat=_ALONE, if_flat="full", flat_said=say("It is the only one that has a value.")
    ),
    "formula": Method(own_formula, {"formula": REQUIRED, "among": None}, may_use=("baseline", "low", "high")),
}
