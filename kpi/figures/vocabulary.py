"""What names mean: figures and indicators by every way to write them."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import StrEnum

from kpi.definitions.figure_model import FigureType
from kpi.definitions.model import Definitions
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.names import INVISIBLE, nearest
from kpi.problems import Place
from kpi.units import Unit, Units


class Role(StrEnum):
    ID = "id"
    NAME = "name"
    PERIOD = "period"
    FIGURE = "figure"
    REPORTED = "reported"  # an indicator's value under its own label


# How mapping files and messages write who a row is about and when, and the periods of figures.
_IDENTITY = {Role.ID: "统一社会信用代码", Role.NAME: "企业名称", Role.PERIOD: "年度"}
_PERIODS = {Shift.NOW: "", Shift.PREVIOUS: "上年", Shift.PRECEDING: "上期"}
_SQUARE = str.maketrans({**dict(zip("[]【】〔〕", "()()()", strict=True)), **dict.fromkeys(INVISIBLE)})


@frozen
class Meaning:
    """What a name stands for: a figure or an indicator, with the type and unit of its values."""

    role: Role
    key: str
    kind: FigureType
    unit: Unit | None


@frozen
class Confirmed:
    """What a column is, as somebody has confirmed it in a mapping file. header: as the mapping writes it.

    meaning: None where the column is not used. unit: of the cells; None: what the header says, else the declared one.
    percent: "share" (0.15 is 15 %), "shown" (15 is 15 %), None where nothing is said. place: in the mapping file.
    """

    header: str
    meaning: Meaning | None
    place: Place
    shift: Shift = Shift.NOW
    unit: Unit | None = None
    percent: str | None = None


@frozen
class Vocabulary:
    """Every way to write a figure or an indicator, as comparing wants it; and the units.

    confirmed: headers, as comparing wants them, whose columns a mapping file explains; that goes before any name.
    figures: the same by key. fingerprints: of the files of the definitions.
    """

    meanings: Mapping[str, tuple[Meaning, ...]]
    shown: Mapping[str, str]  # the same, as people write it, for suggestions
    units: Units
    confirmed: Mapping[str, Confirmed] = field(default_factory=dict)
    figures: Mapping[str, Meaning] = field(default_factory=dict)
    fingerprints: tuple[str, ...] = ()


def vocabulary(definitions: Definitions, confirmed: Mapping[str, Confirmed] | None = None) -> Vocabulary:
    """Keys, labels, aliases of figures; keys, labels and `also` of indicators; what a mapping has confirmed."""
    found: dict[str, dict[Meaning, None]] = defaultdict(dict)
    shown: dict[str, str] = {}

    def enter(names: Iterable[str], meaning: Meaning) -> None:
        for name in filter(None, names):
            found[comparable(name)][meaning] = None
            shown.setdefault(comparable(name), name)

    figures: dict[str, Meaning] = {}
    for figure in definitions.figures.values():
        meaning = figures[figure.key] = Meaning(Role.FIGURE, figure.key, figure.type, figure.unit)
        enter((figure.key, figure.label, figure.label_en, *figure.aliases), meaning)
    for indicator in definitions.indicators.values():
        meaning = Meaning(Role.REPORTED, indicator.key, FigureType.NUMBER, indicator.unit)
        enter((indicator.key, indicator.label, indicator.label_en, *indicator.also), meaning)
    names = {name: tuple(meanings) for name, meanings in found.items()}
    files = tuple(file.sha256 for file in definitions.files)
    return Vocabulary(names, shown, definitions.units, confirmed or {}, figures, files)


def suggestion(name: str, words: Vocabulary) -> str | None:
    """The known name that is most like this one; None when none is near."""
    near = nearest(comparable(name), words.meanings)
    return words.shown[near] if near else None


def written(role: Role, key: str, shift: Shift) -> str:
    """What a column is, as a mapping file writes it and reads it: 税收, 上年税收, 企业名称."""
    return _IDENTITY.get(role) or _PERIODS[shift] + key


def half_width(text: str) -> str:
    """A header in half-width characters, without blanks, with one kind of brackets."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_SQUARE).split())


def comparable(text: str) -> str:
    return half_width(text).casefold()
