"""What an annual review answers, and what is different when it is run again."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction

from kpi.definitions.model import Definitions, SourceFile
from kpi.definitions.review import Review
from kpi.evaluation.comparing.results import Comparison
from kpi.evaluation.scheme.results import Classification, ClassifiedEntity
from kpi.evaluation.table import Source, Table
from kpi.frozen import frozen
from kpi.problems import Place, Problem, Severity, say

# What a list for publication may show beside name and tier; an item's indicator gives its value.
COLUMNS = ("code", "scheme", "group", "first_tier", "score", "rank")


@frozen
class Reviewed:
    """comparison: None when there is nothing to compare with."""

    review: Review
    definitions: Definitions
    figures: Table
    result: Classification
    comparison: Comparison | None

    def sources(self) -> tuple[Source, ...]:
        """Every file that was read beside the review and the definitions."""
        before = () if self.comparison is None else self.comparison.before.origin.sources
        # Last year's result may be history as well as what is compared with.
        return tuple(dict.fromkeys((*self.figures.sources, *before)))

    def files(self) -> tuple[SourceFile, ...]:
        """The review and the definitions."""
        return (self.review.file, *self.definitions.files)


def column_problems(review: Review, definitions: Definitions, result: Classification) -> list[Problem]:
    """The columns of the publication that nothing can fill."""
    scored = dict.fromkeys(item.indicator for scheme in result.schemes for item in scheme.items)
    known = (*COLUMNS, *scored)
    found = []
    for index, name in enumerate(review.publication.columns):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            found.append(
                Problem(
                    "unknown-column",
                    say("The publication has no column “{name}”.", name=name),
                    review.place("publication", "columns", index),
                    expected=say("Expected one of: {choices}.", choices=tuple(known)),
                    hint=say("Did you mean “{near}”?", near=near[0]) if near else None,
                )
            )
    return found


def published(result: Classification) -> tuple[list[ClassifiedEntity], int]:
    """Who is published, by scheme and tier and then in the order read; and how many have no tier and are not."""
    letters = {scheme.key: (number, scheme.letters()) for number, scheme in enumerate(result.schemes)}
    entities = list(result.entities())
    listed = [one for one in entities if one.tier is not None and one.scheme is not None]

    def place(one: ClassifiedEntity) -> tuple[int, int]:
        number, tiers = letters[one.scheme or ""]
        return number, tiers.index(one.tier) if one.tier in tiers else len(tiers)

    return sorted(listed, key=place), len(entities) + len(result.rejected) - len(listed)


def problems(result: Classification) -> list[Problem]:
    """Everything that was found: in the figures, in rejected rows, and why totals are undefined."""
    rejected = [problem for row in result.rejected for problem in row.problems]
    undefined = [
        Problem(
            "total-undefined",
            say("The total is undefined: {reason}", reason=reason),
            Place(entity=one.name or one.id),
            Severity.WARNING,
        )
        for one in result.entities()
        if one.standing == "undefined"
        for reason in one.reasons
    ]
    sent_back = [
        Problem(
            "sent-back",
            say("The enterprise is sent back: {reason}", reason=reason),
            Place(entity=one.name or one.id),
            Severity.WARNING,
        )
        for one in result.entities()
        if one.standing == "rejected"
        for reason in one.reasons
    ]
    return [*rejected, *sent_back, *undefined, *result.problems]


class Differs(StrEnum):
    """In what a review run again is not the one of its manifest."""

    VERSION = "version"  # of the program
    REVIEW = "review"  # the review file
    DEFINITIONS = "definitions"
    INPUT = "input"  # figures, corrections, the result of the year before
    OUTPUT = "output"  # what comes out now is not what came out then
    FILE = "file"  # the file that was written has been changed since, or is gone


@frozen
class Difference:
    """before, after: fingerprints, or versions; None: not there."""

    what: Differs
    path: str | None
    before: str | None
    after: str | None


Fingerprints = Mapping[str, str]  # path → SHA-256


@frozen
class Record:
    """What a manifest says of a run. files: the outputs as they lie in the folder, when that was looked at."""

    version: str
    review: Fingerprints
    definitions: Fingerprints
    inputs: Fingerprints
    outputs: Fingerprints


def differences(then: Record, now: Record, files: Fingerprints) -> list[Difference]:
    """Everything in which two runs differ, and in which the files written are no longer those of then."""
    found = []
    if then.version != now.version:
        found.append(Difference(Differs.VERSION, None, then.version, now.version))
    for what, before, after in (
        (Differs.REVIEW, then.review, now.review),
        (Differs.DEFINITIONS, then.definitions, now.definitions),
        (Differs.INPUT, then.inputs, now.inputs),
        (Differs.OUTPUT, then.outputs, now.outputs),
        (Differs.FILE, then.outputs, files),
    ):
        paths = dict.fromkeys((*before, *after))
        found += [
            Difference(what, path, before.get(path), after.get(path))
            for path in paths
            if before.get(path) != after.get(path)
        ]
    return found


def value_of(one: ClassifiedEntity, column: str) -> tuple[Fraction | None, int] | None:
    """The published value of an item and its decimals; None when the entity has no such item."""
    item = next((item for item in one.items if item.indicator == column), None)
    return None if item is None else (item.value, item.decimals)
