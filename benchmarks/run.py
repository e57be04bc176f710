"""Measures kpi against its peers and prints the ratios.

python -m benchmarks [--json] [--runs N] [--entities N] [--only NAME]… [--pandas PYTHON]

Every measurement is a whole process, from start to exit. The programs of one comparison take turns, and the fastest of
their runs counts, so that a busy machine disturbs all of them alike. Only ratios of one run mean anything. Memory is
the largest that a process ever had resident, less that of an idle start. Exits 1 when a ratio is over its limit.

pandas brings numpy, which pint imports wherever it finds it; so that it changes nobody else's figures it lives in an
environment of its own (made on first use, in build/), unless --pandas names another interpreter that has it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.data import csv_file, workbook
from benchmarks.targets import files

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "benchmarks"
ENTITIES = 1_000_000
RUNS = 5

HELP = "help"
CHECK = "check"
CLASSIFY = "classify"
GROUPED = "grouped"
GROUPS = 300
TARGETS = "targets"
TARGET_COUNT, ZONE_COUNT = 10_000, 1_000
WORKBOOK = "workbook"
WORKBOOK_ROWS = 100_000
MEGABYTE = 1 << 20
KPI = (sys.executable, "-m", "kpi")
PROJECT = (
    "税收=900万元",
    "用地面积=50亩",
    "固定资产投资=1.2亿元",
    "应税销售收入=1.8亿元",
    "建筑面积=45000平方米",
)


class NotMeasured(Exception):
    """A program of a comparison cannot run here; the text says why."""


@dataclass(frozen=True)
class Program:
    """One side of a comparison. exits: the exit codes that mean it did its job."""

    name: str
    command: tuple[str, ...]
    exits: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Memory:
    """What the subject's memory is held to: the bytes that `size` prints, times limit. idle: a start without work."""

    size: Program
    idle: Program
    limit: float


@dataclass(frozen=True)
class Comparison:
    """kpi against peers; limits holds the highest permitted ratio to each, by the peer's name."""

    name: str
    subject: Program
    peers: tuple[Program, ...]
    limits: Mapping[str, float]
    memory: Memory | None = None


@dataclass(frozen=True)
class Spent:
    """What one whole process took: seconds, the bytes that it had resident at most, and what it printed."""

    seconds: float
    peak: int
    printed: str


@dataclass(frozen=True)
class Ratio:
    """What was measured: seconds of the fastest run of either side (or megabytes), None where it could not run."""

    comparison: str
    peer: str
    limit: float
    subject: float | None
    measure: float | None
    reason: str = ""
    unit: str = "s"

    @property
    def ratio(self) -> float | None:
        if self.subject is None or self.measure is None:
            return None
        return self.subject / self.measure

    @property
    def holds(self) -> bool | None:
        return None if self.ratio is None else self.ratio <= self.limit


def of_help() -> Comparison:
    """The help text, against the least that a Typer application can take."""
    bare = Program("bare typer", (sys.executable, "-m", "benchmarks.peers.bare", "--help"))
    return Comparison(HELP, Program("kpi --help", (*KPI, "--help")), (bare,), {bare.name: 1.1})


def of_check() -> Comparison:
    """One project on the command line, against importing what a program of this kind is made of."""
    imports = Program("import typer, pint, polars", (sys.executable, "-c", "import typer, pint, polars"))
    short = Program("kpi check", (*KPI, "check", *PROJECT, "--standard", "234+1.2"), exits=(1,))
    return Comparison(CHECK, short, (imports,), {imports.name: 0.9})


def of_classify(entities: int, pandas: str | None) -> Comparison:
    """From a file of enterprises to the summary, against the same without exactness in polars and pandas."""
    figures = str(csv_file(entities, BUILD))
    definitions = str(ROOT / "benchmarks" / "review.toml")
    classify = (*KPI, "classify", figures, "--definitions", definitions, "--scheme", "六项", "--quiet")
    peers = [
        Program("plain polars", (sys.executable, "-m", "benchmarks.peers.plain_polars", figures)),
        Program("plain polars, ids checked", (sys.executable, "-m", "benchmarks.peers.plain_polars", figures, "ids")),
    ]
    if pandas:
        peers.append(Program("plain pandas", (pandas, "-m", "benchmarks.peers.plain_pandas", figures)))
    limits = {"plain polars": 2.0, "plain polars, ids checked": 1.7, "plain pandas": 1.2}
    return Comparison(CLASSIFY, Program("kpi classify", classify), tuple(peers), limits)


