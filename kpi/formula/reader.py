"""What every part of the parser can read: an expression inside brackets, a constant, the bracket that closes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from fractions import Fraction
from typing import cast

from kpi.formula import mistakes
from kpi.formula.cursor import Cursor
from kpi.formula.limits import MOST_NESTING
from kpi.formula.tokens import Token
from kpi.formula.tree import Date, Node, Number, Text, Truth
from kpi.problems import say
from kpi.units import Unit

OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGN, POWER = range(1, 9)
CLOSING = {"(": ")", "[": "]", "{": "}"}


class Reader(Cursor, ABC):
    """A cursor that reads expressions; how their operators bind is the parser's (parse.py)."""

    @abstractmethod
    def expression(self, binding: int = OR) -> Node:
        """The longest expression whose operators bind at least this tightly."""

    def sum(self) -> Node:
        """One side of a comparison."""
        return self.expression(SUM)

    def literal(self) -> Node:
        token = self.advance()
        span = (token.start, token.end)
        if token.kind == "number":
            value, unit = cast(tuple[Fraction, Unit | None], token.value)
            return Number(value, unit, span)
        if token.kind == "date":
            return Date(cast(date, token.value), span)
        return Text(cast(str, token.value), span) if token.kind == "text" else Truth(token.text == "true", span)

    def nested(self, opening: Token, binding: int = OR) -> Node:
        """An expression one level further in."""
        self.nesting += 1
        if self.nesting > MOST_NESTING:
            self.fail(
                (opening.start, opening.end),
                say("The formula is nested more than {most} deep.", most=MOST_NESTING),
                expected=say("At most {most} brackets inside each other.", most=MOST_NESTING),
                hint=say("Split it into several indicators."),
                code="formula-limit",
            )
        node = self.expression(binding)
        self.nesting -= 1
        return node

    def close(self, opening: Token) -> None:
        """Take the bracket that closes this one."""
        closing = CLOSING[opening.text]
        if self.at(closing):
            self.advance()
            return
        if self.token.kind != "end" and not self.at(")", "]", "}"):
            mistakes.unexpected(self)
        self.fail(
            (opening.start, opening.end),
            say("The bracket “{bracket}” is not closed.", bracket=self.text[opening.start : opening.end]),
            expected=say("A closing “{bracket}”.", bracket=closing),
        )
