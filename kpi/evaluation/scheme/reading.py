"""What schemes read: their formulas, and the indicators and figures that these name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kpi.definitions.model import Definitions
from kpi.definitions.positions import Path
from kpi.definitions.scheme_model import Scheme, Statistic
from kpi.evaluation.confirming import columns_read
from kpi.evaluation.scheme.groups import groupings_written
from kpi.evaluation.scheme.items import references
from kpi.formula.tree import Formula, Name, Node, Shift, walk

Written = tuple[Path, Formula]  # where it stands, and what


def formulas(scheme: Scheme) -> Iterator[Formula]:
    """Every formula of a scheme, a name alone too where it makes groups."""
    return (formula for _, formula in written(scheme))


def written(scheme: Scheme) -> Iterator[Written]:
    """The same with where each stands, below the scheme."""
    yield from _of_each(scheme)
    yield from _of_results(scheme)


def _of_each(scheme: Scheme) -> Iterator[Written]:
    """What is asked of each entity by itself, before some are evaluated together."""
    yield from _there(("applies_to",), scheme.applies_to)
    for index, exemption in enumerate(scheme.exempt):
        yield ("exempt", index, "when"), exemption.when
    if scheme.merge is not None:
        yield from ((("merge", "by"), part.formula) for part in scheme.merge.by.parts)
        yield from _there(("merge", "unless"), scheme.merge.unless)


def _of_results(scheme: Scheme) -> Iterator[Written]:
    """What is asked of those who are evaluated."""
    for path, grouping in groupings_written(scheme):
        yield from ((path, part.formula) for part in grouping.parts())
    for index, adjustment in enumerate(scheme.adjustments):
        yield from _there(("adjustments", index, "when"), adjustment.when)
        yield ("adjustments", index, "points"), adjustment.points
    for index, override in enumerate(scheme.overrides):
        yield from _there(("overrides", index, "when"), override.when)
    for index, rule in enumerate(scheme.tiers.rules()):
        yield ("tiers", "rules", index, "when"), rule.when
    for index, minimum in enumerate(scheme.tiers.minimum):
        yield ("tiers", "minimum", index, "when"), minimum.when
    for number, item in enumerate(scheme.items):
        at: Path = ("items", number)
        yield from _there((*at, "score", "at_least"), item.at_least)
        yield from _there((*at, "score", "at_most"), item.at_most)
        yield from (((*at, "instead", index, "when"), each.when) for index, each in enumerate(item.instead))
        own = item.options.get("formula")
        yield from _there((*at, "formula"), own if isinstance(own, Formula) else None)
    for index, measure in enumerate(scheme.measures):
        yield from _there(("measures", index, "when"), measure.when)
        yield from _there(("measures", index, "amount"), measure.amount)


def _there(path: Path, formula: Formula | None) -> Iterator[Written]:
    if formula is not None:
        yield path, formula


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
    return columns_read(_trees(definitions, scheme, (formula for _, formula in _of_results(scheme))), definitions)


def _trees(definitions: Definitions, scheme: Scheme, said: Iterable[Formula]) -> list[Node]:
    several = tuple(said)
    named = (Name(key, (0, 0), shift) for key, shift in _named(definitions, scheme, several))
    return [*named, *(formula.tree for formula in several)]
