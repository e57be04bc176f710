"""A real LibreOffice without a screen: it opens a workbook, types into cells, and saves it in other formats."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

FILTERS = {
    "xlsx": "Calc MS Excel 2007 XML",
    "xls": "MS Excel 97",
    "ods": "calc8",
    "csv": "Text - txt - csv (StarCalc)",
}
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Typing"/></library:library>
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Typing"
 script:language="StarBasic">{}</script:module>
"""


def typed(source: Path, cells: Mapping[str, str | float], kinds: Sequence[str]) -> dict[str, Path]:
    """The workbook with these cells of its first sheet filled in, saved beside it in these formats; by format.

    Numbers are set as numbers, texts as if they were typed: a date becomes a date. Locked cells stay as they are.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    folder = source.parent
    library = folder / "profile" / "user" / "basic" / "Standard"
    saved = {kind: folder / f"{source.stem}-filled.{kind}" for kind in kinds}
    home = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    office = [program, home, "--headless", "--norestore"]
    # The first start makes the profile, with an empty library of macros.
    subprocess.run([*office, "--terminate_after_init"], check=True, capture_output=True, timeout=240)
    (library / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    (library / "Typing.xba").write_text(_MODULE.format(escape(_macro(source, cells, saved))), encoding="utf-8")
    subprocess.run([*office, "macro:///Standard.Typing.Fill"], check=True, capture_output=True, timeout=240)
    return saved


def _macro(source: Path, cells: Mapping[str, str | float], saved: Mapping[str, Path]) -> str:
    lines = [
        "Sub Fill",
        "Dim opened(0) As New com.sun.star.beans.PropertyValue",
        'opened(0).Name = "Hidden"',
        "opened(0).Value = True",
        f'book = StarDesktop.loadComponentFromURL("{source.as_uri()}", "_blank", 0, opened())',
        "sheet = book.Sheets.getByIndex(0)",
    ]
    for cell, value in cells.items():
        lines.append(f'at = sheet.getCellRangeByName("{cell}")')
        typed = f'at.FormulaLocal = "{value}"' if isinstance(value, str) else f"at.Value = {value!r}"
        lines += ["On Error Resume Next", typed, "On Error Goto 0"]
    lines += [
        "Dim filter(1) As New com.sun.star.beans.PropertyValue",
        'filter(0).Name = "FilterName"',
        'filter(1).Name = "FilterOptions"',
        'filter(1).Value = "44,34,76,1"',  # of CSV: comma, quotes, UTF-8
    ]
    for kind, path in saved.items():
        lines += [f'filter(0).Value = "{FILTERS[kind]}"', f'book.storeToURL("{path.as_uri()}", filter())']
    return "\n".join([*lines, "book.close(True)", "StarDesktop.terminate()", "End Sub"])
