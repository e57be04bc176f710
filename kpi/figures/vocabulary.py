"""What names mean: figures and indicators by every way to write them."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum

from kpi.definitions.model import Definitions, FigureType
from kpi.formula.errors import nearest
from kpi.frozen import frozen
from kpi.units import Unit, Units


class Role(StrEnum):
    ID = "id"
    NAME = "name"
    PERIOD = "period"
    FIGURE = "figure"
    REPORTED = "reported"  # an indicator's value under its own label


_SQUARE = str.maketrans("[]【】〔〕", "()()()")


@frozen
class Meaning:
    """What a name stands for: a figure or an indicator, with the type and unit of its values."""

    role: Role
    key: str
    kind: FigureType
    unit: Unit | None


@frozen
class Vocabulary:
    """Every way to write a figure or an indicator, as comparing wants it; and the units."""

    meanings: Mapping[str, tuple[Meaning, ...]]
    shown: Mapping[str, str]  # the same, as people write it, for suggestions
    units: Units


def vocabulary(definitions: Definitions) -> Vocabulary:
    """Keys, labels, aliases of figures; keys, labels and `also` of indicators."""
    found: dict[str, dict[Meaning, None]] = defaultdict(dict)
    shown: dict[str, str] = {}

    def enter(names: Iterable[str], meaning: Meaning) -> None:
        for name in filter(None, names):
            found[comparable(name)][meaning] = None
            shown.setdefault(comparable(name), name)

    for figure in definitions.figures.values():
        meaning = Meaning(Role.FIGURE, figure.key, figure.type, figure.unit)
        enter((figure.key, figure.label, figure.label_en, *figure.aliases), meaning)
    for indicator in definitions.indicators.values():
        meaning = Meaning(Role.REPORTED, indicator.key, FigureType.NUMBER, indicator.unit)
        enter((indicator.key, indicator.label, indicator.label_en, *indicator.also), meaning)
    return Vocabulary({name: tuple(meanings) for name, meanings in found.items()}, shown, definitions.units)


def suggestion(name: str, words: Vocabulary) -> str | None:
    """The known name that is most like this one; None when none is near."""
    near = nearest(comparable(name), words.meanings)
    return words.shown[near] if near else None


def half_width(text: str) -> str:
    """A header in half-width characters, without blanks, with one kind of brackets."""
    return (
        "".join(unicodedata.normalize("NFKC", text).translate(_SQUARE).split())
        .replace("\u200b", "")
        .replace("\ufeff", "")
    )


def comparable(text: str) -> str:
    return half_width(text).casefold()
