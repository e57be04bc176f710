"""Groups as columns: every group has a number, and entities carry the numbers of their groups.

An entity belongs to the first of its groups, from the narrowest to the widest, that is usable: large enough, and with
what is asked of it. Keys are counted once, so that nothing here is done entity by entity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import narwhals as nw

from kpi import numbers
from kpi.definitions.groups import WITHIN, Grouping, GroupLevel, Part
from kpi.definitions.scheme_model import Scheme, Statistic
from kpi.evaluation.computing import by_number, coded, computed
from kpi.evaluation.scheme.items import references
from kpi.formula.industry import code_at
from kpi.frozen import frozen
from kpi.problems import Message, say

Frame = nw.DataFrame[Any]
Cells = Mapping[str, Any]
_NUMBER = nw.Int32


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

    def column(self) -> nw.Expr:
        """The number of the group that counts for an entity, null for none."""
        found: nw.Expr = nw.lit(None, dtype=_NUMBER())
        for level, usable in reversed(list(zip(self.grouping.levels, self.usable, strict=False))):
            number = nw.col(level_column(level))
            found = nw.when(number.is_in(list(usable))).then(number).otherwise(found)
        return found


class Members:
    """Who is in which of the groups that count, as columns. Several baselines ask for the same: each is found once."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._numbers: dict[tuple[Grouping, tuple[tuple[int, ...], ...]], nw.Series[Any]] = {}
        self._used: dict[tuple[Grouping, tuple[tuple[int, ...], ...]], frozenset[int]] = {}

    def numbers(self, chosen: Chosen) -> nw.Series[Any]:
        """The number of the group that counts for each, null for none."""
        key = chosen.grouping, chosen.usable
        if key not in self._numbers:
            self._numbers[key] = computed(self._frame, [{"#group": chosen.column()}], ["#group"])["#group"]
        return self._numbers[key]

    def used(self, chosen: Chosen) -> frozenset[int]:
        """The groups that count for anybody."""
        key = chosen.grouping, chosen.usable
        if key not in self._used:
            self._used[key] = frozenset(sizes_of(self.numbers(chosen).to_frame(), "#group"))
        return self._used[key]


def level_column(level: GroupLevel) -> str:
    """The column of the numbers of groups at a level."""
    return f"#level:{level.text}"


def groupings(scheme: Scheme) -> Iterator[Grouping]:
    """Every grouping of a scheme."""
    for item in scheme.items:
        for _, baseline in references(item):
            if isinstance(baseline, Statistic) and baseline.by is not None:
                yield baseline.by
    if scheme.tiers.by_group is not None:
        yield scheme.tiers.by_group


@frozen
class Numbering:
    """groups: what the numbers stand for. keys: figures → a frame that has the numbers of groups for their values."""

    groups: tuple[Group, ...]
    keys: Mapping[tuple[str, ...], Frame]
    everybody: Mapping[str, int]

    @staticmethod
    def of(scheme: Scheme, everybody: Frame) -> Numbering:
        """A number for every group of a scheme at every level."""
        return Numbering.by(groupings(scheme), everybody)

    @staticmethod
    def by(several: Iterable[Grouping], everybody: Frame) -> Numbering:
        """A number for every group at every level of some groupings."""
        levels = dict.fromkeys(level for each in several for level in each.levels)
        groups: list[Group] = []
        everyone: dict[str, int] = {}
        by_figures: dict[tuple[str, ...], list[GroupLevel]] = {}
        for level in levels:
            if level.parts:
                by_figures.setdefault(tuple(sorted({part.figure for part in level.parts})), []).append(level)
            else:
                everyone[level_column(level)] = len(groups)
                groups.append(Group(level.text, None))
        keys = {figures: _keys(everybody, figures, those, groups) for figures, those in by_figures.items()}
        return Numbering(tuple(groups), keys, everyone)

    def on(self, frame: Frame) -> Frame:
        """The frame with a column of group numbers for every level."""
        for figures, keys in self.keys.items():
            frame = _with_keys(frame, figures, keys)
        if not self.everybody:
            return frame
        return frame.with_columns(
            *[nw.lit(number, dtype=_NUMBER()).alias(name) for name, number in self.everybody.items()]
        )


