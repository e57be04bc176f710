"""Which rows are looked at, to see whether they say a total."""

from __future__ import annotations

import polars
import pytest

from kpi.figures import identity
from kpi.figures.layout.leftover import Kind, Label, Left, left_over

CODES = polars.Series(["91340000000000001B", None, "全区企业合计", "AB12", "91340000000000002C"])
EMPTY = polars.repeat(False, len(CODES), eager=True)


def test_right_codes_are_not_searched_for_totals() -> None:
    found = identity.codes(CODES)
    assert found.unlike is not None and sorted(found.unlike.to_list()) == [2, 3]
    assert [(left.at, left.kind) for left in left_over([], CODES, EMPTY, found.unlike)] == [(2, Kind.TOTAL)]


def test_without_knowing_which_codes_are_right_all_are_searched() -> None:
    assert [(left.at, left.kind) for left in left_over([], CODES, EMPTY)] == [(2, Kind.TOTAL)]


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        *(
            (label, Kind.TOTAL)
            for label in ("（合计）", "【合计】", "—合计—", "合计数", "合计①", "合计*", "合計", "總計")
        ),
        *(
            (label, Kind.TOTAL)
            for label in ("小計", "共计2户", "总计2家企业", "合计3个项目", "∑", "Σ", "总数", "加总", "求和", "累计数")
        ),
        *((label, Kind.TOTAL) for label in ("合计", "全区合计", "合 计", "合计（万元）", "Total:", "共12家")),
        *(
            (label, Kind.PART)
            for label in (
                "中位数",
                "最小值",
                "最大值",
                "最大",
                "最高",
                "标准差",
                "（平均）",
                "其中：规上",
                "其中（规上）",
                "承前页",
                "过次页",
            )
        ),
        *((label, Kind.NOTE) for label in ("注：合计不含规下", "*合计不含规下")),
        *((label, Kind.NOTE) for label in ("联系电话", "填 表 人", "传真：1", "日期")),
    ],
)
def test_a_row_is_what_its_label_says_whatever_stands_around_it(label: str, kind: Kind) -> None:
    assert [left.kind for left in left_of(label)] == [kind]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "合计科技有限公司",
            "示例合计有限公司",
            "（合计）示例公司",
            "总计数据中心",
            "合计厂",
            "共计2户示例公司",
            "最小值科技",
        ),
        *("西格玛∑科技", "總計示例廠", "联系电话厂", "手机配件有限公司", "统计"),
    ],
)
def test_a_company_that_is_called_like_a_total_stays_one(name: str) -> None:
    assert left_of(name) == []


@pytest.mark.parametrize("label", ["*ST示例公司", "※示例甲", "*示例乙"])
def test_a_name_with_a_star_and_figures_is_no_note(label: str) -> None:
    assert left_of(label) == []


@pytest.mark.parametrize("name", ["审核人有限公司", "统计", "联系", "2025年3月1日有限公司", "联系电话厂"])
def test_a_name_without_figures_that_only_begins_like_a_footer_is_one(name: str) -> None:
    labels = [Label(polars.Series(["示例甲", name]), "企业名称")]
    found = left_over(labels, polars.Series([None, None], dtype=polars.String), polars.Series([False, True]))
    assert found == []


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        *((label, Kind.UNFILLED) for label in ("*ST示例公司", "一、示例公司", "（二）示例机械厂（停产）")),
        *((label, Kind.HEADING) for label in ("一、工业企业", "二、上市公司", "三、医院", "（一）规上工业公司")),
        *(
            (label, Kind.NOTE)
            for label in ("2025年3月1日", "2025-03-01", "2025.3.1", "2025-03-01 00:00:00", "二〇二五年三月一日")
        ),
        *((label, Kind.NOTE) for label in ("审核人", "制表", "填 表 人", "联系电话", "填报日期", "单位负责人", "电话")),
        *((label, Kind.NOTE) for label in ("*不含分公司", "*示例", "※数据由税务局提供", "*已注销公司")),
    ],
)
def test_a_row_without_figures_that_is_called_like_an_enterprise_is_one(label: str, kind: Kind) -> None:
    labels = [Label(polars.Series(["示例甲", label]), "企业名称")]
    found = left_over(labels, polars.Series([None, None], dtype=polars.String), polars.Series([False, True]))
    assert [left.kind for left in found] == [kind]


def left_of(label: str) -> list[Left]:
    """What a row is that has numbers and this label."""
    labels = [Label(polars.Series(["示例甲", label]), "企业名称")]
    return left_over(labels, polars.Series([None, None], dtype=polars.String), polars.Series([False, False]))
