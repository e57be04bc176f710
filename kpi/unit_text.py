"""Unit texts: what people type (万元／㎡, 元/(人·年)) as names with powers, and back.

The grammar is so small that nothing in it can be evaluated or hang: names joined by / and ·, each with a small power,
one pair of brackets in a divisor. What a name stands for is units.py's business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from kpi.frozen import frozen
from kpi.regex import compiled

LONGEST = 40

# One character for one character, so that places in a text stay: full-width forms, dots, minus, powers.
_PLAIN = str.maketrans(
    {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
    | dict.fromkeys("・•⋅∙", "·")
    | {"−": "-", "￥": "¥", "²": "2", "³": "3", "\u3000": " "}
)
_GLYPHS = {"㎡": "平方米", "㎥": "立方米", "㎢": "平方公里", "㎞": "公里", "㎏": "千克", "㏊": "公顷", "㎝": "厘米"}
# A name with a power that has a name of its own; hm² is how surveyors write a hectare.
_POWER_NAMES = {"m2": "平方米", "M2": "平方米", "km2": "平方公里", "hm2": "公顷", "m3": "立方米", "M3": "立方米"}
_POWER_NAME = compiled(rf"(?<![A-Za-z])(?:{'|'.join(_POWER_NAMES)})$")
_TOKEN = compiled(r"(?P<name>[^\W\d_]+|[%‰¥]|1(?![\d^-]))(?P<power>\^?-?[1-9]\d?(?!\d))?|(?P<mark>[/·*×()])")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


class UnitError(ValueError):
    """The text names no unit."""


@frozen
class Term:
    """One name in a unit text, with its power (negative below the fraction line)."""

    name: str
    power: int


def plain(text: str) -> str:
    """Full-width and typographic signs by their usual ones, one character for one, so that places stay."""
    return text.translate(_PLAIN)


def normalise(text: str) -> str:
    """A unit as people type it, in one spelling: full-width to half-width, ㎡ to 平方米, 每 to /, no spaces."""
    whole = "".join(unicodedata.normalize("NFKC", plain(unfolded(text).translate(_LOWERED))).split())
    return re.sub(r"(^|/)每", r"\1", whole.replace("÷", "/")).replace("每", "/")


def unfolded(text: str) -> str:
    """The text with every sign that is a whole unit written out: 万㎡ as 万平方米."""
    for glyph, name in _GLYPHS.items():
        text = text.replace(glyph, name)
    return text


def terms(written: str) -> list[Term]:
    """The names in a normalised unit text with their powers. Raises UnitError when it is not built as a unit is."""
    found: list[Term] = []
    place, sign, bracket, expects_name = 0, 1, False, True
    while place < len(written):
        token = _TOKEN.match(written, place)
        if token is None:
            raise UnitError(written)
        place, mark = token.end(), token["mark"]
        if token["name"] and expects_name:
            found.append(_term(token, sign))
            expects_name = False
        elif mark == "(" and expects_name and sign < 0 and not bracket:
            bracket = True
        elif mark == ")" and bracket and not expects_name and written[place : place + 1] in ("", *"/·*×"):
            bracket, sign = False, 1
        elif mark and mark in "/·*×" and not expects_name and not (mark == "/" and bracket):
            expects_name, sign = True, -1 if mark == "/" or bracket else 1
        else:
            raise UnitError(written)
    if expects_name or bracket or found == [Term("1", 1)]:
        raise UnitError(written)
    return found


def spelled(written: str) -> str:
    """A normalised unit text as it is shown: 万元/m2 as 万元/平方米, 米^2 as 米²."""
    return _TOKEN.sub(lambda token: token["mark"] or _named(_term(token, 1)), written)


def composed(parts: Iterable[Term]) -> str:
    """The text of a product: names that meet are taken together, what cancels is gone."""
    powers: dict[str, int] = {}
    for part in parts:
        powers[part.name] = powers.get(part.name, 0) + part.power
    powers.pop("1", None)
    above = "·".join(_named(Term(name, power)) for name, power in powers.items() if power > 0)
    below = [_named(Term(name, -power)) for name, power in powers.items() if power < 0]
    if not below:
        return above
    return f"{above or '1'}/{below[0] if len(below) == 1 else '(' + '·'.join(below) + ')'}"


def _term(token: re.Match[str], sign: int) -> Term:
    written = token[0].replace("^", "")
    if power_name := _POWER_NAME.search(written):
        return Term(written[: power_name.start()] + _POWER_NAMES[power_name[0]], sign)
    return Term(token["name"], sign * int((token["power"] or "1").lstrip("^")))


def _named(term: Term) -> str:
    return term.name if term.power == 1 else term.name + str(term.power).translate(_RAISED)
