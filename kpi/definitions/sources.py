"""The files that definitions come from: reading, `include`, merging, and where each key stands.

A file's own keys override those it includes; among included files the later one wins. Tables merge key by key; lists,
tiers and everything that is not a table are replaced as a whole.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

import kpi
from kpi.definitions.model import SourceFile
from kpi.definitions.positions import Mark, Path, inside, locate, marks
from kpi.definitions.syntax import parse
from kpi.problems import KpiError, Place, Problem, say

EMBEDDED = "kpi:indicators.toml"  # how a file includes the definitions that come with the program

# These tables are one statement: half of an old list of tiers under a new one would say what nobody wrote.
_WHOLE = {"up_to", "at_least", "at_most"}
_SHORT = {
    "figures": "unit",
    "units": "is",
    "targets": "goal",
}  # what a plain text stands for, so that it can override or be overridden
_MAX_BYTES = 8_000_000

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Document:
    """One TOML file as read: how it is named to people, where it lies (None: no folder), its text and its values."""

    name: str
    folder: FilePath | None
    text: str
    data: Table

    @cached_property
    def marks(self) -> dict[Path, Mark]:
        return marks(self.text)


@dataclass(frozen=True)
class Sources:
    """All documents of one set of definitions, the overriding one last, and what they say together."""

    documents: tuple[Document, ...]
    data: Table
    files: tuple[SourceFile, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    def origin(self, path: Path) -> Document:
        """The document that has the last word on a path."""
        if len(self.documents) == 1:
            return self.documents[0]
        left = [(-len(locate(document.marks, path)[2]), index) for index, document in enumerate(self.documents)]
        return self.documents[max(left)[1]]

    def says(self, path: Path) -> bool:
        """Whether something is written at exactly this path."""
        mark, _, left = locate(self.origin(path).marks, path)
        return mark is not None and not left

    def place(self, path: Path, offset: int | None = None, on_key: bool = False) -> Place:
        """Where a path is written; with offset, the character of its text value; with on_key, the key itself."""
        document = self.origin(path)
        mark, found, left = locate(document.marks, path)
        if mark is None:
            return Place(file=document.name, key=written(left) or None)
        # A plain value may stand for a table with one key ("亩" for { unit = "亩" }), which then is not written.
        exact = not left or (len(left) == 1 and mark.raw != "" and mark.raw[0] not in "{[")
        if exact and offset is not None:
            line, column = inside(mark, offset)
        else:
            line, column = mark.value if exact and not on_key else mark.key
        return Place(file=document.name, line=line, column=column, key=written((*found, *left)))


def written(path: Path) -> str:
    """A path as TOML writes it, list positions counted from 1: schemes."规上".items[2].baseline."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step + 1}]")
        else:
            bare = re.fullmatch(r"[A-Za-z0-9_-]+", step)
            parts.append(("." if parts else "") + (step if bare else f'"{step}"'))
    return "".join(parts)


def embedded_text() -> str:
    """The definitions that come with the program."""
    return embedded_path().read_text(encoding="utf-8")


def embedded_path() -> FilePath:
    """Where the embedded definitions lie: inside the package, or at the top of a checkout."""
    packaged = FilePath(kpi.__file__).parent / "indicators.toml"
    return packaged if packaged.is_file() else packaged.parent.parent / "indicators.toml"


def gather(path: FilePath | None, text: str | None) -> Sources:
    """Read a file (or a text in its place) and all that it includes.

    Raises KpiError for what cannot be read at all and for the first syntax error.
    """
    reader = _Gatherer()
    if path is None and text is None:
        reader.document(EMBEDDED, embedded_text(), None, ())
    elif text is not None:
        reader.document(str(path or "-"), text, path.parent if path else None, ())
    else:
        assert path is not None
        reader.document(str(path), reader.decode(str(path), path, Place(file=str(path))), path.parent, ())
    data: dict[str, Any] = {}
    for document in reader.documents:
        data = _merged(data, _spelt_out(document.data)) if len(reader.documents) > 1 else dict(document.data)
    return Sources(tuple(reader.documents), data, tuple(reader.files), tuple(reader.problems))


def read_bytes(path: FilePath, place: Place) -> bytes:
    """The bytes of a file that definitions name. Raises KpiError, at the place that names it, if it cannot be read."""
    problem = Problem("file-unreadable", say("{path} cannot be read.", path=str(path)), place)
    try:
        if path.is_dir():
            problem = Problem("file-is-folder", say("{path} is a folder, not a file.", path=str(path)), place)
            raise KpiError(problem)
        if not path.exists():
            named_by_file = place.file != str(path)
            hint = (
                say("Check the path; it is relative to the file that names it.")
                if named_by_file
                else say("Check the name and the folder.")
            )
            raise KpiError(
                Problem("file-missing", say("The file {path} does not exist.", path=str(path)), place, hint=hint)
            )
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise KpiError(
                Problem(
                    "file-too-large",
                    say("{path} is larger than {limit} bytes.", path=str(path), limit=_MAX_BYTES),
                    place,
                )
            )
        return content
    except OSError as error:
        raise KpiError(problem) from error


