"""What made up a difference of totals, and what moved an entity to another tier.

Told apart by comparing the two results item by item: a published value that changed is the entity's own doing, a
baseline that changed while the value stayed is that of others, a weight is the rules'. A move is put down to what went
in its direction only: whoever gained points and still fell was passed by others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.comparing.results import (
    WHOSE,
    AdjustmentChange,
    Because,
    Cause,
    ItemChange,
    Points,
    Side,
)
from kpi.evaluation.comparing.splitting import parted
from kpi.evaluation.scheme.rescoring import within_bounds
from kpi.evaluation.scheme.results import ClassifiedEntity, ItemScore, Standing
from kpi.frozen import frozen

NONE = Fraction(0)


@frozen
class Sides:
    """What holds for the two lists as a whole.

    unchanged: the (scheme, indicator) pairs whose baselines are the same in all groups. same_rules: the keys of the
    schemes with the same rules on both sides. shared: the keys of the schemes that both sides have.
    only_rules: the figures are the same and the rules are not, so whatever moved, the rules moved it.
    earlier, rules: the rules before and after, by scheme.
    """

    unchanged: frozenset[tuple[str, str]]
    same_rules: frozenset[str]
    shared: frozenset[str]
    only_rules: bool
    earlier: Mapping[str, object]
    rules: Mapping[str, object]

    @staticmethod
    def of(before: Side, after: Side) -> Sides:
        shared = frozenset(before.rules.keys() & after.rules.keys())
        # A result file says which definitions it was made with, but not what they say.
        stated = [[file.sha256 for file in side.origin.definitions] for side in (before, after)]
        alike = "result" in (before.origin.kind, after.origin.kind) and bool(stated[0]) and stated[0] == stated[1]
        same = frozenset(key for key in shared if alike or before.rules[key] == after.rules[key])
        first, second = _baselines(before), _baselines(after)
        unchanged = frozenset(key for key in first.keys() & second.keys() if first[key] == second[key])
        same_figures = before.origin.figures is not None and before.origin.figures == after.origin.figures
        only_rules = same_figures and same != before.rules.keys() | after.rules.keys()
        return Sides(unchanged, same, shared, only_rules, before.rules, after.rules)

    def same(self, before: ClassifiedEntity, after: ClassifiedEntity) -> bool:
        """Whether the entity stands under the same rules on both sides."""
        if before.scheme == after.scheme:
            return before.scheme is None or before.scheme in self.same_rules
        return {before.scheme, after.scheme} - {None} <= self.same_rules


def _baselines(side: Side) -> dict[tuple[str, str], dict[tuple[str | bool | None, ...], Fraction | None]]:
    found: dict[tuple[str, str], dict[tuple[str | bool | None, ...], Fraction | None]] = {}
    for each in side.baselines:
        found.setdefault((each.scheme, each.indicator), {})[each.merged, each.role, each.level, each.group] = each.value
    return found


def item_changes(before: ClassifiedEntity, after: ClassifiedEntity, sides: Sides) -> tuple[ItemChange, ...]:
    """The items whose points differ, the strongest effect first; those without points on one side last."""
    pairs = _paired(before.items, after.items)
    changes = [
        _parted(_item_change(one, other, before, after, sides), number, before, after, sides)
        for number, (one, other) in enumerate(pairs)
    ]
    kept = [each for each in changes if each.difference != 0]
    return tuple(sorted(kept, key=lambda each: (each.difference is None, -abs(each.difference or NONE))))


def _paired(before: Sequence[ItemScore], after: Sequence[ItemScore]) -> list[tuple[ItemScore | None, ItemScore | None]]:
    """By indicator; an indicator that is scored twice, in order."""
    first, second = _numbered(before), _numbered(after)
    return [(first.get(key), second.get(key)) for key in dict.fromkeys([*first, *second])]


def _numbered(items: Iterable[ItemScore]) -> dict[tuple[str, int], ItemScore]:
    seen: Counter[str] = Counter()
    found = {}
    for item in items:
        found[item.indicator, seen[item.indicator]] = item
        seen[item.indicator] += 1
    return found


def _item_change(
    one: ItemScore | None,
    other: ItemScore | None,
    before: ClassifiedEntity,
    after: ClassifiedEntity,
    sides: Sides,
) -> ItemChange:
    if one is None or other is None:
        known = one or other
        assert known is not None
        difference = None if known.score is None else known.score if one is None else -known.score
        moved = before.scheme != after.scheme and {before.scheme, after.scheme} <= sides.shared
        return ItemChange(one, other, difference, (Cause.SCHEME if moved else Cause.RULE,))
    first, second = _counted(one), _counted(other)
    if first is None or second is None:
        return ItemChange(one, other, NONE if first == second else None)
    causes = _item_causes(one, other, before, after, sides)
    return ItemChange(one, other, second - first, causes)


def _counted(item: ItemScore) -> Fraction | None:
    """What an item counts in the total; nothing where it is left out."""
    return NONE if item.score is None and not item.weight else item.score


def _parted(
    change: ItemChange, number: int, before: ClassifiedEntity, after: ClassifiedEntity, sides: Sides
) -> ItemChange:
    """The change with what value and baseline made of it each, where both changed under the same rules."""
    rules = sides.rules.get(after.scheme or "")
    alike = before.scheme == after.scheme and after.scheme in sides.same_rules and isinstance(rules, Scheme)
    both = change.causes in ((Cause.VALUE, Cause.BASELINE), (Cause.VALUE, Cause.GROUP))
    if not alike or not both or change.before is None or change.after is None or not change.difference:
        return change
    found = parted(rules, number, change.before, change.after) if isinstance(rules, Scheme) else None
    if found is None:
        return change
    parts = tuple((points, cause) for points, cause in zip(found, change.causes, strict=True) if points)
    return replace(change, causes=tuple(cause for _, cause in parts), parts=parts)


def _item_causes(
    one: ItemScore, other: ItemScore, before: ClassifiedEntity, after: ClassifiedEntity, sides: Sides
) -> tuple[Cause, ...]:
    causes = [Cause.VALUE] if one.value != other.value else []
    # Whose value is missing is held to no baseline.
    held = one.value is not None and other.value is not None
    if held and (one.baseline, one.low, one.high) != (other.baseline, other.low, other.high):
        # The baselines are what they were, so it is the entity that came under another one of them.
        own = before.scheme == after.scheme and (str(after.scheme), other.indicator) in sides.unchanged
        causes.append(Cause.GROUP if own else Cause.BASELINE)
    if one.weight != other.weight:
        causes.append(Cause.LEFT_OUT if sides.same(before, after) else Cause.WEIGHT)
    if not causes:
        # Nothing of the item itself changed. Under the same rules its points then hang on others: an average score,
        # a rank, a smallest and largest value.
        causes.append(Cause.OTHERS if sides.same(before, after) or one.value is None else Cause.RULE)
    return tuple(causes)


def adjustment_changes(before: ClassifiedEntity, after: ClassifiedEntity) -> tuple[AdjustmentChange, ...]:
    """The adjustments whose points differ, the strongest effect first."""
    first, second = _points(before), _points(after)
    english = {each.label: each.label_en for each in (*before.adjustments, *after.adjustments)}
    changes = [
        AdjustmentChange(label, english[label], first.get(label, NONE), second.get(label, NONE))
        for label in dict.fromkeys([*first, *second])
    ]
    return tuple(sorted((each for each in changes if each.difference), key=lambda each: -abs(each.difference)))


def capped_and_rounded(
    rest: Fraction, before: ClassifiedEntity, after: ClassifiedEntity, sides: Sides
) -> tuple[Fraction, Fraction]:
    """What is left of a difference besides items and adjustments: what caps over all adjustments made of it, and what
    the points that are shown leave where exact ones were added up."""
    rules = sides.earlier.get(before.scheme or ""), sides.rules.get(after.scheme or "")
    known = [each for each in rules if isinstance(each, Scheme)]
    exact = [each for each in known if each.exact]
    if not exact:
        return rest, NONE
    capped = NONE
    if len(known) == len(rules):
        made = [sum(_points(each).values(), NONE) for each in (before, after)]
        first, second = (within_bounds(rule, points) - points for rule, points in zip(known, made, strict=True))
        capped = second - first
    terms = len(after.items) + len(after.adjustments) + 1
    if abs(rest - capped) * 10 ** min(each.decimals for each in exact) > terms:
        return rest, NONE
    return capped, rest - capped


def _points(entity: ClassifiedEntity) -> dict[str, Fraction]:
    points: dict[str, Fraction] = {}
    for each in entity.adjustments:
        points[each.label] = points.get(each.label, NONE) + each.points
    return points


def whose(causes: Iterable[Cause], sides: Sides) -> Because | None:
    """Whose doing these causes are together."""
    found = {Because.RULES if sides.only_rules else WHOSE[cause] for cause in causes}
    if not found:
        return None
    return found.pop() if len(found) == 1 else Because.SEVERAL


def points_by_whom(
    items: Iterable[ItemChange], adjustments: Iterable[AdjustmentChange], capped: Fraction, sides: Sides
) -> Points:
    """The differences summed by whose doing they are. Adjustments and their cap are the entity's own."""
    sums = dict.fromkeys(Because, NONE)
    for item in items:
        for effect, causes in item.effects():
            sums[whose(causes, sides) or Because.SEVERAL] += effect
    sums[Because.RULES if sides.only_rules else Because.OWN] += capped + sum(
        (each.difference for each in adjustments), NONE
    )
    return Points(*(sums[each] for each in (Because.OWN, Because.OTHERS, Because.RULES, Because.SEVERAL)))


