"""Delimited texts cut into pieces at the ends of their rows, unpacked and in UTF-8."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from kpi.figures import delimited
from kpi.figures.encodings import UTF_8, encoding_of
from kpi.figures.inputs import HEAD, Input
from kpi.figures.layout.finding import located
from kpi.figures.piece import Piece, not_in_pieces
from kpi.figures.sheet import Sheet
from kpi.figures.unwritten import gone, not_written, number_of
from kpi.figures.vocabulary import Vocabulary
from kpi.problems import KpiError, Place, Problem, say

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_MARK = b"\xef\xbb\xbf"


def cut(source: Input, words: Vocabulary, unpacked: Path, size: int) -> tuple[tuple[str, ...], Iterator[Piece]]:
    """The header of a text, and its pieces. unpacked: where to write it where it cannot be read as it is."""
    path = Path(cast(str, source.path))
    if source.head.startswith(_ZSTD):
        path = _unzstd(path, unpacked.with_suffix(".text"), source.file)
    packed = source.head.startswith(_GZIP)
    with _unbroken(source.file):
        with _opened(path, packed) as stream:
            head = stream.read(HEAD)
        encoding = source.manner.encoding or encoding_of(head, source.file)
        if encoding in (UTF_8, "utf-8-sig") and source.manner.encoding is None:
            with _opened(path, packed) as stream:
                encoding = UTF_8 if _is_utf8(stream) else "gb18030"
        if packed or encoding != UTF_8:
            with _opened(path, packed) as stream:
                _rewritten(stream, encoding, unpacked, source.file)
            path = unpacked
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    manner = replace(source.manner, encoding=None)
    plain = replace(source, head=head, path=str(path), whole=path.read_bytes, manner=manner)
    found = located(delimited.sheet(plain), words)
    if len(found) > 1 or (b"\r" in head and b"\n" not in head):
        raise not_in_pieces(source.file)
    lines = found[0].first_row - 1
    header = b"".join(line + b"\n" for line in head.removeprefix(_MARK).split(b"\n")[:lines])
    delimiter = manner.delimiter or delimited.delimiter_of(head.decode("utf-8-sig", errors="ignore"))
    known = replace(manner, delimiter=delimiter)
    made = (
        Piece(source.file, str(path), False, start, end, first, known, header)
        for start, end, first in _cut(path, lines, size)
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


@contextmanager
def _unbroken(file: str) -> Iterator[None]:
    """Whatever is unpacked meanwhile: damage may show anywhere in it, not at its beginning only."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise KpiError(_broken_packing(file)) from error


def _broken_packing(file: str) -> Problem:
    message = say("The compressed file is damaged or incomplete.")
    return Problem("file-damaged", message, Place(file=file), hint=say("Get it again, or pack it again."))


def _cut(path: Path, lines: int, size: int) -> Iterator[tuple[int, int, int]]:
    """Where pieces begin and end in bytes, with the number of their first row: always at the end of a record.

    A line end between quotation marks ends no record, so marks are counted: outside of texts their number is even.
    """
    with path.open("rb") as stream:
        for _ in range(lines):
            stream.readline()
        start, row = stream.tell(), lines + 1
        while True:
            block = stream.read(size)
            if not block:
                return
            parts = [block, stream.readline()]
            marks = sum(part.count(b'"') for part in parts)
            while marks % 2 and (rest := stream.readline()):
                parts.append(rest)
                marks += rest.count(b'"')
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
    return replace(found, first_row=found.first_row + piece.first_row - (above + 1))


def _opened(path: Path, packed: bool) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")


def _unzstd(path: Path, target: Path, file: str) -> Path:
    """The text of a .zst, line by line as it is."""
    import polars

    lines = polars.scan_csv(
        path, has_header=False, separator="\x01", quote_char=None, infer_schema=False, new_columns=["line"], glob=False
    )
    try:
        lines.sink_csv(target, include_header=False, separator="\x01", quote_style="never")
    except (OSError, polars.exceptions.PolarsError) as error:
        raise _not_unpacked(path, target, file, error) from error
    return target


def _not_unpacked(path: Path, target: Path, file: str, error: Exception) -> KpiError:
    """The file is gone; there is no room for its text; or else it is damaged."""
    if number_of(error) is None:
        return KpiError(_broken_packing(file))
    return not_written(target, error) if path.exists() else gone(file, error)
