"""Fails when kpi has become slow: when a ratio is twice the one that is recorded.

python -m benchmarks.drift [--record] [--runs N] [--file PATH] [--only NAME]…

The same comparisons as everywhere, with small files, so that CI has the time. What seems to have drifted is measured
once more, and the better of the two counts: a machine that does other things beside must not fail anybody. --record
writes the ratios of this run to benchmarks/recorded.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import comparisons as of
from benchmarks.measure import ROOT, Comparison, Ratio, measure

RECORDED = ROOT / "benchmarks" / "recorded.json"
RUNS = 5
FACTOR = 2.0
ENTITIES = 100_000
SMALL: Mapping[str, Callable[[], Comparison]] = {
    of.HELP: of.of_help,
    of.CHECK: of.of_check,
    of.CLASSIFY: lambda: of.of_classify(ENTITIES, environments=()),
    of.GROUPED: lambda: of.of_grouped(ENTITIES, memory=False),
    of.TARGETS: lambda: of.of_targets(500, 200),
    of.WORKBOOK: lambda: of.of_workbook(20_000),
}
Ratios = dict[str, dict[str, float]]


def measured(names: Sequence[str], runs: int) -> list[Ratio]:
    return [ratio for name in names for ratio in measure(SMALL[name](), runs)]


def drifted(ratios: Sequence[Ratio], recorded: Ratios) -> list[str]:
    """What is not as it was: a sentence for each ratio that is twice the recorded one, missing, or not recorded."""
    said = []
    for each in ratios:
        before = recorded.get(each.comparison, {}).get(each.peer)
        what = f"{each.comparison}, against {each.peer}"
        if each.ratio is None:
            said.append(f"{what}: not measured ({each.reason})")
        elif before is None:
            said.append(f"{what}: no ratio is recorded; python -m benchmarks.drift --record")
        elif each.ratio > FACTOR * before:
            said.append(f"{what}: {each.ratio:.2f}, where {before:.2f} is recorded")
    return said


def better(first: Sequence[Ratio], second: Sequence[Ratio]) -> list[Ratio]:
    """Of each ratio that was measured twice, the smaller one."""
    again = {(each.comparison, each.peer): each for each in second}
    pairs = ((each, again.get((each.comparison, each.peer), each)) for each in first)
    return [min(pair, key=lambda each: float("inf") if each.ratio is None else each.ratio) for pair in pairs]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.drift", description="Whether kpi has become slow.")
    parser.add_argument("--record", action="store_true", help="write the ratios of this run")
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each program (default: %(default)s)")
    parser.add_argument("--file", type=Path, default=RECORDED, help="the recorded ratios")
    parser.add_argument("--only", action="append", choices=SMALL, help="this comparison (repeatable)")
    options = parser.parse_args(arguments)
    names = options.only or list(SMALL)
    ratios = measured(names, options.runs)
    if options.record:
        kept: Ratios = {}
        for each in ratios:
            if each.ratio is not None:
                kept.setdefault(each.comparison, {})[each.peer] = round(each.ratio, 3)
        options.file.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return 0
    recorded: Ratios = json.loads(options.file.read_text(encoding="utf-8"))
    suspects = [name for name in names if drifted([each for each in ratios if each.comparison == name], recorded)]
    if suspects:
        ratios = better(ratios, measured(suspects, options.runs))
    for each in ratios:
        before = recorded.get(each.comparison, {}).get(each.peer)
        now, then = (f"{value:.2f}" if value is not None else "—" for value in (each.ratio, before))
        print(f"{each.comparison:<12}{each.peer:<28}{now:>8} recorded {then}")
    said = drifted(ratios, recorded)
    for sentence in said:
        print(sentence, file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
