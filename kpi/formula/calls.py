"""The part of the parser that reads calls of functions."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from kpi.formula import past
from kpi.formula.functions import BY_NAME, Function
from kpi.formula.limits import check_size
from kpi.formula.reader import Reader
from kpi.formula.tokens import Token
from kpi.formula.tree import (
    Aggregate,
    Call,
    Listed,
    Name,
    Node,
    Number,
    Period,
    Published,
    Shift,
    Span,
    names,
    rewrite,
    walk,
)
from kpi.frozen import frozen
from kpi.names import nearest
from kpi.problems import say

SHIFTS = {"previous": Shift.PREVIOUS, "preceding": Shift.PRECEDING}


@frozen
class Written:
    """A call as it was written: the word, the function it means, its values, its condition after where."""

    token: Token
    word: str
    function: Function
    arguments: tuple[Node, ...]
    where: Node | None
    span: Span


def call(reader: Reader) -> Node:
    """The node of the call that begins at the reader's place."""
    token = reader.advance()
    function = BY_NAME[token.text]
    opening = reader.advance()
    if function.name == "in_list":
        return _listed(reader, token, opening)
    arguments: list[Node] = []
    where = None
    if not reader.at(")"):
        arguments.append(reader.nested(opening))
        if reader.at("where"):
            where = reader.nested(reader.advance())
        while reader.at(","):
            reader.advance()
            arguments.append(reader.nested(opening))
    reader.close(opening)
    word = reader.text[token.start : token.end]
    written = Written(token, word, function, tuple(arguments), where, reader.span(token.start))
    return _aggregate(reader, written) if function.table or where is not None else _plain(reader, written)


def _plain(reader: Reader, written: Written) -> Node:
    """A function of the entity's own values."""
    function, arguments = written.function, written.arguments
    if function.name in ("min", "max") and len(arguments) == 1:
        reader.fail(
            written.span,
            say("“{function}” was given one value.", function=written.word),
            expected=say("Several values, as in {signature}.", signature=function.signature),
            hint=say("Over all rows of the table, write {function}(x where true).", function=function.name),
            code="formula-arguments",
        )
    _check_count(reader, written)
    if function.name in SHIFTS:
        return shifted(reader, arguments[0], SHIFTS[function.name], written)
    if function.name == "growth":
        return Call("growth", (arguments[0], shifted(reader, arguments[0], Shift.PREVIOUS, written)), written.span)
    if function.name == "consecutive":
        return _consecutive(reader, written)
    if function.name == "published":
        if not isinstance(arguments[0], Name):
            reader.fail(
                arguments[0].span,
                say("“{function}” takes one indicator, not a calculation.", function=written.word),
                expected=say("The name of an indicator, as in published(亩均税收)."),
                hint=say("Make the calculation an indicator of its own."),
                code="formula-arguments",
            )
        return Published(arguments[0], written.span)
    return Call(function.name, arguments, written.span)


def _consecutive(reader: Reader, written: Written) -> Node:
    """One condition for each year of the run, this period's first: all of them must hold."""
    condition, count = written.arguments
    years = _run_of_years(reader, count)
    check_size(reader.text, condition)  # before it is walked
    for node in walk(condition):
        known = isinstance(node, Name) and past.is_past_word(node.key) and node.shift is not Shift.PRECEDING
        if isinstance(node, Name | Published | Listed | Aggregate | Period) and not known:
            reader.fail(
                node.span,
                say("“{part}” is not known of every earlier year.", part=reader.text[node.span[0] : node.span[1]]),
                expected=say("A condition on 类别 alone, as in {example}.", example=written.function.example),
                hint=say("Join other conditions by 且 outside the brackets."),
                code="formula-history",
            )
    if not names(condition):
        _wrong_count(reader, written)
    return Call("consecutive", tuple(past.years_earlier(condition, back) for back in range(years)), written.span)


def _run_of_years(reader: Reader, node: Node) -> int:
    whole = isinstance(node, Number) and (node.unit is None or node.unit.text == "年") and node.value.denominator == 1
    if not isinstance(node, Number) or not whole or not 2 <= node.value <= past.LONGEST_RUN:
        reader.fail(
            node.span,
            say("“{part}” is not a number of years in a row.", part=reader.text[node.span[0] : node.span[1]]),
            expected=say("A whole number from 2 to {most}.", most=past.LONGEST_RUN),
            hint=say("For last year alone write previous(类别) = 'D'."),
            code="formula-history",
        )
    return int(node.value)


