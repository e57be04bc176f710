"""Formula text → tree.

One pass from left to right with operator precedence: or < and < not < comparison < + - < × ÷ < minus sign < ^.
The first error stops it. Nothing here can hang: text, nesting, size, digits and exponents are bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NoReturn, cast

from kpi.formula import calls, mistakes
from kpi.formula.comparisons import COMPARISONS, comparison, membership, within
from kpi.formula.errors import FormulaError, wrong
from kpi.formula.lexer import tokens
from kpi.formula.limits import LARGEST_EXPONENT, MOST_NESTING, check_length, check_size, largest_power
from kpi.formula.scope import Scope, Symbol
from kpi.formula.tokens import Token
from kpi.formula.tree import (
    And,
    Binary,
    Date,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Shift,
    Span,
    Text,
    Truth,
)
from kpi.problems import Message, say
from kpi.units import Unit

__all__ = ["FormulaError", "parse"]

OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGN, POWER = range(1, 9)
BINDING = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "^": POWER}
CLOSING = {"(": ")", "[": "]", "{": "}"}


def parse(text: str, scope: Scope) -> Node:
    """The tree of a formula, its units not yet checked; every name in it is the key that the scope gives.

    Raises FormulaError for the first thing that is wrong.
    """
    check_length(text)
    reader = Reader(text, scope, tokens(text, scope))
    if reader.token.kind == "end":
        raise wrong(text, (0, len(text)), "formula-syntax", say("The formula is empty."), say("A formula."))
    tree = reader.expression()
    if reader.token.kind != "end":
        mistakes.unexpected(reader)
    check_size(text, tree)
    return tree


class Reader:
    """The place that reading has come to in the tokens of one formula."""

    def __init__(self, text: str, scope: Scope, found: Sequence[Token]) -> None:
        self.text = text
        self.scope = scope
        self.tokens = found
        self.index = 0
        self.nesting = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    @property
    def before(self) -> Token | None:
        return self.tokens[self.index - 1] if self.index else None

    def advance(self) -> Token:
        token = self.token
        if token.kind == "bad":
            raise cast(FormulaError, token.value)
        self.index += 1
        return token

    def at(self, *texts: str) -> bool:
        """Whether the next token is one of these operators or keywords."""
        return self.token.kind in ("operator", "keyword") and self.token.text in texts

    def span(self, start: int) -> Span:
        """From this character to the end of what has been read."""
        return start, self.tokens[self.index - 1].end

    def fail(
        self,
        span: Span,
        message: Message,
        expected: Message,
        hint: Message | None = None,
        code: str = "formula-syntax",
    ) -> NoReturn:
        """Raises FormulaError for what stands here."""
        raise wrong(self.text, span, code, message, expected, hint)

    def expression(self, binding: int = OR) -> Node:
        """The longest expression whose operators bind at least this tightly."""
        start = self.token.start
        left = self.operand(binding)
        while True:
            token = self.token
            if token.kind == "operator" and BINDING.get(token.text, 0) >= binding:
                left = self.power(left, start) if token.text == "^" else self.arithmetic(left, start)
            elif token.kind == "operator" and token.text in COMPARISONS and binding <= COMPARISON:
                left = comparison(self, left, start)
            elif membership(self) and binding <= COMPARISON:
                left = within(self, left, start)
            elif self.at("and") and binding <= AND:
                left = And(self.joined(left, "and", AND), self.span(start))
            elif self.at("or") and binding <= OR:
                left = Or(self.joined(left, "or", OR), self.span(start))
            else:
                return left

    def sum(self) -> Node:
        """One side of a comparison."""
        return self.expression(SUM)

    def arithmetic(self, left: Node, start: int) -> Node:
        operator = self.advance().text
        right = self.expression(BINDING[operator] + 1)
        return Binary(operator, left, right, self.span(start))

    def joined(self, left: Node, word: str, binding: int) -> tuple[Node, ...]:
        operands = [left]
        while self.at(word):
            self.advance()
            operands.append(self.expression(binding + 1))
        return tuple(operands)

    def power(self, base: Node, start: int) -> Node:
        self.advance()
        exponent = self.exponent()
        node = Binary("^", base, exponent, self.span(start))
        if self.at("^"):
            self.fail(
                (start, self.token.end),
                say("A power of a power needs brackets."),
                expected=say("(a^2)^3 or a^6."),
                code="formula-brackets",
            )
        if largest_power(node) > LARGEST_EXPONENT:
            self.fail(
                node.span,
                say("The powers in it multiply to more than {most}.", most=LARGEST_EXPONENT),
                expected=say("Powers that multiply to at most {most}.", most=LARGEST_EXPONENT),
                code="formula-limit",
            )
        return node

    def exponent(self) -> Node:
        start = self.token.start
        opening = self.advance() if self.at("(") else None
        minus = self.advance() if self.at("-") else None
        token = self.token
        mistakes.raise_if_bad(token)
        value, unit = cast(tuple[Fraction, Unit | None], token.value) if token.kind == "number" else (None, None)
        if value is None or unit is not None or value.denominator != 1 or value > LARGEST_EXPONENT:
            self.fail(
                (start, max(token.end, start)),
                say("This cannot be an exponent."),
                expected=say("A whole number from -{most} to {most}.", most=LARGEST_EXPONENT),
                code="formula-exponent",
            )
        self.advance()
        if opening:
            self.close(opening)
        return Number(-value if minus else value, None, self.span(start))

    def operand(self, binding: int) -> Node:
        token = self.token
        if token.kind in ("number", "text", "date") or self.at("true", "false"):
            return self.literal()
        if token.kind == "name":
            self.advance()
            return Name(cast(Symbol, token.value).key, (token.start, token.end))
        if token.kind == "shift":
            return self.shifted_name()
        if token.kind == "function":
            return calls.call(self)
        if self.at("("):
            return self.bracketed()
        if self.at("-"):
            return self.minus()
        if self.at("not") and binding <= NOT:
            self.advance()
            return Not(self.nested(token, NOT), self.span(token.start))
        mistakes.no_operand(self)

    def literal(self) -> Node:
        token = self.advance()
        span = (token.start, token.end)
        if token.kind == "number":
            value, unit = cast(tuple[Fraction, Unit | None], token.value)
            return Number(value, unit, span)
        if token.kind == "date":
            return Date(cast(date, token.value), span)
        return Text(cast(str, token.value), span) if token.kind == "text" else Truth(token.text == "true", span)

    def shifted_name(self) -> Node:
        """上年同期的税收: one name in another period."""
        shift = self.advance()
        token = self.token
        if token.kind != "name":
            mistakes.no_operand(self)
        self.advance()
        return Name(cast(Symbol, token.value).key, self.span(shift.start), cast(Shift, shift.value))

    def bracketed(self) -> Node:
        opening = self.advance()
        node = self.nested(opening)
        self.close(opening)
        return node

    def minus(self) -> Node:
        sign = self.advance()
        operand = self.nested(sign, POWER + 1)
        if self.at("^"):
            self.fail(
                (sign.start, self.token.end),
                say("A minus sign before a power needs brackets."),
                expected=say("-(a^2) or (-a)^2."),
                code="formula-brackets",
            )
        return Negative(operand, self.span(sign.start))

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
