"""What the columns of a file are taken for, and what the others may be: the answer of `kpi map`, as data."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from kpi.evaluation.confirming import ALIKE
from kpi.evaluation.table import Source
from kpi.frozen import frozen
from kpi.problems import Place, Problem


class Standing(StrEnum):
    """What became of a column."""

    NAMED = "named"  # its header is the name of a figure
    CONFIRMED = "confirmed"  # a mapping says what it is
    LEFT_OUT = "left_out"  # a mapping says that it is not used
    PROPOSED = "proposed"  # it resembles figures, and nobody has said which it is
    PASSED_OVER = "passed_over"  # 序号, 备注; or another column says better who a row is about
    UNKNOWN = "unknown"  # it resembles nothing


@frozen
class Likely:
    """A figure that a header may mean, as a mapping writes it (上年税收).

    asked: whether what was asked for reads it.
    """

    name: str
    unit: str
    alike: int
    asked: bool


@frozen
class SurveyedColumn:
    """One column. taken_for: as a mapping writes it; unit: that its numbers are in; percent: see the mapping file.

    samples: a few different values of it. units: those that it may be in, where a line above leaves that open.
    """

    header: str
    place: Place
    standing: Standing
    taken_for: str = ""
    unit: str = ""
    percent: str | None = None
    samples: tuple[str, ...] = ()
    candidates: tuple[Likely, ...] = ()
    units: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether somebody has to say what it is, or in which unit, before the file can be read."""
        likely = any(each.asked and each.alike >= ALIKE for each in self.candidates)
        return bool(self.units) or (self.standing is Standing.PROPOSED and likely)


@frozen
class SurveyedSheet:
    file: str
    sheet: str | None
    columns: tuple[SurveyedColumn, ...]
    problems: tuple[Problem, ...] = ()


@frozen
class Survey:
    """All sheets of a file. absent: the names of figures that what was asked for reads and that it does not have."""

    sheets: tuple[SurveyedSheet, ...]
    sources: tuple[Source, ...]
    absent: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def offered(self) -> tuple[str, ...]:
        """Those of the absent that a column may be, once that is confirmed."""
        columns = [each for sheet in self.sheets for each in sheet.columns if each.standing is Standing.PROPOSED]
        proposed = {one.name for each in columns for one in each.candidates}
        return tuple(name for name in self.absent if name in proposed)

    @property
    def open(self) -> bool:
        """Whether a column is left to confirm."""
        return any(column.open for sheet in self.sheets for column in sheet.columns)
