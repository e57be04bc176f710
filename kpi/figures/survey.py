"""What the columns of a file are taken for, column by column (kpi map): by name, by a mapping, or only proposed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from kpi.definitions.model import Definitions
from kpi.evaluation.survey import Likely, Standing, Survey, SurveyedColumn, SurveyedSheet
from kpi.evaluation.table import Source, column
from kpi.figures import formats, headers, likeness
from kpi.figures.column import Column, Matched
from kpi.figures.confirmed import by_mapping, said_of
from kpi.figures.header_text import one_line
from kpi.figures.header_units import units_of
from kpi.figures.known import IGNORED_HEADERS
from kpi.figures.layout import finding
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.mapping import ColumnMapping
from kpi.figures.sheet import Sheet
from kpi.figures.text_rows import texts
from kpi.figures.vocabulary import Role, Vocabulary, comparable, half_width, vocabulary, written
from kpi.formula.tree import Shift
from kpi.problems import Problem, Severity, cut, say
from kpi.regex import compiled
from kpi.units import convertible

_SAMPLES = 3
_BETWEEN = compiled(r"[,;:、()]|单位")  # what stands between the units of a line
_LOOKED_AT = 200  # rows that samples are taken from
_LONGEST = 20  # characters of a sample


def survey(
    path: str | Path,
    definitions: Definitions,
    mapping: ColumnMapping | None = None,
    asked: Collection[str] | None = None,
    stdin: bytes | None = None,
    manner: Manner = PLAIN,
    names: Sequence[str] = (),
) -> Survey:
    """Every column of every sheet of a file. manner, names: how it is to be read, and which of its sheets.

    asked: the columns of figures that are wanted (None: all). Raises KpiError when it cannot be read.
    """
    mapping = mapping or ColumnMapping()
    words = vocabulary(definitions, mapping.confirmed)
    sheets: list[SurveyedSheet] = []
    sources: list[Source] = []
    found: set[str] = set()
    for sheet in formats.sheets(path, stdin, manner, names):
        tables = finding.located(sheet, words)
        matched = _together([headers.match(table, words) for table in tables])
        found |= {each.name for each in matched.columns}
        sheets.append(_sheet(tables[0], matched, words, asked))
        sources.append(Source(sheet.file, sheet.name, sheet.sha256(), 0))
    every = [header for each in sheets for header in (one.header for one in each.columns)]
    absent = tuple(_written(name, definitions) for name in sorted(set(asked or ()) - found))
    return Survey(tuple(sheets), (*sources, *mapping.sources), absent, tuple(mapping.unused(every)))


def _together(tables: Sequence[Matched]) -> Matched:
    """What the columns of one sheet are, whose header names several periods."""
    columns = tuple(column for matched in tables for column in matched.columns)
    problems = dict.fromkeys(problem for matched in tables for problem in matched.problems)
    return Matched(columns, tuple(problems), tables[0].proposals)


def _sheet(sheet: Sheet, matched: Matched, words: Vocabulary, asked: Collection[str] | None) -> SurveyedSheet:
    filled = [at for at, header in enumerate(sheet.header) if header.strip()]
    loaded = sheet.load(filled, ()).frame
    used = {each.position: each for each in matched.columns}
    columns = []
    for at in filled:
        samples = _samples(texts(loaded[str(at)].head(_LOOKED_AT)))
        columns.append(_column(sheet, at, used.get(at), matched, words, asked, samples))
    problems = [each for each in matched.problems if each.severity is not Severity.NOTE]
    taken = {each.name for each in matched.columns}
    problems += [
        said
        for each in columns
        if each.standing is Standing.UNKNOWN and (said := _contradicted(each, words, taken)) is not None
    ]
    return SurveyedSheet(sheet.file, sheet.name, tuple(columns), tuple(problems))


def _contradicted(found: SurveyedColumn, words: Vocabulary, taken: Collection[str]) -> Problem | None:
    """That a column would be proposed, were it not for its unit."""
    near = likeness.misfit(found.header, words, taken)
    if near is None:
        return None
    unit = likeness.unit_of(found.header, near, words)
    figure = written(near.meaning.role, near.meaning.key, near.shift)
    return Problem(
        "header-unit-contradicts",
        say(
            "“{header}” is like {figure}, but {unit} does not convert to {declared}.",
            header=found.header,
            figure=figure,
            unit=unit or "",
            declared=near.meaning.unit or "1",
        ),
        found.place,
        Severity.WARNING,
        hint=say("If it is that figure all the same, correct the unit in the header; else leave the column out."),
    )


def _column(
    sheet: Sheet,
    at: int,
    used: Column | None,
    matched: Matched,
    words: Vocabulary,
    asked: Collection[str] | None,
    samples: tuple[str, ...],
) -> SurveyedColumn:
    header, place = one_line(sheet.header[at]), sheet.place(at)
    confirmed = said_of(at, header, sheet, words)
    if used is not None:
        standing = Standing.NAMED if confirmed is None or not by_mapping(at, sheet, words) else Standing.CONFIRMED
        unit = used.unit.text if used.unit is not None else ""
        name, units = written(used.role, used.key, used.shift), _left_open(used, words)
        said = "" if units else unit
        return SurveyedColumn(header, place, standing, name, said, used.percent, samples, units=units)
    if confirmed is not None and confirmed.meaning is None:
        return SurveyedColumn(header, place, Standing.LEFT_OUT, samples=samples)
    if comparable(header) in IGNORED_HEADERS or headers.identity_of(header) is not None:
        return SurveyedColumn(header, place, Standing.PASSED_OVER, samples=samples)
    taken = {each.name for each in matched.columns}
    likely = tuple(
        Likely(
            written(each.meaning.role, each.meaning.key, each.shift),
            each.meaning.unit.text if each.meaning.unit is not None else "",
            each.alike,
            asked is None or each.column in asked,
        )
        for each in likeness.candidates(header, words, taken)
    )
    return SurveyedColumn(
        header, place, Standing.PROPOSED if likely else Standing.UNKNOWN, samples=samples, candidates=likely
    )


def _left_open(used: Column, words: Vocabulary) -> tuple[str, ...]:
    """The units that a column may be in where a line above leaves that open: those in it, and the declared one."""
    if used.stated is None or used.stated.clear or used.unit is None:
        return ()
    named = units_of(_BETWEEN.split(half_width(used.stated.text)), words)
    fitting = [text for text, unit in named.items() if convertible(unit, used.unit)]
    return tuple(dict.fromkeys((*fitting, used.unit.text)))


def _written(name: str, definitions: Definitions) -> str:
    """A column of the clean table as a mapping writes it."""
    key, _, _ = name.partition("@")
    shift = next(shift for shift in Shift if column(key, shift) == name)
    return written(Role.FIGURE, definitions.figures[key].key, shift)


def _samples(found: Sequence[str]) -> tuple[str, ...]:
    return tuple(cut(one_line(text), _LONGEST) for text in list(dict.fromkeys(filter(None, found)))[:_SAMPLES])