def _aggregate(reader: Reader, written: Written) -> Node:
    """A function over the rows of the table."""
    function, where = written.function, written.where
    if not function.table and function.name not in ("min", "max"):
        reader.fail(
            written.span,
            say("“{function}” takes no condition after where.", function=written.word),
            expected=say("It is written {signature}.", signature=function.signature),
            code="formula-arguments",
        )
    if not reader.scope.table_functions:
        reader.fail(
            (written.token.start, written.token.end),
            say("“{function}” runs over the whole table, which cannot be done here.", function=written.word),
            expected=say("A formula over the values of one entity."),
            code="table-function",
        )
    if len(written.arguments) != 1 or (function.name == "count" and where is not None):
        _wrong_count(reader, written)
    argument: Node | None = written.arguments[0]
    for part in (argument, where):
        if part is not None:
            _refuse_aggregates(reader, part)
    if function.name == "count" or (function.name == "share" and where is None):
        argument, where = None, argument
    return Aggregate(function.name, argument, where, written.span)


def _refuse_aggregates(reader: Reader, part: Node) -> None:
    # Each level inside would run over the whole table once for every row.
    check_size(reader.text, part)  # before it is walked
    for inner in walk(part):
        if isinstance(inner, Aggregate):
            reader.fail(
                inner.span,
                say("A function over the table cannot stand inside another one."),
                expected=say("A formula over the values of one row."),
                hint=say("Make the inner one an indicator of its own."),
                code="table-function",
            )


def _check_count(reader: Reader, written: Written) -> None:
    function, count = written.function, len(written.arguments)
    if count < function.least or (function.most is not None and count > function.most):
        _wrong_count(reader, written)


def _wrong_count(reader: Reader, written: Written) -> NoReturn:
    reader.fail(
        written.span,
        say("“{function}” cannot take what is in its brackets.", function=written.word)
        if written.where is not None
        else say("“{function}” cannot take {count} values.", function=written.word, count=len(written.arguments)),
        expected=say("It is written {signature}.", signature=written.function.signature),
        hint=say("For example: {example}.", example=written.function.example),
        code="formula-arguments",
    )


def _listed(reader: Reader, token: Token, opening: Token) -> Node:
    """in_list(安全事故): the name of a list is read as it stands, quoted or not."""
    first = reader.token
    while not reader.at(")") and reader.token.kind != "end":
        reader.advance()
    last = reader.token.start
    reader.close(opening)
    span = first.start, max(first.start, len(reader.text[:last].rstrip()))
    name = reader.text[span[0] : span[1]]
    if first.kind == "text" and first.end == span[1]:
        name = str(first.value)
    elif len(name) > 1 and name[0] == name[-1] == "`":
        name = name[1:-1]
    if name not in reader.scope.lists:
        near = nearest(name, reader.scope.lists)
        reader.fail(
            span,
            say("There is no list “{name}”.", name=name),
            expected=say("The name of a list that the definitions give under [lists]."),
            hint=say("Did you mean “{name}”?", name=near) if near else None,
            code="unknown-list",
        )
    return Listed(name, reader.span(token.start))


def shifted(reader: Reader, tree: Node, shift: Shift, written: Written) -> Node:
    """The tree with every name in it read in another period.

    本期 after 在 moves along: previous(count(签约日期 在 本期)) counts last year's signings by last year's table.
    """
    check_size(reader.text, tree)  # before it is walked
    for node in walk(tree):
        if isinstance(node, Name | Period) and node.shift is not Shift.NOW:
            reader.fail(
                node.span,
                say(
                    "“{part}” is in another period already; “{function}” cannot move it once more.",
                    part=reader.text[node.span[0] : node.span[1]],
                    function=written.word,
                ),
                expected=say("Values of the current period inside {function}.", function=written.word),
                code="formula-period",
            )
        if isinstance(node, Listed):
            reader.fail(
                node.span,
                say("A list of names has no other period."),
                expected=say("Figures and indicators inside {function}.", function=written.word),
                code="formula-period",
            )
    if not names(tree):
        reader.fail(
            tree.span,
            say("“{function}” needs a figure or an indicator inside.", function=written.word),
            expected=say("It is written {signature}.", signature=written.function.signature),
            hint=say("For example: {example}.", example=written.function.example),
            code="formula-period",
        )
    return rewrite(tree, lambda node: replace(node, shift=shift) if isinstance(node, Name | Period) else None)
