"""The tables of `classify` with a line an entity: the ranked lists, everything in one, and every item by itself.

Lines are made while they are written, so that a form that goes on line by line holds none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from kpi.definitions.scheme_model import Item
from kpi.evaluation.scheme.items import named
from kpi.evaluation.scheme.results import Classification, ClassifiedEntity, ItemScore, Standing
from kpi.frozen import frozen
from kpi.locale import N_, text
from kpi.numbers import plain, shown
from kpi.render.classify_data import weight_shown
from kpi.render.report import EMPTY, NOTHING, UNDEFINED, Cell, Column, Frames, Section
from kpi.render.words import STANDING, column, entity, item_keys, label, rejection, said, with_unit

if TYPE_CHECKING:
    import polars

ORDER = {str(each): number for number, each in enumerate(Standing)}


@frozen
class EntityTables:
    """grouped: the schemes of those listed (None: of those to whom none applies), and whether they have groups.

    scoring: the schemes that score anybody listed, in the order in which these are met. texts: see classify_columns.
    """

    result: Classification
    language: str
    grouped: Mapping[str | None, bool]
    scoring: Sequence[str]
    numbers: Callable[[], polars.DataFrame]
    texts: Callable[[], polars.DataFrame]

    @staticmethod
    def of(result: Classification, language: str) -> EntityTables:
        """What the columns of the result say of those listed."""
        import polars

        from kpi.render.classify_columns import columns
        from kpi.render.classify_words import words
        from kpi.render.counts import NUMBERS, TEXTS

        frame = result.frame
        if result.listed is not None:
            frame = frame.filter(polars.col("#index").is_in(list(result.listed)))
        groups = frame.group_by("#scheme").agg(polars.col("#group").is_not_null().any())
        scored = polars.col("#scheme").is_not_null() & (polars.col("#status") != str(Standing.EXEMPT))
        first = frame.filter(scored).group_by("#scheme").agg(polars.col("#index").min()).sort("#index")
        told = cache(lambda: words(result.listing, language))
        return EntityTables(
            result,
            language,
            dict(groups.iter_rows()),
            first["#scheme"].to_list(),
            lambda: columns(result.listing, told(), NUMBERS, language),
            cache(lambda: columns(result.listing, told(), TEXTS, language)),
        )

    def lists(self) -> list[Section]:
        """One ranked list a scheme that lists somebody, and one of those to whom none applies."""
        keys: list[str | None] = [scheme.key for scheme in self.result.schemes if scheme.key in self.grouped]
        outside = None in self.grouped or self.result.rejected
        return [self._list(key) for key in (*keys, *([None] if outside else []))]

    def _list(self, key: str | None) -> Section:
        columns = [
            *([column("group", N_("Group"), self.language)] if self.grouped.get(key) else []),
            column("rank", N_("Rank"), self.language, right=True, whole=True),
            column("name", N_("Entity"), self.language),
            column("score", N_("Total"), self.language, right=True),
            column("first_tier", N_("First"), self.language),
            column("tier", N_("Tier"), self.language),
            column("reasons", N_("Why"), self.language),
        ]
        schemes = self.result.schemes
        title = next((label(scheme, self.language) for scheme in schemes if scheme.key == key), "")
        if key is None:
            title = text(N_("In no scheme"), self.language)
        shown_title = title if len(schemes) > 1 or key is None else ""
        return Section(key or "-", shown_title, columns, self._ranked(key), leading=2)

    def _ranked(self, key: str | None) -> Iterator[list[Cell]]:
        """Ranked ones first, group by group, by rank; then by standing."""
        import polars

        found = self.texts().filter(
            polars.col("#scheme").eq_missing(polars.lit(key)), polars.col("#status").is_not_null()
        )
        status = polars.col("#status").cast(polars.String)
        group, rank = polars.col("#group").cast(polars.String).fill_null(""), polars.col("#rank")
        order = rank.is_null(), group, rank.fill_null(0), status.replace_strict(ORDER)
        shown = "id", "name", "rank", "score", "first_tier", "tier", "why"
        listed = found.sort(*order, maintain_order=True).select("group", status.alias("#status"), *shown)
        for own, standing, code, name, *cells in listed.iter_rows():
            place, total, first, tier, why = cells
            yield [
                *([Cell(own or "")] if self.grouped[key] else []),
                Cell(place or ""),
                Cell(entity(name, code)),
                Cell(total or NOTHING),
                Cell(first or ""),
                Cell(tier or "", style="heading"),
                Cell(why or "", style=STANDING[Standing(standing)][1]),
            ]
        for rejected in self.result.rejected if key is None else ():
            why = Cell(rejection(rejected, self.language), style="bad")
            yield [EMPTY, Cell(entity(rejected.name, rejected.id)), EMPTY, EMPTY, EMPTY, why]

    def everything(self) -> Section:
        """One line an entity in the order read, with the value and the score of every item."""
        columns = [
            column("id", N_("Code"), self.language),
            column("name", N_("Entity"), self.language),
            column("scheme", N_("Scheme"), self.language),
            column("status", N_("Standing"), self.language),
            column("group", N_("Group"), self.language),
            column("score", N_("Total"), self.language, right=True),
            column("rank", N_("Rank"), self.language, right=True, whole=True),
            column("first_tier", N_("First"), self.language),
            column("tier", N_("Tier"), self.language),
            column("why", N_("Why"), self.language),
            column("source", N_("Source"), self.language),
            *self._items(),
        ]
        keys = [each.key for each in columns]
        frames = Frames(lambda: self.numbers().select(keys), lambda: self.texts().select(keys))
        return Section("entities", text(N_("List"), self.language), columns, _cells(columns, frames.texts), 2, frames)

    def _items(self) -> Iterator[Column]:
        """Two columns of each item that somebody is scored by."""
        schemes = {scheme.key: scheme for scheme in self.result.schemes}
        items: dict[str, Item] = {}
        for item in (item for key in self.scoring for item in schemes[key].items):
            items.setdefault(item.indicator, item)
        for item in items.values():
            indicator = self.result.listing.definitions.indicators[item.indicator]
            name = label(named(item, indicator), self.language)
            points = text(N_("{item}: points"), self.language).format(item=name)
            value_key, points_key = item_keys(item.indicator)
            yield Column(value_key, with_unit(name, indicator.unit.text, self.language), True)
            yield Column(points_key, points, True)

    def items(self) -> Section:
        """One line an entity and item: everything that a hand calculator needs."""
        columns = [
            column("name", N_("Entity"), self.language),
            column("indicator", N_("Indicator"), self.language),
            column("value", N_("Value"), self.language, right=True),
            column("unit", N_("Unit"), self.language),
            column("baseline", N_("Baseline"), self.language, right=True),
            column("weight", N_("Weight"), self.language, right=True),
            column("score", N_("Points"), self.language, right=True),
            column("reasons", N_("Reasons"), self.language),
        ]
        rows = (_item_row(one, item, self.language) for one in self.result.entities() for item in one.items)
        return Section("items", text(N_("Items"), self.language), columns, rows, leading=2)


def _cells(columns: Sequence[Column], texts: Callable[[], polars.DataFrame]) -> Iterator[list[Cell]]:
    """The same cell by cell."""
    right = [column.right for column in columns]
    for row in texts().iter_rows():
        yield [_number(cell or "") if number else Cell(cell or "") for cell, number in zip(row, right, strict=True)]


def _number(shown: str) -> Cell:
    return Cell(shown, None if shown in ("", NOTHING) else Fraction(shown))


def _score(score: Fraction | None, decimals: int) -> Cell:
    return UNDEFINED if score is None else Cell(shown(score, decimals), score)


def _item_row(one: ClassifiedEntity, item: ItemScore, language: str) -> list[Cell]:
    return [
        Cell(entity(one.name, one.id)),
        Cell(label(item, language)),
        _score(item.value, item.decimals),
        Cell(item.unit),
        UNDEFINED if item.baseline is None else Cell(plain(item.baseline), item.baseline),
        Cell(weight_shown(item.weight), item.weight),
        _score(item.score, one.decimals),
        Cell(said((*item.reasons, *(each for group in item.groups for each in group.reasons)), language)),
    ]
