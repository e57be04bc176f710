"""Figures from files: one clean table, or every problem at once.

files → sheets (formats) → columns (headers) → values (clean, parts) → periods → one row an entity (join).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.definitions.model import Definitions
from kpi.evaluation.confirming import confirm_who
from kpi.evaluation.table import ID, NAME, Proposal, Rejected, Source, Table, column
from kpi.figures import apart, entity_ledgers, formats, join, list_members, percents, rejecting, renaming
from kpi.figures.join import KEY, Slice
from kpi.figures.layout import finding
from kpi.figures.links import NONE, Links
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.mapping import ColumnMapping
from kpi.figures.origins import Origins
from kpi.figures.parts import Part, part
from kpi.figures.patterns import expanded
from kpi.figures.report import join_report
from kpi.figures.sheet import Sheet
from kpi.figures.timing import Chosen, asked, choose, slices_of
from kpi.figures.vocabulary import Vocabulary, vocabulary
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, Severity, errors, say

if TYPE_CHECKING:
    import polars

# What is wrong with one sheet of a workbook does not matter where another sheet is the table.
_NOT_THE_TABLE = frozenset(("no-column-matches", "file-empty", "no-rows"))


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
    keep_faulty: keep those of which only cells are wrong, which are empty then, and list them in `faults`.
    Raises KpiError with every problem found.
    """
    mapping = mapping or ColumnMapping()
    words = vocabulary(definitions, mapping.confirmed)
    wanted = asked(period)

    def sheets_of(path: str | Path) -> Sequence[Sheet]:
        return formats.sheets(path, stdin, manner, sheets) if piece is None else piece()

    files = expanded(paths) if piece is None else list(paths)
    present, past, notes = _parts(files, expanded(previous), words, only, every_row, sheets_of, piece is None)
    chosen = choose(present, past, wanted)
    listed = entity_ledgers.read(ledgers or {}, definitions, len(present) + len(past), stdin, manner)
    gathered = _gathered(present, past, chosen, listed, links or NONE, definitions, only, whole=piece is None)
    if piece is not None and (len(gathered.slices) > 1 or len(present) > 1):
        raise KpiError(_several_periods(present[0].sheet.place()))
    joined = rejecting.joined(gathered.slices, gathered.parts, gathered.doubtful, skip_errors, keep_faulty)
    frame, former = _present(joined.frame, joined.slices)
    faults, former_faults = _faults(joined.faulty, frame[KEY])
    if frame.is_empty() and not joined.rejected:
        raise KpiError(
            Problem("no-rows", say("There are no figures for the period {period}.", period=chosen.period or ""))
        )
    report, said = join_report(gathered.slices)  # with those that were rejected: everybody whom somebody has sent
    doubts = (
        *apart.doubts(joined.slices),
        *list_members.doubts(frame, joined.rejected, definitions, whole=piece is None),
    )
    unused = mapping.unused(header for p in gathered.parts for header in p.sheet.header)
    of_parts = (problem for p in gathered.parts for problem in p.problems)
    made = Table(
        frame=frame.drop(KEY),
        factors=joined.factors,
        period=chosen.period,
        previous=chosen.previous,
        preceding=chosen.preceding,
        sources=(*(_source(p) for p in gathered.parts), *mapping.sources),
        rejected=(*joined.rejected, *former_faults),
        faults=faults,
        problems=(*notes, *gathered.notes, *unused, *chosen.problems, *said, *doubts, *of_parts),
        former=former.drop(KEY) if former is not None else None,
        proposals=_proposals(gathered.present, gathered.past),
        joined=report,
        percentages=() if piece is None else tuple(each for p in present for each in p.percentages),
        reported=Origins(joined.slices, frame[KEY]),
    )
    if links is not None:
        made = _linked(made, links, gathered.renamed, gathered.parts, frame[KEY])
    return _aliased(made)


@frozen
class _Gathered:
    """All that was read, under what its entities are called now.

    parts: of every source, in order; slices: their rows of each period; doubtful: rows that say too little of who.
    """

    present: list[Part]
    past: list[Part]
    parts: list[Part]
    slices: list[Slice]
    doubtful: list[rejecting.Fault]
    renamed: list[renaming.Row]
    notes: list[Problem]


def _gathered(
    present: Sequence[Part],
    past: Sequence[Part],
    chosen: Chosen,
    listed: entity_ledgers.Listed,
    links: Links,
    definitions: Definitions,
    only: frozenset[str] | None,
    whole: bool,
) -> _Gathered:
    """The parts under today's names, with ledgers summed for each entity, and what they have on each period.

    whole: whether these are all rows. A piece of a table cannot say who stands twice, or which code a name stands for.
    """
    first = len(present) + len(past)
    today, rows, notes = renaming.renamed([*present, *past, *listed.parts], chosen, links)
    sums = entity_ledgers.summed(listed, today[first:], definitions, chosen.period, only)
    parts, doubtful = join.keyed([*today[:first], *sums]) if whole else (join.row_by_row(today), [])
    now, before = [*parts[: len(present)], *parts[first:]], parts[len(present) : first]
    renamed = [row for row in rows if row.source < first]
    return _Gathered(now, before, parts, slices_of(now, before, chosen), doubtful, renamed, notes)


