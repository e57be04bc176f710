"""The styles of a workbook, and those that are added: an old one with another fill, and those of the list."""

from __future__ import annotations

import re

from kpi.render.marking.xml import attributes, before, tag, with_attribute

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BARE = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font/></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class Styles:
    """The XML of styles. Every style that is asked for is added once."""

    def __init__(self, text: str) -> None:
        self.text = text
        root = tag("styleSheet").search(text)
        self._prefix = root["prefix"] if root else ""
        self._made: dict[object, int] = {}

    def filled(self, style: int, colour: str) -> int:
        """The style with a fill (FFFFC7CE)."""
        key = (style, colour)
        if key not in self._made:
            fill = self._fill(colour)
            known = self._elements("cellXfs", "xf")
            old = known[style] if style < len(known) else f"<{self._prefix}xf/>"
            start = old[: old.index(">") + 1]
            new = with_attribute(with_attribute(start, "fillId", str(fill)), "applyFill", "1")
            self._made[key] = self._add("cellXfs", "xf", new + old[len(start) :])
        return self._made[key]

    def head(self) -> int:
        """Bold."""
        if "head" not in self._made:
            font = self._add("fonts", "font", self._tagged("<font><b/></font>"))
            self._made["head"] = self._add(
                "cellXfs",
                "xf",
                self._tagged(f'<xf numFmtId="0" fontId="{font}" fillId="0" borderId="0" applyFont="1"/>'),
            )
        return self._made["head"]

    def wrapped(self) -> int:
        """A text in as many lines as it takes, at the top of its cell."""
        if "wrapped" not in self._made:
            made = (
                '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" applyNumberFormat="1" applyAlignment="1">'
                '<alignment vertical="top" wrapText="1"/></xf>'
            )
            self._made["wrapped"] = self._add("cellXfs", "xf", self._tagged(made))
        return self._made["wrapped"]

    def _fill(self, colour: str) -> int:
        if colour not in self._made:
            made = (
                f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor rgb="{colour}"/>'
                "</patternFill></fill>"
            )
            self._made[colour] = self._add("fills", "fill", self._tagged(made))
        return self._made[colour]

    def _tagged(self, xml: str) -> str:
        """Elements with the prefix of this file."""
        return re.sub(r"<(/?)(?=\w)", rf"<\1{self._prefix}", xml)

    def _elements(self, group: str, name: str) -> list[str]:
        """The elements of a group (xf of cellXfs) as they stand."""
        first, last = self._span(group)
        found = []
        for start in tag(name).finditer(self.text, first, last):
            end = start.end()
            if not start[0].endswith("/>"):
                end = self.text.index(">", self.text.index(f"</{self._prefix}{name}", end)) + 1
            found.append(self.text[start.start() : end])
        return found

    def _span(self, group: str) -> tuple[int, int]:
        start = tag(group).search(self.text)
        if start is None:
            raise ValueError(f"no <{group}>")
        if start[0].endswith("/>"):
            return start.end(), start.end()
        return start.end(), self.text.index(f"</{self._prefix}{group}", start.end())

    def _add(self, group: str, name: str, xml: str) -> int:
        """Add an element to a group; its number there."""
        number = len(self._elements(group, name))
        self.text = before(self.text, group, xml)
        start = tag(group).search(self.text)
        if start is not None and "count" in attributes(start[0]):
            counted = with_attribute(start[0], "count", str(number + 1))
            self.text = self.text[: start.start()] + counted + self.text[start.end() :]
        return number
