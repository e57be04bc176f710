"""The answer of `validate`: what is wrong with the figures, grouped, with counts and places."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.evaluation.validation import Group, Validation
from kpi.locale import N_, text, translate
from kpi.problems import Place, Problem, Severity, say
from kpi.render import as_json, problem_table, rejected
from kpi.render.as_json import Data
from kpi.render.problems import SEVERITIES, where
from kpi.render.report import Cell, Report, Section
from kpi.render.words import column, listed, said

_STYLES = {Severity.ERROR: "bad", Severity.WARNING: "unsure", Severity.NOTE: "dim"}
_SHOWN = 5  # cells of a group that are named


def data(result: Validation, language: str) -> Data:
    """The answer for scripts."""
    summary = result.summary
    return {
        "readable": result.table is not None,
        "groups": [_group_data(group, language) for group in result.groups],
        "rejected": [as_json.rejected(row, language) for row in result.rejected],
        "problems": as_json.problems(result.problems, language),
        "summary": {
            "read": summary.read,
            "accepted": summary.accepted,
            "rejected": summary.rejected,
            "errors": summary.errors,
            "warnings": summary.warnings,
            "notes": summary.notes,
        },
    }


def _group_data(group: Group, language: str) -> Data:
    first = group.first
    return {
        "code": first.code,
        "severity": first.severity.value,
        "check": first.check,
        "message": translate(first.message, language),
        "file": first.place.file,
        "sheet": first.place.sheet,
        "column": group.column,
        "count": group.count,
        "places": [_spot(each.place) for each in group.problems[:_SHOWN] if _spot(each.place)],
    }


def report(result: Validation, language: str) -> Report:
    """Groups with counts and places, and who is rejected; a spreadsheet has every problem."""
    table = problem_table.section("problems", result.problems, language)
    left_out = rejected.section(result.rejected, language)
    sections = [*([_groups(result, language)] if result.groups else []), *([left_out] if result.rejected else [])]
    return Report(
        text(N_("Validation"), language),
        (),
        sections,
        [Cell(counts(result, language), style="good" if result.clean else "bad")],
        (table, left_out) if result.rejected else (table,),
        table,
    )


def counts(result: Validation, language: str) -> str:
    """How many were read, and how much was found, in a sentence."""
    summary = result.summary
    counts = {"errors": summary.errors, "warnings": summary.warnings, "notes": summary.notes}
    if result.table is None:
        message = say(
            "The files do not make one table, so nobody was counted. "
            "{errors} errors, {warnings} warnings, {notes} notes.",
            **counts,
        )
    else:
        message = say(
            "{read} read: {accepted} accepted, {rejected} rejected. "
            "{errors} errors, {warnings} warnings, {notes} notes.",
            read=summary.read,
            accepted=summary.accepted,
            rejected=summary.rejected,
            **counts,
        )
    return translate(message, language)


def _groups(result: Validation, language: str) -> Section:
    columns = [
        column("severity", N_("Severity"), language),
        column("count", N_("Count"), language, right=True, whole=True),
        column("where", N_("Where"), language),
        column("cells", N_("Cells"), language),
        column("found", N_("Found, the first one"), language),
    ]
    rows = [
        [
            Cell(text(SEVERITIES[group.first.severity], language), style=_STYLES[group.first.severity]),
            Cell(str(group.count)),
            Cell(_where(group, language)),
            Cell(_cells(group.problems, language)),
            Cell(_found(group.first, language)),
        ]
        for group in result.groups
    ]
    return Section("groups", "", columns, rows)


def _where(group: Group, language: str) -> str:
    """File, sheet and column."""
    place = group.first.place
    return where(Place(file=place.file, sheet=place.sheet, key=group.column), language)


def _cells(problems: Sequence[Problem], language: str) -> str:
    spots = list(dict.fromkeys(spot for each in problems if (spot := _spot(each.place))))
    return listed([*spots[:_SHOWN], *(["…"] if len(spots) > _SHOWN else [])], language)


def _spot(place: Place) -> str:
    """The cell, or the row: within the sheet that is named beside it."""
    return place.cell or (str(place.line) if place.line is not None else "")


def _found(problem: Problem, language: str) -> str:
    sentence = said([each for each in (problem.message, problem.expected) if each is not None], language)
    who = problem.place.entity
    return translate(say("{entity}: {found}", entity=who, found=sentence), language) if who else sentence
