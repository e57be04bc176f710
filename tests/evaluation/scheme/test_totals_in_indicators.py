"""Table functions in the formulas of indicators: worked out once over all entities, as row by row (示例数据)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

import kpi
from kpi import numbers
from kpi.api.engines import classify_files
from kpi.figures.piece import Cut
from kpi.numbers import publish

RULES = """
format = 1
figures = { "甲" = "万元", "集团" = { type = "text" } }

[indicators]
"份额" = { formula = "甲 / sum(甲)", unit = "%", decimals = 2 }
"两倍" = { formula = "份额 × 2", unit = "%", decimals = 2 }
"离均" = { formula = "份额 / max(两倍 where true)", unit = "%", decimals = 2 }
"公布" = { formula = "published(份额) / mean(published(份额))", unit = "%", decimals = 1 }
"变化" = { formula = "份额 / 上年同期的份额", unit = "%", decimals = 2 }

[schemes."评价"]
CARRY
exempt = [{ when = "甲 ≥ 1000万元 × 份额 × 4", tier = "N", reason = "例" }]

[[schemes."评价".items]]
indicator = "INDICATOR"
weight = 10
method = "ratio"
baseline = "50%"
if_missing = "zero"

[schemes."评价".tiers]
by = "score"
at_least = { A = 5 }
otherwise = "B"

[[schemes."评价".measures]]
label = "分摊"
tiers = ["A", "B"]
amount = "甲 × 份额"
unit = "万元"

[checks."占比"]
rule = "份额 ≤ 45%"
severity = "warning"
advice = "核对。"
"""
HEADER = "企业名称,甲,上年甲,集团\n"
ROWS = [("一", 334.56, 100, "东"), ("二", 500, 100, ""), ("三", 200.01, 300, "东")]
INDICATORS = ("份额", "两倍", "离均", "公布", "变化")


def written(folder: Path) -> Path:
    path = folder / "t.csv"
    path.write_text(HEADER + "".join(",".join(map(str, row)) + "\n" for row in ROWS), encoding="utf-8")
    return path


def by_hand(indicator: str) -> list[Fraction]:
    now, before = ([Fraction(str(row[at])) for row in ROWS] for at in (1, 2))
    share = [100 * each / sum(now) for each in now]
    if indicator == "份额":
        return share
    if indicator == "两倍":
        return [each * 2 for each in share]
    if indicator == "离均":
        return [100 * each / (2 * max(share)) for each in share]
    if indicator == "公布":
        shown = [publish(each, 2) for each in share]
        return [100 * each / (sum(shown) / len(shown)) for each in shown]
    return [each * sum(before) / earlier for each, earlier in zip(share, map(Fraction, before), strict=True)]


@pytest.mark.parametrize("indicator", INDICATORS)
@pytest.mark.parametrize("carry", ["published", "exact"])
def test_an_item_may_hang_on_everybody(indicator: str, carry: str, tmp_path: Path) -> None:
    text = RULES.replace("INDICATOR", indicator).replace("CARRY", f'carry = "{carry}"')
    definitions = kpi.load(text=text)
    figures = kpi.read([written(tmp_path)], definitions)
    expected = [publish(each, definitions.indicators[indicator].decimals) for each in by_hand(indicator)]
    computed = [each.values[0].value for each in kpi.compute(definitions, figures, indicators=[indicator]).entities]
    assert computed == expected
    listed = list(kpi.classify(definitions, figures, ["评价"]).entities())
    found = [item.value for one in listed for item in one.items]
    assert [publish(value or Fraction(0), definitions.indicators[indicator].decimals) for value in found] == expected
    if carry == "published":
        assert [one.score for one in listed] == [publish(each / 5, 2) for each in expected]


@pytest.mark.parametrize("carry", ["published", "exact"])
def test_the_same_in_portions(carry: str, tmp_path: Path) -> None:
    path = written(tmp_path)
    for indicator in INDICATORS:
        text = RULES.replace("INDICATOR", indicator).replace("CARRY", f'carry = "{carry}"')
        definitions = kpi.load(text=text)
        output = tmp_path / f"{indicator}.parquet"
        classify_files(definitions, [path], ["评价"], output=output, size=Cut(bytes=40))
        whole = kpi.classify(definitions, kpi.read([path], definitions), ["评价"])
        assert pl.read_parquet(output)["score"].to_list() == [float(one.score or 0) for one in whole.entities()]


def test_a_check_may_name_such_an_indicator(tmp_path: Path) -> None:
    definitions = kpi.load(text=RULES.replace("INDICATOR", "份额").replace("CARRY", ""))
    problems = kpi.cross_check(definitions, kpi.read([written(tmp_path)], definitions)).problems
    assert [problem.place.entity for problem in problems] == ["二"]


def test_a_group_counts_once(tmp_path: Path) -> None:
    text = RULES.replace("INDICATOR", "份额").replace("CARRY", 'merge = "集团"')
    definitions = kpi.load(text=text.replace("甲 / sum(甲)", "甲 / mean(甲)"))
    listed = list(kpi.classify(definitions, kpi.read([written(tmp_path)], definitions), ["评价"]).entities())
    mean = Fraction("1034.57") / 2
    together = publish(100 * Fraction("534.57") / mean, 2)
    assert [item.value for one in listed for item in one.items] == [together, publish(100 * 500 / mean, 2), together]
    output = tmp_path / "part.parquet"
    result = classify_files(definitions, [written(tmp_path)], ["评价"], output=output, size=Cut(bytes=40))
    assert pl.read_parquet(output)["份额"].to_list() == [float(item.value or 0) for one in listed for item in one.items]
    assert "one-portion" in [problem.code for problem in result.classification.problems]


@pytest.mark.parametrize("carry", ["published", "exact"])
def test_an_amount_may_hang_on_everybody(carry: str, tmp_path: Path) -> None:
    definitions = kpi.load(text=RULES.replace("INDICATOR", "份额").replace("CARRY", f'carry = "{carry}"'))
    result = kpi.classify(definitions, kpi.read([written(tmp_path)], definitions), ["评价"])
    amounts = [measure.amount for one in result.entities() for measure in one.measures]
    share = by_hand("份额") if carry == "exact" else [publish(each, 2) for each in by_hand("份额")]
    assert amounts == [publish(Fraction(str(row[1])) * each / 100, 2) for row, each in zip(ROWS, share, strict=True)]
    classify_files(definitions, [written(tmp_path)], ["评价"], output=tmp_path / "o.parquet", size=Cut(bytes=40))
    said = pl.read_parquet(tmp_path / "o.parquet")["why"].to_list()
    assert all(numbers.shown(amount, 2) in why for amount, why in zip(amounts, said, strict=True))
