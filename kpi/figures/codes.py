"""What has to be said of a column of codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from kpi.figures.identity import Codes, WrongCode
from kpi.figures.sheet import Sheet
from kpi.problems import Message, Place, Problem, Severity, say

_CALLED = "信用代码"
_SHOWN = 20  # wrong codes that are listed one by one


def notes(codes: Codes, position: int, sheet: Sheet) -> Iterator[Problem]:
    """Warnings and notes about the column at this position."""

    def place(row: int) -> Place:
        return sheet.place(position, sheet.first_row + row)

    uneven = codes.uneven if _of_18(codes, sheet.header[position]) else ()
    for row in uneven[:_SHOWN]:
        yield replace(_uneven(codes.values[row]), place=place(row))
    if len(uneven) > _SHOWN:
        message = say("{count} more codes have a character too few or too many.", count=len(uneven) - _SHOWN)
        yield Problem("code-length", message, sheet.place(position), Severity.WARNING)
    for row, wrong in codes.wrong[:_SHOWN]:
        yield replace(_wrong(wrong), place=place(row))
    if len(codes.wrong) > _SHOWN:
        message = say("{count} more codes have a wrong check character.", count=len(codes.wrong) - _SHOWN)
        yield Problem("code-check-character", message, sheet.place(position), Severity.WARNING)
    if codes.vacant:
        message = say(
            "{count} cells say in words or noughts that there is no code yet; they are taken as empty.",
            count=len(codes.vacant),
        )
        yield Problem("code-placeholder", message, place(codes.vacant[0]), Severity.NOTE)
    for message in _older(codes.older):
        yield Problem("codes-of-old", message, sheet.place(position), Severity.NOTE)


def _of_18(codes: Codes, header: str) -> bool:
    """Whether the codes of a column should be 统一社会信用代码: the header says it, or most of them are."""
    others = 0 if codes.unlike is None else len(codes.unlike)
    return _CALLED in header or others < codes.values.count() / 2


def _uneven(code: str) -> Problem:
    message = say("{code} has {count} characters; a 统一社会信用代码 has 18.", code=code, count=len(code))
    hint = say("Compare with the certificate: a character was lost, or is there twice.")
    return Problem("code-length", message, severity=Severity.WARNING, hint=hint)


def _wrong(found: WrongCode) -> Problem:
    if found.right is None:
        message = say(
            "{code} has the character {letter}, which no 统一社会信用代码 has.", code=found.code, letter=found.letter
        )
        expected = say("The characters are 0–9 and A–Z without I, O, S, V, Z (GB 32100).")
    else:
        message = say("The check character of {code} is wrong.", code=found.code)
        expected = say("After these 17 characters the last one is {right} (GB 32100).", right=found.right)
    return Problem("code-check-character", message, severity=Severity.WARNING, expected=expected)


def _older(counts: Mapping[str, int]) -> Iterator[Message]:
    if count := counts.get("registration"):
        yield say("{count} codes are registration numbers of 15 digits; they are taken as written.", count=count)
    if count := counts.get("organisation"):
        yield say("{count} codes are organisation codes of 9 characters; they are taken as written.", count=count)
