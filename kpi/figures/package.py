"""The parts of a zipped workbook, put where its readers look for them: some programs name and place them otherwise."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from kpi.figures.marks import parsed
from kpi.regex import compiled

_ROOT, _TYPES = "_rels/.rels", "[Content_Types].xml"
_RELATIONS = "xl/_rels/workbook.{kind}.rels"
# What readers look for under these names, whatever the workbook calls it.
_EXPECTED = ("styles", "sharedStrings")
_MACROS = compiled(
    rb"(?P<type>http://schemas\.microsoft\.com/office/2006/relationships/xl(?:Intl)?Macrosheet)"
    rb"|(?<=[\"'/])macrosheets(?=/)"
)
_DIALOG = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/dialogsheet"


def named(name: str) -> str:
    """The name of a part; some programs under Windows write it with backslashes."""
    return name.replace("\\", "/")


def arranged(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts as readers expect them. Raises Damaged.

    The workbook stands in the folder xl, and its styles and texts have their usual names: the reader of values asks for
    these by name. Sheets of Excel 4 macros are called dialogs: it refuses workbooks with such macros, and passes over
    dialogs; neither has figures.
    """
    found = _in_folder(parts)
    for kind in ("xml", "bin"):
        relations = _RELATIONS.format(kind=kind)
        if relations in found:
            found = _renamed(found, dict(_expected(found, kind, found[relations])))
            found[relations] = _MACROS.sub(
                lambda macro: _DIALOG if macro["type"] else b"dialogsheets", found[relations]
            )
    return found


def _expected(parts: Mapping[str, bytes], kind: str, relations: bytes) -> Iterator[tuple[str, str]]:
    """Parts that are not where readers look for them, and where that is. Names of parts know no case."""
    cases = {name.casefold(): name for name in parts}
    for relation in parsed(relations):
        target, what = relation.get("Target", ""), relation.get("Type", "").rpartition("/")[2]
        said = posixpath.normpath(posixpath.join("/xl", target)).removeprefix("/")
        place = f"xl/{what}.{kind}" if what in _EXPECTED else said
        name = said if said in parts else cases.get(said.casefold())
        if name is not None and place not in parts:
            yield name, place


def _renamed(parts: Mapping[str, bytes], names: Mapping[str, str]) -> dict[str, bytes]:
    return {names.get(name, name): content for name, content in parts.items()}


def _in_folder(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts, those beside the workbook moved into xl if it stands in no folder: they name each other by where they
    stand."""
    if "workbook.xml" not in parts or _ROOT not in parts:
        return {**parts}
    inside = {f"xl/{name}": content for name, content in parts.items() if name not in (_ROOT, _TYPES)}
    outside = {name: content for name, content in parts.items() if name in (_ROOT, _TYPES)}
    outside[_ROOT] = re.sub(rb"([\"'])/?workbook\.xml(?=[\"'])", rb"\1xl/workbook.xml", outside[_ROOT])
    return inside | outside
