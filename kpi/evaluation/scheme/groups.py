"""Groups as columns: every group has a number, and entities carry the numbers of their groups.

An entity belongs to the first of its groups, from the narrowest to the widest, that is usable: large enough, and with
what is asked of it. Keys are counted once, so that nothing here is done entity by entity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import polars as pl

from kpi import numbers
from kpi.definitions.groups import WITHIN, Grouping, GroupLevel, Part
from kpi.definitions.positions import Path
from kpi.definitions.scheme_model import Scheme, Statistic
from kpi.evaluation.asking import Ask, Asking
from kpi.evaluation.computing import by_number, coded, computed
from kpi.evaluation.context import TableContext
from kpi.evaluation.scheme.items import among, baseline_path, references
from kpi.evaluation.settle import Worded, settle
from kpi.formula.industry import code_at
from kpi.frozen import frozen
from kpi.problems import Message, say

Cells = Mapping[str, Any]
# The numbers of somebody's groups, level by level → how many are in just these.
Combinations = Mapping[tuple[int | None, ...], int]
_NUMBER = pl.Int32


@frozen
class Group:
    """level: as definitions write it. name: of the group, such as C13; None for everybody."""

    level: str
    name: str | None


@frozen
class Chosen:
    """The groups that count. sizes: number of a group → how many count in it, usable or not, as far as was asked.

    usable: for each level, the numbers of the groups that entities can have.
    """

    grouping: Grouping
    sizes: Mapping[int, int]
    usable: tuple[tuple[int, ...], ...]

    def used(self, combinations: Combinations) -> frozenset[int | None]:
        """The groups that count for anybody; None among them: somebody has none."""
        usable = [frozenset(numbers) for numbers in self.usable]
        return frozenset(
            next((own for own, able in zip(numbers, usable, strict=False) if own in able), None)
            for numbers in combinations
        )

    def column(self) -> pl.Expr:
        """The number of the group that counts for an entity, null for none."""
        found: pl.Expr = pl.lit(None, dtype=_NUMBER())
        for level, usable in reversed(list(zip(self.grouping.levels, self.usable, strict=False))):
            number = pl.col(level_column(level))
            found = pl.when(number.is_in(list(usable))).then(number).otherwise(found)
        return found


class Members:
    """Who is in which of the groups that count, as columns. Several baselines ask for the same: each is found once."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame
        self._numbers: dict[tuple[Grouping, tuple[tuple[int, ...], ...]], pl.Series] = {}
        self._combinations: dict[tuple[GroupLevel, ...], Combinations] = {}

    def numbers(self, chosen: Chosen) -> pl.Series:
        """The number of the group that counts for each, null for none."""
        key = chosen.grouping, chosen.usable
        if key not in self._numbers:
            self._numbers[key] = computed(self._frame, [{"#group": chosen.column()}], ["#group"])["#group"]
        return self._numbers[key]

    def combinations(self, grouping: Grouping) -> Asking[Combinations]:
        """In which groups of all levels at once anybody is, and how many are."""
        found: Combinations = yield Ask(partial(self._own, grouping), _all_combinations)
        return found

    def _own(self, grouping: Grouping) -> Combinations:
        if grouping.levels not in self._combinations:
            self._combinations[grouping.levels] = _combinations(self._frame, grouping)
        return self._combinations[grouping.levels]


def level_column(level: GroupLevel) -> str:
    """The column of the numbers of groups at a level."""
    return f"#level:{level.text}"


def groupings(scheme: Scheme) -> Iterator[Grouping]:
    """Every grouping of those whom a scheme scores."""
    return (grouping for _, grouping in groupings_written(scheme))


def groupings_written(scheme: Scheme) -> Iterator[tuple[Path, Grouping]]:
    """The same with where each stands, below the scheme."""
    for number, item in enumerate(scheme.items):
        for name, baseline in references(item):
            if isinstance(baseline, Statistic) and baseline.by is not None:
                yield (*baseline_path(item, number, name), "by"), baseline.by
        together = among(item)
        if together is not None:
            yield ("items", number, "among"), Grouping((together,))
    if scheme.tiers.by_group is not None:
        yield ("tiers", "by_group"), scheme.tiers.by_group


def key_column(part: Part) -> str:
    """The column of what makes groups: of a figure, or of what a formula gives."""
    return part.figure or f"#key:{part.name}"


