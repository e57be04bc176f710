"""What columns say of entities is what full results say, one by one: the plain way to the same lists."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from kpi.definitions.load import load
from kpi.evaluation.scheme.classify import classify
from kpi.evaluation.scheme.concluding import Portion
from kpi.evaluation.scheme.results import Classification, ClassifiedEntity, ItemScore, Standing
from kpi.locale import text, translate
from kpi.numbers import shown, to_float
from kpi.problems import KpiError, say
from kpi.render import as_csv
from kpi.render.classify_columns import columns, published
from kpi.render.classify_tables import EntityTables
from kpi.render.classify_words import words
from kpi.render.counts import NUMBERS, TEXTS
from kpi.render.report import EMPTY, UNDEFINED, Cell, Report
from kpi.render.words import SENTENCES, STANDING, entity, group_shown, label, said
from tests.evaluation.scheme.test_against_reference import divides, in_portions, table
from tests.reference.random_definitions import SCHEME, Case, cases

LANGUAGES = st.sampled_from(["zh", "en"])
SLOW = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def why(one: ClassifiedEntity, language: str) -> str:
    """What besides the score decided, and what it costs."""
    parts = [] if one.standing is Standing.EVALUATED else [text(STANDING[one.standing][0], language)]
    parts += [said(one.reasons, language)] if one.reasons else []
    for fired in one.overrides:
        if fired.before != fired.after:
            name = label(fired, language)
            named = translate(say("decision: {reason}", reason=name), language) if fired.decision else name
            parts.append(f"{named} {fired.before or '—'}→{fired.after}")
    for each in one.adjustments:
        parts.append(f"{label(each, language)} {'+' if each.points > 0 else ''}{shown(each.points, one.decimals)}")
    for taken in one.measures:
        if taken.amount is not None:
            parts.append(f"{label(taken, language)} {shown(taken.amount, taken.decimals)} {taken.unit}")
    return SENTENCES[language].join(parts)


def sources(one: ClassifiedEntity) -> Iterator[str]:
    yield from [one.exemption.source] if one.exemption else []
    yield from (each.source for each in one.overrides if each.before != each.after)
    yield from (each.source for each in (*one.adjustments, *one.measures))


def number(value: Fraction | None, decimals: int) -> Cell:
    return UNDEFINED if value is None else Cell(shown(value, decimals), value)


def line(one: ClassifiedEntity, indicators: Sequence[str], language: str) -> list[Cell]:
    """The line of an entity in the one table."""
    items: dict[str, ItemScore] = {item.indicator: item for item in one.items}
    cells = [
        Cell(one.id or ""),
        Cell(one.name or ""),
        Cell(one.scheme or ""),
        Cell(text(STANDING[one.standing][0], language)),
        Cell(group_shown(one.group, one.group_level, language)),
        EMPTY if one.score is None else number(one.score, one.decimals),
        EMPTY if one.rank is None else Cell(str(one.rank), Fraction(one.rank)),
        Cell(one.first_tier or ""),
        Cell(one.tier or ""),
        Cell(why(one, language)),
        Cell(SENTENCES[language].join(dict.fromkeys(filter(None, sources(one))))),
    ]
    for item in (items.get(key) for key in indicators):
        cells += [EMPTY] * 2 if item is None else [number(item.value, item.decimals), number(item.score, one.decimals)]
    return cells


def ranked(listed: Sequence[ClassifiedEntity], grouped: bool, language: str) -> list[list[str]]:
    """The lines of a ranked list."""
    order = list(Standing)
    keys = [(one.rank is None, one.group or "", one.rank or 0, order.index(one.standing)) for one in listed]
    best_first = [one for _, one in sorted(zip(keys, listed, strict=True), key=lambda both: both[0])]
    return [
        [
            *([group_shown(one.group, one.group_level, language)] if grouped else []),
            "" if one.rank is None else str(one.rank),
            entity(one.name, one.id),
            number(one.score, one.decimals).text,
            one.first_tier or "",
            one.tier or "",
            why(one, language),
        ]
        for one in best_first
    ]


def result_of(case: Case) -> Classification:
    definitions = load(text=case.text)
    assume(case.entities)
    try:
        return classify(definitions, [definitions.schemes[SCHEME][0]], table(definitions, case.entities))
    except KpiError:
        assume(False)
        raise


@SLOW
@given(cases(), LANGUAGES)
def test_columns_say_what_full_results_say(case: Case, language: str) -> None:
    result = result_of(case)
    listed = list(result.entities())
    indicators = list(dict.fromkeys(item.indicator for one in listed for item in one.items))
    expected = [line(one, indicators, language) for one in listed]
    tables = EntityTables.of(result, language)
    everything = tables.everything()
    assert [list(row) for row in everything.rows] == expected

    rows = list(csv.reader(io.StringIO(as_csv.render(Report("", table=everything)), newline="")))
    assert rows[1:] == [[as_csv.neutral(cell.text) for cell in row] for row in expected]

    assert everything.frames is not None
    numbers = everything.frames.numbers()
    assert numbers.columns == [column.key for column in everything.columns]
    for at, column in enumerate(everything.columns):
        cells = [row[at] for row in expected]
        if column.right:
            found = [None if cell.number is None else to_float(cell.number) for cell in cells]
        assert numbers[column.key].to_list() == (found if column.right else [cell.text or None for cell in cells])
        assert numbers.schema[column.key] == (
            pl.Int64() if column.whole else pl.Float64() if column.right else pl.String()
        )

    for section in tables.lists():
        key = None if section.name == "-" else section.name
        own = [one for one in listed if one.scheme == key]
        texts = [[cell.text for cell in row] for row in section.rows]
        assert texts == ranked(own, section.columns[0].key == "group", language)


def written(one: Classification | Portion, language: str) -> pl.DataFrame:
    return published(one.listing, columns(one.listing, words(one.listing, language), TEXTS, language))


@SLOW
@given(cases())
def test_portions_say_what_the_whole_says(case: Case) -> None:
    definitions = load(text=case.text)
    scheme = definitions.schemes[SCHEME][0]
    assume(scheme.merge is None and divides(definitions, case.entities))
    result = result_of(case)
    whole = table(definitions, case.entities)
    done = in_portions(definitions, scheme, whole, 1 + whole.frame.height // 3)
    assert_frame_equal(pl.concat([written(each, "en") for each in done]), written(result, "en"))


@pytest.mark.parametrize("decimals", range(7))
def test_counts_become_texts_and_the_nearest_numbers(decimals: int) -> None:
    counts = [0, 1, -1, 5, -5, 99, 100, -100, 101, 123456789012345, -123456789012345, 10**15 - 1, 1 - 10**15]
    counts += [(number * 7919**4) % (2 * 10**15) - 10**15 for number in range(3000)]
    frame = pl.DataFrame({"count": [float(count) for count in counts]})
    found = frame.select(
        NUMBERS.number(pl.col("count"), decimals).alias("number"), TEXTS.number(pl.col("count"), decimals).alias("text")
    )
    values = [Fraction(count, 10**decimals) for count in counts]
    assert found["number"].to_list() == list(map(to_float, values))
    assert found["text"].to_list() == [shown(value, decimals) for value in values]
