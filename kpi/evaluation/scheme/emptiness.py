"""Lists on which nobody is graded: there are no places to give, which is said in place of being passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.scheme import standings
from kpi.evaluation.scheme.pools import standing_in
from kpi.evaluation.scheme.results import SchemeRun
from kpi.evaluation.scheme.written import written_at
from kpi.frozen import frozen
from kpi.problems import Problem, Severity, say


@frozen
class Standing:
    """counts: as standings.counts gives them, where all are ranked together. groups: how many stand in each of the
    narrowest groups that are ranked apart."""

    counts: standings.Counts
    groups: Mapping[int, int]

    @staticmethod
    def of(run: SchemeRun) -> Standing:
        return Standing(standings.counts([run.frame]) if run.pools is None else {}, standing_in(run))

    @staticmethod
    def all(several: Sequence[Standing]) -> Standing:
        """The same over all portions."""
        groups: Counter[int] = Counter()
        for each in several:
            groups.update(each.groups)
        return Standing(standings.all_counts([each.counts for each in several]), groups)


def without_graded(runs: Sequence[SchemeRun], definitions: Definitions, counted: Sequence[Standing]) -> list[Problem]:
    """A warning for each group, or scheme, that has entities and nobody who is graded. counted: of each run."""
    found: dict[tuple[str, str | None], Problem] = {}
    for run, sizes in zip(runs, counted, strict=True):
        pools = run.pools
        empty: list[tuple[str | None, int]] = []
        if pools is None:
            empty = [(None, each["all"]) for each in sizes.counts.values() if not each["graded"]]
        else:
            empty = [
                (run.groups[number].name, size) for number, size in sizes.groups.items() if number not in pools.sizes
            ]
            empty.sort(key=lambda each: each[0] or "")
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
