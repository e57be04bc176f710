"""The tables of `classify` with a line an entity: the ranked lists, everything in one, and every item by itself.

Lines are made while they are written, so that a form that goes on line by line holds none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from kpi.evaluation.scheme.results import (
    Classification,
    ClassifiedEntity,
    ItemScore,
    MeasureTaken,
    OverrideFired,
    Standing,
)
from kpi.frozen import frozen
from kpi.locale import N_, text, translate
from kpi.numbers import plain, shown
from kpi.problems import say
from kpi.render.classify_data import weight_shown
from kpi.render.report import EMPTY, NOTHING, UNDEFINED, Cell, Column, Section
from kpi.render.words import SENTENCES, column, entity, group_shown, label, rejection, said, with_unit

STANDING = {
    Standing.EVALUATED: (N_("evaluated"), ""),
    Standing.UNGRADED: (N_("evaluated, not graded"), "dim"),
    Standing.EXEMPT: (N_("exempt"), "dim"),
    Standing.NOT_APPLICABLE: (N_("not applicable"), "dim"),
    Standing.UNDEFINED: (N_("undefined"), "unsure"),
    Standing.REJECTED: (N_("rejected"), "bad"),
}
ORDER = tuple(Standing)
_PLACE = "place"  # of an entity in the list as read


@frozen
class EntityTables:
    """grouped: the schemes of those listed (None: of those to whom none applies), and whether they have groups.

    heads: each item as an entity has it, of all schemes. places: of each scheme, where its entities stand in the list
    as read, so that each is made for its own list only; {} where all are of one.
    """

    result: Classification
    language: str
    grouped: Mapping[str | None, bool]
    heads: Sequence[ItemScore]
    places: Mapping[str | None, Sequence[int]]

    @staticmethod
    def of(result: Classification, language: str) -> EntityTables:
        """What the columns of the result say of those listed; of each scheme one full result is made."""
        import polars

        frame = result.frame.with_row_index(_PLACE)
        if result.listed is not None:
            frame = frame.filter(polars.col(_PLACE).is_in(list(result.listed)))
        groups = frame.group_by("#scheme").agg(polars.col("#group").is_not_null().any())
        places = frame.group_by("#scheme").agg(_PLACE) if len(groups) > 1 else groups.clear()
        scored = polars.col("#scheme").is_not_null() & (polars.col("#status") != str(Standing.EXEMPT))
        first = frame.filter(scored).group_by("#scheme").agg(polars.col(_PLACE).min())
        heads: dict[str, ItemScore] = {}
        for one in result.entities(sorted(first[_PLACE].to_list())):
            for item in one.items:
                heads.setdefault(item.indicator, item)
        return EntityTables(result, language, dict(groups.iter_rows()), tuple(heads.values()), dict(places.iter_rows()))

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
        found = self.result.entities(self.places[key]) if key in self.places else self.result.entities()
        members = ((_order(one), self._ranked_row(one)) for one in found if one.scheme == key)
        yield from (row for _, row in sorted(members, key=lambda member: member[0]))
        for rejected in self.result.rejected if key is None else ():
            why = Cell(rejection(rejected, self.language), style="bad")
            yield [EMPTY, Cell(entity(rejected.name, rejected.id)), EMPTY, EMPTY, EMPTY, why]

    def _ranked_row(self, one: ClassifiedEntity) -> list[Cell]:
        return [
            *([Cell(group_shown(one.group, one.group_level, self.language))] if self.grouped[one.scheme] else []),
            Cell("" if one.rank is None else str(one.rank)),
            Cell(entity(one.name, one.id)),
            _score(one.score, one.decimals),
            Cell(one.first_tier or ""),
            Cell(one.tier or "", style="heading"),
            Cell(_why(one, self.language), style=STANDING[one.standing][1]),
        ]

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
            *(each for item in self.heads for each in _item_columns(item, self.language)),
        ]
        rows = self._everybody([item.indicator for item in self.heads], len(columns))
        return Section("entities", text(N_("List"), self.language), columns, rows, leading=2)

    def _everybody(self, indicators: Sequence[str], width: int) -> Iterator[list[Cell]]:
        for one in self.result.entities():
            yield _row(one, indicators, self.language)
        blank = [EMPTY] * (width - 5)
        for rejected in self.result.rejected:
            yield [
                Cell(rejected.id or ""),
                Cell(rejected.name or ""),
                EMPTY,
                Cell(text(STANDING[Standing.REJECTED][0], self.language)),
                *blank[:5],
                Cell(rejection(rejected, self.language)),
                *blank[5:],
            ]

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


def _order(one: ClassifiedEntity) -> tuple[bool, str, int, int]:
    return (one.rank is None, one.group or "", one.rank or 0, ORDER.index(one.standing))


def _score(score: Fraction | None, decimals: int) -> Cell:
    return UNDEFINED if score is None else Cell(shown(score, decimals), score)


def _why(one: ClassifiedEntity, language: str) -> str:
    """What besides the score decided, and what it costs; measures in words stand in a table of their own."""
    parts = [] if one.standing is Standing.EVALUATED else [text(STANDING[one.standing][0], language)]
    parts += [said(one.reasons, language)] if one.reasons else []
    parts += [_override(each, language) for each in _changes(one)]
    parts += [f"{label(each, language)} {_signed(each.points, one.decimals)}" for each in one.adjustments]
    parts += [_measure(each, language) for each in one.measures if each.amount is not None]
    return SENTENCES[language].join(parts)


def _sources(one: ClassifiedEntity) -> Iterable[str]:
    """Where it is written that what `_why` says decides: rules, and the documents of meetings."""
    sources = [one.exemption.source] if one.exemption else []
    for rules in (_changes(one), one.adjustments, one.measures):
        sources += [rule.source for rule in rules]
    return dict.fromkeys(filter(None, sources))


def _changes(one: ClassifiedEntity) -> list[OverrideFired]:
    """The overrides that gave another tier than there was."""
    return [each for each in one.overrides if each.before != each.after]


def _override(each: OverrideFired, language: str) -> str:
    name = label(each, language)
    if each.decision is not None:
        name = translate(say("decision: {reason}", reason=name), language)
    return f"{name} {each.before or NOTHING}→{each.after}"


def _signed(points: Fraction, decimals: int) -> str:
    return f"{'+' if points > 0 else ''}{shown(points, decimals)}"


def _measure(each: MeasureTaken, language: str) -> str:
    assert each.amount is not None
    return f"{label(each, language)} {shown(each.amount, each.decimals)} {each.unit}"


def _item_columns(item: ItemScore, language: str) -> list[Column]:
    name = label(item, language)
    points = text(N_("{item}: points"), language).format(item=name)
    return [
        Column(item.indicator, with_unit(name, item.unit, language), True),
        Column(f"{item.indicator}:", points, True),
    ]


def _row(one: ClassifiedEntity, indicators: Sequence[str], language: str) -> list[Cell]:
    items = {item.indicator: item for item in one.items}
    cells = [
        Cell(one.id or ""),
        Cell(one.name or ""),
        Cell(one.scheme or ""),
        Cell(text(STANDING[one.standing][0], language)),
        Cell(group_shown(one.group, one.group_level, language)),
        _score(one.score, one.decimals) if one.score is not None else EMPTY,
        EMPTY if one.rank is None else Cell(str(one.rank), Fraction(one.rank)),
        Cell(one.first_tier or ""),
        Cell(one.tier or ""),
        Cell(_why(one, language)),
        Cell(SENTENCES[language].join(_sources(one))),
    ]
    for indicator in indicators:
        item = items.get(indicator)
        cells.append(_score(item.value, item.decimals) if item is not None else EMPTY)
        cells.append(_score(item.score, one.decimals) if item is not None else EMPTY)
    return cells


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
