"""Targets for a spreadsheet: every column; and month by month."""

from __future__ import annotations

from kpi import months
from kpi.evaluation.targets.results import Standing, TargetsResult
from kpi.locale import N_, text
from kpi.render.report import EMPTY, Cell, Section
from kpi.render.targets_columns import columns, rows
from kpi.render.targets_words import light_cell, number_cell, signed_cell
from kpi.render.words import column, label

# Every column, for spreadsheets.
FULL = (
    "target", "label", "plan", "item", "text", "goal", "goal_level", "stretch", "actual", "unit", "through",
    "completion", "elapsed", "lead", "lead_amount", "lead_unit", "light", "stretch_light", "needed", "projected",
    "projected_seasonal", "growth_reported", "growth_computed", "implied", "implied_low", "implied_high", "level_unit",
    "due", "lead_units", "support", "task_source", "source", "reasons",
)  # fmt: skip


def full_table(result: TargetsResult, language: str) -> Section:
    """Every column, for spreadsheets."""
    return Section("targets", "", columns(FULL, language), list(rows(FULL, result.targets, language)), leading=2)


def trend_table(result: TargetsResult, language: str) -> Section:
    """The lead at the end of each month, as its light colours it; where there is none, the value."""
    ends = sorted({each.month for one in result.targets for each in one.trend})
    heads = [
        column("label", N_("Target"), language),
        *(column(months.named(end, 1), months.named(end, 1), language, right=True) for end in ends),
    ]
    lines = []
    for one in result.targets:
        if one.trend:
            found = {each.month: each.standing for each in one.trend}
            cells = [_month_cell(found.get(end), language) for end in ends]
            lines.append([Cell(label(one.target, language)), *cells])
    return Section("trend", text(N_("Lead by month, in points"), language), heads, lines)


def _month_cell(standing: Standing | None, language: str) -> Cell:
    if standing is None:
        return EMPTY
    style = light_cell(standing.light, language).style
    shown = signed_cell(standing.lead, "", language)
    if standing.lead is None:
        shown = number_cell(standing.actual) if standing.actual is not None else light_cell(standing.light, language)
    return Cell(shown.text, shown.number, style)
