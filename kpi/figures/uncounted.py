"""Rows of ledgers that no sum takes, because of a word that the formula does not know: 出租 for 租出."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kpi.definitions.figure_model import Figure
from kpi.definitions.target_model import Ledger
from kpi.figures.parts import Part
from kpi.formula import texts
from kpi.formula.exact import evaluate
from kpi.formula.tree import Aggregate, Node, Shift, walk
from kpi.formula.values import Row
from kpi.frozen import frozen
from kpi.problems import Problem, Severity, say

_SHOWN = 5  # of the words


@frozen
class Asking:
    """What a formula asks of rows. words: by the key of a column, those that it is compared with."""

    figure: Figure
    conditions: tuple[Node, ...]
    words: Mapping[str, tuple[str, ...]]


@frozen
class Unknown:
    """A word that no sum asks for, in a row that none takes."""

    row: int
    column: str
    word: str


def asking(figure: Figure) -> Asking | None:
    """What its formula asks of rows; nothing where it takes every one, or asks for no words."""
    assert figure.formula is not None
    sums = [node for node in walk(figure.formula.tree) if isinstance(node, Aggregate)]
    words = texts.compared(each.where for each in sums if each.where is not None)
    if not words or any(each.where is None for each in sums):
        return None
    return Asking(figure, tuple(each.where for each in sums if each.where is not None), words)


def unknown(asked: Asking, row: Row, number: int) -> Unknown | None:
    """The word for which no sum takes this row of the ledger."""
    for column, words in asked.words.items():
        said = row.value(column, Shift.NOW)
        if isinstance(said, str) and said not in words:
            if any(evaluate(condition, row) is not False for condition in asked.conditions):
                return None
            return Unknown(number, column, said)
    return None


def doubts(asked: Asking, found: Sequence[Unknown], part: Part, ledger: Ledger) -> Iterator[Problem]:
    """That there are such rows: a warning where the formula sorts by several words, a note where it wants one."""
    for column, words in asked.words.items():
        rows = sorted((each for each in found if each.column == column), key=lambda each: each.row)
        if not rows:
            continue
        distinct = dict.fromkeys(each.word for each in rows)
        message = say(
            "{count} rows of the ledger “{ledger}” count in no sum of {figure}, because {column} says {words}.",
            count=len(rows),
            ledger=ledger.label,
            figure=asked.figure.label,
            column=ledger.figures[column].label,
            words=tuple(f"“{word}”" for word in [*distinct][:_SHOWN]),
        )
        expected = say("The formula asks for {words}.", words=tuple(f"“{word}”" for word in words))
        hint = say("If the rows should count, correct the word in the ledger, or add it to the formula.")
        severity = Severity.WARNING if len(words) > 1 else Severity.NOTE
        place = part.cell(column, rows[0].row)
        yield Problem("ledger-uncounted", message, place, severity, expected=expected, hint=hint)
