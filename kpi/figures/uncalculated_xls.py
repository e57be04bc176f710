"""Formulas of an .xls file ([MS-XLS]) that no program has calculated yet: its reader takes their cells for empty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from kpi.figures.twice_xls import head, records
from kpi.frozen import frozen

_FORMULA = 0x06
_NOTHING = bytes.fromhex("030000000000ffff")  # the result of a formula: a text without letters
_RESULT, _LENGTH, _CODE = 6, 20, 22  # where in the record they begin

Formulas = Mapping[int, Mapping[int, str]]  # by column and row, both from 0


@frozen
class _Formula:
    sheet: int
    row: int
    column: int
    text: str
    calculated: bool


def found(book: Any) -> Sequence[Formulas]:
    """For each worksheet its formulas, as a spreadsheet shows them, if the workbook was never calculated.

    A program that only writes formulas gives all of them the result of ="". So they are taken for calculated where one
    has another result, or where all of them may come to that. book: as xlrd has it before it lets go of the file.
    """
    several: list[dict[int, dict[int, str]]] = [defaultdict(dict) for _ in book._sh_abs_posn]
    if _NOTHING not in book.mem:
        return several
    all_of_them = [each for sheet, begin in enumerate(book._sh_abs_posn) for each in _formulas(book, sheet, begin)]
    if not any(each.calculated for each in all_of_them) and any('""' not in each.text for each in all_of_them):
        for each in all_of_them:
            several[each.sheet][each.column][each.row] = each.text
    return several


def _formulas(book: Any, sheet: int, begin: int) -> list[_Formula]:
    made = []
    for kind, at, size in records(book.mem, begin):
        if kind == _FORMULA:
            content = book.mem[at : at + size]
            calculated = content[_RESULT : _RESULT + len(_NOTHING)] != _NOTHING
            row, column = head(content, 0)
            made.append(_Formula(sheet, row, column, "" if calculated else f"={_text(book, content)}", calculated))
            if calculated:
                break  # one is enough
    return made


def _text(book: Any, content: bytes) -> str:
    """The formula in words, as far as xlrd can tell."""
    from xlrd.formula import FMLA_TYPE_CELL, decompile_formula

    length = int.from_bytes(content[_LENGTH:_CODE], "little")
    row, column = head(content, 0)
    try:
        return decompile_formula(book, content[_CODE : _CODE + length], length, FMLA_TYPE_CELL, row, column) or "…"
    except Exception:  # whatever it meets that it does not know
        return "…"
