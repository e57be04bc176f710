"""Every row of a province: what was judged in columns with its published numbers, the rest beside it, in one frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import narwhals as nw

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

if TYPE_CHECKING:
    import polars

NUMBERS = ("actual", "completion", "elapsed", "lead", "lead_amount")
MET, STRETCH, SINGLE = "#met", "#stretch", "#single"
_CLOSE, _ORDER = "#close", "#order"


def rows(
    asked: Asked, found: Judged, wanted: frozenset[Light] | None = None, sort: str | None = None
) -> tuple[polars.DataFrame, list[TargetResult]]:
    """One row a zone and target: ZONE, TARGET, LIGHT and STRETCH (numbers), LAST, MET, and the published NUMBERS.

    SINGLE: its place among the results that are returned beside, where it was judged by itself, or stands as others do.
    STATED and OWN_GOAL: of goals of single zones in columns (see Work); null for others.
    """
    import polars

    singles = [*found.single.values(), *found.models]
    several = [_with_numbers(piece.frame, piece.way) for piece in found.pieces if piece.way is not None]
    close = {pair for frame in several for pair in frame.filter(_CLOSE).select(ZONE, TARGET).iter_rows()}
    shown = singly(asked, found, close)
    frames = [_shown(frame, shown) for frame in several]
    frames += [_as_models(piece.frame, len(found.single)) for piece in found.pieces if piece.way is None]
    frames.append(_of_results(found.single, range(len(found.single))))
    there = polars.concat(frames)
    more, empty = _missing(found, there, len(singles))
    whole = _sorted(polars.concat([there, more]).sort(ZONE, TARGET), found, asked, sort)
    if wanted is not None:
        whole = whole.filter(polars.col(LIGHT).is_in([LIGHT_NUMBERS[light] for light in wanted]))
    return _with_stretches(asked, found, whole), [*singles, *empty]


def _sorted(whole: polars.DataFrame, found: Judged, asked: Asked, sort: str | None) -> polars.DataFrame:
    """The rows as they are asked for: zone by zone, else by lead unit or by light, and zone by zone among equals."""
    import polars

    if sort == "light":
        return whole.sort(LIGHT, "lead", nulls_last=True, maintain_order=True)
    if sort == "unit":
        order = unit_order(asked.definitions)
        places = polars.Series([order[target.lead[:1]] for target in found.targets], dtype=polars.UInt32)
        keyed = whole.with_columns(places.gather(whole[TARGET]).alias(_ORDER))
        return keyed.sort(_ORDER, maintain_order=True).drop(_ORDER)
    return whole


_SCHEMA_NAMES = (ZONE, TARGET, LIGHT, LAST, *NUMBERS, MET, SINGLE, STATED, OWN_GOAL)


def _schema() -> dict[str, Any]:
    import polars

    return {
        ZONE: polars.UInt32,
        TARGET: polars.UInt32,
        LIGHT: polars.UInt8,
        LAST: polars.Int32,
        **dict.fromkeys(NUMBERS, polars.Float64),
        MET: polars.Boolean,
        SINGLE: polars.UInt32,
        STATED: polars.UInt32,
        OWN_GOAL: polars.Float64,
    }


def _with_numbers(frame: polars.DataFrame, one: Plain) -> polars.DataFrame:
    import polars

    found = polars.concat([_published(piece, one) for piece in frame.iter_slices(AT_A_TIME)])
    kept = frame.select(ZONE, TARGET, LIGHT, LAST)
    single = polars.lit(None, dtype=polars.UInt32).alias(SINGLE)
    return kept.hstack(found.get_columns()).with_columns(single, *_own_goals(frame))


def _own_goals(frame: polars.DataFrame) -> list[polars.Series]:
    """STATED and OWN_GOAL of a piece."""
    import polars

    if OWN_GOAL in frame.columns:
        return [frame[STATED], frame[OWN_GOAL]]
    nothing = {STATED: polars.UInt32, OWN_GOAL: polars.Float64}
    return [polars.repeat(None, frame.height, dtype=dtype, eager=True).alias(name) for name, dtype in nothing.items()]


def _as_models(frame: polars.DataFrame, first: int) -> polars.DataFrame:
    """Rows that stand as models do: without numbers. first: the place of the first model."""
    import polars

    absent = {**dict.fromkeys(NUMBERS, polars.Float64), MET: polars.Boolean}
    none = [polars.lit(None, dtype=dtype).alias(name) for name, dtype in absent.items()]
    single = (polars.col(MODEL) + first).cast(polars.UInt32).alias(SINGLE)
    return frame.with_columns(*none, single, *_own_goals(frame)).select(_SCHEMA_NAMES)


def _published(frame: polars.DataFrame, one: Plain) -> polars.DataFrame:
    """NUMBERS, MET, and whether a number hides on which side of a bound it is: it is shown with more decimals then."""
    import polars

    names = context(one)
    value, lead = one.decimals
    limits = [held.value for name, held in one.names if name in rules.LIMITS and isinstance(held, Number)]
    # What each number is, its decimals, and the bounds that it must not hide.
    wanted: dict[str, tuple[Node | None, int, Sequence[polars.Expr | float]]] = {
        "actual": (Name(rules.VALUE, SPAN), value, [polars.col(GOAL) * numbers.to_float(one.goal_factor)]),
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
    settled: Any = settle(nw.from_native(frame, eager_only=True), [*asked, decided]).to_native()
    found = {
        name: _decimals(settled[f"#{name}"], decimals)
        for name, (tree, decimals, _) in wanted.items()
        if tree is not None
    }
    shown = settled.with_columns(column.alias(name) for name, column in found.items())
    close = [
        (polars.col(name) - bound).abs() < 10.0**-decimals
        for name, (tree, decimals, bounds) in wanted.items()
        if tree is not None
        for bound in bounds
    ]
    absent = [polars.lit(None, dtype=polars.Float64).alias(name) for name in wanted if name not in found]
    if "elapsed" not in wanted:
        share = one.share if isinstance(one.share, Fraction) else None
        due = None if share is None else numbers.to_float(numbers.publish(share * HUNDRED, one.points))
        absent.append(polars.lit(due, dtype=polars.Float64).alias("elapsed"))
    result: polars.DataFrame = shown.with_columns(
        *absent,
        polars.any_horizontal(False, *close).fill_null(False).alias(_CLOSE),
    ).select(*NUMBERS, MET, _CLOSE)
    return result


def _decimals(counted: polars.Series, decimals: int) -> polars.Series:
    """Whole numbers of the last decimal as decimals, each the nearest binary64 number."""
    import polars

    # Polars multiplies by the reciprocal of what it takes for a constant, a column of one row too; that rounds twice.
    power = 10.0**decimals
    if len(counted) == 1:
        return polars.Series(
            [None if cell is None else cell / power for cell in counted.to_list()], dtype=polars.Float64
        )
    return counted / polars.Series([power]).new_from_index(0, len(counted))


def _tree(text: str) -> Node | None:
    return rules.tree(text) if text else None


def _shown(frame: polars.DataFrame, shown: Mapping[Pair, TargetResult]) -> polars.DataFrame:
    """The rows with the numbers that are shown with more decimals."""
    import polars

    order = list(_SCHEMA_NAMES)
    close = frame.filter(_CLOSE)
    if close.is_empty():
        return frame.select(order)
    pairs = list(close.select(ZONE, TARGET).iter_rows())
    numbers_shown = [_numbers(shown[pair].standing) for pair in pairs]
    columns = [
        polars.Series(name, [row[at] for row in numbers_shown], dtype=polars.Float64) for at, name in enumerate(NUMBERS)
    ]
    return polars.concat([frame.filter(~polars.col(_CLOSE)).select(order), close.with_columns(columns).select(order)])


def _numbers(standing: Standing | None) -> list[float | None]:
    """Published numbers as they are shown: with as many decimals as it takes."""
    found = (getattr(standing, name, None) for name in NUMBERS)
    return [None if number is None else float(number.shown) for number in found]


def _of_results(found: Mapping[Pair, TargetResult], places: Sequence[int]) -> polars.DataFrame:
    import polars

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
    return polars.DataFrame(data, schema=_schema(), orient="row")


def _missing(found: Judged, there: polars.DataFrame, first: int) -> tuple[polars.DataFrame, list[TargetResult]]:
    """The pairs without any value, and how each of their targets stands."""
    import polars

    empty = list(found.missing.values())
    if not empty:
        return there.clear(), []
    zones = polars.DataFrame({ZONE: range(len(found.zones))}, schema={ZONE: polars.UInt32})
    own = {(0, at): one for at, one in found.missing.items()}
    lights = _of_results(own, range(first, first + len(empty))).drop(ZONE)
    crossed = zones.join(lights, how="cross").select(_SCHEMA_NAMES)
    return crossed.join(there.select(ZONE, TARGET), on=[ZONE, TARGET], how="anti"), empty


def _with_stretches(asked: Asked, found: Judged, whole: polars.DataFrame) -> polars.DataFrame:
    """The rows with the light of what their targets aspire to beyond their goals; null where there is nothing."""
    import polars

    own = {
        target.key: at
        for at, target in enumerate(found.targets)
        if target.goal is not None and target.stretch is not None
    }
    if not own:
        return whole.with_columns(polars.lit(None, dtype=polars.UInt8).alias(STRETCH))
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
    lights = lights.with_columns(polars.Series(numbers_of, dtype=polars.UInt32).gather(lights[TARGET]).alias(TARGET))
    taken = [(zone, key) for zone, key in asked.goals.targets if key in own]
    named = {zone: at for at, zone in enumerate(found.zones)}
    dropped = polars.DataFrame(
        [(named[zone], own[key]) for zone, key in taken if zone in named],
        schema={ZONE: polars.UInt32, TARGET: polars.UInt32},
        orient="row",
    )
    restated = whole.filter(polars.col(STATED) >= len(found.targets)).select(ZONE, TARGET)
    lights = lights.join(polars.concat([dropped, restated]), on=[ZONE, TARGET], how="anti")
    return whole.join(lights, on=[ZONE, TARGET], how="left", maintain_order="left")


def _only_lights(found: Judged) -> polars.DataFrame:
    """ZONE, TARGET and the light as STRETCH of every row."""
    import polars

    names = [ZONE, TARGET, polars.col(LIGHT).alias(STRETCH)]
    frames = [piece.frame.select(names) for piece in found.pieces]
    frames.append(_of_results(found.single, range(len(found.single))).select(names))
    there = polars.concat(frames)
    crossed = [
        polars.DataFrame(
            {ZONE: range(len(found.zones)), TARGET: at, STRETCH: LIGHT_NUMBERS[one.light]},
            schema={ZONE: polars.UInt32, TARGET: polars.UInt32, STRETCH: polars.UInt8},
        )
        for at, one in found.missing.items()
    ]
    if not crossed:
        return there
    return polars.concat([there, polars.concat(crossed).join(there, on=[ZONE, TARGET], how="anti")])
