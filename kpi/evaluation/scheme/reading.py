"""What schemes read: their formulas, and the indicators and figures that these name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme, Statistic
from kpi.evaluation.confirming import columns_read
from kpi.evaluation.scheme.groups import groupings
from kpi.evaluation.scheme.items import among, references
from kpi.formula.tree import Formula, Name, Shift, walk


def formulas(scheme: Scheme) -> Iterator[Formula]:
    """Every formula of a scheme."""
    yield from (each for each in (scheme.applies_to,) if each is not None)
    yield from (each.when for each in scheme.exempt)
    if scheme.merge is not None and scheme.merge.unless is not None:
        yield scheme.merge.unless
    for adjustment in scheme.adjustments:
        yield from (each for each in (adjustment.when, adjustment.points) if each is not None)
    yield from (each.when for each in scheme.overrides if each.when is not None)
    yield from (each.when for each in scheme.tiers.rules())
    yield from (each.when for each in scheme.tiers.minimum)
    for item in scheme.items:
        yield from (each for each in (item.at_least, item.at_most) if each is not None)
        yield from (each.when for each in item.instead)
    for measure in scheme.measures:
        yield from (each for each in (measure.when, measure.amount) if each is not None)


def indicators_read(definitions: Definitions, schemes: Sequence[Scheme]) -> list[tuple[str, Shift]]:
    """The indicators that schemes read themselves, and of which period."""
    found: dict[tuple[str, Shift], None] = {}
    for scheme in schemes:
        for item in scheme.items:
            found[item.indicator, Shift.NOW] = None
            for _, baseline in references(item):
                if isinstance(baseline, Statistic) and baseline.period == "previous":
                    found[item.indicator, Shift.PREVIOUS] = None
            own = item.options.get("formula")
            for node in walk(own.tree) if isinstance(own, Formula) else ():
                if isinstance(node, Name) and node.key in definitions.indicators:
                    found[node.key, node.shift] = None
        for name in scheme.tiers.read():
            found[name, Shift.NOW] = None
        for formula in formulas(scheme):
            for node in walk(formula.tree):
                if isinstance(node, Name) and node.key in definitions.indicators:
                    found[node.key, node.shift] = None
    return list(found)


def figures_read(definitions: Definitions, scheme: Scheme) -> frozenset[str]:
    """The columns of the figures that a scheme reads, through its indicators, and those that make its groups."""
    trees = [Name(key, (0, 0), shift) for key, shift in indicators_read(definitions, [scheme])]
    found = {figure for grouping in groupings(scheme) for figure in grouping.figures}
    found |= {figure for item in scheme.items if (figure := among(item)) is not None}
    return columns_read([*trees, *(formula.tree for formula in formulas(scheme))], definitions) | found
