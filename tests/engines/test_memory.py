"""Memory does not grow with the table: what is held of each entity is its key's hash."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.engines.conftest import RULES, figures, parquet

PROGRAM = """
import resource, sys
from pathlib import Path
from kpi.api.engines import classify_files
from kpi.definitions.load import load
from kpi.figures.piece import Cut

definitions = load(text=Path("rules.toml").read_text(encoding="utf-8"))
resource.setrlimit(resource.RLIMIT_CPU, (600, 600))
result = classify_files(definitions, [sys.argv[1]], ["规上", "规下"], output=sys.argv[2], size=Cut(rows=10_000))
print(result.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
ALLOWED = 150  # megabytes more for ten times as many rows; the table itself takes about that much several times


def peak(folder: Path, rows: int) -> float:
    """Megabytes that a process takes at most to classify so many."""
    folder.mkdir()
    (folder / "rules.toml").write_text(RULES, encoding="utf-8")
    made = parquet(folder, figures(rows))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(made), str(folder / "out")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    read, kilobytes = map(int, done.stdout.split())
    assert read == rows
    return kilobytes / 1024


def test_ten_times_the_rows_take_little_more_memory(tmp_path: Path) -> None:
    small, large = peak(tmp_path / "small", 25_000), peak(tmp_path / "large", 250_000)
    assert large < small + ALLOWED
