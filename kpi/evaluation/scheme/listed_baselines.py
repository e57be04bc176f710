"""The baselines that a scheme was held to, one by one, for the list of results."""

from __future__ import annotations

from collections.abc import Iterator

from kpi.definitions.figure_model import Indicator
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Baseline, Given, Item, Statistic
from kpi.evaluation.scheme.baselines import published
from kpi.evaluation.scheme.items import ROLES, named, references
from kpi.evaluation.scheme.results import BaselineUsed, SchemeRun


def baselines_used(run: SchemeRun, definitions: Definitions) -> Iterator[BaselineUsed]:
    """Every baseline of a run, item by item, groups in order."""
    for i, item in enumerate(run.scheme.items):
        for role, statistic in references(item):
            yield from _used(run, i, item, role, statistic, definitions.indicators[item.indicator])


def _used(
    run: SchemeRun, number: int, item: Item, role: str, baseline: Baseline, indicator: Indicator
) -> Iterator[BaselineUsed]:
    given, name = isinstance(baseline, Given), named(item, indicator)
    found = run.baselines[number, role]
    for group, (value, count) in sorted(found.items(), key=lambda each: _order(run, baseline, each[0])):
        yield BaselineUsed(
            scheme=run.scheme.key,
            indicator=item.indicator,
            label=name.label,
            role=ROLES[role],
            group=run.groups[group[0]].name if group else None,
            level=run.groups[group[0]].level if group else None,
            value=published(run.scheme, baseline, value, indicator),
            exact=value if run.scheme.exact else None,
            decimals=None if isinstance(baseline, Given) else _decimals(baseline, indicator.decimals),
            unit=indicator.unit.text,
            origin="given" if isinstance(baseline, Given) else baseline.kind,
            count=None if given else count,
            source=baseline.source or item.source,
            label_en=name.label_en,
            merged=run.ground is not None and run.ground.beside,
        )


def _decimals(statistic: Statistic, decimals: int) -> int:
    return decimals if statistic.decimals is None else statistic.decimals


def _order(run: SchemeRun, baseline: Baseline, group: tuple[int, ...]) -> tuple[int, str]:
    """From the narrowest groups to the widest, each by name."""
    if not group or not isinstance(baseline, Statistic) or baseline.by is None:
        return (0, "")
    one = run.groups[group[0]]
    return ([level.text for level in baseline.by.levels].index(one.level), one.name or "")
