"""Which targets are listed, and in which order; the counts are of those that are listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from kpi.definitions.model import Definitions
from kpi.definitions.target_model import Target
from kpi.evaluation.targets.evaluate import summaries, tally
from kpi.evaluation.targets.results import ORDER, Light, TargetResult, TargetsResult
from kpi.names import nearest
from kpi.problems import KpiError, Message, Problem, say


def choose(
    result: TargetsResult,
    plans: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
    lights: Sequence[str] | None = None,
    sort: str | None = None,
    targets: Sequence[str] | None = None,
) -> TargetsResult:
    """The result with these targets, plans, lead units and lights only. Raises KpiError for one that is not there."""
    known = {one.target.key: one.target for one in result.targets}
    wanted = wanted_targets(result.definitions, tuple(known.values()), plans, units, targets)
    kept = tuple(one for one in result.targets if one.target.key in wanted)
    if lights is not None:
        kept = tuple(one for one in kept if one.light in wanted_lights(lights))
    return replace(
        result, targets=_sorted(kept, sort, result.definitions), units=tuple(summaries(kept)), lights=tally(kept)
    )


def wanted_targets(
    definitions: Definitions,
    targets: Sequence[Target],
    plans: Sequence[str] | None,
    units: Sequence[str] | None,
    names: Sequence[str] | None,
) -> frozenset[str]:
    """The keys of the targets with these names, of these plans and lead units.

    Raises KpiError for one that is not there.
    """
    kept = {target.key: target for target in targets}
    if names is not None:
        ways = {way: target.key for target in targets for way in (target.label_en, target.label, target.key)}
        for name in names:
            _known(name, tuple(filter(None, ways)), say("There is no target “{name}”.", name=name), "unknown-target")
        chosen = {ways[name] for name in names}
        kept = {key: target for key, target in kept.items() if key in chosen}
    if plans is not None:
        wanted = {_plan(name, definitions) for name in plans}
        kept = {key: target for key, target in kept.items() if target.plan.key in wanted}
    if units is not None:
        known = tuple(dict.fromkeys(unit for target in targets for unit in target.lead))
        for name in units:
            _known(name, known, say("No target is led by “{name}”.", name=name), "unknown-unit-of")
        kept = {key: target for key, target in kept.items() if set(target.lead) & set(units)}
    return frozenset(kept)


def wanted_lights(names: Sequence[str]) -> frozenset[Light]:
    """The lights of these names. Raises KpiError for one that is not there."""
    for name in names:
        _known(name, tuple(ORDER), say("There is no light “{name}”.", name=name), "unknown-light")
    return frozenset(map(Light, names))


def _plan(name: str, definitions: Definitions) -> str:
    plans = definitions.plans
    named = {way: key for key, plan in plans.items() for way in (key, plan.label, plan.label_en) if way}
    _known(name, tuple(named), say("There is no plan “{name}”.", name=name), "unknown-plan")
    return named[name]


def _known(name: str, known: Sequence[str], message: Message, code: str) -> None:
    if name not in known:
        near = nearest(name, known)
        hint = say("Did you mean “{near}”?", near=near) if near else None
        raise KpiError(Problem(code, message, expected=say("Expected one of: {choices}.", choices=known), hint=hint))


def _sorted(kept: Sequence[TargetResult], sort: str | None, definitions: Definitions) -> tuple[TargetResult, ...]:
    if sort == "light":
        return tuple(sorted(kept, key=lambda one: (ORDER.index(one.light), _lead(one))))
    if sort == "unit":
        order = unit_order(definitions)
        return tuple(sorted(kept, key=lambda one: order[one.target.lead[:1]]))
    return tuple(kept)


def unit_order(definitions: Definitions) -> dict[tuple[str, ...], int]:
    """The place of each first lead unit, in the order in which the document names them."""
    first = dict.fromkeys(target.lead[:1] for target in definitions.targets.values())
    return {unit: place for place, unit in enumerate(first)}


def _lead(one: TargetResult) -> tuple[bool, Fraction]:
    """The smallest lead first, as it is shown; whatever has none last."""
    lead = one.standing.lead if one.standing is not None else None
    return (lead is None, Fraction(lead.shown) if lead is not None else Fraction(0))
