"""Earlier results beside a table: the tier that an entity had in each of the years before.

The tiers are columns of the table's frame, so that formulas read them as they read figures (formula/past.py).
"""

from __future__ import annotations

from kpi.evaluation.table import ID, NAME, Apart, PastEntity, Table
from kpi.formula.values import Undefined, because
from kpi.frozen import frozen
from kpi.problems import Message, say

TIERS = "#tier:"


def tier_column(years: int | None) -> str:
    """The column of the tiers of so many years ago; None: of the period just before."""
    return f"{TIERS}{'preceding' if years is None else years}"


def past_column(years: int | None) -> str:
    """The column that says which of a result's entities a row is: its number there, null for none."""
    return f"#past:{'preceding' if years is None else years}"


def earlier(period: str, years: int) -> str:
    """The same period so many years earlier: 2025H1, 2 → 2023H1."""
    return f"{int(period[:4]) - years}{period[4:]}"


@frozen
class PastTier:
    """What one earlier result says of an entity; entity: None where it does not list it."""

    period: str
    file: str
    entity: PastEntity | None


def tiers_of(table: Table, index: int) -> tuple[PastTier, ...]:
    """What every earlier result says of an entity, the last one first. index: its row in the table's frame."""
    found = []
    for result in table.history or ():
        at = table.frame[past_column(result.years)][index]
        found.append(PastTier(result.period, result.source.path, None if at is None else result.entities[at]))
    return tuple(found)


def why_no_tier(table: Table, years: int | None, index: int) -> Undefined:
    """Why an entity has no tier of so many years ago."""
    if not has_tiers(table, years):
        return because("no-history", say("There is no result of {period}.", period=asked_for(table, years)))
    if table.apart is not None and index in table.apart.members:
        return _of_members(table.apart, years, index)
    at = table.frame[past_column(years)][index]
    result = next(each for each in table.history or () if each.years in (years, 1 if years is None else years))
    if at is None:
        return because("not-in-history", say("The result of {period} does not list it.", period=result.period))
    return because("no-tier-then", say("The result of {period} gives it no tier.", period=result.period))


def _of_members(apart: Apart, years: int | None, index: int) -> Undefined:
    """Those who are evaluated together have an earlier tier when all of them had it."""
    tiers, names, ids = (apart.table.frame[column] for column in (tier_column(years), NAME, ID))
    said = tuple(f"{names[row] or ids[row] or '—'} {tiers[row] or '—'}" for row in apart.members[index])
    message = say(
        "Those who are evaluated together had not all one tier in {period}: {tiers}.",
        period=asked_for(apart.table, years),
        tiers=said,
    )
    return because("tiers-differ", message)


def has_tiers(table: Table, years: int | None) -> bool:
    """Whether there is a result of so many years ago; None: of the period just before, as of a whole year the same."""
    return tier_column(years) in table.frame.columns


def asked_for(table: Table, years: int | None) -> Message | str:
    """The name of the period of so many years ago, for messages."""
    if years is None or table.period is None:
        return table.preceding or say("the period before")
    return earlier(table.period, years)
