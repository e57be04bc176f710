"""The files of an annual review: the list for publication, the problems, the manifest; and what a second run says."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kpi import __version__
from kpi.evaluation.review import Difference, Differs, Record, Reviewed, problems, published, value_of
from kpi.evaluation.scheme.results import ClassifiedEntity
from kpi.frozen import frozen
from kpi.locale import N_, text, translate
from kpi.numbers import shown
from kpi.problems import Message, say
from kpi.render import as_json, problem_table
from kpi.render.as_json import Data, Envelope
from kpi.render.report import EMPTY, UNDEFINED, Cell, Column, Report, Section
from kpi.render.words import column, entity, label, with_unit

HEADS = {
    "code": N_("Code"),
    "scheme": N_("Scheme"),
    "group": N_("Group"),
    "first_tier": N_("First"),
    "score": N_("Total"),
    "rank": N_("Rank"),
}


@frozen
class Output:
    """A file that a review has written."""

    kind: str
    path: str
    sha256: str
    size: int


def publication(reviewed: Reviewed, language: str) -> Report:
    """The list for publication (公示): name and tier, and the columns that the review names."""
    people, left_out = published(reviewed.result)
    shown_as = reviewed.review.publication
    columns = [
        column("number", N_("No."), language, right=True),
        column("name", N_("Name"), language),
        column("tier", N_("Tier"), language),
        *(_head(name, reviewed, language) for name in shown_as.columns),
    ]
    rows = [
        [
            Cell(str(number), Fraction(number)),
            Cell(entity(one.name, one.id)),
            Cell(one.tier or "", style="heading"),
            *(_cell(one, name) for name in shown_as.columns),
        ]
        for number, one in enumerate(people, start=1)
    ]
    unlisted = say("{count} have no tier and are not published; the list of problems says why.", count=left_out)
    return Report(
        shown_as.title,
        [Cell(line) for line in shown_as.notice],
        [Section("publication", "", columns, rows, leading=2)],
        [Cell(translate(unlisted, language), style="dim")] if left_out else [],
    )


def publication_data(reviewed: Reviewed, language: str) -> Data:
    """The same for scripts: no more than is published."""
    people, left_out = published(reviewed.result)
    names = reviewed.review.publication.columns
    return {
        "title": reviewed.review.publication.title,
        "notice": list(reviewed.review.publication.notice),
        "entities": [
            {"name": entity(one.name, one.id), "tier": one.tier, **{name: _value(one, name) for name in names}}
            for one in people
        ],
        "unlisted": left_out,
    }


def _head(name: str, reviewed: Reviewed, language: str) -> Column:
    if name in HEADS:
        return column(name, HEADS[name], language, right=name in ("score", "rank"))
    indicator = reviewed.definitions.indicators[name]
    return Column(name, with_unit(label(indicator, language), indicator.unit.text, language), True)


def _cell(one: ClassifiedEntity, name: str) -> Cell:
    value = _value(one, name)
    if isinstance(value, Fraction):
        item = value_of(one, name)
        return Cell(shown(value, one.decimals if item is None else item[1]), value)
    if isinstance(value, int):
        return Cell(str(value), Fraction(value))
    if value is None:
        return EMPTY if name in HEADS else UNDEFINED
    return Cell(value)


def _value(one: ClassifiedEntity, name: str) -> Fraction | int | str | None:
    if name not in HEADS:
        item = value_of(one, name)
        return None if item is None else item[0]
    found = {
        "code": one.id,
        "scheme": one.scheme,
        "group": one.group,
        "first_tier": one.first_tier,
        "score": one.score,
        "rank": one.rank,
    }
    return found[name]


def problem_list(reviewed: Reviewed, language: str) -> Report:
    """Everything that was found wrong or remarkable."""
    return Report(
        text(N_("Problems"), language), (), [problem_table.section("problems", problems(reviewed.result), language)]
    )


def problem_data(reviewed: Reviewed, language: str) -> Data:
    """The same for scripts."""
    return {"problems": as_json.problems(problems(reviewed.result), language)}


def data(reviewed: Reviewed, outputs: Sequence[Output]) -> Data:
    """The manifest, which is the answer for scripts too (kpi/schemas/review.json)."""
    review, summary = reviewed.review, reviewed.result.summary
    return {
        "review": {"path": review.file.path, "sha256": review.file.sha256, "title": review.title},
        "schemes": [scheme.key for scheme in reviewed.result.schemes],
        "provisional": reviewed.result.provisional,
        "outputs": [
            {"kind": each.kind, "path": each.path, "sha256": each.sha256, "bytes": each.size} for each in outputs
        ],
        "summary": {
            "read": summary.read,
            "evaluated": summary.evaluated,
            "ungraded": summary.ungraded,
            "exempt": summary.exempt,
            "not_applicable": summary.not_applicable,
            "undefined": summary.undefined,
            "rejected": summary.rejected,
            "tiers": summary.tiers,
        },
    }


def record(reviewed: Reviewed, outputs: Sequence[Output], about: Envelope) -> Record:
    """What the manifest of this run says."""
    return Record(
        __version__,
        {reviewed.review.file.path: reviewed.review.file.sha256},
        {str(file["path"]): str(file["sha256"]) for file in about.definitions},
        {str(source["path"]): str(source["sha256"]) for source in about.inputs},
        {each.path: each.sha256 for each in outputs},
    )


def report(reviewed: Reviewed, outputs: Sequence[Output], notes: Sequence[Cell], language: str) -> Report:
    """What was written, and the counts. notes: those of the classification."""
    columns = [column("kind", N_("Output"), language), column("file", N_("File"), language)]
    rows = [[Cell(text(KINDS[each.kind], language)), Cell(f"{reviewed.review.folder}/{each.path}")] for each in outputs]
    return Report(reviewed.review.title, (), [Section("outputs", "", columns, rows, leading=2)], notes)


KINDS = {
    "result": N_("result"),
    "publication": N_("publication"),
    "problems": N_("problems"),
    "comparison": N_("comparison"),
    "manifest": N_("manifest"),
}


def verified_data(found: Sequence[Difference]) -> Data:
    """The answer of --verify for scripts."""
    return {
        "identical": not found,
        "differences": [
            {"what": each.what.value, "path": each.path, "before": each.before, "after": each.after} for each in found
        ],
    }


DIFFERS = {
    Differs.VERSION: N_("version"),
    Differs.REVIEW: N_("review"),
    Differs.DEFINITIONS: N_("definitions"),
    Differs.INPUT: N_("input"),
    Differs.OUTPUT: N_("output"),
    Differs.FILE: N_("file"),
}


def verified(title: str, found: Sequence[Difference], language: str) -> Report:
    """What is different, each in a sentence."""
    if not found:
        same = say("Identical: the same inputs, rules and program give the same files.")
        return Report(title, (), (), [Cell(translate(same, language), style="good")])
    columns = [
        column("what", N_("What"), language),
        column("file", N_("File"), language),
        column("difference", N_("What is different"), language),
    ]
    rows = [
        [Cell(text(DIFFERS[each.what], language)), Cell(each.path or ""), Cell(translate(_difference(each), language))]
        for each in found
    ]
    count = say("Differences from the manifest: {count}.", count=len(found))
    return Report(
        title,
        (),
        [Section("differences", "", columns, rows, leading=2)],
        [Cell(translate(count, language), style="bad")],
    )


def _difference(each: Difference) -> Message:
    if each.what is Differs.VERSION:
        return say(
            "The manifest was written by kpi {before}; this is kpi {after}.",
            before=each.before,
            after=each.after,
        )
    if each.before is None:
        return say("It is new since the manifest.")
    if each.after is None:
        missing = say("It is in the manifest but not in the folder of outputs any more.")
        return missing if each.what is Differs.FILE else say("It is in the manifest but no longer part of the review.")
    sentences = {
        Differs.REVIEW: say("The review has been changed since the manifest."),
        Differs.DEFINITIONS: say("The definitions have been changed since the manifest."),
        Differs.INPUT: say("The file has been changed since the manifest."),
        Differs.OUTPUT: say("It comes out otherwise than in the manifest."),
        Differs.FILE: say("The file in the folder of outputs has been changed since it was written."),
    }
    return sentences[each.what]
