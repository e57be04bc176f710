"""Names that no system allows, and the longest that it does: plain words, and no defect. 示例数据."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run

TOO_LONG = "长" * 100 + ".csv"  # 304 bytes; a name has at most 255
LONGEST = "长" * 83 + ".csv"  # 253
READING = [
    ("compute", TOO_LONG),
    ("compute", "f.csv", "--previous", TOO_LONG),
    ("compute", "f.csv", "--links", TOO_LONG),
    ("compute", "f.csv", "--ledger", TOO_LONG),
    ("compute", "f.csv", "-d", TOO_LONG),
    ("validate", TOO_LONG),
    ("map", TOO_LONG),
    ("review", TOO_LONG),
    ("compare", TOO_LONG, "f.csv"),
    ("targets", TOO_LONG),
    ("classify", TOO_LONG, "--scheme", "x", "--engine", "streaming"),
    ("classify", TOO_LONG, "--scheme", "x"),
]
WRITING = [
    ("compute", "f.csv", "-o", TOO_LONG),
    ("compute", "f.csv", "-o", f"{TOO_LONG}/f.csv"),
    ("validate", "f.csv", "-o", f"{TOO_LONG}.xlsx"),
    ("map", "f.csv", "-o", TOO_LONG),
    ("template", "-o", f"{TOO_LONG}.xlsx"),
    ("init", TOO_LONG),
    ("classify", "f.csv", "--scheme", "x", "--engine", "streaming", "-o", TOO_LONG),
]


@pytest.fixture(autouse=True)
def _files(run: Run) -> None:
    Path("f.csv").write_text("企业名称,税收,用地面积\n甲公司,900,30\n", encoding="utf-8")


@pytest.mark.parametrize("arguments", [*READING, *WRITING])
def test_a_name_that_is_too_long_is_refused(arguments: tuple[str, ...], run: Run) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "长长长" in done.err


def test_what_is_typed_may_be_longer_than_names_of_files(run: Run) -> None:
    done = run("check", "税收=900万元", "用地面积=30亩", f"名称={'长' * 100}", "--standard", "223")
    assert done.code in (0, 1), done.err
    assert "长" * 20 in done.out


@pytest.mark.parametrize("arguments", [(), ("--format", "json")])
def test_the_longest_name_can_be_written(arguments: tuple[str, ...], run: Run) -> None:
    assert run("compute", "f.csv", "-o", LONGEST, *arguments).code == 0
    assert Path(LONGEST).stat().st_size
    assert len(list(Path().iterdir())) == 2
