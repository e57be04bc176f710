"""Items by place, left out and sent back: JSON, exit code, and the explanation in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_answers import valid
from tests.conftest import Run

DEFINITIONS = """
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
"综合能耗" = "吨标准煤"
"行业" = { type = "text" }
[indicators."亩均税收"]
formula = "税收 / 用地面积"
unit = "万元/亩"
[indicators."单位能耗税收"]
formula = "税收 / 综合能耗"
unit = "万元/吨标准煤"
[schemes."试"]
source = "示例办法"
[schemes."试".tiers]
by = "score"
at_least = { A = 60 }
otherwise = "B"
[[schemes."试".items]]
indicator = "亩均税收"
weight = 70
method = "percentile"
among = "行业"
[[schemes."试".items]]
indicator = "单位能耗税收"
weight = 30
method = "ratio"
baseline = { statistic = "percentile", percent = 75 }
instead = { when = "综合能耗 = 0吨标准煤", earns = "exclude", reason = "不用能", if_undefined = false }
if_missing = "reject"
"""
FIGURES = """企业名称,行业,税收（万元）,用地面积（亩）,综合能耗（吨标准煤）
示例甲,食品,100,10,0
示例乙,食品,50,10,100
示例丙,食品,30,10,
示例丁,机械,90,10,100
"""
# 示例数据


@pytest.fixture
def arguments(tmp_path: Path) -> tuple[object, ...]:
    rules, figures = tmp_path / "rules.toml", tmp_path / "figures.csv"
    rules.write_text(DEFINITIONS, encoding="utf-8")
    figures.write_text(FIGURES, encoding="utf-8")
    return figures, "--scheme", "试", "--definitions", rules


def test_json_of_places_weights_and_who_is_sent_back(run: Run, arguments: tuple[object, ...]) -> None:
    done = run("classify", *arguments, "--format", "json")
    answer = valid(done.json, "classify")
    assert done.code == 1
    assert (answer["provisional"], answer["summary"]["rejected"], answer["summary"]["read"]) == (True, 1, 4)
    first, second, third, fourth = answer["entities"]
    land, energy = first["items"]
    assert (land["place"], land["place_of"], land["weight"], land["score"]) == (1, 3, 100, 100)
    assert (energy["weight"], energy["score"], first["score"]) == (0, None, 100)
    assert [reason["code"] for reason in energy["reasons"]] == ["instead", "earns-exclude"]
    assert [item["weight"] for item in second["items"]] == [70, 30]
    assert (third["status"], third["rank"], third["tier"], third["score"]) == ("rejected", None, None, None)
    assert [reason["code"] for reason in third["reasons"]] == ["missing", "earns-reject"]
    assert fourth["items"][0]["place_of"] == 1
    assert "place" not in fourth["items"][1]


@pytest.mark.parametrize(
    ("name", "sentences"),
    [
        ("示例甲", ["本项权重为 70 × 100 ÷ 70", "在有数值的 3 个对象中列第 1 名", "不用能", "其余各项权重按比例放大"]),
        ("示例乙", ["列第 2 名", "2 个对象公布值从小到大的第 75 百分位数"]),
        ("示例丙", ["该企业因此退回核实"]),
        ("示例丁", ["只有它有数值"]),
    ],
)
def test_the_explanation_says_it_in_words(
    run: Run, arguments: tuple[object, ...], name: str, sentences: list[str]
) -> None:
    done = run("explain", *arguments, "--entity", name, "--lang", "zh")
    assert done.code == 0
    shown = "".join(done.out.split())
    assert [each for each in sentences if "".join(each.split()) not in shown] == []
    valid(run("explain", *arguments, "--entity", name, "--format", "json").json, "explain")


def test_tables_list_who_is_sent_back(run: Run, arguments: tuple[object, ...]) -> None:
    shown = run("classify", *arguments, "--lang", "zh").out
    assert "暂定结果" in shown
    assert "示例丙" in shown
