"""Corrections, as every result lists them that was made with a corrections file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from kpi.evaluation.table import Correction
from kpi.formula.tree import Shift
from kpi.formula.values import Value
from kpi.locale import N_, text
from kpi.numbers import plain, terminating_decimals
from kpi.render.problems import where
from kpi.render.report import NOTHING, Cell, Section
from kpi.render.words import column, entity, label

TITLE = N_("Corrections")
PERIODS = {Shift.PREVIOUS: N_("{label}, a year earlier"), Shift.PRECEDING: N_("{label}, the period before")}
TRUTHS = {True: N_("yes"), False: N_("no")}


def data(corrections: Sequence[Correction]) -> list[Mapping[str, object]]:
    """The corrections for scripts; old and new are in `unit`, null for a missing figure."""
    return [
        {
            "id": each.id,
            "name": each.name,
            "figure": each.figure,
            "label": each.label,
            "label_en": each.label_en,
            "period": each.period.value,
            "old": _value(each.old),
            "new": _value(each.new),
            "old_text": each.old_text,
            "new_text": each.new_text,
            "unit": each.unit,
            "reason": each.reason,
            "evidence": each.evidence,
            "date": each.day.isoformat() if each.day else None,
            "file": each.place.file,
            "sheet": each.place.sheet,
            "cell": each.place.cell,
            "line": each.place.line,
        }
        for each in corrections
    ]


def _value(value: Value | None) -> object:
    if isinstance(value, Fraction):
        return value if terminating_decimals(value) is not None else str(value)
    return value if isinstance(value, str | bool | None) else str(value)


def section(corrections: Sequence[Correction], language: str) -> Section:
    """One line a correction."""
    columns = [
        column("entity", N_("Entity"), language),
        column("figure", N_("Figure"), language),
        column("old", N_("Reported"), language, right=True),
        column("new", N_("Corrected"), language, right=True),
        column("unit", N_("Unit"), language),
        column("reason", N_("Reason"), language),
        column("evidence", N_("Evidence"), language),
        column("date", N_("Date"), language),
        column("place", N_("Place"), language),
    ]
    rows = [
        [
            Cell(entity(each.name, each.id)),
            Cell(named(each, language)),
            value(each.old, language),
            value(each.new, language),
            Cell(each.unit),
            Cell(each.reason),
            Cell(each.evidence),
            Cell(each.day.isoformat() if each.day else ""),
            Cell(where(replace(each.place, entity=None), language)),
        ]
        for each in corrections
    ]
    return Section("corrections", text(TITLE, language), columns, rows, leading=2)


def named(correction: Correction, language: str) -> str:
    """The corrected figure in the reader's language, with its period."""
    name = label(correction, language)
    return text(PERIODS[correction.period], language).format(label=name) if correction.period in PERIODS else name


def value(found: Value | None, language: str) -> Cell:
    """A value of a correction; a missing one is a dash."""
    if isinstance(found, Fraction):
        return Cell(plain(found), found)
    if isinstance(found, bool):
        return Cell(text(TRUTHS[found], language))
    return Cell(NOTHING if found is None else str(found))
