"""What a careful reader finds in the tiers of a scheme: gaps, places that do not add up, rules that decide nothing."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kpi import numbers
from kpi.definitions.contradiction import contradictory, implied
from kpi.definitions.figure_model import Better
from kpi.definitions.findings import finding, points, same
from kpi.definitions.lint_reach import out_of_reach
from kpi.definitions.model import Definitions
from kpi.definitions.positions import Path
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.tier_model import Bands, Floors, Rules, Shares, Stage, Stages
from kpi.formula.tree import Truth
from kpi.problems import Problem, Severity, say
from kpi.units import PERCENT

_REST = say("Say who gets the rest, such as otherwise = {example}.", example='"D"')


def tiers_findings(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """The findings in `tiers`. path: of the scheme."""
    way, where = scheme.tiers.way, (*path, "tiers")
    yield from _minima(scheme, where, definitions)
    yield from _directions(scheme, where, definitions)
    if isinstance(way, Floors):
        yield from _below_all(scheme, way, where, definitions)
        yield from out_of_reach(scheme, way, where, definitions)
    elif isinstance(way, Bands):
        yield from _outside_all(way, where, definitions)
    elif isinstance(way, Rules):
        yield from _rules(scheme, way, where, definitions)
    elif isinstance(way, Stages):
        yield from _stages(way, where, definitions)
    split = way.split if isinstance(way, Stages) else way
    if isinstance(split, Shares):
        keys = ("split",) if isinstance(way, Stages) else ()
        yield from _rounded_up(scheme, split, (*where, *keys), definitions)


def _directions(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """Lists that are sorted by an indicator that does not say who is better by it."""
    way = scheme.tiers.way
    stages = way.stages if isinstance(way, Stages) else ()
    paths: list[Path] = [("split",) if stages else (), *(("stages", index) for index in range(len(stages)))]
    for where, order in zip(paths, scheme.tiers.orders(), strict=True):
        for name in order:
            known = definitions.indicators.get(name) if isinstance(name, str) else None
            if known is not None and known.better is Better.NEITHER:
                message = say("The list is sorted by “{name}”, which does not say who is better.", name=known.key)
                hint = say(
                    "Say better = {choices} in the indicator; as it is, the larger value counts as better.",
                    choices='"higher" / "lower"',
                )
                yield finding(definitions, "no-direction", (*path, *where), message, hint)


def _minima(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """Conditions of tiers that nobody can meet, or that nobody can miss."""
    common = [scheme.applies_to.tree] if scheme.applies_to else []
    for index, each in enumerate(scheme.tiers.minimum):
        where = (*path, "minimum", index)
        if contradictory([*common, each.when.tree]):
            message = say("Nobody can meet the minimum of tier {tier}.", tier=each.tier)
            yield finding(definitions, "never-applies", where, message, say("Check its condition."))
        elif implied(common, each.when.tree):
            message = say("Nobody can miss the minimum of tier {tier}.", tier=each.tier)
            yield finding(definitions, "never-applies", where, message, say("Check its condition."))


def _below_all(scheme: Scheme, way: Floors, path: Path, definitions: Definitions) -> Iterator[Problem]:
    if way.lowest[-1] is None:
        return
    lows = [points(item.at_least, item.weight) for item in scheme.items]
    low = sum((each for each in lows if each is not None), Fraction(0))
    if way.lowest[-1] > low or None in lows or scheme.adjustments:
        message = say("A total below {lowest} has no tier.", lowest=numbers.plain(way.lowest[-1]))
        yield finding(definitions, "tier-gap", (*path, "at_least"), message, _REST)


def _outside_all(way: Bands, path: Path, definitions: Definitions) -> Iterator[Problem]:
    last = way.bounds[-1]
    if last is None or (last <= 0 and not way.lower):
        return
    unit = definitions.indicators[way.indicator].unit.text
    amount = f"{numbers.plain(last)}{unit}"
    if way.lower:
        message = say("A value above {amount} has no tier.", amount=amount)
    else:
        message = say("A value below {amount} has no tier.", amount=amount)
    yield finding(definitions, "tier-gap", (*path, "at_most" if way.lower else "at_least"), message, _REST)


def _rules(scheme: Scheme, way: Rules, path: Path, definitions: Definitions) -> Iterator[Problem]:
    if scheme.tiers.minimum:
        message = say("Tiers go by rules, and yet a minimum decides as well.")
        hint = say("Say the condition in the rule of the tier, so that one place says who gets it.")
        yield finding(definitions, "minimum-beside-rules", (*path, "minimum"), message, hint)
    common = [scheme.applies_to.tree] if scheme.applies_to else []
    for index, rule in enumerate(way.rules):
        where = (*path, "rules", index)
        before = way.rules[:index]
        if any(same(rule.when, each.when) or each.when.tree == Truth(True, each.when.tree.span) for each in before):
            message = say("This rule of tier {tier} is never asked: one before it always holds.", tier=rule.tier)
            yield finding(definitions, "rule-without-effect", where, message, say("Change their order."))
        elif contradictory([*common, rule.when.tree]):
            message = say("This rule of tier {tier} can never hold.", tier=rule.tier)
            yield finding(definitions, "rule-without-effect", where, message, say("Check its condition."))


def _rounded_up(scheme: Scheme, shares: Shares, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """Every cut that is rounded up takes a place from those after it; small lists run out of places."""
    if shares.round != "up" or len(shares.up_to) < 2:
        return
    rest = 1 - shares.up_to[-2]
    enough = -(-rest.denominator // rest.numerator)  # the smallest count whose rest is a whole place
    names = scheme.tiers.way.parts if isinstance(scheme.tiers.way, Stages) else scheme.tiers.names
    message = say(
        "All shares are rounded up, so fewer than {count} entities leave no place for {tier}.",
        count=enough,
        tier=names[-1],
    )
    hint = say('Check that the document says so; round = "half_up" is 四舍五入.')
    yield finding(definitions, "shares-rounded-up", (*path, "round"), message, hint, Severity.NOTE)


def _stages(way: Stages, path: Path, definitions: Definitions) -> Iterator[Problem]:
    for index, stage in enumerate(way.stages):
        # Shares of more than the ranked are more places: a part that is too small for these is too small for those.
        alike = [each for each in way.stages[: index + 1] if each.part == stage.part and each.of == stage.of]
        total = sum((each.share for each in alike), Fraction(0))
        room = _room(way, stage)
        if room is not None and total > room:
            message = say(
                "The stages take {share} up to here, more than the {room} that the part of the list has.",
                share=_percent(total),
                room=_percent(room),
            )
            hint = say("Those who come first take all places; check the shares.")
            yield finding(definitions, "stage-beyond-part", (*path, "stages", index), message, hint)
    if way.split is not None and all(stage.part is None for stage in way.stages):
        message = say("The list is split, and no stage takes places of a part.")
        yield finding(definitions, "split-unused", (*path, "split"), message, say("Add part = to the stages."))


def _percent(share: Fraction) -> str:
    return f"{numbers.plain(share * 100)}{PERCENT.text}"


def _room(way: Stages, stage: Stage) -> Fraction | None:
    """The share of the list that the part of a stage has; None where it cannot be compared with that of the stage."""
    if way.split is None or stage.part is None or stage.of == "part":
        return Fraction(1)
    if way.split.of not in ("graded", stage.of):
        return None
    number = way.parts.index(stage.part)
    return way.split.up_to[number] - (way.split.up_to[number - 1] if number else 0)
