"""The answer of `targets`: goals, actual values, lights, and where each lead unit stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from kpi import months
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.target_model import Goal, Target
from kpi.evaluation.targets.amounts import Amount
from kpi.evaluation.targets.results import (
    FAILING,
    ORDER,
    Growth,
    Light,
    Standing,
    Summary,
    TargetResult,
    TargetsResult,
)
from kpi.locale import N_, text, translate
from kpi.numbers import shown
from kpi.problems import Message, say
from kpi.render import as_json, targets_points, targets_steps
from kpi.render.as_json import Data
from kpi.render.report import EMPTY, UNDEFINED, Cell, Column, Report, Section
from kpi.render.targets_full import full_table, trend_table
from kpi.render.targets_words import ENDLESS, LIGHTS, goal_words, light_cell, number_cell, signed_cell
from kpi.render.words import BRACKETS, column, label, listed, said

AMOUNTS = ("actual", "completion", "elapsed", "lead", "lead_amount", "needed", "projected", "projected_seasonal")


def data(result: TargetsResult, language: str, exact: bool = False) -> Data:
    """The answer for scripts; exact: with the fractions."""
    return {
        "through": result.through.isoformat() if result.through is not None else None,
        "targets": [_target_data(one, language, exact) for one in result.targets],
        "units": units_data(result.units),
        **({"assessed": targets_points.data(result.assessed)} if result.assessed is not None else {}),
        "summary": {"targets": len(result.targets), **{str(light): result.lights[light] for light in ORDER}},
        "problems": as_json.problems(result.problems, language),
    }


def units_data(units: Sequence[Summary]) -> list[Data]:
    """How each lead unit stands."""
    return [
        {"unit": one.name or None, "targets": one.targets, **{str(light): one.lights[light] for light in ORDER}}
        for one in units
    ]


def _target_data(one: TargetResult, language: str, exact: bool) -> Data:
    target = one.target
    return {
        "target": target.key,
        "label": target.label,
        "label_en": target.label_en,
        "plan": target.plan.key,
        "zone": target.plan.zone or None,
        "kind": target.kind,
        "light": one.light,
        "through": months.named(one.month, 1) if one.month is not None else None,
        **_standing_data(one.standing, language, exact),
        "stretch": _standing_data(one.stretch, language, exact) | {"light": one.stretch.light}
        if one.stretch is not None
        else None,
        "level": _value(one.level),
        "level_unit": target.unit.text if target.unit is not None else None,
        "growth": _growth_data(one.growth, language),
        "goal_level": _value(one.goal_level),
        "implied": {"value": one.implied.value.value, "low": one.implied.low.value, "high": one.implied.high.value}
        if one.implied is not None
        else None,
        "trend": [
            {
                "through": months.named(each.month, 1),
                "light": each.standing.light,
                "level": _value(each.level),
                **{name: _value(getattr(each.standing, name)) for name in ("actual", "completion", "elapsed", "lead")},
            }
            for each in one.trend
        ],
        "of": target.of or None,
        "unit_of": target.unit_of or None,
        "lead_units": target.lead,
        "support": target.support,
        "since": months.first_of(target.since).isoformat(),
        "due": target.last_day.isoformat(),
        "text": target.text,
        "item": target.item,
        "task_source": target.task_source,
        "source": target.source,
    }


def _value(number: Amount | None) -> object:
    return None if number is None else number.value


def _standing_data(standing: Standing | None, language: str, exact: bool) -> dict[str, object]:
    """How it stands against a goal; without a goal everything is null."""
    numbers: dict[str, Amount | None] = {name: getattr(standing, name, None) for name in AMOUNTS}
    found: dict[str, object] = {
        "goal": _goal_data(standing.goal) if standing is not None else None,
        "schedule": standing.goal.schedule.name if standing is not None else None,
        "unit": standing.unit if standing is not None else None,
        **{name: _value(number) for name, number in numbers.items()},
        **{f"{name}_shown": _shown(numbers[name]) for name in ("actual", "completion", "lead")},
        "lead_unit": (standing.lead_unit or None) if standing is not None else None,
        "met": standing.met if standing is not None else None,
        "reasons": as_json.reasons(standing.codes, standing.reasons, language) if standing is not None else [],
    }
    if exact:
        found |= {f"{name}_exact": None if number is None else str(number.exact) for name, number in numbers.items()}
    return found


def _shown(number: Amount | None) -> str | None:
    return None if number is None else number.shown


def _goal_data(goal: Goal) -> Data:
    numeric = goal.kind is not GoalKind.MILESTONE
    return {
        "text": goal.text,
        "kind": goal.kind,
        "operator": goal.operator if numeric else None,
        "value": _finite(goal.value) if numeric else None,
        "upper": _finite(goal.upper),
        "unit": goal.unit.text,
        "about": goal.about,
        "tolerance": _finite(goal.tolerance) if goal.about else None,
        "aspired": goal.aspired,
        "against": goal.against or None,
    }


def _finite(value: Fraction | None) -> Fraction | None:
    """The value; to six decimals where its own never end (1000亩 in 公顷)."""
    return None if value is None else as_json.finite(value, shown(value, ENDLESS))


def _growth_data(growth: Growth | None, language: str) -> Data | None:
    if growth is None:
        return None
    return {
        "reported": _value(growth.reported),
        "computed": _value(growth.computed),
        "apart": growth.apart,
        "reasons": as_json.reasons(growth.codes, growth.reasons, language),
    }


def report(result: TargetsResult, language: str, trend: bool = False) -> Report:
    """One line a target, then one a lead unit; a workbook and a CSV file have every column. trend: by month, too."""
    table, units = _targets(result, language), units_table(result, language)
    day = result.through
    lines = [Cell(translate(say("Through {day}.", day=day), language), style="dim")] if day is not None else []
    sources = dict.fromkeys(one.target.plan.label for one in result.targets)
    title = listed(sources, language)
    by_month = [trend_table(result, language)] if trend else []
    points = [targets_points.section(result.assessed, language)] if result.assessed is not None else []
    of_targets = [targets_points.details(result.assessed, language)] if result.assessed is not None else []
    steps = [targets_steps.section(result.targets[0], language)] if len(result.targets) == 1 else []
    if not result.targets:
        return Report(title, lines, [*points], [nothing(language)], (full_table(result, language),))
    sections = [table, *steps, *by_month, *points, *([units] if len(result.units) > 1 else [])]
    return Report(
        title,
        lines,
        sections,
        [*notes(result, language), _summary(result, language)],
        sheets=(full_table(result, language), *by_month, units, *points, *of_targets),
        table=points[0] if points else full_table(result, language),
    )


def nothing(language: str) -> Cell:
    """What is said in place of empty tables."""
    return Cell(translate(say("No target is left by this choice."), language), style="unsure")


def _summary(result: TargetsResult, language: str) -> Cell:
    message = say(
        "Targets: {count}. Ahead {ahead}, on schedule {on_schedule}, behind {behind}, seriously behind "
        "{seriously_behind}, undefined {undefined}, not set {not_set}.",
        count=len(result.targets),
        **{str(light): result.lights[light] for light in ORDER},
    )
    return Cell(translate(message, language), style="good" if result.holds else "bad")


def notes(result: TargetsResult, language: str, with_zones: bool = False) -> list[Cell]:
    """Why targets are undefined, and growths that are apart."""

    def named(target: Target) -> str:
        own = label(target, language)
        return f"{target.plan.zone} · {own}" if with_zones else own

    failing: dict[str, list[str]] = {}
    for one in result.targets:
        if one.standing is not None and one.light in FAILING and one.standing.reasons:
            failing.setdefault(said(one.standing.reasons, language), []).append(named(one.target))
    notes = []
    for reasons, names in failing.items():
        message = say("{target}: {reasons}.", target=tuple(names), reasons=reasons)
        notes.append(Cell(translate(message, language), style="unsure"))
    for one in result.targets:
        if _stale(one, result):
            month = months.named(one.month or 0, 1)
            message = say("{target}: the last value is of {month}.", target=named(one.target), month=month)
            notes.append(Cell(translate(message, language), style="dim"))
        if one.growth is not None and one.growth.apart:
            notes.append(Cell(translate(_apart(named(one.target), one.growth), language), style="unsure"))
    return notes


def _stale(one: TargetResult, result: TargetsResult) -> bool:
    """Whether nothing was reported for the last month that counts, though the target still runs."""
    if one.month is None or result.through is None or one.target.kind is GoalKind.MILESTONE:
        return False
    return one.month < min(months.completed(result.through), one.target.due)


def _apart(target: str, growth: Growth) -> Message:
    return say(
        "{target}: the reported growth is {reported}%, the computed one {computed}%.",
        target=target,
        reported=growth.reported.shown if growth.reported is not None else "—",
        computed=growth.computed.shown if growth.computed is not None else "—",
    )


def _targets(result: TargetsResult, language: str) -> Section:
    columns, rows = target_rows(result.targets, language)
    return Section("targets", "", columns, rows)


def target_rows(results: Sequence[TargetResult], language: str) -> tuple[list[Column], list[Sequence[Cell]]]:
    """The columns of a list of targets, and its lines: one a target, and one for what it aspires to beyond its goal."""
    columns = [
        column("label", N_("Target"), language),
        column("goal", N_("Goal"), language),
        column("actual", N_("Actual"), language, right=True),
        column("completion", N_("Done, %"), language, right=True),
        column("elapsed", N_("Time, %"), language, right=True),
        column("lead", N_("Lead, points"), language, right=True),
        column("lead_amount", N_("Lead"), language, right=True),
        column("light", N_("Light"), language),
        column("lead_units", N_("Lead unit"), language),
    ]
    return columns, [row for one in results for row in _rows(one, language)]


def _rows(one: TargetResult, language: str) -> list[Sequence[Cell]]:
    """A target's line; below it what it aspires to beyond its goal."""
    unit = Cell(listed(one.target.lead, language))
    name = label(one.target, language)
    if one.standing is None:
        return [[Cell(name), UNDEFINED, *[EMPTY] * 5, light_cell(one.light, language), unit]]
    goal, *others = _cells(one.standing, language)
    if one.goal_level is not None and one.target.unit is not None:
        # What must be reached, for those who count in 亿元 and not in growth.
        goal = Cell(goal.text + BRACKETS[language].format(f"{one.goal_level.shown} {one.target.unit.text}"))
    rows: list[Sequence[Cell]] = [[Cell(name), goal, *others, unit]]
    if one.stretch is not None:
        rows.append([Cell(""), *_cells(one.stretch, language), EMPTY])
    return rows


