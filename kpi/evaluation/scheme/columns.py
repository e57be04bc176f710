"""Names of the columns that classification adds. They start with '#', as all columns that are not figures do."""

from __future__ import annotations

import polars as pl

from kpi.evaluation.table import INDEX as INDEX

# Texts that many share (letters, names of groups) are kept once, and in rows their numbers; to all they are texts.
SHARED = pl.Categorical()
NUMBER = pl.Int32()  # places, ranks

SCHEME = "#scheme"  # key of the scheme that applies
EXEMPTION = "#exemption"  # number of the exemption that holds, null for none
REACHED = "#reached"  # number of the tier that an entity reaches by itself, by its total, an indicator or a rule
REMAINING = "#remaining"  # sum of the weights of the items that are not left out
STATUS, SCORE, RANK, GROUP, FIRST, TIER = "#status", "#score", "#rank", "#group", "#first_tier", "#tier"
POOL = "#pool"  # number of the group in which an entity is ranked; GROUP is its name


def standing(where: str) -> pl.Expr:
    """A standing as it is held in columns."""
    return pl.lit(str(where)).cast(SHARED)


def score_column(index: int) -> str:
    """Published score of an item."""
    return f"#score:{index}"


def baseline_column(index: int, name: str) -> str:
    """Baseline of an item (基准值, 最低值 or 最高值) where it differs by group."""
    return f"#{name}:{index}"


def group_column(index: int, name: str) -> str:
    """The number of the group whose baseline counts, where it differs by group."""
    return f"#group:{name}:{index}"


def case_column(index: int) -> str:
    """Which case of special values an item is (special.cases); null where its method scores."""
    return f"#case:{index}"


def which_column(index: int) -> str:
    """The same as a number that trees read, −1 where the method scores."""
    return f"#which:{index}"


def order_column(what: str | tuple[str, ...]) -> str:
    """The places of exact values in their order, where a list is sorted by them."""
    return "#order:" + (what if isinstance(what, str) else f"#{'#'.join(what)}")  # no name has a #


def place_column(index: int) -> str:
    """The place of an item's value among those that have one."""
    return f"#place:{index}"


def count_column(index: int) -> str:
    """How many have a value of an item."""
    return f"#count:{index}"


def points_column(index: int) -> str:
    """Published points of an adjustment, zero where it does not hold."""
    return f"#points:{index}"


def fired_column(index: int) -> str:
    """Whether an override holds."""
    return f"#fired:{index}"


def measure_column(index: int) -> str:
    """Whether a measure's own condition holds, for those in its tiers."""
    return f"#measure:{index}"


def minimum_column(index: int) -> str:
    """Whether a minimum condition is met."""
    return f"#minimum:{index}"


def rule_column(index: int) -> str:
    """Whether a rule of tiers, or the bound of a tier, holds."""
    return f"#rule:{index}"
