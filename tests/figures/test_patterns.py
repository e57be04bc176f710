"""Patterns of names stand for the files that fit: the shell of an office does not put the names in. 示例数据."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi.figures.patterns import expanded
from kpi.problems import KpiError
from tests.conftest import Run


@pytest.fixture
def towns(run: Run) -> None:
    """What lies in a folder of towns beside their tables: the lock of one that is open, a hidden file, a folder."""
    for name, tax in (("西镇", 2), ("东镇", 1)):
        path = Path("镇街", name, "申报.csv")
        path.parent.mkdir(parents=True)
        path.write_text(f"企业名称,税收,用地面积\n示例{name},{tax},1\n", encoding="utf-8")
        Path("镇街", f"{name}.csv").write_bytes(path.read_bytes())
    Path("镇街", "~$东镇.csv").write_bytes(b"\x05locked")
    Path("镇街", ".~lock.东镇.csv#").write_bytes(b",locked")
    Path("镇街", "旧.csv").mkdir()


def test_files_come_in_the_order_of_their_names(towns: None) -> None:
    assert expanded(["镇街/*.csv"]) == ["镇街/东镇.csv", "镇街/西镇.csv"]
    assert expanded(["镇街/西?.csv", "镇街/[东]镇.csv"]) == ["镇街/西镇.csv", "镇街/东镇.csv"]
    assert expanded(["镇街/**/申报.csv"]) == ["镇街/东镇/申报.csv", "镇街/西镇/申报.csv"]


def test_a_file_that_is_called_like_a_pattern_is_that_file(towns: None) -> None:
    Path("[2024]镇*.csv").touch()
    assert expanded(["[2024]镇*.csv", "-"]) == ["[2024]镇*.csv", "-"]


def test_a_pattern_that_nothing_fits_is_named(towns: None) -> None:
    with pytest.raises(KpiError) as raised:
        expanded(["镇街/*.xlsx"])
    (problem,) = raised.value.problems
    assert (problem.code, problem.place.file) == ("file-missing", "镇街/*.xlsx")


@pytest.mark.parametrize("command", [["compute"], ["check", "--standard", "234+1.2"], ["classify", "--scheme", "办法"]])
def test_commands_read_the_files_that_fit_and_say_which_each_row_is_from(
    command: list[str], towns: None, run: Run
) -> None:
    Path("rules.toml").write_text(
        'format = 1\ninclude = "kpi:indicators.toml"\n[schemes."办法"]\nsource = "示例数据"\n'
        'items = [{ indicator = "亩均税收", weight = 1, method = "ratio", baseline = "1万元/亩" }]\n'
        'tiers = { by = "score", at_least = { A = 0 } }\n',
        encoding="utf-8",
    )
    done = run(command[0], "镇街/*.csv", *command[1:], "-d", "rules.toml", "--format", "json")
    assert [(each["name"], each["read_from"]["file"]) for each in done.json["entities"]] == [
        ("示例东镇", "镇街/东镇.csv"),
        ("示例西镇", "镇街/西镇.csv"),
    ]


def test_validate_reads_the_files_that_fit(towns: None, run: Run) -> None:
    done = run("validate", "镇街/*.csv", "--format", "json")
    assert done.json["summary"]["read"] == 2
    assert (run("validate", "镇街/*.xlsx").code, run("validate", "镇街/*.csv").code) == (2, done.code)
