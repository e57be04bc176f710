"""The three small stories, computed a second time by hand and compared with what the program printed."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MU = Fraction(2000, 3)  # 平方米


def printed(path: str) -> dict[str, dict[str, Any]]:
    """name → entity of an expected file."""
    text = (EXAMPLES / path).read_text(encoding="utf-8")
    entities = json.loads(text, parse_float=Fraction, parse_int=Fraction)["entities"]
    return {each["name"]: each for each in entities}


def number(cell: object) -> Fraction | None:
    return None if cell in (None, "") else Fraction(str(cell))


def ratio(above: Fraction | None, below: Fraction | None) -> Fraction | None:
    return None if above is None or not below else above / below


def judged(value: Fraction | None, bound: str) -> bool | None:
    return None if value is None else value >= Fraction(bound)


def status(verdicts: list[bool | None]) -> str:
    if False in verdicts:
        return "short"
    return "undefined" if None in verdicts else "passed"


def rounded(value: Fraction, decimals: int) -> Fraction:
    return Fraction(int(abs(value) * 10**decimals + Fraction(1, 2)), 10**decimals) * (1 if value >= 0 else -1)


def test_234_every_project() -> None:
    found = printed("admission-234/expected/check.json")
    sheet = openpyxl.load_workbook(EXAMPLES / "admission-234" / "projects.xlsx").worksheets[0]
    _, *rows = sheet.iter_rows(values_only=True)
    assert len(rows) == len(found) == 12
    for name, *cells in rows:
        tax, invested, sales, metres, counted, floor = map(number, cells)
        land = None if metres is None else metres / MU
        floor = floor if counted is None else counted
        money = [None if amount is None else amount * 10000 for amount in (tax, invested, sales)]
        values = [*(ratio(amount, land) for amount in money), ratio(floor, metres)]
        verdicts = [judged(value, bound) for value, bound in zip(values, ("20", "300", "400", "1.2"), strict=True)]
        each = found[str(name)]
        assert each["status"] == status(verdicts), name
        assert [result["passed"] for result in each["results"]] == verdicts, name
        assert [result["value"] for result in each["results"]] == [
            None if value is None else rounded(value, 2) for value in values
        ], name


def result(entity: dict[str, Any], indicator: str) -> dict[str, Any]:
    (found,) = (each for each in entity["results"] if each["indicator"] == indicator)
    return found  # type: ignore[no-any-return]


def test_234_near_misses_are_shown() -> None:
    found = printed("admission-234/expected/check.json")
    two = result(found["示例二号新能源项目"], "亩均税收")
    assert two["value"] == 20  # 599.99 ÷ 30 = 19.99966…
    assert (two["shown"], two["required_shown"]) == ("19.9997", "20.0000")
    assert two["shortfall"] == Fraction("0.0004")  # 20 − 19.99966… is 0.00033…, rounded up
    three = result(found["示例三号电子信息项目"], "建设容积率")
    assert three["shown"] == "1.1999995"  # 23999.99 ÷ 20000
    assert three["shortfall"] == Fraction("0.0000005")
    six = result(found["示例六号新材料项目"], "亩均税收")
    assert six["value"] == 20  # 2055.22 ÷ (68507.52 × 3 ÷ 2000) = 19.999945…
    assert not six["passed"]
    assert six["shown"] == "19.9999"


def test_234_what_would_make_it_pass() -> None:
    """Each remedy clears what it says; and with one unit of its last decimal less it does not."""
    found = printed("admission-234/expected/check.json")
    five = {each["figure"]: each for each in found["示例五号装备制造项目"]["remedies"]}
    # 900 万元 at 20 万元/亩 support 45 亩; that leaves room for the other three rules.
    assert five["用地面积"]["needed"] == 45
    assert five["用地面积"]["passes"]
    # 33333.33 平方米 are 49.999995 亩, which at 20 need 999.9999 万元.
    assert five["税收"]["needed"] == 1000
    assert five["税收"]["passes"]
    ten = {each["figure"]: each for each in found["示例十号仓储物流项目"]["remedies"]}
    # 12000 平方米 of floor at a ratio of 1.2 support 10000 平方米, that is 15 亩.
    assert ten["用地面积"]["needed"] == 15
    assert found["示例一号精密制造项目"]["remedies"] == []


def test_223_every_project() -> None:
    found = printed("admission-223/expected/check.json")
    with (EXAMPLES / "admission-223" / "projects.csv").open(encoding="gb18030", newline="") as file:
        _, *rows = csv.reader(file)
    assert len(rows) == len(found) == 8
    for name, industry, *cells in rows:
        plant, tax, output, land = map(number, cells)
        per_mu = [ratio(amount, land) for amount in (plant, tax, output)]
        bounds = ["10" if industry == "农副产品加工" else "20"] if industry else ["10", "20"]
        either = {judged(per_mu[1], bound) for bound in bounds}
        verdicts = [judged(per_mu[0], "200"), either.pop() if len(either) == 1 else None, judged(per_mu[2], "300")]
        each = found[name]
        assert each["status"] == status(verdicts), name
        assert sorted(map(str, (result["passed"] for result in each["results"]))) == sorted(map(str, verdicts)), name
    statuses = [each["status"] for each in found.values()]
    assert statuses == ["passed", "passed", "short", "short", "passed", "undefined", "short", "short"]


def test_223_the_missing_industry_is_named_only_where_it_matters() -> None:
    found = printed("admission-223/expected/check.json")
    (undefined,) = (each for each in found["示例行业未填乙项目"]["results"] if each["passed"] is None)
    assert [each["code"] for each in undefined["reasons"]] == ["missing"]
    assert "行业" in undefined["reasons"][0]["message"]
    assert all(each["passed"] is not None for each in found["示例行业未填甲项目"]["results"])
    assert all(each["passed"] is not None for each in found["示例行业未填丙项目"]["results"])


def test_nanqiao_the_base_that_each_growth_implies() -> None:
    found = printed("nanqiao-2022/expected/growth.json")
    with (EXAMPLES / "nanqiao-2022" / "growth.csv").open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    assert len(rows) == len(found) == 6
    for name, *cells in rows:
        level, level_digit, growth, growth_digit = map(Fraction, cells)
        values = {each["indicator"]: each["value"] for each in found[name]["indicators"]}
        assert values["上年基数"] == rounded(level / (1 + growth / 100), 3)
        least = (level - level_digit / 2) / (1 + (growth + growth_digit / 2) / 100)
        greatest = (level + level_digit / 2) / (1 + (growth - growth_digit / 2) / 100)
        assert (values["基数下限"], values["基数上限"]) == (rounded(least, 3), rounded(greatest, 3))
    output = {each["indicator"]: each["value"] for each in found["规上工业总产值"]["indicators"]}
    assert rounded(output["上年基数"], 2) == Fraction("80.44")
    assert (output["基数下限"], output["基数上限"]) == (Fraction("80.434"), Fraction("80.447"))


def test_nanqiao_the_sums_that_the_text_gets_wrong() -> None:
    (report,) = printed("nanqiao-2022/expected/text.json").values()
    assert report["status"] == "short"
    wrong = [each for each in report["results"] if not each["passed"]]
    assert [each["rule"] for each in wrong] == ["已处理问题 = 问题总数", "明年增加值增速 = 明年增加值增速之二"]
    assert (wrong[0]["value"], wrong[0]["required"], wrong[0]["shortfall"]) == (738 + 109, 947, 100)
    assert (wrong[1]["shortfall"], wrong[1]["shortfall_unit"]) == (1, "百分点")
    assert result(report, "入驻率")["value"] == 60  # 3 ÷ 5
