"""kpi explain, as users and scripts meet it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kpi.render import as_json
from tests.conftest import Golden, Run

# 示例数据
PROJECT = ("税收=900万元", "用地面积=50亩", "固定资产投资=1.5亿元", "应税销售收入=2亿元", "建筑面积=45000平方米")
STANDARD = ("--standard", "234+1.2", "--as-of", "2023-12-31")

DEFINITIONS = """format = 1
[figures]
"税收" = { unit = "万元", label_en = "tax" }
"用地面积" = { unit = "亩", label_en = "land" }
"用电量" = { unit = "万千瓦时", label_en = "electricity" }
"新投产" = { type = "yes_no", label_en = "new" }
"安全事故" = { type = "yes_no", label_en = "accident" }

[indicators."亩均税收"]
label_en = "tax per mu"
formula = "税收 / 用地面积"
unit = "万元/亩"
decimals = 2
source = "示例办法第三条"

[schemes."评价"]
label_en = "review"
source = "示例办法"

[[schemes."评价".exempt]]
when = "新投产"
tier = "N"
reason = "新投产"
reason_en = "new"
if_undefined = false
source = "示例办法第二条"

[[schemes."评价".items]]
indicator = "亩均税收"
weight = 100
method = "ratio"
baseline = { statistic = "mean", times = 1.1 }
score = { at_least = 0, at_most = "1.5 × 权重" }
if_missing = "zero"
if_zero_denominator = "zero"
source = "示例办法第四条"

[[schemes."评价".adjustments]]
label = "安全事故"
label_en = "accident"
when = "安全事故"
points = -5
if_undefined = false
source = "示例办法第五条"

[schemes."评价".tiers]
by = "share"
up_to = { A = "25%", B = "50%", C = "100%" }
of = "graded"
round = "half_up"
ties = "up"
refill = false
source = "示例办法第六条"

[[schemes."评价".overrides]]
label = "安全事故最高为 B"
label_en = "accident: at most B"
when = "安全事故"
at_most = "B"
if_undefined = false
source = "示例办法第七条"

[[schemes."评价".measures]]
label = "用电加价"
label_en = "surcharge"
tiers = ["B", "C"]
amount = "0.1元/千瓦时 × 用电量"
unit = "万元"
source = "示例办法第八条"
"""
# 示例数据
FIGURES = """企业名称,税收（万元）,用地面积（平方米）,用电量（万千瓦时）,新投产,安全事故
示例甲（开发区）公司,900,20000,120,否,是
示例乙公司,300,15000,80,否,否
示例丙公司,300,15000,80,否,否
示例丁公司,,15000,80,否,否
示例戊公司,100,15000,80,是,否
"""


@pytest.fixture
def review(tmp_path: Path) -> tuple[object, ...]:
    (tmp_path / "review.toml").write_text(DEFINITIONS, encoding="utf-8")
    (tmp_path / "figures.csv").write_text(FIGURES, encoding="utf-8")
    return ("figures.csv", "-d", "review.toml", "--scheme", "评价", "--as-of", "2023-12-31")


def valid(document: Any) -> Any:
    schema = as_json.schema("explain")
    jsonschema.Draft202012Validator(schema).validate(json.loads(json.dumps(document, default=float)))
    return document


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 120])
def test_a_result_of_a_scheme(
    run: Run, golden: Golden, review: tuple[object, ...], monkeypatch: pytest.MonkeyPatch, language: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    done = run("explain", *review, "--entity", "示例甲(开发区)公司", "--lang", language)
    assert done.code == 0
    golden(f"explain-scheme-{language}-{width}.txt", done.out)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_result_of_a_standard(run: Run, golden: Golden, language: str) -> None:
    done = run("explain", *PROJECT, *STANDARD, "--lang", language)
    assert done.code == 0  # explained, although the project falls short
    golden(f"explain-standard-{language}.txt", done.out)


@pytest.mark.parametrize(
    ("entity", "tier", "words"),
    [
        ("示例乙公司", "B", "2 entities have this total and share the rank."),
        ("示例丁公司", "C", "By the scheme this earns no points."),
        ("示例戊公司", "N", "Not evaluated: tier N."),
    ],
)
def test_ties_missing_figures_and_exemptions(
    run: Run, review: tuple[object, ...], entity: str, tier: str, words: str
) -> None:
    done = run("explain", *review, "-e", entity)
    assert words in done.out
    answer = valid(run("explain", *review, "-e", entity, "--format", "json", "--exact").json)
    assert answer["entity"]["tier"] == tier
    classified = run("classify", *review, "--format", "json").json
    same = next(each for each in classified["entities"] if each["name"] == entity)
    assert {key: answer["entity"][key] for key in ("status", "score", "rank", "first_tier", "tier")} == {
        key: same[key] for key in ("status", "score", "rank", "first_tier", "tier")
    }


def test_json_of_typed_figures(run: Run) -> None:
    answer = valid(run("explain", *PROJECT, *STANDARD, "-f", "json").json)
    assert (answer["entity"]["status"], answer["subject"]["key"]) == ("short", "234+1.2")
    assert [section["part"] for section in answer["sections"]] == ["figures", "requirements", "remedies"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("figures.csv", "-d", "review.toml", "--scheme", "评价"), "The figures are about 5 entities."),
        (
            ("figures.csv", "-d", "review.toml", "--scheme", "评价", "-e", "示例甲"),
            "Did you mean “示例甲（开发区）公司”?",
        ),
        (("figures.csv", "-d", "review.toml", "-e", "示例乙公司"), "Exactly one of scheme and standard"),
        ((*PROJECT, "--scheme", "规上"), "figures typed on the command line are not enough"),
        ((*PROJECT, "--scheme", "规上", "--standard", "223"), "Exactly one of scheme and standard"),
        ((*PROJECT, *STANDARD, "--where", "税收 > 1万元"), "--where does not go with explain"),
    ],
)
def test_what_cannot_be_explained(run: Run, review: tuple[object, ...], arguments: tuple[str, ...], words: str) -> None:
    done = run("explain", *arguments)
    assert done.code == 2
    assert words in done.err
    assert done.out == ""


def test_one_name_for_several_asks_for_the_code(run: Run, review: tuple[object, ...], tmp_path: Path) -> None:
    rows = FIGURES.replace("企业名称,", "代码,企业名称,").splitlines()
    coded = [rows[0], *(f"A{number},{row}" for number, row in enumerate(rows[1:]))]
    text = "\n".join(coded).replace("示例丙公司", "示例乙公司")
    (tmp_path / "figures.csv").write_text(text + "\n", encoding="utf-8")
    done = run("explain", *review, "-e", "示例乙公司")
    assert done.code == 2
    assert "“示例乙公司” names 2 entities: A1, A2." in done.err


def test_typed_figures_need_no_columns() -> None:
    code = (
        "import sys; from kpi.cli.main import run; "
        f"code = run({['explain', *PROJECT, *STANDARD, '-q']!r}); "
        "assert code == 0 and 'polars' not in sys.modules, code"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
