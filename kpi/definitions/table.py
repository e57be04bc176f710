"""Requirement tables: a row per industry (and further conditions), a column per indicator, kept in a spreadsheet.

Each cell becomes a requirement sentence, so that a table says nothing that a standard could not say without it.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path as FilePath

from kpi.definitions.context import Reading
from kpi.definitions.figure_model import Better, Figure, FigureType, Indicator
from kpi.definitions.files import named_rows
from kpi.definitions.positions import Path
from kpi.formula.errors import SIGNS
from kpi.frozen import frozen
from kpi.names import nearest
from kpi.problems import Place, Problem, say
from kpi.regex import compiled
from kpi.units import UnitError

_NO_DEMAND = {"", "/", "-", "—", "–", "——", "无", "不限", "*"}
_ANY = _NO_DEMAND | {"全部", "所有"}
_OTHERS = {"其他", "其它", "其他行业", "其它行业"}
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_ONE = compiled(rf"(≥|≤|>=|<=|>|<|=)?\s*({_NUMBER})\s*([^0-9\s]*)")
_RANGE = compiled(rf"({_NUMBER})\s*([^0-9\s]*?)\s*(?:-|~|–|—|至|到)\s*({_NUMBER})\s*([^0-9\s]*)")
_HEADER = compiled(r"(.*?)\s*\(([^()]*)\)")
_CODE = compiled(r"[A-T]?[0-9]{2,4}|[A-T]")
_CODE_AND_NAME = compiled(r"([A-T]?[0-9]{2,4}|[A-T])\s*([^0-9\s].*)")
_SUFFIXES = {"及以上": "≥", "以上": "≥", "及以下": "≤", "以下": "≤", "以内": "≤"}


@frozen
class Cell:
    """A demand of a table. rule: a requirement sentence; empty when the cell holds a text, which is then in note.

    when: the condition of the row ("" for every row).
    """

    rule: str
    when: str
    note: str
    place: Place


@frozen
class _Column:
    name: str  # as formulas write it
    condition: bool
    unit: str
    better: Better


def table_requirements(name: str, path: Path, reading: Reading) -> list[Cell]:
    """The demands of a CSV table. Faulty headers and cells are reported with file, row and column."""
    rows = named_rows(name, path, reading)
    if rows is None:
        return []
    file = str(FilePath(reading.sources.origin(path).folder or "") / name)
    if not rows or not any(cell.strip() for cell in rows[0]):
        reading.problems.append(Problem("table-empty", say("The table has no header row."), Place(file=file, line=1)))
        return []
    columns = [_column(header, _place(file, 0, number), reading) for number, header in enumerate(rows[0])]
    if not columns[0] or not columns[0].condition:
        reading.problems.append(
            Problem(
                "table-first-column",
                say("The first column of the table is not an industry."),
                _place(file, 0, 0),
                expected=say("Expected the name of a figure of type industry or text, such as 行业."),
            )
        )
        return []
    for number, column in enumerate(columns):
        if column is not None and column.name in [other.name for other in columns[:number] if other is not None]:
            message = say("“{name}” has two columns.", name=column.name)
            reading.problems.append(Problem("table-column-twice", message, _place(file, 0, number)))
    body = [(line, row) for line, row in enumerate(rows[1:], start=1) if any(cell.strip() for cell in row)]
    return _cells(body, columns, file, reading)


def _cells(body: list[tuple[int, list[str]]], columns: list[_Column | None], file: str, reading: Reading) -> list[Cell]:
    entries = [
        [spelling for _, row in body if number < len(row) for spelling in _spellings(row[number])]
        for number in range(len(columns))
    ]
    found: list[Cell] = []
    seen: dict[str, int] = {}
    for line, row in body:
        if len(row) > len(columns):
            message = say("The row has {count} cells, the header only {header}.", count=len(row), header=len(columns))
            reading.problems.append(Problem("table-row", message, _place(file, line, len(columns))))
        pairs = [(number, column, cell) for number, (column, cell) in enumerate(zip(columns, row, strict=False))]
        when = " 且 ".join(
            clause
            for number, column, cell in pairs
            if column is not None and column.condition and (clause := _clause(column.name, cell, entries[number]))
        )
        if when in seen:
            message = say("Row {first} is for the same as this one.", first=seen[when] + 1)
            reading.problems.append(Problem("table-row-twice", message, _place(file, line, 0)))
        seen.setdefault(when, line)
        for number, column, cell in pairs:
            if column is not None and not column.condition:
                found += _demands(column, cell, when, _place(file, line, number))
    return found


def _column(header: str, place: Place, reading: Reading) -> _Column | None:
    written = unicodedata.normalize("NFKC", header).strip()
    match = _HEADER.fullmatch(written)
    known = _known(header.strip(), reading) or _known(written, reading)
    unit = ""
    if known is None and match is not None:
        known, unit = _known(match[1], reading), match[2].removeprefix("单位:").strip()
    if known is None:
        near = nearest(match[1] if match else written, reading.names)
        reading.problems.append(
            Problem(
                "table-header",
                say("“{header}” is neither an indicator nor a figure.", header=header),
                place,
                hint=say("Did you mean “{near}”?", near=near) if near else None,
            )
        )
        return None
    if unit:
        try:
            reading.units.parse(unit)
        except UnitError:
            message = say("“{unit}” is not a known unit.", unit=unit)
            reading.problems.append(Problem("unknown-unit", message, place))
            return None
    if isinstance(known, Indicator):
        return _Column(_quoted(known.key), False, unit or known.unit.text, known.better)
    if known.type is FigureType.NUMBER:
        return _Column(_quoted(known.key), False, unit or (known.unit.text if known.unit else ""), Better.HIGHER)
    return _Column(_quoted(known.key), True, "", Better.NEITHER)


def _known(name: str, reading: Reading) -> Figure | Indicator | None:
    symbols = reading.names.get(name, ())
    if len(symbols) != 1:
        return None
    return reading.indicators.get(symbols[0].key) or reading.figures.get(symbols[0].key)


def _clause(name: str, cell: str, entries: list[str]) -> str:
    """The condition that a cell of a condition column states; empty when it states none."""
    text = cell.strip()
    if text in _ANY:
        return ""
    if text in _OTHERS:
        return f"{name} 不属于 {_list([entry for entry in entries if entry not in _OTHERS | _ANY])}"
    return f"{name} 属于 {_list(_spellings(text))}"


def _spellings(cell: str) -> list[str]:
    """The names or codes that a cell lists: C13、C14; a code beside its name counts as either."""
    text = cell.strip()
    parts = [part.strip() for part in re.split(r"[、,;，；]", text)]
    if len(parts) > 1 and all(_CODE.fullmatch(part) for part in parts):
        return parts
    both = _CODE_AND_NAME.fullmatch(text)
    return [text, both[1], both[2]] if both else [text]


def _demands(column: _Column, cell: str, when: str, place: Place) -> list[Cell]:
    text = unicodedata.normalize("NFKC", cell).strip()
    if text in _NO_DEMAND:
        return []
    rules = [_sentence(column, part.strip()) for part in re.split(r"[且,;]|并且", text)]
    if rules and all(rules):
        return [Cell(" 且 ".join(rule for rule in rules if rule), when, "", place)]
    return [Cell("", when, f"{column.name}：{cell.strip()}", place)]


def _sentence(column: _Column, text: str) -> str | None:
    """The requirement that a part of a cell states; None when it is only a text."""
    between = _RANGE.fullmatch(text)
    if between:
        unit = between[4] or between[2] or column.unit
        return f"{between[1]}{between[2] or unit} ≤ {column.name} ≤ {between[3]}{unit}"
    for words, sign in _SUFFIXES.items():
        if text.endswith(words):
            text = sign + text.removesuffix(words)
            break
    word = max((word for word in SIGNS if text.startswith(word)), key=len, default="")
    match = _ONE.fullmatch(SIGNS.get(word, "") + text.removeprefix(word))
    if match is None:
        return None
    sign = match[1] or ("≤" if column.better is Better.LOWER else "≥")
    return f"{column.name} {sign} {match[2]}{match[3] or column.unit}"


def _place(file: str, row: int, column: int) -> Place:
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return Place(file=file, line=row + 1, cell=f"{letters}{row + 1}")


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f"`{name}`"


def _list(entries: list[str]) -> str:
    unique = list(dict.fromkeys(entries))
    return "[" + ", ".join(f'"{entry}"' if "'" in entry else f"'{entry}'" for entry in unique) + "]"
