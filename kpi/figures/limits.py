"""How much a file may hold. One that is made to exhaust a machine is refused before it does; limits can be raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import BinaryIO

from kpi.frozen import frozen
from kpi.problems import KpiError, Message, Place, Problem, say
from kpi.regex import compiled

_AMOUNT = compiled(r"([1-9][0-9]{0,14})([kKmMgG]?)")
_PIECE = 1 << 22  # bytes that are read at a time
_SMALL = 10_000_000  # what grows to no more than this may be as repetitive as it likes
_TIMES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}


@frozen
class Limits:
    """file: bytes of one file. unpacked: bytes of a workbook once it is unpacked. ratio: how many times its parts, and
    texts that were packed, may grow by that. cells: of one table, from A1 to the last one in both directions. columns:
    of one table. text: characters of a cell."""

    file: int = 1_000_000_000
    unpacked: int = 1_000_000_000
    ratio: int = 300
    cells: int = 20_000_000
    columns: int = 16_384  # more has no spreadsheet
    text: int = 32_767

    def grown(self, packed: int) -> int:
        """The bytes to which so many packed ones may grow."""
        return max(_SMALL, self.ratio * packed)


STANDARD = Limits()
_NAMES = tuple(item.name for item in fields(Limits))


def limits(settings: Sequence[str]) -> Limits:
    """The limits with these changes, such as "cells=50M". Raises KpiError for a name or an amount that is none."""
    changes: dict[str, int] = {}
    for setting in settings:
        name, _, amount = (part.strip() for part in setting.partition("="))
        found = _AMOUNT.fullmatch(amount.replace("_", "").replace(",", ""))
        if name not in _NAMES or found is None:
            message = say("“{setting}” is no limit.", setting=setting)
            expected = say("A limit is expected as in cells=50M; the names are {names}.", names=_NAMES)
            raise KpiError(Problem("bad-limit", message, expected=expected))
        changes[name] = int(found[1]) * _TIMES[found[2].lower()]
    return replace(STANDARD, **changes)


def at_most(stream: BinaryIO, most: int) -> bytes:
    """The rest of a stream, or one byte more than the limit; never much more memory than there is to read."""
    pieces: list[bytes] = []
    left = most + 1
    while left and (piece := stream.read(min(left, _PIECE))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def exceeded(name: str, limits: Limits, place: Place) -> KpiError:
    """The refusal of what is beyond the limit of this name."""
    hint = say("If the file is sound, raise the limit: --limit {name}=…", name=name)
    return KpiError(Problem("limit-exceeded", _message(name, f"{getattr(limits, name):,}"), place, hint=hint))


def _message(name: str, limit: str) -> Message:
    return {
        "file": say("The file has more than {limit} bytes.", limit=limit),
        "unpacked": say("The workbook has more than {limit} bytes once it is unpacked.", limit=limit),
        "ratio": say("What is packed in the file grows more than {limit} times when it is unpacked.", limit=limit),
        "cells": say("The table spans more than {limit} cells.", limit=limit),
        "columns": say("The table has more than {limit} columns.", limit=limit),
        "text": say("A cell has more than {limit} characters.", limit=limit),
    }[name]
