"""A report on a terminal: tables that rich draws, folded or broken to the screen's width."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kpi.render.report import Cell, Column, Report, Section
from kpi.render.screen import STYLES, Screen
from kpi.render.text import breakable, clean, unmarked

# What a table takes beside its columns' widths: a space before each, and rich's divider between two.
BEFORE = 1
BETWEEN = 1
# No text column is folded to less.
LEAST = 12

Row = Sequence[Cell]
Shown = Padding | Table | Text | str


def render(report: Report, screen: Screen) -> str:
    """The report as text; every line ends with a line break."""
    console = _console(screen)
    head = [Cell(report.title, style="title")] if report.title else []
    parts = [[_paragraph(cell, screen.width) for cell in (*head, *report.lines)]]
    parts += [_section(section, screen.width) for section in report.sections]
    parts.append([_paragraph(cell, screen.width) for cell in report.notes])
    with console.capture() as captured:
        for number, part in enumerate(part for part in parts if part):
            for shown in ["", *part] if number else part:
                # Numbers are never cut, not even on a screen that is too narrow for them.
                console.print(shown, crop=False)
    return "".join(line.rstrip() + "\n" for line in unmarked(captured.get()).splitlines())


def _console(screen: Screen) -> Console:
    """A console that draws the same on every system, whatever the environment says."""
    return Console(
        file=StringIO(),
        width=screen.width,
        color_system="standard" if screen.color else None,
        force_terminal=screen.color,
        no_color=not screen.color,
        force_jupyter=False,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _paragraph(cell: Cell, available: int) -> Shown:
    """A text of its own; one that begins with spaces is indented on every line."""
    text = clean(cell.text)
    indented = text.lstrip(" ")
    return Padding.indent(_text(indented, cell.style), min(len(text) - len(indented), available // 2))


def _text(text: str, style: str) -> Text:
    """Cleaned text as rich draws it: never markup, broken where Chinese may be."""
    return Text.styled(breakable(text), STYLES.get(style, ""), overflow="fold")


def _section(section: Section, available: int) -> list[Shown]:
    rows = [[Cell(clean(cell.text), cell.number, cell.style) for cell in row] for row in section.rows]
    columns = [Column(column.key, clean(column.title), column.right) for column in section.columns]
    parts = [_paragraph(Cell(section.title, style="heading"), available)] if section.title else []
    for number, block in enumerate(_blocks(columns, rows, section.leading, available)):
        parts += [""] if number else []
        beside = [[row[i] for i in block] for row in rows]
        # A line that goes on below another (a second goal) has nothing to say in most blocks.
        told = [row for row in beside if not number or any(cell.text for cell in row)]
        parts += _table([columns[i] for i in block], told, available)
    return parts


def _blocks(columns: Sequence[Column], rows: Sequence[Row], leading: int, available: int) -> list[list[int]]:
    """Which columns stand side by side: all, or so many as fit, each block beginning with the leading ones."""
    least = [_least(column, [row[i] for row in rows]) for i, column in enumerate(columns)]
    blocks, block = [], list(range(leading))
    for index in range(leading, len(least)):
        if len(block) > leading and _total([least[i] for i in [*block, index]]) > available:
            blocks.append(block)
            block = list(range(leading))
        block.append(index)
    return [*blocks, block]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + BEFORE * len(widths) + BETWEEN * (len(widths) - 1)


def _natural(column: Column, cells: Sequence[Cell]) -> int:
    return max([cell_len(column.title), *(cell_len(cell.text) for cell in cells)])


def _least(column: Column, cells: Sequence[Cell]) -> int:
    """How narrow the column may become: titles and texts are folded, numbers never."""
    title = min(cell_len(column.title), LEAST)
    texts = [cell_len(cell.text) for cell in cells]
    return max([title, *texts]) if column.right else min(max([title, *texts]), LEAST)


def _widths(columns: Sequence[Column], rows: Sequence[Row], available: int) -> list[int]:
    """Natural widths; too wide together, the widest columns give way first.

    rich would narrow number columns below their numbers, or none of them and then not fold their titles.
    """
    cells = [[row[i] for row in rows] for i in range(len(columns))]
    widths = [_natural(column, cells[i]) for i, column in enumerate(columns)]
    least = [_least(column, cells[i]) for i, column in enumerate(columns)]
    excess = _total(widths) - available
    while excess > 0:
        widest = max(range(len(widths)), key=lambda i: (widths[i] > least[i], widths[i]))
        if widths[widest] <= least[widest]:
            break
        widths[widest] -= 1
        excess -= 1
    return widths


def _table(columns: Sequence[Column], rows: Sequence[Row], available: int) -> list[Shown]:
    """The header, and the rows below it: plain ones as lines, which is ten times as fast as rich draws them."""
    widths = _widths(columns, rows, available)
    parts: list[Shown] = [_drawn(columns, widths, (), header=True)]
    for plain, some in groupby(rows, lambda row: _plain(row, widths)):
        shown = list(some)
        parts.append(_lines(columns, widths, shown) if plain else _drawn(columns, widths, shown, header=False))
    return parts


def _plain(row: Row, widths: Sequence[int]) -> bool:
    """Whether every cell is one line without a style."""
    return all(not cell.style and cell_len(cell.text) <= width for cell, width in zip(row, widths, strict=True))


def _lines(columns: Sequence[Column], widths: Sequence[int], rows: Sequence[Row]) -> Text:
    lines = []
    for row in rows:
        cells = []
        for column, width, cell in zip(columns, widths, row, strict=True):
            space = " " * (width - cell_len(cell.text))
            cells.append(" " * BEFORE + (space + cell.text if column.right else cell.text + space))
        lines.append((" " * BETWEEN).join(cells))
    return Text("\n".join(lines), no_wrap=True, overflow="ignore")


def _drawn(columns: Sequence[Column], widths: Sequence[int], rows: Sequence[Row], header: bool) -> Table:
    # With the whole width fixed rich never narrows a column.
    table = Table(
        box=SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 0, 0, BEFORE),
        header_style="",
        width=_total(widths),
        show_header=header,
    )
    for column, size in zip(columns, widths, strict=True):
        table.add_column(_text(column.title, "heading"), width=size, justify="right" if column.right else "left")
    for row in rows:
        table.add_row(*(_text(cell.text, cell.style) for cell in row))
    return table
