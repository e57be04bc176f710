"""Measures kpi against its peers and prints the ratios.

python -m benchmarks [--json] [--runs N] [--entities N] [--only NAME]… [--report]

Every measurement is a whole process, from start to exit. The programs of one comparison take turns, and the fastest of
their runs counts, so that a busy machine disturbs all of them alike. Only ratios of one run mean anything. Memory is
the largest that a process ever had resident, less that of an idle start. Exits 1 when a ratio is over its limit, and
when a peer does not do the same. --report measures how the cost grows as well, and writes all of it to
docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence

from benchmarks import comparisons as of
from benchmarks.growth import ALL, grown
from benchmarks.measure import Comparison, Ratio, measure
from benchmarks.report import PAGE, page

RUNS = 5


def table(ratios: Sequence[Ratio]) -> str:
    """The ratios for people, a line each."""
    lines = [f"{'comparison':<12}{'kpi':>11}  {'peer':<28}{'peer':>11}{'ratio':>9}{'limit':>8}  verdict"]
    for each in ratios:
        limit = "—" if each.limit is None else format(each.limit, ".3g")
        lines.append(
            f"{each.comparison:<12}{_shown(each.subject, each):>11}  {each.peer:<28}{_shown(each.measure, each):>11}"
            f"{'—' if each.ratio is None else format(each.ratio, '.3g'):>9}{limit:>8}  {verdict(each)}"
        )
    return "\n".join(lines)


def verdict(ratio: Ratio) -> str:
    if ratio.ratio is None:
        return f"not measured ({ratio.reason})"
    return {True: "holds", False: "over", None: "—"}[ratio.holds]


def _shown(value: float | None, ratio: Ratio) -> str:
    if value is None:
        return "—"
    return f"{value:.3g} s" if ratio.unit == "s" else f"{value:.0f} {ratio.unit}"


def as_json(ratios: Sequence[Ratio], runs: int, entities: int) -> str:
    """The same for scripts; ratio and holds are null where nothing was measured, or there is no limit."""
    rows = [vars(each) | {"ratio": each.ratio, "holds": each.holds} for each in ratios]
    return json.dumps({"runs": runs, "entities": entities, "ratios": rows}, ensure_ascii=False, indent=2)


def makers(entities: int) -> dict[str, Callable[[], Comparison]]:
    """Every comparison by its name; files are written, and environments made, when it is asked for."""
    return {
        of.HELP: of.of_help,
        of.CHECK: of.of_check,
        of.CLASSIFY: lambda: of.of_classify(entities),
        of.PARQUET: lambda: of.of_parquet(entities * of.PARQUET_TIMES),
        of.STREAMING: lambda: of.of_streaming(entities * of.PARQUET_TIMES),
        of.FRACTIONS: lambda: of.of_fractions(entities),
        of.MIN_MAX: lambda: of.of_min_max(entities),
        of.GROUPED: lambda: of.of_grouped(entities),
        of.TARGETS: of.of_targets,
        of.WORKBOOK: of.of_workbook,
        of.FORMULAS: of.of_formulas,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description="kpi against its peers, as ratios.")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each program (default: %(default)s)")
    parser.add_argument(
        "--entities", type=int, default=of.ENTITIES, help="enterprises to classify (default: %(default)s)"
    )
    known = makers(of.ENTITIES)
    parser.add_argument("--only", action="append", choices=known, help="this comparison (repeatable)")
    parser.add_argument("--report", action="store_true", help="write docs/benchmarks.md; takes ten minutes")
    options = parser.parse_args(arguments)
    found = makers(options.entities)
    ratios = [ratio for name in options.only or found for ratio in _said(measure(found[name](), options.runs))]
    if options.report:
        PAGE.write_text(page(ratios, [grown(make(), options.runs) for make in ALL], options.runs), encoding="utf-8")
    print(as_json(ratios, options.runs, options.entities) if options.json else table(ratios))
    return 1 if any(ratio.holds is False or (ratio.apart and ratio.ratio is None) for ratio in ratios) else 0


def _said(ratios: list[Ratio]) -> list[Ratio]:
    """The same ratios, said at once to whoever waits."""
    for each in ratios:
        print(f"{each.comparison}, {each.peer}: {verdict(each)}", file=sys.stderr)
    return ratios


if __name__ == "__main__":
    sys.exit(main())
