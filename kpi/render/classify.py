"""The answer of `classify`: scores, ranks and tiers, with the reasons of each."""

from __future__ import annotations

from collections.abc import Mapping

from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.scheme.results import BaselineUsed, Classification
from kpi.locale import N_, text, translate
from kpi.numbers import plain, shown
from kpi.problems import say
from kpi.render.classify_data import data as data
from kpi.render.classify_tables import EntityTables
from kpi.render.rejected import PROVISIONAL
from kpi.render.report import NOTHING, Cell, Report, Section
from kpi.render.words import amount, column, group_shown, held, label, listed

ORIGINS = {
    "given": N_("as given"),
    "mean": N_("mean"),
    "ratio_of_sums": N_("ratio of sums"),
    "median": N_("median"),
    "percentile": N_("percentile"),
    "best": N_("best value"),
    "worst": N_("worst value"),
}


def report(result: Classification, language: str, brief: bool = False) -> Report:
    """One list a scheme, best first, then the baselines. brief: only the baselines and the summary."""
    titles = [label(scheme, language) for scheme in result.schemes]
    baselines, measures = _baselines(result, language), _measures(result, language)
    entities = None if brief else EntityTables.of(result, language)
    return Report(
        listed(titles, language),
        [
            Cell(translate(say("Source: {source}", source=source), language), style="dim")
            for source in dict.fromkeys(scheme.source for scheme in result.schemes)
            if source
        ],
        [*(() if entities is None else entities.lists()), baselines, *([measures] if measures.rows else [])],
        notes(result, language),
        sheets=None if entities is None else (entities.everything(), entities.items(), baselines, measures),
        table=None if entities is None else entities.everything(),
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
        found.append(Cell(translate(PROVISIONAL, language), style="unsure"))
    return found


def _of_scheme(scheme: Scheme, tiers: Mapping[str, int], language: str) -> str:
    """How many of each tier there are under one scheme of several."""
    said = listed([f"{tier} {count}" for tier, count in tiers.items()], language) or NOTHING
    return translate(say("{scheme}: {tiers}.", scheme=label(scheme, language), tiers=said), language)


def _baselines(result: Classification, language: str) -> Section:
    grouped = any(each.level is not None for each in result.baselines)
    columns = [
        column("scheme", N_("Scheme"), language),
        column("indicator", N_("Indicator"), language),
        *([column("group", N_("Group"), language)] if grouped else []),
        column("value", N_("Baseline"), language, right=True),
        column("unit", N_("Unit"), language),
        column("from", N_("From"), language),
        column("count", N_("Count"), language, right=True, whole=True),
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
