"""Figures from files: one clean table, or every problem at once.

files → sheets (formats) → columns (headers) → values (clean, parts) → periods → one row an entity (join).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kpi.definitions.model import Definitions
from kpi.evaluation.asking import alone
from kpi.evaluation.confirming import confirm_who
from kpi.evaluation.form import marked
from kpi.evaluation.table import ID, NAME, Table
from kpi.figures import entity_ledgers, formats, percents, renaming, summaries
from kpi.figures.assembling import Read, assembled
from kpi.figures.form_damage import is_number
from kpi.figures.layout import finding
from kpi.figures.links import Links
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.mapping import ColumnMapping
from kpi.figures.parts import Part, figures_of, part
from kpi.figures.patterns import expanded
from kpi.figures.sheet import Sheet
from kpi.figures.timing import asked, choose
from kpi.figures.vocabulary import Vocabulary, vocabulary
from kpi.frozen import frozen
from kpi.problems import KpiError, Problem, Severity, errors, say

# What is wrong with one sheet of a workbook does not matter where another sheet is the table.
_NOT_THE_TABLE = frozenset(("no-column-matches", "file-empty", "no-rows"))
# These may well be the same figures as those of other sheets.
_MAY_REPEAT = frozenset(("no-name-column", "table-long"))
_SHEETS_SHOWN = 5


def read(
    paths: Sequence[str | Path],
    definitions: Definitions,
    *,
    period: str | None = None,
    previous: Sequence[str | Path] = (),
    skip_errors: bool = False,
    stdin: bytes | None = None,
    only: frozenset[str] | None = None,
    links: Links | None = None,
    mapping: ColumnMapping | None = None,
    every_row: bool = False,
    ledgers: Mapping[str, Sequence[str | Path]] | None = None,
    manner: Manner = PLAIN,
    sheets: Sequence[str] = (),
    piece: Callable[[], Sequence[Sheet]] | None = None,
    keep_faulty: bool = False,
) -> Table:
    """The figures of one period, and of the previous and the preceding one as far as they are there.

    paths: files of one or more entities ("-": standard input, given as `stdin`). previous: files of the period a year
    earlier, which must say so themselves (a 年度 column, or the year in the name of the file or sheet).
    period: None means the latest in the files. only: the keys of figures (and of reported indicators) that are wanted.
    mapping: what somebody has confirmed of columns that match no figure by their names.
    ledgers: by key, the files of ledgers that figures are summed from, entity by entity.
    links: renamings, so that earlier rows under old codes and names join this period's.
    sheets: the names of the sheets to read; none: all visible ones that have figures.
    every_row: the first row is the header, and all others are entities, whatever they are called.
    manner: how the files are to be read (encoding, delimiter, limits).
    piece: what gives the sheets of the only path, of which some rows are to be read and no others (see pieces.py).
    skip_errors: leave out entities with errors in their rows, and list them in `rejected`.
    keep_faulty: keep those of which only cells are wrong, which are empty then, and list them in `faults`. Where errors
    are not skipped, they are raised by the cross-checks then, with all that these find.
    Raises KpiError with every problem found.
    """
    mapping = mapping or ColumnMapping()
    words = vocabulary(definitions, mapping.confirmed)
    wanted = asked(period)

    def sheets_of(path: str | Path) -> Sequence[Sheet]:
        return formats.sheets(path, stdin, manner, sheets) if piece is None else piece()

    files = expanded(paths) if piece is None else list(paths)
    present, past, notes = parts_of(files, expanded(previous), words, only, every_row, sheets_of, piece is None)
    listed = entity_ledgers.read(ledgers or {}, definitions, len(present) + len(past), stdin, manner)
    chosen = choose(present, past, wanted, listed.parts)
    unused = mapping.unused(header for p in [*present, *past, *listed.parts] for header in p.sheet.header)
    made = assembled(
        Read(present, past, chosen, listed),
        definitions,
        links=links,
        only=only,
        whole=piece is None,
        skip_errors=skip_errors,
        keep_faulty=keep_faulty,
        notes=(*notes, *unused),
        sources=mapping.sources,
    )
    return made if links is None else alone(renaming.asked(made, links))


def parts_of(
    paths: Sequence[str | Path],
    previous: Sequence[str | Path],
    words: Vocabulary,
    only: frozenset[str] | None,
    every_row: bool,
    sheets_of: Callable[[str | Path], Sequence[Sheet]],
    whole: bool,
) -> tuple[list[Part], list[Part], list[Problem]]:
    """The parts of all files, those of the previous period apart, and notes about sheets that are not used.

    A file with a header only is passed over with a warning where other files have rows of all its figures.
    whole: whether these are all rows, so that what percentages say can be judged.
    """
    if not paths:
        raise KpiError(Problem("no-files", say("No file with figures was given.")))
    files: tuple[list[_File], list[_File]] = ([], [])
    source = 0
    for which, path in [*((0, path) for path in paths), *((1, path) for path in previous)]:
        file = _file(path, source, words, only, every_row, sheets_of)
        source += len(file.parts)
        files[which].append(file)
    now, past = ([part for file in some for part in file.parts] for some in files)
    wrong: list[Problem] = []
    notes = [note for some in files for file in some for note in file.notes]
    for some, parts in zip(files, (now, past), strict=True):
        for problem, harmful in _said(some, parts):
            (wrong if harmful else notes).append(problem)
    for doubt in _doubts(now, past, whole):
        (wrong if doubt.severity is Severity.ERROR else notes).append(doubt)
    if not wrong and len(now) > 1:
        wrong += [_nameless(one) for one in now if _has_nobody(one)]
    if wrong:
        raise KpiError([*wrong, *(fault for one in (*now, *past) for found in one.faults.values() for fault in found)])
    return now, past, notes


@frozen
class _File:
    """What one file gave. notes: of its sheets. failed: what is wrong in it. headers: the figures of each sheet of it
    that has a header only."""

    parts: Sequence[Part]
    notes: Sequence[Problem]
    failed: Sequence[Problem]
    headers: Sequence[frozenset[str]]


def _file(
    path: str | Path,
    source: int,
    words: Vocabulary,
    only: frozenset[str] | None,
    every_row: bool,
    sheets_of: Callable[[str | Path], Sequence[Sheet]],
) -> _File:
    """The parts of a file, numbered from `source` on."""
    parts: list[Part] = []
    notes: list[Problem] = []
    failed: list[Problem] = []
    covers: list[Problem] = []
    headers: list[frozenset[str]] = []
    try:
        for sheet in sheets_of(path):
            try:
                for table in finding.located(replace(sheet, every_row=every_row), words):
                    notes += table.problems
                    parts.append(part(table, source + len(parts), words, only))
            except KpiError as error:
                (covers if _is_cover(sheet, error.problems) else failed).extend(error.problems)
                if _without_rows(error.problems):
                    headers.append(figures_of(table, words, only))
    except KpiError as error:
        failed += error.problems
    failed = [_as_one_of_several(problem, parts) for problem in failed]
    # A form says itself that it is the table: words beside it are a cover, and nobody needs to know more of them.
    failed += [] if any(each.sheet.form for each in parts) else covers
    return _File(parts, notes, failed, headers)


def _said(files: Sequence[_File], parts: Sequence[Part]) -> Iterator[tuple[Problem, bool]]:
    """What failed in files of one period, and whether that stops the reading: it is a note where the file has a table
    beside it, and a warning where it has a header only and others have its figures."""
    known = {name for one in parts for name in one.figures()}
    for file in sorted(files, key=_header_only):  # those last
        if file.parts and all(problem.code in _NOT_THE_TABLE for problem in file.failed):
            lower: Severity | None = Severity.NOTE
        elif _header_only(file) and frozenset[str]().union(*file.headers) <= known:
            lower = Severity.WARNING
        else:
            lower = None
        for problem in file.failed:
            yield (problem, True) if lower is None else (replace(problem, severity=lower), False)


def _header_only(file: _File) -> bool:
    return bool(file.headers) and not file.parts and _without_rows(file.failed)


def _doubts(now: Sequence[Part], past: Sequence[Part], whole: bool) -> Iterator[Problem]:
    """What is wrong with parts that were found, and, if these are all rows, what many rows say together."""
    parts = (*now, *past)
    yield from (problem for one in parts for problem in errors(one.problems))
    if whole:
        yield from summaries.doubts(now)
        yield from summaries.doubts(past)
        yield from percents.judged(each for one in parts for each in one.percentages)


def _has_nobody(one: Part) -> bool:
    """Whether it is one row without a code and a name."""
    return one.frame.height == 1 and one.frame[ID][0] is None and one.frame[NAME][0] is None


def _as_one_of_several(problem: Problem, others: Sequence[Part]) -> Problem:
    """The problem of a sheet; one about nobody, or a long one, may only repeat or sum up the sheets beside it."""
    names = tuple(dict.fromkeys(part.sheet.name for part in others if part.sheet.name))
    if problem.code not in _MAY_REPEAT or not names or problem.hint is None:
        return problem
    quoted = [f'"{name}"' if len(name.split()) > 1 else name for name in names[:_SHEETS_SHOWN]]
    shown = " ".join(f"--sheet {name}" for name in quoted)
    hint = say(
        "If it only repeats or sums up the other sheets, leave it out: {options}. {otherwise}",
        options=shown if len(names) <= _SHEETS_SHOWN else f"{shown} …",
        otherwise=problem.hint,
    )
    return replace(problem, hint=hint)


def _is_cover(sheet: Sheet, problems: Sequence[Problem]) -> bool:
    """Whether a sheet that is no table has no number in it either, and no marks of a form."""
    top = sheet.top
    if top is None or not top.complete or any(problem.code not in _NOT_THE_TABLE for problem in problems):
        return False
    return not any(is_number(text) or marked(text) for row in top.rows for text in row)


def _without_rows(problems: Sequence[Problem]) -> bool:
    """Whether that is all that is wrong."""
    return {problem.code for problem in problems} == {"no-rows"}


def _nameless(nameless: Part) -> Problem:
    return Problem(
        "no-name-column",
        say("The row says neither code nor name, so it cannot be joined with the other files."),
        nameless.sheet.place(),
        expected=say("A column such as 统一社会信用代码, 企业名称 or 项目名称 is expected."),
        hint=confirm_who(nameless.sheet.place()),
    )
