"""A second look at a workbook, for what the reader of values does not tell (marks.py)."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace

from kpi.figures import marks_ods, marks_xlsb, marks_xlsx
from kpi.figures.marks import Marks


def look(archive: zipfile.ZipFile) -> Callable[[str], Marks]:
    """The marks of a worksheet, by its name."""
    names = archive.namelist()
    if "xl/workbook.xml" in names:
        return marks_xlsx.look(archive)
    if "content.xml" in names:
        styles, settings = (archive.read(part) if part in names else b"" for part in ("styles.xml", "settings.xml"))
        found = marks_ods.look(archive.read("content.xml"), styles)
        no_zeros = marks_ods.without_zeros(settings)
        return lambda name: replace(found.get(name, Marks()), no_zeros=no_zeros(name))
    return marks_xlsb.look(archive)
