"""Tests as tables: a row an entity; left of the column headed → its figures, right of it what must come out.

    企业名称 | 规模 | 税收（万元） | 用地面积 | → | 亩均税收 | 得分 亩均税收 | 档次
    甲       | 规上 | 900          | 50       |   | 18.00    | 24.67         | B

The figures are read as a file of figures is (kpi/figures/cases.py); here only the expectations are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from kpi.definitions.cases import UNDEFINED, Case, Expectation, GivenFigure, Kind, Written
from kpi.definitions.context import Reading
from kpi.definitions.expected import Rules, expectation, report
from kpi.definitions.files import named_text
from kpi.definitions.positions import Path
from kpi.frozen import frozen
from kpi.problems import Place, say
from kpi.regex import compiled
from kpi.units import UnitError

ARROWS = ("→", "⇒", "=>", "->")
_RULER = compiled(r"[\s|:+-]*-[\s|:+-]*")
_WORD_AND_NAME = compiled(r"(?P<word>[^ .·:：]+)[ .·:：]+(?P<name>.+)")
_BRACKETED = compiled(r"(?P<rest>.+?)[(（](?P<unit>[^()（）]*)[)）]")

# What may stand in a header, beside the keys of `expect` themselves.
_ALONE: Mapping[str, Kind] = {
    "达标": Kind.PASSES,
    "总分": Kind.SCORE,
    "排名": Kind.RANK,
    "名次": Kind.RANK,
    "档次": Kind.TIER,
    "类别": Kind.TIER,
    "初评": Kind.FIRST_TIER,
    "初定类别": Kind.FIRST_TIER,
    "直接定档": Kind.OVERRIDES,
    "状态": Kind.STATUS,
    "勾稽关系": Kind.CHECKS,
    **{str(kind): kind for kind in (Kind.PASSES, Kind.SCORE, Kind.RANK, Kind.TIER, Kind.FIRST_TIER, Kind.STATUS)},
}
_BEFORE_A_NAME: Mapping[str, Kind] = {
    "差额": Kind.SHORTFALL,
    "得分": Kind.ITEM,
    "加减分": Kind.ADJUSTMENT,
    "措施": Kind.MEASURE,
    **{str(kind): kind for kind in (Kind.SHORTFALL, Kind.ITEM, Kind.ADJUSTMENT, Kind.MEASURE)},
}


@frozen
class Cell:
    text: str
    where: Written


Grid = list[list[Cell]]


def from_text(text: str, path: Path) -> Grid:
    """The cells of a table that stands in the definitions, separated by |, tabs or commas."""
    grid: Grid = []
    offset = 0
    for line in text.split("\n"):
        if line.strip() and not _RULER.fullmatch(line):
            grid.append([Cell(cell, Written(path, offset + at)) for at, cell in _cells(line)])
        offset += len(line) + 1
    return grid


def _cells(line: str) -> Iterator[tuple[int, str]]:
    """The cells of a line, each with the place of its first character."""
    if "|" in line:
        inner = line.rstrip().removesuffix("|")
        start = len(inner) - len(inner.lstrip().removeprefix("|"))
        for cell in inner[start:].split("|"):
            yield start + len(cell) - len(cell.lstrip()), cell.strip()
            start += len(cell) + 1
    elif "\t" in line:
        start = 0
        for cell in line.split("\t"):
            yield start, cell.strip()
            start += len(cell) + 1
    else:
        # Quotes may hide commas, so a cell's own place is not known, only that of its line.
        yield from ((0, cell.strip()) for cell in next(csv.reader(io.StringIO(line.replace("，", ",")))))


def from_file(name: str, path: Path, reading: Reading) -> Grid | None:
    """The cells of a table in a CSV file; None after reporting why it cannot be had."""
    text = named_text(name, path, reading)
    if text is None:
        return None
    folder = reading.sources.origin(path).folder
    file = str(folder / name) if folder is not None else name
    delimiter = max(",\t;", key=text.partition("\n")[0].count)
    try:
        rows = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        numbered = [(rows.line_num, [cell.strip() for cell in row]) for row in rows]
    except csv.Error as error:
        message = say("{path} is no CSV file: {detail}.", path=name, detail=str(error))
        report(reading, Written(path), "not-csv", message)
        return None
    return [
        [Cell(cell, Written(path, place=Place(file=file, line=line))) for cell in row]
        for line, row in numbered
        if any(row)
    ]


def read_grid(grid: Grid, path: Path, reading: Reading, rules: Rules) -> tuple[tuple[str, ...], list[Case]]:
    """The headers of the figures, and one case a row with all cells of its figures."""
    header = grid[0] if grid else []
    arrow = next((at for at, cell in enumerate(header) if cell.text in ARROWS), None)
    if arrow is None or len(grid) < 2:
        report(
            reading,
            Written(path),
            "test-table",
            say("The table has no column headed →, or no row below its header."),
            expected=say("Expected figures, then a column headed →, then what must come out."),
        )
        return (), []
    cases = []
    for row in grid[1:]:
        if len(row) > len(header):
            message = say(
                "The row has {cells} cells, but the header has {columns}.", cells=len(row), columns=len(header)
            )
            report(reading, row[len(header)].where, "row-too-long", message)
            continue
        figures = [_figure(header[at].text, row[at] if at < len(row) else None, row) for at in range(arrow)]
        expect = [one for at in range(arrow + 1, len(row)) for one in _expected(header[at], row[at], reading, rules)]
        cases.append(Case(None, None, tuple(figures), tuple(expect), row[0].where))
    return tuple(cell.text for cell in header[:arrow]), cases


def _figure(header: str, cell: Cell | None, row: Sequence[Cell]) -> GivenFigure:
    return GivenFigure(header, cell.text if cell else "", cell.where if cell else row[0].where)


def _expected(header: Cell, cell: Cell, reading: Reading, rules: Rules) -> Iterator[Expectation]:
    """What a cell right of the arrow expects; nothing where it is empty."""
    if not cell.text:
        return
    if header.text in _ALONE:
        yield from expectation(_ALONE[header.text], "", cell.text, cell.where, reading, rules)
        return
    parted = _WORD_AND_NAME.fullmatch(header.text)
    kind = _BEFORE_A_NAME.get(parted["word"], Kind.VALUE) if parted else Kind.VALUE
    name, unit = _unit(header.text if parted is None or kind is Kind.VALUE else parted["name"], reading)
    text = cell.text if cell.text == UNDEFINED or not cell.text[-1:].isdigit() else cell.text + unit
    yield from expectation(kind, name, text, cell.where, reading, rules)


def _unit(header: str, reading: Reading) -> tuple[str, str]:
    """The header without the unit that it names in brackets, and that unit."""
    bracketed = _BRACKETED.fullmatch(header)
    if bracketed is None:
        return header, ""
    try:
        reading.units.parse(bracketed["unit"])
    except UnitError:
        return header, ""
    return bracketed["rest"], bracketed["unit"]
