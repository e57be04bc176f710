"""Comparing two classifications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from kpi.api.evaluating import classify
from kpi.definitions.model import Definitions

if TYPE_CHECKING:
    from kpi.evaluation.comparing.results import Comparison, Origin, Side
    from kpi.evaluation.table import Table
    from kpi.figures.links import Links


def classified(
    definitions: Definitions,
    figures: Table,
    schemes: Sequence[str],
    *,
    as_of: date | None = None,
    skip_errors: bool = False,
) -> Side:
    """The classification of these figures as one side of a comparison."""
    from kpi.evaluation.comparison import side

    day = as_of or date.today()
    result = classify(definitions, figures, schemes, as_of=day, skip_errors=skip_errors)
    return side(result, origin(definitions, figures, day))


def origin(definitions: Definitions, figures: Table, day: date) -> Origin:
    """What a classification of these figures on this day is made of."""
    from kpi.evaluation.comparing.results import Origin
    from kpi.figures.results import fingerprint

    sources = figures.sources
    return Origin(
        kind="figures",
        sources=sources,
        period=figures.period,
        as_of=day.isoformat(),
        definitions=definitions.files,
        figures=fingerprint([source.sha256 for source in sources], figures.period, figures.previous),
        corrections=figures.corrections,
    )


def compare(before: Side, after: Side, *, links: Links | None = None) -> Comparison:
    """Who moved, by what and because of whom; which baselines changed; who is new or gone."""
    from kpi.evaluation.comparison import compare as compare_sides

    if links is not None:
        from kpi.figures.renaming import side

        before = side(before, links)
    return compare_sides(before, after)
