"""Groups and schemes on whose list nobody is graded. All figures are made up (示例数据)."""

from __future__ import annotations

from pathlib import Path

import kpi
from kpi.problems import Severity

RULES = """format = 1
[figures]
"税收" = "万元"
"行业" = { type = "text" }
"在建" = { type = "yes_no" }
[indicators."税"]
formula = "税收"
unit = "万元"
[schemes."办法"]
items = [{ indicator = "税", weight = 100, method = "ratio", baseline = "20万元" }]
exempt = [{ when = "在建", tier = "N", reason = "在建", evaluated = true }]
[schemes."办法".tiers]
by = "share"
up_to = { A = "20%", B = "100%" }
of = "evaluated"
round = "half_up"
ties = "up"
refill = false
"""


def problems(folder: Path, rules: str, rows: str) -> list[tuple[str, str, str | None, int | None]]:
    (folder / "figures.csv").write_text("企业名称,税收,行业,在建\n" + rows, encoding="utf-8")
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    definitions = kpi.load(folder / "rules.toml")
    result = kpi.classify(definitions, kpi.read([folder / "figures.csv"], definitions), ["办法"])
    assert all(each.severity is Severity.WARNING for each in result.problems)
    assert len(list(result.entities())) == len(rows.split())
    return [(each.code, str(each.message), each.place.key, each.place.line) for each in result.problems]


ROWS = "甲,10,食品,否\n乙,20,食品,否\n丙,30,机械,是\n丁,30,机械,是\n"


def test_a_group_without_anybody_who_is_graded_is_named_with_its_rule(tmp_path: Path) -> None:
    ((code, message, key, line),) = problems(tmp_path, RULES + 'by_group = "行业"\n', ROWS)
    assert (code, key, line) == ("nobody-graded", 'schemes."办法".tiers.by_group', 19)
    assert message == "Scheme “办法”: none of the 2 entities in the group “机械” is graded, so no places are given."


def test_a_scheme_without_anybody_who_is_graded_is_named(tmp_path: Path) -> None:
    ((code, message, key, _),) = problems(tmp_path, RULES, "丙,30,机械,是\n丁,30,机械,是\n")
    assert (code, key) == ("nobody-graded", 'schemes."办法".tiers')
    assert "none of its 2 entities is graded" in message


def test_nothing_is_said_where_somebody_is(tmp_path: Path) -> None:
    assert problems(tmp_path, RULES, ROWS) == []
