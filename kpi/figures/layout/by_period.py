"""A header that names periods (2022年 | 2023年) makes several tables of a sheet, one for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpi.figures import headers, periods
from kpi.figures.layout.wording import Known, Worded, is_not_yet
from kpi.figures.sheet import Sheet
from kpi.figures.vocabulary import Role


def by_period(sheet: Sheet, header: Sequence[Worded]) -> tuple[Sheet, ...]:
    """The sheet once for each period that its header names; columns without one belong to the latest."""
    assert sheet.names is not None
    columns = tuple(header[: len(sheet.header)])
    # 2024年税收（预计） is not the tax of 2024, which is no period of the table then.
    named = {
        column.period
        for column in columns
        if column.period is not None and column.known is Known.FIGURE and not is_not_yet(column.name)
    }
    # Lists of two years may stand side by side; else whoever is named is named for all.
    listed = {column.period for column in columns if column.known is Known.WHO}
    columns = columns if named and named <= listed else tuple(map(_undated, columns))
    own = any(headers.identity_of(name) is Role.PERIOD for name in sheet.names)
    if not named or own:
        shown = tuple(
            column.shown if column.period else name for column, name in zip(columns, sheet.names, strict=True)
        )
        return (replace(sheet, names=shown),)
    latest = periods.latest(sorted(named))
    made = []
    for period in sorted(named, key=lambda period: (period != latest, period)):
        names = tuple(
            name if column.period == period or (column.period not in named and _kept(column, period == latest)) else ""
            for column, name in zip(columns, sheet.names, strict=True)
        )
        made.append(replace(sheet, names=names, period=period, problems=sheet.problems if period == latest else ()))
    return tuple(made)


def _undated(column: Worded) -> Worded:
    return replace(column, period=None) if column.known is Known.WHO else column


def _kept(column: Worded, latest: bool) -> bool:
    """Whether a column without a period belongs to the sheet of a period."""
    return latest or column.known is Known.WHO
