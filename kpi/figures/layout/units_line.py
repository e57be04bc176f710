"""The lines above a table that say its units: “单位：万元”, “（金额单位：元）”, “单位：万元、亩”, “企业情况表（万元）”.

What a note below the table says of units counts for no column, and is a warning.
"""

from __future__ import annotations

from collections.abc import Sequence

from kpi.figures.layout.top import Top
from kpi.figures.layout.units_said import NOTHING, Said, alone, in_title, said
from kpi.figures.sheet import Sheet, Stated
from kpi.figures.vocabulary import Vocabulary


def stated(sheet: Sheet, top: Top, first: int, words: Vocabulary) -> tuple[Stated, ...]:
    """The lines with units above the header, which begins at `first`, the nearest one first.

    “填报单位：某某局” states none.
    """
    found: list[Stated] = []
    for row in range(first - 1, -1, -1):
        texts = top.rows[row]
        for column in range(len(texts)):
            line = _of_cell(texts, column, words)
            if line.units or not line.clear:
                units = line.units if line.clear else ()
                found.append(Stated(units, " ".join(texts[column].split()), sheet.cell(row, column), line.clear))
    return tuple(found)


def of_note(text: str, words: Vocabulary) -> Said:
    """What a note or a heading within the table says of units: “注：税收单位为元”, “二、服务业（元）”."""
    return _of_text(text, words)


def _of_cell(texts: Sequence[str], column: int, words: Vocabulary) -> Said:
    """What a cell above the table says, with the one beside it where it ends in a colon."""
    text = texts[column]
    if not text.strip():
        return NOTHING
    beside = next(filter(None, texts[column + 1 :]), "") if text.rstrip().endswith((":", "：")) else ""
    if sum(map(bool, texts)) == 1:
        return _of_text(text, words)
    found = said(text + beside, words)
    other = (
        alone(text, words) if found == NOTHING and not any(each.strip()[:1].isdigit() for each in texts) else NOTHING
    )
    # Beside other texts it may be meant for one column only.
    return Said((), clear=False) if other.units else found


def _of_text(text: str, words: Vocabulary) -> Said:
    return next((found for read in (said, alone, in_title) if (found := read(text, words)) != NOTHING), NOTHING)
