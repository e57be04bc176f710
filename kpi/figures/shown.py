"""Number formats that show another number than is stored: 0\\.0,"万元" shows 9000000 as 900.0万元.

Which of the two the header speaks of, nobody can say from outside, so it is asked. Where the unit that the format names
comes out at that of the column, both say the same, and nothing is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from fractions import Fraction

from kpi.definitions.figure_model import FigureType
from kpi.figures import numerals
from kpi.figures.column import Column
from kpi.frozen import frozen
from kpi.problems import Place, Problem, say
from kpi.regex import compiled
from kpi.unit_text import unfolded
from kpi.units import Unit, UnitError, Units, conversion, convertible

# A piece of a format: a quoted text, one character behind a sign that quotes it, a space as wide as a character, a
# filler, what stands in brackets (a colour, a condition, [$万元-804]), a power of ten, the format of everything, or
# one character.
PIECE = compiled(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<one>.)|_.|\*.|\[\$(?P<sign>[^\]-]*)[^\]]*\]|\[[^\]]*\]'
    r"|(?P<power>E[+-])|(?P<general>General|G/通用格式)|(?P<plain>.)",
    re.DOTALL | re.IGNORECASE,
)
_THOUSANDS = compiled(r"0(,+)(?=[.x]|$)")
_POINT = compiled(r"0x?P([0,x]*)")  # a point that is only written: the digits behind it are no decimals
_DAY = compiled(r"[ymdhsYMDHS]")
_SIGNS = " ()（）-+−:：·'￥¥$€£"
_FOREIGN = {"$": "美元", "€": "欧元", "£": "英镑"}
_TELLING = frozenset("%‰<>≤≥~≈±+?？") | _FOREIGN.keys()  # besides words, what says more than the number alone
_UNITS_OF_UNITS = frozenset("十百千万亿")  # 万 alone: of the column's unit


@frozen
class Shows:
    """scale: what a stored number is divided by before it is shown. text: the words that stand beside it.

    whole: all that is shown, with a 1 for the number.
    """

    scale: Fraction
    text: str
    whole: str = "1"


def otherwise(code: str) -> bool:
    """Whether a number format may show something else than the stored number."""
    return any(
        each.scale != 1 or any(map(str.isalpha, unfolded(each.text))) or not _TELLING.isdisjoint(each.whole)
        for each in sections(code)
    )


def sections(code: str) -> tuple[Shows, ...]:
    """What each section of a number format makes of a number; those for dates and texts are left out.

    So are percentages, which are read as they are shown, where no other section shows a number ([<=1]0%;0 has one).
    """
    found: list[Shows] = []
    shares: list[Shows] = []
    skeleton, words, whole = "", "", ""
    for piece in (*PIECE.finditer(code), None):
        if piece is None or piece["plain"] == ";":
            if "0" in skeleton and "D" not in skeleton and "@" not in skeleton:
                if "%" in skeleton:
                    shares.append(Shows(_scale(skeleton) / 100, "%", "1%"))
                else:
                    found.append(Shows(_scale(skeleton), words.strip(_SIGNS), whole.strip()))
            skeleton, words, whole = "", "", ""
            continue
        text = piece["quoted"] or piece["one"] or piece["sign"] or ""
        plain = piece["plain"] or ""
        if piece["general"] or plain in tuple("0#?"):
            skeleton += "0"
            whole += "" if "1" in whole else "1"
        elif plain and plain in ".,%@":
            skeleton += plain
        elif text == ".":
            skeleton += "P"
        elif plain and _DAY.match(plain):
            skeleton += "D"
        elif (text or plain).strip():
            skeleton += "x"
            words += text or plain
            whole += text or plain
    return tuple(dict.fromkeys([*found, *shares] if found else found))


def _scale(skeleton: str) -> Fraction:
    thousands = _THOUSANDS.search(skeleton)
    pointed = _POINT.search(skeleton.partition(".")[0])
    scale = 1000 ** len(thousands[1]) if thousands else 1
    return Fraction(scale * 10 ** (pointed[1].count("0") if pointed else 0))


def doubts(
    columns: Sequence[Column],
    shown: Mapping[int, Mapping[str, Collection[int]]],
    units: Units,
    said: Callable[[Column], bool],
    place: Callable[[int, int], Place],
) -> Iterator[Problem]:
    """An error for each column and format that leaves open which number is meant.

    shown: by position, the formats that may show something else, with the rows of their cells. said: whether somebody
    has confirmed the unit of a column: that settles by how much a number is scaled, and nothing else. place: of a cell,
    by position and row.
    """
    for column in columns:
        for code, rows in shown.get(column.position, {}).items():
            if column.kind is not FigureType.NUMBER or column.unit is None or not rows:
                continue
            shows, first = sections(code), place(column.position, min(rows))
            if any(numerals.inexact(each.whole) for each in shows):
                yield _not_exact(code, len(rows), first)
            elif any(_of_another_kind(each, column.unit, units) for each in shows):
                yield _other_kind(code, column.unit, len(rows), first)
            elif not said(column) and not all(_agrees(each, column.unit, units) for each in shows):
                yield _problem(code, column.unit, len(rows), first)


def _of_another_kind(shows: Shows, unit: Unit, units: Units) -> bool:
    """Whether what is shown is in a unit, or a currency, that does not convert to the column's."""
    named = [_unit(name, unit, units) for sign, name in _FOREIGN.items() if sign in shows.whole]
    if any(currency is None or not convertible(currency, unit) for currency in named):
        return True
    beside = _unit(shows.text, unit, units)
    return beside is not None and not convertible(beside, unit)


