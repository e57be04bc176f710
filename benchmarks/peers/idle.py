"""A start that imports what `kpi classify` imports, and does nothing: its memory is not that of the figures.

python -m benchmarks.peers.idle
"""

from __future__ import annotations

import polars

import kpi.cli.classify
import kpi.cli.main
import kpi.evaluation.scheme.classify
import kpi.figures.read
import kpi.render.as_table

IMPORTED = (polars, kpi)
