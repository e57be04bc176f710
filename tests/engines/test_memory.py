"""Memory does not grow with the table: what is held of each row is a hash, and where rows change places, where to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.engines.conftest import RULES, figures, parquet
from tests.engines.test_joined import GROWING, two_years

CLASSIFY = """
import resource, sys
from pathlib import Path
from kpi.api.engines import classify_files
from kpi.definitions.load import load
from kpi.figures.piece import Cut

output, now, *before = sys.argv[1:]
definitions = load(text=Path("rules.toml").read_text(encoding="utf-8"))
resource.setrlimit(resource.RLIMIT_CPU, (600, 600))
resource.setrlimit(resource.RLIMIT_DATA, (2 << 30, 2 << 30))
size = Cut(rows=10_000)
result = classify_files(definitions, [now], ["规上", "规下"], output=output, previous=before, size=size)
"""
# More than 2 GiB is refused; how much it was at most, the peak tells. Not ru_maxrss:
# a process begins with the peak of the one that started it.
PROGRAM = f"""{CLASSIFY}
held = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(result.rows, held.split()[1])
"""
LEFT = f"""
import gc, polars
gc.disable()
{CLASSIFY}
gc.set_debug(gc.DEBUG_SAVEALL)
gc.collect()
print(sum(isinstance(each, polars.DataFrame | polars.Series) for each in gc.garbage))
"""
ALLOWED = 150  # megabytes more for ten times as many rows; the table itself takes about that much several times


def peak(folder: Path, rules: str, files: Sequence[Path], rows: int) -> float:
    """Megabytes that a process takes at most to classify so many."""
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder / "out"), *map(str, files)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    read, kilobytes = map(int, done.stdout.split())
    assert read == rows
    return kilobytes / 1024


def of_one_year(folder: Path, rows: int) -> float:
    folder.mkdir()
    return peak(folder, RULES, [parquet(folder, figures(rows))], rows)


def of_two_years(folder: Path, rows: int) -> float:
    """Last year's rows stand in another order, so that nearly all of them change places."""
    folder.mkdir()
    files = folder / "2023.parquet", folder / "2022.parquet"
    for path, frame in zip(files, two_years(rows, 1), strict=True):
        frame.write_parquet(path)
    return peak(folder, GROWING, files, 2 * rows)


def test_ten_times_the_rows_take_little_more_memory(tmp_path: Path) -> None:
    small, large = of_one_year(tmp_path / "small", 25_000), of_one_year(tmp_path / "large", 250_000)
    assert large < small + ALLOWED


def test_ten_times_the_rows_that_change_places_take_little_more_memory(tmp_path: Path) -> None:
    small, large = of_two_years(tmp_path / "small", 12_500), of_two_years(tmp_path / "large", 125_000)
    assert large < small + ALLOWED


def test_no_table_waits_for_the_garbage_collector(tmp_path: Path) -> None:
    # It counts objects, not bytes: a few portions of a million rows that only it can free are a few gigabytes.
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    table = parquet(tmp_path, figures(25_000))
    command = [sys.executable, "-c", LEFT, str(tmp_path / "out"), str(table)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert int(done.stdout) == 0
