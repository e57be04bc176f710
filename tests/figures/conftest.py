"""Figures as users write them, read with a few definitions. All figures are 示例数据 (synthetic)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.evaluation.table import Table
from kpi.figures.read import read
from kpi.numbers import from_float
from kpi.problems import KpiError, Problem

DEFINITIONS = load(
    text="""
format = 1
[figures]
"税收"         = { unit = "万元", aliases = ["入库税收", "实缴税金"] }
"用地面积"     = { unit = "亩", label_en = "land used" }
"用电量"       = "万千瓦时"
"应税销售收入" = "万元"
"研发占比"     = "%"
"系数"         = ""
"职工人数"     = "人"
"行业"         = { type = "industry" }
"投产日期"     = { type = "date" }
"高新"         = { type = "yes_no", label = "是否高新" }
[indicators."亩均税收"]
formula  = "税收 / 用地面积"
unit     = "万元/亩"
decimals = 2
"""
)

Write = Callable[..., Path]


@pytest.fixture
def definitions() -> Definitions:
    return DEFINITIONS


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """write(name, text): a file in a folder of its own, which is the current one."""
    monkeypatch.chdir(tmp_path)

    def writer(name: str, text: str | bytes) -> Path:
        Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return Path(name)

    return writer


class Reading:
    """read() with the definitions above, and short ways to look at what came out."""

    def __call__(self, *paths: str | Path, **options: object) -> Table:
        return read(paths, DEFINITIONS, **options)  # type: ignore[arg-type]

    def text(self, text: str, **options: object) -> Table:
        """A CSV text, as if from standard input."""
        return self("-", stdin=text.encode(), **options)

    def problems(self, *paths: str | Path, **options: object) -> tuple[Problem, ...]:
        """The problems that reading raises."""
        with pytest.raises(KpiError) as raised:
            self(*paths, **options)
        return raised.value.problems

    def problem(self, *paths: str | Path, **options: object) -> Problem:
        """The one problem that reading raises."""
        (problem,) = self.problems(*paths, **options)
        return problem


@pytest.fixture
def reading() -> Reading:
    return Reading()


def exact(table: Table, name: str) -> list[Fraction | None]:
    """A column of numbers in its declared unit."""
    factor = table.factors.get(name, Fraction(1))
    return [None if value is None else from_float(value) * factor for value in table.frame[name].to_list()]


def codes(table: Table) -> list[str]:
    """The codes of a table's warnings and notes."""
    return [problem.code for problem in table.problems]
