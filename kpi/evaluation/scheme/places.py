"""Places on the ranked lists, and the tiers that hang on nothing else, as columns.

A place is the number of those who stand before, and equals share one. They are counted, so no result hangs on the order
in which an engine sorts equals. Tiers for which the list must be walked (refilled places) are told by tiers.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from kpi.definitions.tier_model import Bands, Floors, Rules, Shares, Tiers
from kpi.evaluation.asking import Ask, Asking
from kpi.evaluation.computing import added, by_number
from kpi.evaluation.counting import SIZE, counted, summed
from kpi.evaluation.scheme.columns import FIRST, NUMBER, RANK, REACHED, SCORE, minimum_column
from kpi.evaluation.scheme.tiers import Counted, cuts, upwards

if TYPE_CHECKING:
    from kpi.evaluation.counting import Alike

_BOUND = "#bound"
_WIDE = 1_000_000  # totals further apart, in their last decimal, are sought rather than taken by their place
_NARROW = 2**31 - 1  # totals that 32 bits hold are ranked sooner, and in less room
PLACE = "#place"  # of equals, as the rule for ties has it: the first of their places, or the last
# What stands for an undefined tie-breaking value: published columns hold whole numbers only.
UNDEFINED = float("inf")


def by_place(tiers: Tiers) -> bool:
    """Whether a tier hangs on nothing but the entity's place, or the tier it reaches by itself, and its own minima."""
    return isinstance(tiers.way, Floors | Bands | Rules) or (isinstance(tiers.way, Shares) and not tiers.way.refill)


def ranked(
    frame: pl.DataFrame, tiers: Tiers, group: Sequence[str], ties: Mapping[str, bool], *, portion: bool = False
) -> Asking[pl.DataFrame]:
    """The frame with the rank by the total, and the place by total and ties.

    group: the column of the lists that stand apart. ties: tie-breaking columns (infinite: undefined, always last), with
    whether lower is better. portion: whether others stand on the lists as well.
    """
    last = isinstance(tiers.way, Shares) and not upwards(tiers.way)
    if group and not ties and not portion:
        # In a group nearly everybody is alone with a total, so counting beforehand would be in vain.
        lowest, highest = _ends(frame)
        total = pl.col(SCORE).cast(NUMBER) if max(-lowest, highest) <= _NARROW else pl.col(SCORE)
        frame = frame.with_columns(total.rank("min", descending=True).over(*group).cast(NUMBER).alias(RANK))
        end = total.rank("max", descending=True).over(*group).cast(NUMBER)
        return frame.with_columns((end if last else pl.col(RANK)).alias(PLACE))
    keys = [*group, SCORE, *ties]
    blocks = yield Ask(partial(counted, frame, keys), partial(_placed, group=group, ties=ties, last=last))
    lowest, highest = _ends(blocks)
    span = int(highest - lowest)
    if len(keys) > 1 or span > _WIDE:
        return frame.join(blocks, on=keys, how="left")
    above, own = ((each[SCORE] - lowest).cast(NUMBER) for each in (frame, blocks))
    for name in (RANK, PLACE) if last else (RANK,):
        known = pl.Series(name, [None] * (span + 1), NUMBER)
        frame = frame.with_columns(known.scatter(own, blocks[name])[above].alias(name))
    return frame if last else frame.with_columns(frame[RANK].alias(PLACE))


def _ends(frame: pl.DataFrame) -> tuple[float, float]:
    lowest, highest = frame.select(
        pl.min(SCORE).fill_null(0).alias("least"), pl.max(SCORE).fill_null(0).alias("most")
    ).row(0)
    return lowest, highest


def _placed(several: Sequence[Alike], group: Sequence[str], ties: Mapping[str, bool], last: bool) -> pl.DataFrame:
    """Rank and place of each total, by counting who stands before. last: equals share the last of their places."""
    keys, order = [*group, SCORE, *ties], [f"#order:{name}" for name in ties]
    blocks = (
        summed(several)
        .with_columns(
            (-pl.col(SCORE)).alias("#total"),
            *[(pl.col(name) if lower else _descending(name)).alias(f"#order:{name}") for name, lower in ties.items()],
        )
        .sort(*group, "#total", *order)
    )
    size, end = pl.col(SIZE), pl.col(SIZE).cum_sum()
    blocks = blocks.with_columns((end.over(*group) if group else end).alias("#end"))
    blocks = blocks.with_columns((pl.col("#end") - size + 1).alias("#first"))
    rank = pl.col("#first").min().over(*group, SCORE) if ties else pl.col("#first")
    place = pl.col("#end" if last else "#first")
    return blocks.select(*keys, rank.cast(NUMBER).alias(RANK), place.cast(NUMBER).alias(PLACE))


def _descending(name: str) -> pl.Expr:
    value = pl.col(name)
    return pl.when(value == UNDEFINED).then(value).otherwise(-value)


def numbered(frame: pl.DataFrame, tiers: Tiers, group: Sequence[str], counted: Mapping[Any, Counted]) -> pl.DataFrame:
    """The frame of the ranked with the number of the first tier. counted: group → how many the shares count."""
    way, last = tiers.way, len(tiers.names) - 1
    if not isinstance(way, Shares):
        return added(frame, {FIRST: _allowed(tiers, pl.col(REACHED))}).drop(PLACE)
    places = {key: cuts(way, sizes[way.of]) for key, sizes in counted.items()}
    if not group:
        number = _integer(last)
        for i, bound in reversed(list(enumerate(places.get(None, (0,) * len(tiers.names))[:last]))):
            number = pl.when(pl.col(PLACE) <= bound).then(_integer(i)).otherwise(number)
        return added(frame, {FIRST: _allowed(tiers, number)}).drop(PLACE)
    pools = frame[group[0]]
    frame = frame.with_columns(_integer(last).alias(FIRST))
    for i in reversed(range(last)):  # one after the other, because each bound takes room
        cut = by_number(pools, {key: each[i] for key, each in places.items() if key is not None}, NUMBER)
        number = pl.when(pl.col(PLACE) <= pl.col(_BOUND)).then(_integer(i)).otherwise(pl.col(FIRST))
        frame = frame.with_columns(cut.alias(_BOUND)).with_columns(number.alias(FIRST)).drop(_BOUND)
    return added(frame, {FIRST: _allowed(tiers, pl.col(FIRST))}).drop(PLACE)


def _allowed(tiers: Tiers, number: pl.Expr) -> pl.Expr:
    """The first tier from here down whose minimum is met; the last tier asks for none."""
    found, best = number, _integer(len(tiers.names) - 1)
    for at, name in reversed(list(enumerate(tiers.names[:-1]))):
        minima = [pl.col(minimum_column(i)) for i, each in enumerate(tiers.minimum) if each.tier == name]
        best = pl.when(*minima).then(_integer(at)).otherwise(best) if minima else _integer(at)
        found = pl.when(number == at).then(best).otherwise(found) if minima else found
    return found


def _integer(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.Int8)
