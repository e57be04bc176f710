"""Entities evaluated together (design 5, "Who"; 4.5: a merged group counts once in statistics, ranks and shares)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kpi.definitions.figure_model import FigureType
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Merge, Scheme
from tests.reference.groups import Group, group_at
from tests.reference.rows import CannotClassify, Entity, Reported, Row, holds


@dataclass(frozen=True)
class Together:
    """members: their places among all entities. entity: the group as one."""

    members: tuple[int, ...]
    entity: Entity


def groups(scheme: Scheme, rule: Merge, rows: Sequence[Row], graded: Sequence[int]) -> list[Together]:
    """Of those who are to be graded, two or more with the same value, unless they stay apart."""
    eligible = [
        index for index in graded if rule.unless is None or not holds(rule.unless, rows[index], rule.if_undefined)
    ]
    shared: dict[Group, list[int]] = {}
    for index in eligible:
        group = group_at(rule.by, rows[index])
        if group is not None:
            shared.setdefault(group, []).append(index)
    return [
        Together(tuple(members), as_one(rows[0].definitions, scheme, rule, [rows[index].entity for index in members]))
        for members in shared.values()
        if len(members) > 1
    ]


def as_one(definitions: Definitions, scheme: Scheme, rule: Merge, members: Sequence[Entity]) -> Entity:
    now = {key: figure(definitions, scheme, rule, members, key, False) for key in definitions.figures}
    before = {key: figure(definitions, scheme, rule, members, key, True) for key in definitions.figures}
    lists = frozenset(name for member in members for name in member.lists)
    # An earlier tier is the group's when all of them had it. What a meeting decides is about a member alone.
    years = range(max(len(member.tiers) for member in members))
    then = [{member.tiers[year] if year < len(member.tiers) else None for member in members} for year in years]
    tiers = tuple(each.pop() if len(each) == 1 else None for each in then)
    return Entity(now, before if any(value is not None for value in before.values()) else None, lists, tiers)


def figure(
    definitions: Definitions, scheme: Scheme, rule: Merge, members: Sequence[Entity], key: str, earlier: bool
) -> Reported:
    """Numbers are summed; what one member lacks, the group lacks."""
    values = [((member.previous or {}) if earlier else member.now).get(key) for member in members]
    if definitions.figures[key].type is FigureType.NUMBER:
        return None if None in values else sum((value for value in values if isinstance(value, Fraction)), Fraction(0))
    if key in rule.any:
        return True if True in values else None if None in values else False
    if len(set(values)) == 1:
        return values[0]
    leader = lead(rule, members)
    if leader is not None:
        return values[leader]
    # Where a rule reads it (of this period) once they are together, members must not contradict each other.
    later = repr(replace(scheme, merge=None, applies_to=None, exempt=()))
    if len({value for value in values if value is not None}) > 1 and key in later and not earlier:
        raise CannotClassify("merge-contradiction")
    return None


def lead(rule: Merge, members: Sequence[Entity]) -> int | None:
    """The one with the largest value of the leading figure, if it is only one."""
    sizes = [member.now.get(rule.lead) if rule.lead else None for member in members]
    known = [size for size in sizes if isinstance(size, Fraction)]
    return sizes.index(max(known)) if known and sizes.count(max(known)) == 1 else None
