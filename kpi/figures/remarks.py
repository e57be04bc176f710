"""What is said of cells that were read by a rule, so that nothing is read silently: one sentence a column."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kpi.problems import Message, Place, Problem, Severity, say


def _month(count: int) -> Message:
    return say("{count} dates name only a month; the first day of it is taken.", count=count)


def _serial(count: int) -> Message:
    return say("{count} dates are spreadsheet serial numbers, and were read as such.", count=count)


def _in_brackets(count: int) -> Message:
    return say("{count} numbers in brackets were read as below zero.", count=count)


# What was read by a rule → the code, how much it matters, and the sentence.
_REMARKS: Mapping[str, tuple[str, Severity, Callable[[int], Message]]] = {
    "date-as-month": ("date-without-day", Severity.WARNING, _month),
    "date-as-serial": ("date-as-serial", Severity.NOTE, _serial),
    "in-brackets": ("negative-in-brackets", Severity.NOTE, _in_brackets),
}


def remark(kind: str, count: int, first: Place) -> Problem:
    """The note or warning about so many cells of a column; first: where the first of them is."""
    code, severity, sentence = _REMARKS[kind]
    return Problem(code, sentence(count), first, severity)
