"""What a test expects, checked against the rules that it is about: names, tiers, units."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kpi.definitions.cases import OF_THE_RUN, UNDEFINED, Expectation, Kind, Written
from kpi.definitions.context import Reading
from kpi.definitions.positions import Path
from kpi.definitions.scheme_model import Item, Scheme
from kpi.definitions.standard_model import Bound, Requirement, Standard
from kpi.formula.tree import Name
from kpi.names import nearest
from kpi.problems import Message, Problem, say
from kpi.regex import compiled
from kpi.units import NUMBER, PERCENT, POINTS, Unit, UnitError, conversion, convertible, normalise

_BY_STANDARD = (Kind.PASSES, Kind.SHORTFALL)
_BY_EITHER = (Kind.VALUE, Kind.STATUS, Kind.PROBLEM)
_BY_NAME = (Kind.SHORTFALL, Kind.ITEM, Kind.ADJUSTMENT, Kind.MEASURE, Kind.BASELINE, Kind.TIERS)
_WORDS = (Kind.PASSES, Kind.TIER, Kind.FIRST_TIER, Kind.OVERRIDES, Kind.STATUS, Kind.CHECKS, Kind.PROBLEM)
_LISTS = (Kind.OVERRIDES, Kind.CHECKS)
_POINTS = (Kind.SCORE, Kind.ITEM, Kind.ADJUSTMENT)
_KEYS = {str(kind): kind for kind in Kind if kind is not Kind.VALUE}
_NOTHING = frozenset(("—", "–", "-", "--", "——"))
_QUANTITY = compiled(r"(?P<number>[+-]?\d[\d,]*(?:\.(?P<decimals>\d+))?)(?P<unit>.*)")
SEPARATOR = "、"  # between the labels of overrides and the keys of checks
DECIDED = "会议决定"  # what a decision of a meeting is called among them


@dataclass(frozen=True, slots=True)
class Rules:
    """What a test is about: all editions of its standard and its schemes. unknown: one of them could not be read."""

    standards: tuple[Standard, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    unknown: bool = False

    def requirements(self) -> Iterator[Requirement]:
        """Every requirement, in each of its wordings."""
        for standard in self.standards:
            for rule in standard.require:
                yield from (rule, *rule.instead)

    def items(self) -> Iterator[Item]:
        for scheme in self.schemes:
            yield from scheme.items

    def letters(self) -> tuple[str, ...]:
        """Every tier that there is, those of exemptions too."""
        letters = (letter for one in self.schemes for letter in (*one.tiers.names, *(each.tier for each in one.exempt)))
        return tuple(dict.fromkeys(letters))


def read_expected(entry: Mapping[str, Any], path: Path, reading: Reading, rules: Rules) -> Iterator[Expectation]:
    """Everything under `expect`; what cannot be is reported and left out."""
    for key, value in entry.items():
        kind = _KEYS.get(key, Kind.VALUE)
        if kind is Kind.BASELINE:
            for name, stated in value.items():
                groups: Mapping[str | None, str] = stated if isinstance(stated, dict) else {None: stated}
                for group, text in groups.items():
                    where = Written((*path, key, name, *(() if group is None else (group,))))
                    yield from expectation(kind, name, text, where, reading, rules, group)
        elif kind in _BY_NAME:
            for name, text in value.items():
                yield from expectation(kind, name, str(text), Written((*path, key, name)), reading, rules)
        else:
            text = SEPARATOR.join(value) if kind in _LISTS else _said(value)
            yield from expectation(kind, key if kind is Kind.VALUE else "", text, Written((*path, key)), reading, rules)


def _said(value: Any) -> str:
    return ("是" if value else "否") if isinstance(value, bool) else str(value)


def expectation(
    kind: Kind, name: str, text: str, where: Written, reading: Reading, rules: Rules, group: str | None = None
) -> Iterator[Expectation]:
    """One expectation, checked; none after reporting why it cannot be."""
    if rules.unknown:
        return
    if not _has_rule(kind, where, reading, rules):
        return
    found = _named(kind, name, where, reading, rules)
    if found is None:
        return
    key, unit = found
    text = text.strip()
    if text in _NOTHING:
        yield Expectation(kind, UNDEFINED, where, key, group)
    elif kind in _WORDS:
        if _known_word(kind, text, where, reading, rules):
            yield Expectation(kind, text, where, key, group)
    else:
        exactly, _, tolerance = unicodedata.normalize("NFKC", text).partition("±")
        number = _number(exactly, unit, kind in _POINTS, where, reading)
        within = _number(tolerance, unit, kind in _POINTS, where, reading) if tolerance else (Fraction(0), None)
        if number is not None and within is not None:
            decimals = None if within[0] else number[1]
            yield Expectation(kind, text, where, key, group, number[0], decimals, within[0])


def _has_rule(kind: Kind, where: Written, reading: Reading, rules: Rules) -> bool:
    if kind in _BY_STANDARD:
        there, hint = bool(rules.standards), say('Say which standard is tested, such as standard = "234+1.2".')
    elif kind is Kind.CHECKS:
        there, hint = bool(reading.checks), say("Write checks under [checks].")
    elif kind in _BY_EITHER:
        there, hint = kind is Kind.VALUE or bool(rules.standards or rules.schemes), say("Name a standard or a scheme.")
    else:
        there, hint = bool(rules.schemes), say('Say which scheme is tested, such as scheme = "规上".')
    if not there:
        message = say("“{key}” is expected, but the test names no rule that gives it.", key=str(kind))
        report(reading, where, "test-without-rule", message, hint=hint)
    return there


def _named(kind: Kind, name: str, where: Written, reading: Reading, rules: Rules) -> tuple[str, Unit | None] | None:
    """What a name stands for here, and the unit of its numbers; None after a problem."""
    if kind is Kind.VALUE:
        return _indicator(name, where, reading)
    if kind not in _BY_NAME:
        return "", NUMBER
    known = dict(_known(kind, reading, rules))
    if name in known:
        return known[name]
    if name not in reading.broken:
        near = nearest(name, known)
        report(
            reading,
            where,
            "unknown-name",
            say("The rules that are tested have no “{name}” here.", name=name),
            expected=say("Expected one of: {choices}.", choices=tuple(known)) if known else None,
            hint=say("Did you mean “{near}”?", near=near) if near else None,
        )
    return None


def _indicator(name: str, where: Written, reading: Reading) -> tuple[str, Unit | None] | None:
    keys = {symbol.key for symbol in reading.names.get(name, ()) if symbol.role == "indicator"}
    keys = keys or {key for key, indicator in reading.indicators.items() if indicator.label_en == name}
    if len(keys) == 1:
        key = keys.pop()
        return key, reading.indicators[key].unit
    if name not in reading.broken:
        near = nearest(name, [*_KEYS, *reading.indicators])
        hint = say("Did you mean “{near}”?", near=near) if near else None
        report(reading, where, "unknown-name", say("There is no indicator “{name}”.", name=name), hint=hint)
    return None


def _known(kind: Kind, reading: Reading, rules: Rules) -> Iterator[tuple[str, tuple[str, Unit | None]]]:
    """Every way to name what may be expected: with the name in results and the unit."""
    if kind is Kind.TIERS:
        yield from ((letter, (letter, NUMBER)) for letter in rules.letters())
    elif kind is Kind.ADJUSTMENT:
        yield from ((one.label, (one.label, NUMBER)) for scheme in rules.schemes for one in scheme.adjustments)
    elif kind is Kind.MEASURE:
        for one in (measure for scheme in rules.schemes for measure in scheme.measures):
            yield one.label, (one.label, one.amount.unit if one.amount is not None else None)
    elif kind is Kind.SHORTFALL:
        for requirement in rules.requirements():
            for bound in requirement.bounds:
                yield from _of_bound(requirement, bound, reading)
    else:
        for item in rules.items():
            indicator = reading.indicators.get(item.indicator)
            unit = NUMBER if kind is Kind.ITEM else indicator.unit if indicator is not None else None
            label = indicator.label if indicator is not None else ""
            yield from ((name, (item.indicator or name, unit)) for name in (item.indicator, label, item.label) if name)


def _of_bound(
    requirement: Requirement, bound: Bound, reading: Reading
) -> Iterator[tuple[str, tuple[str, Unit | None]]]:
    unit = POINTS if bound.unit == PERCENT else bound.unit
    subject = bound.subject.key if isinstance(bound.subject, Name) else ""
    known = reading.indicators.get(subject) or reading.figures.get(subject)
    for name in (requirement.label, known.label if known is not None else "", subject, requirement.rule):
        if name:
            yield name, (name, unit)


def _known_word(kind: Kind, text: str, where: Written, reading: Reading, rules: Rules) -> bool:
    known: Iterable[str] = ()
    if kind in (Kind.TIER, Kind.FIRST_TIER):
        known = rules.letters()
    elif kind is Kind.PASSES:
        known = ("是", "否")
    elif kind is Kind.OVERRIDES:
        known = [*(one.label for scheme in rules.schemes for one in scheme.overrides), DECIDED]
    elif kind is Kind.CHECKS:
        known = reading.checks
    wrong = [word for word in text.split(SEPARATOR) if word and known and word not in known]
    if wrong or (kind is Kind.OVERRIDES and text and not known):
        report(
            reading,
            where,
            "unknown-choice",
            say("“{value}” is not known here.", value=(wrong or [text])[0]),
            expected=say("Expected one of: {choices}.", choices=tuple(known) or "—"),
        )
    return not wrong


def _number(
    text: str, unit: Unit | None, points: bool, where: Written, reading: Reading
) -> tuple[Fraction, int | None] | None:
    """A number with or without a unit, in the unit in which it is published, and its decimals as written."""
    match = _QUANTITY.fullmatch("".join(text.replace("−", "-").split()))
    if match is None:
        message = say("“{text}” is not a number.", text=text.strip())
        expected = say("Expected a value as it is published, such as 20.00, or — where there must be none.")
        report(reading, where, "not-a-number", message, expected=expected)
        return None
    number = Fraction(match["number"].replace(",", ""))
    decimals = len(match["decimals"] or "")
    written = match["unit"]
    if not written or unit is None or (points and written == "分") or normalise(written) == normalise(unit.text):
        return number, decimals
    try:
        stated = reading.units.parse(written)
    except UnitError:
        report(reading, where, "unknown-unit", say("“{unit}” is not a known unit.", unit=written))
        return None
    if not convertible(stated, unit):
        message = say("{unit} does not convert to {declared}.", unit=written, declared=unit.text or "1")
        report(reading, where, "unit-misfit", message)
        return None
    return number * conversion(stated, unit), None


def report(
    reading: Reading,
    where: Written,
    code: str,
    message: Message,
    expected: Message | None = None,
    hint: Message | None = None,
) -> None:
    """Note a problem where something is written."""
    place = where.place or reading.sources.place(where.path, where.offset)
    reading.problems.append(Problem(code, message, place, expected=expected, hint=hint))


def of_the_run(expected: Expectation) -> bool:
    """Whether it is expected of the whole run, not of one entity."""
    return expected.kind in OF_THE_RUN
