"""The shapes that values in definitions can have. One description serves reading, the JSON Schema and the reference.

`read` gives the plain value (numbers as Fraction, periods as text) or INVALID after reporting why; it knows nothing of
units, names or formulas.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Final, Protocol

from kpi.definitions.positions import Path
from kpi.frozen import frozen
from kpi.names import nearest
from kpi.problems import Message, say
from kpi.regex import compiled

_MAX_DIGITS = 40
_PERIOD = compiled(r"(\d{4})年?|\d{4}H[12]|\d{4}Q[1-4]|\d{4}-(0[1-9]|1[0-2])")


class _Invalid(Enum):
    INVALID = "invalid"


INVALID: Final = _Invalid.INVALID

Schema = dict[str, Any]


class Report(Protocol):
    """Takes the problems found while reading."""

    def report(
        self,
        code: str,
        path: Path,
        message: Message,
        *,
        expected: Message | None = None,
        hint: Message | None = None,
        on_key: bool = False,
    ) -> None: ...


class Shape(Protocol):
    """How one kind of value is read, and how a JSON Schema says it."""

    def read(self, value: object, path: Path, notes: Report) -> Any: ...

    def schema(self) -> Schema: ...


def wrong(notes: Report, path: Path, value: object, expected: Message) -> Any:
    notes.report("wrong-type", path, _found(value), expected=expected)
    return INVALID


def _found(value: object) -> Message:
    if isinstance(value, bool):
        return say("{value} cannot stand here.", value="true" if value else "false")
    if isinstance(value, str):
        return say("The text “{text}” cannot stand here.", text=value if len(value) <= 40 else value[:39] + "…")
    if isinstance(value, int | Decimal):
        written = "…" if isinstance(value, int) and abs(value) >= 10**_MAX_DIGITS else str(value)[:_MAX_DIGITS]
        return say("The number {number} cannot stand here.", number=written)
    if isinstance(value, list):
        return say("A list cannot stand here.")
    if isinstance(value, dict):
        return say("A table cannot stand here.")
    return say("A date or time cannot stand here.")


@frozen
class Text:
    """A text; one of the choices, if there are any."""

    choices: tuple[str, ...] = ()

    def read(self, value: object, path: Path, notes: Report) -> Any:
        if not isinstance(value, str):
            return wrong(notes, path, value, say("Expected a text in quotes."))
        if self.choices and value not in self.choices:
            near = nearest(value, self.choices)
            notes.report(
                "unknown-choice",
                path,
                say("“{value}” is not known here.", value=value),
                expected=say("Expected one of: {choices}.", choices=tuple(self.choices)),
                hint=say("Did you mean “{near}”?", near=near) if near else None,
            )
            return INVALID
        return value

    def schema(self) -> Schema:
        return {"type": "string", "enum": list(self.choices)} if self.choices else {"type": "string"}


@frozen
class Whole:
    """A whole number within bounds."""

    least: int = 0
    most: int = 12

    def read(self, value: object, path: Path, notes: Report) -> Any:
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            expected = say("Expected a whole number from {least} to {most}.", least=self.least, most=self.most)
            return wrong(notes, path, value, expected)
        return value

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@frozen
class Number:
    """A number, exact as written."""

    def read(self, value: object, path: Path, notes: Report) -> Any:
        number = exact(value)
        if number is None:
            return wrong(notes, path, value, say("Expected a number without a unit, such as 30 or 1.2."))
        return number

    def schema(self) -> Schema:
        return {"type": "number"}


@frozen
class Expression:
    """A formula, or a plain number; read as the text of a formula."""

    def read(self, value: object, path: Path, notes: Report) -> Any:
        if isinstance(value, str):
            return value
        number = exact(value)
        if number is None:
            return wrong(notes, path, value, say("Expected a number or a formula in quotes."))
        return f"{value:f}" if isinstance(value, Decimal) else str(value)

    def schema(self) -> Schema:
        return {"type": ["string", "number"]}


@frozen
class Answer:
    """A value as people type one: a text, a number, a date, true or false; read as a text (是 and 否)."""

    def read(self, value: object, path: Path, notes: Report) -> Any:
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        return Expression().read(value, path, notes)

    def schema(self) -> Schema:
        return {"type": ["string", "number", "boolean"]}


@frozen
class Choice:
    """One of some words, or a number."""

    choices: tuple[str, ...]

    def read(self, value: object, path: Path, notes: Report) -> Any:
        return (
            Text(self.choices).read(value, path, notes) if isinstance(value, str) else Number().read(value, path, notes)
        )

    def schema(self) -> Schema:
        return {"anyOf": [Text(self.choices).schema(), Number().schema()]}


@frozen
class YesNo:
    """true or false."""

    def read(self, value: object, path: Path, notes: Report) -> Any:
        if not isinstance(value, bool):
            return wrong(notes, path, value, say("Expected true or false, without quotes."))
        return value

    def schema(self) -> Schema:
        return {"type": "boolean"}


@frozen
class Day:
    """A date, with or without quotes."""

    def read(self, value: object, path: Path, notes: Report) -> Any:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        return wrong(notes, path, value, say("Expected a date such as 2023-01-01."))

    def schema(self) -> Schema:
        return {"type": "string", "format": "date"}


@frozen
class Period:
    """The period that a rule is made for: 2022, "2022H1", "2022Q3", "2022-06". words: further texts with a meaning."""

    words: tuple[str, ...] = ()

    def read(self, value: object, path: Path, notes: Report) -> Any:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(text, str) and text in self.words:
            return text
        match = _PERIOD.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            return wrong(notes, path, value, say('Expected a period such as 2022, "2022H1", "2022Q3" or "2022-06".'))
        return match[1] or text

    def schema(self) -> Schema:
        return {"type": ["string", "integer"]}


def exact(value: object) -> Fraction | None:
    """The number as written; None when the value is no number, or longer than any that people write."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value) if abs(value) < 10**_MAX_DIGITS else None
    if isinstance(value, Decimal) and value.is_finite():
        _, digits, exponent = value.as_tuple()
        if len(digits) <= _MAX_DIGITS and isinstance(exponent, int) and abs(exponent) <= _MAX_DIGITS:
            return Fraction(value)
    return None
