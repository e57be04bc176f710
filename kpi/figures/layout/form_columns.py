"""What stands over the values of a form: a year (2023年) is theirs, and 计划数 or 上年数 makes them something else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kpi.figures import periods
from kpi.figures.layout.form_cells import At, Cells
from kpi.figures.layout.form_fields import Field
from kpi.figures.layout.leftover import says_who_filled_in
from kpi.figures.layout.wording import Known
from kpi.figures.sheet import Sheet
from kpi.figures.vocabulary import half_width
from kpi.problems import KpiError, Problem, say
from kpi.regex import compiled

_OTHER = compiled(
    r"(?:本?年度?|全年)?(?:计划|预计|预测|预算|目标|任务|测算|承诺|协议|上年(?:同期)?|去年(?:同期)?|上期|同期|[同环]比(?:增[速幅长减])?|增[速幅长减]|占比|比重"
    r"|排名|位次|得分|平均)(?:完成|实际)?(?:数|值|额|金额|情况|指标|率)?(?:\(.*\))?"
)


def under_heads(sheet: Sheet, fields: Sequence[Field], cells: Cells) -> tuple[Field, ...]:
    """The fields with the period that stands over their values.

    Raises KpiError where something else stands over them, or where they are of several periods.
    """
    taken = {at for each in fields for at in (each.at, each.unit, each.value and cells.first(each.value)) if at}
    headed = [each for each in fields if each.label.known is Known.FIGURE and not each.earlier]
    heads = {each.at: _head(each, cells, taken) for each in headed}
    wrong = {head: at for at, head in reversed(heads.items()) if _OTHER.fullmatch(half_width(head))}
    if wrong:
        raise KpiError([_other(sheet, head, at) for head, at in wrong.items()])
    found = tuple(each if each.earlier else _dated(each, heads.get(each.at, "")) for each in fields)
    named = tuple(dict.fromkeys(_periods(found)))
    if len(named) > 1:
        raise KpiError(_several(sheet, named))
    return found


def _head(field: Field, cells: Cells, taken: set[At]) -> str:
    """The nearest text above a value that belongs to no field, and does not stand over the label as well."""
    row, column = field.value or (0, 0)
    for above in range(row - 1, -1, -1):
        at = cells.first((above, column))
        if at == field.at:
            return ""
        if cells.text(at) and at not in taken and cells.first((above, field.at[1])) != at:
            # The day on which a form was filled in is no head: 填报日期 | 2024年4月.
            return "" if says_who_filled_in(cells.text((at[0], at[1] - 1))) else cells.text(at)
    return ""


def _dated(field: Field, head: str) -> Field:
    period = periods.parse(head)
    return field if period is None else replace(field, label=replace(field.label, period=field.label.period or period))


def _periods(fields: Sequence[Field]) -> Iterator[str]:
    for field in fields:
        if field.label.period and field.label.known is Known.FIGURE:
            yield field.label.period


def _other(sheet: Sheet, head: str, at: At) -> Problem:
    return Problem(
        "form-head-other",
        say("“{head}” stands over the value of this label, so it is not the figure that the label names.", head=head),
        sheet.cell(*at),
        expected=say("A form with the values of the period is expected."),
        hint=say("Write into the labels what the values are, as in 上年税收; leave out what is planned or compared."),
    )


def _several(sheet: Sheet, named: tuple[str, ...]) -> Problem:
    return Problem(
        "form-several-periods",
        say("The form names several periods: {periods}.", periods=named),
        sheet.place(),
        expected=say("One period is expected in a form."),
        hint=say("Say 上年税收 for the figure of the year before, or use a form for each period."),
    )
