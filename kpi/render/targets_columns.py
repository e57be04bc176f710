"""The columns of tables of targets, each once: what it is called, and what stands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from kpi import months
from kpi.evaluation.targets.amounts import Amount
from kpi.evaluation.targets.results import Standing, TargetResult
from kpi.frozen import frozen
from kpi.locale import N_
from kpi.render.report import EMPTY, UNDEFINED, Cell, Column
from kpi.render.targets_words import goal_words, light_cell, number_cell, unit_words
from kpi.render.words import column, label, listed, said

Says = Callable[[TargetResult, str], Cell]


@frozen
class _Way:
    """One column: its title, what a result says in it, and whether that is a number."""

    title: str
    says: Says
    right: bool = False


def columns(keys: Iterable[str], language: str) -> list[Column]:
    """The heads of these columns."""
    return [column(key, _COLUMNS[key].title, language, right=_COLUMNS[key].right) for key in keys]


def rows(keys: Sequence[str], results: Iterable[TargetResult], language: str) -> Iterator[list[Cell]]:
    """What results say in these columns."""
    ways = [_COLUMNS[key].says for key in keys]
    for one in results:
        yield [says(one, language) for says in ways]


def _of(text: Callable[[TargetResult], str]) -> Says:
    return lambda one, language: Cell(text(one))


def _amount(name: str) -> Says:
    """A number of the standing."""
    return lambda one, language: number_cell(getattr(one.standing, name, None))


def _own(number: Callable[[TargetResult], Amount | None]) -> Says:
    return lambda one, language: number_cell(number(one))


def _standing(words: Callable[[Standing, str], str]) -> Says:
    """What the standing says; nothing where no goal was set."""
    return lambda one, language: EMPTY if one.standing is None else Cell(words(one.standing, language))


def _goal(one: TargetResult, language: str) -> Cell:
    return UNDEFINED if one.standing is None else Cell(goal_words(one.standing.goal, language))


def _stretch(one: TargetResult, language: str) -> Cell:
    return EMPTY if one.stretch is None else Cell(goal_words(one.stretch.goal, language))


def _stretch_light(one: TargetResult, language: str) -> Cell:
    return EMPTY if one.stretch is None else light_cell(one.stretch.light, language)


_COLUMNS: Mapping[str, _Way] = {
    "zone": _Way(N_("Zone"), _of(lambda one: one.target.plan.zone)),
    "target": _Way(N_("Key"), _of(lambda one: one.target.key)),
    "label": _Way(N_("Target"), lambda one, language: Cell(label(one.target, language))),
    "plan": _Way(N_("Plan"), _of(lambda one: one.target.plan.label)),
    "item": _Way(N_("Item no."), _of(lambda one: one.target.item)),
    "text": _Way(N_("Text"), _of(lambda one: one.target.text)),
    "goal": _Way(N_("Goal"), _goal),
    "goal_level": _Way(N_("Goal as a level"), _own(lambda one: one.goal_level), right=True),
    "stretch": _Way(N_("Beyond it"), _stretch),
    "actual": _Way(N_("Actual"), _amount("actual"), right=True),
    "unit": _Way(N_("Unit"), _standing(lambda standing, language: unit_words(standing.unit, language))),
    "through": _Way(N_("Through"), _of(lambda one: "" if one.month is None else months.named(one.month, 1))),
    "completion": _Way(N_("Done, %"), _amount("completion"), right=True),
    "elapsed": _Way(N_("Time, %"), _amount("elapsed"), right=True),
    "lead": _Way(N_("Lead, points"), _amount("lead"), right=True),
    "lead_amount": _Way(N_("Lead"), _amount("lead_amount"), right=True),
    "lead_unit": _Way(
        N_("Unit of the lead"), _standing(lambda standing, language: unit_words(standing.lead_unit, language))
    ),
    "light": _Way(N_("Light"), lambda one, language: light_cell(one.light, language)),
    "stretch_light": _Way(N_("Light beyond"), _stretch_light),
    "needed": _Way(N_("Needed a month"), _amount("needed"), right=True),
    "projected": _Way(N_("Projected"), _amount("projected"), right=True),
    "projected_seasonal": _Way(N_("Projected as last year"), _amount("projected_seasonal"), right=True),
    "growth_reported": _Way(
        N_("Growth reported, %"), _own(lambda one: one.growth.reported if one.growth is not None else None), right=True
    ),
    "growth_computed": _Way(
        N_("Growth computed, %"), _own(lambda one: one.growth.computed if one.growth is not None else None), right=True
    ),
    "implied": _Way(
        N_("Implied base"), _own(lambda one: one.implied.value if one.implied is not None else None), right=True
    ),
    "implied_low": _Way(
        N_("Implied base, at least"), _own(lambda one: one.implied.low if one.implied is not None else None), right=True
    ),
    "implied_high": _Way(
        N_("Implied base, at most"), _own(lambda one: one.implied.high if one.implied is not None else None), right=True
    ),
    "level_unit": _Way(
        N_("Unit of levels"), _of(lambda one: one.target.unit.text if one.target.unit is not None else "")
    ),
    "due": _Way(N_("Due"), _of(lambda one: one.target.last_day.isoformat())),
    "lead_units": _Way(N_("Lead unit"), lambda one, language: Cell(listed(one.target.lead, language))),
    "support": _Way(N_("Supporting units"), lambda one, language: Cell(listed(one.target.support, language))),
    "task_source": _Way(N_("Source of the task"), _of(lambda one: one.target.task_source)),
    "source": _Way(N_("Source"), _of(lambda one: one.target.source)),
    "reasons": _Way(N_("Reasons"), _standing(lambda standing, language: said(standing.reasons, language))),
}
