"""Conditions of a scheme over columns. An undefined one is an error unless its rule says what that counts as."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from kpi.evaluation.scheme.columns import INDEX
from kpi.evaluation.settle import Decided, settle
from kpi.evaluation.table import ID, NAME
from kpi.formula import past
from kpi.formula.leaves import Context
from kpi.formula.tree import Formula, names
from kpi.frozen import frozen
from kpi.problems import EntityErrors, Message, Place, Problem, say


@frozen
class Condition:
    """column: where the truth goes. rule: what people call the rule, for the message.

    unless: truth columns of conditions before this one; where one of them holds, this one is not asked.
    """

    column: str
    when: Formula
    if_undefined: bool | None
    rule: Message
    unless: tuple[str, ...] = ()


def decide(frame: pl.DataFrame, conditions: Sequence[Condition], context: Context) -> pl.DataFrame:
    """The frame with one truth column per condition, null only where it is not asked.

    Raises EntityErrors with one problem per entity and condition that is undefined and must not be.
    """
    frame = settle(frame, [Decided(each.column, each.when.tree, context) for each in conditions])
    filled = [pl.col(each.column).fill_null(each.if_undefined) for each in conditions if each.if_undefined is not None]
    frame = frame.with_columns(*filled) if filled else frame
    # Only now: an earlier condition that counts as met when it is undefined keeps those after it from being asked.
    wrong: dict[int, list[Problem]] = {}
    for each in conditions:
        if each.if_undefined is None:
            for row, problem in _undefined(frame, each):
                wrong.setdefault(row, []).append(problem)
    if wrong:
        raise EntityErrors(wrong)
    return frame


def _undefined(frame: pl.DataFrame, condition: Condition) -> list[tuple[int, Problem]]:
    asked = pl.col(condition.column).is_null()
    for earlier in condition.unless:
        asked = asked & ~pl.col(earlier).fill_null(False)
    rows = frame.filter(asked).select(INDEX, ID, NAME)
    return [(row, undecided(condition.rule, condition.when, name or code)) for row, code, name in rows.iter_rows()]


def undecided(rule: Message, when: Formula, entity: str | None) -> Problem:
    """The problem of a condition that cannot be decided for an entity, and must be."""
    message = say(
        "{rule}: the condition “{condition}” cannot be decided, because a figure in it is missing.",
        rule=rule,
        condition=when.text,
    )
    expected = say("Every figure of the condition, for every entity that the rule looks at.")
    hint = say("Report the figure, or say in the rule what counts then: if_undefined = true or false.")
    if any(past.is_past_word(name.key) for name in names(when.tree)):
        message = say(
            "{rule}: the condition “{condition}” cannot be decided: an earlier tier or a figure in it is missing.",
            rule=rule,
            condition=when.text,
        )
        hint = say(
            "Say in the rule what counts for entities that an earlier result does not list: if_undefined = true or "
            "false. If it was listed under another name or code, say so with --links FILE."
        )
    return Problem("condition-undefined", message, Place(entity=entity), expected=expected, hint=hint)
