"""Forms with empty cells: between a label and its value, and where the value should be. 示例数据."""

from __future__ import annotations

import pytest

from kpi.evaluation.table import NAME
from tests.figures.conftest import Reading, codes
from tests.figures.gallery.entry import Cells
from tests.figures.test_forms import form


@pytest.mark.parametrize(
    ("rows", "who", "figures"),
    [
        (
            [["企业名称", None, "甲公司"], ["税收", 10, "万元"], ["用地面积", 2, "亩"]],
            "甲公司",
            {"税收": 10, "用地面积": 2},
        ),
        (
            [["企业名称", None, "甲公司"], ["税收", None, 10], ["用地面积", None, 2]],
            "甲公司",
            {"税收": 10, "用地面积": 2},
        ),
        (
            [["企业名称", None, "甲公司", "行业", None, "C13"], ["税收", 10, "用地面积", 2]],
            "甲公司",
            {"行业": "C13", "用地面积": 2},
        ),
        (
            [["企业名称", None, "行业"], ["甲公司", None, "C13"], ["税收", None, "用地面积"], [10, None, 2, "见附表"]],
            "甲公司",
            {"行业": "C13", "税收": 10, "用地面积": 2},
        ),
        (
            [["企业名称", "甲公司", None, None], ["行业", None, "产品", "钢材"], ["税收", 10, "用地面积", 2]],
            "甲公司",
            {"行业": None},
        ),
        (
            [["企业名称", "甲公司"], ["行业", None], ["产品", "钢材"], ["税收", 10], ["用地面积", 2]],
            "甲公司",
            {"行业": None},
        ),
        ([["企业名称", "甲公司"], ["税收", 10], ["用地面积", None, "待核实"]], "甲公司", {"用地面积": None}),
        (
            [["企业名称", "甲公司"], ["税收", None], [12, "页"], ["用地面积", 2]],
            "甲公司",
            {"税收": None, "用地面积": 2},
        ),
        ([["企业名称", "甲公司"], ["税收", None, "利润", 7], ["用地面积", 2]], "甲公司", {"税收": None, "用地面积": 2}),
    ],
)
def test_what_the_value_of_a_label_is(rows: Cells, who: str, figures: dict[str, object], reading: Reading) -> None:
    table = reading("-", stdin=form(rows))
    assert table.frame[NAME].to_list() == [who]
    assert {key: table.frame[key][0] for key in figures} == figures


@pytest.mark.parametrize(
    "rows",
    [
        [["企业名称", None], ["税收", 10], ["用地面积", 2]],
        [["企业名称", None, "法定代表人", "某某"], ["税收", 10, "用地面积", 2]],
        [["企业名称：", None], ["统一社会信用代码", None], ["税收", 10], ["用地面积", 2]],
    ],
)
def test_a_form_that_names_nobody(rows: Cells, reading: Reading) -> None:
    assert codes(reading("-", stdin=form(rows))) == ["read-as-form", "form-without-name"]
