"""Header texts → what the columns are. Exact by key, label or alias, or as a mapping confirms it; never a guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kpi.evaluation.confirming import confirm
from kpi.evaluation.table import Proposal
from kpi.figures import likeness
from kpi.figures.column import Column, Matched
from kpi.figures.confirmed import as_said, by_mapping, said_of
from kpi.figures.header_text import Peeled, one_line, peelings, stem
from kpi.figures.header_units import by_line, with_unit
from kpi.figures.known import IGNORED_HEADERS, PERIOD_HEADERS
from kpi.figures.sheet import Sheet, Stated
from kpi.figures.vocabulary import Meaning, Role, Vocabulary, comparable, written
from kpi.formula.tree import Shift
from kpi.names import ID_HEADERS, NAME_HEADERS, numbered
from kpi.problems import Message, Problem, Severity, say


def match(sheet: Sheet, words: Vocabulary) -> Matched:
    """The columns that are used.

    Errors: a header that could be two things, two columns for one thing, a unit that does not convert.
    Warnings: a known name with something in brackets that is neither unit nor period; a mapping that says otherwise
    than the header. Notes: what is not used.
    """
    columns: list[Column] = []
    problems: list[Problem] = []
    unused: list[int] = []
    unclear: list[int] = []
    for position, header in enumerate(sheet.names or sheet.header):
        confirmed = said_of(position, header, sheet, words)
        if confirmed is not None:
            found, said = as_said(confirmed, position, words, sheet)
            columns += found
            problems += said
            continue
        known = identity_of(header)
        if known is not None:
            columns.append(Column(position, known))
        means = _interpret(header, position, words, sheet)
        if isinstance(means, Column):
            columns.append(means)
        elif isinstance(means, Problem):
            problems.append(means)
            unclear.append(position)
        elif known is None and header.strip() and comparable(header) not in IGNORED_HEADERS:
            unused.append(position)
    columns, twice = _one_each(columns, sheet, words)
    taken = {column.name for column in columns}
    may_be = {at: likeness.candidates(sheet.header[at], words, taken) for at in sorted((*unused, *unclear))}
    problems += [*twice, *_by_line(columns, sheet)]
    if unused:
        problems.append(_not_used(unused, may_be, sheet))
    mapped = [each for each in columns if by_mapping(each.position, sheet, words)]
    if mapped:
        problems.append(_mapped(mapped, sheet))
    return Matched(tuple(columns), tuple(problems), tuple(_proposals(may_be, sheet)))


def _proposals(may_be: dict[int, tuple[likeness.Candidate, ...]], sheet: Sheet) -> list[Proposal]:
    return [
        Proposal(one_line(sheet.header[position]), each.column, each.alike, sheet.place(position))
        for position, found in may_be.items()
        for each in found
    ]


def _mapped(columns: Sequence[Column], sheet: Sheet) -> Problem:
    """The note that says what a mapping made of the columns."""
    listed = tuple(f"{_written(each.position, sheet)} → {written(each.role, each.key, each.shift)}" for each in columns)
    message = say("Taken as the mapping says: {columns}.", columns=listed)
    return Problem("columns-mapped", message, sheet.place(), Severity.NOTE)


def _not_used(unused: Sequence[int], may_be: dict[int, tuple[likeness.Candidate, ...]], sheet: Sheet) -> Problem:
    listed = tuple(
        f"{written} (≈ {may_be[at][0].name}?)" if may_be[at] else written
        for at, written in ((at, _written(at, sheet)) for at in unused)
    )
    return Problem(
        "columns-not-used",
        say("These columns match no figure and are not used: {columns}.", columns=listed),
        sheet.place(),
        Severity.NOTE,
        hint=confirm(sheet.place()),
    )


def _by_line(columns: Sequence[Column], sheet: Sheet) -> list[Problem]:
    """What lines above the table say of columns without units: a note for each, an error where that is not clear."""
    by_line: dict[Stated, list[str]] = {}
    for column in columns:
        if column.stated is not None:
            by_line.setdefault(column.stated, []).append(f"{sheet.letter(column.position)} {column.key}")
    return [_stated(line, tuple(listed)) for line, listed in by_line.items()]


def _stated(line: Stated, columns: tuple[str, ...]) -> Problem:
    if line.clear:
        message = say("“{text}” above the table gives the unit of {columns}.", text=line.text, columns=columns)
        return Problem("unit-stated-above", message, line.place, Severity.NOTE)
    return Problem(
        "unit-line-unclear",
        say("“{text}” above the table leaves the unit of {columns} open.", text=line.text, columns=columns),
        line.place,
        expected=say("A line such as 单位：万元 is expected."),
        hint=say("Write the units into the headers, in brackets, or say them in a mapping (--map)."),
    )


def identity_of(name: str) -> Role | None:
    """Whether a header is known for codes, names or periods."""
    plain = comparable(stem(name))
    for role, known in _IDENTITY.items():
        if plain in known:
            return role
    return None


def named(name: str, words: Vocabulary) -> tuple[tuple[Meaning, ...], Shift] | None:
    """What a name means, and for which period (上年税收); None when it is not known, or names a unit as well."""
    found = named_in(name, words)
    if found is None or found.units or len(set(found.marks)) > 1:
        return None
    return words.meanings[comparable(found.rest)], found.marks[0] if found.marks else Shift.NOW


def names_a_figure(header: str, words: Vocabulary) -> bool:
    """Whether a header names a figure or an indicator, whatever unit or period stands around the name."""
    return named_in(header, words) is not None


def named_in(header: str, words: Vocabulary) -> Peeled | None:
    """The header as far as it has to be peeled for a known name; None where there is none."""
    return next((peeled for peeled in peelings(header) if comparable(peeled.rest) in words.meanings), None)


def _interpret(header: str, position: int, words: Vocabulary, sheet: Sheet) -> Column | Problem | None:
    """The figure or indicator that a header names; a problem when it is not clear; None when it names none."""
    found = named_in(header, words)
    if found is None:
        return None
    meanings = words.meanings[comparable(found.rest)]
    place, shown = sheet.place(position), one_line(header)
    if len(meanings) > 1 or len(set(found.marks)) > 1:
        candidates = tuple(meaning.key for meaning in meanings)
        return Problem(
            "header-ambiguous",
            say("The header “{header}” could be {candidates}.", header=shown, candidates=candidates)
            if len(meanings) > 1
            else say("The header “{header}” names two periods.", header=shown),
            place,
            hint=confirm(place),
        )
    meaning = meanings[0]
    shift = found.marks[0] if found.marks else Shift.NOW
    if shift is not Shift.NOW and meaning.role is Role.REPORTED:
        return None  # an indicator of last year is computed from last year's figures, or not at all
    column = Column(position, meaning.role, meaning.key, shift, meaning.kind, meaning.unit)
    if not found.units:
        return by_line(column, words, shown, sheet)
    return with_unit(column, found.units, words, shown, place)


def _one_each(columns: Sequence[Column], sheet: Sheet, words: Vocabulary) -> tuple[list[Column], list[Problem]]:
    """One column for each name; two for one are an error, except where one identity header is better than the other."""
    by_name: dict[str, list[Column]] = defaultdict(list)
    for column in columns:
        by_name[column.name].append(column)
    kept: list[Column] = []
    problems: list[Problem] = []
    for group in by_name.values():
        ranked = sorted(group, key=lambda column: _rank(column, sheet, words))
        kept.append(ranked[0])
        if len(ranked) == 1:
            continue
        listed = tuple(_written(each.position, sheet) for each in ranked)
        if _rank(ranked[0], sheet, words) < _rank(ranked[1], sheet, words):
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
                hint=_one_of(ranked, sheet),
            )
        )
    return sorted(kept, key=lambda column: column.position), problems


def _one_of(columns: Sequence[Column], sheet: Sheet) -> Message:
    """What to do about two columns for one thing; a mapping tells them apart by number where their headers cannot."""
    names = [comparable(sheet.header[column.position]) for column in columns]
    if len(set(names)) == len(names):
        return say("Keep one of them; or rename the others, or say in a mapping that they are not used.")
    header = one_line(sheet.header[columns[-1].position])
    example = f'"{numbered(header, 2)}" = false'
    return say("Keep one of them; or say in a mapping which is not used: {example} for the second.", example=example)


def _rank(column: Column, sheet: Sheet, words: Vocabulary) -> int:
    """How well a header says who a row is about, the best first; a mapping says it best."""
    known = {Role.ID: ID_HEADERS, Role.NAME: NAME_HEADERS}.get(column.role, ())
    if known and (column.position in sheet.form or by_mapping(column.position, sheet, words)):
        return -1
    plain = comparable(stem(sheet.header[column.position]))
    return next((rank for rank, name in enumerate(known) if comparable(name) == plain), 0)


def _written(position: int, sheet: Sheet) -> str:
    """A column for messages: D “税收”."""
    return f"{sheet.letter(position)} “{one_line(sheet.header[position])}”"


_IDENTITY = {
    Role.ID: frozenset(map(comparable, ID_HEADERS)),
    Role.NAME: frozenset(map(comparable, NAME_HEADERS)),
    Role.PERIOD: frozenset(map(comparable, PERIOD_HEADERS)),
}
