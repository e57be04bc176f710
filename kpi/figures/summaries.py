"""Sheets and files that sum up others that are read as well: towns with their totals, beside each town's companies.

Stacked with these they would count everybody twice. Rows that repeat others by name or code are found by the join.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from kpi.evaluation.table import ID, NAME, ROW
from kpi.figures.layout.totals import adds_up, exact_sum
from kpi.figures.parts import PERIOD, Part
from kpi.figures.vocabulary import comparable
from kpi.frozen import frozen
from kpi.numbers import from_float
from kpi.problems import Message, Problem, Severity, say
from kpi.regex import compiled

_LONGEST = 2_000  # rows of a table that sums up others
_SHOWN = 10
_SUMS_UP = compiled(r"汇总|[合总共]计|总表|全[省市县区镇]")


@frozen
class _Summed:
    """A row of a part that stands for all rows of another. called: whether it has the name of the other."""

    row: int
    name: str
    other: Part
    called: bool

    @property
    def said(self) -> Message:
        return say("{row} “{name}” ({sheet})", row=self.row, name=self.name, sheet=_called(self.other))


def doubts(parts: Sequence[Part]) -> Iterator[Problem]:
    """An error for each part whose rows are called like others or have their sums, a warning for what may be chance.

    Sums count where they are the same in several columns, of several rows: no chance brings that about twice. A single
    such row may be chance, and so may a table that adds up to the same as all others together.
    """
    if len(parts) < 2:  # nothing to sum up, and its periods need not be looked for
        return
    alike: dict[str | None, list[Part]] = defaultdict(list)
    for part in parts:
        alike[_period(part)].append(part)
    for period, found in alike.items():
        if period != "":
            yield from _among(found)


def _period(part: Part) -> str | None:
    """The one period of its rows; None: not said, "": several."""
    found = part.frame[PERIOD].unique().to_list()
    return found[0] if len(found) == 1 else ""


def _among(parts: Sequence[Part]) -> Iterator[Problem]:
    sums = [_sums(part) for part in parts]
    by_sum: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, found in enumerate(sums):
        for name, value in found.items():
            by_sum[name, _near(value)].append(at)
    totals: dict[str, Fraction] = defaultdict(Fraction)
    for found in sums:
        for name, value in found.items():
            totals[name] += value
    labels: dict[str, list[int]] = defaultdict(list)
    for at, part in enumerate(parts):
        labels[comparable(_called(part))].append(at)
    for at, part in enumerate(parts):
        if part.frame.height > _LONGEST:
            continue
        if rows := _rows_for_others(at, parts, sums, by_sum, labels):
            yield _problem(part, rows)
        elif count := _columns_for_all_others(at, parts, sums, totals):
            yield _like_all(part, count)


def _rows_for_others(
    at: int,
    parts: Sequence[Part],
    sums: Sequence[dict[str, Fraction]],
    by_sum: dict[tuple[str, str], list[int]],
    labels: dict[str, list[int]],
) -> list[_Summed]:
    """The rows of a part, without codes, that stand for all rows of another."""
    import polars

    part, found = parts[at], list[_Summed]()
    columns = list(sums[at])
    people = part.frame.filter(polars.col(ID).is_null() & polars.col(NAME).is_not_null())
    for row, name, *values in people.select(ROW, NAME, *columns).iter_rows():
        amounts = {
            column: from_float(value) * part.factors.get(column, Fraction(1))
            for column, value in zip(columns, values, strict=True)
            if value
        }
        called = labels.get(comparable(name), [])
        near = [other for column, value in amounts.items() for other in by_sum.get((column, _near(value)), ())]
        for other in dict.fromkeys((*called, *near)):
            if other != at and _stands_for(amounts, sums[other], parts[other], name, other in called):
                found.append(_Summed(row, name, parts[other], other in called))
                break
    return found


def _columns_for_all_others(
    at: int, parts: Sequence[Part], sums: Sequence[dict[str, Fraction]], totals: dict[str, Fraction]
) -> int:
    """How many columns of a part add up to the same as those of all others, which have more rows; 0: not all do."""
    shared = [name for name, value in sums[at].items() if totals[name] != value]
    more = sum(part.frame.height for part in parts) - parts[at].frame.height > parts[at].frame.height
    same = more and len(shared) > 1 and all(totals[name] == 2 * sums[at][name] for name in shared)
    return len(shared) if same and parts[at].frame[ID].null_count() else 0


def _stands_for(amounts: dict[str, Fraction], sums: dict[str, Fraction], other: Part, name: str, called: bool) -> bool:
    """Whether a row is that of all others: by its name, unless it is in there itself, or by its numbers."""
    shared = [column for column in amounts if column in sums]
    if called:
        return bool(shared) and comparable(name) not in map(comparable, other.frame[NAME].drop_nulls())
    return len(shared) > 1 and other.frame.height > 1 and all(amounts[column] == sums[column] for column in shared)


def _sums(part: Part) -> dict[str, Fraction]:
    """The sums of its columns that add up, in their declared units."""
    summed = {
        column.name: exact_sum(part.frame[column.name]) * part.factors.get(column.name, Fraction(1))
        for column in part.columns
        if column.unit is not None and column.name in part.frame and adds_up(column.unit)
    }
    return {name: value for name, value in summed.items() if value}


def _near(value: Fraction) -> str:
    return f"{float(value):.8g}"


def _called(part: Part) -> str:
    """What a part is called: its sheet, else its file."""
    return part.sheet.name or Path(part.sheet.file).stem


def _says_so(part: Part) -> bool:
    """Whether the name of a sheet or file says that it sums up others."""
    return _SUMS_UP.search(_called(part)) is not None


def _problem(part: Part, found: Sequence[_Summed]) -> Problem:
    listed = (*(each.said for each in found[:_SHOWN]), *([f"… ({len(found)})"] if len(found) > _SHOWN else []))
    sure = len(found) > 1 or found[0].called or _says_so(part)
    return Problem(
        "rows-sum-up-others",
        say("Rows are called like other tables, or have their sums: {rows}. Together they count twice.", rows=listed),
        part.sheet.place(),
        Severity.ERROR if sure else Severity.WARNING,
        hint=say("Leave this table out (choose sheets with --sheet), or delete these rows."),
    )


def _like_all(part: Part, count: int) -> Problem:
    return Problem(
        "rows-sum-up-others",
        say("{count} columns of this table add up to the same as those of all other tables together.", count=count),
        part.sheet.place(),
        Severity.ERROR if _says_so(part) else Severity.WARNING,
        hint=say("If it sums up the others, leave it out (choose sheets with --sheet): together they count twice."),
    )