def of_grouped(entities: int) -> Comparison:
    """Baselines and shares of 300 groups, against the plain evaluation without groups; and its memory."""
    figures = str(csv_file(entities, BUILD, GROUPS))
    definitions = str(ROOT / "benchmarks" / "by_industry.toml")
    classify = (*KPI, "classify", figures, "--definitions", definitions, "--scheme", "六项", "--quiet")
    peer = Program("plain polars", (sys.executable, "-m", "benchmarks.peers.plain_polars", figures))
    memory = Memory(
        Program("size", (sys.executable, "-m", "benchmarks.peers.figures", figures, definitions)),
        Program("idle", (sys.executable, "-m", "benchmarks.peers.idle")),
        3.0,
    )
    return Comparison(GROUPED, Program("kpi classify by group", classify), (peer,), {peer.name: 3.0}, memory)


def of_targets(targets: int = TARGET_COUNT, zones: int = ZONE_COUNT) -> Comparison:
    """A province's month: every target of every zone, from a file of values to how zones and targets stand."""
    definitions, goals, actuals = (str(path) for path in files(targets, zones, BUILD))
    subject = Program("kpi targets", (*KPI, "targets", actuals, "-d", definitions), exits=(1,))
    plain = (sys.executable, "-m", "benchmarks.peers.polars_targets", goals, actuals)
    peers = (Program("plain polars", plain), Program("plain polars, checked", (*plain, "checked")))
    return Comparison(TARGETS, subject, peers, {"plain polars": 3.0, "plain polars, checked": 3.0})


def of_workbook() -> Comparison:
    """An .xlsx file read and checked, number formats and hidden cells included, against its values alone."""
    figures = str(workbook(WORKBOOK_ROWS, BUILD))
    read = (sys.executable, "-m", "benchmarks.peers.workbook", figures)
    bare = Program("calamine's to_python", read)
    subject = Program("kpi.read", (*read, str(ROOT / "benchmarks" / "workbook.toml")))
    return Comparison(WORKBOOK, subject, (bare,), {bare.name: 2.0})


def spent(program: Program) -> Spent:
    """What one whole process takes. Raises NotMeasured when it fails."""
    environment = os.environ | {"KPI_LANG": "en", "COLUMNS": "100", "NO_COLOR": "1"}
    # An installed package comes compiled; so does this one after the run that does not count.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as printed:
        started = time.perf_counter()
        process = subprocess.Popen(program.command, cwd=ROOT, env=environment, stdout=printed, stderr=said)
        peak = _waited(process)
        taken = time.perf_counter() - started
        if process.returncode not in program.exits:
            said.seek(0)
            last = said.read().decode(errors="replace").strip().splitlines()[-1:]
            raise NotMeasured(f"{program.name} exits {process.returncode}: {' '.join(last)}")
        printed.seek(0)
        return Spent(taken, peak, printed.read().decode(errors="replace"))


def _waited(process: subprocess.Popen[bytes]) -> int:
    """The bytes that the process had resident at most; 0 where the system does not tell."""
    if not hasattr(os, "wait4"):
        process.wait()
        return 0
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measure(comparison: Comparison, runs: int) -> list[Ratio]:
    """The fastest of `runs` alternating runs of each side, after one run of each that does not count."""
    found: dict[str, list[Spent]] = {}
    failed: dict[str, str] = {}
    for turn in range(runs + 1):
        for program in (comparison.subject, *comparison.peers):
            if program.name in failed:
                continue
            try:
                taken = spent(program)
            except NotMeasured as error:
                failed[program.name] = str(error)
                continue
            if turn:
                found.setdefault(program.name, []).append(taken)
    fastest = {name: min(each.seconds for each in several) for name, several in found.items()}
    subject = comparison.subject.name
    ratios = [
        Ratio(
            comparison.name,
            peer,
            limit,
            fastest.get(subject),
            fastest.get(peer),
            failed.get(subject) or failed.get(peer) or ("" if peer in fastest else "not installed"),
        )
        for peer, limit in comparison.limits.items()
    ]
    peaks = [each.peak for each in found.get(subject, ())]
    return [*ratios, *([] if comparison.memory is None else [_of_memory(comparison, comparison.memory, peaks)])]


