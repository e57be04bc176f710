"""One entity's figures as typed on a command line: 税收=900万元 用地面积=50亩 名称=某某项目."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from kpi.definitions.figure_model import FigureType
from kpi.definitions.model import Definitions
from kpi.figures import cells, days, headers, identity, numerals
from kpi.figures.cells import Refusal
from kpi.figures.column import Column
from kpi.figures.vocabulary import Meaning, Role, Vocabulary, suggestion, vocabulary
from kpi.formula.values import Value
from kpi.mistyped import letter_among_digits
from kpi.problems import KpiError, Message, Place, Problem, say
from kpi.regex import compiled
from kpi.units import Unit, UnitError, Units, conversion, convertible, normalise

_SIGNS = compiled(r"[=＝]|[<>≥≤≠＜＞]=?|>=|<=|：|:")
_QUANTITY = compiled(r"(?P<number>[+-]?[\d,]*\.?\d+\.?(?:E[+-]?\d+)?)(?P<unit>.*)", re.IGNORECASE)
# A unit's prefix, which people say without the unit: 900万 for a figure in 万元.
_PREFIX = compiled(r"(?:百万|千万|百|千|万|亿)(?=.)")
_PREFIX_ALONE = compiled(r"百万|千万|百|千|万|亿")


def parse(assignments: Sequence[str], definitions: Definitions) -> dict[str, Value]:
    """The values of NAME=VALUE assignments, by the columns of a table.

    Keys: a figure's key; reported(key) of an indicator; evaluation.table.ID and NAME. Numbers are exact, in the
    declared unit: 1.2亿元 is 12000 for a figure in 万元, and a bare number is in the declared unit. 上年税收=… gives
    the figure of the period a year earlier. Raises KpiError with every problem found.
    """
    words = vocabulary(definitions)
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for written in assignments:
        found = _assignment(written, words)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        for name, value in found:
            if name in values:
                problems.append(_problem("figure-twice", say("{name} is given twice.", name=_name(written)), written))
            elif value is not None:
                values[name] = value
    if problems:
        raise KpiError(problems)
    return values


def _assignment(written: str, words: Vocabulary) -> Problem | list[tuple[str, Value | None]]:
    """The columns that an assignment fills, with its value; None says that there is none."""
    sign = _SIGNS.search(written)
    if sign is None or sign[0] not in ("=", "＝") or not written[: sign.start()].strip():
        return _no_assignment(written, sign)
    name, text = written[: sign.start()].strip(), written[sign.end() :].strip()
    columns = list(_columns(name, words, written))
    if not columns:
        near = suggestion(name, words)
        hint = say("Did you mean {name}?", name=near) if near else say("`kpi list figures` shows the names.")
        message = say("“{name}” is neither a figure nor an indicator.", name=name)
        return _problem("unknown-figure", message, written, hint=hint, span=(0, sign.start()))
    found: list[tuple[str, Value | None]] = []
    for column in columns:
        if isinstance(column, Problem):
            return column
        value = read_value(text, column, words.units)
        if isinstance(value, Refusal):
            span = (sign.end(), len(written))
            return _problem(value.code, value.message, written, value.expected, value.hint, span)
        found.append((column.name, value))
    return found


def _columns(name: str, words: Vocabulary, written: str) -> Iterator[Column | Problem]:
    """What a name stands for: the entity's code or name, a figure, an indicator."""
    known = headers.identity_of(name)
    if known in (Role.ID, Role.NAME):
        yield Column(0, known)
    found = headers.named(name, words)
    if found is None:
        return
    meanings, shift = found
    if len(meanings) > 1:
        listed = tuple(meaning.key for meaning in meanings)
        yield _problem("name-ambiguous", say("“{name}” could be {candidates}.", name=name, candidates=listed), written)
        return
    meaning: Meaning = meanings[0]
    yield Column(0, meaning.role, meaning.key, shift, meaning.kind, meaning.unit)


