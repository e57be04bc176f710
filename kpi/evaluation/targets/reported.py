"""All actual values of a run: a row each, or in columns where there are millions."""

from __future__ import annotations

from kpi.evaluation.table import Source
from kpi.evaluation.targets.actuals import Actual
from kpi.evaluation.targets.bulk import Bulk
from kpi.frozen import frozen
from kpi.problems import Problem


@frozen
class Actuals:
    """All values that were reported. sources: the files; problems: warnings and notes of reading.

    bulk: so many values of zones that they are held in columns.
    """

    rows: tuple[Actual, ...] = ()
    sources: tuple[Source, ...] = ()
    problems: tuple[Problem, ...] = ()
    bulk: tuple[Bulk, ...] = ()
