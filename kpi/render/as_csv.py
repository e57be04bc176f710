"""A report as CSV: its one table, in UTF-8 with a byte order mark, so that a spreadsheet reads the Chinese rightly."""

from __future__ import annotations

import csv
import io

from kpi.render.report import Report

BYTE_ORDER_MARK = "\ufeff"

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), in full width too. A lone "-" and
# negative numbers are what they seem.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(text: str) -> str:
    """The text so that no spreadsheet runs it: an apostrophe before whatever would begin a formula."""
    if text.startswith(FORMULA_STARTS) and not _number(text) and text not in ("-", "－"):
        return "'" + text
    return text


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
    writer.writerow([neutral(column.title) for column in section.columns])
    # A NUL would end the text for some readers; nobody means one.
    writer.writerows([neutral(cell.text).replace("\0", "") for cell in row] for row in section.rows)
    return text.getvalue()
