"""Large files of figures cut into pieces that are read one by one: rows of a Parquet file, whole lines of a text.

A piece is read by the same readers as a whole file (see `sheets`), and its places are those in the file.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kpi.figures import formats, objects, parquet_pieces, text_pieces
from kpi.figures.inputs import HEAD, Input, opened
from kpi.figures.manner import Manner
from kpi.figures.partitions import File, with_constants
from kpi.figures.piece import USUAL, Cut, Piece, not_in_pieces
from kpi.figures.sheet import Sheet
from kpi.figures.unwritten import changed, gone
from kpi.figures.vocabulary import Vocabulary

_PARQUET = b"PAR1"
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def sheets(piece: Piece) -> tuple[Sheet, ...]:
    """The sheet of a piece. Raises KpiError when it cannot be read, or its file is not as it was when it was cut."""
    _unchanged(piece)
    made = parquet_pieces.sheet(piece) if piece.parquet else text_pieces.sheet(piece)
    return (with_constants(formats.bounded(made, piece.manner.limits), piece.constants),)


def pieces(
    files: Sequence[File],
    manner: Manner,
    words: Vocabulary,
    folder: Path,
    size: Cut = USUAL,
    *,
    here: bool = True,
    told: Callable[[int], None] = lambda done: None,
) -> Iterator[Piece]:
    """The pieces of all files, in their order.

    folder: for objects that are fetched, and for texts that have to be unpacked or written in UTF-8 first.
    here: whether the pieces are read on this machine, which fetches objects as a whole; others read ranges of Parquet.
    told: of every file that is done, how many are.
    Raises KpiError for files that cannot be read in pieces.
    """
    endless = replace(manner, limits=replace(manner.limits, file=1 << 62))
    for number, each in enumerate(files):
        stamp = None if each.object is not None else _stamp(each.path)
        source = _opened(each, folder / f"{number}.object", endless, here)
        lies = each.object if source.path == each.path else None
        sha256 = None if each.object is None or lies is not None else source.sha256()
        if source.path is None or source.head.startswith(_BINARY):
            raise not_in_pieces(source.file)
        if source.head.startswith(_PARQUET):
            header, found = parquet_pieces.cut(source, lies, size.rows)
        else:
            header, found = text_pieces.cut(source, words, folder / f"{number}.csv", size.bytes)
        columns = frozenset((*header, *(name for name, _ in each.constants)))
        yield from (
            replace(piece, constants=each.constants, sha256=sha256, columns=columns, stamp=stamp) for piece in found
        )
        told(number + 1)


def _opened(each: File, fetched: Path, manner: Manner, here: bool) -> Input:
    """The file; an object as it was fetched, but for Parquet that is read elsewhere."""
    one = each.object
    if one is None:
        return opened(each.path, None, manner, fingerprinted=False)  # counted once all has been read, see sha256
    if not here and (head := objects.start(one)).startswith(_PARQUET):
        return Input(one.address, head, fetched.read_bytes, one.address, str, manner)
    sha256 = objects.fetched(one, fetched)
    with fetched.open("rb") as stream:
        head = stream.read(HEAD)
    return Input(one.address, head, fetched.read_bytes, str(fetched), lambda: sha256, manner)


def sha256(piece: Piece) -> str:
    """The fingerprint of the file that a piece is of. Raises KpiError: it is gone or changed, although it was read."""
    if piece.sha256 is not None:
        return piece.sha256
    if piece.object is not None:
        return objects.sha256(piece.object)
    try:
        with open(piece.file, "rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise gone(piece.file, error) from error
    _unchanged(piece)
    return found


def _unchanged(piece: Piece) -> None:
    if piece.stamp is not None and _stamp(piece.file) != piece.stamp:
        raise changed(piece.file)


def _stamp(path: str | Path) -> tuple[int, int] | None:
    """The size of a file, and when it was changed last; None: there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns
