"""Points of units from their targets, for people, spreadsheets and scripts."""

from __future__ import annotations

from fractions import Fraction

from kpi.evaluation.targets.results import Assessed, TargetPoints, UnitPoints
from kpi.locale import N_
from kpi.numbers import plain, shown
from kpi.render.as_json import Data
from kpi.render.report import UNDEFINED, Cell, Section
from kpi.render.targets_words import number_cell
from kpi.render.words import column, label


def data(assessed: Assessed) -> Data:
    """The points for scripts."""
    return {
        "assessment": assessed.assessment.key,
        "units": [
            {
                "unit": one.unit,
                "rank": one.rank,
                "points": one.total,
                "full": one.full,
                "rate": None if one.rate is None else one.rate.value,
                "targets": [
                    {
                        "target": each.target,
                        "full": each.full,
                        "attained": None if each.attained is None else each.attained.value,
                        "points": each.points.value,
                        "extra": each.extra.value,
                    }
                    for each in one.targets
                ],
            }
            for one in assessed.units
        ],
    }


def section(assessed: Assessed, language: str) -> Section:
    """One line a unit, best first. The titles of the columns are those of figures, so that a scheme can go on."""
    columns = [
        column("unit", N_("Unit name"), language),
        column("rank", N_("Rank"), language, right=True, whole=True),
        column("points", N_("Points"), language, right=True),
        column("full", N_("Full points"), language, right=True),
        column("rate", N_("Rate of points, %"), language, right=True),
        column("targets", N_("Targets"), language, right=True),
    ]
    rows = [_row(one, assessed.assessment.decimals) for one in assessed.units]
    return Section("points", label(assessed.assessment, language), columns, rows)


def _row(one: UnitPoints, decimals: int) -> list[Cell]:
    return [
        Cell(one.unit),
        Cell(str(one.rank), Fraction(one.rank)),
        Cell(shown(one.total, decimals), one.total),
        Cell(plain(one.full), one.full),
        number_cell(one.rate),
        Cell(str(len(one.targets)), Fraction(len(one.targets))),
    ]


def details(assessed: Assessed, language: str) -> Section:
    """One line a unit and target."""
    columns = [
        column("unit", N_("Unit name"), language),
        column("target", N_("Target"), language),
        column("full", N_("Full points"), language, right=True),
        column("attained", N_("Attained, %"), language, right=True),
        column("points", N_("Points"), language, right=True),
        column("extra", N_("Extra points"), language, right=True),
    ]
    rows = [_detail(unit, each) for unit in assessed.units for each in unit.targets]
    return Section("points-of-targets", "", columns, rows, leading=2)


def _detail(unit: UnitPoints, each: TargetPoints) -> list[Cell]:
    return [
        Cell(unit.unit),
        Cell(each.target),
        Cell(plain(each.full), each.full),
        number_cell(each.attained) if each.attained is not None else UNDEFINED,
        number_cell(each.points),
        number_cell(each.extra),
    ]
