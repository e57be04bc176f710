"""The part of the parser that reads comparisons, ranges and memberships."""

from __future__ import annotations

from typing import cast

from kpi.formula import mistakes
from kpi.formula.reader import Reader
from kpi.formula.tokens import Token
from kpi.formula.tree import And, Compare, Items, Negative, Node, Not, Period, Shift, Within
from kpi.problems import say

# How formulas write an operator → how the tree does.
COMPARISONS = {"=": "=", "≠": "!=", "≥": ">=", "≤": "<=", ">": ">", "<": "<"}
DIRECTIONS = {"≥": "down", ">": "down", "≤": "up", "<": "up"}


def comparison(reader: Reader, left: Node, start: int) -> Node:
    """A comparison, or a range: 0.7 ≤ x ≤ 1.8 is two comparisons that must both hold."""
    parts: list[Node] = []
    first = reader.token
    while reader.token.kind == "operator" and reader.token.text in COMPARISONS:
        operator = reader.token
        if parts and DIRECTIONS.get(operator.text, operator) != DIRECTIONS.get(first.text):
            reader.fail(
                (operator.start, operator.end),
                say("“{sign}” cannot follow “{first}” in one comparison.", sign=operator.text, first=first.text),
                expected=say("A range in one direction, such as 0.7 ≤ 容积率 ≤ 1.8."),
                hint=say("Write two comparisons and join them with 且."),
                code="formula-chain",
            )
        reader.advance()
        right_start = reader.token.start
        right = reader.sum()
        parts.append(Compare(COMPARISONS[operator.text], left, right, reader.span(start)))
        left, start = right, right_start
    _no_second_comparison(reader)
    return parts[0] if len(parts) == 1 else And(tuple(parts), (parts[0].span[0], parts[-1].span[1]))


def membership(reader: Reader) -> bool:
    """Whether 属于, in, 不属于, not in or 在 comes next."""
    if not reader.at("not"):
        return reader.at("in", "not in", "during")
    following = reader.tokens[reader.index + 1]
    return following.kind == "keyword" and following.text == "in"


def within(reader: Reader, member: Node, start: int) -> Node:
    """member 属于 [...], member 不属于 [...], member 在 本期."""
    word = reader.advance()
    negated = word.text in ("not", "not in")
    if word.text == "not":
        word = reader.advance()
    among = _period(reader, word) if word.text == "during" or reader.token.kind == "period" else _items(reader, word)
    node = Within(member, among, reader.span(start))
    _no_second_comparison(reader)
    return Not(node, node.span) if negated else node


def _period(reader: Reader, word: Token) -> Node:
    token = reader.token
    written = reader.text[word.start : word.end]
    if token.kind != "period":
        mistakes.raise_if_bad(token)
        reader.fail(
            (token.start, token.end),
            say("After “{word}” there is no period.", word=written),
            expected=say("本期, 上年同期 or 上期."),
            hint=say("For a list write 属于, such as 行业 属于 ['食品制造']."),
        )
    if written in ("属于", "不属于"):
        reader.fail(
            (word.start, word.end),
            say("“{word}” is for lists, not for periods.", word=written),
            expected=say("A date and a period, such as 签约日期 在 本期."),
        )
    reader.advance()
    return Period(cast(Shift, token.value), (token.start, token.end))


def _items(reader: Reader, word: Token) -> Node:
    opening = reader.token
    if not reader.at("(", "[", "{"):
        mistakes.raise_if_bad(opening)
        reader.fail(
            (opening.start, opening.end),
            say("After “{word}” there is no list.", word=reader.text[word.start : word.end]),
            expected=say("A list in brackets, such as ['农副产品加工', '食品制造']."),
            hint=say("To ask for a list of names (名单), write in_list(安全事故)."),
        )
    reader.advance()
    found = [_item(reader)]
    while reader.at(","):
        reader.advance()
        found.append(_item(reader))
    reader.close(opening)
    return Items(tuple(found), reader.span(opening.start))


def _item(reader: Reader) -> Node:
    """One constant of a list."""
    token = reader.token
    if token.kind in ("number", "text", "date") or reader.at("true", "false"):
        return reader.literal()
    if reader.at("-") and reader.tokens[reader.index + 1].kind == "number":
        reader.advance()
        return Negative(reader.literal(), reader.span(token.start))
    mistakes.raise_if_bad(token)
    reader.fail(
        (token.start, token.end),
        say("“{found}” is not a constant.", found=reader.text[token.start : token.end])
        if token.kind != "end"
        else say("The list is not closed."),
        expected=say("Texts in quotes, numbers or dates, separated by commas."),
        hint=say("A text goes in quotes: '{text}'.", text=token.text) if token.kind in ("word", "name") else None,
    )


def _no_second_comparison(reader: Reader) -> None:
    token = reader.token
    if membership(reader) or (token.kind == "operator" and token.text in COMPARISONS):
        reader.fail(
            (token.start, token.end),
            say("A comparison cannot be compared once more."),
            expected=say("且, 或 or the end of the formula."),
            hint=say("Put the first comparison in brackets if you mean this."),
            code="formula-chain",
        )
