"""The lines above a table that say its units: “单位：万元”, “（金额单位：元）”, “单位：万元、亩”, “企业情况表（万元）”.

What a note below the table says of units counts for no column, and is a warning.
"""

from __future__ import annotations

import re
import unicodedata

from kpi.figures.layout.top import Top
from kpi.figures.sheet import Sheet, Stated, letters
from kpi.figures.vocabulary import Vocabulary
from kpi.problems import Place
from kpi.units import Kind, Unit, UnitError

_LINE = re.compile(r"单\s*位\s*(?::|均?为|是)\s*(?P<units>[^\s:()]+(?:\([^()]*\)[^\s:()]*)*(?:[,;、]\s*[^\s:()]+)*)")
_SEPARATOR = re.compile(r"[,;、和]")
_TITLE = re.compile(r"\s*(?P<title>[^\s()].*[\u4e00-\u9fff].*)\((?P<units>[^()]*[\u4e00-\u9fff][^()]*)\)\s*", re.DOTALL)


def stated(sheet: Sheet, top: Top, first: int, words: Vocabulary) -> tuple[Stated, ...]:
    """The lines with units above the header, which begins at `first`, the nearest one first.

    “填报单位：某某局” states none.
    """
    found: list[Stated] = []
    for row in range(first - 1, -1, -1):
        texts = top.rows[row]
        for column, text in enumerate(texts):
            beside = next(filter(None, texts[column + 1 :]), "") if text.rstrip().endswith((":", "：")) else ""
            units = _units(text + beside, words) or (_of_title(text, words) if sum(map(bool, texts)) == 1 else ())
            if units:
                cell = f"{letters(sheet.left + column)}{sheet.first_row - 1 + row}"
                found.append(Stated(units, " ".join(text.split()), Place(file=sheet.file, sheet=sheet.name, cell=cell)))
    return tuple(found)


def of_note(text: str, words: Vocabulary) -> tuple[Unit, ...]:
    """The units that a note speaks of: “注：税收单位为元”."""
    return tuple(words.units.parse(unit) for unit in _units(text, words))


def _units(text: str, words: Vocabulary) -> tuple[str, ...]:
    found: list[str] = []
    for match in _LINE.finditer(unicodedata.normalize("NFKC", text)):
        found += _known(match["units"], words)
    return tuple(dict.fromkeys(found))


def _of_title(text: str, words: Vocabulary) -> tuple[str, ...]:
    """The units in brackets at the end of a title, when nothing else stands in them."""
    match = _TITLE.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None:
        return ()
    found = _known(match["units"], words)
    return tuple(found) if len(found) == len(_SEPARATOR.split(match["units"])) else ()


def _known(written: str, words: Vocabulary) -> list[str]:
    """Those of these texts that are units of amounts."""
    found: list[str] = []
    for piece in _SEPARATOR.split(written):
        unit = piece.strip().rstrip("。.")
        try:
            if unit and words.units.parse(unit).kind is Kind.QUANTITY:
                found.append(unit)
        except UnitError:
            continue
    return found
