"""The answer of `kpi map`: the columns of a file as a table, and as a mapping file to be confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import tomli_w

from kpi.definitions.mapping import SHARE, SHOWN
from kpi.evaluation.survey import Standing, Survey, SurveyedColumn, SurveyedSheet
from kpi.locale import N_, text, translate
from kpi.names import comparable, numbered
from kpi.problems import Message, Problem, say
from kpi.regex import compiled
from kpi.render import as_json
from kpi.render.as_json import Data
from kpi.render.report import Cell, Report, Section
from kpi.render.text import clean
from kpi.render.words import column, listed
from kpi.units import PERCENT

STANDINGS = {
    Standing.NAMED: N_("by its name"),
    Standing.CONFIRMED: N_("by the mapping"),
    Standing.LEFT_OUT: N_("left out by the mapping"),
    Standing.PROPOSED: N_("to be confirmed"),
    Standing.PASSED_OVER: N_("passed over"),
    Standing.UNKNOWN: N_("unknown"),
}
_NUMBER = compiled(r"-?\d{1,15}(?:\.\d{1,15})?")
_STYLES = {Standing.PROPOSED: "warning", Standing.UNKNOWN: "note"}


def data(found: Survey, language: str) -> Data:
    """The columns for scripts."""
    return {
        "sheets": [
            {"file": sheet.file, "sheet": sheet.sheet, "columns": [_column_data(each) for each in sheet.columns]}
            for sheet in found.sheets
        ],
        "absent": list(found.absent),
        "open": found.open,
        "problems": as_json.problems(problems(found), language),
    }


def _column_data(found: SurveyedColumn) -> Data:
    return {
        "cell": found.place.cell,
        "header": found.header,
        "standing": found.standing.value,
        "figure": found.taken_for or None,
        "unit": found.unit or None,
        "percent": found.percent,
        "samples": list(found.samples),
        "candidates": [
            {"figure": each.name, "unit": each.unit or None, "alike": each.alike, "asked": each.asked}
            for each in found.candidates
        ],
        "open": found.open,
    }


def problems(found: Survey) -> list[Problem]:
    """What is wrong with the headers, and with the mapping."""
    return [*(problem for sheet in found.sheets for problem in sheet.problems), *found.problems]


def report(found: Survey, language: str) -> Report:
    """One table a sheet: column, header, what it is taken for or may be, unit, samples."""
    sections = [_section(sheet, language) for sheet in found.sheets]
    notes = [Cell(translate(message, language)) for message in _notes(found)]
    return Report("", sections=sections, notes=notes)


def _section(sheet: SurveyedSheet, language: str) -> Section:
    columns = [
        column("cell", N_("Cell"), language),
        column("header", N_("Header"), language),
        column("figure", N_("Taken for"), language),
        column("unit", N_("Unit"), language),
        column("standing", N_("How"), language),
        column("candidates", N_("May be"), language),
        column("samples", N_("Values"), language),
    ]
    rows = [
        [
            Cell(each.place.cell or each.place.key or ""),
            Cell(each.header),
            Cell(each.taken_for),
            Cell(each.unit),
            Cell(text(STANDINGS[each.standing], language), style=_STYLES.get(each.standing, "")),
            Cell(listed([f"{one.name} {one.alike} %" for one in each.candidates], language)),
            Cell(listed(each.samples, language)),
        ]
        for each in sheet.columns
    ]
    title = " · ".join(filter(None, (sheet.file, sheet.sheet)))
    return Section(sheet.sheet or "columns", clean(title), columns, rows, leading=2)


def _notes(found: Survey) -> Iterator[Message]:
    offered = found.offered
    if offered:
        yield say("Asked for, and there once a column is confirmed: {figures}.", figures=offered)
    absent = tuple(name for name in found.absent if name not in offered)
    if absent:
        yield say("Asked for, and not in this file: {figures}.", figures=absent)
    if found.open:
        yield say("To confirm: kpi map FILE -o mapping.toml; take away the # before what is right; --map mapping.toml.")


_HEAD = {
    "zh": (
        "kpi 的列对应表：左边是表头，右边是数据项。读取数据的命令用 --map 加本文件名。",
        "以 # 开头的行还没有确认：去掉行首的 # 即为确认；不用的列写 false。",
        "需要时写明单位，或百分数的写法（share：0.15 即 15 %；shown：15 即 15 %）：",
    ),
    "en": (
        "Columns for kpi: the header on the left, the figure on the right. For commands that read figures: --map FILE.",
        "Lines after a # are not confirmed: take away the # before what is right; write false for what is not used.",
        "Where needed, say the unit, or how percentages are written (share: 0.15 is 15 %; shown: 15 is 15 %):",
    ),
}
_EXAMPLE = '{ figure = "税收", unit = "元" }  { figure = "研发占比", percent = "share" }'


def mapping_file(found: Survey, language: str) -> str:
    """A mapping file with what is sure filled in, and the rest as comments to be confirmed."""
    lines = [*(f"# {line}" for line in (*_HEAD[language], _EXAMPLE)), "format = 1", "", "[columns]"]
    seen: set[str] = set()
    for sheet in found.sheets:
        lines.append(f"# {_comment(' · '.join(filter(None, (sheet.file, sheet.sheet))))}")
        for each, header in zip(sheet.columns, _told_apart(sheet), strict=True):
            if header not in seen:
                seen.add(header)
                lines += _lines(replace(each, header=header), language)
    return "\n".join(lines) + "\n"


def _told_apart(sheet: SurveyedSheet) -> list[str]:
    """The headers as a mapping tells them apart: those that several columns have with their number."""
    plain = [comparable(each.header) for each in sheet.columns]
    return [
        numbered(each.header, plain[: at + 1].count(header)) if plain.count(header) > 1 else each.header
        for at, (each, header) in enumerate(zip(sheet.columns, plain, strict=True))
    ]


def _lines(found: SurveyedColumn, language: str) -> Iterator[str]:
    said = [found.place.cell or "", found.unit, listed(found.samples, language)]
    about = "  # " + _comment(" · ".join(part for part in said if part))
    if found.units:
        for unit in found.units:
            value = f"{{ figure = {_text(found.taken_for)}, unit = {_text(unit)} }}"
            yield f"# {_entry(found.header, value)}{about}"
    elif _percent_unclear(found):
        for percent in (SHARE, SHOWN):
            value = f"{{ figure = {_text(found.taken_for)}, percent = {_text(percent)} }}"
            yield f"# {_entry(found.header, value)}{about}"
    elif found.taken_for:
        yield _entry(found.header, _value(found)) + about
    elif found.standing is Standing.LEFT_OUT:
        yield _entry(found.header, "false") + about
    elif found.standing is not Standing.PASSED_OVER:
        for each in found.candidates:
            yield f"# {_entry(found.header, _text(each.name))}  # {each.alike} %"
        yield f"# {_entry(found.header, 'false')}{about}"


def _percent_unclear(found: SurveyedColumn) -> bool:
    """Whether the values of a column of % could be shares: then a person has to say so."""
    if found.unit != PERCENT.text or found.percent is not None:
        return False
    numbers = [_NUMBER.fullmatch(sample) for sample in found.samples]
    return any(numbers) and all(match is None or abs(Fraction(match[0])) <= 1 for match in numbers)


def _value(found: SurveyedColumn) -> str:
    """What a column is, with all that a mapping says of it."""
    said = {"unit": found.unit, "percent": found.percent} if found.standing is Standing.CONFIRMED else {}
    more = "".join(f", {key} = {_text(value)}" for key, value in said.items() if value)
    return f"{{ figure = {_text(found.taken_for)}{more} }}" if more else _text(found.taken_for)


def _entry(header: str, value: str) -> str:
    return f"{_text(header)} = {value}"


def _text(value: str) -> str:
    """A text as TOML writes it; what cannot be seen, or turns a line around, as its number."""
    written = tomli_w.dumps({"text": value}).removesuffix("\n").removeprefix("text = ")
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in written)


def _comment(part: str) -> str:
    """Text for a comment, which may hold no line break and no control character."""
    return clean(part)