def _linked(
    made: Table, links: Links, rows: Sequence[renaming.Row], parts: Sequence[Part], keys: polars.Series
) -> Table:
    """The table with what the renamings did to it, and warnings for those that lead to nobody."""
    return replace(
        made,
        links=renaming.of_rows(rows, parts, keys, KEY),
        sources=(*made.sources, *links.sources),
        problems=(*made.problems, *renaming.unknown(made, links)),
    )


def _parts(
    paths: Sequence[str | Path],
    previous: Sequence[str | Path],
    words: Vocabulary,
    only: frozenset[str] | None,
    every_row: bool,
    sheets_of: Callable[[str | Path], Sequence[Sheet]],
    whole: bool,
) -> tuple[list[Part], list[Part], list[Problem]]:
    """The parts of all files, those of the previous period apart, and notes about sheets that are not used.

    whole: whether these are all rows, so that what percentages say can be judged.
    """
    if not paths:
        raise KpiError(Problem("no-files", say("No file with figures was given.")))
    parts: list[list[Part]] = [[], []]
    notes: list[Problem] = []
    wrong: list[Problem] = []
    source = 0
    for which, path in [*((0, path) for path in paths), *((1, path) for path in previous)]:
        found: list[Part] = []
        failed: list[Problem] = []
        try:
            for sheet in sheets_of(path):
                try:
                    for table in finding.located(replace(sheet, every_row=every_row), words):
                        notes += table.problems
                        found.append(part(table, source + len(found), words, only))
                except KpiError as error:
                    failed += error.problems
        except KpiError as error:
            failed += error.problems
        source += len(found)
        parts[which] += found
        if found and all(problem.code in _NOT_THE_TABLE for problem in failed):
            notes += [replace(problem, severity=Severity.NOTE) for problem in failed]
        else:
            wrong += failed
    everything = [*parts[0], *parts[1]]
    wrong += [problem for p in everything for problem in errors(p.problems)]
    for doubt in percents.judged(each for p in everything for each in p.percentages) if whole else ():
        (wrong if doubt.severity is Severity.ERROR else notes).append(doubt)
    if not wrong and len(parts[0]) > 1:
        wrong += [
            _nameless(p)
            for p in parts[0]
            if p.frame[ID][0] is None and p.frame[NAME][0] is None and p.frame.height == 1
        ]
    if wrong:
        raise KpiError([*wrong, *(problem for p in everything for found in p.faults.values() for problem in found)])
    return parts[0], parts[1], notes


def _several_periods(place: Place) -> Problem:
    return Problem(
        "not-in-portions",
        say("The table has figures of several periods, which are joined only in memory."),
        place,
        hint=say("Use --engine memory, or give files of one period, with last year's figures in columns of their own."),
    )


def _nameless(nameless: Part) -> Problem:
    return Problem(
        "no-name-column",
        say("The row says neither code nor name, so it cannot be joined with the other files."),
        nameless.sheet.place(),
        expected=say("A column such as 统一社会信用代码, 企业名称 or 项目名称 is expected."),
        hint=confirm_who(nameless.sheet.place()),
    )


def _present(frame: polars.DataFrame, slices: Sequence[Slice]) -> tuple[polars.DataFrame, polars.DataFrame | None]:
    """The entities of the present period, and those with earlier figures only."""
    import polars

    if all(piece.shift is Shift.NOW for piece in slices):
        return frame, None
    now = polars.concat([piece.frame[KEY] for piece in slices if piece.shift is Shift.NOW])
    here = frame[KEY].is_in(now.implode())
    former = frame.filter(~here)
    return frame.filter(here), None if former.is_empty() else former


def _faults(faulty: Mapping[str, Rejected], keys: polars.Series) -> tuple[dict[int, Rejected], list[Rejected]]:
    """Those with faulty cells by their rows, and those that have no row."""
    if not faulty:
        return {}, []
    rows = {row: faulty[key] for row, key in enumerate(keys) if key in faulty}
    present = {keys[row] for row in rows}
    return rows, [found for key, found in faulty.items() if key not in present]


def _aliased(made: Table) -> Table:
    """For a whole year the period just before is the period a year earlier: what one names, the other names too."""
    import polars

    if made.previous is None or made.previous != made.preceding:
        return made
    added: dict[str, str] = {}
    for name in made.frame.columns:
        key, _, shift = name.rpartition("@")
        if shift in (Shift.PREVIOUS, Shift.PRECEDING):
            other = column(key, Shift.PRECEDING if shift == Shift.PREVIOUS else Shift.PREVIOUS)
            if other not in made.frame.columns:
                added[other] = name
    aliases = [polars.col(name).alias(other) for other, name in added.items()]
    return replace(
        made,
        frame=made.frame.with_columns(aliases),
        former=made.former.with_columns(aliases) if made.former is not None else None,
        factors={
            **made.factors,
            **{other: made.factors[name] for other, name in added.items() if name in made.factors},
        },
    )


def _proposals(present: Sequence[Part], past: Sequence[Part]) -> tuple[Proposal, ...]:
    """What headers may be that match nothing; in files of the previous period, figures of that period."""
    earlier = (
        replace(proposal, column=column(proposal.column, Shift.PREVIOUS))
        for p in past
        for proposal in p.proposals
        if "@" not in proposal.column
    )
    return (*(proposal for p in present for proposal in p.proposals), *earlier)


def _source(read_part: Part) -> Source:
    sheet = read_part.sheet
    return Source(sheet.file, sheet.name, sheet.sha256(), read_part.frame.height)
