"""Answers about several files say of each entity which one it was read from. 示例数据."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_sheets_and_limits import RULES
from tests.conftest import Run

STANDARD = '\n[standards."示例"]\nsource = "示例数据"\nrequire = ["亩均税收 ≥ 1万元/亩"]\n'


@pytest.mark.parametrize("command", [["compute"], ["check", "--standard", "示例"], ["classify", "--scheme", "示例"]])
def test_each_row_names_its_file(run: Run, command: list[str]) -> None:
    Path("rules.toml").write_text(RULES.replace("[plans", STANDARD + "[plans"), encoding="utf-8")
    for town, name in (("东镇", "甲"), ("西镇", "乙")):
        Path(f"{town}.csv").write_text(f"企业名称,税收,用地面积\n示例{name},80,1\n", encoding="utf-8")
    done = run(*command, "东镇.csv", "西镇.csv", "-d", "rules.toml", "--format", "json")
    assert [each["read_from"] for each in done.json["entities"]] == [
        {"file": f"{town}.csv", "sheet": None, "line": 2} for town in ("东镇", "西镇")
    ]
    alone = run(*command, "东镇.csv", "-d", "rules.toml", "--format", "json")
    assert "read_from" not in alone.json["entities"][0]
