"""How the cost of `kpi classify` grows: with the entities, the groups, the items; each as a ratio to the smallest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.comparisons import KPI, classify
from benchmarks.data import csv_file, parquet_file
from benchmarks.measure import BUILD, NotMeasured, Program, spent

ENTITIES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
GROUPED_ENTITIES, GROUPS = 300_000, (1, 10, 100, 300)
ITEM_ENTITIES, ITEMS = 100_000, (1, 5, 10, 20, 40)
UNITS = {
    "税收": "万元",
    "应税销售收入": "万元",
    "工业增加值": "万元",
    "综合能耗": "吨标准煤",
    "主要污染物排放量": "吨",
    "研发经费": "万元",
    "年平均职工人数": "人",
    "用地面积": "亩",
}
WEIGHT = 5


@dataclass(frozen=True)
class Series:
    """The same work at several sizes, smallest first. what: of what there are so many; beside: what stays the same."""

    what: str
    beside: str
    steps: tuple[tuple[int, Program], ...]


@dataclass(frozen=True)
class Grown:
    """What came out: size → the fastest run, to the fastest of the smallest size; None where it could not run."""

    series: Series
    ratios: tuple[tuple[int, float | None], ...]


def of_entities(sizes: Sequence[int] = ENTITIES) -> Series:
    """From Parquet, so that nobody waits for texts to be read."""
    steps = tuple((size, Program(f"{size}", classify(str(parquet_file(size, BUILD))))) for size in sizes)
    return Series("entities", "6 items, from Parquet", steps)


def of_groups(sizes: Sequence[int] = GROUPS, entities: int = GROUPED_ENTITIES) -> Series:
    """Baselines and shares of each group."""
    steps = tuple(
        (size, Program(f"{size}", classify(str(csv_file(entities, BUILD, size)), "by_industry.toml"))) for size in sizes
    )
    return Series("groups", f"{entities:,} entities, 6 items, from CSV", steps)


def of_items(sizes: Sequence[int] = ITEMS, entities: int = ITEM_ENTITIES) -> Series:
    """Each item scores an indicator of its own."""
    figures = str(csv_file(entities, BUILD))
    steps = []
    for size in sizes:
        path = BUILD / f"items-{size}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(definitions(size), encoding="utf-8")
        command = (*KPI, "classify", figures, "-d", str(path), "--scheme", "多项", "--quiet")
        steps.append((size, Program(f"{size}", command)))
    return Series("items", f"{entities:,} entities, from CSV", tuple(steps))


ALL: tuple[Callable[[], Series], ...] = (of_entities, of_groups, of_items)


def definitions(items: int) -> str:
    """Definitions with so many items, each a ratio of two figures to its mean (示例办法)."""
    pairs = [(top, bottom) for top in UNITS for bottom in UNITS if top != bottom][:items]
    lines = ["format = 1", "[figures]", *(f'"{name}" = "{unit}"' for name, unit in UNITS.items()), "[indicators]"]
    for top, bottom in pairs:
        unit = "" if UNITS[top] == UNITS[bottom] else f"{UNITS[top]}/{UNITS[bottom]}"
        lines.append(f'"{top}比{bottom}" = {{ formula = "{top} / {bottom}", unit = "{unit}", decimals = 6 }}')
    lines += ['[schemes."多项"]', 'source = "示例办法，仅供测速"']
    for top, bottom in pairs:
        lines += [
            '[[schemes."多项".items]]',
            f'indicator = "{top}比{bottom}"\nweight = {WEIGHT}\nmethod = "ratio"\nbaseline = {{ statistic = "mean" }}',
            'score = { at_least = 0, at_most = "1.5 × 权重" }\nif_missing = "zero"\nif_zero_denominator = "zero"',
        ]
    lines += ['[schemes."多项".tiers]\nby = "share"\nup_to = { A = "20%", B = "60%", C = "95%", D = "100%" }']
    lines += ['of = "graded"\nround = "half_up"\nties = "up"\nrefill = false', ""]
    return "\n".join(lines)


def grown(series: Series, runs: int) -> Grown:
    """The sizes take turns, after one run of the smallest that does not count; the fastest run of each counts."""
    fastest: dict[int, float] = {}
    failed: set[int] = set()
    for turn in range(runs + 1):
        for size, program in series.steps[: None if turn else 1]:
            if size in failed:
                continue
            try:
                seconds = spent(program).seconds
            except NotMeasured:
                failed.add(size)
                continue
            if turn:
                fastest[size] = min(seconds, fastest.get(size, seconds))
    first = fastest.get(series.steps[0][0])
    ratios = tuple(
        (size, None if first is None or size not in fastest else fastest[size] / first) for size, _ in series.steps
    )
    return Grown(series, ratios)
