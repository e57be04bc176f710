"""How large the figures of a file are in memory: one row an enterprise, as kpi reads them.

python -m benchmarks.peers.figures FILE DEFINITIONS prints bytes. Polars' own estimate counts only the letters of texts:
each has 16 bytes beside, which hold short ones whole.
"""

from __future__ import annotations

import sys

import polars

import kpi

BESIDE = 16  # bytes of a text's view
INSIDE = 12  # bytes of a text that its view holds


def size(column: polars.Series) -> int:
    """The bytes that a column takes; nothing for one without any value."""
    if column.null_count() == len(column):
        return 0
    if column.dtype != polars.String:
        return column.estimated_size()
    lengths = column.str.len_bytes()
    return BESIDE * len(column) + int(lengths.filter(lengths > INSIDE).sum())


if __name__ == "__main__":
    frame = kpi.read([sys.argv[1]], kpi.load(sys.argv[2])).frame
    print(sum(map(size, frame.get_columns())))