def _regrouped(before: ClassifiedEntity, after: ClassifiedEntity) -> bool:
    """Whether the entity itself came into another group, and not because its own became too small or large enough."""
    sizes = ["group-small" in each.codes for each in (before, after)]
    return (before.group_level, before.group) != (after.group_level, after.group) and sizes[0] == sizes[1]


def move_causes(
    before: ClassifiedEntity,
    after: ClassifiedEntity,
    effects: Sequence[tuple[Fraction, tuple[Cause, ...]]],
    difference: Fraction | None,
    upwards: bool | None,
    sides: Sides,
) -> tuple[Cause, ...]:
    """What moved an entity to another tier, the strongest first.

    effects: differences of points with their causes, the strongest first.
    """
    causes: list[Cause] = []
    same = sides.same(before, after)
    if before.scheme != after.scheme and before.scheme and after.scheme:
        causes.append(Cause.SCHEME if {before.scheme, after.scheme} <= sides.shared else Cause.RULE)
    if before.standing != after.standing or before.standing is not Standing.EVALUATED:
        return tuple(dict.fromkeys([*causes, Cause.STANDING, *([] if same else [Cause.RULE])]))
    overrides = [each.label for each in before.overrides] != [each.label for each in after.overrides]
    if before.first_tier != after.first_tier:
        causes += [Cause.GROUP] if _regrouped(before, after) else []
        if upwards is not None and difference and (difference > 0) == upwards:
            causes += [cause for effect, found in effects if (effect > 0) == upwards for cause in found]
        else:
            causes += [Cause.RANK] if same else [Cause.RANK, Cause.RULE]
        causes += [Cause.OVERRIDE] if overrides else []
    elif overrides or same:
        causes.append(Cause.OVERRIDE)
    else:
        causes.append(Cause.RULE)
    return tuple(dict.fromkeys(causes))
