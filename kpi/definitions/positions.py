"""Where the keys and values of a TOML text stand; tomllib gives none.

Only a problem needs a place, so the syntax tree is built when the first one is asked for: a good file costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from kpi.frozen import frozen
from kpi.problems import Place

if TYPE_CHECKING:
    from tree_sitter import Node

Path = tuple[str | int, ...]

_QUOTES = ('"""', "'''", '"', "'")
_ESCAPE_LENGTHS = {"u": 6, "U": 10}


@frozen
class Mark:
    """Where a key and its value begin (lines and columns from 1, columns in characters), and the value as written."""

    key: tuple[int, int]
    value: tuple[int, int]
    raw: str


class Places(Protocol):
    """Where definitions are written."""

    def place(self, path: Path, offset: int | None = None, on_key: bool = False) -> Place:
        """The place of a key path such as ("schemes", "规上", 0, "items", 2); 0 is the first or only edition."""
        ...


def marks(text: str) -> dict[Path, Mark]:
    """Every path of a valid TOML text with its mark. A table's value is its header."""
    import tree_sitter
    import tree_sitter_toml

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_toml.language()))
    source = text.encode()
    found: dict[Path, Mark] = {}
    _Walk(source, text.split("\n"), found, {}).document(parser.parse(source).root_node)
    return found


def locate(found: dict[Path, Mark], path: Path) -> tuple[Mark | None, Path, Path]:
    """The mark of the path or of the longest part of it that is written; that part; and the steps that are left.

    A single value may stand for a list of one, so an index 0 that is not written is passed over.
    """
    written: Path = ()
    for step, name in enumerate(path):
        if (*written, name) in found:
            written = (*written, name)
        elif name != 0:
            return found.get(written), written, tuple(rest for rest in path[step:] if rest != 0)
    return found.get(written), written, ()


def inside(mark: Mark, offset: int) -> tuple[int, int]:
    """Line and column of a character of a text value, counted in the value and not in how it is written."""
    quote = next((quote for quote in _QUOTES if mark.raw.startswith(quote)), "")
    position = len(quote)
    if len(quote) == 3 and mark.raw[position : position + 1] == "\n":
        position += 1  # the newline after an opening """ is not part of the value
    escaped = quote.startswith('"')
    for _ in range(offset):
        position += _width(mark.raw, position) if escaped else 1
    if escaped:
        position = _behind_line_end(mark.raw, position)
    before = mark.raw[:position]
    line, column = mark.value
    newlines = before.count("\n")
    return (line + newlines, len(before) - before.rfind("\n")) if newlines else (line, column + position)


def _width(raw: str, position: int) -> int:
    """How many written characters make the next character of a basic string."""
    if raw[position : position + 1] != "\\":
        return 1
    start = _behind_line_end(raw, position)
    if start > position:
        return start - position + _width(raw, start)
    return _ESCAPE_LENGTHS.get(raw[position + 1 : position + 2], 2)


def _behind_line_end(raw: str, position: int) -> int:
    """Where the text goes on when a backslash at the position ends its line; otherwise the position itself."""
    if raw[position : position + 1] != "\\" or not raw[position + 1 : position + 2].isspace():
        return position
    return len(raw) - len(raw[position + 1 :].lstrip())


@frozen
class _Walk:
    """One pass over a syntax tree. lengths counts the elements of each array of tables met so far."""

    source: bytes
    lines: list[str]
    found: dict[Path, Mark]
    lengths: dict[Path, int]

    def document(self, root: Node) -> None:
        for node in root.named_children:
            if node.type == "pair":
                self.pair(node, ())
            elif node.type in ("table", "table_array_element"):
                self.table(node)

    def table(self, node: Node) -> None:
        header = node.named_children[0]
        keys = list(self.keys(header))
        path: Path = ()
        for count, (name, place) in enumerate(keys, start=1):
            path = (*path, name)
            self.found.setdefault(path, Mark(place, place, ""))
            if count == len(keys) and node.type == "table_array_element":
                self.lengths[path] = self.lengths.get(path, 0) + 1
            if path in self.lengths:  # what follows belongs to the newest element
                path = (*path, self.lengths[path] - 1)
                self.found.setdefault(path, Mark(place, place, ""))
        for child in node.named_children[1:]:
            if child.type == "pair":
                self.pair(child, path)

    def pair(self, node: Node, path: Path) -> None:
        key, value = (child for child in node.named_children if child.type != "comment")
        keys = list(self.keys(key))
        for name, place in keys[:-1]:
            path = (*path, name)
            self.found.setdefault(path, Mark(place, place, ""))
        name, place = keys[-1]
        self.value(value, (*path, name), place)

    def value(self, node: Node, path: Path, key: tuple[int, int]) -> None:
        self.found[path] = Mark(key, self.place(node), self.text(node))
        if node.type == "inline_table":
            for child in node.named_children:
                if child.type == "pair":
                    self.pair(child, path)
        elif node.type == "array":
            elements = [child for child in node.named_children if child.type != "comment"]
            for index, child in enumerate(elements):
                self.value(child, (*path, index), self.place(child))

    def keys(self, node: Node) -> Iterator[tuple[str, tuple[int, int]]]:
        if node.type == "dotted_key":
            for child in node.named_children:
                yield from self.keys(child)
        else:
            yield self.name(self.text(node)), self.place(node)

    def name(self, written: str) -> str:
        if not written.startswith(('"', "'")):
            return written
        import tomllib

        return next(iter(tomllib.loads(f"{written} = 0")))

    def text(self, node: Node) -> str:
        return self.source[node.start_byte : node.end_byte].decode()

    def place(self, node: Node) -> tuple[int, int]:
        row, byte = node.start_point
        return row + 1, len(self.lines[row].encode()[:byte].decode()) + 1
