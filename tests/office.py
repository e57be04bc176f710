"""A real LibreOffice without a screen: it opens a workbook, does what people do, and saves it in other formats."""

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
    """The workbook with these cells of its first sheet filled in, saved beside it in these formats; by format."""
    saved = handled(source, {f"{source.stem}-filled": typing(cells)}, kinds)
    return {path.suffix[1:]: path for path in saved}


def typing(cells: Mapping[str, str | float]) -> list[str]:
    """The steps that fill in cells: numbers as numbers, texts as if they were typed, so that a date becomes a date.

    Locked cells stay as they are.
    """
    steps = []
    for cell, value in cells.items():
        steps.append(f'at = sheet.getCellRangeByName("{cell}")')
        typed = f'at.FormulaLocal = "{value}"' if isinstance(value, str) else f"at.Value = {value!r}"
        steps += ["On Error Resume Next", typed, "On Error Goto 0"]
    return steps


def handled(source: Path, stories: Mapping[str, Sequence[str]], kinds: Sequence[str]) -> list[Path]:
    """The workbook as it is after each of the stories, saved beside it as STORY.KIND, the stories in their order.

    A story is lines of Basic that do something with `book` and its first sheet, `sheet`. One LibreOffice does them all.
    """
    folder = source.parent
    stems = {story: f"story{at}" if not story.isascii() else story for at, story in enumerate(stories)}
    saved = {(story, kind): folder / f"{stems[story]}.{kind}" for story in stories for kind in kinds}
    lines = ["Dim opened(0) As New com.sun.star.beans.PropertyValue"]
    lines += ['opened(0).Name = "Hidden"', "opened(0).Value = True"]
    lines += ["Dim filter(1) As New com.sun.star.beans.PropertyValue"]
    lines += ['filter(0).Name = "FilterName"', 'filter(1).Name = "FilterOptions"']
    lines += ['filter(1).Value = "44,34,76,1"']  # of CSV: comma, quotes, UTF-8
    told = []
    for at, (story, steps) in enumerate(stories.items()):
        told += [f"Sub Story{at}(book, sheet)", *steps, "End Sub"]
        lines += [f'book = StarDesktop.loadComponentFromURL("{source.as_uri()}", "_blank", 0, opened())']
        lines += [f"Story{at}(book, book.Sheets.getByIndex(0))"]
        for kind in kinds:
            lines.append(f'filter(0).Value = "{FILTERS[kind]}"')
            lines.append(f'book.storeToURL("{saved[story, kind].as_uri()}", filter())')
        lines.append("book.close(True)")
    _run(folder, lines, told)
    assert all(path.exists() for path in saved.values()), "LibreOffice stopped at a step"
    return list(saved.values())


def _run(folder: Path, lines: Sequence[str], subs: Sequence[str]) -> None:
    """Lets a LibreOffice of its own do the lines, which may call the subs, and end, also when a line fails."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    library = folder / "profile" / "user" / "basic" / "Standard"
    home = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    office = [program, home, "--headless", "--norestore"]
    # The first start makes the profile, with an empty library of macros.
    subprocess.run([*office, "--terminate_after_init"], check=True, capture_output=True, timeout=240)
    main = ["Sub Fill", "On Error Goto Ended", *lines, "Ended:", "StarDesktop.terminate()", "End Sub"]
    macro = "\n".join([*main, *subs])
    (library / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    (library / "Typing.xba").write_text(_MODULE.format(escape(macro)), encoding="utf-8")
    subprocess.run([*office, "macro:///Standard.Typing.Fill"], check=True, capture_output=True, timeout=240)
