"""The annual review, computed a second time by hand: plain Fractions, no code of kpi, rules copied from review.toml.

What this file says is checked against what `kpi classify` prints (expected/classify.json, which test_examples.py holds
equal to the program's output), so an error would have to be made twice.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "annual-review"
Row = dict[str, Any]
Value = Fraction | str  # a published value, or why there is none: "missing" or "zero denominator"

ABOVE = {  # indicator: weight, cap in weights, decimals
    "亩均税收": (30, Fraction("1.5"), 2),
    "亩均工业增加值": (20, Fraction("1.5"), 2),
    "单位能耗增加值": (20, Fraction("1.5"), 2),
    "单位排放增加值": (10, Fraction("1.5"), 1),
    "全员劳动生产率": (10, Fraction("1.2"), 2),
    "研发投入强度": (10, Fraction("1.5"), 2),
}
BELOW = {"亩均税收": (50, Fraction(2), 2), "单位用电税收": (50, Fraction(2), 4)}
UTILITIES = ("电力、热力生产和供应业", "燃气生产和供应业")


def rounded(value: Fraction, decimals: int) -> Fraction:
    """四舍五入."""
    scaled = abs(value) * 10**decimals
    whole = int(scaled + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, 10**decimals)


def number(cell: object) -> Fraction | None:
    return None if cell in (None, "") else Fraction(str(cell))


def tables() -> Iterable[Iterable[Iterable[object]]]:
    """The rows of the three files, header first."""
    with (FOLDER / "tax.csv").open(encoding="utf-8-sig", newline="") as file:
        yield list(csv.reader(file))
    yield openpyxl.load_workbook(FOLDER / "land.xlsx").worksheets[0].iter_rows(values_only=True)
    content = ElementTree.fromstring(zipfile.ZipFile(FOLDER / "power.ods").read("content.xml"))
    urn = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
    yield [
        [cell.get(urn % "office" + "value") or "".join(cell.itertext()) for cell in row]
        for row in content.iter(urn % "table" + "table-row")
    ]


def figures() -> dict[int, dict[str, Row]]:
    """year → code → all cells of that company, from all files, by header."""
    years: dict[int, dict[str, Row]] = {2022: {}, 2023: {}}
    for table in tables():
        header, *rows = ([*row] for row in table)
        for cells in rows:
            row = dict(zip(map(str, header), cells, strict=True))
            year = int(float(str(row["年度"])))
            years[year].setdefault(str(row["统一社会信用代码"]), {}).update(row)
    return years


def over(numerator: Fraction | None, denominator: Fraction | None, decimals: int) -> Value:
    if numerator is None or denominator is None:
        return "missing"
    if denominator == 0:
        return "zero denominator"
    return rounded(numerator / denominator, decimals)


def land(row: Row) -> Fraction:
    """亩: owned plus leased less let; 1 亩 is 2000/3 平方米."""
    owned, leased, let = (number(row[f"{kind}用地（平方米）"]) or Fraction(0) for kind in ("自有", "租入", "出租"))
    return (owned + leased - let) * 3 / 2000


def emission(row: Row) -> Fraction | None:
    kilograms = number(row.get("主要污染物排放量（千克）"))
    return None if kilograms is None else kilograms / 1000


def values(row: Row) -> dict[str, Value]:
    """Every indicator that the schemes score, published."""
    tax, added = number(row["入库税收（万元）"]), number(row["工业增加值（万元）"])
    research = number(row["研发经费（万元）"])
    return {
        "亩均税收": over(tax, land(row), 2),
        "亩均工业增加值": over(added, land(row), 2),
        "单位能耗增加值": over(added, number(row.get("综合能耗（吨标准煤）")), 2),
        "单位排放增加值": over(added, emission(row), 1),
        "全员劳动生产率": over(added, number(row["年平均职工人数（人）"]), 2),
        "研发投入强度": over(None if research is None else research * 100, number(row["应税销售收入（万元）"]), 2),
        # 万元 ÷ 千瓦时 × 10000 is 元 ÷ 千瓦时
        "单位用电税收": over(None if tax is None else tax * 10000, number(row.get("用电量（千瓦时）")), 4),
    }


@dataclass
class Company:
    """One enterprise in one scheme, and what becomes of it."""

    name: str
    row: Row
    before: Row | None
    status: str = "evaluated"
    values: dict[str, Value] = field(default_factory=dict)
    scores: dict[str, Fraction] = field(default_factory=dict)
    points: Fraction = Fraction(0)
    total: Fraction | None = None
    rank: int | None = None
    first_tier: str | None = None
    tier: str | None = None


def defined(companies: Iterable[Company], indicator: str) -> list[Fraction]:
    return [value for each in companies if isinstance(value := each.values[indicator], Fraction)]


def mean(numbers: Iterable[Fraction], decimals: int, times: Fraction = Fraction(1)) -> Fraction:
    listed = list(numbers)
    return rounded(sum(listed, Fraction(0)) / len(listed) * times, decimals)


def above_baselines(scored: list[Company]) -> Mapping[str, Callable[[Company], Fraction]]:
    """Baseline of each item, for a company."""
    before = [values(each.before)["亩均工业增加值"] for each in scored if each.before]
    last_year = mean((value for value in before if isinstance(value, Fraction)), 2, Fraction("1.05"))
    energy = mean(defined(scored, "单位能耗增加值"), 2)
    emitting = [each.row for each in scored if isinstance(each.values["单位排放增加值"], Fraction)]
    added = sum(number(row["工业增加值（万元）"]) or Fraction(0) for row in emitting)
    tons = sum(emission(row) or Fraction(0) for row in emitting)
    productivity = {
        industry: mean(defined([e for e in scored if e.row["行业大类"] == industry], "全员劳动生产率"), 2)
        for industry in {each.row["行业大类"] for each in scored}
    }
    return {
        "亩均税收": lambda _: Fraction("24.097"),
        "亩均工业增加值": lambda _: last_year,
        "单位能耗增加值": lambda _: energy,
        "单位排放增加值": lambda _: rounded(Fraction(added) / tons, 1),
        "全员劳动生产率": lambda each: productivity[each.row["行业大类"]],
        "研发投入强度": lambda _: Fraction(3),
    }


def below_baselines(scored: list[Company]) -> Mapping[str, Callable[[Company], Fraction]]:
    middle = rounded(median(defined(scored, "单位用电税收")), 4)
    return {"亩均税收": lambda _: Fraction("11.5932"), "单位用电税收": lambda _: middle}


def score_all(scored: list[Company], items: Mapping[str, Any], baselines: Mapping[str, Any], decimals: int) -> None:
    for indicator, (weight, cap, _) in items.items():
        average: list[Company] = []
        for each in scored:
            value = each.values[indicator]
            if isinstance(value, Fraction):
                score = max(value, Fraction(0)) / baselines[indicator](each) * weight
                each.scores[indicator] = rounded(min(score, cap * weight), decimals)
            elif indicator == "单位排放增加值":
                average.append(each)
            else:
                full = value == "zero denominator" and indicator in ("单位能耗增加值", "单位用电税收")
                each.scores[indicator] = Fraction(weight if full else 0)
        earned = [each.scores[indicator] for each in scored if indicator in each.scores]
        for each in average:
            each.scores[indicator] = mean(earned, decimals)
    for each in scored:
        each.total = sum(each.scores.values(), each.points)


def growth(each: Company) -> Fraction | None:
    now = number(each.row["入库税收（万元）"])
    before = number(each.before["入库税收（万元）"]) if each.before else None
    if now is None or before is None or before <= 0:
        return None
    return rounded((now / before - 1) * 100, 1)


def adjustments(each: Company) -> Fraction:
    points = Fraction(0)
    points += 2 if each.row["高新技术企业"] == "是" else 0
    points += min((number(each.row["发明专利（件）"]) or Fraction(0)) / 2, Fraction(3))
    grown = growth(each)
    points += Fraction("1.5") if grown is not None and grown >= 20 else 0
    points -= 2 if grown is not None and grown < -20 else 0
    return min(points, Fraction(5))


def rank_all(ranked: list[Company]) -> None:
    for each in ranked:
        assert each.total is not None
        each.rank = 1 + sum(other.total > each.total for other in ranked if other.total is not None)


def half_up(share: str, count: int) -> int:
    return int(Fraction(share) * count + Fraction(1, 2))


def above_tiers(graded: list[Company]) -> None:
    """By the shared rank: a tie takes the tier of its first place. A needs 24.097 万元/亩. No refilling."""
    places = {tier: half_up(share, len(graded)) for tier, share in (("A", "0.2"), ("B", "0.6"), ("C", "0.95"))}
    for each in graded:
        assert each.rank is not None
        rank = 1 + sum(other.total > each.total for other in graded)  # type: ignore[operator]
        tier = next((tier for tier, last in places.items() if rank <= last), "D")
        tax = each.values["亩均税收"]
        if tier == "A" and not (isinstance(tax, Fraction) and tax >= Fraction("24.097")):
            tier = "B"
        each.first_tier = tier
        if each.row["专精特新"] == "是" and tier == "D":
            tier = "C"
        if each.row.get("环境违法") == "是" and tier in "AB":
            tier = "C"
        each.tier = "D" if each.row.get("安全生产事故") == "是" else tier


def below_tiers(graded: list[Company]) -> None:
    """Ties by 亩均税收; who has a veto is passed over, and the places stay as counted (shares × all, rounded down)."""

    def order(each: Company) -> tuple[bool, Fraction, Fraction]:
        tax = each.values["亩均税收"]
        assert each.total is not None
        return (True, -each.total, -tax) if isinstance(tax, Fraction) else (True, -each.total, Fraction(10**9))

    places = [int(Fraction(share) * len(graded)) for share in ("0.15", "0.6", "0.9")]
    vetoed = [each for each in graded if each.row.get("安全生产事故") == "是"]
    seats = sorted((each for each in graded if each not in vetoed), key=order)
    for seat, each in enumerate(seats, start=1):
        first = 1 + sum(order(other) < order(each) for other in seats)
        each.tier = next((tier for tier, last in zip("ABC", places, strict=True) if first <= last), "D")
        assert seat >= first
    for each in vetoed:
        each.tier = "D"


def review() -> dict[str, dict[str, Company]]:
    """scheme → code → company."""
    years = figures()
    schemes: dict[str, dict[str, Company]] = {"规上": {}, "规下": {}}
    for code, row in years[2023].items():
        each = Company(row["企业名称"], row, years[2022].get(code), values=values(row))
        if row["规模"] == "规下" and land(row) < 3:
            continue
        if row["投产日期"] > "2021-12-31":
            each.status, each.tier = "exempt", "N"
        elif row["规模"] == "规上" and row["行业大类"] in UTILITIES:
            each.status, each.tier = "ungraded", "T"
        schemes[row["规模"]][code] = each
    for scheme, items, decimals in (("规上", ABOVE, 2), ("规下", BELOW, 1)):
        scored = [each for each in schemes[scheme].values() if each.status != "exempt"]
        graded = [each for each in scored if each.status == "evaluated"]
        for each in scored:
            each.points = adjustments(each) if scheme == "规上" else Fraction(0)
        baselines = above_baselines(scored) if scheme == "规上" else below_baselines(scored)
        score_all(scored, items, baselines, decimals)
        rank_all(graded)
        (above_tiers if scheme == "规上" else below_tiers)(graded)
    return schemes


@pytest.fixture(scope="module")
def by_hand() -> dict[str, dict[str, Company]]:
    return review()


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    text = (FOLDER / "expected" / "classify.json").read_text(encoding="utf-8")
    return json.loads(text, parse_float=Fraction, parse_int=Fraction)  # type: ignore[no-any-return]


def test_the_figures_hold_what_a_review_has_to_cope_with(by_hand: dict[str, dict[str, Company]]) -> None:
    above, below = ([each for each in by_hand[scheme].values() if each.rank] for scheme in ("规上", "规下"))
    assert (len(above), len(below)) == (64, 41)
    assert sorted(each.rank for each in above if each.rank)[12:15] == [
        13,
        13,
        15,
    ]  # a tie across the end of A (13 places)
    assert [each.tier for each in sorted(below, key=lambda each: each.name) if each.rank == 24] == ["C", "B"]
    assert any(each.first_tier == "B" and each.tier == "D" for each in above)  # a veto
    assert any(each.first_tier == "A" and each.tier == "C" for each in above)  # a cap
    assert any(each.first_tier == "D" and each.tier == "C" for each in above)  # a floor
    special = Counter(value for each in above for value in each.values.values() if isinstance(value, str))
    assert special["missing"] >= 3
    assert special["zero denominator"] >= 5
    assert any(isinstance(value, Fraction) and value < 0 for each in above for value in each.values.values())


def test_statuses_totals_ranks_and_tiers(by_hand: dict[str, dict[str, Company]], printed: dict[str, Any]) -> None:
    for scheme, companies in by_hand.items():
        found = {each["id"]: each for each in printed["entities"] if each["scheme"] == scheme}
        assert {code for code, each in found.items() if each["status"] != "not_applicable"} == set(companies)
        for code, company in companies.items():
            each = found[code]
            assert (each["status"], each["tier"]) == (company.status, company.tier), company.name
            assert (each["score"], each["rank"]) == (company.total, company.rank), company.name
            if scheme == "规上" and company.status == "evaluated":
                assert each["first_tier"] == company.first_tier, company.name


def test_values_and_item_scores(by_hand: dict[str, dict[str, Company]], printed: dict[str, Any]) -> None:
    for each in printed["entities"]:
        if each["status"] not in ("evaluated", "ungraded"):
            continue
        company = by_hand[each["scheme"]][each["id"]]
        assert {item["indicator"]: item["score"] for item in each["items"]} == company.scores, company.name
        for item in each["items"]:
            value = company.values[item["indicator"]]
            assert item["value"] == (value if isinstance(value, Fraction) else None), company.name
        assert sum(adjustment["points"] for adjustment in each["adjustments"]) >= company.points


def test_the_surcharge_of_tier_d(by_hand: dict[str, dict[str, Company]], printed: dict[str, Any]) -> None:
    surcharged = 0
    for each in printed["entities"]:
        amounts = [measure["amount"] for measure in each["measures"] if measure.get("amount") is not None]
        if each["tier"] == "D":
            used = number(by_hand[each["scheme"]][each["id"]].row.get("用电量（千瓦时）"))
            expected = [] if used is None else [rounded(used * Fraction("0.3") / 10000, 2)]
            assert amounts == expected, each["name"]
            surcharged += 1
        else:
            assert not amounts
    assert surcharged >= 7


def test_everybody_is_counted(by_hand: dict[str, dict[str, Company]], printed: dict[str, Any]) -> None:
    summary = printed["summary"]
    kinds = ("evaluated", "ungraded", "exempt", "not_applicable", "undefined", "rejected")
    assert summary["read"] == 120 == sum(summary[kind] for kind in kinds)
    assert summary["undefined"] == summary["rejected"] == 0
    tiers = Counter(each.tier for companies in by_hand.values() for each in companies.values())
    assert {tier: count for tier, count in summary["tiers"].items() if count} == tiers


@pytest.mark.parametrize(("scheme", "name"), [("规上", "示例009制造有限公司"), ("规下", "示例098科技有限公司")])
def test_an_explanation_holds_every_number_of_the_computation(
    scheme: str, name: str, by_hand: dict[str, dict[str, Company]]
) -> None:
    text = (FOLDER / "expected" / f"explain-{name[2:5]}.txt").read_text(encoding="utf-8")
    (company,) = (each for each in by_hand[scheme].values() if each.name == name)
    items, decimals = (ABOVE, 2) if scheme == "规上" else (BELOW, 1)
    for indicator, (_, _, places) in items.items():
        value = company.values[indicator]
        assert isinstance(value, Fraction)
        assert f"{float(value):.{places}f}" in text
        assert f"{float(company.scores[indicator]):.{decimals}f}" in text
    assert company.total is not None
    assert f"{float(company.total):.{decimals}f}" in text
    assert f"第 {company.rank} " in text
