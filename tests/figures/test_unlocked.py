"""Encrypted .xls files: those that open without a password are read, those that ask for one are refused. 示例数据."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi.evaluation.table import NAME
from tests.figures.conftest import Reading, Write, exact

SENT = Path(__file__).parent / "protected"


def test_a_workbook_whose_structure_is_protected_is_read(reading: Reading) -> None:
    table = reading(SENT / "opens-by-itself.xls")
    assert table.frame[NAME].to_list() == ["示例甲"]
    assert exact(table, "税收") == [10]


def test_one_that_asks_for_a_password_is_refused(reading: Reading) -> None:
    assert reading.problem(SENT / "protected.xls").code == "file-protected"


@pytest.mark.parametrize("part", range(1, 8))
def test_one_that_is_cut_off_is_damaged_or_protected(part: int, write: Write, reading: Reading) -> None:
    data = (SENT / "opens-by-itself.xls").read_bytes()
    assert reading.problem(write("半.xls", data[: len(data) * part // 8])).code in ("file-damaged", "file-protected")
