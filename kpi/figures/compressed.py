"""Texts that were packed one by one (.gz, .zst), as databases and data platforms hand them out."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO, cast

from kpi.figures.inputs import HEAD, Input
from kpi.figures.limits import at_most, exceeded
from kpi.problems import KpiError, Place, Problem, say

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


def is_packed(source: Input) -> bool:
    return source.head.startswith((_GZIP, _ZSTD))


def unpacked(source: Input) -> Input:
    """What is in a packed file, or the file as it is. Raises KpiError when it is damaged, or larger than the limit."""
    if not is_packed(source):
        return source
    with stream_of(source, source.whole()) as stream:
        data = at_most(stream, source.manner.limits.file)
    if len(data) > source.manner.limits.file:
        raise exceeded("file", source.manner.limits, Place(file=source.file))
    return replace(source, head=data[:HEAD], whole=lambda: data, path=None)


@contextmanager
def stream_of(source: Input, packed: Path | bytes) -> Iterator[BinaryIO]:
    """The bytes of a packed file. packed: where it is, or what is in it.

    Raises KpiError when it is damaged or grows beyond the limit, wherever in the block it is read: either may show
    anywhere in a file.
    """
    size = len(packed) if isinstance(packed, bytes) else packed.stat().st_size
    limits = source.manner.limits
    refusal = exceeded("ratio", limits, Place(file=source.file))
    with _unbroken(source), _opened(source, io.BytesIO(packed) if isinstance(packed, bytes) else packed) as stream:
        yield io.BufferedReader(_Growing(stream, limits.grown(size), refusal))


class _Growing(io.RawIOBase):
    """A stream that raises `refusal` once it has more than `most` bytes."""

    def __init__(self, stream: io.BufferedIOBase, most: int, refusal: KpiError) -> None:
        self._stream = stream
        self._left = most
        self._refusal = refusal

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        read = self._stream.readinto(buffer)
        self._left -= read
        if self._left < 0:
            raise self._refusal
        return read


def _zstd() -> ModuleType:
    # The same module: Python has it from 3.14 on.
    return import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")


def _opened(source: Input, packed: Path | BinaryIO) -> io.BufferedIOBase:
    if source.head.startswith(_GZIP):
        return gzip.open(packed, "rb")
    return cast(io.BufferedIOBase, _zstd().open(packed, "rb"))


@contextmanager
def _unbroken(source: Input) -> Iterator[None]:
    if source.head.startswith(_GZIP):
        damage: tuple[type[Exception], ...] = (EOFError, gzip.BadGzipFile, zlib.error)
    else:
        damage = (EOFError, _zstd().ZstdError)
    try:
        yield
    except damage as error:
        message = say("The compressed file is damaged or incomplete.")
        hint = say("Get it again, or pack it again.")
        raise KpiError(Problem("file-damaged", message, Place(file=source.file), hint=hint)) from error
