"""Every row of a province: what was judged in columns with its published numbers, the rest beside it, in one frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl

from kpi import numbers
from kpi.evaluation.settle import Decided, Published, settle
from kpi.evaluation.targets import rules
from kpi.evaluation.targets.amounts import HUNDRED
from kpi.evaluation.targets.bulk import LAST, ZONE
from kpi.evaluation.targets.choosing import unit_order
from kpi.evaluation.targets.columns import (
    AT_A_TIME,
    GOAL,
    LIGHT,
    LIGHT_NUMBERS,
    MODEL,
    OWN_GOAL,
    SPAN,
    STATED,
    TARGET,
    Pair,
    Plain,
    context,
)
from kpi.evaluation.targets.province import Judged, judged, singly
from kpi.evaluation.targets.results import Light, Standing, TargetResult
from kpi.evaluation.targets.zones import NO_GOALS, Asked
from kpi.formula.tree import Binary, Name, Node, Number

NUMBERS = ("actual", "completion", "elapsed", "lead", "lead_amount")
MET, STRETCH, SINGLE = "#met", "#stretch", "#single"
_CLOSE, _ORDER = "#close", "#order"


def rows(
    asked: Asked, found: Judged, wanted: frozenset[Light] | None = None, sort: str | None = None
) -> tuple[pl.DataFrame, list[TargetResult]]:
    """One row a zone and target: ZONE, TARGET, LIGHT and STRETCH (numbers), LAST, MET, and the published NUMBERS.

    SINGLE: its place among the results that are returned beside, where it was judged by itself, or stands as others do.
    STATED and OWN_GOAL: of goals of single zones in columns (see Work); null for others.
    """

    singles = [*found.single.values(), *found.models]
    several = [_with_numbers(piece.frame, piece.way) for piece in found.pieces if piece.way is not None]
    close = {pair for frame in several for pair in frame.filter(_CLOSE).select(ZONE, TARGET).iter_rows()}
    shown = singly(asked, found, close)
    frames = [_shown(frame, shown) for frame in several]
    frames += [_as_models(piece.frame, len(found.single)) for piece in found.pieces if piece.way is None]
    frames.append(_of_results(found.single, range(len(found.single))))
    there = pl.concat(frames)
    more, empty = _missing(found, there, len(singles))
    whole = _sorted(pl.concat([there, more]).sort(ZONE, TARGET), found, asked, sort)
    if wanted is not None:
        whole = whole.filter(pl.col(LIGHT).is_in([LIGHT_NUMBERS[light] for light in wanted]))
    return _with_stretches(asked, found, whole), [*singles, *empty]


def _sorted(whole: pl.DataFrame, found: Judged, asked: Asked, sort: str | None) -> pl.DataFrame:
    """The rows as they are asked for: zone by zone, else by lead unit or by light, and zone by zone among equals."""

    if sort == "light":
        return whole.sort(LIGHT, "lead", nulls_last=True, maintain_order=True)
    if sort == "unit":
        order = unit_order(asked.definitions)
        places = pl.Series([order[target.lead[:1]] for target in found.targets], dtype=pl.UInt32)
        keyed = whole.with_columns(places.gather(whole[TARGET]).alias(_ORDER))
        return keyed.sort(_ORDER, maintain_order=True).drop(_ORDER)
    return whole


_SCHEMA_NAMES = (ZONE, TARGET, LIGHT, LAST, *NUMBERS, MET, SINGLE, STATED, OWN_GOAL)


def _schema() -> dict[str, Any]:

    return {
        ZONE: pl.UInt32,
        TARGET: pl.UInt32,
        LIGHT: pl.UInt8,
        LAST: pl.Int32,
        **dict.fromkeys(NUMBERS, pl.Float64),
        MET: pl.Boolean,
        SINGLE: pl.UInt32,
        STATED: pl.UInt32,
        OWN_GOAL: pl.Float64,
    }


def _with_numbers(frame: pl.DataFrame, one: Plain) -> pl.DataFrame:

    found = pl.concat([_published(piece, one) for piece in frame.iter_slices(AT_A_TIME)])
    kept = frame.select(ZONE, TARGET, LIGHT, LAST)
    single = pl.lit(None, dtype=pl.UInt32).alias(SINGLE)
    return kept.hstack(found.get_columns()).with_columns(single, *_own_goals(frame))


def _own_goals(frame: pl.DataFrame) -> list[pl.Series]:
    """STATED and OWN_GOAL of a piece."""

    if OWN_GOAL in frame.columns:
        return [frame[STATED], frame[OWN_GOAL]]
    nothing = {STATED: pl.UInt32, OWN_GOAL: pl.Float64}
    return [pl.repeat(None, frame.height, dtype=dtype, eager=True).alias(name) for name, dtype in nothing.items()]


def _as_models(frame: pl.DataFrame, first: int) -> pl.DataFrame:
    """Rows that stand as models do: without numbers. first: the place of the first model."""

    absent = {**dict.fromkeys(NUMBERS, pl.Float64), MET: pl.Boolean}
    none = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in absent.items()]
    single = (pl.col(MODEL) + first).cast(pl.UInt32).alias(SINGLE)
    return frame.with_columns(*none, single, *_own_goals(frame)).select(_SCHEMA_NAMES)


def _published(frame: pl.DataFrame, one: Plain) -> pl.DataFrame:
    """NUMBERS, MET, and whether a number hides on which side of a bound it is: it is shown with more decimals then."""

    names = context(one)
    value, lead = one.decimals
    limits = [held.value for name, held in one.names if name in rules.LIMITS and isinstance(held, Number)]
    # What each number is, its decimals, and the bounds that it must not hide.
    wanted: dict[str, tuple[Node | None, int, Sequence[pl.Expr | float]]] = {
        "actual": (Name(rules.VALUE, SPAN), value, [pl.col(GOAL) * numbers.to_float(one.goal_factor)]),
        "completion": (_tree(one.rule.completion), one.points, [float(HUNDRED)]),
        "lead": (_tree(one.rule.lead), lead, [numbers.to_float(limit) for limit in limits]),
        "lead_amount": (_tree(one.rule.lead_amount), value, [0.0]),
    }
    if isinstance(one.share, Binary):
        wanted["elapsed"] = (Binary("*", one.share, Number(HUNDRED, None, SPAN), SPAN), one.points, [])
    asked = [
        Published(f"#{name}", tree, names, decimals) for name, (tree, decimals, _) in wanted.items() if tree is not None
    ]
    decided = Decided(MET, rules.tree(one.rule.met), names)
    settled = settle(frame, [*asked, decided])
    found = {
        name: _decimals(settled[f"#{name}"], decimals)
        for name, (tree, decimals, _) in wanted.items()
        if tree is not None
    }
    shown = settled.with_columns(column.alias(name) for name, column in found.items())
    close = [
        (pl.col(name) - bound).abs() < 10.0**-decimals
        for name, (tree, decimals, bounds) in wanted.items()
        if tree is not None
        for bound in bounds
    ]
    absent = [pl.lit(None, dtype=pl.Float64).alias(name) for name in wanted if name not in found]
    if "elapsed" not in wanted:
        share = one.share if isinstance(one.share, Fraction) else None
        due = None if share is None else numbers.to_float(numbers.publish(share * HUNDRED, one.points))
        absent.append(pl.lit(due, dtype=pl.Float64).alias("elapsed"))
    result: pl.DataFrame = shown.with_columns(
        *absent,
        pl.any_horizontal(False, *close).fill_null(False).alias(_CLOSE),
    ).select(*NUMBERS, MET, _CLOSE)
    return result


def _decimals(counted: pl.Series, decimals: int) -> pl.Series:
    """Whole numbers of the last decimal as decimals, each the nearest binary64 number."""

    # Polars multiplies by the reciprocal of what it takes for a constant, a column of one row too; that rounds twice.
    power = 10.0**decimals
    if len(counted) == 1:
        return pl.Series([None if cell is None else cell / power for cell in counted.to_list()], dtype=pl.Float64)
    return counted / pl.Series([power]).new_from_index(0, len(counted))


def _tree(text: str) -> Node | None:
    return rules.tree(text) if text else None


def _shown(frame: pl.DataFrame, shown: Mapping[Pair, TargetResult]) -> pl.DataFrame:
    """The rows with the numbers that are shown with more decimals."""

    order = list(_SCHEMA_NAMES)
    close = frame.filter(_CLOSE)
    if close.is_empty():
        return frame.select(order)
    pairs = list(close.select(ZONE, TARGET).iter_rows())
    numbers_shown = [_numbers(shown[pair].standing) for pair in pairs]
    columns = [pl.Series(name, [row[at] for row in numbers_shown], dtype=pl.Float64) for at, name in enumerate(NUMBERS)]
    return pl.concat([frame.filter(~pl.col(_CLOSE)).select(order), close.with_columns(columns).select(order)])


def _numbers(standing: Standing | None) -> list[float | None]:
    """Published numbers as they are shown: with as many decimals as it takes."""
    found = (getattr(standing, name, None) for name in NUMBERS)
    return [None if number is None else float(number.shown) for number in found]


def _of_results(found: Mapping[Pair, TargetResult], places: Sequence[int]) -> pl.DataFrame:

    data = [
        (
            *pair,
            LIGHT_NUMBERS[one.light],
            one.month,
            *_numbers(one.standing),
            None if one.standing is None else one.standing.met,
            place,
            None,
            None,
        )
        for (pair, one), place in zip(found.items(), places, strict=True)
    ]
    return pl.DataFrame(data, schema=_schema(), orient="row")


def _missing(found: Judged, there: pl.DataFrame, first: int) -> tuple[pl.DataFrame, list[TargetResult]]:
    """The pairs without any value, and how each of their targets stands."""

    empty = list(found.missing.values())
    if not empty:
        return there.clear(), []
    zones = pl.DataFrame({ZONE: range(len(found.zones))}, schema={ZONE: pl.UInt32})
    own = {(0, at): one for at, one in found.missing.items()}
    lights = _of_results(own, range(first, first + len(empty))).drop(ZONE)
    crossed = zones.join(lights, how="cross").select(_SCHEMA_NAMES)
    return crossed.join(there.select(ZONE, TARGET), on=[ZONE, TARGET], how="anti"), empty


def _with_stretches(asked: Asked, found: Judged, whole: pl.DataFrame) -> pl.DataFrame:
    """The rows with the light of what their targets aspire to beyond their goals; null where there is nothing."""

    own = {
        target.key: at
        for at, target in enumerate(found.targets)
        if target.goal is not None and target.stretch is not None
    }
    if not own:
        return whole.with_columns(pl.lit(None, dtype=pl.UInt8).alias(STRETCH))
    turned = {
        key: replace(target, goal=target.stretch, stretch=None) if key in own else target
        for key, target in asked.definitions.targets.items()
    }
    beyond = replace(asked, definitions=replace(asked.definitions, targets=turned), goals=NO_GOALS)
    day = asked.day
    assert day is not None
    other = judged(beyond, found.zones, frozenset(own), day)
    numbers_of = list(own.values())
    lights = _only_lights(other)
    lights = lights.with_columns(pl.Series(numbers_of, dtype=pl.UInt32).gather(lights[TARGET]).alias(TARGET))
    taken = [(zone, key) for zone, key in asked.goals.targets if key in own]
    named = {zone: at for at, zone in enumerate(found.zones)}
    dropped = pl.DataFrame(
        [(named[zone], own[key]) for zone, key in taken if zone in named],
        schema={ZONE: pl.UInt32, TARGET: pl.UInt32},
        orient="row",
    )
    restated = whole.filter(pl.col(STATED) >= len(found.targets)).select(ZONE, TARGET)
    lights = lights.join(pl.concat([dropped, restated]), on=[ZONE, TARGET], how="anti")
    return whole.join(lights, on=[ZONE, TARGET], how="left", maintain_order="left")


def _only_lights(found: Judged) -> pl.DataFrame:
    """ZONE, TARGET and the light as STRETCH of every row."""

    names = [ZONE, TARGET, pl.col(LIGHT).alias(STRETCH)]
    frames = [piece.frame.select(names) for piece in found.pieces]
    frames.append(_of_results(found.single, range(len(found.single))).select(names))
    there = pl.concat(frames)
    crossed = [
        pl.DataFrame(
            {ZONE: range(len(found.zones)), TARGET: at, STRETCH: LIGHT_NUMBERS[one.light]},
            schema={ZONE: pl.UInt32, TARGET: pl.UInt32, STRETCH: pl.UInt8},
        )
        for at, one in found.missing.items()
    ]
    if not crossed:
        return there
    return pl.concat([there, pl.concat(crossed).join(there, on=[ZONE, TARGET], how="anti")])
