"""A file or standard input, opened: its first bytes at once, the rest when it is asked for."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from kpi.figures.limits import Limits, at_most, exceeded
from kpi.figures.manner import PLAIN, Manner
from kpi.frozen import frozen
from kpi.on_disk import isfile
from kpi.problems import KpiError, Message, Place, Problem, say

STDIN = "-"
HEAD = 1 << 16  # bytes that are looked at to find out what a file is, and how it is written

PIECE = 1 << 22  # bytes that are fingerprinted at a time

Fingerprint = Callable[[], str]


class _Known(NamedTuple):
    """A file as it was."""

    path: str
    inode: int
    size: int
    changed: int


_AHEAD: dict[_Known, Fingerprint] = {}  # what is on its way already


@frozen
class Input:
    """file: its name as given. head: its first HEAD bytes. whole: all of it.

    path: where it can be read again, as often as one likes; None for standard input and pipes.
    sha256: its fingerprint; a call, because it may still be on its way in another thread.
    manner: how it is to be read.
    """

    file: str
    head: bytes
    whole: Callable[[], bytes]
    path: str | None
    sha256: Fingerprint
    manner: Manner = PLAIN


def opened(
    path: str | Path, stdin: bytes | None = None, manner: Manner = PLAIN, *, fingerprinted: bool = True
) -> Input:
    """The file, or standard input ("-").

    fingerprinted: whether a file is read for its fingerprint at once; where it is not, that is empty.
    Raises KpiError when there is none, it cannot be read, or it is larger than the limit.
    """
    file = str(path)
    most = manner.limits.file
    if file == STDIN:
        return _held(file, stdin or b"", manner)
    if not file:
        hint = say("Name a file, or “-” for standard input.")
        raise KpiError(Problem("file-missing", say("The name of the file is empty."), hint=hint))
    place = Path(path)
    try:
        if place.is_dir():
            hint = say("Name the files in it one by one.")
            raise KpiError(_problem("is-a-directory", say("This is a folder, not a file."), file, hint))
        if place.is_char_device() or place.is_block_device():
            hint = say("Name a file, or “-” for standard input.")
            raise KpiError(_problem("is-a-device", say("This is a device, not a file."), file, hint))
        if not place.is_file() and place.exists():
            with place.open("rb") as stream:
                return _held(file, at_most(stream, most), manner)
        with place.open("rb") as stream:
            if os.fstat(stream.fileno()).st_size > most:
                raise exceeded("file", manner.limits, Place(file=file))
            head = stream.read(HEAD)
        return Input(file, head, place.read_bytes, file, _counted(place) if fingerprinted else str, manner)
    except FileNotFoundError as error:
        hint = say("Check the name and the folder.")
        raise KpiError(_problem("file-missing", say("There is no such file."), file, hint)) from error
    except PermissionError as error:
        hint = say("Close it in other programs, or ask for the right to read it.")
        raise KpiError(_problem("file-not-permitted", say("The file may not be read."), file, hint)) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise KpiError(
            _problem("file-unreadable", say("The file cannot be read: {reason}.", reason=reason), file)
        ) from error


def _held(file: str, data: bytes, manner: Manner) -> Input:
    """What can be read only once. Raises KpiError when it is larger than the limit."""
    if len(data) > manner.limits.file:
        raise exceeded("file", manner.limits, Place(file=file))
    return Input(file, data[:HEAD], lambda: data, None, lambda: hashlib.sha256(data).hexdigest(), manner)


def ahead(paths: Iterable[str | Path], limits: Limits) -> None:
    """Start to count the fingerprints of files that are about to be opened: what reads them has to be imported first.

    What is no file, or too large, is passed over; opening it says so.
    """
    for path in map(Path, paths):
        known = _as_it_is(path) if isfile(path) else None
        if known is not None and known.size <= limits.file:
            _AHEAD[known] = _counting(path)


def _as_it_is(path: Path) -> _Known | None:
    """What tells that a file is the same one, and has not changed. None: it is there no more."""
    try:
        found = path.stat()
    except OSError:
        return None
    return _Known(str(path), found.st_ino, found.st_size, found.st_mtime_ns)


def _counted(path: Path) -> Fingerprint:
    """The fingerprint of a file, counted in another thread while the file is read."""
    known = _as_it_is(path)
    begun = None if known is None else _AHEAD.pop(known, None)
    return begun or _counting(path)


def _counting(path: Path) -> Fingerprint:
    def digest() -> str:
        counted = hashlib.sha256()
        # In large pieces: after each the thread waits until the others let it go on.
        piece = memoryview(bytearray(PIECE))
        with path.open("rb", buffering=0) as stream:
            while count := stream.readinto(piece):
                counted.update(piece[:count])
        return counted.hexdigest()

    pool = ThreadPoolExecutor(1)
    future = pool.submit(digest)
    pool.shutdown(wait=False)
    return future.result


def _problem(code: str, message: Message, file: str, hint: Message | None = None) -> Problem:
    return Problem(code, message, Place(file=file), hint=hint)