def _agrees(shows: Shows, unit: Unit, units: Units) -> bool:
    """Whether what is shown is the stored number in the column's unit."""
    named = _unit(shows.text, unit, units)
    return shows.scale == (1 if named is None else conversion(named, unit))


def _unit(text: str, of: Unit, units: Units) -> Unit | None:
    """The unit that a format names; 万 alone is one of the column's own. None where it names none."""
    ways = [text]
    if text and _UNITS_OF_UNITS.issuperset(text):
        ways = [of.text] if of.text.startswith(text) else [text + _without_prefix(of.text, units), text + of.text]
    for way in ways:
        try:
            return units.parse(way) if way else None
        except UnitError:
            continue
    return None


def _without_prefix(text: str, units: Units) -> str:
    """A unit without what multiplies it: 元 of 万元, but 千克 whole."""
    names = frozenset(units.names())
    rest = text
    while rest[:1] in _UNITS_OF_UNITS and rest.partition("/")[0] not in names:
        rest = rest[1:]
    return rest


def _not_exact(code: str, count: int, place: Place) -> Problem:
    message = say(
        "{count} cells have the number format {code}, which says that their numbers are not exact.",
        count=count,
        code=code,
    )
    hint = say("Ask for the exact numbers, or give the cells a plain number format if these are the ones to judge by.")
    return Problem("format-shows-otherwise", message, place, expected=say("Exact numbers are expected."), hint=hint)


def _other_kind(code: str, unit: Unit, count: int, place: Place) -> Problem:
    message = say(
        "{count} cells have the number format {code}: what they show is no amount in {unit}.",
        count=count,
        code=code,
        unit=unit.text,
    )
    hint = say(
        "Find out what the numbers are. Write their unit into the header, in brackets, or give the cells a plain "
        "number format if they are in {unit}.",
        unit=unit.text,
    )
    return Problem("format-shows-otherwise", message, place, hint=hint)


def _problem(code: str, unit: Unit, count: int, place: Place) -> Problem:
    message = say(
        "{count} cells have the number format {code}: what they show is not the stored number in {unit}.",
        count=count,
        code=code,
        unit=unit.text,
    )
    hint = say(
        "Write the unit of the stored numbers (as the formula bar shows them) into the header, in brackets, or give "
        "the cells a plain number format; a mapping (--map) can say the unit as well."
    )
    return Problem("format-shows-otherwise", message, place, hint=hint)
