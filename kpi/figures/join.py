"""Several cleaned parts → one row an entity: keys, duplicates, one unit a column, stacking and joining.

Parts with the same figures are stacked: an entity may stand in one of them only. Parts with different figures are
joined by entity; where two report the same figure for an entity, they must agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.evaluation.table import ID, NAME, ROW, SOURCE, column
from kpi.figures.parts import AT, Part
from kpi.figures.slices import ascending, in_slices
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.names import name_keys
from kpi.numbers import EXACT_DIGITS, from_float, plain, significant_digits, terminating_decimals, to_float
from kpi.problems import KpiError, Place, Problem, say

if TYPE_CHECKING:
    import polars

KEY = "#key"
# The first is in one piece: where it is in several, and another column in others, polars copies the whole frame.
_IDENTITY = (SOURCE, ROW, KEY, ID, NAME)
_CODE = "c:"  # before the code in a key, where names are keys too
NOBODY = "?"  # the key of a row that need not say whom it is about, because it is the only one


@frozen
class Slice:
    """The rows of a part that are about one period; the columns of figures are named as in the table to be."""

    part: Part
    shift: Shift
    frame: polars.DataFrame
    factors: Mapping[str, Fraction]
    origin: Mapping[str, str]  # column of the table → column of the part

    def figures(self) -> tuple[str, ...]:
        return tuple(self.origin)

    def cell(self, column: str, row: int, entity: str | None = None) -> Place:
        return self.part.cell(self.origin.get(column, column), row, entity)


def keyed(parts: Sequence[Part]) -> tuple[list[Part], list[tuple[Part, int, Problem]]]:
    """The parts with a KEY column that is the same for the same entity, and the rows that could be two entities.

    The key is the code; without one the name, which stands for the code that other rows give with this name.
    """
    import polars

    if all(not part.frame[ID].has_nulls() for part in parts):
        return [replace(part, frame=part.frame.with_columns(polars.col(ID).alias(KEY))) for part in parts], []
    named = [part.frame.with_columns(name_keys(polars.col(NAME)).alias("#same")) for part in parts]
    both = polars.concat([frame.select("#same", ID).drop_nulls() for frame in named]).unique()
    codes_of = both.group_by("#same").agg(polars.col(ID).min().alias("#code"), polars.len().alias("#codes"))
    done: list[Part] = []
    doubtful: list[tuple[Part, int, Problem]] = []
    for given, frame in zip(parts, named, strict=True):
        linked = frame.join(codes_of, on="#same", how="left", maintain_order="left")
        name = polars.concat_str(polars.lit("n:"), polars.col("#same"))
        # A name that could be any of several is nobody of them.
        code = polars.coalesce(polars.col(ID), polars.when(polars.col("#codes") == 1).then("#code"))
        key = polars.coalesce(polars.concat_str(polars.lit(_CODE), code), name, polars.lit(NOBODY))
        part = replace(given, frame=linked.with_columns(key.alias(KEY)).drop("#same", "#code", "#codes"))
        done.append(part)
        for at, row, who, count in (
            linked.filter(polars.col(ID).is_null() & (polars.col("#codes") > 1))
            .select(AT, ROW, NAME, "#codes")
            .iter_rows()
        ):
            message = say(
                "{name} could be any of {count} entities with this name and different codes.", name=who, count=count
            )
            hint = say("Add the code to this row.")
            doubtful.append((part, at, Problem("name-ambiguous", message, part.cell(NAME, row, who), hint=hint)))
    return done, doubtful


def code_of(key: str) -> str | None:
    """The code in a key that rows share with others which have no code."""
    return key.removeprefix(_CODE) if key.startswith(_CODE) else None


def row_by_row(parts: Sequence[Part]) -> list[Part]:
    """The parts with a KEY that is another one for each row: who stands twice is found where all rows are known."""
    import polars

    return [
        replace(part, frame=part.frame.with_columns(polars.col(AT).cast(polars.String).alias(KEY))) for part in parts
    ]


def duplicates(slices: Sequence[Slice]) -> list[tuple[Part, int, Problem]]:
    """The rows of entities that stand twice in one part, or in two parts with the same figures, for one period."""
    import polars

    found: list[tuple[Part, int, Problem]] = []
    for group in stacks(slices):
        frames = [piece.frame.select(KEY, ID, NAME, SOURCE, ROW, AT) for piece in group]
        rows = frames[0] if len(frames) == 1 else polars.concat(frames)
        if all_differ(rows[KEY]):
            continue
        by_source = {piece.part.source: piece for piece in group}
        first: dict[str, tuple[Slice, int, int]] = {}
        # Rows about nobody have a problem of their own already.
        twice = rows.filter(polars.col(KEY).is_duplicated() & (polars.col(KEY) != NOBODY))
        for key, code, name, source, row, at in twice.iter_rows():
            piece = by_source[source]
            if key not in first:
                first[key] = (piece, row, at)
                continue
            there, other_row, other_at = first[key]
            column = ID if code is not None else NAME
            place = piece.cell(column, row, name or code)
            other = where(there.cell(column, other_row))
            message = say(
                "{entity} was already reported for the same period in {other}.", entity=name or code, other=other
            )
            hint = say("Keep one of the rows; if both are parts of one entity, add them up in the source.")
            problem = Problem("entity-twice", message, place, hint=hint)
            found += [(piece.part, at, problem), (there.part, other_at, problem)]
    return found


def all_differ(keys: polars.Series) -> bool:
    """Whether no key is there twice, as far as hashes prove it: equal keys have equal ones.

    Where keys stand in order, as codes often do, equal ones are neighbours.
    """
    if ascending(keys):
        return True
    hashes = in_slices(keys, lambda some: some.hash()).sort()
    return not (hashes == hashes.shift(1)).any()


def stacks(slices: Iterable[Slice]) -> list[list[Slice]]:
    """The slices in groups with the same period and the same figures, in the order in which they came."""
    groups: dict[tuple[Shift, frozenset[str]], list[Slice]] = {}
    for piece in slices:
        groups.setdefault((piece.shift, frozenset(piece.figures())), []).append(piece)
    return list(groups.values())


def in_one_unit(
    slices: Sequence[Slice], said: Mapping[str, Problem] | None = None
) -> tuple[list[Slice], dict[str, Fraction]]:
    """The slices with every column in one stored unit, and the factors of the columns.

    The stored unit is the declared one if all numbers can be written in it with 15 significant digits, else another
    one of those in the files. Raises KpiError when there is none.
    """
    done = list(slices)
    factors: dict[str, Fraction] = {}
    problems: list[Problem] = []
    for name in dict.fromkeys(name for piece in slices for name in piece.figures()):
        having = [at for at, piece in enumerate(done) if name in piece.origin]
        for stored in sorted(units_of(slices, name), key=lambda factor: (factor != 1, factor)):
            tried = [
                converted(slices[at].frame[name], slices[at].factors.get(name, Fraction(1)) / stored) for at in having
            ]
            if all(series is not None for series in tried):
                for at, series in zip(having, tried, strict=True):
                    if series is not None:
                        done[at] = replace(done[at], frame=done[at].frame.with_columns(series))
                if stored != 1:
                    factors[name] = stored
                break
        else:
            problems.append((said or {}).get(name) or inexact(name, slices))
    if problems:
        raise KpiError(problems)
    return done, factors


def units_of(slices: Sequence[Slice], name: str) -> set[Fraction]:
    """The factors of a column in these slices."""
    return {piece.factors.get(name, Fraction(1)) for piece in slices if name in piece.origin}


def inexact(name: str, slices: Sequence[Slice]) -> Problem:
    """That no unit holds all values of a column, with the places of its headers."""
    having = [piece for piece in slices if name in piece.origin]
    message = say(
        "The files give {column} in units that cannot be put into one column exactly: {places}.",
        column=name,
        places=tuple(where(piece.cell(name, piece.part.sheet.first_row - 1)) for piece in having),
    )
    return Problem("units-inexact", message, hint=say("Give the figure in one unit in all files."))


def converted(series: polars.Series, ratio: Fraction) -> polars.Series | None:
    """The series times an exact factor; None when a value would need more than 15 significant digits."""
    import polars

    if ratio == 1:
        return series
    values: dict[float, float] = {}
    for value in series.drop_nulls().unique().to_list():
        exact = from_float(value) * ratio
        if terminating_decimals(exact) is None or significant_digits(plain(exact)) > EXACT_DIGITS:
            return None
        values[value] = to_float(exact)
    return series.replace_strict(list(values), list(values.values()), default=None, return_dtype=polars.Float64)


def merged(slices: Sequence[Slice]) -> tuple[polars.DataFrame, list[tuple[str, Problem]]]:
    """One row an entity: identity, and every column of the slices; and the conflicts, by KEY.

    The slices are free of duplicates and in one unit a column. Entities stand in the order of the files.
    """
    import polars

    whole: polars.DataFrame | None = None
    conflicts: list[tuple[str, Problem]] = []
    for group in stacks(slices):
        frames = [piece.frame.select(*_IDENTITY, *group[0].figures()) for piece in group]
        stacked = frames[0] if len(frames) == 1 else polars.concat(frames)
        if whole is None:
            whole = stacked
            continue
        shared = [name for name in stacked.columns if name in whole.columns and name != KEY]
        wide = whole.join(stacked, on=KEY, how="full", coalesce=True, maintain_order="left_right", suffix="#other")
        for name in shared:
            if name not in _IDENTITY:
                conflicts += _conflicts(wide, name, slices)
        kept = [polars.coalesce(name, f"{name}#other").alias(name) for name in shared]
        whole = wide.with_columns(kept).drop(f"{name}#other" for name in shared)
    assert whole is not None
    return whole, conflicts


def _conflicts(wide: polars.DataFrame, name: str, slices: Sequence[Slice]) -> list[tuple[str, Problem]]:
    import polars

    keys = wide.filter((polars.col(name) != polars.col(f"{name}#other")).fill_null(False))[KEY].to_list()
    problems = []
    for key in keys:
        cells = list(_values(key, name, slices))
        first = cells[0]
        other = next((cell for cell in cells if cell.value != first.value), cells[-1])
        message = say(
            "{other} says {value}, but {first} says {first_value}.",
            other=where(other.place),
            value=other.shown,
            first=where(first.place),
            first_value=first.shown,
        )
        hint = say(
            "One figure of one entity can have one value only: correct one of the files, or leave the column out."
        )
        problems.append((key, Problem("values-differ", message, other.place, hint=hint)))
    return problems


@frozen
class _Cell:
    """A value in one unit for comparing, and as its file says it."""

    place: Place
    value: object
    shown: str


def _values(key: str, name: str, slices: Sequence[Slice]) -> Iterator[_Cell]:
    """Where a value of an entity stands, and what it is there."""
    import polars

    for piece in slices:
        if name not in piece.origin:
            continue
        rows = piece.frame.filter((polars.col(KEY) == key) & polars.col(name).is_not_null())
        for at, row, value, who in rows.select(AT, ROW, name, NAME).iter_rows():
            written = piece.part.frame.filter(polars.col(AT) == at)[piece.origin[name]][0]
            unit = next(column.unit for column in piece.part.columns if column.name == piece.origin[name])
            shown = f"{plain(from_float(written))}{unit or ''}" if isinstance(written, float) else str(written)
            yield _Cell(piece.cell(name, row, who), value, shown)


def where(place: Place) -> str:
    """A place inside a sentence: tax.xlsx Sheet1!F17."""
    cell = f"{place.sheet}!{place.cell}" if place.sheet and place.cell else place.cell or place.sheet or ""
    return f"{place.file} {cell}".strip()


def slice_of(part: Part, rows: polars.DataFrame, shift: Shift) -> Slice:
    """The rows as figures of this period. Columns marked 上年 or 上期 count beside the present period only."""
    origin: dict[str, str] = {}
    for found in part.columns:
        name = found.name
        if name not in part.figures():
            continue
        if shift is Shift.NOW:
            origin[name] = name
        elif found.shift is Shift.NOW and name == found.key:
            origin[column(name, shift)] = name
    frame = rows.select(*_IDENTITY, AT, *(rows[source].alias(name) for name, source in origin.items()))
    factors = {name: part.factors[source] for name, source in origin.items() if source in part.factors}
    return Slice(part, shift, frame, factors, origin)