def named(folder: FilePath, name: str, place: Place) -> FilePath:
    """The path of a file that definitions name. Raises KpiError where it can be none: reading a pipe waits for ever."""
    if "\0" in name:
        raise KpiError(Problem("bad-path", say("A path cannot have the character NUL in it."), place))
    path = folder / name
    if os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path)):
        message = say("{path} is a pipe or a device, not a file.", path=str(path))
        hint = say("Write what it gives into a file, and name that.")
        raise KpiError(Problem("not-a-file", message, place, hint=hint))
    return path


def within(folder: FilePath, path: FilePath) -> bool:
    """Whether a path stays in a folder once symbolic links and .. are followed."""
    return path.resolve().is_relative_to(folder.resolve())


class _Gatherer:
    """Follows includes depth first, so that documents come out in the order of growing authority."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.files: list[SourceFile] = []
        self.problems: list[Problem] = []

    def decode(self, name: str, path: FilePath, place: Place) -> str:
        raw = read_bytes(path, place)
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise KpiError(
                Problem(
                    "not-utf-8",
                    say("{path} is not UTF-8 text.", path=name),
                    Place(file=name, line=line),
                    hint=say("Save the file with the encoding UTF-8 in your editor."),
                )
            ) from error

    def document(self, name: str, text: str, folder: FilePath | None, within_files: tuple[str, ...]) -> None:
        self.files.append(SourceFile(name, hashlib.sha256(text.encode()).hexdigest()))
        text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        document = Document(name, folder, text, parse(text, name))
        self.include(document, (*within_files, _identity(name, folder)))
        self.documents.append(document)

    def include(self, document: Document, chain: tuple[str, ...]) -> None:
        included = document.data.get("include", [])
        names = [included] if isinstance(included, str) else included
        if not isinstance(names, list):
            return  # the wrong type is reported with all the others
        wrong: list[Problem] = []
        for index, name in enumerate(names):
            if isinstance(name, str):
                place = Sources((document,), {}).place(("include", index))
                try:
                    self.one(document, name, place, chain)
                except KpiError as error:
                    wrong += error.problems
        if wrong:
            raise KpiError([*self.problems, *wrong])

    def one(self, document: Document, name: str, place: Place, chain: tuple[str, ...]) -> None:
        if name == EMBEDDED:
            if name not in chain:
                self.document(EMBEDDED, embedded_text(), None, chain)
            return
        if document.folder is None:
            message = say("“{path}” cannot be included by a text that is in no folder.", path=name)
            self.problems.append(Problem("include-without-folder", message, place))
            return
        path = named(document.folder, name, place)
        if not within(document.folder, path) and document.data.get("allow_outside") is not True:
            self.problems.append(outside(name, place))
        elif (identity := _identity(str(path), path.parent)) in chain:
            circle = " → ".join(FilePath(step).name for step in (*chain[chain.index(identity) :], identity))
            message = say("The files include each other in a circle: {circle}.", circle=circle)
            self.problems.append(
                Problem("include-cycle", message, place, hint=say("Remove one of these `include` entries."))
            )
        elif not any(file.path == str(path) for file in self.files):  # included twice: once is enough
            self.document(str(path), self.decode(str(path), path, place), path.parent, chain)


def outside(name: str, place: Place) -> Problem:
    """The refusal of a path that leaves the folder of the definitions."""
    return Problem(
        "outside-folder",
        say("“{path}” lies outside the folder of the definitions.", path=name),
        place,
        hint=say("Move the file into the folder, or write allow_outside = true at the top of the file that names it."),
    )


def _identity(name: str, folder: FilePath | None) -> str:
    return str((folder / FilePath(name).name).resolve()) if folder is not None else name


def _whole(key: str, previous: Table, value: Table) -> bool:
    """Whether a table replaces the one before it as a whole: tiers by score have nothing of tiers by share."""
    return key in _WHOLE or ("by" in value and previous.get("by", value["by"]) != value["by"])


def _spelt_out(data: Table) -> Table:
    result = dict(data)
    for section, key in _SHORT.items():
        entries = data.get(section)
        if isinstance(entries, dict):
            result[section] = {
                name: {key: entry} if isinstance(entry, str) else entry for name, entry in entries.items()
            }
    return result


def _merged(base: Table, over: Table) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        previous = merged.get(key)
        if isinstance(previous, dict) and isinstance(value, dict) and not _whole(key, previous, value):
            merged[key] = _merged(previous, value)
        else:
            merged[key] = value
    return merged
