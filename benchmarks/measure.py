"""What a comparison is, and how it is measured: whole processes that take turns, of which the fastest runs count."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALONE = Path(__file__).with_name("alone.py")
BUILD = ROOT / "build" / "benchmarks"
MEGABYTE = 1 << 20
# Two programs that sort entities into tiers may differ by near-ties, which binary floating point takes either way.
MOST_APART = 0.001
TIERS = re.compile(r"^Tiers: (.+?)\.?$", re.M)


class NotMeasured(Exception):
    """A program of a comparison cannot run here; the text says why."""


@dataclass(frozen=True)
class Program:
    """One side of a comparison. exits: the exit codes that mean it did its job. entities: that it goes through."""

    name: str
    command: tuple[str, ...]
    exits: tuple[int, ...] = (0,)
    entities: int = 1


@dataclass(frozen=True)
class Memory:
    """What the subject's memory is held to: the bytes that `size` prints, times limit.

    idle: a start without work, whose memory does not count. None: everything counts.
    """

    size: Program
    idle: Program | None
    limit: float


@dataclass(frozen=True)
class Comparison:
    """kpi against peers; limits holds the highest permitted ratio to each, by the peer's name (None: there is none).

    Where programs say how many entities they go through, times are of one. absent: peers that could not be set up, and
    why. same: kpi with the peers' own figures, where the subject has others; its tiers are to be those of the peers.
    comparable: whether the peers' tiers are to be those of the subject, near-ties apart.
    """

    name: str
    subject: Program
    peers: tuple[Program, ...]
    limits: Mapping[str, float | None]
    memory: Memory | None = None
    absent: Mapping[str, str] = field(default_factory=dict)
    same: Program | None = None
    comparable: bool = True


@dataclass(frozen=True)
class Spent:
    """What one whole process took: seconds, the bytes that it had resident at most, and what it printed."""

    seconds: float
    peak: int
    printed: str


@dataclass(frozen=True)
class Ratio:
    """What was measured: seconds of the fastest run of either side (or megabytes), None where it could not run.

    apart: entities that the peer puts into another tier, as far as the sizes of the tiers tell; None: no tiers.
    """

    comparison: str
    peer: str
    limit: float | None
    subject: float | None
    measure: float | None
    reason: str = ""
    unit: str = "s"
    apart: int | None = None

    @property
    def ratio(self) -> float | None:
        if self.subject is None or self.measure is None:
            return None
        return self.subject / self.measure

    @property
    def holds(self) -> bool | None:
        return None if self.ratio is None or self.limit is None else self.ratio <= self.limit


def spent(program: Program) -> Spent:
    """What one whole process takes. Raises NotMeasured when it fails."""
    environment = os.environ | {"KPI_LANG": "en", "COLUMNS": "100", "NO_COLOR": "1"}
    # An installed package comes compiled; so does this one after the run that does not count.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        said, printed, report = (Path(folder) / name for name in ("said", "printed", "report"))
        with said.open("wb") as errors, printed.open("wb") as output:
            alone = [sys.executable, "-S", str(ALONE), str(report), *program.command]
            subprocess.run(alone, cwd=ROOT, env=environment, stdout=output, stderr=errors, check=True)
        taken, peak, code = json.loads(report.read_text())
        if code not in program.exits:
            last = said.read_text(errors="replace").strip().splitlines()[-1:]
            raise NotMeasured(f"{program.name} exits {code}: {' '.join(last)}")
        return Spent(taken, peak, printed.read_text(errors="replace"))


def measure(comparison: Comparison, runs: int) -> list[Ratio]:
    """The fastest of `runs` alternating runs of each side, after one run of each that does not count."""
    found, failed = _taken((comparison.subject, *comparison.peers), runs)
    several = found.get(comparison.subject.name, ())
    expected = tiers(several[0].printed) if several else None
    if comparison.same is not None:
        expected = tiers(spent(comparison.same).printed)
    ratios = [_of_time(comparison, peer, found, failed, expected) for peer in comparison.limits]
    peaks = [each.peak for each in several]
    return [*ratios, *([] if comparison.memory is None else [_of_memory(comparison, comparison.memory, peaks)])]


def _taken(programs: Sequence[Program], runs: int) -> tuple[dict[str, list[Spent]], dict[str, str]]:
    """What the runs of each took, and why those failed that did."""
    found: dict[str, list[Spent]] = {}
    failed: dict[str, str] = {}
    for turn in range(runs + 1):
        for program in programs:
            if program.name in failed:
                continue
            try:
                taken = spent(program)
            except NotMeasured as error:
                failed[program.name] = str(error)
                continue
            if turn:
                found.setdefault(program.name, []).append(taken)
    return found, failed


def _of_time(
    comparison: Comparison,
    peer: str,
    found: Mapping[str, Sequence[Spent]],
    failed: Mapping[str, str],
    expected: Counter[str] | None,
) -> Ratio:
    """The ratio to one peer; not measured where one of the two could not run, or they do not do the same."""
    limit, subject = comparison.limits[peer], comparison.subject
    for name in (subject.name, peer):
        if name not in found:
            reason = failed.get(name) or comparison.absent.get(name) or "not installed"
            return Ratio(comparison.name, peer, limit, None, None, reason)
    program = next(each for each in comparison.peers if each.name == peer)
    own, theirs = (min(each.seconds for each in found[side.name]) / side.entities for side in (subject, program))
    other = tiers(found[peer][0].printed)
    if expected is None or other is None or not comparison.comparable:
        return Ratio(comparison.name, peer, limit, own, theirs)
    apart = max((expected - other).total(), (other - expected).total())
    if apart > MOST_APART * expected.total():
        reason = f"does not do the same: {dict(other)} instead of {dict(expected)}"
        return Ratio(comparison.name, peer, limit, None, None, reason, apart=apart)
    return Ratio(comparison.name, peer, limit, own, theirs, apart=apart)


def tiers(printed: str) -> Counter[str] | None:
    """How many entities each tier has, as kpi says it in its summary, or a peer as a dict; None: nothing of tiers."""
    said = TIERS.search(printed)
    if said:
        pairs = (part.rsplit(" ", 1) for part in said[1].split(", "))
        return Counter({tier: int(count) for tier, count in pairs})
    last = (printed.strip().splitlines() or [""])[-1]
    found = ast.literal_eval(last) if last.startswith("{") else None
    known = isinstance(found, dict) and all(isinstance(tier, str) and len(tier) == 1 for tier in found)
    return Counter(found) if known else None


def _of_memory(comparison: Comparison, memory: Memory, peaks: Sequence[int]) -> Ratio:
    """The subject's largest peak, less that of the idle start, to what it is held to."""
    name = memory.size.name
    try:
        idle, size = 0 if memory.idle is None else spent(memory.idle).peak, int(spent(memory.size).printed)
    except NotMeasured as error:
        return Ratio(comparison.name, name, memory.limit, None, None, str(error), "MB")
    if not peaks or not max(peaks):
        return Ratio(comparison.name, name, memory.limit, None, size / MEGABYTE, "no peak known", "MB")
    own = (max(peaks) - idle) / MEGABYTE
    return Ratio(comparison.name, name, memory.limit, own, size / MEGABYTE, unit="MB")
