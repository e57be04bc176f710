"""A delimited text some megabytes at a time, cut where a row ends: the whole is never in memory beside what it says."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO, TypeVar

SIZE = 6 << 20  # bytes
_HANDS = 3  # portions that are read at the same time: what an engine does alone in one, it does beside the others
_S = TypeVar("_S")
_T = TypeVar("_T")


def portions(stream: BinaryIO, skip: int) -> Iterator[bytes]:
    """The rows below so many lines. With a quotation mark comes all that is left: it may hold the ends of lines."""
    for _ in range(skip):
        stream.readline()
    start = stream.tell()
    while True:
        # Where it ends is found out before it is read, so that it is never copied.
        stream.seek(start + SIZE)
        stream.readline()
        end = stream.tell()
        stream.seek(start)
        rows = stream.read(end - start)
        if not rows:
            return
        yield rows + stream.read() if b'"' in rows else rows
        start = stream.tell()


def in_turn(work: Callable[[_S], _T], given: Iterable[_S]) -> Iterator[_T]:
    """What the work makes of each, in order; some are worked on at the same time, and no more of them are held."""
    waiting: deque[Future[_T]] = deque()
    with ThreadPoolExecutor(_HANDS, "reading") as pool:
        for each in given:
            waiting.append(pool.submit(work, each))
            if len(waiting) == _HANDS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