def _cells(standing: Standing, language: str) -> list[Cell]:
    missing = standing.light is Light.UNDEFINED and standing.actual is None
    return [
        Cell(goal_words(standing.goal, language)),
        UNDEFINED if missing else number_cell(standing.actual),
        number_cell(standing.completion),
        number_cell(standing.elapsed),
        signed_cell(standing.lead, "", language),
        signed_cell(standing.lead_amount, standing.lead_unit, language),
        light_cell(standing.light, language),
    ]


def units_table(result: TargetsResult, language: str, units: Sequence[Summary] | None = None) -> Section:
    """How each lead unit stands, or these."""
    found = result.units if units is None else units
    heads = ("units", N_("By lead unit")), ("unit", N_("Lead unit"))
    return counted(*heads, found, lambda name: name or text(N_("(none)"), language), language)


def counted(
    section: tuple[str, str],
    first: tuple[str, str],
    found: Sequence[Summary],
    named: Callable[[str], str],
    language: str,
) -> Section:
    """How many targets of each name there are, and of each light. section, first: key and title of each."""
    columns = [
        column(*first, language),
        column("targets", N_("Targets"), language, right=True),
        *(column(str(light), LIGHTS[light][0], language, right=True) for light in ORDER),
    ]
    key, title = section
    rows = [
        [Cell(named(one.name)), *(Cell(str(number), Fraction(number)) for number in _numbers(one))] for one in found
    ]
    return Section(key, text(title, language), columns, rows)


def _numbers(one: Summary) -> list[int]:
    return [one.targets, *(one.lights[light] for light in ORDER)]
