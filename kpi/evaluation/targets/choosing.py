"""Which targets are listed, and in which order; the counts are of those that are listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpi.evaluation.targets.evaluate import summaries, tally
from kpi.evaluation.targets.results import ORDER, TargetResult, TargetsResult
from kpi.formula.errors import nearest
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
    kept = result.targets
    if targets is not None:
        ways = {way: one.target.key for one in kept for way in (one.target.label_en, one.target.label, one.target.key)}
        for name in targets:
            _known(name, tuple(filter(None, ways)), say("There is no target “{name}”.", name=name), "unknown-target")
        chosen = {ways[name] for name in targets}
        kept = tuple(one for one in kept if one.target.key in chosen)
    if plans is not None:
        wanted = {_plan(name, result) for name in plans}
        kept = tuple(one for one in kept if one.target.plan.key in wanted)
    if units is not None:
        known = tuple(dict.fromkeys(unit for one in result.targets for unit in one.target.lead))
        for name in units:
            _known(name, known, say("No target is led by “{name}”.", name=name), "unknown-unit-of")
        kept = tuple(one for one in kept if set(one.target.lead) & set(units))
    if lights is not None:
        for name in lights:
            _known(name, tuple(ORDER), say("There is no light “{name}”.", name=name), "unknown-light")
        kept = tuple(one for one in kept if one.light.value in lights)
    return replace(result, targets=_sorted(kept, sort), units=tuple(summaries(kept)), lights=tally(kept))


def _plan(name: str, result: TargetsResult) -> str:
    plans = result.definitions.plans
    named = {way: key for key, plan in plans.items() for way in (key, plan.label, plan.label_en) if way}
    _known(name, tuple(named), say("There is no plan “{name}”.", name=name), "unknown-plan")
    return named[name]


def _known(name: str, known: Sequence[str], message: Message, code: str) -> None:
    if name not in known:
        near = nearest(name, known)
        hint = say("Did you mean “{near}”?", near=near) if near else None
        raise KpiError(Problem(code, message, expected=say("Expected one of: {choices}.", choices=known), hint=hint))


def _sorted(kept: Sequence[TargetResult], sort: str | None) -> tuple[TargetResult, ...]:
    if sort == "light":
        return tuple(sorted(kept, key=lambda one: (ORDER.index(one.light), _lead(one))))
    if sort == "unit":
        order = list(dict.fromkeys(one.target.lead[:1] for one in kept))
        return tuple(sorted(kept, key=lambda one: order.index(one.target.lead[:1])))
    return tuple(kept)


def _lead(one: TargetResult) -> tuple[bool, object]:
    """The smallest lead first, whatever has none last."""
    lead = one.standing.lead if one.standing is not None else None
    return (lead is None, lead.exact if lead is not None else 0)
