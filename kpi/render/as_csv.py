"""A report as CSV: its one table, in UTF-8 with a byte order mark, so that a spreadsheet reads the Chinese rightly."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from kpi.render.report import Report
from kpi.render.text import CHANGED, unheard

if TYPE_CHECKING:
    import polars

BYTE_ORDER_MARK = "\ufeff"

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), in full width too. A lone "-" and
# negative numbers are what they seem.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# What a cell may have to be changed for; most have nothing of it.
DOUBTFUL = f"^[{re.escape(''.join(FORMULA_STARTS))}]|[{CHANGED}]"


def neutral(text: str) -> str:
    """The text so that no spreadsheet runs it: an apostrophe before whatever would begin a formula."""
    if text.startswith(FORMULA_STARTS) and not _number(text) and text not in ("-", "－"):
        return "'" + text
    return text


def _safe(text: str) -> str:
    """A cell that neither a spreadsheet nor a terminal obeys. A NUL would end it for some readers; nobody means one."""
    return unheard(neutral(text).replace("\0", ""))


def _number(text: str) -> bool:
    body = text[1:]
    return (
        text[0] in "+-" and body.count(".") <= 1 and body.replace(".", "").isascii() and body.replace(".", "").isdigit()
    )


def render(report: Report) -> str:
    """The table with its titles; line ends are CRLF (RFC 4180)."""
    section = report.single_table()
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow([_safe(column.title) for column in section.columns])
    if section.frames is None:
        writer.writerows([_safe(cell.text) for cell in row] for row in section.rows)
        return text.getvalue()
    return text.getvalue() + _rows(section.frames.texts())


def _rows(frame: polars.DataFrame) -> str:
    """The rows of a frame, all at once."""
    import polars

    changed = []
    for series in frame.get_columns():
        if series.dtype == polars.String:
            doubtful = series.filter(series.str.contains(DOUBTFUL)).unique().to_list()
            changed += [series.replace(doubtful, list(map(_safe, doubtful)))] if doubtful else []
    return frame.with_columns(changed).write_csv(line_terminator="\r\n", include_header=False)
