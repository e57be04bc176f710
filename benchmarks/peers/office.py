"""A workbook recalculated by LibreOffice without a screen: opened, every formula calculated, saved as CSV.

python -m benchmarks.peers.office WORKBOOK FOLDER prints how many enterprises each tier has. FOLDER holds the profile,
which says that formulas are always calculated (otherwise LibreOffice keeps the values that a file comes with).
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

TIER = "类别"
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
# Comma, quotes, UTF-8, from the first line on.
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1"


def program() -> str | None:
    """LibreOffice; None where there is none."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def profile(folder: Path) -> Path:
    """A profile of its own, made on first use: other settings on this machine change nothing."""
    settings = folder / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(ALWAYS, encoding="utf-8")
    return folder


def recalculated(workbook: Path, folder: Path) -> list[list[str]]:
    """The rows of the first sheet as LibreOffice calculates them."""
    office = program()
    if office is None:
        raise SystemExit("LibreOffice is not installed")
    with tempfile.TemporaryDirectory() as out:
        home = f"-env:UserInstallation={profile(folder).resolve().as_uri()}"
        command = [office, home, "--headless", "--norestore", "--convert-to", CSV, "--outdir", out, str(workbook)]
        subprocess.run(command, check=True, capture_output=True)
        with (Path(out) / f"{workbook.stem}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))


def tiers(rows: list[list[str]]) -> list[tuple[str, str]]:
    """Id and tier of every enterprise; the header is where the tier is named."""
    start = next(at for at, row in enumerate(rows) if TIER in row)
    column = rows[start].index(TIER)
    return [(row[0], row[column]) for row in rows[start + 1 :]]


if __name__ == "__main__":
    found = tiers(recalculated(Path(sys.argv[1]), Path(sys.argv[2])))
    print(dict(sorted(Counter(tier for _, tier in found).items())))
