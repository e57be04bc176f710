"""What is said of the entities of a classification in lists, besides their numbers."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from kpi.evaluation.scheme.alike import SPEAKER
from kpi.evaluation.scheme.columns import INDEX
from kpi.evaluation.scheme.listing import Listing
from kpi.evaluation.scheme.results import ClassifiedEntity, MeasureTaken, OverrideFired, Standing
from kpi.evaluation.scheme.spoken import Spoken
from kpi.locale import text, translate
from kpi.numbers import shown
from kpi.problems import say
from kpi.render.report import NOTHING
from kpi.render.words import SENTENCES, STANDING, label, said

SOURCE = "source"
BEFORE, BEHIND = "#before", "#behind"  # what is said before the points of adjustments, and behind them


def words(listing: Listing, language: str) -> pl.DataFrame:
    """By row as read: what is said of each before and behind the points of adjustments, and where it is written."""
    spoken = Spoken.of(listing)
    results = spoken.results.values()
    of_speakers = {
        SPEAKER: list(spoken.results),
        BEFORE: [_before(one, language) or None for one in results],
        SOURCE: [SENTENCES[language].join(_sources(one)) or None for one in results],
    }
    amounts = {
        INDEX: list(spoken.amounts),
        BEHIND: [SENTENCES[language].join(_measure(each, language) for each in own) for own in spoken.amounts.values()],
    }
    row = spoken.speakers.schema[INDEX]
    same = pl.DataFrame(of_speakers, {SPEAKER: row, BEFORE: pl.String, SOURCE: pl.String})
    own = pl.DataFrame(amounts, {INDEX: row, BEHIND: pl.String})
    told = spoken.speakers.join(same, on=SPEAKER, how="left").join(own, on=INDEX, how="left")
    return told.select(INDEX, BEFORE, BEHIND, SOURCE)


def _before(one: ClassifiedEntity, language: str) -> str:
    """What besides the score decided; measures in words stand in a table of their own."""
    parts = [] if one.standing is Standing.EVALUATED else [text(STANDING[one.standing][0], language)]
    parts += [said(one.reasons, language)] if one.reasons else []
    parts += [_override(each, language) for each in _changes(one)]
    return SENTENCES[language].join(parts)


def _sources(one: ClassifiedEntity) -> Iterable[str]:
    """Where it is written that what is said decides: rules, and the documents of meetings."""
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


def _measure(each: MeasureTaken, language: str) -> str:
    """What a measure costs."""
    assert each.amount is not None
    return f"{label(each, language)} {shown(each.amount, each.decimals)} {each.unit}"
