"""A report on a terminal: tables with aligned double-width characters, folded or broken to the screen's width."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.render.report import Cell, Column, Report, Section
from kpi.render.screen import Screen, styled
from kpi.render.text import clean, fold, pad, width

GAP = "  "
INDENT = " "
RULE = "─"
# No text column is folded to less.
LEAST = 12

Row = Sequence[Cell]


def render(report: Report, screen: Screen) -> str:
    """The report as text; every line ends with a line break."""
    head = [Cell(report.title, style="title")] if report.title else []
    parts = [[_paragraph(cell, screen) for cell in (*head, *report.lines)]]
    parts += [_section(section, screen) for section in report.sections]
    parts.append([_paragraph(cell, screen) for cell in report.notes])
    return "\n".join("".join(line + "\n" for line in part) for part in parts if part)


def _paragraph(cell: Cell, screen: Screen) -> str:
    return "\n".join(styled(line, cell.style, screen.color) for line in fold(clean(cell.text), screen.width))


def _section(section: Section, screen: Screen) -> list[str]:
    rows = [[Cell(clean(cell.text), cell.number, cell.style) for cell in row] for row in section.rows]
    lines = [_paragraph(Cell(section.title, style="heading"), screen)] if section.title else []
    for number, block in enumerate(_blocks(section, rows, screen.width)):
        lines += [""] if number else []
        lines += _block([section.columns[i] for i in block], [[row[i] for i in block] for row in rows], screen)
    return lines


def _blocks(section: Section, rows: Sequence[Row], available: int) -> list[list[int]]:
    """Which columns stand side by side: all, or so many as fit, each block beginning with the leading ones."""
    least = [_least(column, [row[i] for row in rows]) for i, column in enumerate(section.columns)]
    leading = list(range(section.leading))
    blocks, block = [], list(leading)
    for index in range(section.leading, len(least)):
        if len(block) > len(leading) and _total([least[i] for i in [*block, index]]) > available:
            blocks.append(block)
            block = list(leading)
        block.append(index)
    return [*blocks, block]


def _total(widths: Sequence[int]) -> int:
    return len(INDENT) + sum(widths) + len(GAP) * (len(widths) - 1)


def _natural(column: Column, cells: Sequence[Cell]) -> int:
    return max([width(clean(column.title)), *(width(cell.text) for cell in cells)])


def _least(column: Column, cells: Sequence[Cell]) -> int:
    """How narrow the column may become: titles and texts are folded, numbers never."""
    title = min(width(clean(column.title)), LEAST)
    texts = [width(cell.text) for cell in cells]
    return max([title, *texts]) if column.right else min(max([title, *texts]), LEAST)


def _block(columns: Sequence[Column], rows: Sequence[Row], screen: Screen) -> list[str]:
    widths = _widths(columns, rows, screen.width)
    titles = [Cell(clean(column.title), style="heading") for column in columns]
    lines = _lines(columns, titles, widths, screen)
    lines.append(INDENT + GAP.join(RULE * size for size in widths))
    for row in rows:
        lines += _lines(columns, row, widths, screen)
    return lines


def _widths(columns: Sequence[Column], rows: Sequence[Row], available: int) -> list[int]:
    """Natural widths; too wide together, the widest text columns give way first."""
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


def _lines(columns: Sequence[Column], row: Row, widths: Sequence[int], screen: Screen) -> list[str]:
    """One row, over as many lines as its longest folded cell takes."""
    folded = [fold(cell.text, size) for cell, size in zip(row, widths, strict=True)]
    lines = []
    for number in range(max(map(len, folded))):
        texts = [part[number] if number < len(part) else "" for part in folded]
        padded = [pad(text, size, column.right) for text, size, column in zip(texts, widths, columns, strict=True)]
        shown = [styled(text, cell.style, screen.color) for text, cell in zip(padded, row, strict=True)]
        lines.append((INDENT + GAP.join(shown)).rstrip())
    return lines
