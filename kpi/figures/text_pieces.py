"""Delimited texts cut into pieces at the ends of their rows, unpacked and in UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from kpi.figures import delimited
from kpi.figures.compressed import is_packed, stream_of
from kpi.figures.encodings import UTF_8, encoding_of
from kpi.figures.inputs import HEAD, Input
from kpi.figures.layout.finding import located
from kpi.figures.piece import Piece, not_in_pieces
from kpi.figures.sheet import Sheet
from kpi.figures.unwritten import gone, not_written
from kpi.figures.vocabulary import Vocabulary
from kpi.problems import KpiError, Place, Problem, say

_MARK = b"\xef\xbb\xbf"
_LETTER = 4  # bytes that a letter has at most


def cut(source: Input, words: Vocabulary, unpacked: Path, size: int) -> tuple[tuple[str, ...], Iterator[Piece]]:
    """The header of a text, and its pieces. unpacked: where to write it where it cannot be read as it is."""
    path = Path(cast(str, source.path))
    try:
        with _bytes(source, path) as stream:
            head = stream.read(HEAD)
        encoding = source.manner.encoding or encoding_of(head, source.file)
        if encoding in (UTF_8, "utf-8-sig") and source.manner.encoding is None:
            with _bytes(source, path) as stream:
                encoding = UTF_8 if _is_utf8(stream) else "gb18030"
        if is_packed(source) or encoding != UTF_8:
            with _bytes(source, path) as stream:
                _rewritten(stream, encoding, unpacked, source.file)
            path = unpacked
    except OSError as error:
        raise (not_written(unpacked, error) if path.exists() else gone(source.file, error)) from error
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    manner = replace(source.manner, encoding=None)
    plain = replace(source, head=head, path=str(path), whole=path.read_bytes, manner=manner)
    found = located(delimited.sheet(plain), words)
    if len(found) > 1 or (b"\r" in head and b"\n" not in head):
        raise not_in_pieces(source.file)
    lines = found[0].first_row - 1
    with path.open("rb") as stream:  # the header may be longer than the head
        above = b"".join(stream.readline() for _ in range(lines)).removeprefix(_MARK)
    header = above if above.endswith(b"\n") else above + b"\n"
    delimiter = manner.delimiter or delimited.delimiter_of(head.decode("utf-8-sig", errors="ignore"))
    known = replace(manner, delimiter=delimiter)
    notes = tuple(delimited.found(source, encoding, delimiter))
    made = (
        Piece(source.file, str(path), False, start, end, first, known, header, problems=notes)
        for start, end, first in _cut(path, lines, size, source.file, _LETTER * manner.limits.text)
    )
    return found[0].header, made


def _is_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder(UTF_8)()
    try:
        while block := stream.read(1 << 22):
            decoder.decode(block)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _rewritten(stream: BinaryIO, encoding: str, target: Path, file: str) -> None:
    """The text as it is, in UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with target.open("wb") as out:
            while block := stream.read(1 << 22):
                out.write(decoder.decode(block).encode("utf-8", "surrogatepass"))
            out.write(decoder.decode(b"", True).encode("utf-8", "surrogatepass"))
    except UnicodeDecodeError as error:
        message = say("The text is not in the encoding {encoding}.", encoding=encoding)
        hint = say("Say which it is with --encoding.")
        raise KpiError(Problem("encoding-unreadable", message, Place(file=file), hint=hint)) from error


def _cut(path: Path, lines: int, size: int, file: str, most: int) -> Iterator[tuple[int, int, int]]:
    """Where pieces begin and end in bytes, with the number of their first row: always at the end of a record.

    A line end between quotation marks ends no record, so marks are counted: outside of texts their number is even.
    most: bytes that a cell can have. Raises KpiError for a mark that nothing closes within so many.
    """
    with path.open("rb") as stream:
        for _ in range(lines):
            stream.readline()
        start, row = stream.tell(), lines + 1
        while True:
            block = stream.read(size)
            if not block:
                if row == lines + 1:  # a file without rows is one piece: reading it says that there are none
                    yield start, start, row
                return
            parts = [block, stream.readline()]
            marks = sum(part.count(b'"') for part in parts)
            open_ = len(parts[-1])  # bytes since the last mark, of those that were read after the block
            while marks % 2 and (rest := stream.readline()):
                parts.append(rest)
                marks += rest.count(b'"')
                open_ = open_ + len(rest) if b'"' not in rest else 0
                if open_ > most:
                    outside = b"".join(parts).split(b'"')[::2]
                    raise KpiError(delimited.unbalanced(file, row + sum(part.count(b"\n") for part in outside)))
            text = b"".join(parts)
            outside = text.split(b'"')[::2] if marks else [text]
            yield start, start + len(text), row
            start += len(text)
            row += sum(part.count(b"\n") for part in outside)


def sheet(piece: Piece) -> Sheet:
    """The rows of a piece below the lines that stand above all rows."""
    with open(piece.path, "rb") as stream:
        stream.seek(piece.start)
        text = piece.header + stream.read(piece.end - piece.start)
    held = Input(piece.file, text[:HEAD], lambda: text, None, str, piece.manner)
    found = delimited.sheet(held)
    above = piece.header.count(b"\n")
    first = found.first_row + piece.first_row - (above + 1)
    return replace(found, first_row=first, problems=(*piece.problems, *found.problems))


def _bytes(source: Input, path: Path) -> AbstractContextManager[BinaryIO]:
    return stream_of(source, path) if is_packed(source) else path.open("rb")
