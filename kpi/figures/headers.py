"""Header texts → what the columns are. Exact by key, label or alias, with a unit and a period mark; never a guess."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from kpi.definitions.model import Definitions, FigureType
from kpi.evaluation import table
from kpi.figures.sheet import Sheet, letters
from kpi.formula.tree import Shift
from kpi.problems import Place, Problem, Severity, say
from kpi.units import Unit, UnitError, Units, conversion, convertible, normalise


class Role(StrEnum):
    ID = "id"
    NAME = "name"
    PERIOD = "period"
    FIGURE = "figure"
    REPORTED = "reported"  # an indicator's value under its own label


# Known without being defined, the better one first when a file has two.
ID_HEADERS = (
    "统一社会信用代码", "社会信用代码", "统一信用代码", "信用代码", "组织机构代码", "企业代码", "单位代码", "项目代码", "代码", "编码",
    "企业编号", "项目编号", "纳税人识别号", "code", "id", "credit code", "unified social credit code",
)  # fmt: skip
NAME_HEADERS = (
    "项目名称", "项目", "企业名称", "单位名称", "公司名称", "企业", "单位", "公司", "名称", "纳税人名称", "用户名称", "户名", "评价对象",
    "entity", "name", "project", "company", "enterprise",
)  # fmt: skip
PERIOD_HEADERS = ("年度", "年份", "期间", "统计年度", "评价年度", "报告期", "所属期", "所属年度", "year", "period")
IGNORED_HEADERS = frozenset(("序号", "编号", "no", "no.", "#", "备注", "说明", "remark", "remarks", "note", "notes"))

_MARKS = {
    "上年同期": Shift.PREVIOUS, "去年同期": Shift.PREVIOUS, "上年度": Shift.PREVIOUS, "上年": Shift.PREVIOUS,
    "去年": Shift.PREVIOUS, "上一年": Shift.PREVIOUS, "上一年度": Shift.PREVIOUS, "同期": Shift.PREVIOUS, "previous": Shift.PREVIOUS,
    "上期": Shift.PRECEDING, "preceding": Shift.PRECEDING,
    "本期": Shift.NOW, "本年": Shift.NOW, "本年度": Shift.NOW, "当年": Shift.NOW, "今年": Shift.NOW,
}  # fmt: skip
_MARK = "|".join(sorted(_MARKS, key=len, reverse=True))
_BRACKETED = re.compile(r"(?P<rest>.+?)\((?P<inside>[^()]*(?:\([^()]*\)[^()]*)*)\)")
_MARK_FIRST = re.compile(rf"(?P<mark>{_MARK})[的:_-]?(?P<rest>.+)", re.IGNORECASE)
_MARK_LAST = re.compile(rf"(?P<rest>.+?)[:_-]?(?P<mark>{_MARK})", re.IGNORECASE)
_UNIT_WORD = re.compile(r"(?:计量)?单位:?")
_SQUARE = str.maketrans("[]【】〔〕", "()()()")
# What may stand in brackets after a column of words: the form of the answer.
_FORMS = {
    FigureType.YES_NO: {"是/否", "是否", "y/n", "有/无", "是或否"},
    FigureType.DATE: {"年月日", "年-月-日", "年/月/日", "日期", "yyyy-mm-dd", "yyyy/mm/dd", "yyyymmdd"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is used. position: in the sheet. unit: the one it is written in; factor: × it = the declared unit."""

    position: int
    role: Role
    key: str = ""
    shift: Shift = Shift.NOW
    kind: FigureType = FigureType.TEXT
    unit: Unit | None = None
    factor: Fraction = Fraction(1)

    @property
    def name(self) -> str:
        """Its name in the clean table."""
        if self.role is Role.REPORTED:
            return table.reported(self.key)
        if self.role is Role.FIGURE:
            return table.column(self.key, self.shift)
        return {Role.ID: table.ID, Role.NAME: table.NAME, Role.PERIOD: "#period"}[self.role]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for: a figure or an indicator, with the type and unit of its values."""

    role: Role
    key: str
    kind: FigureType
    unit: Unit | None


@dataclass(frozen=True, slots=True)
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
            found[_comparable(name)][meaning] = None
            shown.setdefault(_comparable(name), name)

    for figure in definitions.figures.values():
        meaning = Meaning(Role.FIGURE, figure.key, figure.type, figure.unit)
        enter((figure.key, figure.label, figure.label_en, *figure.aliases), meaning)
    for indicator in definitions.indicators.values():
        meaning = Meaning(Role.REPORTED, indicator.key, FigureType.NUMBER, indicator.unit)
        enter((indicator.key, indicator.label, indicator.label_en, *indicator.also), meaning)
    return Vocabulary({name: tuple(meanings) for name, meanings in found.items()}, shown, definitions.units)


def suggestion(name: str, words: Vocabulary) -> str | None:
    """The known name that is most like this one; None when none is near."""
    near = difflib.get_close_matches(_comparable(name), words.meanings, n=1, cutoff=0.6)
    return words.shown[near[0]] if near else None


def match(sheet: Sheet, words: Vocabulary) -> tuple[tuple[Column, ...], tuple[Problem, ...]]:
    """The columns that are used, and what is wrong with the others.

    Errors: a header that could be two things, two columns for one thing, a unit that does not convert.
    Warnings: a known name with something in brackets that is neither unit nor period. Notes: what is not used.
    """
    columns: list[Column] = []
    problems: list[Problem] = []
    unused: list[str] = []
    for position, header in enumerate(sheet.header):
        known = _identity(header, position)
        if known is not None:
            columns.append(known)
        found = _interpret(header, position, words, sheet)
        if isinstance(found, Column):
            columns.append(found)
        elif isinstance(found, Problem):
            problems.append(found)
        elif known is None and header.strip() and _comparable(header) not in IGNORED_HEADERS:
            near = suggestion(_stem(header), words)
            written = f"{letters(sheet.left + position)} “{_one_line(header)}”"
            unused.append(f"{written} (≈ {near}?)" if near else written)
    columns, twice = _one_each(columns, sheet)
    problems += twice
    if unused:
        problems.append(
            Problem(
                "columns-not-used",
                say("These columns match no figure and are not used: {columns}.", columns=", ".join(unused)),
                sheet.place(),
                Severity.NOTE,
                hint=say(
                    "To use one, write the figure's label as its header, or add the header to the figure's aliases."
                ),
            )
        )
    return tuple(columns), tuple(problems)


def _identity(header: str, position: int) -> Column | None:
    plain = _comparable(_stem(header))
    for role, known in ((Role.ID, ID_HEADERS), (Role.NAME, NAME_HEADERS), (Role.PERIOD, PERIOD_HEADERS)):
        if plain in {_comparable(name) for name in known}:
            return Column(position, role)
    return None


def _interpret(header: str, position: int, words: Vocabulary, sheet: Sheet) -> Column | Problem | None:
    """The figure or indicator that a header names; a problem when it is not clear; None when it names none."""
    written = _written(header)
    rest, marks, units = written, list[Shift](), list[str]()
    while _comparable(rest) not in words.meanings:
        peeled = _peel(rest, marks, units)
        if peeled is None:
            return None
        rest = peeled
    meanings = words.meanings[_comparable(rest)]
    place = sheet.place(position)
    shown = _one_line(header)
    if len(meanings) > 1 or len(set(marks)) > 1:
        return Problem(
            "header-ambiguous",
            say(
                "The header “{header}” could be {candidates}.",
                header=shown,
                candidates=", ".join(m.key for m in meanings),
            ),
            place,
            hint=say(
                "Give the figures different labels and aliases, or rename the column to the key of the one that is meant."
            ),
        )
    meaning = meanings[0]
    shift = marks[0] if marks else Shift.NOW
    if shift is not Shift.NOW and meaning.role is Role.REPORTED:
        return None  # an indicator of last year is computed from last year's figures, or not at all
    return _with_unit(
        Column(position, meaning.role, meaning.key, shift, meaning.kind, meaning.unit), units, words, shown, place
    )


def _peel(rest: str, marks: list[Shift], units: list[str]) -> str | None:
    """The header without its last bracket or its period mark, which go to `units` and `marks`; None when it has neither."""
    if bracketed := _BRACKETED.fullmatch(rest):
        for part in re.split(r"[,;、]", bracketed["inside"]):
            mark = _MARKS.get(part.lower())
            if mark is not None:
                marks.append(mark)
            elif part:
                units.append(_UNIT_WORD.sub("", part))
        return bracketed["rest"]
    marked = _MARK_FIRST.fullmatch(rest) or _MARK_LAST.fullmatch(rest)
    if marked:
        marks.append(_MARKS[marked["mark"].lower()])
        return marked["rest"]
    return None


def _with_unit(
    column: Column, units: Sequence[str], words: Vocabulary, header: str, place: Place
) -> Column | Problem | None:
    """The column with the unit that its header names."""
    if not units:
        return column
    if column.unit is None:
        return (
            column
            if all(text.lower() in _FORMS.get(column.kind, set()) for text in units)
            else _unclear(units, column, header, place)
        )
    if len(units) > 1:
        return _unclear(units, column, header, place)
    if normalise(units[0]) == normalise(column.unit.text):
        return column
    try:
        written = words.units.parse(units[0])
    except UnitError:
        return _unclear(units, column, header, place)
    if not convertible(written, column.unit):
        return Problem(
            "header-unit-misfit",
            say(
                "The header “{header}” says {unit}, which does not convert to {declared}.",
                header=header,
                unit=units[0],
                declared=column.unit.text or "1",
            ),
            place,
            expected=say("{key} is declared in {declared}.", key=column.key, declared=column.unit.text or "1"),
            hint=say("Correct the unit in the header, or in the definitions."),
        )
    return Column(
        column.position, column.role, column.key, column.shift, column.kind, written, conversion(written, column.unit)
    )


def _unclear(units: Sequence[str], column: Column, header: str, place: Place) -> Problem:
    return Problem(
        "header-not-understood",
        say(
            "The column “{header}” is not used: it may be {key}, but “{inside}” is neither a unit nor a period.",
            header=header,
            key=column.key,
            inside=", ".join(units),
        ),
        place,
        Severity.WARNING,
        hint=say("If it is {key}, add the whole header to its aliases.", key=column.key),
    )


def _one_each(columns: Sequence[Column], sheet: Sheet) -> tuple[list[Column], list[Problem]]:
    """One column for each name; two for one are an error, except where one identity header is better than the other."""
    by_name: dict[str, list[Column]] = defaultdict(list)
    for column in columns:
        by_name[column.name].append(column)
    kept: list[Column] = []
    problems: list[Problem] = []
    for group in by_name.values():
        ranked = sorted(group, key=lambda column: _rank(column, sheet))
        kept.append(ranked[0])
        if len(ranked) == 1:
            continue
        listed = ", ".join(
            f"{letters(sheet.left + c.position)} “{_one_line(sheet.header[c.position])}”" for c in ranked
        )
        if _rank(ranked[0], sheet) < _rank(ranked[1], sheet):
            message = say(
                "Of the columns {columns} the first says who a row is about; the others are not used.", columns=listed
            )
            problems.append(Problem("identity-columns", message, sheet.place(ranked[0].position), Severity.NOTE))
            continue
        problems.append(
            Problem(
                "two-columns-for-one",
                say("{count} columns are for the same thing: {columns}.", count=len(ranked), columns=listed),
                sheet.place(ranked[0].position),
                hint=say("Keep one of them, or rename the others."),
            )
        )
    return sorted(kept, key=lambda column: column.position), problems


def _rank(column: Column, sheet: Sheet) -> int:
    known = {Role.ID: ID_HEADERS, Role.NAME: NAME_HEADERS}.get(column.role, ())
    plain = _comparable(_stem(sheet.header[column.position]))
    return next((rank for rank, name in enumerate(known) if _comparable(name) == plain), 0)


def _written(text: str) -> str:
    """A header in half-width characters, without blanks, with one kind of brackets."""
    return (
        "".join(unicodedata.normalize("NFKC", text).translate(_SQUARE).split())
        .replace("\u200b", "")
        .replace("\ufeff", "")
    )


def _comparable(text: str) -> str:
    return _written(text).casefold()


def _stem(header: str) -> str:
    """A header without what stands in brackets at its end."""
    written = _written(header)
    bracketed = _BRACKETED.fullmatch(written)
    return bracketed["rest"] if bracketed else written


def _one_line(header: str) -> str:
    return " ".join(header.split())