def with_keys(several: Iterable[Grouping], frame: pl.DataFrame, context: TableContext) -> pl.DataFrame:
    """The frame with a column for every formula that makes groups."""
    parts = dict.fromkeys(part for each in several for part in each.parts() if part.figure is None)
    return settle(frame, [Worded(key_column(part), part.formula.tree, context) for part in parts])


@frozen
class Numbering:
    """groups: what the numbers stand for. keys: columns → a frame that has the numbers of groups for their values."""

    groups: tuple[Group, ...]
    keys: Mapping[tuple[str, ...], pl.DataFrame]
    everybody: Mapping[str, int]

    @staticmethod
    def of(several: Iterable[Grouping], everybody: pl.DataFrame) -> Asking[Numbering]:
        """A number for every group at every level of some groupings. everybody: as `with_keys` gives it."""
        levels = tuple(dict.fromkeys(level for each in several for level in each.levels))
        if not any(level.parts for level in levels):
            return Numbering.made(levels, [{}])
        keys = tuple(dict.fromkeys(_key_columns(level) for level in levels if level.parts))
        found: Numbering = yield Ask(partial(_different, everybody, keys), partial(Numbering.made, levels))
        return found

    @staticmethod
    def made(levels: Sequence[GroupLevel], owns: Sequence[Mapping[tuple[str, ...], pl.DataFrame]]) -> Numbering:
        """The numbers for what the columns that make groups say. owns: their different values in each portion."""

        groups: list[Group] = []
        everyone: dict[str, int] = {}
        alike: dict[tuple[str, ...], list[GroupLevel]] = {}
        for level in levels:
            if level.parts:
                alike.setdefault(_key_columns(level), []).append(level)
            else:
                everyone[level_column(level)] = len(groups)
                groups.append(Group(level.text, None))
        keys: dict[tuple[str, ...], pl.DataFrame] = {}
        for columns, those in alike.items():
            frames = [own[columns] for own in owns]
            whole = frames[0] if len(frames) == 1 else pl.concat(frames).unique().sort(columns)
            keys[columns] = _keys(whole, columns, those, groups)
        return Numbering(tuple(groups), keys, everyone)

    def on(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with a column of group numbers for every level."""
        for columns, keys in self.keys.items():
            frame = _numbered(frame, columns, keys)
        if not self.everybody:
            return frame
        return frame.with_columns(
            *[pl.lit(number, dtype=_NUMBER()).alias(name) for name, number in self.everybody.items()]
        )


def _key_columns(level: GroupLevel) -> tuple[str, ...]:
    return tuple(sorted({key_column(part) for part in level.parts}))


def _different(frame: pl.DataFrame, several: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], pl.DataFrame]:
    return {columns: frame.lazy().select(columns).unique().collect() for columns in several}


def _numbered(frame: pl.DataFrame, columns: tuple[str, ...], keys: pl.DataFrame) -> pl.DataFrame:
    figure = columns[0]
    if len(columns) > 1 or keys.schema[figure] != pl.String():
        return frame.join(keys, on=list(columns), how="left")
    keys = keys.select(figure, *[name for name in keys.columns if name != figure])
    cells = {key: numbers for key, *numbers in keys.iter_rows() if key is not None}
    codes, texts = coded(frame, figure)
    known = {code: cells[text] for code, text in texts.items() if text in cells}
    names = [name for name in keys.columns if name != figure]
    found = [
        by_number(codes, {code: numbers[at] for code, numbers in known.items()}, _NUMBER()).alias(name)
        for at, name in enumerate(names)
    ]
    return frame.with_columns(*found)


def _keys(
    frame: pl.DataFrame, columns: tuple[str, ...], levels: Sequence[GroupLevel], groups: list[Group]
) -> pl.DataFrame:
    """The numbers at levels that are made by the same columns: one key, one row."""
    rows = list(frame.iter_rows(named=True))
    cells: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in columns}
    for level in levels:
        keys = [_key(level, row) for row in rows]
        own = {key: len(groups) + i for i, key in enumerate(dict.fromkeys(key for key in keys if key is not None))}
        groups.extend(Group(level.text, f" {WITHIN} ".join(map(_shown, key))) for key in own)
        cells[level_column(level)] = [None if key is None else own[key] for key in keys]
    schema = {name: frame.schema[name] for name in columns}
    schema |= {level_column(level): _NUMBER() for level in levels}
    return pl.DataFrame(cells, schema)


def _key(level: GroupLevel, row: Cells) -> tuple[object, ...] | None:
    key = tuple(_value(part, row[key_column(part)]) for part in level.parts)
    return None if None in key else key


def _value(part: Part, cell: object) -> object:
    return cell if cell is None or part.level is None else code_at(str(cell), part.level)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return numbers.plain(numbers.from_float(value)) if isinstance(value, float) else str(value)


def of_sizes(grouping: Grouping, sizes: Sequence[Mapping[int, int]]) -> Chosen:
    """The groups that are large enough. sizes: level by level, how many count in each group; no level is left out but
    those at the end."""
    usable = tuple(
        tuple(number for number, size in found.items() if size >= (grouping.at_least if level.parts else 1))
        for level, found in zip(grouping.levels, sizes, strict=False)
    )
    return Chosen(grouping, {number: size for found in sizes for number, size in found.items()}, usable)


def parted(grouping: Grouping, frame: pl.DataFrame) -> Asking[Chosen]:
    """Groups that part the frame: who is in one that is too small goes on to the wider one, with the others left over.

    So each is in one group, and a wider group holds those whom no narrower one could take.
    """
    left: Combinations = yield Ask(partial(_combinations, frame, grouping), _all_combinations)
    sizes: list[Mapping[int, int]] = []
    for at in range(len(grouping.levels)):
        found: dict[int, int] = {}
        for numbers_, count in left.items():
            number = numbers_[at]
            if number is not None:
                found[number] = found.get(number, 0) + count
        sizes.append(found)
        used = frozenset(of_sizes(grouping, sizes).usable[-1])
        left = {numbers_: count for numbers_, count in left.items() if numbers_[at] not in used}
        if not left:
            break
    return of_sizes(grouping, sizes)


def _combinations(frame: pl.DataFrame, grouping: Grouping) -> Combinations:
    names = list(map(level_column, grouping.levels))
    columns = list(dict.fromkeys(names))
    counted = frame.lazy().select(columns).group_by(columns).agg(pl.len().alias("#size")).collect()
    at = [columns.index(name) for name in names]
    return {tuple(cells[i] for i in at): cells[-1] for cells in counted.select(*columns, "#size").iter_rows()}


def _all_combinations(several: Sequence[Combinations]) -> Combinations:
    found: Counter[tuple[int | None, ...]] = Counter()
    for each in several:
        found.update(each)
    return found


def sizes_of(frame: pl.DataFrame, column: str) -> Mapping[int, int]:
    """How many are in each group of a column of numbers."""
    counted = frame.lazy().group_by(column).agg(pl.len().alias("#size")).collect()
    return {number: size for number, size in counted.select(column, "#size").iter_rows() if number is not None}


Remark = tuple[str, Message]


def passed_over(chosen: Chosen, known: Sequence[Group], cells: Cells, number: int | None) -> Iterator[Remark]:
    """Why an entity is in no group narrower than the one that counts for it. cells: its row."""
    for level in chosen.grouping.levels:
        own = cells[level_column(level)]
        if own is not None and own == number:
            return
        if own is None:
            yield from unknown(level, cells)
            continue
        size = chosen.sizes.get(own, 0)
        values = {"group": known[own].name or known[own].level, "level": level.text}
        if size:
            at_least = chosen.grouping.at_least
            message = say(
                "Only {count} are in the group “{group}” ({level}); at least {at_least} are asked for.",
                count=size,
                at_least=at_least,
                **values,
            )
            yield "group-small", message
        else:
            yield "group-without-values", say("The group “{group}” ({level}) has no value.", **values)


def unknown(level: GroupLevel, cells: Cells) -> Iterator[Remark]:
    """Why an entity is in no group of a level."""
    for part in level.parts:
        cell = cells[key_column(part)]
        if cell is None and part.figure is None:
            yield "group-undefined", say("“{formula}” is undefined here, so it names no group.", formula=part.name)
        elif cell is None:
            yield "group-missing", say("“{figure}” is missing, so it names no group.", figure=part.figure)
        elif _value(part, cell) is None:
            message = say(
                "“{figure}” is “{value}”, which gives no {level} of GB/T 4754.",
                figure=part.figure,
                value=cell,
                level=part.level,
            )
            yield "group-code", message
