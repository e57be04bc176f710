"""Mapping files (--map): columns that somebody has confirmed, looked up among the names of figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from kpi.definitions.figure_model import FigureType
from kpi.definitions.mapping import Mapped, read_mapping
from kpi.definitions.model import Definitions
from kpi.evaluation.table import Source
from kpi.figures.header_text import one_line, peelings
from kpi.figures.headers import identity_of, named
from kpi.figures.vocabulary import Confirmed, Meaning, Role, Vocabulary, comparable, suggestion, vocabulary
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.names import unnumbered
from kpi.problems import KpiError, Message, Place, Problem, Severity, say
from kpi.units import Kind, Unit, UnitError, convertible


@frozen
class ColumnMapping:
    """Headers, as comparing wants them → what their columns are; and the files that say so."""

    confirmed: Mapping[str, Confirmed] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()

    def unused(self, headers: Iterable[str]) -> list[Problem]:
        """One warning for the headers of the mapping that none of the files has."""
        there = {comparable(header) for header in headers}
        absent = [
            said
            for header, said in self.confirmed.items()
            if said.meaning is not None and not {header, unnumbered(header)} & there
        ]
        if not absent:
            return []
        message = say(
            "No file has these columns of the mapping: {headers}.",
            headers=tuple(f"“{one_line(said.header)}”" for said in absent),
        )
        hint = say("If the files call them otherwise now, make the mapping anew: kpi map FILE -o mapping.toml.")
        return [Problem("mapping-not-used", message, absent[0].place, Severity.WARNING, hint=hint)]


def read(paths: Sequence[str | Path], definitions: Definitions) -> ColumnMapping:
    """The columns that these files explain.

    Raises KpiError with everything that is wrong with them: an unknown figure, a unit that does not convert, a
    header that is explained twice in different ways.
    """
    words = vocabulary(definitions)
    confirmed: dict[str, Confirmed] = {}
    sources: list[Source] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            file = read_mapping(path)
        except KpiError as error:
            problems += error.problems
            continue
        sources.append(Source(file.file.path, None, file.file.sha256, len(file.columns)))
        for mapped in file.columns:
            found = _confirmed(mapped, words)
            if isinstance(found, Problem):
                problems.append(found)
                continue
            other = confirmed.setdefault(comparable(mapped.header), found)
            if _means(other) != _means(found):
                problems.append(_twice(found, other))
    if problems:
        raise KpiError(problems)
    return ColumnMapping(confirmed, tuple(sources))


def _confirmed(mapped: Mapped, words: Vocabulary) -> Confirmed | Problem:
    """What a column of the mapping is, or what is wrong with what is said of it."""
    if not comparable(mapped.header):
        return Problem("mapping-without-header", say("The header is empty."), mapped.place)
    if mapped.figure is None:
        return Confirmed(mapped.header, None, mapped.place)
    found = named(mapped.figure, words)
    if found is None:
        return _identity(mapped, words)
    meanings, shift = found
    exactly = [meaning for meaning in meanings if _says_key(mapped.figure, meaning.key)]
    meanings = tuple(exactly) if len(exactly) == 1 else meanings
    if len(meanings) > 1:
        keys = tuple(meaning.key for meaning in meanings)
        message = say("“{name}” can mean {keys}.", name=mapped.figure, keys=keys)
        return Problem("unknown-name", message, mapped.place, hint=say("Write the key of the one that is meant."))
    meaning = meanings[0]
    if shift is not Shift.NOW and meaning.role is Role.REPORTED:
        message = say("An indicator of an earlier period is computed, not reported.")
        return Problem("not-a-figure", message, mapped.place)
    unit = _unit(mapped, meaning, words)
    if isinstance(unit, Problem):
        return unit
    written = unit or meaning.unit
    if mapped.percent is not None and (written is None or written.kind is not Kind.PERCENT):
        message = say(
            "percent is said of “{header}”, whose numbers are in {unit}.", header=mapped.header, unit=written or "1"
        )
        return Problem("percent-misfit", message, mapped.place, hint=say("Leave percent out; it is for columns in %."))
    return Confirmed(mapped.header, meaning, mapped.place, shift, unit, mapped.percent)


def _says_key(name: str, key: str) -> bool:
    """Whether a name is this very key, apart from the mark of a period."""
    return any(comparable(peeled.rest) == comparable(key) for peeled in peelings(name))


def _identity(mapped: Mapped, words: Vocabulary) -> Confirmed | Problem:
    """A column of codes, names or periods; a problem for what is no name of anything."""
    name = mapped.figure or ""
    role = identity_of(name)
    if role is not None and mapped.unit is None and mapped.percent is None:
        return Confirmed(mapped.header, Meaning(role, "", FigureType.TEXT, None), mapped.place)
    near = suggestion(name, words)
    return Problem(
        "unknown-name",
        say("There is no figure “{name}”.", name=name),
        mapped.place,
        expected=say("Expected the name of a figure or an indicator, or 企业名称, 统一社会信用代码 or 年度."),
        hint=say("Did you mean “{near}”?", near=near) if near else say("`kpi list figures` shows them."),
    )


def _unit(mapped: Mapped, meaning: Meaning, words: Vocabulary) -> Unit | Problem | None:
    """The unit that is said of a column, which converts to the declared one; None where none is said."""
    if mapped.unit is None:
        return None
    try:
        unit = words.units.parse(mapped.unit)
    except UnitError:
        return _wrong_unit(mapped, say("“{unit}” is not a known unit.", unit=mapped.unit))
    if meaning.unit is not None and convertible(unit, meaning.unit):
        return unit
    declared = meaning.unit.text if meaning.unit is not None else ""
    return _wrong_unit(
        mapped,
        say(
            "{unit} does not convert to {declared}, in which {figure} is declared.",
            unit=mapped.unit,
            declared=declared or "1",
            figure=meaning.key,
        ),
    )


def _wrong_unit(mapped: Mapped, message: Message) -> Problem:
    return Problem(
        "mapping-unit", message, mapped.place, hint=say("Write the unit that the numbers are in, such as 元.")
    )


def _means(said: Confirmed) -> tuple[object, ...]:
    return said.meaning, said.shift, said.unit, said.percent


def _twice(found: Confirmed, other: Confirmed) -> Problem:
    message = say("“{header}” is explained in another way at {place}.", header=found.header, place=_where(other.place))
    return Problem("mapping-twice", message, found.place, hint=say("Keep one of the two."))


def _where(place: Place) -> str:
    return f"{place.file}:{place.line}"
