"""From the columns of a run to the item scores of one entity, with the reasons in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from kpi.definitions.earnings import Earned, earning
from kpi.definitions.scheme_model import Item, Scheme
from kpi.evaluation.context import published_column
from kpi.evaluation.rows import EntityRow
from kpi.evaluation.scheme.baselines import published
from kpi.evaluation.scheme.columns import case_column, count_column, place_column, score_column
from kpi.evaluation.scheme.grouping import baseline_held, groups_used, without_group
from kpi.evaluation.scheme.groups import unknown
from kpi.evaluation.scheme.items import BASELINE, HIGH, LOW, among, named, references
from kpi.evaluation.scheme.placing import asks
from kpi.evaluation.scheme.results import Carried, ItemScore, Remark, SchemeRun
from kpi.evaluation.scheme.special import cases
from kpi.evaluation.scheme.weighing import weight
from kpi.formula.tree import Shift
from kpi.formula.values import Undefined
from kpi.problems import say

Cells = Mapping[str, Any]


def by_place(scheme: Scheme) -> frozenset[int]:
    """The items whose scores depend on places, by number."""
    return frozenset(number for number, item in enumerate(scheme.items) if asks(item))


def item_scores(run: SchemeRun, cells: Cells, row: EntityRow, placed: frozenset[int]) -> tuple[ItemScore, ...]:
    """The items of an entity. cells: its row of the run. placed: see by_place, which is asked once a run."""
    numbered = enumerate(run.scheme.items)
    return tuple(_item_score(run, number, item, cells, row, number in placed) for number, item in numbered)


def _item_score(run: SchemeRun, number: int, item: Item, cells: Cells, row: EntityRow, placed: bool) -> ItemScore:
    indicator = row.entities.definitions.indicators[item.indicator]
    name = named(item, indicator)
    value = fraction(cells[published_column(item.indicator)], indicator.decimals)
    score = fraction(cells[score_column(number)], run.scheme.decimals)
    found = {name: baseline_held(run, number, name, each, cells) for name, each in references(item)}
    shown = {name: published(run.scheme, each, found[name], indicator) for name, each in references(item)}
    place, place_of = (cells.get(name(number)) for name in (place_column, count_column))
    made = ItemScore(
        indicator=item.indicator,
        label=name.label,
        label_en=name.label_en,
        value=value,
        decimals=indicator.decimals,
        unit=indicator.unit.text,
        baseline=shown.get(BASELINE),
        low=shown.get(LOW),
        high=shown.get(HIGH),
        weight=weight(run.scheme, number, cells),
        score=score,
        place=None if place is None else int(place),
        place_of=None if place_of is None else int(place_of),
        source=item.source,
        groups=tuple(groups_used(run, number, item, cells)),
        carried=_carried(item, found, row) if run.scheme.exact else None,
    )
    case = cells.get(case_column(number))
    without_place = placed and place is None
    why = _ungrouped(run, number, item, cells, without_place) if value is not None and case is None else ()
    reasons = (*_item_reasons(item, made, case, found, row, without_place), *why)
    if not reasons:
        return made
    codes, sentences = tuple(code for code, _ in reasons), tuple(reason for _, reason in reasons)
    return replace(made, codes=codes, reasons=sentences)


def _ungrouped(run: SchemeRun, number: int, item: Item, cells: Cells, without_place: bool) -> Iterator[Remark]:
    """Why an entity is in no group that has a baseline, or places."""
    yield from without_group(run, number, item, cells)
    level = among(item)
    if without_place and level is not None:
        yield from unknown(level, cells)


def _carried(item: Item, found: Mapping[str, Fraction | None], row: EntityRow) -> Carried:
    value = row.value(item.indicator, Shift.NOW)
    known = value if isinstance(value, Fraction) else None
    return Carried(known, found.get(BASELINE), found.get(LOW), found.get(HIGH))


def _item_reasons(
    item: Item,
    made: ItemScore,
    case: int | None,
    baselines: Mapping[str, Fraction | None],
    row: EntityRow,
    without_place: bool,
) -> Iterator[Remark]:
    """Why an item is not scored by its method, and what that earns by the scheme."""
    found = None if case is None else cases(item)[case]
    if found is not None and found.said is not None:
        yield found.code, found.said
    elif made.value is None:
        exact = row.value(item.indicator, Shift.NOW)
        yield from zip(exact.codes, exact.reasons, strict=True) if isinstance(exact, Undefined) else ()
    elif None in baselines.values():
        yield "no-baseline", say("There is no baseline for its group.")
        return
    elif without_place and (together := among(item)) is not None:
        yield "no-group", say("It belongs to no group of “{figure}”, so it has no place.", figure=together.text)
        return
    else:
        return
    yield _earns(None if found is None else found.rule)


def _earns(rule: Earned | None) -> Remark:
    if rule is None:
        return "not-scored", say("The scheme does not say what this earns, so there is no score.")
    return f"earns-{rule if isinstance(rule, str) else 'points'}", earning(rule).said


def fraction(cell: float | None, decimals: int) -> Fraction | None:
    """A published number from its column, which counts units of the last decimal."""
    return None if cell is None else Fraction(int(cell), 10**decimals)
