"""Groups that somebody may be in none of: there is no baseline for them, or no list to rank them in."""

from __future__ import annotations

from collections.abc import Iterator

from kpi.definitions.findings import finding
from kpi.definitions.groups import Grouping
from kpi.definitions.model import Definitions
from kpi.definitions.positions import Path
from kpi.definitions.scheme_model import Baseline, Scheme, Statistic
from kpi.problems import Problem, say


def groups_findings(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """Groups after which a wider one should stand."""
    for where, grouping in groupings(scheme):
        yield from _open_groups(grouping, (*path, *where), definitions)


def groupings(scheme: Scheme) -> Iterator[tuple[Path, Grouping]]:
    """Every grouping of a scheme, with its path from there."""
    for index, item in enumerate(scheme.items):
        several = item.baselines or ((item.baseline,) if item.baseline else ())
        paths: list[tuple[Path, Baseline | None]] = [
            (("baseline", number), each) for number, each in enumerate(several)
        ]
        for path, each in (*paths, (("low",), item.low), (("high",), item.high)):
            if isinstance(each, Statistic) and each.by is not None:
                yield ("items", index, *path, "by"), each.by
    if scheme.tiers.by_group is not None:
        yield ("tiers", "by_group"), scheme.tiers.by_group


def _open_groups(grouping: Grouping, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """Groups that may be too small, or codes too short for a level, and no wider group after them."""
    levels = any(part.level is not None for part in grouping.levels[-1].parts)
    if grouping.ends_with_everybody or not (levels or grouping.at_least > 1):
        return
    text = grouping.levels[-1].text
    if path[-1] == "by_group":
        message = say("An entity without a group by “{groups}” cannot be ranked, and stops the run.", groups=text)
    else:
        message = say(
            "An entity without a group by “{groups}” has no baseline, so its total is undefined.", groups=text
        )
    hint = say("Name the groups that count then, such as {example}.", example='by = ["行业.大类", "行业.门类", "all"]')
    yield finding(definitions, "group-without-fallback", path, message, hint)
