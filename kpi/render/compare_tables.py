"""The tables of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TypeVar

from kpi.evaluation.comparing.results import Because, Cause, Change, Comparison, EntityChange, ItemChange
from kpi.evaluation.scheme.results import BaselineUsed, ClassifiedEntity, Standing
from kpi.locale import N_, text
from kpi.numbers import plain, shown, terminating_decimals
from kpi.render.problems import where
from kpi.render.rejected import TITLE
from kpi.render.report import EMPTY, NOTHING, UNDEFINED, Cell, Column, Section
from kpi.render.words import BRACKETS, SENTENCES, STANDING, column, entity, group_shown, held, label, listed, said

CHANGES = {
    Change.MOVED: N_("moved"),
    Change.STAYED: N_("stayed"),
    Change.NEW: N_("new"),
    Change.GONE: N_("gone"),
}
CAUSES = {
    Cause.VALUE: N_("own value"),
    Cause.ADJUSTMENT: N_("adjustment"),
    Cause.OVERRIDE: N_("override"),
    Cause.STANDING: N_("standing"),
    Cause.SCHEME: N_("scheme changed"),
    Cause.GROUP: N_("group changed"),
    Cause.BASELINE: N_("baseline"),
    Cause.OTHERS: N_("others' values"),
    Cause.RANK: N_("place among the others"),
    Cause.WEIGHT: N_("weight"),
    Cause.LEFT_OUT: N_("items left out"),
    Cause.RULE: N_("rule"),
}
BECAUSE = {
    Because.OWN: N_("itself"),
    Because.OTHERS: N_("others only"),
    Because.RULES: N_("rules"),
    Because.SEVERAL: N_("several"),
}
# The ends of a range that an item is scored between; what a score is held to needs no word.
ROLES = {"low": N_("lowest"), "high": N_("highest")}
CAPPED = N_("cap over all adjustments")
ROUNDING = N_("rounding of the points shown")
ARROW = "→"


def migration(result: Comparison, language: str) -> Section:
    """Rows: the tier before; columns: the tier after; sums on both sides."""
    total = text(N_("Total number"), language)
    columns = [
        column("before", N_("Before \\ after"), language),
        *(Column(tier or "-", tier or NOTHING, True) for tier in result.tiers),
        Column("total", total, True),
    ]
    rows = []
    for start in result.tiers:
        counts = [result.migration.get((start, end), 0) for end in result.tiers]
        stays = [end == start for end in result.tiers]
        cells = [_count(count, "dim" if same else "heading") for count, same in zip(counts, stays, strict=True)]
        rows.append([Cell(start or NOTHING, style="heading"), *cells, _count(sum(counts))])
    sums = [sum(result.migration.get((start, end), 0) for start in result.tiers) for end in result.tiers]
    rows.append([Cell(total, style="heading"), *map(_count, sums), _count(sum(sums))])
    return Section("migration", text(N_("Tiers before and after"), language), columns, rows)


def _count(count: int, style: str = "") -> Cell:
    return Cell(str(count), Fraction(count), style if count else "dim")


def movers(movers: Sequence[EntityChange], language: str) -> Section:
    columns = [
        column("name", N_("Entity"), language),
        column("tier", N_("Tier"), language),
        column("score", N_("Total"), language, right=True),
        column("difference", N_("Difference"), language, right=True),
        column("rank", N_("Rank"), language, right=True, whole=True),
        column("because", N_("Because of"), language),
        column("why", N_("Why"), language),
    ]
    rows = [
        [
            Cell(entity(one.entity.name, one.entity.id)),
            Cell(_arrow(*(_tier(side) for side in _both(one))), style="good" if one.upwards else ""),
            Cell(_arrow(*_totals(one))),
            _difference(one.difference, one.entity.decimals),
            Cell(_arrow(*(_rank(side) for side in _both(one)))),
            Cell(text(BECAUSE[one.because], language) if one.because else ""),
            Cell(_why(one, language)),
        ]
        for one in movers
    ]
    return Section("movers", text(N_("Who moved"), language), columns, rows, leading=2)


def _both(one: EntityChange) -> tuple[ClassifiedEntity | None, ClassifiedEntity | None]:
    return one.before, one.after


def _arrow(before: str, after: str) -> str:
    return f"{before}{ARROW}{after}"


def _tier(side: ClassifiedEntity | None) -> str:
    return (side.tier if side is not None else None) or NOTHING


def _totals(one: EntityChange) -> tuple[str, str]:
    before, after = _alike(*((None, 0) if side is None else (side.score, side.decimals) for side in _both(one)))
    return before.text if one.before else NOTHING, after.text if one.after else NOTHING


def _rank(side: ClassifiedEntity | None) -> str:
    return NOTHING if side is None or side.rank is None else str(side.rank)


def _difference(difference: Fraction | None, decimals: int) -> Cell:
    return UNDEFINED if difference is None else Cell(_signed(difference, decimals), difference)


def _signed(points: Fraction, decimals: int) -> str:
    return f"{'+' if points > 0 else ''}{shown(points, decimals)}"


def _why(one: EntityChange, language: str) -> str:
    """What moved it in words, and what made up the difference of its totals, the strongest first."""
    parts = [_standing(one, language)] if Cause.STANDING in one.causes else []
    parts += [text(CAUSES[cause], language) for cause in (Cause.SCHEME, Cause.GROUP, Cause.RANK) if cause in one.causes]
    if Cause.OVERRIDE in one.causes:
        parts.append(_arrow(*(_overrides(side, language) for side in _both(one))))
    decimals = one.entity.decimals
    for item in one.items:
        if item.difference is not None:
            points = _signed(item.difference, decimals)
            parts.append(
                f"{label(item.item, language)} {points}{BRACKETS[language].format(_causes(item, one, language))}"
            )
    parts += [f"{label(each, language)} {_signed(each.difference, decimals)}" for each in one.adjustments]
    parts += [f"{text(title, language)} {_signed(points, decimals)}" for title, points in _besides(one)]
    return SENTENCES[language].join(parts)


def _besides(one: EntityChange) -> list[tuple[str, Fraction]]:
    """What made up the difference besides items and adjustments."""
    return [each for each in ((CAPPED, one.capped), (ROUNDING, one.rounding)) if each[1]]


def _causes(item: ItemChange, one: EntityChange, language: str) -> str:
    """What changed the points of an item, with how many each made where that is known."""
    if len(item.parts) < 2:
        return listed((text(CAUSES[cause], language) for cause in item.causes), language)
    parts = (f"{text(CAUSES[cause], language)} {_signed(points, one.entity.decimals)}" for points, cause in item.parts)
    return listed(parts, language)


def _standing(one: EntityChange, language: str) -> str:
    assert one.before is not None and one.after is not None
    return _arrow(*(text(STANDING[side.standing][0], language) for side in (one.before, one.after)))


def _overrides(side: ClassifiedEntity | None, language: str) -> str:
    return listed((label(each, language) for each in side.overrides), language) or NOTHING if side else NOTHING


def parted(parted: Iterable[EntityChange], language: str) -> Section:
    columns = [
        column("change", N_("Change"), language),
        column("name", N_("Entity"), language),
        column("id", N_("Code"), language),
        column("tier", N_("Tier"), language),
        column("score", N_("Total"), language, right=True),
    ]
    rows = [
        [
            Cell(text(CHANGES[one.change], language)),
            Cell(one.entity.name or ""),
            Cell(one.entity.id or ""),
            Cell(_tier(one.entity)),
            _value(one.entity.score, one.entity.decimals),
        ]
        for one in parted
    ]
    return Section("new and gone", text(N_("New and gone"), language), columns, rows, leading=2)


def rejected(entities: Iterable[EntityChange], language: str) -> Section:
    """Who was left out because of errors, and on which side."""
    columns = [
        column("side", N_("Side"), language),
        column("id", N_("Code"), language),
        column("name", N_("Entity"), language),
        column("reasons", N_("Reasons"), language),
    ]
    rows = [
        [Cell(text(title, language)), Cell(side.id or ""), Cell(side.name or ""), Cell(_left_out(side, language))]
        for one in entities
        for title, side in zip((N_("Before"), N_("After")), _both(one), strict=True)
        if side is not None and side.standing is Standing.REJECTED
    ]
    return Section("rejected", text(TITLE, language), columns, rows, leading=3)


def _left_out(side: ClassifiedEntity, language: str) -> str:
    """Why, with the place where that is known."""
    found = said(side.reasons, language)
    place = "" if side.place is None else where(side.place, language)
    return f"{place}{BRACKETS[language].format(found)}" if place else found


def baselines(result: Comparison, language: str) -> Section:
    grouped = any(each.baseline.level is not None for each in result.baselines)
    columns = [
        column("scheme", N_("Scheme"), language),
        column("indicator", N_("Indicator"), language),
        *([column("group", N_("Group"), language)] if grouped else []),
        column("before", N_("Before"), language, right=True),
        column("after", N_("After"), language, right=True),
        column("unit", N_("Unit"), language),
        column("touched", N_("Points changed"), language, right=True),
        column("only", N_("of them with the same value"), language, right=True),
        column("moved", N_("of these moved"), language, right=True),
    ]
    rows = [
        [
            Cell(each.baseline.scheme),
            Cell(_held(each.baseline, language)),
            *([Cell(group_shown(each.baseline.group, each.baseline.level, language))] if grouped else []),
            *_sides(each.before, each.after, lambda side: (side.value, side.decimals)),
            Cell(each.baseline.unit),
            _count(each.touched),
            _count(each.only),
            _count(each.moved),
        ]
        for each in result.baselines
    ]
    return Section("baselines", text(N_("Baselines that changed"), language), columns, rows, leading=2)


def _held(baseline: BaselineUsed, language: str) -> str:
    """The indicator of a baseline, of which evaluation it is, and which end of a range."""
    name, role = held(baseline, language), ROLES.get(baseline.role)
    return name + BRACKETS[language].format(text(role, language)) if role else name


S = TypeVar("S")
Number = tuple[Fraction | None, int | None]  # a value and its decimals; None: as many as it has


def _sides(before: S | None, after: S | None, number: Callable[[S], Number]) -> tuple[Cell, Cell]:
    """A number of both sides, with the same decimals; nothing for a side that has none."""
    cells = _alike(*((None, 0) if side is None else number(side) for side in (before, after)))
    return EMPTY if before is None else cells[0], EMPTY if after is None else cells[1]


def _alike(before: Number, after: Number) -> tuple[Cell, Cell]:
    """Two numbers with as many decimals as either has: a list of last year's shows what it knows of them."""
    known = [
        terminating_decimals(value) if decimals is None and value is not None else decimals
        for value, decimals in (before, after)
    ]
    most = None if None in known else max(each for each in known if each is not None)
    return _value(before[0], most), _value(after[0], most)


