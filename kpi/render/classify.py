"""The answer of `classify`: scores, ranks and tiers, with the reasons of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.scheme.results import (
    BaselineUsed,
    Classification,
    ClassifiedEntity,
    ItemScore,
    MeasureTaken,
    OverrideFired,
    Standing,
)
from kpi.locale import N_, text, translate
from kpi.numbers import plain, shown
from kpi.problems import say
from kpi.render.classify_data import data as data
from kpi.render.classify_data import weight_shown
from kpi.render.report import EMPTY, NOTHING, UNDEFINED, Cell, Column, Report, Section
from kpi.render.words import (
    SENTENCES,
    amount,
    column,
    entity,
    group_shown,
    held,
    label,
    listed,
    rejection,
    said,
    with_unit,
)

STANDING = {
    Standing.EVALUATED: (N_("evaluated"), ""),
    Standing.UNGRADED: (N_("evaluated, not graded"), "dim"),
    Standing.EXEMPT: (N_("exempt"), "dim"),
    Standing.NOT_APPLICABLE: (N_("not applicable"), "dim"),
    Standing.UNDEFINED: (N_("undefined"), "unsure"),
    Standing.REJECTED: (N_("rejected"), "bad"),
}
ORIGINS = {
    "given": N_("as given"),
    "mean": N_("mean"),
    "ratio_of_sums": N_("ratio of sums"),
    "median": N_("median"),
    "percentile": N_("percentile"),
    "best": N_("best value"),
    "worst": N_("worst value"),
}


def report(
    result: Classification, language: str, listed_rows: Iterable[ClassifiedEntity], brief: bool = False
) -> Report:
    """One list a scheme, best first, then the baselines. brief: only the baselines and the summary."""
    entities = [] if brief else list(listed_rows)
    lists = [] if brief else [_list(result, entities, key, language) for key in _keys(result, entities)]
    titles = [label(scheme, language) for scheme in result.schemes]
    baselines, measures = _baselines(result, language), _measures(result, language)
    table = _everything(result, entities, language)
    items = _items(entities, language)
    return Report(
        listed(titles, language),
        [
            Cell(translate(say("Source: {source}", source=source), language), style="dim")
            for source in dict.fromkeys(scheme.source for scheme in result.schemes)
            if source
        ],
        [*lists, baselines, *([measures] if measures.rows else [])],
        notes(result, language),
        sheets=(table, items, baselines, measures),
        table=table,
    )


def notes(result: Classification, language: str) -> list[Cell]:
    """The counts, by tier and by standing."""
    summary = result.summary
    tiers = listed([f"{tier} {count}" for tier, count in summary.tiers.items()], language) or NOTHING
    found = [
        Cell(translate(say("Tiers: {tiers}.", tiers=tiers), language), style="title"),
        Cell(
            translate(
                say(
                    "{read} read: {evaluated} evaluated, {ungraded} not graded, {exempt} exempt, {not_applicable} not "
                    "applicable, {undefined} undefined, {rejected} rejected.",
                    read=summary.read,
                    evaluated=summary.evaluated,
                    ungraded=summary.ungraded,
                    exempt=summary.exempt,
                    not_applicable=summary.not_applicable,
                    undefined=summary.undefined,
                    rejected=summary.rejected,
                ),
                language,
            )
        ),
    ]
    if len(result.schemes) > 1:
        found[1:1] = [Cell(_of_scheme(scheme, summary.by_scheme[scheme.key], language)) for scheme in result.schemes]
    if result.listed is not None:
        sentence = say(
            "Listed and counted are only those asked for; baselines, ranks and tiers are of all {count}.",
            count=len(result.frame),
        )
        found.append(Cell(translate(sentence, language), style="dim"))
    if result.provisional:
        sentence = say("Provisional: rows were rejected, so baselines and ranks may still move.")
        found.append(Cell(translate(sentence, language), style="unsure"))
    return found


def _of_scheme(scheme: Scheme, tiers: Mapping[str, int], language: str) -> str:
    """How many of each tier there are under one scheme of several."""
    said = listed([f"{tier} {count}" for tier, count in tiers.items()], language) or NOTHING
    return translate(say("{scheme}: {tiers}.", scheme=label(scheme, language), tiers=said), language)


def _keys(result: Classification, entities: Sequence[ClassifiedEntity]) -> list[str | None]:
    """The lists to print: every scheme that lists somebody, then those to whom none applies."""
    present = {one.scheme for one in entities}
    keys: list[str | None] = [scheme.key for scheme in result.schemes if scheme.key in present]
    return [*keys, None] if None in present or result.rejected else keys


ORDER = tuple(Standing)


def _place(one: ClassifiedEntity) -> tuple[bool, str, int, int]:
    """Ranked ones first, group by group, by rank; then by standing."""
    return (one.rank is None, one.group or "", one.rank or 0, ORDER.index(one.standing))


def _list(result: Classification, entities: Sequence[ClassifiedEntity], key: str | None, language: str) -> Section:
    members = sorted((one for one in entities if one.scheme == key), key=_place)
    grouped = any(one.group is not None for one in members)
    columns = [
        *([column("group", N_("Group"), language)] if grouped else []),
        column("rank", N_("Rank"), language, right=True),
        column("name", N_("Entity"), language),
        column("score", N_("Total"), language, right=True),
        column("first_tier", N_("First"), language),
        column("tier", N_("Tier"), language),
        column("reasons", N_("Why"), language),
    ]
    rows = [
        [
            *([Cell(group_shown(one.group, one.group_level, language))] if grouped else []),
            Cell("" if one.rank is None else str(one.rank)),
            Cell(entity(one.name, one.id)),
            _score(one.score, one.decimals),
            Cell(one.first_tier or ""),
            Cell(one.tier or "", style="heading"),
            Cell(_why(one, language), style=STANDING[one.standing][1]),
        ]
        for one in members
    ]
    title = next((label(scheme, language) for scheme in result.schemes if scheme.key == key), "")
    if key is None:
        title = text(N_("In no scheme"), language)
        rows += [
            [EMPTY, Cell(entity(row.name, row.id)), EMPTY, EMPTY, EMPTY, Cell(rejection(row, language), style="bad")]
            for row in result.rejected
        ]
    return Section(key or "-", title if len(result.schemes) > 1 or key is None else "", columns, rows, leading=2)


def _score(score: Fraction | None, decimals: int) -> Cell:
    return UNDEFINED if score is None else Cell(shown(score, decimals), score)


def _why(one: ClassifiedEntity, language: str) -> str:
    """What besides the score decided, and what it costs; measures in words stand in a table of their own."""
    parts = [] if one.standing is Standing.EVALUATED else [text(STANDING[one.standing][0], language)]
    parts += [said(one.reasons, language)] if one.reasons else []
    parts += [_override(each, language) for each in one.overrides if each.before != each.after]
    parts += [f"{label(each, language)} {_signed(each.points, one.decimals)}" for each in one.adjustments]
    parts += [_measure(each, language) for each in one.measures if each.amount is not None]
    return SENTENCES[language].join(parts)


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


def _baselines(result: Classification, language: str) -> Section:
    grouped = any(each.level is not None for each in result.baselines)
    columns = [
        column("scheme", N_("Scheme"), language),
        column("indicator", N_("Indicator"), language),
        *([column("group", N_("Group"), language)] if grouped else []),
        column("value", N_("Baseline"), language, right=True),
        column("unit", N_("Unit"), language),
        column("from", N_("From"), language),
        column("count", N_("Count"), language, right=True),
    ]
    rows = [
        [
            Cell(each.scheme),
            Cell(held(each, language)),
            *([Cell(group_shown(each.group, each.level, language))] if grouped else []),
            amount(each.value, _baseline_shown(each)),
            Cell(each.unit),
            Cell(text(ORIGINS.get(each.origin, each.origin), language)),
            Cell("" if each.count is None else str(each.count)),
        ]
        for each in result.baselines
    ]
    return Section("baselines", text(N_("Baselines"), language), columns, rows, leading=2)


def _measures(result: Classification, language: str) -> Section:
    """What follows from each tier."""
    columns = [
        column("scheme", N_("Scheme"), language),
        column("tiers", N_("Tier"), language),
        column("measure", N_("Measure"), language),
        column("source", N_("Source"), language),
    ]
    rows = [
        [
            Cell(scheme.key),
            Cell(listed(measure.tiers, language)),
            Cell(label(measure, language)),
            Cell(measure.source),
        ]
        for scheme in result.schemes
        for measure in scheme.measures
    ]
    return Section("measures", text(N_("Measures"), language), columns, rows, leading=2)


def _baseline_shown(each: BaselineUsed) -> str | None:
    if each.value is None:
        return None
    return plain(each.value) if each.decimals is None else shown(each.value, each.decimals)


def _everything(result: Classification, entities: Sequence[ClassifiedEntity], language: str) -> Section:
    """One line an entity in the order read, with the value and the score of every item."""
    heads: dict[str, ItemScore] = {}
    for one in entities:
        for item in one.items:
            heads.setdefault(item.indicator, item)
    columns = [
        column("id", N_("Code"), language),
        column("name", N_("Entity"), language),
        column("scheme", N_("Scheme"), language),
        column("status", N_("Standing"), language),
        column("group", N_("Group"), language),
        column("score", N_("Total"), language, right=True),
        column("rank", N_("Rank"), language, right=True),
        column("first_tier", N_("First"), language),
        column("tier", N_("Tier"), language),
        column("why", N_("Why"), language),
        *(each for item in heads.values() for each in _item_columns(item, language)),
    ]
    rows = [_row(one, list(heads), language) for one in entities]
    blank = [EMPTY] * (len(columns) - 5)
    rows += [
        [
            Cell(row.id or ""),
            Cell(row.name or ""),
            EMPTY,
            Cell(text(STANDING[Standing.REJECTED][0], language)),
            *blank[:5],
            Cell(rejection(row, language)),
            *blank[5:],
        ]
        for row in result.rejected
    ]
    return Section("entities", text(N_("List"), language), columns, rows, leading=2)


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
    ]
    for indicator in indicators:
        item = items.get(indicator)
        cells.append(_score(item.value, item.decimals) if item is not None else EMPTY)
        cells.append(_score(item.score, one.decimals) if item is not None else EMPTY)
    return cells


def _items(entities: Sequence[ClassifiedEntity], language: str) -> Section:
    """One line an entity and item: everything that a hand calculator needs."""
    columns = [
        column("name", N_("Entity"), language),
        column("indicator", N_("Indicator"), language),
        column("value", N_("Value"), language, right=True),
        column("unit", N_("Unit"), language),
        column("baseline", N_("Baseline"), language, right=True),
        column("weight", N_("Weight"), language, right=True),
        column("score", N_("Points"), language, right=True),
        column("reasons", N_("Reasons"), language),
    ]
    rows = [
        [
            Cell(entity(one.name, one.id)),
            Cell(label(item, language)),
            _score(item.value, item.decimals),
            Cell(item.unit),
            UNDEFINED if item.baseline is None else Cell(plain(item.baseline), item.baseline),
            Cell(weight_shown(item.weight), item.weight),
            _score(item.score, one.decimals),
            Cell(said((*item.reasons, *(each for group in item.groups for each in group.reasons)), language)),
        ]
        for one in entities
        for item in one.items
    ]
    return Section("items", text(N_("Items"), language), columns, rows, leading=2)
