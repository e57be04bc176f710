"""The answer of `compute`: every indicator of every entity."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.evaluation.results import ComputeResult, EntityIndicators, IndicatorValue, figured
from kpi.locale import N_, text, translate
from kpi.problems import say
from kpi.render import as_json
from kpi.render.as_json import Data
from kpi.render.report import EMPTY, Cell, Column, Report, Section
from kpi.render.words import REJECTED, amount, column, entity, exactly, label, rejection, said, with_unit

TITLE = N_("Indicators")


def data(result: ComputeResult, language: str, exact: bool = False) -> Data:
    """The answer for scripts."""
    return {
        "entities": [
            {**_entity_data(one, language, exact), **as_json.read_from(place)}
            for one, place in zip(result.entities, as_json.places([one.place for one in result.entities]), strict=True)
        ],
        "rejected": [as_json.rejected(row, language) for row in result.rejected],
        "summary": {
            "read": result.summary.read,
            "evaluated": result.summary.evaluated,
            "undefined": result.summary.undefined,
            "rejected": result.summary.rejected,
        },
        "problems": as_json.problems(result.problems, language),
    }


def _entity_data(one: EntityIndicators, language: str, exact: bool) -> Data:
    return {
        "id": one.id,
        "name": one.name,
        "indicators": [_value_data(value, language, exact) for value in one.values],
    }


def _value_data(value: IndicatorValue, language: str, exact: bool) -> Data:
    fraction = None if value.value_exact is None else str(value.value_exact)
    return {
        "indicator": value.indicator,
        "label": value.label,
        "label_en": value.label_en,
        "value": value.value,
        "shown": value.shown,
        "unit": value.unit,
        "decimals": value.decimals,
        "reported": value.reported,
        "reasons": as_json.reasons(value.codes, value.reasons, language),
        **({"value_exact": fraction} if exact else {}),
    }


def report(result: ComputeResult, language: str, exact: bool = False) -> Report:
    """One entity: a line an indicator; several: a line an entity."""
    # An indicator that is undefined for everybody because figures are missing takes a note, not a column of dashes.
    kept = figured(result.entities)
    table = _all(result, kept, language)
    single = len(result.entities) == 1 and not result.rejected
    sections = [_one(result.entities[0], kept, language, exact)] if single else [table]
    message = say(
        "{read} read: {evaluated} computed, {undefined} of them with undefined indicators, {rejected} rejected.",
        read=result.summary.read,
        evaluated=result.summary.evaluated,
        undefined=result.summary.undefined,
        rejected=result.summary.rejected,
    )
    notes = [*_left_out(result, kept, language), Cell(translate(message, language))]
    return Report(text(TITLE, language), (), sections, notes, (table,), table)


def _left_out(result: ComputeResult, kept: Sequence[int], language: str) -> list[Cell]:
    values = result.entities[0].values if result.entities else ()
    names = tuple(label(value, language) for index, value in enumerate(values) if index not in kept)
    if not names:
        return []
    message = say("Without the figures that they need: {indicators}.", indicators=names)
    return [Cell(translate(message, language), style="dim")]


def _one(one: EntityIndicators, kept: Sequence[int], language: str, exact: bool) -> Section:
    columns = [
        column("label", N_("Indicator"), language),
        column("value", N_("Value"), language, right=True),
        *([column("value_exact", N_("Exact value"), language, right=True)] if exact else []),
        column("unit", N_("Unit"), language),
        column("reasons", N_("Reasons"), language),
    ]
    rows = [
        [
            Cell(label(value, language)),
            amount(value.value, value.shown),
            *([exactly(value.value_exact)] if exact else []),
            Cell(value.unit),
            Cell(said(value.reasons, language), style="unsure"),
        ]
        for value in (one.values[index] for index in kept)
    ]
    return Section("indicators", entity(one.name, one.id), columns, rows)


def _all(result: ComputeResult, kept: Sequence[int], language: str) -> Section:
    first = [result.entities[0].values[index] for index in kept]
    columns = [
        column("id", N_("Code"), language),
        column("name", N_("Entity"), language),
        *(Column(value.indicator, with_unit(label(value, language), value.unit, language), True) for value in first),
        column("note", N_("Note"), language),
    ]
    rows = [
        [
            Cell(one.id or ""),
            Cell(one.name or ""),
            *(amount(one.values[index].value, one.values[index].shown) for index in kept),
            EMPTY,
        ]
        for one in result.entities
    ]
    rows += [
        [
            Cell(row.id or ""),
            Cell(row.name or ""),
            *([EMPTY] * len(first)),
            Cell(f"{text(REJECTED, language)} {rejection(row, language)}", style="bad"),
        ]
        for row in result.rejected
    ]
    # A column in which nothing stands takes no room.
    if not any(row[0].text for row in rows):
        columns, rows = columns[1:], [row[1:] for row in rows]
    if not result.rejected:
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return Section("indicators", "", columns, rows, leading=1 if columns[0].key == "name" else 2)
