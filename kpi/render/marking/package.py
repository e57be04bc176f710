"""The parts of a workbook, and what they say of each other."""

from __future__ import annotations

import io
import posixpath
import zipfile

from kpi.frozen import frozen
from kpi.render.marking.xml import attributes, before, quoted, readable, tag

_TYPES = "[Content_Types].xml"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@frozen
class Related:
    """kind: the last word of the relationship's type. part: its name in the archive."""

    id: str
    kind: str
    part: str


class Package:
    """A workbook being changed. Raises KeyError and ValueError for one that is not made as the standard says."""

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._changed: dict[str, str] = {}
        self._dropped: set[str] = set()
        self.names = set(self._archive.namelist())
        self.book = next(each.part for each in self.related("") if each.kind == "officeDocument")

    def text(self, part: str) -> str:
        return self._changed[part] if part in self._changed else readable(self._archive.read(part))

    def put(self, part: str, text: str) -> None:
        self._changed[part] = text
        self.names.add(part)

    def drop(self, part: str) -> None:
        self._dropped.add(part)

    def free(self, pattern: str) -> str:
        """A name of a part that is not taken; {} stands for its number."""
        taken = {name.casefold() for name in self.names}
        number = 1
        while pattern.format(number).casefold() in taken:
            number += 1
        return pattern.format(number)

    def related(self, part: str) -> list[Related]:
        """What a part refers to; "" is the whole package."""
        name = _relations(part)
        if name not in self.names:
            return []
        found = []
        for start in tag("Relationship").finditer(self.text(name)):
            said = attributes(start[0])
            if said.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), said["Target"])).lstrip("/")
                found.append(Related(said["Id"], said["Type"].rpartition("/")[2], target))
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let a part refer to another one; the id of the reference."""
        name = _relations(part)
        text = self.text(name) if name in self.names else f'{_HEAD}<Relationships xmlns="{_PACKAGE}"/>'
        taken = {attributes(start[0])["Id"] for start in tag("Relationship").finditer(text)}
        number = 1
        while f"rId{number}" in taken:
            number += 1
        start = tag("Relationships").search(text)
        prefix = start["prefix"] if start else ""
        said = f'Id="rId{number}" Type="{self._type(kind)}" Target={quoted("/" + target)}'
        self.put(name, before(text, "Relationships", f"<{prefix}Relationship {said}/>"))
        return f"rId{number}"

    def unrelate(self, part: str, kind: str) -> None:
        """Take away what a part refers to as such a kind, and the reference."""
        name = _relations(part)
        text = self.text(name)
        for start in tag("Relationship").finditer(self.text(name)):
            if attributes(start[0])["Type"].rpartition("/")[2] == kind:
                text = text.replace(start[0], "")
        for each in self.related(part):
            if each.kind == kind:
                self.drop(each.part)
                self.drop(_relations(each.part))
                self._declared_no_more(each.part)
        self.put(name, text)

    def declare(self, part: str, content_type: str) -> None:
        """Say what a new part is."""
        said = f"PartName={quoted('/' + part)} ContentType={quoted(content_type)}"
        self._add_type(f"Override {said}")

    def declare_suffix(self, suffix: str, content_type: str) -> None:
        """Say what the parts with such names are, unless that is said."""
        known = {attributes(start[0])["Extension"].casefold() for start in tag("Default").finditer(self.text(_TYPES))}
        if suffix not in known:
            self._add_type(f"Default Extension={quoted(suffix)} ContentType={quoted(content_type)}")

    def plain_workbook(self) -> None:
        """Make of a workbook with macros, or of a template, one that may be called .xlsx."""
        self.unrelate(self.book, "vbaProject")
        text = self.text(_TYPES)
        for start in tag("Override").finditer(text):
            said = attributes(start[0])
            if said["PartName"].lstrip("/") == self.book:
                text = text.replace(start[0], start[0].replace(said["ContentType"], f"{_SHEET}.sheet.main+xml"))
        self.put(_TYPES, text)

    def written(self) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for info in self._archive.infolist():
                if info.filename not in self._dropped and info.filename not in self._changed:
                    archive.writestr(info, self._archive.read(info), info.compress_type)
            for name, text in self._changed.items():
                if name not in self._dropped:
                    archive.writestr(zipfile.ZipInfo(name), text.encode(), zipfile.ZIP_DEFLATED, _LEVEL)
        return buffer.getvalue()

    def _type(self, kind: str) -> str:
        """The type of a relationship, as this workbook spells it (strict ones have addresses of their own)."""
        for start in tag("Relationship").finditer(self.text(_relations(self.book))):
            base, _, _ = attributes(start[0])["Type"].rpartition("/")
            if base.endswith("/officeDocument/relationships"):
                return f"{base}/{kind}"
        return f"{_RELATED}/{kind}"

    def _add_type(self, said: str) -> None:
        text = self.text(_TYPES)
        start = tag("Types").search(text)
        self.put(_TYPES, before(text, "Types", f"<{start['prefix'] if start else ''}{said}/>"))

    def _declared_no_more(self, part: str) -> None:
        text = self.text(_TYPES)
        suffix = part.rpartition(".")[2].casefold()
        used = any(name.casefold().endswith(f".{suffix}") for name in self.names - self._dropped)
        for start in [*tag("Override").finditer(text), *tag("Default").finditer(text)]:
            said = attributes(start[0])
            whole = said.get("PartName", "").lstrip("/") == part
            if whole or (not used and said.get("Extension", "").casefold() == suffix):
                text = text.replace(start[0], "")
        self.put(_TYPES, text)


_LEVEL = 1  # a sheet of a hundred thousand rows is packed in a second, a tenth larger than at the usual level


def _relations(part: str) -> str:
    """The part that says what another one refers to."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
