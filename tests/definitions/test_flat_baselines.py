"""Baselines of the document that a method cannot use are an error unless the item says what it earns then."""

from __future__ import annotations

import pytest

import kpi
from kpi.locale import translate
from kpi.problems import KpiError

HEAD = """
format = 1
figures = { "税收" = "万元", "用地面积" = "亩" }
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }
[schemes."评价".tiers]
by = "score"
at_least = { A = 5 }
otherwise = "B"
[[schemes."评价".items]]
indicator = "亩均税收"
weight = 10
"""


def problems(item: str) -> list[tuple[str, str | None]]:
    try:
        kpi.load(text=HEAD + item)
    except KpiError as error:
        return [(problem.code, problem.place.key) for problem in error.problems]
    return []


@pytest.mark.parametrize("method", ["ratio", "inverse", "reciprocal"])
@pytest.mark.parametrize("value", ["0", "-1"])
def test_a_baseline_that_is_not_positive(method: str, value: str) -> None:
    item = f'method = "{method}"\nbaseline = "{value}万元/亩"\n'
    assert problems(item) == [("baseline-flat", 'schemes."评价".items[1].baseline')]
    assert problems(item + 'if_flat = "zero"\n') == []


def test_each_language_has_its_own_words() -> None:
    with pytest.raises(KpiError) as raised:
        kpi.load(text=HEAD + 'method = "ratio"\nbaseline = "0万元/亩"\n')
    said = [translate(raised.value.problems[0].message, language) for language in ("en", "zh")]
    assert ("with baseline 0," in said[0], "基准值 0" in said[1]) == (True, True)
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in said[0])


def test_the_edition_is_named() -> None:
    item = (
        'method = "ratio"\nbaseline = [{ value = "1万元/亩", period = 2021 }, { value = "0万元/亩", period = 2022 }]\n'
    )
    assert problems(item) == [("baseline-flat", 'schemes."评价".items[1].baseline[2]')]


@pytest.mark.parametrize("method", ["min_max", "efficacy"])
def test_a_range_without_width(method: str) -> None:
    item = f'method = "{method}"\nlow = "2万元/亩"\nhigh = "2万元/亩"\n'
    assert problems(item) == [("baseline-flat", 'schemes."评价".items[1]')]
    assert problems(item + 'if_flat = "full"\n') == []


def test_a_statistic_is_not_known_yet() -> None:
    assert problems('method = "ratio"\nbaseline = { statistic = "mean" }\n') == []
    assert problems('method = "min_max"\nlow = "2万元/亩"\nhigh = { statistic = "best" }\n') == []
