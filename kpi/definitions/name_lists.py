"""Lists of entities (名单): members as written in the definitions, or a file with codes, names, documents and dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kpi.definitions.context import Reading
from kpi.definitions.files import named_rows
from kpi.definitions.list_model import Member, NameList
from kpi.definitions.positions import Path
from kpi.names import ID_HEADERS, NAME_HEADERS, comparable
from kpi.problems import say

_ID, _NAME, _DOCUMENT, _DAY = "id", "name", "document", "day"
_HEADERS: Mapping[str, tuple[str, ...]] = {
    _ID: ID_HEADERS,
    _NAME: NAME_HEADERS,
    _DOCUMENT: ("文件", "文号", "依据", "处罚决定书", "文书号", "document"),
    _DAY: ("日期", "发文日期", "发生日期", "认定日期", "date"),
}
_LOOKED_AT = 30  # rows that may be the header
_KNOWN = {comparable(header): column for column, headers in _HEADERS.items() for header in headers}


def read_lists(data: Mapping[str, Any], reading: Reading) -> None:
    """Fill in the lists of names (名单)."""
    for key, entry in data.get("lists", {}).items():
        path: Path = ("lists", key)
        if ("members" in entry) == ("file" in entry):
            reading.report(
                "list-members",
                path,
                say("The list “{name}” needs either members or a file.", name=key),
                hint=say("Keep one of the two keys `members` and `file`."),
                on_key=True,
            )
        loose = list(entry.get("members", ()))
        members: list[Member] = []
        if "file" in entry and (rows := named_rows(entry["file"], (*path, "file"), reading, _headed)) is not None:
            rows = _headed(rows) or rows
            columns = _columns(rows)
            if columns:
                members += _members(rows, columns)
            elif any(len([cell for cell in row if cell.strip()]) > 1 for row in rows):
                _report_no_column(entry["file"], key, rows, reading)
            else:
                loose += [cell.strip() for row in rows for cell in row if cell.strip()]
        reading.lists[key] = _made(key, loose, members, entry.get("source", ""))


def _made(key: str, loose: Sequence[str], members: Sequence[Member], source: str) -> NameList:
    # A loose text is a code or a name: nothing says which.
    either = frozenset(comparable(text) for text in loose)
    return NameList(
        key,
        (*(Member(text, text) for text in loose), *members),
        source,
        codes=either | {comparable(member.id) for member in members if member.id},
        names=either | {comparable(member.name) for member in members if not member.id},
        coded=frozenset(comparable(member.name) for member in members if member.id and member.name),
    )


def _columns(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """What the columns of a file with a header are; nothing where the first row with text is no header."""
    header = next((row for row in rows if any(cell.strip() for cell in row)), ())
    found: dict[str, int] = {}
    for at, text in enumerate(header):
        column = _KNOWN.get(comparable(text))
        if column is not None:
            found.setdefault(column, at)
    return found if _ID in found or _NAME in found else {}


def _headed(rows: list[list[str]]) -> list[list[str]]:
    """The rows from the header on, where titles stand above it; nothing where there is none."""
    return next((rows[at:] for at in range(min(len(rows), _LOOKED_AT)) if _columns(rows[at : at + 1])), [])


def _members(rows: Sequence[Sequence[str]], columns: Mapping[str, int]) -> Iterator[Member]:
    begun = False
    for row in rows:
        cells = {column: row[at].strip() if at < len(row) else "" for column, at in columns.items()}
        if begun and (cells.get(_ID) or cells.get(_NAME)):
            yield Member(cells.get(_ID, ""), cells.get(_NAME, ""), cells.get(_DOCUMENT, ""), cells.get(_DAY, ""))
        begun = begun or any(cell.strip() for cell in row)


def _report_no_column(file: str, key: str, rows: Sequence[Sequence[str]], reading: Reading) -> None:
    header = next(row for row in rows if any(cell.strip() for cell in row))
    reading.report(
        "list-without-names",
        ("lists", key, "file"),
        say("No column of {path} has codes or names; the first row reads {headers}.", path=file, headers=tuple(header)),
        expected=say("A header such as 企业名称 or 统一社会信用代码, or one name or code a line, is expected."),
    )
