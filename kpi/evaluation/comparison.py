"""Two classifications side by side: who moved, by what and because of whom; which baselines changed; who is new."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from kpi.evaluation.comparing.effects import (
    Sides,
    adjustment_changes,
    capped_and_rounded,
    item_changes,
    move_causes,
    points_by_whom,
    whose,
)
from kpi.evaluation.comparing.matching import Match, match
from kpi.evaluation.comparing.results import (
    BaselineChange,
    Because,
    Cause,
    Change,
    CompareSummary,
    Comparison,
    EntityChange,
    Origin,
    Side,
    Tier,
)
from kpi.evaluation.scheme.results import BaselineUsed, Classification, of_rejected
from kpi.problems import Message, Place, Problem, Severity, say


def side(result: Classification, origin: Origin) -> Side:
    """A classification as one side of a comparison."""
    rejected = tuple(replace(of_rejected(row), decimals=2, place=row.place) for row in result.rejected)
    return Side(
        entities=(*result.entities(), *rejected),
        baselines=result.baselines,
        rules={scheme.key: scheme for scheme in result.schemes},
        order=tuple(dict.fromkeys(name for scheme in result.schemes for name in scheme.tiers.names)),
        origin=origin,
        provisional=result.provisional,
        problems=result.problems,
    )


def compare(before: Side, after: Side) -> Comparison:
    """What changed from one list to the other. Entities are matched by code, else by name."""
    matches, problems = match(before.entities, after.entities)
    letters = _letters(before, after)
    sides = Sides.of(before, after)
    entities = tuple(_entity(each, sides, letters) for each in matches)
    migration = Counter(
        (one.before.tier, one.after.tier) for one in entities if one.before is not None and one.after is not None
    )
    return Comparison(
        before=before,
        after=after,
        tiers=_outside(letters, entities),
        migration=migration,
        entities=entities,
        baselines=tuple(_baselines(before, after, entities, sides)),
        summary=_summary(before, after, entities),
        problems=(*before.problems, *after.problems, *_said(before, after, migration), *problems),
    )


def _letters(before: Side, after: Side) -> tuple[str, ...]:
    """The graded tiers, best first: as the schemes say; without them in the order of letters, else of ranks."""
    graded: dict[str, int] = {}
    for one in (*before.entities, *after.entities):
        if one.first_tier is not None and one.rank is not None:
            graded[one.first_tier] = min(graded.get(one.first_tier, one.rank), one.rank)
    declared = tuple(dict.fromkeys([*after.order, *before.order]))
    if graded.keys() <= set(declared):
        return declared
    if all(len(tier) == 1 and tier.isascii() for tier in graded):
        return tuple(sorted({*graded, *declared}))
    return tuple(sorted(graded, key=lambda tier: (graded[tier], tier)))


def _outside(letters: Sequence[str], entities: Iterable[EntityChange]) -> tuple[Tier, ...]:
    """All letters of the migration table: the graded ones, then the others in their order, then none at all."""
    found = {side.tier for one in entities for side in (one.before, one.after) if side is not None}
    others = sorted(tier for tier in found if tier is not None and tier not in letters)
    return (*letters, *others, *((None,) if None in found else ()))


def _entity(found: Match, sides: Sides, letters: Sequence[str]) -> EntityChange:
    before, after = found.before, found.after
    if before is None or after is None:
        return EntityChange(before, after, Change.NEW if before is None else Change.GONE)
    items, adjustments = item_changes(before, after, sides), adjustment_changes(before, after)
    difference, capped, rounding = None, Fraction(0), Fraction(0)
    if before.score is not None and after.score is not None:
        difference = after.score - before.score
        known = sum((each.difference for each in items if each.difference is not None), Fraction(0))
        rest = difference - known - sum((each.difference for each in adjustments), Fraction(0))
        capped, rounding = capped_and_rounded(rest, before, after, sides)
    made = EntityChange(
        before,
        after,
        Change.STAYED if before.tier == after.tier else Change.MOVED,
        difference=difference,
        items=items,
        adjustments=adjustments,
        capped=capped,
        rounding=rounding,
        points=points_by_whom(items, adjustments, capped, sides),
        matched_by=found.by,
    )
    if made.change is Change.STAYED:
        return made
    upwards = None
    if before.tier in letters and after.tier in letters:
        upwards = letters.index(after.tier) < letters.index(before.tier)
    effects = [effect for each in items for effect in each.effects()]
    effects += [(each.difference, (Cause.ADJUSTMENT,)) for each in adjustments]
    effects += [(capped, (Cause.ADJUSTMENT,))] if capped else []
    effects.sort(key=lambda each: -abs(each[0]))
    causes = move_causes(before, after, effects, difference, upwards, sides)
    return replace(made, upwards=upwards, causes=causes, because=whose(causes, sides))


def _baselines(before: Side, after: Side, entities: Sequence[EntityChange], sides: Sides) -> Iterator[BaselineChange]:
    """The baselines that differ, in the order of the list after; those without a counterpart too."""
    # Two schemes that share nothing but their items are compared item by item.
    by_scheme = bool(sides.shared)
    first, second = _keyed(before.baselines, by_scheme), _keyed(after.baselines, by_scheme)
    touched = _touched(entities)
    for key in dict.fromkeys([*second, *first]):
        old, new = first.get(key), second.get(key)
        if old is None or new is None:
            yield BaselineChange(old, new)
        elif old.value != new.value:
            yield BaselineChange(
                old, new, *touched[old.scheme, new.scheme, new.indicator, new.role, old.value, new.value]
            )


def _keyed(found: Iterable[BaselineUsed], by_scheme: bool) -> Mapping[object, BaselineUsed]:
    return {
        (each.scheme if by_scheme else "", each.merged, each.indicator, each.role, each.level, each.group): each
        for each in found
    }


def _touched(entities: Iterable[EntityChange]) -> Mapping[object, list[int]]:
    """(scheme before, scheme after, indicator, role, baseline before, baseline after) → how many entities have other
    points for the item, how many of them by baselines alone, and how many of these moved."""
    counts: dict[object, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in entities:
        for item in one.items:
            if one.before is None or one.after is None or item.before is None or item.after is None:
                continue
            schemes = (one.before.scheme, one.after.scheme)
            alone = item.causes == (Cause.BASELINE,)
            for role in ("baseline", "low", "high"):
                held = (getattr(item.before, role), getattr(item.after, role))
                found = counts[*schemes, item.after.indicator, role, *held]
                found[0] += 1
                found[1] += alone
                found[2] += alone and one.change is Change.MOVED
    return counts


def _summary(before: Side, after: Side, entities: Sequence[EntityChange]) -> CompareSummary:
    changes = Counter(one.change for one in entities)
    moved = [one for one in entities if one.change is Change.MOVED]
    ways = Counter(one.upwards for one in moved)
    doing = Counter(one.because for one in moved)
    return CompareSummary(
        before=len(before.entities),
        after=len(after.entities),
        matched=changes[Change.MOVED] + changes[Change.STAYED],
        stayed=changes[Change.STAYED],
        rescored=sum(one.change is Change.STAYED and bool(one.difference) for one in entities),
        moved=len(moved),
        up=ways[True],
        down=ways[False],
        sideways=ways[None],
        new=changes[Change.NEW],
        gone=changes[Change.GONE],
        own=doing[Because.OWN],
        others=doing[Because.OTHERS],
        rules=doing[Because.RULES],
        several=doing[Because.SEVERAL],
    )


def _said(before: Side, after: Side, migration: Mapping[tuple[Tier, Tier], int]) -> list[Problem]:
    """What a reader of the comparison should know first."""
    found = []
    if not migration and before.entities and after.entities:
        hint = say("Entities are matched by code, else by name; see that both sides write them alike.")
        found.append(_warning("nobody-in-common", say("No entity stands on both sides."), hint))
    if before.rules and after.rules and not before.rules.keys() & after.rules.keys():
        message = say(
            "The two sides were classified by different schemes: {before} before, {after} after.",
            before=tuple(before.rules),
            after=tuple(after.rules),
        )
        hint = say("Changes of items and baselines are told where both schemes score the same indicator.")
        # Two schemes for figures are asked for; of which scheme a result is, only its file says: it may be a wrong one.
        files = [path for side in (before, after) if side.origin.kind == "result" for path in side.origin.paths]
        place, *others = [Place(file=file, key="schemes") for file in files] or [Place()]
        severity = Severity.WARNING if files else Severity.NOTE
        found.append(Problem("schemes-differ", message, place, severity, hint=hint, others=tuple(others)))
    if before.provisional or after.provisional:
        message = say("Rows were rejected, so baselines and ranks of that side may still move.")
        found.append(_warning("provisional", message, None))
    return found


def _warning(code: str, message: Message, hint: Message | None) -> Problem:
    return Problem(code, message, Place(), Severity.WARNING, hint=hint)