def read_value(text: str, column: Column, units: Units) -> Value | Refusal | None:
    """What a text says for a column, in its declared unit (12.5亩, 1.2亿元, a bare number); None: it says nothing."""
    if column.role is Role.ID:
        return identity.code(text) or None
    if column.role is Role.NAME or column.kind in (FigureType.TEXT, FigureType.INDUSTRY):
        return None if text in cells.MISSING_TEXT else text
    if column.kind is FigureType.YES_NO:
        return cells.truth(text)
    if column.kind is FigureType.DATE:
        return _date(text)
    return _number(text, column.unit, units)


def _date(text: str) -> date | Refusal | None:
    found = days.day(text)
    if isinstance(found, days.Day):
        return (
            found.value
            if found.written == "day"
            else Refusal(
                "not-a-date",
                say("“{text}” is not a whole date.", text=text),
                say("A date such as 2023-08-03 or 2023年8月3日 is expected."),
            )
        )
    return found


def _number(text: str, unit: Unit | None, units: Units) -> Fraction | Refusal | None:
    """A number with or without a unit, in the declared unit."""
    declared = unit or units.parse("")
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    match = _QUANTITY.fullmatch(plain)
    if match is None or not match["unit"]:
        return _exact(numerals.number(text, declared))
    number = _exact(numerals.number(match["number"]))
    if not isinstance(number, Fraction):
        return number
    if normalise(match["unit"]) == normalise(declared.text):
        return number
    written = _unit(match["unit"], declared, units)
    if written is None:
        mistyped = letter_among_digits(text.strip())
        if mistyped is not None:
            return numerals.with_letter(text.strip(), *mistyped)
        return Refusal(
            "unknown-unit",
            say("“{unit}” is not a unit.", unit=match["unit"]),
            _in_unit(declared),
        )
    share = declared.text == "" and written.text in ("%", "‰")
    if not share and not convertible(written, declared):
        return Refusal(
            "unit-misfit",
            say("{unit} does not convert to {declared}.", unit=match["unit"], declared=declared.text or "1"),
            _in_unit(declared),
        )
    return number * conversion(written, declared)


def _unit(text: str, declared: Unit, units: Units) -> Unit | None:
    """The unit that a text names; 万 or 亿 alone counts in the declared unit's own base."""
    candidates = [text]
    if _PREFIX_ALONE.fullmatch(text):
        candidates.insert(0, text + _PREFIX.sub("", declared.text, count=1))
    for candidate in candidates:
        try:
            return units.parse(candidate)
        except UnitError:
            continue
    return None


def _exact(value: Decimal | Refusal | None) -> Fraction | Refusal | None:
    return Fraction(value) if isinstance(value, Decimal) else value


def _in_unit(declared: Unit) -> Message:
    return (
        say("A number in {unit} is expected.", unit=declared.text)
        if declared.text
        else say("A plain number is expected.")
    )


def _no_assignment(written: str, sign: re.Match[str] | None) -> Problem:
    if sign is not None and sign[0] not in ("=", "＝"):
        message = say("“{written}” is a condition, not a figure.", written=written)
        hint = say("Say what the figure is, as NAME=VALUE; what is demanded of it stands in the standard.")
        return _problem("not-an-assignment", message, written, hint=hint, span=sign.span())
    message = say("“{written}” is neither NAME=VALUE nor a file.", written=written)
    return _problem("not-an-assignment", message, written, say("NAME=VALUE is expected, such as 税收=900万元."))


def _name(written: str) -> str:
    return re.split(r"[=＝]", written, maxsplit=1)[0].strip()


def _problem(
    code: str,
    message: Message,
    written: str,
    expected: Message | None = None,
    hint: Message | None = None,
    span: tuple[int, int] | None = None,
) -> Problem:
    place = Place(key=_name(written))
    return Problem(code, message, place, expected=expected, hint=hint, excerpt=written, excerpt_span=span)
