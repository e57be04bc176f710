"""Where the header of a sheet is: the rows among the first ones whose texts mean most.

A header may have up to four rows. A cell above may be merged over several columns, or stand over the first of them as
it does when merged cells are saved as CSV. Rows above are titles; a line with units among them counts for the columns
that name none. What could be either of two headers is an error that names both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from kpi.figures import form, periods
from kpi.figures.headers import names_a_figure
from kpi.figures.layout.by_period import by_period
from kpi.figures.layout.forms import filled_in
from kpi.figures.layout.group_totals import over_several, without_totals
from kpi.figures.layout.leftover import says_continued
from kpi.figures.layout.long import long_table
from kpi.figures.layout.numbered import counts_columns
from kpi.figures.layout.top import LOOKED_AT, Top
from kpi.figures.layout.units_line import stated
from kpi.figures.layout.units_said import NOTHING, said
from kpi.figures.layout.wording import Known, Worded, knowing, worded
from kpi.figures.sheet import Sheet, Stated
from kpi.figures.vocabulary import Vocabulary, comparable, half_width
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, Severity, cut, say
from kpi.regex import compiled

_SEVERAL = 2
_HEIGHT = 4  # the most rows of a header
_LINE = compiled(r"(?!其中)[^(:]{2,}:")  # a colon, not in brackets
_UNITS_FIRST = compiled(
    r"\(?\s*(?:计量|度量|金额|面积|货币|数据|数值|[本全]表|表[中内])?(?:单\s*位|unit)|\(?\s*以", re.IGNORECASE
)
_BEFORE_UNIT = compiled(r"[\s(:;,]*单\s*位")
_NUMBER = compiled(r"[-+(￥¥]*\d[\d,.]*(?:[eE][-+]?\d+)?[%)]*")


@frozen
class Header:
    """A header that may be: its first row and the one behind its last in the top rows, and its columns."""

    first: int
    end: int
    columns: tuple[Worded, ...]

    @property
    def figures(self) -> int:
        return sum(column.known is Known.FIGURE for column in self.columns)

    @property
    def worth(self) -> tuple[int, int, int]:
        """The more known columns the better, then the more texts that make them, then the fewer rows.

        A text that stands over several columns makes one of them known, not all.
        """
        before = (None, *self.columns)
        known = [
            column
            for column, left in zip(self.columns, before, strict=False)
            if column.known and not (left is not None and left.shown == column.shown)
        ]
        return len(known), sum(column.texts for column in known), self.first - self.end


def located(sheet: Sheet, words: Vocabulary) -> tuple[Sheet, ...]:
    """The sheet with the header that it has; one for each period, where the header names several.

    A sheet without any known header is given back as it is. Raises KpiError when two rows could be the header.
    """
    if sheet.top is None or sheet.below is None or sheet.every_row:
        return (sheet,)
    if (filled := form.filled(sheet, words)) is not None:
        return (filled,)
    known = knowing(words)
    if (long := long_table(sheet, sheet.top, known, words)) is not None:
        raise KpiError(long)
    header = _header(sheet, sheet.top, known, words)
    rows, columns = (range(header.first, header.end), header.columns) if header else (range(0), ())
    if (written := filled_in(sheet, sheet.top, rows, columns, known, words)) is not None:
        return (written,)
    if header is None:
        return (sheet,)
    if (several := over_several(sheet, sheet.top, range(header.first, header.end), header.columns)) is not None:
        raise KpiError(several)
    plain = header.first == 0 and header.end == 1 and not any(column.period for column in header.columns)
    if plain:
        return (replace(sheet, stated=(*sheet.stated, *_beside(sheet, header, words))),)
    return by_period(_under(sheet, sheet.top, header, words), header.columns)


def _beside(sheet: Sheet, header: Header, words: Vocabulary) -> tuple[Stated, ...]:
    """What cells in the row of the header say of units that are no header themselves: “单位：元” beside the table.

    A figure with its own unit, over numbers, is of no other column: “税收 单位：元”. Where something else stands before
    the unit, over numbers, nobody knows: “资金单位：元” may be about all columns.
    """
    found = []
    for at, column in enumerate(header.columns):
        line = said(column.shown, words) if column.shown and not column.known else NOTHING
        if not line.units and line.clear:
            continue
        text = half_width(column.shown)
        own = not _UNITS_FIRST.match(text) and _over_numbers(sheet, header, at)
        if own and names_a_figure(_BEFORE_UNIT.split(text)[0], words):
            continue
        cell = f"{sheet.letter(at)}{_row(sheet, header.end - 1)}"
        place = Place(file=sheet.file, sheet=sheet.name, cell=cell)
        clear = line.clear and not own
        found.append(Stated(line.units if clear else (), column.shown, place, clear))
    return tuple(found)


def _over_numbers(sheet: Sheet, header: Header, at: int) -> bool:
    """Whether a number stands below a cell of the header, among the first rows."""
    return sheet.top is not None and any(
        at < len(row) and _NUMBER.fullmatch(row[at].strip()) for row in sheet.top.rows[header.end :]
    )


def _header(sheet: Sheet, top: Top, known: Callable[[str], Known], words: Vocabulary) -> Header | None:
    """The best header. Raises KpiError when another one is as good."""
    found = [
        header
        for first in range(min(len(top.rows), LOOKED_AT))
        for header in _from(first, top, known, words)
        if header.figures and header.end < len(top.rows) + top.complete
    ]
    if not found:
        return None
    best = max(found, key=lambda header: header.worth)  # the first of several
    others = [other for other in found if other.worth[0] == best.worth[0] and not _overlap(other, best)]
    said = {_said(best), *map(_said, others)}
    if len(said) > 1 and best.worth[0] > 1:
        raise KpiError(_ambiguous(sheet, (best, *others)))
    return best


def _overlap(one: Header, other: Header) -> bool:
    return one.first < other.end and other.first < one.end


def _said(header: Header) -> tuple[str, ...]:
    return tuple(comparable(column.shown) for column in header.columns)


def _from(first: int, top: Top, known: Callable[[str], Known], words: Vocabulary) -> Sequence[Header]:
    """The headers of one to four rows that could begin at a row."""
    found: list[Header] = []
    if (first and _stands_over(top, first - 1)) or _is_continued(top.rows[first]):
        return found
    for end in range(first + 1, min(first + _HEIGHT, len(top.rows)) + 1):
        cells = _filled(top, first, end, known)
        above = top.rows[end - 2] if end - 1 > first else ()
        below = top.rows[end - 1]
        if _are_titles(top, range(first, end - 1)):
            break
        if any(map(_is_line, above)) or not any(below) or not _words_only(cells) or counts_columns(below):
            break
        shorter = without_totals(cells)
        columns = tuple(
            _worded(*texts, known, words)
            for texts in zip(zip(*cells, strict=True), zip(*shorter, strict=True), strict=True)
        )
        found.append(Header(first, end, columns))
    return found


def _worded(texts: Sequence[str], shorter: Sequence[str], known: Callable[[str], Known], words: Vocabulary) -> Worded:
    """What the cells of a column say; with 合计 below a figure, what they say without it."""
    found = worded(texts, known, words)
    if found.known is Known.FIGURE or shorter == texts:
        return found
    plain = worded(shorter, known, words)
    return replace(plain, shown=found.shown, texts=plain.texts + 1) if plain.known is Known.FIGURE else found


def _stands_over(top: Top, row: int) -> bool:
    """Whether a row above a header belongs to it: its texts stand over some of the columns, not over all."""
    texts = [column for column, text in enumerate(top.rows[row]) if text.strip()]
    if any(_is_line(top.rows[row][column]) for column in texts) or not _words_only([top.rows[row]]):
        return False
    return len(texts) > 1 or any(
        block.top <= row <= block.bottom and 1 < block.right - block.left + 1 < _width(top) for block in top.merged
    )


def _is_continued(row: Sequence[str]) -> bool:
    """Whether a row says only that the table goes on here (续表)."""
    texts = [half_width(text) for text in row if text.strip()]
    return len(texts) == 1 and says_continued(texts[0])


def _are_titles(top: Top, rows: range) -> bool:
    """Whether rows have one text each, over one column, and the last one only a period: lines of a title."""
    texts = [[text for text in top.rows[row] if text.strip()] for row in rows]
    wide = any(block.top == rows.stop - 1 and block.right > block.left for block in top.merged)
    return bool(texts) and not wide and all(len(each) == 1 for each in texts) and bool(periods.parse(texts[-1][0]))


def _width(top: Top) -> int:
    return max((at + 1 for row in top.rows for at, text in enumerate(row) if text.strip()), default=0)


def _is_line(text: str) -> bool:
    """Whether it is a line such as “填报单位：某某局”, which is no header."""
    return bool(_LINE.match(half_width(text)))


def _words_only(cells: Sequence[Sequence[str]]) -> bool:
    """Whether the last row has no numbers; years under a common cell are none."""
    for column, text in enumerate(cells[-1]):
        if not _NUMBER.fullmatch(text.strip()):
            continue
        shared = len(cells) > 1 and any(
            other != column and cells[-2][other] == cells[-2][column] and cells[-1][other] != text
            for other in (column - 1, column + 1)
            if 0 <= other < len(cells[-1])
        )
        if not shared or not periods.parse(text):
            return False
    return True


def _filled(top: Top, first: int, end: int, known: Callable[[str], Known]) -> list[list[str]]:
    """The rows, each text repeated in the columns that it stands over."""
    rows = [list(row) for row in top.rows[first:end]]
    for block in top.merged:
        if block.right > block.left and first <= block.top < end and block.left >= 0:
            text = rows[block.top - first][block.left]
            for row in range(block.top, min(block.bottom + 1, end)):
                for column in range(block.left, min(block.right + 1, len(rows[0]))):
                    rows[row - first][column] = text
    for at, cells in enumerate(rows[:-1]):
        texts = [text for text in cells if text.strip()]
        if len(texts) > 1 or (texts and known(texts[0])):
            _spread(
                cells,
                rows[:at],
                [any(other[column].strip() for other in rows[at + 1 :]) for column in range(len(cells))],
            )
    return rows


def _spread(row: list[str], above: Sequence[Sequence[str]], below: Sequence[bool]) -> None:
    """Repeats a text over the blank cells to the right, as long as there is something below them, and below itself.

    It stands over no column that another text stands over as well, in a row above.
    """
    for column in range(1, len(row)):
        alike = all(cells[column] == cells[column - 1] for cells in above)
        if not row[column].strip() and below[column] and below[column - 1] and alike:
            row[column] = row[column - 1]


def _ambiguous(sheet: Sheet, found: Sequence[Header]) -> Problem:
    candidates = tuple(
        say(
            "row {row} ({headers})",
            row=_row(sheet, header.end - 1),
            headers=tuple(f"“{cut(column.shown, 20)}”" for column in header.columns if column.known),
        )
        for header in found
    )
    return Problem(
        "header-rows-ambiguous",
        say("More than one row could be the header: {rows}.", rows=candidates),
        replace(sheet.place(), line=_row(sheet, found[0].end - 1)),
        expected=say("One table with one header is expected in a sheet."),
        hint=say(
            "If rows of another table stand below the second one, put it on a sheet of its own, with them; if it is no "
            "header, delete it."
        ),
    )


def _row(sheet: Sheet, at: int) -> int:
    """A row of the top rows, as people count."""
    return sheet.first_row - 1 + at


def _under(sheet: Sheet, top: Top, header: Header, words: Vocabulary) -> Sheet:
    """The sheet with this header, and notes about what stands above and in it."""
    assert sheet.below is not None
    width = max((at + 1 for at, column in enumerate(header.columns) if column.shown), default=0)
    columns = header.columns[:width]
    found = replace(
        sheet,
        header=tuple(column.shown for column in columns),
        names=tuple(column.name or column.shown for column in columns),
        load=sheet.below(header.first, header.end),
        first_row=_row(sheet, header.end),
    )
    groups = tuple(dict.fromkeys(f"“{column.group}”" for column in columns if column.group))
    notes: list[Problem] = []
    if groups:
        message = say("The headers {groups} stand over groups of columns and were passed over.", groups=groups)
        notes.append(Problem("header-groups", message, found.place(), Severity.NOTE))
    lines = (*stated(sheet, top, header.first, words), *_beside(sheet, header, words))
    above = (*(text for row in top.rows[: header.first] for text in row), *(column.group or "" for column in columns))
    titles = tuple(text for text in dict.fromkeys(above) if text.strip() and not _is_line(text))
    return replace(found, stated=lines, titles=titles, problems=(*sheet.problems, *notes))
