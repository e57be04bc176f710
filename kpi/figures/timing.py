"""Which period is evaluated, which came before, and which rows are about each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kpi.figures import join, named_periods, periods
from kpi.figures.join import Slice
from kpi.figures.parts import PERIOD, Part
from kpi.figures.sheet import Sheet
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, Severity, cut, errors, say


def asked(text: str | None) -> str | None:
    """The period that somebody asks for. Raises KpiError when the text names none."""
    if text is None:
        return None
    found = periods.parse(text)
    if found is None:
        raise KpiError(
            Problem(
                "not-a-period",
                say("“{text}” is not a period.", text=text),
                expected=say("A period such as 2023, 2023H1, 2023Q2 or 2023-06 is expected."),
            )
        )
    return found


@frozen
class Chosen:
    """The names of the periods; stated: the period that a file without a 年度 column says in its name, by source."""

    period: str | None
    previous: str | None
    preceding: str | None
    stated: dict[int, str]
    problems: tuple[Problem, ...] = ()


def choose(present: Sequence[Part], past: Sequence[Part], wanted: str | None, ledgers: Sequence[Part] = ()) -> Chosen:
    """Which periods the rows are about. Where the figures name none, ledgers that do say it."""
    found = _named(present) or _named(ledgers)
    if wanted is not None and found and wanted not in found:
        raise KpiError(
            Problem(
                "period-absent",
                say("There are no figures for {period}.", period=wanted),
                present[0].sheet.place(),
                expected=say("The periods in the figures are {periods}.", periods=tuple(found)),
            )
        )
    stated: dict[int, str] = {}
    problems = [*named_periods.doubts([p.sheet for p in present if not _dated(p)])]
    if errors(problems):
        raise KpiError(errors(problems))
    for p in past:
        if not _dated(p):
            mentioned = _mentioned(p.sheet) or _above([p.sheet])
            if mentioned is None:
                raise KpiError(_without_year(p.sheet.place()))
            stated[p.source] = mentioned
    past_periods = {
        p.source: {stated[p.source]} if p.source in stated else set(p.frame[PERIOD].drop_nulls()) for p in past
    }
    period = wanted or (periods.latest(found) if found else None)
    sheets = [p.sheet for p in present if not _dated(p)]
    above = _above(sheets)
    if period is None and past:
        period = periods.following(periods.latest(sorted(set().union(*past_periods.values()))))
        problems.append(_inferred(period, above, present[0].sheet.place()))
    elif period is None and above is not None:
        period = above
        problems.append(_of_title(sheets))
    elif found and wanted is None:
        problems += _otherwise(sheets, period)
    if wanted is None and found and not _named(present):
        problems.append(_of_ledgers(found, periods.latest(found), ledgers))
    if period is None:
        return Chosen(None, None, None, stated, tuple(problems))
    previous = periods.previous(period)
    for p in past:
        if previous not in past_periods[p.source]:
            raise KpiError(_wrong_year(p.sheet.place(), tuple(sorted(past_periods[p.source])), previous))
    return Chosen(period, previous, periods.preceding(period), stated, tuple(problems))


def _named(parts: Sequence[Part]) -> list[str]:
    """The periods that rows name."""
    return sorted({name for p in parts if _dated(p) for name in p.frame[PERIOD].unique().drop_nulls()})


def _dated(part: Part) -> bool:
    """Whether any row says what period it is about."""
    return part.frame[PERIOD].null_count() < part.frame.height


def _mentioned(sheet: Sheet) -> str | None:
    """The period that the name of a sheet says, or that of its file."""
    return periods.mentioned(sheet.name or "") or periods.mentioned(Path(sheet.file).name)


def _above(sheets: Sequence[Sheet]) -> str | None:
    """The one period that titles say of these sheets; None where names say another one."""
    said = {title.period for sheet in sheets if (title := named_periods.titled(sheet))}
    named = {found for sheet in sheets if (found := _mentioned(sheet))}
    period = said.pop() if len(said) == 1 else None
    return period if period and all(found[:4] == period[:4] for found in named) else None


def _of_title(sheets: Sequence[Sheet]) -> Problem:
    sheet, title = next((sheet, title) for sheet in sheets if (title := named_periods.titled(sheet)))
    message = say("“{text}” above the table says the period: {period}.", text=cut(title.text), period=title.period)
    return Problem("period-in-title", message, sheet.place(), Severity.NOTE, hint=say("If it is another: --period."))


def _otherwise(sheets: Sequence[Sheet], period: str | None) -> Iterator[Problem]:
    """A warning for tables without periods that are read beside others, where their titles say another one."""
    for sheet in sheets:
        title = named_periods.titled(sheet)
        if title is not None and period is not None and title.period[:4] != period[:4]:
            message = say(
                "“{text}” above the table says {title}, but its figures are taken for {period}, which others name.",
                text=cut(title.text),
                title=title.period,
                period=period,
            )
            hint = say("Add a column 年度 to it, or leave it out.")
            yield Problem("period-in-title", message, sheet.place(), Severity.WARNING, hint=hint)


def _inferred(period: str, above: str | None, place: Place) -> Problem:
    """That the period is the year after the previous figures; a warning where a title says another one."""
    message = say("The figures are taken for {period}, the year after the previous ones.", period=period)
    if above in (None, period):
        return Problem("period-inferred", message, place, Severity.NOTE, hint=say("Say --period to be sure."))
    message = say(
        "The figures are taken for {period}, the year after the previous ones; a title above them says {title}.",
        period=period,
        title=above or "",
    )
    return Problem("period-inferred", message, place, Severity.WARNING, hint=say("Say --period to be sure."))


def _of_ledgers(found: Sequence[str], period: str, ledgers: Sequence[Part]) -> Problem:
    """That a ledger alone says which period the figures are taken to be of. found: the periods that ledgers name."""
    message = say(
        "The figures name no period; they are taken for {period}, the latest that the ledger names ({periods}).",
        period=period,
        periods=tuple(found),
    )
    place = next(p.sheet.place() for p in ledgers if _dated(p))
    return Problem("period-inferred", message, place, Severity.NOTE, hint=say("Say --period to be sure."))


def _without_year(place: Place) -> Problem:
    return Problem(
        "previous-without-year",
        say("The file of the previous period does not say which year it is about."),
        place,
        hint=say("Add a column 年度, or write the year into the name of the file or sheet (2022.xlsx)."),
    )


def _wrong_year(place: Place, found: tuple[str, ...], expected: str) -> Problem:
    return Problem(
        "previous-wrong-year",
        say("The file of the previous period is about {found}.", found=found),
        place,
        expected=say("Figures of {period} are expected.", period=expected),
    )


def slices_of(present: Sequence[Part], past: Sequence[Part], chosen: Chosen) -> list[Slice]:
    """The rows of each period, as far as they are there."""
    import polars

    slices = []
    shifts = [(Shift.NOW, chosen.period)]
    if chosen.previous is not None:
        shifts.append((Shift.PREVIOUS, chosen.previous))
    if chosen.preceding is not None and chosen.preceding != chosen.previous:
        shifts.append((Shift.PRECEDING, chosen.preceding))
    for p in present:
        dated = _dated(p)
        for shift, name in shifts:
            if dated:
                rows = p.frame.filter(polars.col(PERIOD) == name)
            elif shift is Shift.NOW:
                rows = p.frame
            else:
                continue
            if shift is Shift.NOW or not rows.is_empty():
                slices.append(join.slice_of(p, rows, shift))
    for p in past:
        rows = p.frame if p.source in chosen.stated else p.frame.filter(polars.col(PERIOD) == chosen.previous)
        slices.append(join.slice_of(p, rows, Shift.PREVIOUS))
    return slices
