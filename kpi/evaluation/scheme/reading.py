"""What schemes read: their formulas, and the indicators and figures that these name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme, Statistic
from kpi.evaluation.confirming import columns_read
from kpi.evaluation.scheme.groups import groupings
from kpi.evaluation.scheme.items import references
from kpi.formula.tree import Formula, Name, Node, Shift, walk


def formulas(scheme: Scheme) -> Iterator[Formula]:
    """Every formula of a scheme, a name alone too where it makes groups."""
    yield from formulas_of_each(scheme)
    yield from formulas_of_results(scheme)


def formulas_of_each(scheme: Scheme) -> Iterator[Formula]:
    """What is asked of each entity by itself, before some are evaluated together."""
    yield from (each for each in (scheme.applies_to,) if each is not None)
    yield from (each.when for each in scheme.exempt)
    if scheme.merge is not None:
        yield from (part.formula for part in scheme.merge.by.parts)
        yield from (each for each in (scheme.merge.unless,) if each is not None)


def formulas_of_results(scheme: Scheme) -> Iterator[Formula]:
    """What is asked of those who are evaluated."""
    for grouping in groupings(scheme):
        yield from (part.formula for part in grouping.parts())
    for adjustment in scheme.adjustments:
        yield from (each for each in (adjustment.when, adjustment.points) if each is not None)
    yield from (each.when for each in scheme.overrides if each.when is not None)
    yield from (each.when for each in scheme.tiers.rules())
    yield from (each.when for each in scheme.tiers.minimum)
    for item in scheme.items:
        yield from (each for each in (item.at_least, item.at_most) if each is not None)
        yield from (each.when for each in item.instead)
        own = item.options.get("formula")
        yield from (each for each in (own,) if isinstance(each, Formula))
    for measure in scheme.measures:
        yield from (each for each in (measure.when, measure.amount) if each is not None)


def indicators_read(definitions: Definitions, schemes: Sequence[Scheme]) -> list[tuple[str, Shift]]:
    """The indicators that schemes read themselves, and of which period."""
    found: dict[tuple[str, Shift], None] = {}
    for scheme in schemes:
        found |= dict.fromkeys(_named(definitions, scheme, formulas(scheme)))
    return list(found)


def _named(definitions: Definitions, scheme: Scheme, said: Iterable[Formula]) -> Iterator[tuple[str, Shift]]:
    """The indicators that a scheme scores, sorts and compares by, and those that some of its formulas read."""
    for item in scheme.items:
        yield item.indicator, Shift.NOW
        for _, baseline in references(item):
            if isinstance(baseline, Statistic) and baseline.period == "previous":
                yield item.indicator, Shift.PREVIOUS
    yield from ((name, Shift.NOW) for name in scheme.tiers.read())
    for formula in said:
        for node in walk(formula.tree):
            if isinstance(node, Name) and node.key in definitions.indicators:
                yield node.key, node.shift


def figures_read(definitions: Definitions, scheme: Scheme) -> frozenset[str]:
    """The columns of the figures that a scheme reads, through its indicators too."""
    return columns_read(_trees(definitions, scheme, formulas(scheme)), definitions)


def figures_of_results(definitions: Definitions, scheme: Scheme) -> frozenset[str]:
    """Those of them that are read of the entities that are evaluated: together, where some are."""
    return columns_read(_trees(definitions, scheme, formulas_of_results(scheme)), definitions)


def _trees(definitions: Definitions, scheme: Scheme, said: Iterable[Formula]) -> list[Node]:
    several = tuple(said)
    named = (Name(key, (0, 0), shift) for key, shift in _named(definitions, scheme, several))
    return [*named, *(formula.tree for formula in several)]
