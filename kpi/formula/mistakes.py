"""What to say about a token that does not fit: what was found, what was expected there, what to write instead."""

from __future__ import annotations

from typing import NoReturn, cast

from kpi.formula.cursor import Cursor
from kpi.formula.errors import FormulaError, sign_for
from kpi.formula.functions import BY_NAME
from kpi.formula.tokens import Token, word_end
from kpi.names import nearest
from kpi.problems import Message, say

RESERVED = frozenset(("权重", "得分", "总分", "基准值", "类别"))


def raise_if_bad(token: Token) -> None:
    """Raises the error that stopped the lexer here, if it did."""
    if token.kind == "bad":
        raise cast(FormulaError, token.value)


def no_operand(reader: Cursor) -> NoReturn:
    """A value should begin here, and does not."""
    token = reader.token
    raise_if_bad(token)
    if _is_word(reader, token):
        _unknown_name(reader, token)
    expected = say("A name, a number, a text in quotes or an opening bracket.")
    if token.kind == "end":
        before = reader.before
        where = (before.start, before.end) if before else (0, 0)
        reader.fail(where, say("The formula ends too early."), expected)
    hint = None
    found = reader.text[token.start : token.end]
    if token.kind == "period":
        expected = say("A figure or an indicator; a period may only stand after 在.")
        hint = say("For a date write 签约日期 在 {period}; for last year's value previous(税收).", period=found)
    elif reader.at("not"):
        hint = say("Put what is denied in brackets: (非 …).")
    elif reader.at("+"):
        hint = say("Leave out the + before a number.")
    elif reader.at("[", "{"):
        hint = say("A list may only stand after 属于.")
    elif reader.at(")") and (before := reader.before) is not None and before.text == "(":
        hint = say("There is nothing between the brackets.")
    reader.fail(
        (token.start, token.end),
        say("“{found}” cannot stand here.", found=found),
        expected,
        hint,
        "formula-period" if token.kind == "period" else "formula-syntax",
    )


def unexpected(reader: Cursor) -> NoReturn:
    """A value is complete, and what follows does not continue it."""
    token, before = reader.token, reader.before
    raise_if_bad(token)
    if reader.at(")", "]", "}"):
        reader.fail(
            (token.start, token.end),
            say("“{bracket}” closes a bracket that was never opened.", bracket=token.text),
            expected=say("An operator such as + or ≥, or the end of the formula."),
            hint=say("Remove it, or open a bracket before."),
        )
    office = sign_for(reader.text[token.start :])
    if office and token.kind == "word":
        word, sign = office
        reader.fail(
            (token.start, token.start + len(word)),
            say("“{word}” is not a word of formulas.", word=word),
            expected=say("An operator such as + or ≥, or the end of the formula."),
            hint=say("Use the sign “{sign}”, as in 亩均税收 ≥ 20万元/亩.", sign=sign),
        )
    if before and before.kind == "name" and before.end == token.start and _is_word(reader, token):
        _unknown_name(reader, before)
    found = reader.text[token.start : token.end]
    hint: Message | None = None
    if token.kind == "word" and found[0] in "万亿" and before and before.kind == "number":
        hint = say("{word} is part of a unit: write 20万元 or 500万人, or all digits.", word=found[0])
    elif reader.at(","):
        hint = say("Commas only separate the values of a function or a list; leave them out of numbers.")
    elif reader.at("where"):
        hint = say("where (其中) may only stand inside a function over the table, as in sum(x where 条件).")
    elif token.kind == "name" or token.kind == "number":
        hint = say("Is an operator missing before it?")
    reader.fail(
        (token.start, token.end),
        say("“{found}” is not expected after “{before}”.", found=found, before=_written(reader, before)),
        expected=say("An operator such as + or ≥, or the end of the formula."),
        hint=hint,
    )


def _unknown_name(reader: Cursor, token: Token) -> NoReturn:
    start, end = _run(reader, token)
    word = reader.text[start:end]
    if reader.text[start] == "`":
        start, end, word = start + 1, end - 1, word[1:-1]
    before = reader.before
    after = reader.text[end:].lstrip()
    if word in RESERVED:
        reader.fail(
            (start, end),
            say("“{word}” is reserved and stands for nothing in this formula.", word=word),
            expected=say(
                "权重, 得分 and 基准值 of an item, 总分 and 类别 of an entity, only in the rules of a scheme."
            ),
            code="reserved-name",
        )
    if after[:1] in ("(", "（"):
        near = nearest(word.lower(), BY_NAME)
        reader.fail(
            (start, end),
            say("There is no function “{name}”.", name=word),
            expected=say("One of the functions of formulas, such as growth, min, if or sum."),
            hint=say("Did you mean “{name}”?", name=near) if near else None,
            code="unknown-function",
        )
    near = nearest(word, reader.scope.names)
    hint = say("Did you mean “{name}”?", name=near) if near else None
    if word.lower() in BY_NAME:
        hint = say("The function is written {signature}.", signature=BY_NAME[word.lower()].signature)
    elif before and before.kind == "operator" and before.text in ("=", "≠") and before.end <= start:
        hint = say("If it is a text, put it in quotes: '{text}'.", text=word)
    reader.fail(
        (start, end),
        say("There is no figure or indicator “{name}”.", name=word),
        expected=say("The name of a figure or an indicator."),
        hint=hint or say("`kpi list` shows the names that the definitions give."),
        code="unknown-name",
    )


def _is_word(reader: Cursor, token: Token) -> bool:
    """Whether it is a word, or a word of the language that only begins an unknown one (在建, 上期库存)."""
    if token.kind == "word":
        return True
    longer = _run(reader, token)[1] > token.end
    return longer and token.kind in ("keyword", "period", "name") and not reader.text[token.start].isascii()


def _run(reader: Cursor, token: Token) -> tuple[int, int]:
    """The whole run of letters that a token begins."""
    if token.kind == "word" and reader.text[token.start] in "`｀":
        return token.start, token.end
    return token.start, max(token.end, word_end(reader.text, token.start))


def _written(reader: Cursor, token: Token | None) -> str:
    return reader.text[token.start : token.end] if token else ""
