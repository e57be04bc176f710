"""A report on a terminal: tables with aligned double-width characters, folded or broken to the screen's width."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kpi.render.report import Cell, Column, Report, Section
from kpi.render.screen import STYLES, Screen
from kpi.render.text import MAY_BREAK, breakable, clean

# Columns of the terminal between two columns of a table, and before the first.
GAP = 2
INDENT = 1
# No text column is folded to less.
LEAST = 12

Row = Sequence[Cell]


def render(report: Report, screen: Screen) -> str:
    """The report as text; every line ends with a line break."""
    head = [Cell(report.title, style="title")] if report.title else []
    parts = [_drawn([_paragraph(cell) for cell in (*head, *report.lines)], screen)]
    parts += [_section(section, screen) for section in report.sections]
    parts.append(_drawn([_paragraph(cell) for cell in report.notes], screen))
    return "\n".join(part for part in parts if part)


def _drawn(shown: Sequence[Padding | Table], screen: Screen) -> str:
    """What rich makes of it, the same on every system and whatever the environment says."""
    console = Console(
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
    # Numbers are never cut, not even on a screen too narrow for them.
    with console.capture() as capture:
        console.print(*shown, sep="\n", crop=False) 
    return ""
