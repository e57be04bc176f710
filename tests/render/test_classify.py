"""Two schemes in one run: one combined list, each scheme best first, the tiers of all and of each. 示例数据."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import kpi
from kpi.definitions.model import Definitions
from kpi.evaluation.scheme.listing import Listing
from kpi.evaluation.scheme.results import Classification, ClassifiedEntity
from kpi.evaluation.table import Table
from kpi.render import as_csv, as_parquet, classify, explain
from kpi.render.as_json import schema

RULES = """format = 1
[figures]
"税收" = "万元"
"规模" = { type = "text" }
"行业" = { type = "text" }
"事故" = { type = "yes_no" }
[indicators."税"]
formula = "税收"
unit = "万元"
[schemes."规上"]
applies_to = "规模 = '规上'"
items = [{ indicator = "税", weight = 100, method = "ratio", baseline = "20万元" }]
overrides = [{ label = "一票否决", when = "事故", set = "B" }]
[schemes."规上".tiers]
by = "share"
up_to = { A = "50%", B = "100%" }
of = "graded"
round = "half_up"
ties = "up"
refill = false
by_group = "行业"
[schemes."规下"]
applies_to = "规模 = '规下'"
items = [{ indicator = "税", weight = 100, method = "ratio", baseline = "20万元" }]
tiers = { by = "score", at_least = { A = 50 }, otherwise = "C" }
"""
ROWS = """企业名称,税收,规模,行业,事故
甲,10,规下,食品,否
乙,10,规上,食品,否
丙,20,规上,食品,是
丁,30,规上,机械,否
戊,1,规下,机械,否
己,5,规上,机械,否
庚,5,微型,机械,否
"""


@pytest.fixture
def inputs(tmp_path: Path) -> tuple[Definitions, Table]:
    (tmp_path / "figures.csv").write_text(ROWS, encoding="utf-8")
    definitions = kpi.load(text=RULES)
    return definitions, kpi.read([tmp_path / "figures.csv"], definitions)


@pytest.fixture
def result(inputs: tuple[Definitions, Table]) -> Classification:
    return kpi.classify(*inputs, ["规上", "规下"])


def test_tiers_are_counted_together_and_for_each_scheme(result: Classification) -> None:
    assert result.summary.tiers == {"A": 2, "B": 3, "C": 1}
    assert result.summary.by_scheme == {"规上": {"A": 1, "B": 3}, "规下": {"A": 1, "C": 1}}
    said = [cell.text for cell in classify.notes(result, "en")]
    assert said[:3] == ["Tiers: A 2, B 3, C 1.", "规上: A 1, B 3.", "规下: A 1, C 1."]


def test_one_list_for_scripts_and_spreadsheets(result: Classification) -> None:
    table = classify.report(result, "en").table
    assert table is not None
    keys = [column.key for column in table.columns]
    rows = [
        [row[keys.index(key)].text for key in ("name", "scheme", "rank", "first_tier", "tier")] for row in table.rows
    ]
    assert rows[:3] == [["甲", "规下", "1", "A", "A"], ["乙", "规上", "2", "B", "B"], ["丙", "规上", "1", "A", "B"]]
    assert rows[6][:2] == ["庚", ""]
    answer = classify.data(result, "en", result.entities())
    assert answer["summary"]["by_scheme"] == result.summary.by_scheme
    assert "by_scheme" in json.dumps(schema("classify"))


def test_groups_that_are_ranked_apart_are_listed_apart(result: Classification) -> None:
    upper, lower, outside = classify.report(result, "en").sections[:3]
    assert [column.key for column in upper.columns][:2] == ["group", "rank"]
    assert [[cell.text for cell in row[:3]] for row in upper.rows] == [
        ["机械", "1", "丁"],
        ["机械", "2", "己"],
        ["食品", "1", "丙"],
        ["食品", "2", "乙"],
    ]
    assert lower.columns[0].key == "rank"
    assert [row[1].text for row in outside.rows] == ["庚"]


def test_an_explanation_begins_with_both_tiers(inputs: tuple[Definitions, Table]) -> None:
    def head(entity: str) -> list[str]:
        found = kpi.explain(*inputs, entity, schemes=["规上", "规下"])
        return [cell.text for cell in explain.report(found, "en").lines]

    assert "Tier B, first tier A: 100.00 points, rank 1." in head("丙")
    assert "Tier B: 50.00 points, rank 2." in head("乙")


def test_full_results_are_made_of_those_only_who_speak_for_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = "".join(f"企业{number},{number},规上,食品,否\n" for number in range(1, 41))
    (tmp_path / "figures.csv").write_text(f"企业名称,税收,规模,行业,事故\n{rows}", encoding="utf-8")
    definitions = kpi.load(text=RULES)
    result = kpi.classify(definitions, kpi.read([tmp_path / "figures.csv"], definitions), ["规上", "规下"])
    made: list[int] = []

    def counted(self: Listing, rows: Any, *others: Any) -> Iterator[ClassifiedEntity]:
        made.append(len(rows))
        return portion(self, rows, *others)

    portion = Listing._portion
    monkeypatch.setattr(Listing, "_portion", counted)
    report = classify.report(result, "zh")
    assert made == []
    assert len(list(report.sections[0].rows)) == len(list(report.single_table().rows)) == 40
    assert made == [2]  # tier A and tier B, once for all tables
    assert len(list(result.entities())) == 40


def test_items_may_be_called_as_other_columns_are(tmp_path: Path) -> None:
    item = '{ indicator = "%s", weight = 50, method = "ratio", baseline = "20万元" }'
    rules = f"""format = 1
[figures]
"税收" = "万元"
[indicators]
"score" = {{ label = "总分", formula = "税收", unit = "万元" }}
"rank" = {{ label = "总分", formula = "税收 × 2", unit = "万元" }}
[schemes."办法"]
items = [{item % "score"}, {item % "rank"}]
tiers = {{ by = "score", at_least = {{ A = 50 }}, otherwise = "C" }}
"""
    (tmp_path / "figures.csv").write_text("企业名称,税收\n甲,10\n", encoding="utf-8")
    definitions = kpi.load(text=rules)
    result = kpi.classify(definitions, kpi.read([tmp_path / "figures.csv"], definitions), ["办法"])
    head, row = as_csv.render(classify.report(result, "zh")).splitlines()
    assert head.endswith("总分（万元）,总分得分,总分（万元）,总分得分")
    assert row == ",甲,办法,参评,,75.00,1,A,A,,,10.00,25.00,20.00,50.00"
    found = pl.read_parquet(io.BytesIO(as_parquet.render(classify.report(result, "zh"))))
    assert found.select("score", "rank", "score.value", "score:", "rank.value", "rank:").rows() == [
        (75.0, 1, 10.0, 25.0, 20.0, 50.0)
    ]
