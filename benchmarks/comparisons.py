"""What is measured against what. Sizes can be made smaller; the limits are those that the product is held to."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from benchmarks.data import csv_file, parquet_file, workbook
from benchmarks.environments import WHY_ABSENT, python_with
from benchmarks.formulas import workbook as with_formulas
from benchmarks.measure import BUILD, ROOT, Comparison, Memory, Program
from benchmarks.targets import files

ENTITIES = 1_000_000
HELP = "help"
CHECK = "check"
CLASSIFY = "classify"
PARQUET, PARQUET_TIMES = "parquet", 10
STREAMING = "streaming"
FRACTIONS, FRACTION_ENTITIES = "fractions", 20_000
MIN_MAX = "min-max"
GROUPED, GROUPS = "grouped", 300
TARGETS, TARGET_COUNT, ZONE_COUNT = "targets", 10_000, 1_000
WORKBOOK, WORKBOOK_ROWS = "workbook", 100_000
FORMULAS, FORMULA_ROWS = "formulas", 10_000
KPI = (sys.executable, "-m", "kpi")
PROJECT = (
    "税收=900万元",
    "用地面积=50亩",
    "固定资产投资=1.2亿元",
    "应税销售收入=1.8亿元",
    "建筑面积=45000平方米",
)


def classify(figures: str, definitions: str = "review.toml", scheme: str = "六项") -> tuple[str, ...]:
    """The command that puts everybody in a file into tiers and prints the summary."""
    return (*KPI, "classify", figures, "-d", str(ROOT / "benchmarks" / definitions), "--scheme", scheme, "--quiet")


def peer(module: str, *arguments: str, python: str = sys.executable) -> tuple[str, ...]:
    """The command of one of the small programs in peers/."""
    return (python, "-m", f"benchmarks.peers.{module}", *arguments)


def of_help() -> Comparison:
    """The help text, against the least that a Typer application can take."""
    bare = Program("bare typer", peer("bare", "--help"))
    return Comparison(HELP, Program("kpi --help", (*KPI, "--help")), (bare,), {bare.name: 1.1})


def of_check() -> Comparison:
    """One project on the command line, against importing what a program of this kind is made of."""
    imports = Program("import typer, pint, polars", (sys.executable, "-c", "import typer, pint, polars"))
    short = Program("kpi check", (*KPI, "check", *PROJECT, "--standard", "234+1.2"), exits=(1,))
    return Comparison(CHECK, short, (imports,), {imports.name: 0.9})


def of_classify(entities: int = ENTITIES, environments: Sequence[str] = ("pandas", "duckdb")) -> Comparison:
    """From a file of enterprises to the summary, against the same without exactness in polars, pandas and DuckDB."""
    figures = str(csv_file(entities, BUILD))
    peers = [
        Program("plain polars", peer("plain_polars", figures)),
        Program("plain polars, ids checked", peer("plain_polars", figures, "ids")),
    ]
    limits: dict[str, float | None] = {"plain polars": 2.0, "plain polars, ids checked": 1.4}
    absent = {}
    for package, name, module, limit in (
        ("pandas", "plain pandas", "plain_pandas", 1.0),
        ("duckdb", "DuckDB's SQL", "duckdb_sql", None),
    ):
        if package in environments:
            python = python_with(package)
            limits[name] = limit
            if python is None:
                absent[name] = WHY_ABSENT
            else:
                peers.append(Program(name, peer(module, figures, python=python)))
    return Comparison(CLASSIFY, Program("kpi classify", classify(figures)), tuple(peers), limits, absent=absent)


def of_parquet(entities: int = ENTITIES * PARQUET_TIMES) -> Comparison:
    """Ten million enterprises from Parquet, where no text has to be read, against the same in plain polars."""
    figures = str(parquet_file(entities, BUILD))
    plain = Program("plain polars", peer("plain_polars", figures))
    return Comparison(PARQUET, Program("kpi classify", classify(figures)), (plain,), {plain.name: 1.3})


def of_streaming(entities: int = ENTITIES * PARQUET_TIMES) -> Comparison:
    """The same in portions: how time grows from a tenth of the rows, and the memory that everything takes."""
    figures, fewer = (str(parquet_file(count, BUILD)) for count in (entities, entities // 10))
    streaming = ("--engine", "streaming")
    tenth = Program("itself, a tenth of the rows", (*classify(fewer), *streaming))
    size = Program("2 GiB", (sys.executable, "-c", f"print({2 << 30})"))
    subject = Program("kpi classify in portions", (*classify(figures), *streaming))
    return Comparison(STREAMING, subject, (tenth,), {tenth.name: 12.0}, Memory(size, None, 1.0), comparable=False)


def of_fractions(entities: int = ENTITIES, theirs: int = FRACTION_ENTITIES) -> Comparison:
    """The same, against exact arithmetic in plain Python; per entity, because that cannot wait for a million."""
    figures, fewer = (str(csv_file(count, BUILD)) for count in (entities, theirs))
    subject = Program("kpi classify", classify(figures), entities=entities)
    plain = Program("plain Python with Fraction", peer("plain_fractions", fewer), entities=theirs)
    same = Program("kpi classify, the same file", classify(fewer))
    return Comparison(FRACTIONS, subject, (plain,), {plain.name: 1 / 60}, same=same)


def of_min_max(entities: int = ENTITIES) -> Comparison:
    """What pymcdm has in common with kpi: a weighted sum of min-max scores."""
    figures = str(csv_file(entities, BUILD))
    python = python_with("pymcdm")
    subject = Program("kpi classify", classify(figures, "min_max.toml", "极差法"))
    name = "pymcdm"
    if python is None:
        return Comparison(MIN_MAX, subject, (), {name: None}, absent={name: WHY_ABSENT})
    return Comparison(MIN_MAX, subject, (Program(name, peer("plain_pymcdm", figures, python=python)),), {name: None})


def of_grouped(entities: int = ENTITIES, *, memory: bool = True) -> Comparison:
    """Baselines and shares of 300 groups, against the plain evaluation without groups; and its memory."""
    figures = str(csv_file(entities, BUILD, GROUPS))
    plain = Program("plain polars", peer("plain_polars", figures))
    definitions = str(ROOT / "benchmarks" / "by_industry.toml")
    held = Memory(Program("figures", peer("figures", figures, definitions)), Program("idle", peer("idle")), 3.0)
    subject = Program("kpi classify by group", classify(figures, "by_industry.toml"))
    # Shares of each of 300 groups are not those of all: the sizes of the tiers cannot be the same.
    return Comparison(GROUPED, subject, (plain,), {plain.name: 3.0}, held if memory else None, comparable=False)


def of_targets(targets: int = TARGET_COUNT, zones: int = ZONE_COUNT) -> Comparison:
    """A province's month: every target of every zone, from a file of values to how zones and targets stand."""
    definitions, goals, actuals = (str(path) for path in files(targets, zones, BUILD))
    subject = Program("kpi targets", (*KPI, "targets", actuals, "-d", definitions), exits=(1,))
    plain = peer("polars_targets", goals, actuals)
    peers = (Program("plain polars", plain), Program("plain polars, checked", (*plain, "checked")))
    return Comparison(TARGETS, subject, peers, {"plain polars": 3.0, "plain polars, checked": 3.0})


def of_workbook(rows: int = WORKBOOK_ROWS) -> Comparison:
    """An .xlsx file read and checked, number formats and hidden cells included, against its values alone."""
    figures = str(workbook(rows, BUILD))
    bare = Program("calamine's to_python", peer("workbook", figures))
    subject = Program("kpi.read", peer("workbook", figures, str(ROOT / "benchmarks" / "workbook.toml")))
    return Comparison(WORKBOOK, subject, (bare,), {bare.name: 2.0})


def of_formulas(rows: int = FORMULA_ROWS) -> Comparison:
    """A workbook of figures put into tiers, against LibreOffice, which calculates the same with formulas."""
    figures, calculated = (str(with_formulas(rows, BUILD, calculated=way)) for way in (False, True))
    office = Program("LibreOffice", peer("office", calculated, str(BUILD / "office")))
    return Comparison(FORMULAS, Program("kpi classify", classify(figures)), (office,), {office.name: 0.1})
