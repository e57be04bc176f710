"""How large the figures of a file are in memory: one row an enterprise, as kpi reads them.

python -m benchmarks.peers.figures FILE DEFINITIONS prints bytes, as polars estimates them.
"""

from __future__ import annotations

import sys

import kpi

if __name__ == "__main__":
    print(kpi.read([sys.argv[1]], kpi.load(sys.argv[2])).frame.estimated_size())
