"""The answer for several zones: how zones, targets and lead units stand, and every row for those who ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kpi.evaluation.targets.columns import LIGHT_NUMBERS
from kpi.evaluation.targets.evaluate import summed
from kpi.evaluation.targets.province import Counts, Judged
from kpi.evaluation.targets.results import Light, Summary, TargetResult, TargetsResult
from kpi.evaluation.targets.rows import rows
from kpi.evaluation.targets.zones import Asked
from kpi.frozen import frozen

if TYPE_CHECKING:
    import polars


@frozen
class ZonesResult:
    """The targets of several zones. whole: all of them as one result, each target once a zone (that of its plan).

    zones: how each zone stands; targets: how each target stands, by its key, in all zones. count: of all rows.
    columns: where there are so many values that they are judged in columns; whole has their counts only, and `rows`
    works every row out (see rows.py).
    """

    whole: TargetsResult
    zones: tuple[Summary, ...]
    targets: tuple[Summary, ...]
    count: int
    columns: Judged | None = None
    rows: Callable[[], tuple[polars.DataFrame, list[TargetResult]]] | None = None


def in_zones(whole: TargetsResult) -> ZonesResult:
    """How each zone and each target stands in a result of several zones."""
    return ZonesResult(
        whole,
        tuple(summed((one.target.plan.zone, one) for one in whole.targets)),
        tuple(summed((one.target.key, one) for one in whole.targets)),
        len(whole.targets),
    )


def result(asked: Asked, found: Judged, wanted: frozenset[Light] | None, sort: str | None = None) -> ZonesResult:
    """How zones, targets and lead units stand. wanted: only these lights are listed and counted. sort: of the rows."""
    zones = _summaries(found.zones, found.by_zone, wanted)
    targets = _summaries([target.key for target in found.targets], found.by_target, wanted)
    units: dict[str, Counter[Light]] = {}
    for target, summary in zip(found.targets, targets, strict=True):
        for unit in target.lead or ("",):
            units.setdefault(unit, Counter()).update(summary.lights)
    lights = {light: sum(one.lights[light] for one in targets) for light in Light}
    whole = TargetsResult(
        asked.definitions,
        asked.day,
        (),
        units=tuple(Summary(unit, counts.total(), dict(counts)) for unit, counts in units.items() if counts.total()),
        lights=lights,
        sources=asked.sources,
        problems=(*asked.actuals.problems, *found.problems),
    )
    listed = [tuple(one for one in each if one.targets) for each in (zones, targets)]
    return ZonesResult(
        whole, listed[0], listed[1], sum(lights.values()), found, lambda: rows(asked, found, wanted, sort)
    )


def _summaries(names: Sequence[str], counts: Counts, wanted: frozenset[Light] | None) -> tuple[Summary, ...]:
    found = []
    for name, own in zip(names, counts, strict=True):
        lights = {light: own[at] if wanted is None or light in wanted else 0 for light, at in LIGHT_NUMBERS.items()}
        found.append(Summary(name, sum(lights.values()), lights))
    return tuple(found)
