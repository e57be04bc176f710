"""Values in columns → the last one of every zone and subject up to a day, and what is to be said of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from kpi import months
from kpi.evaluation.targets.actuals import Actual
from kpi.evaluation.targets.bulk import FACTOR, GROWTH, LAST, PREVIOUS, ROW, SUBJECT, VALUE, ZONE, Bulk
from kpi.evaluation.targets.evaluate import falls, filling_subjects, late
from kpi.evaluation.targets.last_year import asking, beside
from kpi.evaluation.targets.zones import Asked, of_zone
from kpi.frozen import frozen
from kpi.problems import Problem

if TYPE_CHECKING:
    import polars

_COLUMNS = (ZONE, SUBJECT, LAST, FACTOR, VALUE, GROWTH, PREVIOUS)
_SHEET, _FALLS = "#sheet", "#falls"
_SAID = 100  # falling values that are said; whoever has more has mistaken the column


@frozen
class Values:
    """One row a zone (its number among those asked for) and subject: its last value up to a day.

    apart: rows of the same kind that are to be judged one by one. problems: what is to be said of the other months.
    """

    frame: polars.DataFrame
    apart: polars.DataFrame
    problems: tuple[Problem, ...]


def last_values(asked: Asked, zones: Sequence[str], day: date) -> Values:
    """The last values of these zones up to a day, last year's beside them where they are asked for."""
    import polars

    bulks, until = asked.actuals.bulk, months.completed(day)
    frames: list[polars.DataFrame] = []
    dropped = [row for row in asked.actuals.rows if not row.by(day)]
    count = len(dropped)
    for bulk in bulks:
        timely = bulk.frame[LAST] <= until
        if not timely.all():
            later = bulk.frame.filter(~timely)
            count += later.height
            dropped += bulk.actuals(later.head(1))
        frames.append(_numbered(bulk.frame if timely.all() else bulk.frame.filter(timely), bulk, zones))
    problems = list(late(count, dropped[0], day)) if dropped else []
    if not frames:
        nothing = polars.DataFrame(schema=_COLUMNS)
        return Values(nothing, nothing, tuple(problems))
    # A file that lists one month has nothing to choose from; its columns stay as they are.
    if len(frames) == 1 and (frames[0].is_empty() or frames[0][LAST].n_unique() == 1):
        found = frames[0].select(_COLUMNS)
        return Values(found, found.clear(), tuple(problems))
    numbered = [
        frame.with_columns(polars.lit(at, dtype=polars.UInt32).alias(_SHEET)) for at, frame in enumerate(frames)
    ]
    whole = polars.concat(numbered).sort(ZONE, SUBJECT, LAST)
    problems += _falling(asked, whole, bulks)
    same = (polars.col(ZONE) == polars.col(ZONE).shift(-1)) & (polars.col(SUBJECT) == polars.col(SUBJECT).shift(-1))
    last = whole.filter(~same.fill_null(False)).select(_COLUMNS)
    wanted = asking((*asked.definitions.targets.values(), *asked.goals.stated))
    subjects = [at for at, subject in enumerate(bulks[0].subjects) if subject in wanted]
    return Values(*beside(last, whole, subjects), tuple(problems))


def _numbered(frame: polars.DataFrame, bulk: Bulk, zones: Sequence[str]) -> polars.DataFrame:
    """The values of these zones, with their numbers among them."""
    import polars

    own = {zone: at for at, zone in enumerate(zones)}
    numbers = [own.get(zone) for zone in bulk.zones]
    if numbers == list(range(len(numbers))):
        return frame
    changed = frame.with_columns(polars.Series(ZONE, numbers, dtype=polars.UInt32).gather(frame[ZONE]))
    return changed.filter(polars.col(ZONE).is_not_null())


def _falling(asked: Asked, whole: polars.DataFrame, bulks: Sequence[Bulk]) -> Iterator[Problem]:
    """Cumulative values below those of an earlier month of the same year. whole: sorted by zone, subject and month."""
    import polars

    definitions, said = asked.definitions, 0
    filling = filling_subjects((*definitions.targets.values(), *asked.goals.stated))
    numbers = [at for at, subject in enumerate(bulks[0].subjects) if subject in filling]
    year = polars.col(LAST) // months.IN_YEAR
    same = [column == column.shift(1) for column in (polars.col(ZONE), polars.col(SUBJECT), year)]
    less = polars.col(VALUE) < polars.col(VALUE).shift(1)
    # Values in different units are held against each other exactly.
    other = polars.col(FACTOR) != polars.col(FACTOR).shift(1)
    may = polars.all_horizontal(*same, polars.col(SUBJECT).is_in(numbers), less | other).fill_null(False)
    for at in whole.select(may.alias(_FALLS)).to_series().arg_true():
        early, last = (_actual(whole.row(each, named=True), bulks) for each in (at - 1, at))
        keys = [key for key, target in definitions.targets.items() if target.actual == last.series]
        own = of_zone(definitions, last.zone, asked.goals, keys).targets.values()
        if (last.series, last.unit_of) in filling_subjects(own):
            for problem in falls([early, last]):
                said += 1
                yield problem
        if said == _SAID:
            return


def _actual(row: dict[str, int], bulks: Sequence[Bulk]) -> Actual:
    bulk = bulks[row[_SHEET]]
    (found,) = bulk.actuals(bulk.frame.filter(bulk.frame[ROW] == row[ROW]))
    return found
