"""The answers of `list` and `show`: what the definitions define, in the keys in which it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from enum import Enum
from fractions import Fraction
from typing import Any

from kpi import months
from kpi.definitions.check_model import Check
from kpi.definitions.figure_model import Figure, FigureType, Indicator
from kpi.definitions.list_model import NameList
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.standard_model import Standard
from kpi.definitions.target_model import Plan, Target
from kpi.definitions.validity import Validity
from kpi.evaluation.targets import growth
from kpi.evaluation.targets.amounts import Amount
from kpi.formula.tree import Formula
from kpi.frozen import frozen
from kpi.locale import N_, text, translate
from kpi.numbers import plain, terminating_decimals
from kpi.problems import KpiError, Problem, say
from kpi.render.as_json import Data
from kpi.render.problems import SEVERITIES
from kpi.render.report import NOTHING, Cell, Report, Section
from kpi.render.words import column, label, listed
from kpi.units import Unit

KINDS = ("figures", "indicators", "checks", "standards", "schemes", "lists", "targets")
TITLES = {
    "figures": N_("Figures"),
    "indicators": N_("Indicators"),
    "checks": N_("Cross-checks"),
    "standards": N_("Standards"),
    "schemes": N_("Schemes"),
    "lists": N_("Lists"),
    "targets": N_("Targets"),
}

# What reading has made of a rule, beside the rule as it is written.
DERIVED = {"condition", "bounds", "places", "first", "last", "sentences"}
# Months are numbers in the model, days for people.
MONTHS = {"since": months.first_of, "due": months.last_of}


@frozen
class Found:
    """A definition by its kind and key, in all its editions."""

    kind: str
    key: str
    editions: tuple[Any, ...]


def find(definitions: Definitions, name: str) -> Found:
    """What is called so, by key first, then by label.

    Raises KpiError when nothing is, with the nearest names.
    """
    everything = [found for kind in KINDS for found in _of_kind(definitions, kind)]
    for matches in (_by_key, _by_label):
        for found in everything:
            if matches(found, name):
                return found
    known = [found.key for found in everything] + [
        each.label for found in everything for each in found.editions if not isinstance(each, NameList)
    ]
    near = get_close_matches(name, known, n=3, cutoff=0.4)
    hint = say("Did you mean {near}?", near=tuple(dict.fromkeys(near))) if near else say("`kpi list` names them all.")
    raise KpiError(Problem("unknown-definition", say("Nothing is called “{name}”.", name=name), hint=hint))


def _by_key(found: Found, name: str) -> bool:
    return found.key == name


def _by_label(found: Found, name: str) -> bool:
    return any(name in (getattr(each, "label", ""), getattr(each, "label_en", "")) for each in found.editions)


def _of_kind(definitions: Definitions, kind: str) -> Iterator[Found]:
    entries: Mapping[str, Any] = getattr(definitions, kind)
    for key, entry in entries.items():
        yield Found(kind, key, entry if isinstance(entry, tuple) else (entry,))


def show_data(found: Found) -> Data:
    """Everything that is said of a definition, in the keys of the file."""
    return {"kind": found.kind, "key": found.key, "editions": [written(each) for each in found.editions]}


def show_report(found: Found, language: str) -> Report:
    """One line a key; editions one after the other."""
    columns = [column("key", N_("Key"), language), column("value", N_("Content"), language)]
    sections = [
        Section(found.kind, "", columns, [[Cell(key), Cell(value)] for key, value in _flat("", written(each))])
        for each in found.editions
    ]
    heading = f"{text(TITLES[found.kind], language)} · {found.key}"
    return Report(heading, sections=sections)


def written(value: Any) -> Any:
    """A model as plain data: what differs from the default, formulas as they are written, numbers exact."""
    if isinstance(value, Formula):
        return value.text
    if isinstance(value, Unit):
        return str(value)
    if isinstance(value, Fraction):
        return value if terminating_decimals(value) is not None else plain(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): written(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [written(item) for item in value]
    if isinstance(value, Plan):
        return value.key
    if is_dataclass(value):
        return _written_fields(value)
    return value


def _written_fields(value: Any) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for each in fields(value):
        item = getattr(value, each.name)
        if each.name in DERIVED or item is None or item == "" or item == () or item == _default(each):
            continue
        if isinstance(item, Validity):
            said |= _written_fields(item)
        elif each.name in MONTHS:
            said[each.name] = MONTHS[each.name](item).isoformat()
        else:
            said[each.name.rstrip("_")] = written(item)
    return said


def _default(each: Any) -> Any:
    return each.default_factory() if each.default_factory is not MISSING else each.default


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Nested data as lines: items[1].weight."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(f"{path}.{key}" if path else str(key), item)
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for number, item in enumerate(value, start=1):
            yield from _flat(f"{path}[{number}]", item)
    else:
        yield path, _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_scalar, value))
    if isinstance(value, Fraction):
        return plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def list_data(definitions: Definitions, kinds: Sequence[str]) -> Data:
    """Every definition with its label, kind by kind."""
    return {kind: [_gist_data(found) for found in _of_kind(definitions, kind)] for kind in kinds}


def _gist_data(found: Found) -> Data:
    first = found.editions[0]
    gist: dict[str, object] = {"key": found.key}
    for name in ("label", "label_en", "unit", "type", "formula", "decimals", "source"):
        value = getattr(first, name, None)
        if value is not None:
            gist[name] = written(value)
    return gist | _target_gist(first) if isinstance(first, Target) else gist


def list_report(definitions: Definitions, kinds: Sequence[str], language: str) -> Report:
    """One table a kind; kinds of which there are none are left out."""
    sections = []
    for kind in kinds:
        columns, row = GISTS[kind]
        rows = [row(each, language) for found in _of_kind(definitions, kind) for each in found.editions]
        if rows:
            titles = [column(title.lower(), title, language) for title in columns]
            cells = [[Cell(value) for value in values] for values in rows]
            sections.append(Section(kind, text(TITLES[kind], language), titles, cells))
    if not sections:
        kind = listed([text(TITLES[each], language) for each in kinds], language)
        message = say("The definitions have none of these: {kind}.", kind=kind)
        return Report("", lines=[Cell(translate(message, language))])
    return Report("", sections=sections)


def _figure(each: Figure, language: str) -> list[str]:
    kind = str(each.unit) if each.unit is not None else text(TYPES[each.type], language)
    return [each.key, label(each, language), kind, listed(each.aliases, language)]


def _indicator(each: Indicator, language: str) -> list[str]:
    return [each.key, label(each, language), each.formula.text, str(each.unit), each.source]


def _check(each: Check, language: str) -> list[str]:
    return [
        each.key,
        label(each, language),
        " ".join(each.rule.split()),
        text(SEVERITIES[each.severity], language),
        each.source,
    ]


def _standard(each: Standard, language: str) -> list[str]:
    return [each.key, label(each, language), listed([rule.rule for rule in each.require], language), each.source]


def _scheme(each: Scheme, language: str) -> list[str]:
    items = [f"{item.label or item.indicator} {plain(item.weight)}" for item in each.items]
    return [each.key, label(each, language), listed(items, language), each.source]


def _list(each: NameList, language: str) -> list[str]:
    return [each.key, str(len(each.members)), each.source]


def _target(each: Target, language: str) -> list[str]:
    goal = each.goal.text if each.goal is not None else NOTHING
    level, implied = _level(each), growth.implied(each)
    unit = each.unit.text if each.unit is not None else ""
    return [
        each.key,
        label(each, language),
        goal,
        f"{level.shown} {unit}" if level is not None else "",
        f"{implied.value.shown} ({implied.low.shown}–{implied.high.shown}) {unit}" if implied is not None else "",
        listed(each.lead, language),
        each.item,
    ]


def _level(each: Target) -> Amount | None:
    """A goal of growth as a level, by last year's as the document states it."""
    return growth.goal_level(each, each.base.value if each.base is not None else None)


