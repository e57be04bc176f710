"""Goals of single zones (园区目标分解表) from files: zones × targets, targets × zones, or one goal a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kpi.definitions.model import Definitions
from kpi.definitions.target_model import Target
from kpi.definitions.zone_goals import restated
from kpi.evaluation.table import Source
from kpi.evaluation.targets.zones import ZoneGoals
from kpi.figures import formats
from kpi.figures.actuals import HEADERS, TARGET, UNIT, ZONE
from kpi.figures.layout.leftover import says_total
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.sheet import Sheet
from kpi.figures.subjects import ZoneNames, unknown
from kpi.figures.text_rows import headed, positions, texts
from kpi.figures.vocabulary import comparable, half_width
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, errors, say

GOAL = "目标值"
_HEADERS: Mapping[str, Sequence[str]] = {
    ZONE: HEADERS[ZONE],
    TARGET: HEADERS[TARGET],
    GOAL: (GOAL, "目标数", "任务数", "任务", "年度目标", "全年目标", "goal"),
    UNIT: HEADERS[UNIT],
}
_NO_GOALS = ("序号", "备注", "no.")  # columns that say none


@frozen
class _Cell:
    """One goal of one zone: the names and the text as they are written, the unit of its header or row, its place."""

    zone: str
    target: str
    text: str
    unit: str
    place: Place


def read(
    paths: Sequence[str | Path], definitions: Definitions, stdin: bytes | None = None, manner: Manner = PLAIN
) -> ZoneGoals:
    """The goals in these files; an empty cell leaves the goal of the definitions.

    Raises KpiError with everything that is wrong in them.
    """
    names = ZoneNames(filter(None, (plan.zone for plan in definitions.plans.values())))
    keys = _keys(definitions)
    found: dict[tuple[str, str], tuple[Target, Place]] = {}
    sources: list[Source] = []
    problems: list[Problem] = []
    for path in paths:
        for sheet in (headed(each, _HEADERS, 1) for each in formats.sheets(path, stdin, manner)):
            try:
                cells = list(_cells(sheet))
            except KpiError as error:
                problems += error.problems
                continue
            sources.append(Source(sheet.file, sheet.name, sheet.sha256(), len(cells)))
            for cell in cells:
                if says_total(cell.zone):
                    continue
                zone = names.spelled(cell.zone, cell.place, [])
                try:
                    _enter(cell, zone, keys, definitions, found)
                except KpiError as error:
                    problems += error.problems
    problems = list(dict.fromkeys(problems))
    if errors(problems):
        raise KpiError(problems)
    zones = tuple(dict.fromkeys(zone for zone, _ in found))
    return ZoneGoals(zones, {at: target for at, (target, _) in found.items()}, tuple(sources))


def _keys(definitions: Definitions) -> dict[str, tuple[str, ...]]:
    """The targets that a name may stand for: that of its key, else those of its label, else of its aliases."""
    found: dict[str, tuple[str, ...]] = {}
    for names in (
        lambda target: (target.key,),
        lambda target: (target.label, target.label_en),
        lambda target: target.aliases,
    ):
        own: dict[str, tuple[str, ...]] = {}
        for key, target in definitions.targets.items():
            for name in filter(None, names(target)):
                way = comparable(name)
                own[way] = tuple(dict.fromkeys((*own.get(way, ()), key)))
        found = {**own, **found}
    return found


def _enter(
    cell: _Cell,
    zone: str,
    keys: Mapping[str, tuple[str, ...]],
    definitions: Definitions,
    found: dict[tuple[str, str], tuple[Target, Place]],
) -> None:
    """Read one goal. Raises KpiError with what is wrong with it."""
    known = [
        definitions.targets[key]
        for key in keys.get(comparable(cell.target), ())
        if definitions.targets[key].plan.zone in ("", zone)
    ]
    if not known:
        shown = {comparable(target.label): target.label for target in definitions.targets.values()}
        raise KpiError(unknown(cell.target, shown, cell.place))
    if len(known) > 1:
        message = say("“{name}” can mean {keys}.", name=cell.target, keys=tuple(target.key for target in known))
        raise KpiError(Problem("ambiguous-target", message, cell.place, hint=say("Write the key of the target.")))
    (target,) = known
    written = cell.text + cell.unit if cell.text[-1:].isdigit() or cell.text[-1:] == "." else cell.text
    own = restated(target, written, definitions.units, cell.place)
    _, place = found.setdefault((zone, target.key), (own, cell.place))
    if place is not cell.place:
        message = say("“{target}” has two goals for {zone}.", target=target.key, zone=zone)
        raise KpiError(Problem("goal-twice", message, cell.place, hint=say("Keep the one that holds.")))


def _cells(sheet: Sheet) -> Iterator[_Cell]:
    """The goals of a sheet, whichever way it is laid out."""
    columns = {name: position for name, (position, _) in positions(sheet.header, _HEADERS).items()}
    if ZONE in columns and GOAL in columns and TARGET in columns:
        yield from _one_a_row(sheet, columns)
    elif (ZONE in columns) != (TARGET in columns):
        yield from _crossed(sheet, columns)
    else:
        raise KpiError(_no_columns(sheet))


def _one_a_row(sheet: Sheet, columns: Mapping[str, int]) -> Iterator[_Cell]:
    loaded = sheet.load(list(columns.values()), ()).frame
    written = {name: texts(loaded[str(position)]) for name, position in columns.items()}
    for at in range(loaded.height):
        row = {name: written[name][at] for name in columns}
        place = sheet.place(columns[GOAL], sheet.first_row + at, row[TARGET])
        if row[GOAL]:
            yield _Cell(row[ZONE], row[TARGET], row[GOAL], row.get(UNIT, ""), place)


def _crossed(sheet: Sheet, columns: Mapping[str, int]) -> Iterator[_Cell]:
    """Zones down and targets across, or the other way round."""
    down = ZONE if ZONE in columns else TARGET
    taken = {columns[down], *([columns[UNIT]] if UNIT in columns else [])}
    across = {
        position: header
        for position, header in enumerate(map(str.strip, sheet.header))
        if position not in taken and header and header not in _NO_GOALS
    }
    loaded = sheet.load([*taken, *across], ()).frame
    written = {position: texts(loaded[str(position)]) for position in (*taken, *across)}
    for at in range(loaded.height):
        name = written[columns[down]][at]
        for position, header in across.items():
            text = written[position][at]
            if not (name and text):
                continue
            place = sheet.place(position, sheet.first_row + at, name)
            if down == ZONE:
                stem, _, inside = (
                    half_width(header).partition("(") if header.endswith((")", "）")) else (header, "", "")
                )
                yield _Cell(name, stem, text, inside.removesuffix(")"), place)
            else:
                yield _Cell(header, name, text, written[columns[UNIT]][at] if UNIT in columns else "", place)


def _no_columns(sheet: Sheet) -> Problem:
    return Problem(
        "goals-without-columns",
        say("The table of goals says neither zones nor targets in its first column."),
        sheet.place(0),
        expected=say(
            "A column 园区 and one for each target, 目标 and one for each zone, or 园区, 目标 and 目标值 are expected."
        ),
    )
