"""The shapes that values in definitions can have. One description serves reading, the JSON Schema and the reference.

`read` gives the plain value (numbers as Fraction, periods as text) or INVALID after reporting why; it knows nothing of
units, names or formulas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Final, Protocol

from kpi.definitions.positions import Path
from kpi.frozen import frozen
from kpi.problems import Message, say

_MAX_DIGITS = 40
_PERIOD = re.compile(r"(\d{4})年?|\d{4}H[12]|\d{4}Q[1-4]|\d{4}-(0[1-9]|1[0-2])")


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


def _wrong(notes: Report, path: Path, value: object, expected: Message) -> Any:
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


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, if any is."""
    import difflib

    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


@frozen
class Text:
    """A text; one of the choices, if there are any."""

    choices: tuple[str, ...] = ()

    def read(self, value: object, path: Path, notes: Report) -> Any:
        if not isinstance(value, str):
            return _wrong(notes, path, value, say("Expected a text in quotes."))
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
            return _wrong(notes, path, value, expected)
        return value

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@frozen
class Number:
    """A number, exact as written."""

    def read(self, value: object, path: Path, notes: Report) -> Any:
        number = exact(value)
        if number is None:
            return _wrong(notes, path, value, say("Expected a number without a unit, such as 30 or 1.2."))
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
            return _wrong(notes, path, value, say("Expected a number or a formula in quotes."))
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
            return _wrong(notes, path, value, say("Expected true or false, without quotes."))
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
        return _wrong(notes, path, value, say("Expected a date such as 2023-01-01."))

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
            return _wrong(notes, path, value, say('Expected a period such as 2022, "2022H1", "2022Q3" or "2022-06".'))
        return match[1] or text

    def schema(self) -> Schema:
        return {"type": ["string", "integer"]}


@frozen
class ListOf:
    """A list; with alone, a single value may stand for a list of one."""

    item: Shape
    alone: bool = False

    def read(self, value: object, path: Path, notes: Report) -> Any:
        if not isinstance(value, list):
            if not self.alone:
                return _wrong(notes, path, value, say("Expected a list in square brackets."))
            value = [value]
            read = [self.item.read(value[0], path, notes)]
        else:
            read = [self.item.read(element, (*path, index), notes) for index, element in enumerate(value)]
        return INVALID if any(element is INVALID for element in read) else read

    def schema(self) -> Schema:
        item = self.item.schema()
        several = {"type": "array", "items": item}
        return {"anyOf": [item, several]} if self.alone else several


@frozen
class MapOf:
    """A table with keys of one's own."""

    value: Shape
    names: bool = False  # whether the keys are names that formulas use

    def read(self, value: object, path: Path, notes: Report) -> Any:
        if not isinstance(value, dict):
            return _wrong(notes, path, value, say("Expected a table."))
        result = {}
        for key, entry in value.items():
            if self.names and (fault := name_fault(key)) is not None:
                notes.report(
                    "bad-name",
                    (*path, key),
                    say("“{name}” cannot be a name.", name=key),
                    expected=fault,
                    on_key=True,
                )
            else:
                result[key] = self.value.read(entry, (*path, key), notes)
        return {key: entry for key, entry in result.items() if entry is not INVALID}

    def schema(self) -> Schema:
        return {"type": "object", "additionalProperties": self.value.schema()}


@frozen
class PerGroup:
    """A value, or a table with a value for each group."""

    value: Shape

    def read(self, value: object, path: Path, notes: Report) -> Any:
        return (MapOf(self.value) if isinstance(value, dict) else self.value).read(value, path, notes)

    def schema(self) -> Schema:
        return {"anyOf": [self.value.schema(), MapOf(self.value).schema()]}


@frozen
class Key:
    """One key of a table: its name, the shape of its value, what it means, and for a required one how it is written."""

    name: str
    shape: Shape
    doc: str
    required: bool = False
    example: str = ""


@frozen
class TableOf:
    """A table with known keys. short: the key that a plain value instead of a table stands for.

    others: the shape of what stands under keys of one's own, where there may be any.
    """

    keys: tuple[Key, ...]
    short: str | None = None
    others: Shape | None = None

    def read(self, value: object, path: Path, notes: Report) -> Any:
        if not isinstance(value, dict):
            if self.short is None or isinstance(value, list):
                return _wrong(notes, path, value, say("Expected a table."))
            key = next(key for key in self.keys if key.name == self.short)
            read = key.shape.read(value, path, notes)
            return INVALID if read is INVALID else {self.short: read}
        result: dict[str, Any] = {}
        valid = True
        for key in self.keys:
            if key.name in value:
                result[key.name] = key.shape.read(value[key.name], (*path, key.name), notes)
            elif key.required:
                _missing(key, path, notes)
                valid = False
        for name in value:
            if name in result:
                continue
            if self.others is not None:
                result[name] = self.others.read(value[name], (*path, name), notes)
            else:
                self._unknown(name, path, notes)
        valid &= not any(key.required and result.get(key.name) is INVALID for key in self.keys)
        return {name: entry for name, entry in result.items() if entry is not INVALID} if valid else INVALID

    def _unknown(self, name: str, path: Path, notes: Report) -> None:
        known = [key.name for key in self.keys]
        near = nearest(name, known)
        notes.report(
            "unknown-key",
            (*path, name),
            say("The key “{key}” is not known here.", key=name),
            expected=say("Expected one of: {keys}.", keys=tuple(known)),
            hint=say("Did you mean “{near}”?", near=near) if near else None,
            on_key=True,
        )

    def schema(self) -> Schema:
        table: Schema = {
            "type": "object",
            "properties": {key.name: {"description": key.doc} | key.shape.schema() for key in self.keys},
            "additionalProperties": False if self.others is None else self.others.schema(),
        }
        required = [key.name for key in self.keys if key.required]
        if required:
            table["required"] = required
        if self.short is None:
            return table
        short = next(key.shape.schema() for key in self.keys if key.name == self.short)
        return {"anyOf": [short, table]}


def _missing(key: Key, path: Path, notes: Report) -> None:
    notes.report(
        "missing-key",
        path,
        say("The key “{key}” is missing.", key=key.name),
        hint=say("Add it, such as {key} = {example}.", key=key.name, example=key.example or "…"),
        on_key=True,
    )


def name_fault(name: str) -> Message | None:
    """Why a text cannot be the name of a figure, indicator, standard or scheme; None when it can."""
    if not name.strip() or name != name.strip():
        return say("Expected a name without spaces at its ends.")
    if any(mark in name for mark in "@#`") or not name.isprintable():
        return say("Expected a name without @, #, backquotes and control characters.")
    if len(name) > 80:
        return say("Expected a name of at most 80 characters.")
    return None


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
