"""What unit checking says about a misfit: one function for each, all making a FormulaError that points at it."""

from __future__ import annotations

from typing import assert_never

from kpi.formula.bare import is_bare
from kpi.formula.errors import FormulaError, wrong
from kpi.formula.scope import Scope, Type
from kpi.formula.tree import Binary, Call, Compare, Name, Negative, Node, Number, Published, Span
from kpi.names import nearest
from kpi.problems import Message, say
from kpi.units import Kind, Unit, currencies

Sort = Unit | Type
_DAYS, _YEARS = (("[day]", 1),), (("[year]", 1),)


def described(sort: Sort) -> Message | str:
    """What a value is, for people: its unit, or a phrase where it has none."""
    if isinstance(sort, Type):
        return _described_type(sort)
    if sort.text:
        return sort.text
    if sort.kind is Kind.RATIO:
        return say("a ratio")
    return say("a difference of ratios") if sort.kind is Kind.DIFFERENCE else say("a number without unit")


def _described_type(sort: Type) -> Message:
    match sort:
        case Type.TEXT:
            return say("a text")
        case Type.DATE:
            return say("a date")
        case Type.TRUTH:
            return say("a condition")
        case Type.NUMBER:
            return say("a number")
    assert_never(sort)


def cannot_add(text: str, node: Binary, left: Unit, right: Unit) -> FormulaError:
    """Two units in a sum or difference that do not fit."""
    values = _sides(text, node.left, left, node.right, right)
    if node.operator == "+":
        message = say("“{left}” ({left_unit}) and “{right}” ({right_unit}) cannot be added.", **values)
    else:
        message = say("“{right}” ({right_unit}) cannot be subtracted from “{left}” ({left_unit}).", **values)
    return _pair(text, node.span, message, (node.left, left), (node.right, right))


def cannot_compare(text: str, node: Compare, left: Sort, right: Sort) -> FormulaError:
    """Two sides of a comparison that do not fit."""
    values = _sides(text, node.left, left, node.right, right)
    if left is right and isinstance(left, Type):
        message = say("“{left}” and “{right}” have no order: one is equal to the other, or it is not.", **values)
        return wrong(text, node.span, "no-order", message, say("= or ≠"))
    message = say("“{left}” ({left_unit}) and “{right}” ({right_unit}) cannot be compared.", **values)
    return _pair(text, node.span, message, (node.left, left), (node.right, right))


def cannot_choose(text: str, node: Call, first: tuple[Node, Sort], second: tuple[Node, Sort]) -> FormulaError:
    """Two branches that do not fit."""
    message = say(
        "{function}() gives one of its values, but “{left}” ({left_unit}) and “{right}” ({right_unit}) do not fit.",
        function=node.function,
        **_sides(text, *first, *second),
    )
    return _pair(text, second[0].span, message, first, second)


def wrong_unit(text: str, node: Node, found: Unit, due: Unit) -> FormulaError:
    """A value in a unit that cannot become the unit that is due."""
    message = say(
        "“{part}” ({found}) stands where {due} is due.",
        part=_part(text, node),
        found=described(found),
        due=described(due),
    )
    code, hint = _reason((node, found), (None, due), text)
    return wrong(text, node.span, code, message, _due(due), hint)


def wrong_type(text: str, node: Node, found: Sort, due: Sort) -> FormulaError:
    """A value of another type than the one that is due: a condition for a number, a text for a date."""
    message = say(
        "“{part}” ({found}) stands where {due} is due.",
        part=_part(text, node),
        found=described(found),
        due=described(due),
    )
    if due is Type.TRUTH:
        hint = say("Compare it with something, for example “{part} ≥ …”.", part=_part(text, node))
        return wrong(text, node.span, "not-a-condition", message, say("a condition"), hint)
    hint_text = say("Write 是 and 否 without quotes.") if Type.TRUTH in (found, due) else None
    return wrong(text, node.span, "type-mismatch", message, _due(due), hint_text)


def not_a_number(text: str, node: Node, found: Sort) -> FormulaError:
    """Something to calculate with that is no number."""
    message = say("“{part}” ({found}) cannot be calculated with.", part=_part(text, node), found=described(found))
    return wrong(text, node.span, "not-a-number", message, say("a number"))


def unknown_name(text: str, node: Name, scope: Scope) -> FormulaError:
    """A key that the scope does not hold (parsing finds names that people write; this is for built trees)."""
    near = nearest(node.key, scope.names)
    hint = say("Did you mean “{name}”?", name=near) if near else None
    message = say("“{name}” is not known.", name=node.key)
    return wrong(text, node.span, "unknown-name", message, say("a figure or an indicator"), hint)


def not_of_this_period(text: str, node: Name, *, earlier: bool) -> FormulaError:
    """A reserved word in a period of which it is not known."""
    part = _part(text, node)
    if earlier:
        message = say("“{part}” is not known of earlier periods.", part=part)
        return wrong(text, node.span, "formula-period", message, say("a value of this period"))
    message = say("“{part}” of this period is not known here.", part=part)
    expected = say("the tier of an earlier year, as in previous(类别)")
    hint = say("Only overrides, and the measures that follow from a tier, can ask for this period's.")
    return wrong(text, node.span, "formula-period", message, expected, hint)


def of_one_entity(text: str, node: Name) -> FormulaError:
    """A reserved word in a table function: it is known of the entity that is looked at only."""
    message = say("“{part}” is not known of all entities, so nothing can be added up of it.", part=_part(text, node))
    return wrong(text, node.span, "formula-table", message, say("figures and indicators"))


