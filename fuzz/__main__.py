"""python -m fuzz [NAME …] [--seconds N]: fuzz these targets (all of them) for so long each, with atheris.

What is found is written to .fuzz/NAME/; the corpus grows there from run to run. Exit code 1 when something was found.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from fuzz import files

NAMES = ("file", "worksheet", *files.PARTS[1:], "content.xml", "formula", "definitions")
FOLDER = Path(".fuzz")
EXAMPLES = Path("examples")
SLOWEST = 60  # seconds that one input may take, on a busy machine
MEMORY = 3000  # megabytes


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    options.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given, _ = options.parse_known_args([text for text in sys.argv[1:] if not text.startswith("-max")])
    if given.one:
        return _fuzz(given.names[0], given.seconds)
    wrong = [name for name in given.names or NAMES if _run(name, given.seconds)]
    for name in wrong:
        print(f"Something was found in {name}: see {FOLDER / _file(name)}.")
    return 1 if wrong else 0


def _run(name: str, seconds: int) -> int:
    """Fuzz one target in a process of its own; not 0 when something was found."""
    print(f"== {name}", flush=True)
    command = [sys.executable, "-m", "fuzz", name, "--one", "--seconds", str(seconds)]
    return subprocess.run(command, check=False).returncode


def _fuzz(name: str, seconds: int) -> int:
    """Never returns: libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["kpi"]):
        from fuzz.targets import TARGETS
    folder = FOLDER / _file(name)
    folder.mkdir(parents=True, exist_ok=True)
    for at, seed in enumerate(_seeds(name)):
        (folder / f"seed-{at}").write_bytes(seed)
    limits = [f"-max_total_time={seconds}", f"-timeout={SLOWEST}", f"-rss_limit_mb={MEMORY}"]
    arguments = [sys.argv[0], str(folder), *limits, f"-artifact_prefix={folder}/found-", "-print_final_stats=1"]
    atheris.Setup(arguments, TARGETS[name])
    atheris.Fuzz()
    return 0


def _file(name: str) -> str:
    return name.replace("/", "-")


def _seeds(name: str) -> list[bytes]:
    """What to begin with: real files, formulas and definitions."""
    if name == "file":
        return [  # no Parquet: of some damaged files polars ends the whole process (its issue 15342)
            files.TEXT.encode(),
            files.TEXT.encode("gb18030"),
            files.TEXT.replace(",", "\t").encode("utf-16"),
            files.json(),
            files.xls(),
            files.xlsx(),
            files.of_openpyxl(),
            files.opendocument(files.content()),
        ]
    if name == "worksheet":
        return [files.part_of(made, files.SHEET) for made in (files.xlsx(), files.of_openpyxl())]
    if name in files.PARTS:
        return [files.part_of(files.xlsx(), name)]
    if name == "content.xml":
        return [files.content()]
    texts = [path.read_bytes() for path in sorted(EXAMPLES.rglob("*.toml"))]
    if name == "definitions":
        return [Path("indicators.toml").read_bytes(), *texts]
    quoted = (
        line.partition(b"=")[2].strip(b' "') for text in texts for line in text.splitlines() if b"formula" in line
    )
    return list(dict.fromkeys(quoted))


if __name__ == "__main__":
    sys.exit(main())
