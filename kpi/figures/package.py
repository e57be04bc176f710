"""The parts of a zipped workbook, put where its readers look for them: some programs name and place them otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ROOT, _TYPES = "_rels/.rels", "[Content_Types].xml"
_BOOK = "xl/_rels/workbook.{kind}.rels"
_MACROS = re.compile(
    rb"(?P<type>http://schemas\.microsoft\.com/office/2006/relationships/xl(?:Intl)?Macrosheet)"
    rb"|(?<=[\"'/])macrosheets(?=/)"
)
_DIALOG = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/dialogsheet"


def named(name: str) -> str:
    """The name of a part; some programs under Windows write it with backslashes."""
    return name.replace("\\", "/")


def arranged(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts with the workbook in the folder xl, and with sheets of Excel 4 macros called dialogs.

    The reader of values refuses workbooks with such macros, and passes over dialogs; neither has figures.
    """
    found = _in_folder(parts)
    for kind in ("xml", "bin"):
        name = _BOOK.format(kind=kind)
        if name in found:
            found[name] = _MACROS.sub(lambda macro: _DIALOG if macro["type"] else b"dialogsheets", found[name])
    return found


def _in_folder(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts, those beside the workbook moved into xl if it stands in no folder: they name each other by where they
    stand."""
    if "workbook.xml" not in parts or _ROOT not in parts:
        return {**parts}
    inside = {f"xl/{name}": content for name, content in parts.items() if name not in (_ROOT, _TYPES)}
    outside = {name: content for name, content in parts.items() if name in (_ROOT, _TYPES)}
    outside[_ROOT] = re.sub(rb"([\"'])/?workbook\.xml(?=[\"'])", rb"\1xl/workbook.xml", outside[_ROOT])
    return inside | outside
