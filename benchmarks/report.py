"""docs/benchmarks.md: what one run of all measurements came to. Nobody types a number there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.growth import Grown
from benchmarks.machine import described
from benchmarks.measure import ROOT, Ratio

PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# How fast, against what

Written by `python -m benchmarks --report`; whoever wants other numbers runs it again. Every figure is a ratio of two
measurements of one run on one machine: seconds differ from machine to machine. What is measured, and how, is in
[benchmarks/README.md](../benchmarks/README.md).
"""
EXPLAINED = """`ratio` is the time of kpi by that of the other program, whole processes from start to exit; the fastest
of {runs} runs of each, which took turns (for memory: bytes by bytes). `fractions` is per entity. `moved` is how many
entities the other program puts into another tier, as far as the sizes of the tiers tell: binary floating point takes
near-ties either way.
"""
GROWTH = """Times of `kpi classify`, by the time of the smallest size.
"""


def page(ratios: Sequence[Ratio], growth: Sequence[Grown], runs: int) -> str:
    """The page in Markdown."""
    parts = [
        HEAD,
        "\n".join(["The machine:", "", *(f"- {line}" for line in described()), ""]),
        "## Against others\n",
        EXPLAINED.format(runs=runs),
        "\n".join(_against(ratios)) + "\n",
        "\n".join(_over(ratios)) + "\n",
        "## How the cost grows\n",
        GROWTH,
        *("\n".join(_grown(each)) + "\n" for each in growth),
    ]
    return "\n".join(parts)


def _against(ratios: Sequence[Ratio]) -> Iterator[str]:
    yield "| comparison | against | ratio | limit | | moved |"
    yield "|---|---|---|---|---|---|"
    for each in ratios:
        verdict = {True: "holds", False: "**over**", None: ""}[each.holds]
        apart = "" if each.apart is None else f"{each.apart}"
        peer = f"{each.peer} (memory)" if each.unit == "MB" else each.peer
        yield f"| {each.comparison} | {peer} | {number(each.ratio)} | {number(each.limit)} | {verdict} | {apart} |"


def _over(ratios: Sequence[Ratio]) -> Iterator[str]:
    """In words: what does not hold, and what could not be measured."""
    over = [each for each in ratios if each.holds is False]
    if not ratios:
        yield "Nothing has been measured since the comparisons last changed."
    elif not over:
        yield "Nothing that was measured is over its limit."
    for each in over:
        yield (
            f"- **Over its limit**: {each.comparison}, against {each.peer}: {number(each.ratio)} where at most "
            f"{number(each.limit)} is asked."
        )
    for each in ratios:
        if each.ratio is None:
            yield f"- Not measured: {each.comparison}, against {each.peer} ({each.reason})."


def _grown(found: Grown) -> Iterator[str]:
    series = found.series
    yield f"| {series.what} ({series.beside}) | {' | '.join(f'{size:,}' for size, _ in found.ratios)} |"
    yield f"|---|{'---|' * len(found.ratios)}"
    yield f"| time | {' | '.join(number(ratio) for _, ratio in found.ratios)} |"


def number(value: float | None) -> str:
    """Three digits; — for none."""
    if value is None:
        return "—"
    return format(value, ".0f") if value >= 100 else format(value, ".3g")
