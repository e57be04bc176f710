"""Sixty ugly files and more: what reading each gives in every format, and that the formats agree or say why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi.evaluation.table import NAME, ROW, Table
from kpi.figures.read import read
from kpi.problems import KpiError, Problem
from tests.figures.conftest import DEFINITIONS, exact
from tests.figures.gallery import (
    entries_below,
    entries_cells,
    entries_forms,
    entries_heads,
    entries_layout,
    entries_offices,
    entries_special,
    entries_tables,
)
from tests.figures.gallery.entry import Entry, exactly
from tests.figures.gallery.writing import file_of, written

GROUPS = (
    *(entries_layout.TITLES, entries_layout.HEADERS, entries_layout.TOTALS, entries_layout.NOTES),
    *(entries_special.HIDDEN, entries_special.MERGED, entries_cells.CELLS),
    *(entries_forms.FORMS, entries_special.SHEETS),
    *(entries_offices.ROWS, entries_offices.TEXTS),
    *(entries_below.FOOTERS, entries_below.PARTS),
    *(entries_heads.NUMBERING, entries_heads.UNDER_TOTALS),
    *(entries_tables.COLUMNS, entries_tables.SUMS, entries_tables.ROWS),
)
ENTRIES = [entry for group in GROUPS for entry in group]


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    shared = tmp_path_factory.getbasetemp()
    return written(ENTRIES, (shared if worker_id == "master" else shared.parent) / "gallery")


@pytest.mark.parametrize(
    ("entry", "kind"),
    [pytest.param(entry, kind, id=f"{entry.name}-{kind}") for entry in ENTRIES for kind in entry.formats],
)
def test_the_gallery(gallery: Path, entry: Entry, kind: str) -> None:
    expected = entry.instead.get(kind.rpartition(".")[2], entry)
    try:
        table = read([file_of(entry, kind, gallery)], DEFINITIONS, **entry.options)
    except KpiError as error:
        assert expected.failed, [str(problem.message) for problem in error.problems]
        assert seen(error.problems) == expected.problems
        return
    assert not expected.failed
    assert seen(table.problems) == expected.problems, [str(problem.message) for problem in table.problems]
    assert table.frame[NAME].to_list() == list(expected.names)
    assert {name: values(table, name) for name in expected.table} == {
        name: exactly(found) for name, found in expected.table.items()
    }
    if expected.at:
        assert table.frame[ROW].to_list() == list(expected.at)


def seen(problems: tuple[Problem, ...]) -> set[tuple[str, str]]:
    """Codes and places: a cell, else a row."""
    return {(problem.code, str(problem.place.cell or problem.place.line or "")) for problem in problems}


def values(table: Table, name: str) -> list[object]:
    column = table.frame[name]
    return list(exact(table, name)) if column.dtype.is_numeric() else column.to_list()


def test_the_gallery_is_large_and_every_difference_has_a_reason() -> None:
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES) >= 60
    assert all(other.why for entry in ENTRIES for other in entry.instead.values())