def _value(value: Fraction | None, decimals: int | None) -> Cell:
    """A number at its decimals; as long as it is where they are not known."""
    if value is None:
        return UNDEFINED
    return Cell(plain(value) if decimals is None else shown(value, decimals), value)


def items(movers: Iterable[EntityChange], language: str) -> Section:
    """One line a mover and item: everything that the difference of its totals is made of."""
    columns = [
        column("name", N_("Entity"), language),
        column("item", N_("Item"), language),
        column("value_before", N_("Value before"), language, right=True),
        column("value_after", N_("Value after"), language, right=True),
        column("unit", N_("Unit"), language),
        column("baseline_before", N_("Baseline before"), language, right=True),
        column("baseline_after", N_("Baseline after"), language, right=True),
        column("points_before", N_("Points before"), language, right=True),
        column("points_after", N_("Points after"), language, right=True),
        column("difference", N_("Difference"), language, right=True),
        column("causes", N_("Because of"), language),
    ]
    rows = [row for one in movers for row in _item_rows(one, language)]
    return Section("items", text(N_("Items"), language), columns, rows, leading=2)


def _item_rows(one: EntityChange, language: str) -> list[list[Cell]]:
    name, decimals = Cell(entity(one.entity.name, one.entity.id)), one.entity.decimals
    rows = []
    for each in one.items:
        sides = (each.before, each.after)
        rows.append(
            [
                name,
                Cell(label(each.item, language)),
                *_sides(*sides, lambda side: (side.value, side.decimals)),
                Cell(each.item.unit),
                *_sides(*sides, lambda side: (side.baseline, None)),
                *(EMPTY if side is None else _value(side.score, decimals) for side in sides),
                _difference(each.difference, decimals),
                Cell(_causes(each, one, language)),
            ]
        )
    extra = [(label(each, language), each.before, each.after, each.difference) for each in one.adjustments]
    extra_rows = [
        [
            name,
            Cell(title),
            *[EMPTY] * 5,
            _value(old, decimals),
            _value(new, decimals),
            _difference(by, decimals),
            EMPTY,
        ]
        for title, old, new, by in extra
    ]
    extra_rows += [
        [name, Cell(text(title, language)), *[EMPTY] * 7, _difference(points, decimals), EMPTY]
        for title, points in _besides(one)
    ]
    return [*rows, *extra_rows]


