"""Lists on which nobody is graded: there are no places to give, which is said in place of being passed over."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.scheme import grading
from kpi.evaluation.scheme.pools import empty_groups
from kpi.evaluation.scheme.results import SchemeRun
from kpi.evaluation.scheme.written import written_at
from kpi.problems import Problem, Severity, say


def without_graded(runs: Sequence[SchemeRun], definitions: Definitions) -> list[Problem]:
    """A warning for each group, or scheme, that has entities and nobody who is graded."""
    found: dict[tuple[str, str | None], Problem] = {}
    for run in runs:
        empty = [(run.groups[number].name, size) for number, size in empty_groups(run).items()]
        if run.pools is None:
            empty = [(None, each["all"]) for each in grading.counts([run.frame]).values() if not each["graded"]]
        for group, size in empty:
            found.setdefault((run.scheme.key, group), _problem(run.scheme, group, size, definitions))
    return list(found.values())


def _problem(scheme: Scheme, group: str | None, count: int, definitions: Definitions) -> Problem:
    values = {"scheme": scheme.label, "group": group, "count": count}
    path: tuple[str, ...] = ("tiers",)
    if group is None:
        message = say("Scheme “{scheme}”: none of its {count} entities is graded, so no places are given.", **values)
    else:
        message = say(
            "Scheme “{scheme}”: none of the {count} entities in the group “{group}” is graded, so no places are given.",
            **values,
        )
        path += ("by_group",)
    place = written_at(scheme, definitions, *path)
    hint = say("Look at their exemptions and figures; shares of nobody give no tier.")
    return Problem("nobody-graded", message, place, Severity.WARNING, hint=hint)
