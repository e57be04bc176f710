"""Points, weights and baselines of so many digits that binary64 would not add them up: refused, or exact (示例数据)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import kpi
from kpi.evaluation.scheme.results import ClassifiedEntity
from kpi.problems import KpiError

HEAD = """
format = 1
[figures]
"甲" = ""
"乙" = ""
"行业" = { type = "text" }
[indicators]
"""


def classified(rules: str, rows: str, folder: Path) -> list[ClassifiedEntity]:
    definitions = kpi.load(text=HEAD + rules)
    (folder / "t.csv").write_text("企业名称,甲,乙,行业\n" + rows, encoding="utf-8")
    return list(kpi.classify(definitions, kpi.read([folder / "t.csv"], definitions), ["评价"]).entities())


def summing(items: int) -> str:
    """Each item earns 甲 itself; the total is so many times 甲, and 乙 more."""
    names = [f"数{number}" for number in range(items)]
    indicators = [f'"{name}" = {{ formula = "甲", unit = "", decimals = 2 }}' for name in names]
    scored = [scored_by(name) for name in names]
    adjusted = '[[schemes."评价".adjustments]]\nlabel = "加减"\npoints = "乙"'
    tiers = '[schemes."评价".tiers]\nby = "score"\nat_least = { A = 1 }\notherwise = "B"'
    return "\n".join([*indicators, *scored, adjusted, tiers])


def test_a_total_that_binary64_does_not_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KpiError, match=r"109999999999999\.89 has more digits"):
        classified(summing(11), "示例甲,9999999999999.99,0,食品\n", tmp_path)


def test_points_that_cancel_are_not_added_inexactly(tmp_path: Path) -> None:
    # 11 × 9999999999999.99 is rounded on the way, whatever is taken off afterwards.
    with pytest.raises(KpiError, match="has more digits"):
        classified(summing(11), "示例甲,9999999999999.99,-9999999999999.99,食品\n", tmp_path)


def test_long_points_of_different_entities_add_up(tmp_path: Path) -> None:
    rows = "示例甲,7999999999999.99,0.01,食品\n示例乙,0.01,9999999999999.91,食品\n"
    first, second = classified(summing(1), rows, tmp_path)
    assert first.score == Fraction("8000000000000")
    assert second.score == Fraction("9999999999999.92")


LEFT_OUT = """
"甲值" = { formula = "甲", unit = "", decimals = 2 }
"乙值" = { formula = "乙", unit = "", decimals = 2 }
[schemes."评价"]
decimals = 0
tiers = { by = "score", at_least = { A = 1 }, otherwise = "B" }
[[schemes."评价".items]]
indicator = "甲值"
weight = 900000000000000
method = "ratio"
baseline = "1"
if_missing = "exclude"
[[schemes."评价".items]]
indicator = "乙值"
weight = 0.001
method = "ratio"
baseline = "1"
"""


def test_weights_that_binary64_does_not_add_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KpiError, match="has more digits"):
        classified(LEFT_OUT, "示例甲,1,1,食品\n", tmp_path)


# The baseline of a group is 甲 × 0.0100003, and 甲 ÷ (甲 × 0.0100003) × 0.0000500015 is 0.005 for everybody.
GROUPED = """
"甲值" = { formula = "甲", unit = "", decimals = 2 }
[schemes."评价"]
tiers = { by = "score", at_least = { A = 0.01 }, otherwise = "B" }
[[schemes."评价".items]]
indicator = "甲值"
weight = 0.0000500015
method = "ratio"
baseline = { statistic = "mean", by = "行业", times = 0.0100003, decimals = 9 }
"""


def test_baselines_of_groups_that_no_column_holds_are_exact(tmp_path: Path) -> None:
    # In units of 10⁻⁹ they have 19 digits; binary64 would take them for something larger or smaller.
    figures = [Fraction(9999999999999 - 2 * number, 100) for number in range(8)]
    rows = "".join(f"示例{number},{float(figure)},0,行业{number}\n" for number, figure in enumerate(figures))
    entities = classified(GROUPED, rows, tmp_path)
    assert [entity.items[0].baseline for entity in entities] == [each * Fraction("0.0100003") for each in figures]
    assert [entity.score for entity in entities] == [Fraction("0.01")] * 8


def bounded(bound: str, own: str = "") -> str:
    return (
        summing(1)
        .replace('points = "乙"', f'points = "乙"\n{own}')
        .replace('[schemes."评价".tiers]', f'[schemes."评价"]\n{bound}\n[schemes."评价".tiers]')
    )


def test_bounds_of_all_adjustments_count_for_the_total(tmp_path: Path) -> None:
    with pytest.raises(KpiError) as caught:
        classified(bounded("adjustments_at_least = 90071992547409.93"), "一,1,1,\n二,1.01,1.01,\n", tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["number-too-long"]
    (one,) = classified(bounded("adjustments_at_least = 9007199254740.93"), "一,1,1,\n", tmp_path)
    assert one.score == Fraction("9007199254741.93")


@pytest.mark.parametrize("bound", ["at_most = 99999999", "at_most = 99999999999999999", "at_least = -99999999"])
def test_bounds_that_a_counted_column_cannot_hold(bound: str, tmp_path: Path) -> None:
    (one,) = classified(bounded("", bound), "一,1,2,\n", tmp_path)
    (other,) = classified(bounded(f"adjustments_{bound}"), "一,1,2,\n", tmp_path)
    assert one.score == other.score == 3


def test_constants_of_thousands_of_digits(tmp_path: Path) -> None:
    """Python itself writes 4300 digits of a whole number."""
    powers = ['"A" = { formula = "1.03456789012345^12", unit = "" }', '"B" = { formula = "A^12", unit = "" }']
    rules = "\n".join(
        [
            *powers,
            '"数" = { formula = "甲 + B^3 - B^3", unit = "" }',
            summing(0).replace("[[", scored_by("数") + "\n[[", 1),
        ]
    )
    (one,) = classified(rules, "一,1,2,\n", tmp_path)
    assert one.score == 3


def scored_by(indicator: str) -> str:
    return f'[[schemes."评价".items]]\nindicator = "{indicator}"\nweight = 1\nmethod = "ratio"\nbaseline = "1"'
