"""What a careful reader finds in overrides, exemptions and measures: what never works, and letters that nobody gets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kpi.definitions.contradiction import contradictory, implied
from kpi.definitions.findings import finding, same
from kpi.definitions.model import Definitions
from kpi.definitions.positions import Path
from kpi.definitions.scheme_model import Adjustment, Measure, Override, Scheme
from kpi.definitions.tier_model import Rules, Stages
from kpi.formula.past import TIER
from kpi.formula.tree import Items, Name, Node, Text, Within
from kpi.problems import Message, Problem, say

_SPAN = (0, 0)
_CONDITION = say("Check its condition.")


def letters_findings(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """The findings in `exempt`, `overrides` and `measures`. path: of the scheme."""
    yield from _exemptions(scheme, path, definitions)
    yield from _labels(scheme, path, definitions)
    for index, override in enumerate(scheme.overrides):
        reason = _never_fires(override, scheme) or _undone(index, scheme)
        if reason is not None:
            yield finding(definitions, "never-fires", (*path, "overrides", index), reason, _CONDITION)
    nobody = [tier for tier in scheme.tiers.names if tier not in _given(scheme)]
    for tier in nobody:
        message = say("Nobody can get tier {tier}.", tier=tier)
        hint = say("Add a rule or a stage that gives it, or take it out of names.")
        yield finding(definitions, "tier-for-nobody", (*path, "tiers", "names"), message, hint)
    for index, measure in enumerate(scheme.measures):
        if set(measure.tiers) <= set(nobody):
            message = say("The measure “{label}” concerns nobody.", label=measure.label)
            hint = say("Check its tiers.")
            yield finding(definitions, "measure-for-nobody", (*path, "measures", index), message, hint)
        elif measure.when is not None and contradictory([*_common(scheme), measure.when.tree]):
            message = say("The measure “{label}” is never taken.", label=measure.label)
            yield finding(definitions, "never-applies", (*path, "measures", index), message, _CONDITION)


def _labels(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """Rules of one kind that results cannot tell apart, because they are called alike."""
    kinds: Mapping[str, Sequence[Adjustment | Override | Measure]] = {
        "adjustments": scheme.adjustments,
        "overrides": scheme.overrides,
        "measures": scheme.measures,
    }
    for kind, rules in kinds.items():
        first: dict[str, int] = {}
        for index, rule in enumerate(rules):
            before = first.setdefault(rule.label, index)
            if rule.label and before != index:
                message = say(
                    "“{name}” stands for two things: {first} and {second}.",
                    name=rule.label,
                    first=f"{kind}[{before + 1}]",
                    second=f"{kind}[{index + 1}]",
                )
                where = (*path, kind, index, "label")
                yield finding(definitions, "label-twice", where, message, say("Give one of them another label."))


def _exemptions(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    common = _common(scheme)
    for index, one in enumerate(scheme.exempt):
        where = (*path, "exempt", index)
        if one.tier in scheme.tiers.names:
            message = say("The letter {tier} of those who are exempt is also a tier of the ranked list.", tier=one.tier)
            hint = say("Give them a letter of their own; managed_as says which measures apply to them.")
            yield finding(definitions, "exempt-letter", (*where, "tier"), message, hint)
        if any(same(one.when, before.when) for before in scheme.exempt[:index]):
            message = say(
                "The exemption “{reason}” never holds: one before it has the same condition.", reason=one.reason
            )
            yield finding(definitions, "never-exempts", where, message, _CONDITION)
        elif contradictory([*common, one.when.tree]):
            message = say("The exemption “{reason}” can never hold.", reason=one.reason)
            yield finding(definitions, "never-exempts", where, message, _CONDITION)
        elif implied(common, one.when.tree):
            message = say("The exemption “{reason}” holds for everybody whom the scheme is for.", reason=one.reason)
            yield finding(definitions, "exempts-everybody", where, message, _CONDITION)


def _common(scheme: Scheme) -> list[Node]:
    """What holds for everybody whom the scheme is for."""
    return [scheme.applies_to.tree] if scheme.applies_to else []


def _never_fires(override: Override, scheme: Scheme) -> Message | None:
    best, worst = scheme.tiers.names[0], scheme.tiers.names[-1]
    if (override.action, override.tier) in (("at_most", best), ("at_least", worst)):
        return say("The override “{label}” never changes a tier.", label=override.label)
    when = override.when
    if when is None:  # decisions of a meeting
        return None
    # There are no other letters for 类别 to be; those of earlier years may have been others.
    letters = Items(tuple(Text(letter, _SPAN) for letter in scheme.letters()), _SPAN)
    conditions: list[Node] = [when.tree, Within(Name(TIER, _SPAN), letters, _SPAN)]
    conditions += _common(scheme)
    if contradictory(conditions):
        return say("The override “{label}” can never fire.", label=override.label)
    exempt = [one for one in scheme.exempt if same(one.when, when)]
    if exempt:
        return say(
            "The override “{label}” can never fire, because “{reason}” exempts the same enterprises.",
            label=override.label,
            reason=exempt[0].reason,
        )
    return None


def _undone(index: int, scheme: Scheme) -> Message | None:
    """A later override of these enterprises, or more, gives what it would without this one, whatever the tier was."""
    mine = scheme.overrides[index]
    for number, later in enumerate(scheme.overrides[index + 1 :]):
        if mine.when is None or later.when is None:
            continue
        alike = same(mine.when, later.when)
        # Where the condition is undefined, this one must not fire without the other.
        if not alike and (mine.if_undefined or not implied([mine.when.tree], later.when.tree)):
            continue
        if number and later.action != "set":
            continue  # what stands between them may act on what this one leaves
        ranked = scheme.tiers.names
        if all(later.moved(mine.moved(tier, ranked), ranked) == later.moved(tier, ranked) for tier in ranked):
            who = {"label": mine.label, "later": later.label}
            if alike:
                return say(
                    "The override “{label}” has no effect: “{later}” concerns the same enterprises and comes after it.",
                    **who,
                )
            return say(
                "The override “{label}” has no effect: “{later}” comes after it and concerns all its enterprises.",
                **who,
            )
    return None


def _given(scheme: Scheme) -> frozenset[str]:
    """The tiers of the ranked list that somebody can get: by a rule or a stage, a missed minimum, an override."""
    names, way = scheme.tiers.names, scheme.tiers.way
    if not isinstance(way, Rules | Stages):
        return frozenset(names)
    told = way.rules if isinstance(way, Rules) else way.stages
    found = {way.otherwise, *(each.tier for each in told)}
    for minimum in scheme.tiers.minimum:
        if minimum.tier in found:
            found.add(names[names.index(minimum.tier) + 1])
    for override in scheme.overrides:
        if override.when is None:
            return frozenset(names)
        found |= {override.moved(tier, names) for tier in names if tier in found}
    return frozenset(found)
