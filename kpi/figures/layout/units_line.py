"""The line above a table that says its unit: “单位：万元”, “（金额单位：元）”, “单位：万元、亩”."""

from __future__ import annotations

import re
import unicodedata

from kpi.figures.layout.top import Top
from kpi.figures.sheet import Sheet, Stated, letters
from kpi.figures.vocabulary import Vocabulary
from kpi.problems import Place
from kpi.units import Kind, UnitError

_LINE = re.compile(r"单\s*位\s*:\s*(?P<units>[^\s:()]+(?:\([^()]*\)[^\s:()]*)*(?:[,;、]\s*[^\s:()]+)*)")


def stated(sheet: Sheet, top: Top, first: int, words: Vocabulary) -> Stated | None:
    """The units stated above the header, which begins at `first`; None when no line states any.

    The line nearest to the header counts. “填报单位：某某局” states none.
    """
    for row in range(first - 1, -1, -1):
        for column, text in enumerate(top.rows[row]):
            beside = next(filter(None, top.rows[row][column + 1 :]), "") if text.rstrip().endswith((":", "：")) else ""
            units = _units(text + beside, words)
            if units:
                cell = f"{letters(sheet.left + column)}{sheet.first_row - 1 + row}"
                return Stated(units, " ".join(text.split()), Place(file=sheet.file, sheet=sheet.name, cell=cell))
    return None


def _units(text: str, words: Vocabulary) -> tuple[str, ...]:
    found: list[str] = []
    for match in _LINE.finditer(unicodedata.normalize("NFKC", text)):
        for written in re.split(r"[,;、和]", match["units"]):
            unit = written.strip()
            try:
                if unit and words.units.parse(unit).kind is Kind.QUANTITY:
                    found.append(unit)
            except UnitError:
                continue
    return tuple(dict.fromkeys(found))
