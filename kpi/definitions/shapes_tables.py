"""The shapes of lists and tables in definitions, made of shapes of single values (shapes.py)."""

from __future__ import annotations

from typing import Any

from kpi.definitions.positions import Path
from kpi.definitions.shapes import INVALID, Report, Schema, Shape, wrong
from kpi.frozen import frozen
from kpi.names import nearest
from kpi.problems import Message, say


@frozen
class ListOf:
    """A list; with alone, a single value may stand for a list of one."""

    item: Shape
    alone: bool = False

    def read(self, value: object, path: Path, notes: Report) -> Any:
        if not isinstance(value, list):
            if not self.alone:
                return wrong(notes, path, value, say("Expected a list in square brackets."))
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
            return wrong(notes, path, value, say("Expected a table."))
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
                return wrong(notes, path, value, say("Expected a table."))
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
