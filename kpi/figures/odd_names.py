"""Names that hardly are those of entities: letters lost between encodings, the example of a form, 其他企业."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from kpi.figures.sheet import Sheet
from kpi.figures.slices import in_slices
from kpi.problems import Problem, Severity, cut, say

if TYPE_CHECKING:
    import polars

# What a program writes for a letter that it does not know, and characters that mean something else in each program.
_LOST = "[?\ufffd\ue000-\uf8ff]"
_EXAMPLE = r"^\s*[(（]?(?:填[报写]?示例|示例|样例|范例|举例|例)(?:[)）:：]|$)|^\s*[xX×✕＊*]{2,}"
_SEVERAL = (
    r"其中(?:[^学心药医国华]|$)|^\s*[含里][:：]"  # 某某县其中学 is a school
    r"|^\s*其[他它余](?:企业|公司|单位|项目)?\s*$|等\s*\d+\s*[家户个](?:企业|公司|单位|项目)?\s*$"
    r"|^\s*(?:剔除|扣除|扣减|减去|不含)\s*[:：]|[(（](?:上年|去年|上期|同期|计划|预算|目标)(?:同期)?数?[)）]\s*$"
    r"|^\s*(?:[上去本今当]年|[上本]期|(?:19|20)\d\d\s*年?)(?:度|同期)?数?\s*$"
)
_FIRST = 5  # rows in which a form has its example


def doubts(names: polars.Series, sheet: Sheet, position: int) -> Iterator[Problem]:
    """Warnings, each with the first such name. names: one a row as loaded, from the column at this position."""
    lost = in_slices(names, lambda some: some.str.contains(_LOST).fill_null(False)).arg_true()
    if len(lost):
        row = int(lost[0])
        message = say(
            "{count} names have letters that were lost, or that programs show differently: “{name}” first.",
            count=len(lost),
            name=cut(names[row]),
        )
        hint = say("Compare with the register, and write these names anew; they match no other file as they are.")
        yield Problem(
            "name-damaged", message, sheet.place(position, sheet.first_row + row), Severity.WARNING, hint=hint
        )
    formulas = in_slices(names, lambda some: some.str.starts_with("=").fill_null(False)).arg_true()
    if len(formulas):
        row = int(formulas[0])
        message = say(
            "{count} names begin like formulas, and are taken as they are written: “{name}” first.",
            count=len(formulas),
            name=cut(names[row]),
        )
        hint = say("If they should be names that a formula gives, put the names in its place.")
        yield Problem(
            "name-like-formula", message, sheet.place(position, sheet.first_row + row), Severity.WARNING, hint=hint
        )
    examples = names.head(_FIRST).str.contains(_EXAMPLE).fill_null(False).arg_true()
    if len(examples):
        row = int(examples[0])
        message = say("“{name}” looks like the example of a form, and is taken for an entity.", name=cut(names[row]))
        yield Problem(
            "row-like-example",
            message,
            sheet.place(position, sheet.first_row + row),
            Severity.WARNING,
            hint=say("Delete the row if it is."),
        )


def of_several(names: polars.Series, left: Collection[int], sheet: Sheet, position: int) -> Iterator[Problem]:
    """A warning for names that hardly are those of single entities. left: rows that are known to be no entities."""
    found = in_slices(names, lambda some: some.str.contains(_SEVERAL).fill_null(False)).arg_true().to_list()
    rows = [row for row in found if row not in left]
    if rows:
        message = say(
            "{count} names hardly are those of single entities, and are taken for such: “{name}” first.",
            count=len(rows),
            name=cut(names[rows[0]]),
        )
        hint = say("Delete the rows if they are sums, parts, remarks or deductions.")
        place = sheet.place(position, sheet.first_row + rows[0])
        yield Problem("name-of-several", message, place, Severity.WARNING, hint=hint)