def _with_keys(frame: Frame, figures: tuple[str, ...], keys: Frame) -> Frame:
    figure = figures[0]
    if len(figures) > 1 or keys.schema[figure] != nw.String():
        return frame.join(keys, on=list(figures), how="left")
    keys = keys.select(figure, *[name for name in keys.columns if name != figure])
    cells = {key: numbers for key, *numbers in keys.iter_rows() if key is not None}
    codes, texts = coded(frame, figure)
    known = {code: cells[text] for code, text in texts.items() if text in cells}
    names = [name for name in keys.columns if name != figure]
    columns = [
        by_number(codes, {code: numbers[at] for code, numbers in known.items()}, _NUMBER()).alias(name)
        for at, name in enumerate(names)
    ]
    return frame.with_columns(*columns)


def _keys(frame: Frame, figures: tuple[str, ...], levels: Sequence[GroupLevel], groups: list[Group]) -> Frame:
    """The numbers at levels that are made by the same figures: one key, one row."""
    rows = list(frame.lazy().select(figures).unique().collect().iter_rows(named=True))
    cells: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in figures}
    for level in levels:
        keys = [_key(level, row) for row in rows]
        own = {key: len(groups) + i for i, key in enumerate(dict.fromkeys(key for key in keys if key is not None))}
        groups.extend(Group(level.text, f" {WITHIN} ".join(map(_shown, key))) for key in own)
        cells[level_column(level)] = [None if key is None else own[key] for key in keys]
    schema = {name: frame.schema[name] for name in figures}
    schema |= {level_column(level): _NUMBER() for level in levels}
    return nw.from_dict(cells, schema, backend=frame.implementation)


def _key(level: GroupLevel, row: Cells) -> tuple[object, ...] | None:
    key = tuple(_value(part, row[part.figure]) for part in level.parts)
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


def parted(grouping: Grouping, frame: Frame) -> Chosen:
    """Groups that part the frame: who is in one that is too small goes on to the wider one, with the others left over.

    So each is in one group, and a wider group holds those whom no narrower one could take.
    """
    sizes: list[Mapping[int, int]] = []
    frame = frame.select(dict.fromkeys(map(level_column, grouping.levels)))
    for level in grouping.levels:
        column = level_column(level)
        sizes.append(sizes_of(frame, column))
        used = of_sizes(grouping, sizes).usable[-1]
        frame = frame.filter(~nw.col(column).is_in(list(used)).fill_null(False))
        if not len(frame):
            break
    return of_sizes(grouping, sizes)


def sizes_of(frame: Frame, column: str) -> Mapping[int, int]:
    """How many are in each group of a column of numbers."""
    counted = frame.lazy().group_by(column).agg(nw.len().alias("#size")).collect()
    return {number: size for number, size in counted.select(column, "#size").iter_rows() if number is not None}


Remark = tuple[str, Message]


def passed_over(chosen: Chosen, known: Sequence[Group], cells: Cells, number: int | None) -> Iterator[Remark]:
    """Why an entity is in no group narrower than the one that counts for it. cells: its row."""
    for level in chosen.grouping.levels:
        own = cells[level_column(level)]
        if own is not None and own == number:
            return
        if own is None:
            yield from _unknown(level, cells)
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


def _unknown(level: GroupLevel, cells: Cells) -> Iterator[Remark]:
    for part in level.parts:
        cell = cells[part.figure]
        if cell is None:
            yield "group-missing", say("“{figure}” is missing, so it names no group.", figure=part.figure)
        elif _value(part, cell) is None:
            message = say(
                "“{figure}” is “{value}”, which gives no {level} of GB/T 4754.",
                figure=part.figure,
                value=cell,
                level=part.level,
            )
            yield "group-code", message
