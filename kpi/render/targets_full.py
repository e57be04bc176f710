"""Targets for a spreadsheet: every column; and month by month."""

from __future__ import annotations

from kpi import months
from kpi.evaluation.targets.results import Standing, TargetResult, TargetsResult
from kpi.locale import N_, text
from kpi.render.report import EMPTY, UNDEFINED, Cell, Section
from kpi.render.targets_words import goal_words, light_cell, number_cell, signed_cell, unit_words
from kpi.render.words import column, label, listed, said

NONE = (None, None, None)


def full_table(result: TargetsResult, language: str) -> Section:
    """Every column, for spreadsheets."""
    columns = [
        column("target", N_("Key"), language),
        column("label", N_("Target"), language),
        column("plan", N_("Plan"), language),
        column("item", N_("Item no."), language),
        column("text", N_("Text"), language),
        column("goal", N_("Goal"), language),
        column("goal_level", N_("Goal as a level"), language, right=True),
        column("stretch", N_("Beyond it"), language),
        column("actual", N_("Actual"), language, right=True),
        column("unit", N_("Unit"), language),
        column("through", N_("Through"), language),
        column("completion", N_("Done, %"), language, right=True),
        column("elapsed", N_("Time, %"), language, right=True),
        column("lead", N_("Lead, points"), language, right=True),
        column("lead_amount", N_("Lead"), language, right=True),
        column("lead_unit", N_("Unit of the lead"), language),
        column("light", N_("Light"), language),
        column("stretch_light", N_("Light beyond"), language),
        column("needed", N_("Needed a month"), language, right=True),
        column("projected", N_("Projected"), language, right=True),
        column("projected_seasonal", N_("Projected as last year"), language, right=True),
        column("growth_reported", N_("Growth reported, %"), language, right=True),
        column("growth_computed", N_("Growth computed, %"), language, right=True),
        column("goal_level", N_("Goal as a level"), language, right=True),
        column("implied", N_("Implied base"), language, right=True),
        column("implied_low", N_("Implied base, at least"), language, right=True),
        column("implied_high", N_("Implied base, at most"), language, right=True),
        column("level_unit", N_("Unit of levels"), language),
        column("due", N_("Due"), language),
        column("lead_units", N_("Lead unit"), language),
        column("support", N_("Supporting units"), language),
        column("task_source", N_("Source of the task"), language),
        column("source", N_("Source"), language),
        column("reasons", N_("Reasons"), language),
    ]
    rows = [_full_row(one, language) for one in result.targets]
    return Section("targets", "", columns, rows, leading=2)


def _full_row(one: TargetResult, language: str) -> list[Cell]:
    target, standing, stretch = one.target, one.standing, one.stretch
    numbers = [EMPTY] * 8
    if standing is not None:
        numbers = [
            number_cell(standing.completion),
            number_cell(standing.elapsed),
            number_cell(standing.lead),
            number_cell(standing.lead_amount),
            Cell(unit_words(standing.lead_unit, language)),
            number_cell(standing.needed),
            number_cell(standing.projected),
            number_cell(standing.projected_seasonal),
        ]
    growth, implied = one.growth, one.implied
    return [
        Cell(target.key),
        Cell(label(target, language)),
        Cell(target.plan.label),
        Cell(target.item),
        Cell(target.text),
        Cell(goal_words(standing.goal, language)) if standing is not None else UNDEFINED,
        number_cell(one.goal_level),
        Cell(goal_words(stretch.goal, language)) if stretch is not None else EMPTY,
        number_cell(standing.actual) if standing is not None else EMPTY,
        Cell(unit_words(standing.unit, language)) if standing is not None else EMPTY,
        Cell(months.named(one.month, 1)) if one.month is not None else EMPTY,
        *numbers[:5],
        light_cell(one.light, language),
        light_cell(stretch.light, language) if stretch is not None else EMPTY,
        *numbers[5:],
        number_cell(growth.reported) if growth is not None else EMPTY,
        number_cell(growth.computed) if growth is not None else EMPTY,
        number_cell(one.goal_level),
        *(number_cell(each) for each in ((implied.value, implied.low, implied.high) if implied is not None else NONE)),
        Cell(target.unit.text) if target.unit is not None else EMPTY,
        Cell(target.last_day.isoformat()),
        Cell(listed(target.lead, language)),
        Cell(listed(target.support, language)),
        Cell(target.task_source),
        Cell(target.source),
        Cell(said(standing.reasons, language) if standing is not None else ""),
    ]


def trend_table(result: TargetsResult, language: str) -> Section:
    """The lead at the end of each month, as its light colours it; where there is none, the value."""
    ends = sorted({each.month for one in result.targets for each in one.trend})
    columns = [
        column("label", N_("Target"), language),
        *(column(months.named(end, 1), months.named(end, 1), language, right=True) for end in ends),
    ]
    rows = []
    for one in result.targets:
        if one.trend:
            found = {each.month: each.standing for each in one.trend}
            cells = [_month_cell(found.get(end), language) for end in ends]
            rows.append([Cell(label(one.target, language)), *cells])
    return Section("trend", text(N_("Lead by month, in points"), language), columns, rows)


def _month_cell(standing: Standing | None, language: str) -> Cell:
    if standing is None:
        return EMPTY
    style = light_cell(standing.light, language).style
    shown = signed_cell(standing.lead, "", language)
    if standing.lead is None:
        shown = number_cell(standing.actual) if standing.actual is not None else light_cell(standing.light, language)
    return Cell(shown.text, shown.number, style)
