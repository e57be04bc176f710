"""The answer of `targets` for several zones: how each zone and each target stands, and every row for those who ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi import months
from kpi.definitions.target_model import Target
from kpi.evaluation.targets.results import FAILING, ORDER, Summary, TargetResult
from kpi.evaluation.targets.summing import ZonesResult
from kpi.locale import N_, translate
from kpi.numbers import from_float, plain
from kpi.problems import say
from kpi.render import as_json
from kpi.render.as_json import Data
from kpi.render.report import Cell, Frames, Report, Section
from kpi.render.targets import counted, notes, nothing, target_rows, units_data, units_table
from kpi.render.targets_columns import columns, rows
from kpi.render.targets_rows import data as rows_written
from kpi.render.targets_rows import table as rows_frame
from kpi.render.words import column, label, listed

if TYPE_CHECKING:
    import polars

LISTED = 200  # rows that a screen lists; more stand in a file
SHOWN = 40  # zones or targets of which a screen shows how they stand: those that need attention most

NUMBERS = ("actual", "completion", "elapsed", "lead", "lead_amount")


def data(result: ZonesResult, language: str) -> Data:
    """The answer for scripts."""
    whole = result.whole
    return {
        "through": whole.through.isoformat() if whole.through is not None else None,
        "targets": [],
        "zones": [{"zone": one.name, **_counts(one)} for one in result.zones],
        "by_target": [{"target": one.name, **_counts(one)} for one in result.targets],
        "units": units_data(whole.units),
        "rows": rows_written(result, language)
        if result.columns is not None
        else [_row_data(one, language) for one in whole.targets],
        "summary": {"targets": result.count, **{str(light): whole.lights[light] for light in ORDER}},
        "problems": as_json.problems(whole.problems, language),
    }


def _counts(one: Summary) -> Data:
    return {"targets": one.targets, **{str(light): one.lights[light] for light in ORDER}}


def _row_data(one: TargetResult, language: str) -> Data:
    standing = one.standing
    found: dict[str, object] = {
        "zone": one.target.plan.zone,
        "target": one.target.key,
        "kind": one.target.kind,
        "goal": standing.goal.text if standing is not None else None,
        "light": one.light,
        "through": months.named(one.month, 1) if one.month is not None else None,
        "unit": standing.unit if standing is not None else None,
    }
    for name in NUMBERS:
        number = getattr(standing, name, None)
        found[name] = None if number is None else number.value
    return found | {
        "lead_unit": (standing.lead_unit or None) if standing is not None else None,
        "met": standing.met if standing is not None else None,
        "stretch_light": one.stretch.light if one.stretch is not None else None,
        "reasons": as_json.reasons(standing.codes, standing.reasons, language) if standing is not None else [],
    }


def report(result: ZonesResult, language: str) -> Report:
    """How each zone, each target and each lead unit stands; the rows themselves, where they are few."""
    whole = result.whole
    day = whole.through
    lines = [Cell(translate(say("Through {day}.", day=day), language), style="dim")] if day is not None else []
    plans = dict.fromkeys(target.plan.label for target in _targets_of(result))
    if not result.count:
        return Report("", lines, (), [nothing(language)], (rows_table(result, language),))
    units = units_table(whole, language)
    listing = [_listing(whole.targets, language)] if result.count <= LISTED and result.columns is None else []
    sections = [*listing, _zones(result, language, SHOWN), _targets(result, language, SHOWN)]
    return Report(
        listed(plans, language),
        lines,
        [*sections, *([units_table(whole, language, _worst(whole.units, SHOWN))] if len(whole.units) > 1 else [])],
        [
            *(notes(whole, language, with_zones=True) if listing else []),
            *_left_out(result, language),
            _summary(result, language),
        ],
        sheets=(rows_table(result, language), _zones(result, language), _targets(result, language), units),
        table=rows_table(result, language),
    )


def _zones(result: ZonesResult, language: str, most: int | None = None) -> Section:
    """How zones stand; of more than `most` those that need attention most."""
    found = _worst(result.zones, most)
    return counted(("zones", N_("By zone")), ("name", N_("Zone")), found, lambda name: name, language)


def _targets(result: ZonesResult, language: str, most: int | None = None) -> Section:
    names = {target.key: label(target, language) for target in _targets_of(result)}
    found = _worst(result.targets, most)
    return counted(("by-target", N_("By target")), ("name", N_("Target")), found, lambda key: names[key], language)


def _targets_of(result: ZonesResult) -> Iterable[Target]:
    return result.columns.targets if result.columns is not None else (one.target for one in result.whole.targets)


def _worst(found: Sequence[Summary], most: int | None) -> Sequence[Summary]:
    """Those that need attention most, in their order, where there are more than `most`."""
    if most is None or len(found) <= most:
        return found
    worst = sorted(range(len(found)), key=lambda at: [-found[at].lights[light] for light in FAILING[::-1]])[:most]
    return [found[at] for at in sorted(worst)]


def _left_out(result: ZonesResult, language: str) -> Iterator[Cell]:
    """What a screen does not show, and how to have it."""
    if result.count > LISTED or result.columns is not None:
        message = say(
            "{count} rows are not listed; --output FILE.csv writes them, --zone lists one zone.", count=result.count
        )
        yield Cell(translate(message, language), style="dim")
    if max(len(result.zones), len(result.targets), len(result.whole.units)) > SHOWN:
        message = say("Tables show the {count} that are behind most; a workbook holds all of them.", count=SHOWN)
        yield Cell(translate(message, language), style="dim")


def _summary(result: ZonesResult, language: str) -> Cell:
    whole = result.whole
    message = say(
        "Zones: {zones}. Targets: {count}. Ahead {ahead}, on schedule {on_schedule}, behind {behind}, seriously behind "
        "{seriously_behind}, undefined {undefined}, not set {not_set}.",
        zones=len(result.zones),
        count=result.count,
        **{str(light): whole.lights[light] for light in ORDER},
    )
    return Cell(translate(message, language), style="good" if whole.holds else "bad")


def _listing(results: Sequence[TargetResult], language: str) -> Section:
    columns, rows = target_rows(results, language)
    zones = [one.target.plan.zone for one in results for _ in range(1 if one.stretch is None else 2)]
    shown = [zone if at == 0 or zones[at - 1] != zone else "" for at, zone in enumerate(zones)]
    return Section(
        "targets",
        "",
        [column("zone", N_("Zone"), language), *columns],
        [[Cell(zone), *row] for zone, row in zip(shown, rows, strict=True)],
        leading=2,
    )


# One row a zone and target, for spreadsheets and other programs.
ROWS = (
    "zone", "target", "label", "goal", "actual", "unit", "through", "completion", "elapsed", "lead", "lead_amount",
    "lead_unit", "light", "stretch_light", "lead_units", "reasons",
)  # fmt: skip


def rows_table(result: ZonesResult, language: str) -> Section:
    """One row a zone and target, for spreadsheets and other programs."""
    heads = columns(ROWS, language)
    if result.columns is None:
        return Section("rows", "", heads, rows(ROWS, result.whole.targets, language), leading=3)

    def frame() -> polars.DataFrame:
        return rows_frame(result, language).select(ROWS)

    return Section("rows", "", heads, _cells(frame), leading=3, frames=Frames(frame, frame))


def _cells(frame: Callable[[], polars.DataFrame]) -> Iterator[list[Cell]]:
    """Every row of a frame as cells, for forms that write cell by cell."""
    for row in frame().iter_rows():
        yield [
            Cell(plain(number), number) if (number := _number(cell)) is not None else Cell(cell or "") for cell in row
        ]


def _number(cell: object) -> Fraction | None:
    return from_float(cell) if isinstance(cell, float) else None
