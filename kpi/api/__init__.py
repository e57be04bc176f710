"""The public API: read definitions and figures, then compute, check, classify and explain. Nothing here prints.

Every function raises KpiError with all the problems that it found, each with its place.
"""

from __future__ import annotations

from kpi.api.comparing import classified, compare
from kpi.api.confirming import columns, mapping, template
from kpi.api.evaluating import check, classify, compute, cross_check, explain, test
from kpi.api.reading import (
    condition,
    convert,
    correct,
    decide,
    links,
    load,
    manner,
    read,
    read_actuals,
    read_goals,
    read_leagues,
    read_ledgers,
    read_result,
    read_review,
    typed,
    with_history,
    with_links,
)
from kpi.api.reviewing import review
from kpi.api.validating import marked, validate
from kpi.api.zones import targets, targets_of_zones

__all__ = [
    "check",
    "classified",
    "classify",
    "columns",
    "compare",
    "compute",
    "condition",
    "convert",
    "correct",
    "cross_check",
    "decide",
    "explain",
    "links",
    "load",
    "manner",
    "mapping",
    "marked",
    "read",
    "read_actuals",
    "read_goals",
    "read_leagues",
    "read_ledgers",
    "read_result",
    "read_review",
    "review",
    "targets",
    "targets_of_zones",
    "template",
    "test",
    "typed",
    "validate",
    "with_history",
    "with_links",
]