def everyone(result: Comparison, language: str) -> Section:
    """One line an entity, whatever became of it."""
    columns = [
        column("id", N_("Code"), language),
        column("name", N_("Entity"), language),
        column("change", N_("Change"), language),
        column("tier_before", N_("Tier before"), language),
        column("tier_after", N_("Tier after"), language),
        column("score_before", N_("Total before"), language, right=True),
        column("score_after", N_("Total after"), language, right=True),
        column("difference", N_("Difference"), language, right=True),
        column("rank_before", N_("Rank before"), language, right=True),
        column("rank_after", N_("Rank after"), language, right=True),
        column("because", N_("Because of"), language),
        column("why", N_("Why"), language),
    ]
    return Section("entities", text(N_("List"), language), columns, [_row(one, language) for one in result.entities], 2)


def _row(one: EntityChange, language: str) -> list[Cell]:
    sides = _both(one)
    return [
        Cell(one.entity.id or ""),
        Cell(one.entity.name or ""),
        Cell(text(CHANGES[one.change], language)),
        *(Cell("" if side is None else side.tier or NOTHING) for side in sides),
        *_sides(*sides, lambda side: (side.score, side.decimals)),
        EMPTY if one.difference is None else _difference(one.difference, one.entity.decimals),
        *(EMPTY if side is None or side.rank is None else Cell(str(side.rank), Fraction(side.rank)) for side in sides),
        Cell(text(BECAUSE[one.because], language) if one.because else ""),
        Cell(SENTENCES[language].join(filter(None, [_why(one, language), *_rejections(one, language)]))),
    ]


def _rejections(one: EntityChange, language: str) -> Iterator[str]:
    """Why an entity was left out, before and after: once where it is the same."""
    left_out = [side for side in _both(one) if side is not None and side.standing is Standing.REJECTED]
    yield from dict.fromkeys(_left_out(side, language) for side in left_out)