def not_published(text: str, node: Published) -> FormulaError:
    """published() of what is no indicator."""
    message = say("“{name}” is not an indicator: it has no published value.", name=node.name.key)
    hint = say("A figure stands for itself: leave published() out.")
    return wrong(text, node.name.span, "not-an-indicator", message, say("an indicator"), hint)


def too_large(text: str, node: Node) -> FormulaError:
    """A product or power whose unit has no sense any more."""
    message = say("The unit of “{part}” has a power above 12.", part=_part(text, node))
    hint = say("Look for a factor that is there too often.")
    return wrong(text, node.span, "unit-too-large", message, say("a power of at most 12"), hint)


def exponent(text: str, node: Node) -> int:
    """The whole number after ^. Raises FormulaError when it is something else."""
    sign, number = (-1, node.operand) if isinstance(node, Negative) else (1, node)
    if isinstance(number, Number) and number.unit is None and number.value.denominator == 1:
        return sign * int(number.value)
    message = say("“{part}” is not a whole number.", part=_part(text, node))
    raise wrong(text, node.span, "bad-exponent", message, say("a whole number after ^, for example x^2"))


def date_sum(text: str, node: Binary) -> FormulaError:
    """Arithmetic with a date that has no meaning."""
    message = say("“{part}” has no meaning for dates.", part=_part(text, node))
    expected = say("a date ± days, months or years, or the difference of two dates")
    hint = say("Write the date first, for example 投产日期 + 2年.")
    return wrong(text, node.span, "bad-date-arithmetic", message, expected, hint)


def not_whole_days(text: str, node: Node) -> FormulaError:
    """A stretch of time that does not lead from one day to another."""
    message = say("“{part}” is not a whole number of days or months.", part=_part(text, node))
    hint = say("Write 18个月 for one and a half years, or give the days.")
    return wrong(text, node.span, "not-whole-days", message, say("whole days, months or years"), hint)


def not_a_list(text: str, node: Node) -> FormulaError:
    """What stands after 属于 is no list."""
    message = say("“{part}” is not a list.", part=_part(text, node))
    return wrong(text, node.span, "not-a-list", message, say("a list, for example ['食品制造', '纺织']"))


def no_value(text: str, node: Node) -> FormulaError:
    """A list or a period where a value is due."""
    message = say("“{part}” is no value of its own.", part=_part(text, node))
    hint = say("A list stands after 属于, a period (本期, 上年同期, 上期) after 在.")
    return wrong(text, node.span, "no-value", message, say("a figure, an indicator, a number, a text or a date"), hint)


def nested_table(text: str, node: Node) -> FormulaError:
    """A table function inside another one."""
    message = say("“{part}” stands inside another table function.", part=_part(text, node))
    hint = say("Make the inner one an indicator of its own, or leave it out.")
    expected = say("a figure or an indicator of each row")
    return wrong(text, node.span, "nested-table-function", message, expected, hint)


def _due(sort: Sort) -> Message:
    if isinstance(sort, Type):
        return _described_type(sort)
    return say("a value in {unit}", unit=described(sort)) if sort.text else say("a number without unit")


def _part(text: str, node: Node) -> str:
    """How the formula writes a part of itself."""
    start, end = node.span
    return text[start:end]


def _sides(text: str, left: Node, left_sort: Sort, right: Node, right_sort: Sort) -> dict[str, object]:
    return {
        "left": _part(text, left),
        "left_unit": described(left_sort),
        "right": _part(text, right),
        "right_unit": described(right_sort),
    }


def _pair(text: str, span: Span, message: Message, left: tuple[Node, Sort], right: tuple[Node, Sort]) -> FormulaError:
    """The error for two values that do not fit; it points at the bare number where one of them is."""
    code, hint = _reason(left, right, text)
    if code == "bare-number":
        number, other = (left, right) if is_bare(left[0]) else (right, left)
        return wrong(text, number[0].span, code, message, _due(other[1]), hint)
    return wrong(text, span, code, message, say("two values whose units convert into each other"), hint)


def _reason(left: tuple[Node | None, Sort], right: tuple[Node | None, Sort], text: str) -> tuple[str, Message]:
    """Why two values do not fit, as a code, and what to do about it."""
    (left_node, left_sort), (right_node, right_sort) = left, right
    if isinstance(left_sort, Type) or isinstance(right_sort, Type):
        if Type.TRUTH in (left_sort, right_sort):
            return "type-mismatch", say("A yes/no figure is compared with 是 or 否, without quotes.")
        return "type-mismatch", say("Texts stand in quotes; dates are written as 2021-01-01.")
    for node, sort, other in ((left_node, left_sort, right_sort), (right_node, right_sort, left_sort)):
        if node is not None and is_bare(node) and other.text:
            return "bare-number", say("Write the unit, for example {example}.", example=_part(text, node) + other.text)
        if sort.kind is Kind.NUMBER and other.kind in (Kind.PERCENT, Kind.POINTS):
            return "unit-mismatch", say("Write the percent sign where a percentage is meant: 15%, not 0.15.")
    if {left_sort.kind, right_sort.kind} <= {Kind.PERCENT, Kind.POINTS, Kind.RATIO, Kind.DIFFERENCE}:
        return "percent-and-points", say("% is a share or a growth; the difference of two of them is in 百分点.")
    if currencies(left_sort) and currencies(right_sort) and currencies(left_sort) != currencies(right_sort):
        return "currencies-mixed", say("Give a rate of exchange with its date and source under [rates].")
    if {left_sort.dimension, right_sort.dimension} == {_DAYS, _YEARS}:
        return "unit-mismatch", say("Months differ in length: compare dates instead, for example 签约日期 + 18个月.")
    return "unit-mismatch", say("Check the units, and whether the right figures are named.")
