"""Entities that are evaluated together (one group, one parcel): a table in which each such group is one row.

Numbers are summed, exactly; every other figure must be the same for all members, or the scheme says whose counts. What
one member lacks, the group lacks: undefined is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import polars

from kpi import numbers
from kpi.definitions.figure_model import FigureType
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Merge
from kpi.evaluation.givens import TableCells
from kpi.evaluation.history import TIERS
from kpi.evaluation.table import ID, NAME, ROW, SOURCE, Apart, Reported, Table
from kpi.formula.values import Value
from kpi.frozen import frozen
from kpi.names import Who
from kpi.problems import EntityErrors, KpiError, Message, Place, Problem, say


@frozen
class Group:
    """Entities evaluated as one. label: what they share. members: their rows in the table as read."""

    label: str
    members: tuple[int, ...]


@frozen
class Merged:
    """table: everybody else as read, then one row a group. rows: row here → row in the table as read, for the others.

    groups: row here → the group. aliases: row here → codes and names of its members, by which lists know it.
    beside: everybody is evaluated apart as well.
    """

    table: Table
    rows: tuple[int, ...]
    groups: Mapping[int, Group]
    aliases: Mapping[int, tuple[Who, ...]]
    beside: bool

    def spread(self) -> Mapping[int, int]:
        """Row in the table as read → row here."""
        singly = {there: here for here, there in enumerate(self.rows)}
        return singly | {there: here for here, group in self.groups.items() for there in group.members}


def groups(eligible: Iterable[tuple[int, str | None]]) -> list[Group]:
    """Those that share a label, two or more; in the order in which the first of each stands. eligible: their rows in
    the table as read, each with its label, or None."""
    found: dict[str, list[int]] = {}
    for index, label in eligible:
        if label is not None:
            found.setdefault(label, []).append(index)
    return [Group(label, tuple(members)) for label, members in found.items() if len(members) > 1]


def merged(definitions: Definitions, rule: Merge, table: Table, found: Sequence[Group], read: frozenset[str]) -> Merged:
    """The table with the groups in place of their members. read: the columns that the scheme reads.

    Raises EntityErrors with every figure that the scheme reads and on which the members of a group contradict each
    other, and with every sum that no column can hold exactly.
    """
    taken = {index for group in found for index in group.members}
    kept = [index for index in range(table.frame.height) if index not in taken]
    cells = TableCells(table)
    wrong: dict[int, list[Problem]] = {}
    rows: list[dict[str, object]] = []
    for group in found:
        lead = _lead(rule, group, cells, definitions)
        row: dict[str, object] = {NAME: group.label, ID: None}
        for name in table.frame.columns:
            if name in (ID, NAME):
                continue
            if name in (SOURCE, ROW):
                row[name] = table.frame[name][group.members[0]]
                continue
            try:
                row[name] = _cell(name, group, lead, rule, cells, definitions, table, read)
            except KpiError as error:
                for member in group.members:
                    wrong.setdefault(member, []).extend(error.problems)
        rows.append(row)
    if wrong:
        raise EntityErrors(wrong)
    together = polars.DataFrame(rows, schema=table.frame.schema)
    frame = polars.concat([table.frame[kept], together])
    first = len(kept)
    return Merged(
        replace(
            table,
            frame=frame,
            reported=_Reported(table, tuple(kept)),
            apart=Apart(table, {first + number: group.members for number, group in enumerate(found)}),
        ),
        tuple(kept),
        {first + number: group for number, group in enumerate(found)},
        {first + number: tuple(_names(cells, group)) for number, group in enumerate(found)},
        rule.counts == "better",
    )


@frozen
class _Reported:
    """Where values come from: a group's come from several cells."""

    table: Table
    rows: tuple[int, ...]

    def __call__(self, index: int, name: str) -> Reported | None:
        return self.table.reported(self.rows[index], name) if index < len(self.rows) else None


