from __future__ import annotations

from datetime import date

import pytest

from kpi.figures import named_periods, periods
from kpi.figures.sheet import Loaded, Sheet


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("2023", "2023"),
        ("2023年", "2023"),
        (" ２０２３年度 ", "2023"),
        ("2023.0", "2023"),
        ("2023年1-12月", "2023"),
        ("2023H1", "2023H1"),
        ("2023h2", "2023H2"),
        ("2023年上半年", "2023H1"),
        ("2023年1-6月", "2023H1"),
        ("2023年1—6月", "2023H1"),
        ("2023Q2", "2023Q2"),
        ("2023年第二季度", "2023Q2"),
        ("2023年4季度", "2023Q4"),
        ("2023年1-3月", "2023Q1"),
        ("2023-06", "2023-06"),
        ("2023/6", "2023-06"),
        ("2023年6月", "2023-06"),
        ("202306", "2023-06"),
        ("2023年13月", None),
        ("2023-1-6", None),
        ("23", None),
        ("去年", None),
        ("", None),
    ],
)
def test_reads_periods(written: str, period: str | None) -> None:
    assert periods.parse(written) == period


@pytest.mark.parametrize(
    ("period", "previous", "preceding", "first", "last"),
    [
        ("2024", "2023", "2023", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024H1", "2023H1", "2023H2", date(2024, 1, 1), date(2024, 6, 30)),
        ("2024Q3", "2023Q3", "2024Q2", date(2024, 7, 1), date(2024, 9, 30)),
        ("2024-01", "2023-01", "2023-12", date(2024, 1, 1), date(2024, 1, 31)),
        ("2024-02", "2023-02", "2024-01", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_knows_what_came_before(period: str, previous: str, preceding: str, first: date, last: date) -> None:
    assert periods.previous(period) == previous
    assert periods.following(previous) == period
    assert periods.preceding(period) == preceding
    assert (periods.first_day(period), periods.last_day(period)) == (first, last)


def test_the_latest_ends_last_and_then_is_the_longest() -> None:
    assert periods.latest(["2022", "2023Q4", "2023", "2023-12"]) == "2023"
    assert periods.latest(["2022", "2023H1"]) == "2023H1"


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("2022年度.xlsx", "2022"),
        ("企业2022.csv", "2022"),
        ("2021-2022.csv", None),
        ("12022.csv", None),
        ("表.csv", None),
    ],
)
def test_finds_the_one_period_in_a_name(name: str, period: str | None) -> None:
    assert periods.mentioned(name) == period


def named(*names: str) -> list[str]:
    """What is said of sheets with these names; with a colon, of files with one sheet each."""
    parts = [name.rpartition(":") for name in names]
    sheets = [Sheet(file or "表.xlsx", name, (), _no_columns, str) for file, _, name in parts]
    return [problem.code for problem in named_periods.doubts(sheets)]


def _no_columns(_: object, __: object = ()) -> Loaded:
    raise AssertionError("nothing is to be loaded")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("2023年", "2024年"), ["sheets-of-periods"]),
        (("1月", "2月", "12月"), ["sheets-of-periods"]),
        (("2024年1月", "2024年2月"), ["sheets-of-periods"]),
        (("2024年1-6月", "2024年1-12月"), ["sheets-of-periods"]),
        (("一季度", "二季度"), ["sheets-of-periods"]),
        (("去年", "今年"), ["sheets-of-periods"]),
        (("2024年东镇", "2024年西镇"), []),
        (("东镇", "西镇"), []),
        (("2024年", "说明"), []),
        (("12街", "3街"), []),
        (("2023.xlsx:表", "2024.xlsx:表"), ["files-of-periods"]),
        (("2024东.xlsx:表", "2024西.xlsx:表"), []),
    ],
)
def test_names_of_sheets_and_files_that_say_different_periods(names: tuple[str, ...], expected: list[str]) -> None:
    assert named(*names) == expected


@pytest.mark.parametrize(
    ("titles", "period"),
    [
        (("2023年度",), "2023"),
        (("2023 年企业情况表",), "2023"),
        (("示例区2023年规上、规下企业情况统计表（示例数据）",), "2023"),
        (("企业情况表（2023年度）",), "2023"),
        (("2023年1-6月企业情况表",), "2023H1"),
        (("2023年第三季度企业情况表",), "2023Q3"),
        (("附件1", "2023年企业情况表", "2023年度"), "2023"),
        # Not the period of the figures: reports, rules, comparisons, several years.
        (("2024年3月报送企业情况表",), None),
        (("2024年度亩均效益综合评价企业数据表",), None),
        (("2023年新增规上企业情况表",), None),
        (("企业情况表（2024年计划）",), None),
        (("企业情况表（2023年12月）",), None),
        (("2023年1-9月企业情况表",), None),
        (("企业情况表（2021年版）",), None),
        (("宣开管〔2023〕45号文附表",), None),
        (("比2022年增长情况表",), None),
        (("2021-2023年企业情况表",), None),
        (("2022年和2023年企业情况表",), None),
        (("2022年企业情况表", "2023年度"), None),
        (("截至2023年末企业情况表",), None),
        (("填报日期2024年1月5日",), None),
        (("请在2024年按本表填写。",), None),
        ((), None),
    ],
)
def test_titles_that_say_the_period(titles: tuple[str, ...], period: str | None) -> None:
    found = named_periods.titled(Sheet("表.xlsx", "表", (), _no_columns, str, titles=titles))
    assert (found.period if found else None) == period


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (("2023年企业情况表", "2022年企业情况表"), ["sheets-of-periods"]),
        (("2023年1-9月企业情况表", "2022年1-9月企业情况表"), ["sheets-of-periods"]),
        (("企业情况表（2023年6月）", "企业情况表（2023年7月）"), ["sheets-of-periods"]),
        (("2023年度评价数据", "2024年度评价数据"), ["sheets-of-periods"]),
        (("2023年东镇情况表", "2023年西镇情况表"), []),
    ],
)
def test_titles_of_sheets_that_say_different_periods(titles: tuple[str, ...], expected: list[str]) -> None:
    sheets = [Sheet("表.xlsx", f"镇{n}", (), _no_columns, str, titles=(text,)) for n, text in enumerate(titles)]
    assert [problem.code for problem in named_periods.doubts(sheets)] == expected