def _of_memory(comparison: Comparison, memory: Memory, peaks: Sequence[int]) -> Ratio:
    """The subject's largest peak, less that of the idle start, to the size of the figures."""
    name = "figures in memory"
    try:
        idle, size = spent(memory.idle), int(spent(memory.size).printed)
    except NotMeasured as error:
        return Ratio(comparison.name, name, memory.limit, None, None, str(error), "MB")
    if not peaks or not max(peaks):
        return Ratio(comparison.name, name, memory.limit, None, size / MEGABYTE, "no peak known", "MB")
    own = (max(peaks) - idle.peak) / MEGABYTE
    return Ratio(comparison.name, name, memory.limit, own, size / MEGABYTE, unit="MB")


def python_with_pandas() -> str | None:
    """The interpreter of an environment that has pandas, made in build/ on first use; None if that fails."""
    folder = BUILD / "pandas"
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    ready = folder / "ready"
    if not ready.exists():
        try:
            subprocess.run((sys.executable, "-m", "venv", "--clear", str(folder)), check=True)
            subprocess.run((str(python), "-m", "pip", "install", "--quiet", "pandas>=2.2"), check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        ready.touch()
    return str(python)


def table(ratios: Sequence[Ratio]) -> str:
    """The ratios for people, a line each."""
    lines = [f"{'comparison':<12}{'kpi':>9}  {'peer':<28}{'peer':>9}{'ratio':>8}{'limit':>7}  verdict"]
    for each in ratios:
        verdict = {True: "holds", False: "over", None: f"not measured ({each.reason})"}[each.holds]
        lines.append(
            f"{each.comparison:<12}{_shown(each.subject, each):>9}  {each.peer:<28}{_shown(each.measure, each):>9}"
            f"{'—' if each.ratio is None else format(each.ratio, '.2f'):>8}{each.limit:>7.1f}  {verdict}"
        )
    return "\n".join(lines)


def _shown(value: float | None, ratio: Ratio) -> str:
    if value is None:
        return "—"
    return f"{value:.3f} s" if ratio.unit == "s" else f"{value:.0f} {ratio.unit}"


def as_json(ratios: Sequence[Ratio], runs: int, entities: int) -> str:
    """The same for scripts; ratio and holds are null where nothing was measured."""
    rows = [vars(each) | {"ratio": each.ratio, "holds": each.holds} for each in ratios]
    return json.dumps({"runs": runs, "entities": entities, "ratios": rows}, ensure_ascii=False, indent=2)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.run", description="kpi against its peers, as ratios.")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each program (default: %(default)s)")
    parser.add_argument("--entities", type=int, default=ENTITIES, help="enterprises to classify (default: %(default)s)")
    parser.add_argument(
        "--only",
        action="append",
        choices=(HELP, CHECK, CLASSIFY, GROUPED, TARGETS, WORKBOOK),
        help="this comparison (repeatable)",
    )
    parser.add_argument("--pandas", metavar="PYTHON", help="an interpreter that has pandas")
    options = parser.parse_args(arguments)
    makers: dict[str, Callable[[], Comparison]] = {
        HELP: of_help,
        CHECK: of_check,
        CLASSIFY: lambda: of_classify(options.entities, options.pandas or python_with_pandas()),
        GROUPED: lambda: of_grouped(options.entities),
        TARGETS: of_targets,
        WORKBOOK: of_workbook,
    }
    wanted = options.only or tuple(makers)
    ratios = [ratio for name in wanted for ratio in measure(makers[name](), options.runs)]
    print(as_json(ratios, options.runs, options.entities) if options.json else table(ratios))
    return 1 if any(ratio.holds is False for ratio in ratios) else 0


if __name__ == "__main__":
    sys.exit(main())