def _names(cells: TableCells, group: Group) -> Iterator[Who]:
    for index in group.members:
        code, name = (cells.value(which, index) for which in (ID, NAME))
        yield code if isinstance(code, str) else None, name if isinstance(name, str) else None


def _text(value: Value | None) -> Message | str:
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    return numbers.plain(value) if isinstance(value, Fraction) else str(value)


def _lead(rule: Merge, group: Group, cells: TableCells, definitions: Definitions) -> int | None:
    """The member whose word counts where the members differ: the one with the largest figure, if just one has it."""
    if rule.lead is None:
        return None
    values = {index: cells.value(rule.lead, index) for index in group.members}
    largest = max((value for value in values.values() if isinstance(value, Fraction)), default=None)
    leading = [index for index, value in values.items() if value == largest and largest is not None]
    return leading[0] if len(leading) == 1 else None


def _cell(
    name: str,
    group: Group,
    lead: int | None,
    rule: Merge,
    cells: TableCells,
    definitions: Definitions,
    table: Table,
    read: frozenset[str],
) -> object:
    """What the group has in a column, as the frame stores it. Raises KpiError: see `merged`."""
    key = name.partition("@")[0]
    figure = definitions.figures.get(key)
    stored = [table.frame[name][index] for index in group.members]
    if figure is None:
        # A reported indicator: no sum of ratios is a ratio. An earlier tier: the group has it when all of them had it.
        return stored[0] if name.startswith(TIERS) and all(cell == stored[0] for cell in stored) else None
    if figure.type is FigureType.NUMBER:
        return None if any(cell is None for cell in stored) else _sum(name, stored, group)
    if key in rule.any:
        return True if True in stored else None if None in stored else False
    if all(cell == stored[0] for cell in stored):
        return stored[0]
    if lead is not None:
        return table.frame[name][lead]
    if name not in read or len(set(stored) - {None}) < 2:
        return None
    raise KpiError(_contradiction(name, group, cells, table, rule))


def _sum(name: str, stored: Sequence[float], group: Group) -> float:
    """The exact sum. Raises KpiError when it has more digits than a column holds."""
    total = sum(map(numbers.from_float, stored), Fraction(0))
    if numbers.significant_digits(numbers.plain(total)) > numbers.EXACT_DIGITS:
        raise KpiError(
            Problem(
                "sum-inexact",
                say("The sum of {figure} over {group} has more than 15 digits.", figure=name, group=group.label),
                Place(entity=group.label),
                hint=say("Report the figures in a larger unit, or with fewer decimals."),
            )
        )
    return numbers.to_float(total)


def _contradiction(name: str, group: Group, cells: TableCells, table: Table, rule: Merge) -> Problem:
    """Names the first two members that say something and differ."""
    one, *others = (index for index in group.members if cells.value(name, index) is not None)
    other = next(index for index in others if cells.value(name, index) != cells.value(name, one))
    reported = table.reported(other, name)
    hint = say("Correct the figures, or say in merge whose counts: lead (the largest one), any (of yes and no).")
    if rule.lead is not None:
        hint = say(
            "No member alone has the largest {figure}, so lead does not say whose counts. Correct the figures, or name "
            "another figure in lead.",
            figure=rule.lead,
        )
    return Problem(
        "merge-contradiction",
        say(
            "{group} is evaluated together, but {figure} is “{one}” for {first} and “{other}” for {second}.",
            group=group.label,
            figure=name.partition("@")[0],
            one=_text(cells.value(name, one)),
            other=_text(cells.value(name, other)),
            first=_who(cells, one),
            second=_who(cells, other),
        ),
        replace(reported.place if reported else cells.place(other), entity=_who(cells, other)),
        expected=say("The same for all that share “{by}”.", by=rule.by.text),
        hint=hint,
    )


def _who(cells: TableCells, index: int) -> str:
    return next((text for text in (cells.value(NAME, index), cells.value(ID, index)) if isinstance(text, str)), "—")
