"""Goals of single zones (园区目标分解表) from files: zones × targets, targets × zones, or one goal a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kpi.definitions.model import Definitions
from kpi.definitions.target_model import Target
from kpi.definitions.zone_goals import restated
from kpi.evaluation.table import Source
from kpi.evaluation.targets.zones import ZoneGoals
from kpi.figures import bulk, formats
from kpi.figures.actuals import HEADERS, TARGET, UNIT, ZONE
from kpi.figures.goal_columns import Held, Strip, goal_twice
from kpi.figures.layout.leftover import says_total
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.sheet import Sheet
from kpi.figures.subjects import ZoneNames, unknown
from kpi.figures.text_rows import as_texts, headed, positions
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

    def alone(name: str) -> Target | None:
        """The one target that a name stands for in every zone."""
        known = keys.get(comparable(name), ())
        target = definitions.targets[known[0]] if len(known) == 1 else None
        return target if target is not None and not target.plan.zone else None

    held = Held(names, definitions.units, alone)
    found: dict[tuple[str, str], tuple[Target, Place]] = {}
    sources: list[Source] = []
    problems: list[Problem] = []
    for path in paths:
        for sheet in (headed(each, _HEADERS, 1) for each in formats.sheets(path, stdin, manner)):
            before = held.count
            try:
                cells = [cell for cell in _cells(sheet, held) if not says_total(cell.zone)]
            except KpiError as error:
                problems += error.problems
                continue
            sources.append(Source(sheet.file, sheet.name, sheet.sha256(), len(cells) + held.count - before))
            for cell in cells:
                zone = names.spelled(cell.zone, cell.place, [])
                try:
                    _enter(cell, zone, keys, definitions, found)
                except KpiError as error:
                    problems += error.problems
    columns, twice = held.columns()
    if columns is not None:
        twice += [
            goal_twice(key, zone, place)
            for (zone, key), (_, place) in found.items()
            if any(columns.of(zone, [key], definitions.units))
        ]
    problems = list(dict.fromkeys((*problems, *twice)))
    if errors(problems):
        raise KpiError(problems)
    zones = tuple(dict.fromkeys((*held.zones, *(zone for zone, _ in found))))
    return ZoneGoals(zones, {at: target for at, (target, _) in found.items()}, tuple(sources), columns)


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
    if not zone:
        raise KpiError(Problem("zone-missing", say("Nobody says of which zone this goal is."), cell.place))
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
        raise KpiError(goal_twice(target.key, zone, cell.place))


def _cells(sheet: Sheet, held: Held) -> Iterator[_Cell]:
    """The goals of a sheet, whichever way it is laid out; of a large one those that are not plain."""
    columns = {name: position for name, (position, _) in positions(sheet.header, _HEADERS).items()}
    if ZONE in columns and GOAL in columns and TARGET in columns:
        strip = _one_a_row(sheet, columns)
    elif (ZONE in columns) != (TARGET in columns):
        strip = _crossed(sheet, columns)
    else:
        raise KpiError(_no_columns(sheet))
    large = len(strip.text) >= bulk.MANY
    for at in held.take(strip) if large else range(len(strip.text)):
        text = (strip.text[at] or "").strip()
        if text:
            names = (strip.zone, strip.target, strip.unit)
            zone, target, unit = ("" if known is None else (known[at] or "").strip() for known in names)
            yield _Cell(zone, target, text, unit, strip.place(at))


def _one_a_row(sheet: Sheet, columns: Mapping[str, int]) -> Strip:
    loaded = sheet.load(list(columns.values()), ()).frame
    written = {name: as_texts(loaded[str(position)]) for name, position in columns.items()}
    names = written[TARGET]

    def place(at: int) -> Place:
        return sheet.place(columns[GOAL], sheet.first_row + at, (names[at] or "").strip())

    return Strip(written[ZONE], names, written.get(UNIT), written[GOAL], place)


def _crossed(sheet: Sheet, columns: Mapping[str, int]) -> Strip:
    """Zones down and targets across, or the other way round; row by row."""
    import polars

    down = ZONE if ZONE in columns else TARGET
    taken = {columns[down], *([columns[UNIT]] if UNIT in columns else [])}
    across = [
        (position, header)
        for position, header in enumerate(map(str.strip, sheet.header))
        if position not in taken and header and header not in _NO_GOALS
    ]
    loaded = sheet.load([*taken, *(position for position, _ in across)], ()).frame
    number = polars.int_range(loaded.height * len(across), eager=True)
    row, column = number // max(len(across), 1), number % max(len(across), 1)
    cells = [as_texts(loaded[str(position)]) for position, _ in across]
    whole = polars.concat(cells) if cells else polars.Series(dtype=polars.String)
    names = as_texts(loaded[str(columns[down])]).gather(row)
    text = whole.gather(column * loaded.height + row)
    text = text.zip_with(names.str.strip_chars().fill_null("") != "", names.clear(len(names)))

    def place(at: int) -> Place:
        return sheet.place(across[column[at]][0], sheet.first_row + row[at], (names[at] or "").strip())

    if down == TARGET:
        zones = polars.Series([header for _, header in across], dtype=polars.String).gather(column)
        unit = as_texts(loaded[str(columns[UNIT])]).gather(row) if UNIT in columns else None
        return Strip(zones, names, unit, text, place)
    parted = [
        half_width(header).partition("(") if header.endswith((")", "）")) else (header, "", "") for _, header in across
    ]
    targets, units = (
        polars.Series(each, dtype=polars.String).gather(column)
        for each in ([stem for stem, _, _ in parted], [inside.removesuffix(")") for _, _, inside in parted])
    )
    return Strip(names, targets, units, text, place)


def _no_columns(sheet: Sheet) -> Problem:
    return Problem(
        "goals-without-columns",
        say("The table of goals says neither zones nor targets in its first column."),
        sheet.place(0),
        expected=say(
            "A column 园区 and one for each target, 目标 and one for each zone, or 园区, 目标 and 目标值 are expected."
        ),
    )
