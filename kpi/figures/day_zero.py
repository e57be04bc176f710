"""From which day a workbook counts the numbers that stand for dates: 1900, or 1904 as old ones of Macintosh do."""

from __future__ import annotations

import zipfile
from datetime import date

from kpi.figures.days import FROM_1900, FROM_1904
from kpi.regex import compiled

_XLSX = compiled(rb"<(?:\w+:)?workbookPr\b[^>]*\sdate1904\s*=\s*[\"'](?:1|true)[\"']")
_ODS = compiled(rb"<table:null-date\b[^>]*\stable:date-value=\"(\d{4}-\d{2}-\d{2})\"")
_LOOKED_AT = 1 << 20  # bytes; what says it stands before the first table


def day_zero(archive: zipfile.ZipFile) -> date:
    """The day of the number 0 in a zipped workbook (.xlsx, .xlsb, .ods); that of 1900 where nothing says it."""
    names = archive.namelist()
    if "xl/workbook.bin" in names:
        from kpi.figures import marks_xlsb  # late: few workbooks are binary

        return marks_xlsb.day_zero(archive)
    if "xl/workbook.xml" in names:
        return FROM_1904 if _XLSX.search(_start(archive, "xl/workbook.xml")) else FROM_1900
    found = _ODS.search(_start(archive, "content.xml")) if "content.xml" in names else None
    return date.fromisoformat(found[1].decode()) if found else FROM_1900


def _start(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_LOOKED_AT)
