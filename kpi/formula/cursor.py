"""The place that reading has come to in a formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn, cast

from kpi.formula.errors import FormulaError, wrong
from kpi.formula.scope import Scope
from kpi.formula.tokens import Token
from kpi.formula.tree import Span
from kpi.problems import Message


class Cursor:
    """A place among the tokens of one formula, which only moves on."""

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
