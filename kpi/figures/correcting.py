"""The parts of applying corrections that work on whole columns: whom they are about, and storing new values exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from kpi.definitions.model import FigureType
from kpi.evaluation.explaining.finding import comparable
from kpi.evaluation.table import ID, NAME, Correction, Table, column
from kpi.figures import identity
from kpi.figures.join import converted
from kpi.formula.tree import Shift
from kpi.numbers import EXACT_DIGITS, plain, significant_digits, terminating_decimals, to_float
from kpi.problems import Message, Place, Problem, say

if TYPE_CHECKING:
    import polars

# Names that look alike are looked for only where that takes no noticeable time.
_COMPARED = 20_000
Who = tuple[str | None, str | None, Place]  # code, name, and where they stand


def entities(table: Table, wanted: Sequence[Who]) -> tuple[list[int | None], list[Problem]]:
    """The row of each entity in the table's frame, and what is wrong with those that have none.

    The code decides; a name counts where no code is given, or the figures have none for it.
    """
    codes = _rows(table, ID, {comparable(code) for code, _, _ in wanted if code})
    names = _rows(table, NAME, {comparable(name) for _, name, _ in wanted if name})
    found: list[int | None] = []
    problems: list[Problem] = []
    for code, name, place in wanted:
        by_code = codes.get(comparable(code), []) if code else []
        by_name = names.get(comparable(name), []) if name else []
        if code and not by_code:
            # Somebody else of this name has another code.
            by_name = [at for at in by_name if table.frame[ID][at] is None]
        wrong: Problem | None = None
        if by_code and name and by_name and not set(by_code) & set(by_name):
            wrong = _contradiction(code or "", name, table.frame[NAME][by_code[0]], place)
        elif len(by_code or by_name) > 1:
            wrong = _several(name or code or "", len(by_code or by_name), place)
        elif not by_code and not by_name:
            wrong = _unknown(table, code, name, place)
        found.append((by_code or by_name)[0] if wrong is None else None)
        problems += [] if wrong is None else [wrong]
    return found, problems


def _rows(table: Table, name: str, keys: set[str]) -> Mapping[str, list[int]]:
    """Comparable text → the rows that have it, of those wanted."""
    import polars

    if not keys:
        return {}
    rows: dict[str, list[int]] = {}
    # Comparing in columns first leaves few texts to compare one by one.
    near = table.frame.select(identity.name_keys(polars.col(name)).is_in(list(keys)).arg_true().alias("at"))["at"]
    for at in near.to_list():
        rows.setdefault(comparable(table.frame[name][at]), []).append(at)
    return rows


def _contradiction(code: str, name: str, there: str | None, place: Place) -> Problem:
    return Problem(
        "correction-of-two",
        say("Code {code} is “{there}” in the figures, not “{name}”.", code=code, there=there or "—", name=name),
        place,
        hint=say("Correct the code or the name."),
    )


def _several(who: str, count: int, place: Place) -> Problem:
    message = say("“{entity}” names {count} entities in the figures.", entity=who, count=count)
    return Problem("entity-ambiguous", message, place, hint=say("Give the code instead of the name."))


def _unknown(table: Table, code: str | None, name: str | None, place: Place) -> Problem:
    who = name or code or ""
    keys = {comparable(text) for text in (code, name) if text}
    if any(keys & {comparable(row.id or ""), comparable(row.name or "")} for row in table.rejected):
        message = say("“{entity}” was left out because of errors in its figures, and cannot be corrected.", entity=who)
        return Problem("entity-rejected", message, place, hint=say("Correct the errors in the figures first."))
    if table.former is not None:
        former = {comparable(text) for text in (*table.former[ID], *table.former[NAME]) if text}
        if keys & former:
            message = say("“{entity}” has figures of an earlier period only.", entity=who)
            return Problem("unknown-entity", message, place, hint=say("Correct the earlier figures in their own file."))
    message = say("There is no entity “{entity}” in the figures.", entity=who)
    return Problem("unknown-entity", message, place, hint=_suggestion(table, who))


def _suggestion(table: Table, who: str) -> Message | None:
    """The entity that is most like this one."""
    if table.frame.height > _COMPARED:
        return None
    known = {comparable(text): text for name in (ID, NAME) for text in table.frame[name] if text}
    key = comparable(who)
    near = [text for other, text in known.items() if key and (key in other or other in key)]
    near = near or [known[other] for other in get_close_matches(key, list(known), n=1, cutoff=0.5)]
    return say("Did you mean {name}?", name=near[0]) if near else None


def stored(table: Table, corrections: Sequence[tuple[Correction, FigureType]]) -> tuple[Table, list[Problem]]:
    """The table with the new values in their columns, and those that no column can hold exactly."""
    by_column: dict[str, list[tuple[Correction, FigureType]]] = {}
    for correction, kind in corrections:
        for name in columns(table, correction):
            by_column.setdefault(name, []).append((correction, kind))
    frame, factors = table.frame, dict(table.factors)
    problems: list[Problem] = []
    for name, group in by_column.items():
        rows = [correction.index for correction, _ in group]
        kind = group[0][1]
        if kind is FigureType.NUMBER:
            new = [each.new if isinstance(each.new, Fraction) else None for each, _ in group]
            fitted = _fitted(_series(frame, name, kind), factors.get(name, Fraction(1)), new)
            if fitted is None:
                problems.append(_inexact(group[0][0]))
                continue
            series, factor, cells = fitted
            factors[name] = factor
            frame = frame.with_columns(_scattered(series, rows, cells).alias(name))
        else:
            words = [each.new for each, _ in group]
            frame = frame.with_columns(_scattered(_series(frame, name, kind), rows, words).alias(name))
    kept = {name: factor for name, factor in factors.items() if factor != 1}
    return replace(table, frame=frame, factors=kept), problems


def columns(table: Table, correction: Correction) -> list[str]:
    """The columns that hold the figure: for a whole year, the year before has two names."""
    if correction.period is Shift.NOW or table.previous is None or table.previous != table.preceding:
        return [correction.column]
    return [column(correction.figure, shift) for shift in (Shift.PREVIOUS, Shift.PRECEDING)]


def _series(frame: polars.DataFrame, name: str, kind: FigureType) -> polars.Series:
    """The column, empty where it was not reported at all."""
    import polars

    dtypes = {FigureType.NUMBER: polars.Float64, FigureType.DATE: polars.Date, FigureType.YES_NO: polars.Boolean}
    dtype = dtypes.get(kind, polars.String)
    if name not in frame.columns:
        return polars.Series(name, [None], dtype=dtype).new_from_index(0, frame.height)
    return frame[name].cast(dtype)


def _scattered(series: polars.Series, rows: Sequence[int], cells: Sequence[object]) -> polars.Series:
    import polars

    return series.scatter(rows, polars.Series(cells, dtype=series.dtype, strict=True))


def _fitted(
    series: polars.Series, factor: Fraction, new: Sequence[Fraction | None]
) -> tuple[polars.Series, Fraction, list[float | None]] | None:
    """The column in a unit in which it and the new values are exact at 15 digits, its factor, and the new cells.

    A column in 平方米 cannot hold 0.1亩 (200/3 平方米): then all of it is stored in the declared unit, or a finer one.
    """
    finer = factor / lcm(*(_without_twos_and_fives((each / factor).denominator) for each in new if each is not None))
    for unit in dict.fromkeys((factor, Fraction(1), finer)):
        cells = [None if each is None else each / unit for each in new]
        held = converted(series, factor / unit)
        if held is not None and all(each is None or _holds(each) for each in cells):
            return held, unit, [None if each is None else to_float(each) for each in cells]
    return None


def _without_twos_and_fives(number: int) -> int:
    for prime in (2, 5):
        while number % prime == 0:
            number //= prime
    return number


def _holds(value: Fraction) -> bool:
    return terminating_decimals(value) is not None and significant_digits(plain(value)) <= EXACT_DIGITS


def _inexact(correction: Correction) -> Problem:
    return Problem(
        "correction-inexact",
        say(
            "“{value}” cannot be stored beside the reported values of {figure} without rounding.",
            value=correction.new_text,
            figure=correction.label,
        ),
        correction.place,
        hint=say("Give it in the unit of the figures, with fewer digits."),
    )
