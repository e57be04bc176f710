"""Mapping files are TOML whatever stands in a table: everything in them is from somebody's spreadsheet."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from kpi.evaluation.survey import Likely, Standing, Survey, SurveyedColumn, SurveyedSheet
from kpi.names import comparable, numbered
from kpi.problems import Place
from kpi.render.mapping import mapping_file
from kpi.render.text import clean

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)


@st.composite
def columns(draw: st.DrawFn) -> SurveyedColumn:
    standing = draw(st.sampled_from(Standing))
    used = standing in (Standing.NAMED, Standing.CONFIRMED)
    likely = st.builds(Likely, TEXTS, TEXTS, st.integers(50, 100), st.booleans())
    return SurveyedColumn(
        draw(TEXTS),
        Place(cell="A1"),
        standing,
        draw(TEXTS) if used else "",
        draw(st.sampled_from(("", "%", "万元"))),
        draw(st.sampled_from((None, "share", "shown"))),
        tuple(draw(st.lists(TEXTS | st.just("0.5"), max_size=3))),
        tuple(draw(st.lists(likely, max_size=3))) if standing is Standing.PROPOSED else (),
    )


@given(st.lists(columns(), max_size=4), TEXTS, st.sampled_from(("zh", "en")))
def test_a_mapping_file_is_toml_and_says_what_is_sure(found: list[SurveyedColumn], name: str, language: str) -> None:
    # The file stands in a comment of its own, which must not look like an entry to be confirmed.
    sheet = SurveyedSheet(f"表{name}", name, tuple(found))
    written = mapping_file(Survey((sheet,), ()), language)
    said = tomllib.loads(written)
    plain = [comparable(each.header) for each in found]
    names = [
        numbered(each.header, plain[: at + 1].count(header)) if plain.count(header) > 1 else each.header
        for at, (each, header) in enumerate(zip(found, plain, strict=True))
    ]
    first = dict(reversed(list(zip(names, found, strict=True))))
    assert set(said) == {"format", "columns"}
    for header, value in said["columns"].items():
        column = first[header]
        told = value if isinstance(value, dict) else {"figure": value}
        assert told["figure"] == (False if column.standing is Standing.LEFT_OUT else column.taken_for)
    # What is only proposed is a comment, and taking the sign away makes it an entry.
    title = f"# {clean(f'{name} · {name}')}"
    for line in written.split("\n"):
        if line.startswith('# "') and line != title:
            tomllib.loads(line.removeprefix("# "))
