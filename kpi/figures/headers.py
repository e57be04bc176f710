"""Header texts → what the columns are. Exact by key, label or alias, with a unit and a period mark; never a guess."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from kpi.definitions.model import FigureType
from kpi.evaluation import table
from kpi.figures.known import ID_HEADERS, IGNORED_HEADERS, MARKS, NAME_HEADERS, PERIOD_HEADERS
from kpi.figures.sheet import Sheet, letters
from kpi.figures.vocabulary import Meaning, Role, Vocabulary, comparable, half_width, suggestion
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import Place, Problem, Severity, say
from kpi.units import Unit, UnitError, conversion, convertible, normalise

_MARK = "|".join(sorted(MARKS, key=len, reverse=True))
_BRACKETED = re.compile(r"(?P<rest>.+?)\((?P<inside>[^()]*(?:\([^()]*\)[^()]*)*)\)")
_MARK_FIRST = re.compile(rf"(?P<mark>{_MARK})[的:_-]?(?P<rest>.+)", re.IGNORECASE)
_MARK_LAST = re.compile(rf"(?P<rest>.+?)[:_-]?(?P<mark>{_MARK})", re.IGNORECASE)
_UNIT_WORD = re.compile(r"(?:计量)?单位:?")
# What may stand in brackets after a column of words: the form of the answer.
_FORMS = {
    FigureType.YES_NO: {"是/否", "是否", "y/n", "有/无", "是或否"},
    FigureType.DATE: {"年月日", "年-月-日", "年/月/日", "日期", "yyyy-mm-dd", "yyyy/mm/dd", "yyyymmdd"},
}


@frozen
class Column:
    """One column that is used. position: in the sheet. unit: the one it is written in; factor: to the declared one.

    percent: what the plain numbers of a column of % are: "share" (0.15 is 15 %), "shown" (15 is 15 %), None (not said).
    """

    position: int
    role: Role
    key: str = ""
    shift: Shift = Shift.NOW
    kind: FigureType = FigureType.TEXT
    unit: Unit | None = None
    factor: Fraction = Fraction(1)
    percent: str | None = None

    @property
    def name(self) -> str:
        """Its name in the clean table."""
        if self.role is Role.REPORTED:
            return table.reported(self.key)
        if self.role is Role.FIGURE:
            return table.column(self.key, self.shift)
        return {Role.ID: table.ID, Role.NAME: table.NAME, Role.PERIOD: "#period"}[self.role]


def match(sheet: Sheet, words: Vocabulary) -> tuple[tuple[Column, ...], tuple[Problem, ...]]:
    """The columns that are used, and what is wrong with the others.

    Errors: a header that could be two things, two columns for one thing, a unit that does not convert.
    Warnings: a known name with something in brackets that is neither unit nor period. Notes: what is not used.
    """
    columns: list[Column] = []
    problems: list[Problem] = []
    unused: list[str] = []
    for position, header in enumerate(sheet.header):
        known = identity_of(header)
        if known is not None:
            columns.append(Column(position, known))
        found = _interpret(header, position, words, sheet)
        if isinstance(found, Column):
            columns.append(found)
        elif isinstance(found, Problem):
            problems.append(found)
        elif known is None and header.strip() and comparable(header) not in IGNORED_HEADERS:
            near = suggestion(_stem(header), words)
            written = f"{letters(sheet.left + position)} “{_one_line(header)}”"
            unused.append(f"{written} (≈ {near}?)" if near else written)
    columns, twice = _one_each(columns, sheet)
    problems += twice
    if unused:
        problems.append(
            Problem(
                "columns-not-used",
                say("These columns match no figure and are not used: {columns}.", columns=tuple(unused)),
                sheet.place(),
                Severity.NOTE,
                hint=say(
                    "To use one, write the figure's label as its header, or add the header to the figure's aliases."
                ),
            )
        )
    return tuple(columns), tuple(problems)


def identity_of(name: str) -> Role | None:
    """Whether a header is known for codes, names or periods."""
    plain = comparable(_stem(name))
    for role, known in _IDENTITY.items():
        if plain in known:
            return role
    return None


def named(name: str, words: Vocabulary) -> tuple[tuple[Meaning, ...], Shift] | None:
    """What a name means, and for which period (上年税收); None when it is not known, or names a unit as well."""
    found = _found(name, words)
    if found is None or found.units or len(set(found.marks)) > 1:
        return None
    return found.meanings, found.marks[0] if found.marks else Shift.NOW


@frozen
class _Found:
    """What a header says: what it names, and what stands around the name."""

    meanings: tuple[Meaning, ...]
    marks: tuple[Shift, ...]
    units: tuple[str, ...]


def _found(header: str, words: Vocabulary) -> _Found | None:
    rest, marks, units = half_width(header), list[Shift](), list[str]()
    while comparable(rest) not in words.meanings:
        peeled = _peel(rest, marks, units)
        if peeled is None:
            return None
        rest = peeled
    return _Found(words.meanings[comparable(rest)], tuple(marks), tuple(units))


def _interpret(header: str, position: int, words: Vocabulary, sheet: Sheet) -> Column | Problem | None:
    """The figure or indicator that a header names; a problem when it is not clear; None when it names none."""
    found = _found(header, words)
    if found is None:
        return None
    place, shown = sheet.place(position), _one_line(header)
    if len(found.meanings) > 1 or len(set(found.marks)) > 1:
        candidates = tuple(meaning.key for meaning in found.meanings)
        return Problem(
            "header-ambiguous",
            say("The header “{header}” could be {candidates}.", header=shown, candidates=candidates)
            if len(found.meanings) > 1
            else say("The header “{header}” names two periods.", header=shown),
            place,
            hint=say("Give the figures different labels and aliases, or rename the column to the key that is meant."),
        )
    meaning = found.meanings[0]
    shift = found.marks[0] if found.marks else Shift.NOW
    if shift is not Shift.NOW and meaning.role is Role.REPORTED:
        return None  # an indicator of last year is computed from last year's figures, or not at all
    column = Column(position, meaning.role, meaning.key, shift, meaning.kind, meaning.unit)
    return _with_unit(column, found.units, words, shown, place)


def _peel(rest: str, marks: list[Shift], units: list[str]) -> str | None:
    """The header without its last bracket or its period mark, which go to `units` and `marks`; None: it has neither."""
    if bracketed := _BRACKETED.fullmatch(rest):
        for part in re.split(r"[,;、]", bracketed["inside"]):
            mark = MARKS.get(part.lower())
            if mark is not None:
                marks.append(mark)
            elif part:
                units.append(_UNIT_WORD.sub("", part))
        return bracketed["rest"]
    marked = _MARK_FIRST.fullmatch(rest) or _MARK_LAST.fullmatch(rest)
    if marked:
        marks.append(MARKS[marked["mark"].lower()])
        return marked["rest"]
    return None


def _with_unit(
    column: Column, units: Sequence[str], words: Vocabulary, header: str, place: Place
) -> Column | Problem | None:
    """The column with the unit that its header names."""
    if not units:
        return column
    if column.unit is None:
        return (
            column
            if all(text.lower() in _FORMS.get(column.kind, set()) for text in units)
            else _unclear(units, column, header, place)
        )
    if len(units) > 1:
        return _unclear(units, column, header, place)
    if normalise(units[0]) == normalise(column.unit.text):
        return column
    try:
        written = words.units.parse(units[0])
    except UnitError:
        return _unclear(units, column, header, place)
    if not convertible(written, column.unit):
        return Problem(
            "header-unit-misfit",
            say(
                "The header “{header}” says {unit}, which does not convert to {declared}.",
                header=header,
                unit=units[0],
                declared=column.unit.text or "1",
            ),
            place,
            expected=say("{key} is declared in {declared}.", key=column.key, declared=column.unit.text or "1"),
            hint=say("Correct the unit in the header, or in the definitions."),
        )
    return Column(
        column.position, column.role, column.key, column.shift, column.kind, written, conversion(written, column.unit)
    )


def _unclear(units: Sequence[str], column: Column, header: str, place: Place) -> Problem:
    return Problem(
        "header-not-understood",
        say(
            "The column “{header}” is not used: it may be {key}, but “{inside}” is neither a unit nor a period.",
            header=header,
            key=column.key,
            inside=tuple(units),
        ),
        place,
        Severity.WARNING,
        hint=say("If it is {key}, add the whole header to its aliases.", key=column.key),
    )


def _one_each(columns: Sequence[Column], sheet: Sheet) -> tuple[list[Column], list[Problem]]:
    """One column for each name; two for one are an error, except where one identity header is better than the other."""
    by_name: dict[str, list[Column]] = defaultdict(list)
    for column in columns:
        by_name[column.name].append(column)
    kept: list[Column] = []
    problems: list[Problem] = []
    for group in by_name.values():
        ranked = sorted(group, key=lambda column: _rank(column, sheet))
        kept.append(ranked[0])
        if len(ranked) == 1:
            continue
        listed = tuple(f"{letters(sheet.left + c.position)} “{_one_line(sheet.header[c.position])}”" for c in ranked)
        if _rank(ranked[0], sheet) < _rank(ranked[1], sheet):
            message = say(
                "Of the columns {columns} the first says who a row is about; the others are not used.", columns=listed
            )
            problems.append(Problem("identity-columns", message, sheet.place(ranked[0].position), Severity.NOTE))
            continue
        problems.append(
            Problem(
                "two-columns-for-one",
                say("{count} columns are for the same thing: {columns}.", count=len(ranked), columns=listed),
                sheet.place(ranked[0].position),
                hint=say("Keep one of them, or rename the others."),
            )
        )
    return sorted(kept, key=lambda column: column.position), problems


def _rank(column: Column, sheet: Sheet) -> int:
    known = {Role.ID: ID_HEADERS, Role.NAME: NAME_HEADERS}.get(column.role, ())
    plain = comparable(_stem(sheet.header[column.position]))
    return next((rank for rank, name in enumerate(known) if comparable(name) == plain), 0)


def _stem(header: str) -> str:
    """A header without what stands in brackets at its end."""
    written = half_width(header)
    bracketed = _BRACKETED.fullmatch(written)
    return bracketed["rest"] if bracketed else written


def _one_line(header: str) -> str:
    return " ".join(header.split())


_IDENTITY = {
    Role.ID: frozenset(map(comparable, ID_HEADERS)),
    Role.NAME: frozenset(map(comparable, NAME_HEADERS)),
    Role.PERIOD: frozenset(map(comparable, PERIOD_HEADERS)),
}
