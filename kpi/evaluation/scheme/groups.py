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
from kpi.evaluation.computing import added, looked_up
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
    names = [name for name in keys.columns if name != figure]
    own = keys[figure].to_list()
    return added(frame, {name: looked_up(figure, _known(own, keys[name].to_list()), _NUMBER()) for name in names})


def _known(keys: Sequence[Any], numbers: Sequence[int | None]) -> Mapping[Any, int]:
    return {key: number for key, number in zip(keys, numbers, strict=True) if key is not None and number is not None}


def _keys(frame: Frame, figures: tuple[str, ...], levels: Sequence[GroupLevel], groups: list[Group]) -> Frame:
    """The numbers at levels that are made by the same figures: one key, one row."""
    rows = list(frame.select(figures).unique().iter_rows(named=True))
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
    for level in grouping.levels:
        column = level_column(level)
        sizes.append(_sizes(frame, column))
        used = of_sizes(grouping, sizes).usable[-1]
        frame = frame.filter(~nw.col(column).is_in(list(used)).fill_null(False))
        if not len(frame):
            break
    return of_sizes(grouping, sizes)


def _sizes(frame: Frame, column: str) -> Mapping[int, int]:
    counted = frame.filter(~nw.col(column).is_null()).group_by(column).agg(nw.len().alias("#size"))
    return dict(counted.select(column, "#size").iter_rows())


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
