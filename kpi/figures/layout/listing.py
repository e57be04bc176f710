"""Numbers of rows, listed shortly: 5–9, 12, 14."""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN = 10  # stretches that are listed


def rows_listed(rows: Sequence[int]) -> tuple[str, ...]:
    """Rows in their order, those that follow each other as one stretch."""
    stretches: list[list[int]] = []
    for row in rows:
        if stretches and row == stretches[-1][1] + 1:
            stretches[-1][1] = row
        else:
            stretches.append([row, row])
    listed = [str(first) if first == last else f"{first}–{last}" for first, last in stretches[:_SHOWN]]
    return *listed, *(["…"] if len(stretches) > _SHOWN else [])
