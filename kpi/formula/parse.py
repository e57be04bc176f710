"""Formula text → tree.

One pass from left to right with operator precedence: or < and < not < comparison < + - < × ÷ < minus sign < ^.
The first error stops it. Nothing here can hang: text, nesting, size, digits and exponents are bounded.
"""

from __future__ import annotations

from fractions import Fraction
from typing import cast

from kpi.formula import calls, mistakes
from kpi.formula.comparisons import COMPARISONS, comparison, membership, within
from kpi.formula.errors import FormulaError, wrong
from kpi.formula.lexer import tokens
from kpi.formula.limits import LARGEST_EXPONENT, check_length, check_size, largest_power
from kpi.formula.reader import AND, COMPARISON, NOT, OR, POWER, PRODUCT, SUM, Reader
from kpi.formula.scope import Scope, Symbol
from kpi.formula.tree import (
    And,
    Binary,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Shift,
)
from kpi.problems import say
from kpi.units import Unit

__all__ = ["FormulaError", "parse"]

BINDING = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "^": POWER}


def parse(text: str, scope: Scope) -> Node:
    """The tree of a formula, its units not yet checked; every name in it is the key that the scope gives.

    Raises FormulaError for the first thing that is wrong.
    """
    check_length(text)
    reader = Parser(text, scope, tokens(text, scope))
    if reader.token.kind == "end":
        raise wrong(text, (0, len(text)), "formula-syntax", say("The formula is empty."), say("A formula."))
    tree = reader.expression()
    if reader.token.kind != "end":
        mistakes.unexpected(reader)
    check_size(text, tree)
    return tree


class Parser(Reader):
    """Reads one formula: operators by how tightly they bind, and what may stand between them."""

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
