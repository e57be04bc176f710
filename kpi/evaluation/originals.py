"""A file of figures as it was sent. Places of problems are places in it, whatever was understood of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kpi.frozen import frozen


@frozen
class CellGrid:
    """name: of the worksheet, None for text. rows: from A1 on, as long as they are.

    hidden: the worksheet itself. hidden_rows: as people count. hidden_columns: from 0.
    """

    name: str | None
    rows: Sequence[Sequence[Any]]
    hidden: bool = False
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()


@frozen
class Original:
    """workbook: its bytes, where it is an .xlsx or .xlsm; else its cells."""

    file: str
    workbook: bytes | None
    grids: tuple[CellGrid, ...] = ()
