"""Tree → text for people, in Chinese or English, with as few brackets as the meaning allows.

The Chinese text is a formula again: read with the same names it gives the same tree. Conversions of units are not
shown: people see the numbers and names as the formula has them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import pairwise

from kpi import numbers
from kpi.formula.functions import BY_NAME
from kpi.formula.tokens import is_plain
from kpi.formula.tree import (
    Aggregate,
    And,
    Binary,
    Call,
    Compare,
    Date,
    Items,
    Listed,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Period,
    Published,
    Scale,
    Shift,
    Text,
    Truth,
    Within,
)
from kpi.frozen import frozen
from kpi.units import Kind, Unit

# How tightly the written form of a node holds together; what holds less than its place asks for goes in brackets.
OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGN, POWER, WHOLE = range(1, 10)
BINDING = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "^": POWER}
SIGNS = {"+": " + ", "-": " - ", "*": " × ", "/": " ÷ ", "^": "^"}
COMPARISONS = {"=": "=", "!=": "≠", ">=": "≥", "<=": "≤", ">": ">", "<": "<"}
DIRECTIONS = {">=": "down", ">": "down", "<=": "up", "<": "up"}
QUOTES = (("“", "”"), ("'", "'"), ('"', '"'), ("‘", "’"))  # English: from the second on

Written = tuple[str, int]


@frozen
class Language:
    """The words of one language."""

    conjunction: str
    disjunction: str
    negation: str
    member: str
    no_member: str
    during: str
    condition: str
    truths: tuple[str, str]
    comma: str
    periods: dict[Shift, str]
    shifted: dict[Shift, str]


CHINESE = Language(
    conjunction=" 且 ",
    disjunction=" 或 ",
    negation="非 ",
    member="属于",
    no_member="不属于",
    during="在",
    condition=" 其中 ",
    truths=("是", "否"),
    comma="，",
    periods={Shift.NOW: "本期", Shift.PREVIOUS: "上年同期", Shift.PRECEDING: "上期"},
    shifted={Shift.NOW: "{}", Shift.PREVIOUS: "上年同期的{}", Shift.PRECEDING: "上期的{}"},
)
ENGLISH = Language(
    conjunction=" and ",
    disjunction=" or ",
    negation="not ",
    member="in",
    no_member="not in",
    during="in",
    condition=" where ",
    truths=("true", "false"),
    comma=", ",
    periods={
        Shift.NOW: "this period",
        Shift.PREVIOUS: "the same period a year earlier",
        Shift.PRECEDING: "the period before",
    },
    shifted={Shift.NOW: "{}", Shift.PREVIOUS: "previous {}", Shift.PRECEDING: "preceding {}"},
)


# A mean of exact values may have thousands of digits: beyond this denominator a number is cut off.
_LONGEST, _CUT = 10**30, 12


def words(node: Node, language: str, label: Callable[[Name], str]) -> str:
    """The formula as people read it.

    language: zh for Chinese, anything else is English. label: what to call a figure or an indicator; a label that
    could be taken for a calculation is set in backquotes, as formulas write it.
    """
    return _write(node, _language(language), label)[0]


def literal(value: Fraction, unit: Unit | None, language: str) -> str:
    """A number with its unit: 20万元/亩, 15%, 3个百分点; one that no decimal can write is a quotient: 875万元 ÷ 3."""
    return _literal(value, unit, _language(language))[0]


def _language(language: str) -> Language:
    return CHINESE if language.startswith("zh") else ENGLISH


def _literal(value: Fraction, unit: Unit | None, language: Language) -> Written:
    suffix = _unit(unit, language)
    if value.denominator > _LONGEST:
        return numbers.cut(value, _CUT) + suffix, SIGN if value < 0 else WHOLE
    if numbers.terminating_decimals(value) is None:
        return f"{value.numerator}{suffix} ÷ {value.denominator}", PRODUCT
    return numbers.plain(value) + suffix, SIGN if value < 0 else WHOLE


def _unit(unit: Unit | None, language: Language) -> str:
    if unit is None or not unit.text:
        return ""
    if unit.text.startswith("1/"):
        return unit.text[1:]
    if unit.kind is Kind.POINTS:
        return "个百分点" if language is CHINESE else " percentage points"
    return unit.text if language is CHINESE or unit.kind is Kind.PERCENT else f" {unit.text}"


def _write(node: Node, language: Language, label: Callable[[Name], str]) -> Written:
    """The text of a node and how tightly it holds together."""

    def inner(part: Node, least: int) -> str:
        text, binding = _write(part, language, label)
        return text if binding >= least else f"({text})"

    match node:
        case Number(value, unit):
            return _literal(value, unit, language)
        case Text(value):
            return _quoted(value, language), WHOLE
        case Truth(holds):
            return language.truths[0 if holds else 1], WHOLE
        case Date(day):
            return _day(day, language), WHOLE
        case Period(shift):
            return language.periods[shift], WHOLE
        case Name(_, _, shift):
            return language.shifted[shift].format(_name(label(node))), WHOLE
        case Items(items):
            return f"[{_listed([inner(item, OR) for item in items], language)}]", WHOLE
        case Scale(operand):
            return _write(operand, language, label)
        case Negative(operand):
            # A second sign, or one after an operator, is set apart: a - (-b).
            return f"-{inner(operand, WHOLE)}", SIGN
        case Binary(operator, left, right):
            return _binary(operator, left, right, inner), BINDING[operator]
        case Compare(operator, left, right):
            return f"{inner(left, SUM)} {COMPARISONS[operator]} {inner(right, SUM)}", COMPARISON
        case Within(member, Period() as period):
            return f"{inner(member, SUM)} {language.during} {inner(period, WHOLE)}", COMPARISON
        case Within(member, items):
            return f"{inner(member, SUM)} {language.member} {inner(items, WHOLE)}", COMPARISON
        case Not(Within(member, Items() as items)):
            return f"{inner(member, SUM)} {language.no_member} {inner(items, WHOLE)}", COMPARISON
        case Not(operand):
            return language.negation + inner(operand, NOT), NOT
        case And(operands):
            chain = _chain(operands, inner)
            return (chain, COMPARISON) if chain else (_joined(operands, language.conjunction, NOT, inner), AND)
        case Or(operands):
            return _joined(operands, language.disjunction, AND, inner), OR
        case _:
            return _called(node, language, inner), WHOLE


def _called(node: Node, language: Language, inner: Callable[[Node, int], str]) -> str:
    """The text of what is written as a function."""
    match node:
        case Call(function, arguments):
            shown = arguments[:1] if function in ("growth", "consecutive") else arguments
            parts = [inner(part, OR) for part in shown]
            parts += [str(len(arguments))] if function == "consecutive" else []
            return _function(function, language) + _bracketed(parts, language)
        case Published(name):
            return _function("published", language) + _bracketed([inner(name, OR)], language)
        case Listed(name):
            return _function("in_list", language) + _bracketed([_quoted(name, language)], language)
        case Aggregate(function, argument, where):
            joined = language.condition.join(inner(part, OR) for part in (argument, where) if part is not None)
            return _function(function, language) + _bracketed([joined], language)
        case _:
            raise TypeError(node)


def _binary(operator: str, left: Node, right: Node, inner: Callable[[Node, int], str]) -> str:
    binding = BINDING[operator]
    if operator == "^":
        return f"{inner(left, WHOLE)}^{_exponent(right, inner)}"
    # The right side of an equal operator stays a group of its own: a - (b - c). So does a signed number.
    written = inner(right, binding + 1)
    right_side = f"({written})" if written.startswith("-") else written
    return inner(left, binding) + SIGNS[operator] + right_side


def _exponent(node: Node, inner: Callable[[Node, int], str]) -> str:
    # A signed number stands without brackets here: a^-2.
    return inner(node, SIGN if isinstance(node, Number) else WHOLE)


def _joined(operands: tuple[Node, ...], word: str, least: int, inner: Callable[[Node, int], str]) -> str:
    return word.join(inner(operand, least) for operand in operands)


def _chain(operands: tuple[Node, ...], inner: Callable[[Node, int], str]) -> str:
    """Comparisons that form a range, as one: 0.7 ≤ x ≤ 1.8; empty when they do not."""
    comparisons = [part for part in operands if isinstance(part, Compare)]
    directions = {DIRECTIONS.get(part.operator, "none") for part in comparisons}
    if len(comparisons) < len(operands) or len(directions) != 1 or directions == {"none"}:
        return ""
    sides = [(inner(part.left, SUM), inner(part.right, SUM)) for part in comparisons]
    if any(before[1] != after[0] for before, after in pairwise(sides)):
        return ""
    return sides[0][0] + "".join(
        f" {COMPARISONS[part.operator]} {right}" for part, (_, right) in zip(comparisons, sides, strict=True)
    )


def _bracketed(parts: list[str], language: Language) -> str:
    return f"({_listed(parts, language)})"


def _listed(parts: list[str], language: Language) -> str:
    """Values with commas between them; a space keeps 1，100 from being taken for one number."""
    joined = parts[:1]
    for before, after in pairwise(parts):
        digits = before[-1:].isdigit() and after[:1].isdigit()
        joined += [language.comma, " " if digits and not language.comma.endswith(" ") else "", after]
    return "".join(joined)


def _function(name: str, language: Language) -> str:
    return BY_NAME[name].chinese if language is CHINESE else name


def _name(label: str) -> str:
    return label if is_plain(label) else f"`{label}`"


def _quoted(text: str, language: Language) -> str:
    pairs = QUOTES if language is CHINESE else QUOTES[1:]
    opening, closing = next((pair for pair in pairs if pair[1] not in text), pairs[0])
    return opening + text + closing


def _day(day: date, language: Language) -> str:
    return f"{day.year:04}年{day.month}月{day.day}日" if language is CHINESE else day.isoformat()
