"""An .xlsx workbook read: by kpi, checked and with a second look at formats and hidden cells, or by calamine alone.

python -m benchmarks.peers.workbook FILE DEFINITIONS reads it with kpi; without DEFINITIONS calamine's values are all.
Both import the same modules, so that what they differ by is the reading.
"""

from __future__ import annotations

import sys

import python_calamine

import kpi
from benchmarks.peers import idle

if __name__ == "__main__":
    assert idle.IMPORTED
    if len(sys.argv) > 2:
        count = kpi.read([sys.argv[1]], kpi.load(sys.argv[2])).frame.height
    else:
        count = len(python_calamine.load_workbook(sys.argv[1]).get_sheet_by_index(0).to_python()) - 1
    print(count)
