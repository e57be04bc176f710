"""Cells of a worksheet: found in its XML, and given another style."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property

from kpi.frozen import frozen
from kpi.regex import compiled
from kpi.render.marking.xml import attributes, before, local, tag, with_attribute

ROWS, COLUMNS = 1_048_576, 16_384
Cell = tuple[int, int]  # row and column, both from 1
_SPELLED = compiled(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_ROW_NUMBER = compiled(r"""\sr\s*=\s*["'](\d+)""")
_FILLED = compiled(r"<(?:[\w.-]+:)?(?:v|is|f)[\s/>]")
# What stands behind the drawing of comments in a worksheet (ECMA-376-1, CT_Worksheet).
_BEHIND = (
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)
_IDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def cell_of(name: str) -> Cell | None:
    """The cell that a spreadsheet calls so (F17); None for what is no cell of a worksheet."""
    found = _SPELLED.fullmatch(name)
    if found is None:
        return None
    row, column = int(found[2]), 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return (row, column) if row <= ROWS and column <= COLUMNS else None


def name_of(cell: Cell) -> str:
    row, column = cell
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


@frozen
class _Row:
    """Where a row stands in the XML: its start tag, its content, its end; without content the last three are equal."""

    number: int
    start: int
    content: int
    end: int
    behind: int


class Worksheet:
    """The XML of a worksheet."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = tag("sheetData").search(text)
        if found is None:
            raise ValueError("no <sheetData>")
        self._prefix = found["prefix"]
        if found[0].endswith("/>"):
            opened = f"{found[0][:-2].rstrip()}></{self._prefix}sheetData>"
            self.text = text[: found.start()] + opened + text[found.end() :]
        self._first = self.text.index(">", found.start()) + 1
        self._last = self.text.rindex(f"</{self._prefix}sheetData")

    def shown(self, cells: Collection[Cell]) -> dict[Cell, Cell]:
        """For each of the cells the one that shows what it holds: of a merged block the first, otherwise itself."""
        found = {cell: cell for cell in cells}
        ordered = sorted(cells)
        for start in tag("mergeCell").finditer(self.text, self._last):
            first, _, last = attributes(start[0])["ref"].partition(":")
            top, bottom = cell_of(first), cell_of(last or first)
            if top is None or bottom is None:
                continue
            for cell in ordered[bisect_left(ordered, (top[0], 0)) : bisect_left(ordered, (bottom[0] + 1, 0))]:
                if top[1] <= cell[1] <= bottom[1]:
                    found[cell] = top
        return found

    def first_filled(self, wanted: set[int]) -> dict[int, int]:
        """The first columns with something in them, by row."""
        found: dict[int, int] = {}
        for row in self._rows() if wanted else ():
            if row.number in wanted:
                for column, start, end in self._cells(row):
                    if _FILLED.search(self.text, start, end):
                        found[row.number] = column
                        break
        return found

    def styled(self, marks: Mapping[int, Mapping[int, Callable[[int], int]]]) -> str:
        """The XML with other styles: row → column → the style (a number) that follows from the one it had.

        Cells and rows that are not there are made; a new cell takes after its row, else its column.
        """
        pieces: list[str] = []
        done, left = 0, deque(sorted(marks))
        for row in self._rows():
            if not left:
                break
            if left[0] > row.number:
                continue
            pieces.append(self.text[done : row.start])
            done = row.start
            while left and left[0] < row.number:
                pieces.append(self._new_row(left[0], marks[left.popleft()]))
            if left and left[0] == row.number:
                pieces.append(self._marked_row(row, marks[left.popleft()]))
                done = row.behind
        pieces.append(self.text[done : self._last])
        pieces += [self._new_row(number, marks[number]) for number in left]
        return "".join([*pieces, self.text[self._last :]])

    def _rows(self) -> Iterator[_Row]:
        number, end = 0, f"</{self._prefix}row"
        for start in tag("row").finditer(self.text, self._first, self._last):
            said = _ROW_NUMBER.search(start[0])
            number = int(said[1]) if said else number + 1
            closed = behind = start.end()
            if not start[0].endswith("/>"):
                closed = self.text.index(end, start.end())
                behind = self.text.index(">", closed) + 1
            yield _Row(number, start.start(), start.end(), closed, behind)

    def _cells(self, row: _Row) -> Iterator[tuple[int, int, int]]:
        """Column, start and end of each cell."""
        column = 0
        for start in tag("c").finditer(self.text, row.content, row.end):
            said = cell_of(attributes(start[0]).get("r", ""))
            column = said[1] if said else column + 1
            closed = start.end()
            if not start[0].endswith("/>"):
                closed = self.text.index(">", self.text.index(f"</{self._prefix}c", start.end())) + 1
            yield column, start.start(), closed

    def _marked_row(self, row: _Row, marks: Mapping[int, Callable[[int], int]]) -> str:
        head = self.text[row.start : row.content]
        said = attributes(head)
        own = int(said["s"]) if "s" in said and said.get("customFormat") in ("1", "true") else None
        left = dict(sorted(marks.items()))
        pieces: list[str] = []
        done = row.content
        for column, start, _ in self._cells(row):
            for missing in [missing for missing in left if missing < column]:
                pieces += [self.text[done:start], self._new_cell((row.number, missing), left.pop(missing), own)]
                done = start
            if column in left:
                opened = self.text[start : self.text.index(">", start) + 1]
                style = left.pop(column)(int(attributes(opened).get("s", 0)))
                pieces += [self.text[done:start], with_attribute(opened, "s", str(style))]
                done = start + len(opened)
        pieces.append(self.text[done : row.end])
        pieces += [self._new_cell((row.number, column), style, own) for column, style in left.items()]
        head = f"{head[:-2].rstrip()}>" if head.endswith("/>") else head
        return f"{head}{''.join(pieces)}</{self._prefix}row>"

    def _new_row(self, number: int, marks: Mapping[int, Callable[[int], int]]) -> str:
        cells = (self._new_cell((number, column), style, None) for column, style in sorted(marks.items()))
        return f'<{self._prefix}row r="{number}">{"".join(cells)}</{self._prefix}row>'

    def _new_cell(self, cell: Cell, style: Callable[[int], int], of_row: int | None) -> str:
        before_it = of_row if of_row is not None else self._column_styles.get(cell[1], 0)
        return f'<{self._prefix}c r="{name_of(cell)}" s="{style(before_it)}"/>'

    @cached_property
    def _column_styles(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for start in tag("col").finditer(self.text, 0, self._first):
            said = attributes(start[0])
            if "style" in said:
                found |= dict.fromkeys(range(int(said["min"]), int(said["max"]) + 1), int(said["style"]))
        return found


def drawn_by(text: str) -> str | None:
    """The reference of a worksheet to the drawing of its comments, if it has one."""
    found = tag("legacyDrawing").search(text)
    return local(attributes(found[0]), "id") if found else None


def with_drawing(text: str, reference: str) -> str:
    """The XML of a worksheet with a reference to the drawing of comments, where the standard has it."""
    root = tag("worksheet").search(text)
    prefix = root["prefix"] if root else ""
    drawing = f'<{prefix}legacyDrawing xmlns:r="{_IDS}" r:id="{reference}"/>'
    behind_cells = text.rindex("sheetData")
    places = [found.start() for name in _BEHIND if (found := tag(name).search(text, behind_cells))]
    if not places:
        return before(text, "worksheet", drawing)
    return text[: min(places)] + drawing + text[min(places) :]
