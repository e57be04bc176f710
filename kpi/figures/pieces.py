"""Large files of figures cut into pieces that are read one by one: rows of a Parquet file, whole lines of a text.

A piece is read by the same readers as a whole file (see `sheets`), and its places are those in the file.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from kpi.figures import delimited, formats
from kpi.figures.encodings import UTF_8, encoding_of
from kpi.figures.inputs import HEAD, Input, opened
from kpi.figures.layout.finding import located
from kpi.figures.manner import Manner
from kpi.figures.sheet import Load, Loaded, Sheet
from kpi.figures.vocabulary import Vocabulary
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, say

ROWS = 250_000  # of a Parquet file in one piece
BYTES = 24 << 20  # of a text in one piece, about
_PARQUET, _GZIP, _ZSTD = b"PAR1", b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MARK = b"\xef\xbb\xbf"


@frozen
class Cut:
    """How large pieces are: rows of Parquet files, bytes of texts."""

    rows: int = ROWS
    bytes: int = BYTES


USUAL = Cut()


@frozen
class Piece:
    """Some rows of a file. file: its name as given; path: what to read, which is another one where that was packed.

    parquet: start and end are rows, else bytes. header: the lines above the rows of a text. first_row: the number of
    the first row as people count. constants: columns that the names of the folders give (year=2024).
    """

    file: str
    path: str
    parquet: bool
    start: int
    end: int
    first_row: int
    manner: Manner
    header: bytes = b""
    constants: tuple[tuple[str, str], ...] = ()


def sheets(piece: Piece) -> tuple[Sheet, ...]:
    """The sheet of a piece. Raises KpiError when it cannot be read."""
    made = _parquet(piece) if piece.parquet else _text(piece)
    return (_with_constants(formats.bounded(made, piece.manner.limits), piece.constants),)


def pieces(
    paths: Sequence[str | Path], manner: Manner, words: Vocabulary, folder: Path, size: Cut = USUAL
) -> Iterator[Piece]:
    """The pieces of all files, in their order. folder: for texts that have to be unpacked or written in UTF-8 first.

    Raises KpiError for files that cannot be read in pieces, and for one with other columns than the first.
    """
    first: tuple[str, tuple[str, ...]] | None = None
    for number, path in enumerate(paths):
        source = opened(path, None, replace(manner, limits=replace(manner.limits, file=1 << 62)))
        if source.path is None or source.head.startswith(_BINARY):
            raise KpiError(_not_in_pieces(source.file))
        constants = _constants(Path(path))
        if source.head.startswith(_PARQUET):
            header, found = tuple(_schema(source.path, source.file)), _rows(source, size.rows)
        else:
            header, found = _lines(source, words, folder / f"{number}.csv", size.bytes)
        header += tuple(name for name, _ in constants if name not in header)
        if first is None:
            first = source.file, header
        elif set(header) != set(first[1]):
            raise KpiError(_other_columns(source.file, header, *first))
        yield from (replace(piece, constants=constants) for piece in found)


def _not_in_pieces(file: str) -> Problem:
    return Problem(
        "not-in-pieces",
        say("Only Parquet files and delimited texts can be read in pieces."),
        Place(file=file),
        hint=say("Use --engine memory, or save the table as Parquet or CSV."),
    )


def _other_columns(file: str, header: Sequence[str], first: str, known: Sequence[str]) -> Problem:
    missing = tuple(f"“{name}”" for name in known if name not in header) or ("—",)
    more = tuple(f"“{name}”" for name in header if name not in known) or ("—",)
    return Problem(
        "partition-schema",
        say(
            "The file has other columns than {first}: missing are {missing}, new are {new}.",
            first=first,
            missing=missing,
            new=more,
        ),
        Place(file=file),
        expected=say("All files of one table have the same columns."),
        hint=say("Write the file again with these columns, or use --engine memory, which joins different files."),
    )


def _constants(path: Path) -> tuple[tuple[str, str], ...]:
    """What the names of folders such as year=2024 say of all rows below."""
    pairs = (part.partition("=") for part in path.parts[:-1])
    return tuple((name, value) for name, sign, value in pairs if sign and name and value)


def _with_constants(sheet: Sheet, constants: Sequence[tuple[str, str]]) -> Sheet:
    more = [(name, value) for name, value in constants if name not in sheet.header]
    if not more:
        return sheet
    own = len(sheet.header)

    def loaded(load: Load) -> Load:
        def with_more(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
            import polars

            there = [at for at in columns if at < own]
            found = load(there or [0], [at for at in numbers if at < own])
            texts = [polars.lit(more[at - own][1]).alias(str(at)) for at in columns if at >= own]
            frame = found.frame.with_columns(texts)
            return replace(found, frame=frame if there else frame.drop("0"))

        return with_more

    below = sheet.below
    return replace(
        sheet,
        header=(*sheet.header, *(name for name, _ in more)),
        names=None if sheet.names is None else (*sheet.names, *(name for name, _ in more)),
        load=loaded(sheet.load),
        below=None if below is None else lambda first, end: loaded(below(first, end)),
    )


def _schema(path: str, file: str) -> Sequence[str]:
    import polars

    try:
        return list(polars.read_parquet_schema(path))
    except _unreadable() as error:
        raise KpiError(_damaged(file)) from error


def _unreadable() -> tuple[type[BaseException], ...]:
    import polars

    # A damaged file can make polars panic, which is no Exception.
    return (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError)


def _damaged(file: str) -> Problem:
    return Problem("file-damaged", say("The Parquet file is damaged or incomplete."), Place(file=file))


def _rows(source: Input, size: int) -> Iterator[Piece]:
    import polars

    path = cast(str, source.path)
    try:
        height = int(polars.scan_parquet(path, glob=False).select(polars.len()).collect().item())
    except _unreadable() as error:
        raise KpiError(_damaged(source.file)) from error
    for start in range(0, height, size):
        end = min(start + size, height)
        yield Piece(source.file, path, True, start, end, start + 2, source.manner)


def _parquet(piece: Piece) -> Sheet:
    header = tuple(_schema(piece.path, piece.file))

    def load(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
        import polars

        wanted = [polars.col(header[at]).alias(str(at)) for at in sorted(set(columns))]
        rows = polars.scan_parquet(piece.path, glob=False).slice(piece.start, piece.end - piece.start)
        try:
            frame = rows.select(wanted).collect()
        except _unreadable() as error:
            raise KpiError(_damaged(piece.file)) from error
        return Loaded(frame)

    return Sheet(piece.file, None, header, load, str, first_row=piece.first_row)


def _lines(source: Input, words: Vocabulary, unpacked: Path, size: int) -> tuple[tuple[str, ...], Iterator[Piece]]:
    """The header of a text, and its pieces."""
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
        raise KpiError(_not_in_pieces(source.file))
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


def _text(piece: Piece) -> Sheet:
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
    except polars.exceptions.PolarsError as error:
        raise KpiError(_broken_packing(file)) from error
    return target


def expanded(paths: Sequence[str | Path]) -> list[str | Path]:
    """The files: folders replaced by the tables in them and below, in the order of their names."""
    found: list[str | Path] = []
    for path in paths:
        folder = Path(path)
        if not folder.is_dir():
            found.append(path)
            continue
        below = sorted(file for file in folder.rglob("*") if file.is_file() and not _hidden(file.relative_to(folder)))
        if not below:
            message = say("There is no file in the folder.")
            raise KpiError(Problem("file-missing", message, Place(file=str(path))))
        found += below
    return found


def _hidden(path: Path) -> bool:
    """Marks and logs that engines write beside their parts: _SUCCESS, .part-0.crc."""
    return any(part.startswith((".", "_")) for part in path.parts)
