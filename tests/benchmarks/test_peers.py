"""Peers come to the tiers that kpi comes to, enterprise by enterprise, where their figures have no near-ties."""

from __future__ import annotations

from pathlib import Path

import pytest

import kpi
from benchmarks import formulas
from benchmarks.data import csv_file
from benchmarks.growth import UNITS, definitions
from benchmarks.peers import office, plain_fractions

ROOT = Path(__file__).resolve().parents[2]


def tiers(figures: Path) -> list[tuple[str | None, str | None]]:
    known = kpi.load(ROOT / "benchmarks" / "review.toml")
    result = kpi.classify(known, kpi.read([figures], known), schemes=["六项"])
    return [(entity.id, entity.tier) for entity in result.entities()]


def test_plain_fractions_come_to_the_same(tmp_path: Path) -> None:
    figures = csv_file(500, tmp_path)
    assert sorted(plain_fractions.classify(str(figures))) == sorted(tiers(figures))


def test_libreoffice_recalculates_and_comes_to_the_same(tmp_path: Path) -> None:
    if office.program() is None:
        pytest.skip("LibreOffice is not installed")
    figures, calculated = (formulas.workbook(300, tmp_path, calculated=way) for way in (False, True))
    rows = office.recalculated(calculated, tmp_path / "office")
    assert sorted(office.tiers(rows)) == sorted(tiers(figures))
    # The file holds no values of formulas, so what is there was calculated.
    assert rows[formulas.HEADER_ROW][formulas.TOTAL] not in ("", "0")


@pytest.mark.parametrize("items", [1, 40])
def test_definitions_of_any_number_of_items_load(items: int) -> None:
    found = kpi.load(text=definitions(items))
    assert len(found.indicators) == items
    assert set(found.figures) == set(UNITS)