def _target_gist(each: Target) -> dict[str, object]:
    """What is said of a target beyond its names: its goal, and what its growth means as levels."""
    level, implied = _level(each), growth.implied(each)
    return {
        "goal": each.goal.text if each.goal is not None else None,
        "item": each.item,
        "lead_units": list(each.lead),
        "goal_level": level.value if level is not None else None,
        "implied": {"value": implied.value.value, "low": implied.low.value, "high": implied.high.value}
        if implied is not None
        else None,
    }


# Marked for translation; in English they are called as definitions write them.
TYPES: Mapping[FigureType, str] = {
    FigureType.NUMBER: N_("number"),
    FigureType.TEXT: N_("text"),
    FigureType.DATE: N_("date"),
    FigureType.YES_NO: N_("yes_no"),
    FigureType.INDUSTRY: N_("industry"),
}

Gist = tuple[tuple[str, ...], Callable[[Any, str], list[str]]]

# Kind → the titles of its table, and one definition as a line of it.
GISTS: Mapping[str, Gist] = {
    "figures": ((N_("Key"), N_("Label"), N_("Unit or type"), N_("Aliases")), _figure),
    "indicators": ((N_("Key"), N_("Label"), N_("Formula"), N_("Unit"), N_("Source")), _indicator),
    "checks": ((N_("Key"), N_("Label"), N_("Rule"), N_("Severity"), N_("Source")), _check),
    "standards": ((N_("Key"), N_("Label"), N_("Requirements"), N_("Source")), _standard),
    "schemes": ((N_("Key"), N_("Label"), N_("Items and weights"), N_("Source")), _scheme),
    "lists": ((N_("Key"), N_("Members"), N_("Source")), _list),
    "targets": (
        (
            N_("Key"),
            N_("Label"),
            N_("Goal"),
            N_("Goal as a level"),
            N_("Implied base"),
            N_("Lead unit"),
            N_("Item no."),
        ),
        _target,
    ),
}
