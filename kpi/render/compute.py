"""The answer of `compute`: every indicator of every entity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kpi.evaluation.results import ComputeResult, EntityIndicators, IndicatorValue
from kpi.evaluation.table import ID, NAME, Rejected
from kpi.locale import N_, text, translate
from kpi.problems import say
from kpi.render import as_json
from kpi.render.as_json import Data
from kpi.render.report import EMPTY, Cell, Column, Frames, Report, Section
from kpi.render.words import REJECTED, amount, column, entity, exactly, label, rejection, said, with_unit

if TYPE_CHECKING:
    import polars

TITLE = N_("Indicators")


def data(result: ComputeResult, language: str, exact: bool = False) -> Data:
    """The answer for scripts."""
    return {
        "entities": (_entity_data(one, result.of_several, language, exact) for one in result.entities),
        "rejected": [as_json.rejected(row, language) for row in result.rejected],
        "summary": {
            "read": result.summary.read,
            "evaluated": result.summary.evaluated,
            "undefined": result.summary.undefined,
            "rejected": result.summary.rejected,
        },
        "problems": as_json.problems(result.problems, language),
    }


def _entity_data(one: EntityIndicators, of_several: bool, language: str, exact: bool) -> Data:
    return {
        "id": one.id,
        "name": one.name,
        "indicators": [_value_data(value, language, exact) for value in one.values],
        **as_json.read_from(one.place if of_several else None),
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
    kept = result.figured
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
    names = {"id": N_("Code"), "name": N_("Entity")} if _coded(result) else {"name": N_("Entity")}
    notes = [(row, f"{text(REJECTED, language)} {rejection(row, language)}") for row in result.rejected]
    columns = [
        *(column(key, title, language) for key, title in names.items()),
        *(Column(value.indicator, with_unit(label(value, language), value.unit, language), True) for value in first),
        *([column("note", N_("Note"), language)] if notes else []),
    ]
    keys = [each.key for each in columns]
    frames = None
    # An indicator may be called like another column; then there are only cells.
    if result.counts is not None and len(set(keys)) == len(keys):
        frames = _frames(result.counts, {value.indicator: value.decimals for value in first}, keys, notes)
    return Section("indicators", "", columns, _rows(result, kept, names, notes), len(names), frames)


def _coded(result: ComputeResult) -> bool:
    """Whether anybody has a code: a column in which nothing stands takes no room."""
    if any(row.id for row in result.rejected):
        return True
    if result.counts is None:
        return any(one.id for one in result.entities)
    return result.counts[ID].is_not_null().any()


def _rows(
    result: ComputeResult, kept: Sequence[int], names: Iterable[str], notes: Sequence[tuple[Rejected, str]]
) -> Iterator[list[Cell]]:
    """A line an entity, then the rows that are none: no row ever vanishes."""
    for one in result.entities:
        who = {"id": Cell(one.id or ""), "name": Cell(one.name or "")}
        values = (amount(one.values[index].value, one.values[index].shown) for index in kept)
        yield [*(who[key] for key in names), *values, *([EMPTY] if notes else [])]
    for row, note in notes:
        who = {"id": Cell(row.id or ""), "name": Cell(row.name or "")}
        yield [*(who[key] for key in names), *([EMPTY] * len(kept)), Cell(note, style="bad")]


def _frames(
    counts: polars.DataFrame,
    decimals: Mapping[str, int],
    keys: Sequence[str],
    notes: Sequence[tuple[Rejected, str]],
) -> Frames:
    """The same as columns."""
    import polars

    from kpi.render.counts import NUMBERS, TEXTS, Way

    rejected = {
        "id": [row.id for row, _ in notes],
        "name": [row.name for row, _ in notes],
        "note": [note for _, note in notes],
    }

    def made(way: Way) -> polars.DataFrame:
        found = {key: way.number(polars.col(key), places) for key, places in decimals.items()}
        if way.undefined is not None:
            found = {key: cell.fill_null(way.undefined) for key, cell in found.items()}
        rows = counts.select(polars.col(ID).alias("id"), polars.col(NAME).alias("name"), **found)
        whole = [rows, polars.DataFrame(rejected, dict.fromkeys(rejected, polars.String()))]
        return polars.concat(whole, how="diagonal").select(keys)

    return Frames(lambda: made(NUMBERS), lambda: made(TEXTS))
