"""Renamed companies: whose earlier figures and tiers count for whom, and what is no renaming."""

from __future__ import annotations

from pathlib import Path

import pytest

import kpi
from kpi.evaluation.scheme.results import ClassifiedEntity
from kpi.evaluation.table import Table
from kpi.figures.links import Links, now
from kpi.locale import translate
from kpi.problems import KpiError
from tests.figures.test_history import figures, result, rules

HEADER = "原代码,原名称,新代码,新名称,日期,文件\n"
GROWTH = """
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
[indicators]
"税收增速" = { formula = "growth(税收)", unit = "%", decimals = 1 }
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }
[schemes."规上"]
items  = [{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = "10万元/亩" }]
tiers  = { by = "score", at_least = { A = 90, B = 60, C = 30 }, otherwise = "D" }
"""


def links(folder: Path, text: str, header: str = HEADER) -> Links:
    path = folder / "更名.csv"
    path.write_text(header + text, encoding="utf-8")
    return kpi.links([path])


def read(folder: Path, known: Links | None, **files: str) -> Table:
    """Figures from files: this year's in `now`, last year's in `y2024`."""
    for name, text in files.items():
        (folder / f"{name.removeprefix('y')}.csv").write_text(text, encoding="utf-8")
    previous = [folder / "2024.csv"] if "y2024" in files else []
    definitions = kpi.load(text=GROWTH)
    return kpi.read([folder / "now.csv"], definitions, period="2025", previous=previous, links=known)


def growth(table: Table) -> list[str | None]:
    entities = kpi.compute(kpi.load(text=GROWTH), table, indicators=["税收增速"]).entities
    return [one.values[0].shown for one in entities]


NOW = "统一社会信用代码,企业名称,税收,用地面积\n222,新名公司,12,10\n333,丙公司,9,10\n"
THEN = "统一社会信用代码,企业名称,税收,用地面积\n111,老名公司,10,10\n333,丙公司,9,10\n"


@pytest.mark.parametrize(
    "row",
    [
        "111,老名公司,222,新名公司,2024-12-01,登记通知书",
        "111,,222,,,",
        ",老名公司,,新名公司,,",
        "111,,,新名公司,,",
        ",老名公司,222,,,",
    ],
)
def test_previous_figures_of_the_old_name_or_code_are_those_of_the_new(tmp_path: Path, row: str) -> None:
    assert growth(read(tmp_path, None, now=NOW, y2024=THEN)) == [None, "0.0"]
    table = read(tmp_path, links(tmp_path, row + "\n"), now=NOW, y2024=THEN)
    assert growth(table) == ["20.0", "0.0"]
    assert table.former is None
    (note,) = [each for each in table.problems if each.code == "renamed"]
    assert (note.severity.value, Path(note.place.file or "").name) == ("note", "2024.csv")
    assert [Path(source.path).name for source in table.sources] == ["now.csv", "2024.csv", "更名.csv"]


def test_a_column_of_years_in_one_file_is_read_so_too(tmp_path: Path) -> None:
    text = "年度,企业名称,税收,用地面积\n2025,新名公司,12,10\n2024,老名公司,10,10\n2024,丙公司,9,10\n2025,丙公司,9,10\n"
    assert growth(read(tmp_path, links(tmp_path, ",老名公司,,新名公司,,\n"), now=text)) == ["20.0", "0.0"]


def test_figures_of_this_year_keep_their_names(tmp_path: Path) -> None:
    table = read(tmp_path, links(tmp_path, ",丙公司,,丁公司,,\n"), now=NOW)
    assert table.frame["#name"].to_list() == ["新名公司", "丙公司"]


def test_earlier_tiers_of_the_old_identity_count(tmp_path: Path) -> None:
    known = links(tmp_path, "111,老名公司,222,新名公司,2024-12-01,登记通知书\n,更老公司,,老名公司,2023-06-01,\n")
    paths = [result(tmp_path, "2024", "111:D"), result(tmp_path, "2023", "更老公司:C")]
    table = kpi.with_history(figures("222 新名公司 9"), paths, rules(), links=known)
    assert (table.frame["#tier:1"].to_list(), table.frame["#tier:2"].to_list()) == (["D"], ["C"])
    (one,) = kpi.classify(rules(), table, ["规上"]).entities()
    assert one.history is not None
    then = [past.entity for past in one.history]
    assert [[link.old_name for link in each.links] for each in then if each] == [["老名公司"], ["更老公司", "老名公司"]]
    assert [link.old_name for link in one.renamed] == ["老名公司", "更老公司"]
    assert [(code, translate(reason, "en")) for code, reason in zip(one.codes, one.reasons, strict=True)] == [
        ("renamed", "Formerly “老名公司” (登记通知书)."),
        ("renamed", "Formerly “更老公司”."),
    ]


LISTED = """
format = 1
[figures]
"税收" = "万元"
[lists]
"名单" = { file = "名单.csv", source = "示例文件" }
[indicators]
"在列" = { formula = "if(in_list('名单'), 1, 0)", unit = "", decimals = 0 }
"""


def on_list(folder: Path, members: str, known: Links | None) -> tuple[list[str | None], list[str]]:
    (folder / "名单.csv").write_text(members, encoding="utf-8")
    (folder / "rules.toml").write_text(LISTED, encoding="utf-8")
    (folder / "now.csv").write_text(NOW, encoding="utf-8")
    definitions = kpi.with_links(kpi.load(folder / "rules.toml"), known)
    table = kpi.read([folder / "now.csv"], definitions, period="2025", links=known)
    said = [problem.code for problem in table.problems if problem.code.startswith("list-")]
    return [one.values[0].shown for one in kpi.compute(definitions, table).entities], said


@pytest.mark.parametrize(
    "members", ["企业名称,日期\n老名公司,2024-11-30\n", "老名公司\n", "111\n", "信用代码,企业名称\n111,老名\n"]
)
def test_a_list_that_says_the_old_name_or_code_is_about_who_it_is_now(tmp_path: Path, members: str) -> None:
    known = links(
        tmp_path, "111,老名公司,222,新名公司,2024-12-01,登记通知书\n,老名公司,222,新名公司,2024-12-01,登记通知书\n"
    )
    assert on_list(tmp_path, members, None)[0] == ["0", "0"]
    assert on_list(tmp_path, members, known) == (["1", "0"], ["list-matched", "list-renamed"])


def test_who_stands_on_a_list_by_the_name_after_it_was_given_up_is_somebody_else(tmp_path: Path) -> None:
    known = links(tmp_path, ",老名公司,222,新名公司,2024-12-01,登记通知书\n")
    values, said = on_list(tmp_path, "企业名称,日期\n老名公司,2025-03-01\n", known)
    assert values == ["0", "0"]
    assert "list-renamed" not in said


def test_the_day_decides_within_the_month_of_the_renaming(tmp_path: Path) -> None:
    known = links(tmp_path, ",老名公司,222,新名公司,2024-12-15,登记通知书\n")
    values = {day: on_list(tmp_path, f"企业名称,日期\n老名公司,{day}\n", known) for day in ("2024-12-15", "2024-12-16")}
    assert values["2024-12-15"] == (["1", "0"], ["list-matched", "list-renamed"])
    assert values["2024-12-16"] == (["0", "0"], ["list-matched", "list-after-renaming"])
    assert on_list(tmp_path, "企业名称,日期\n老名公司,2024年12月\n", known)[0] == ["1", "0"]


def test_a_name_that_somebody_else_has_now_is_no_lost_member(tmp_path: Path) -> None:
    known = links(tmp_path, ",丙公司,222,新名公司,2024-12-15,登记通知书\n")
    assert on_list(tmp_path, "企业名称,日期\n丙公司,2025-01-01\n", known) == (["0", "1"], ["list-matched"])


def test_who_takes_the_old_name_later_is_somebody_else(tmp_path: Path) -> None:
    known = links(tmp_path, ",甲公司,,乙公司,2024-03-31,\n")
    assert now(known, None, "甲公司", "2023").name == "乙公司"
    assert now(known, None, "甲公司", "2024").name == "乙公司"  # the year has days before it
    assert now(known, None, "甲公司", "2025").name == "甲公司"
    assert now(known, "999", "甲公司", "2023").links  # the link names no code, so the name says who it is


def test_a_code_that_contradicts_is_somebody_else(tmp_path: Path) -> None:
    known = links(tmp_path, "111,甲公司,222,乙公司,,\n")
    assert not now(known, "999", "甲公司", None).links
    assert now(known, None, "甲公司", None).id == "222"


def test_several_names_of_one_code(tmp_path: Path) -> None:
    known = links(tmp_path, "111,甲公司,111,乙公司,,\n111,乙公司,111,丙公司,,\n")
    assert (now(known, "111", "甲公司", None).name, now(known, "111", "乙公司", None).name) == ("丙公司", "丙公司")
    assert not now(known, "111", "丙公司", None).links


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (",甲,,乙,,\n,甲,,丙,,\n", [("link-splits", "D3")]),
        (",甲,,乙,,\n,乙,,甲,,\n", [("link-circle", "D2")]),
        (",甲,,乙,,\n,乙,,丙,,\n,丙,,甲,,\n", [("link-circle", "D2")]),
        (",甲,,乙,2022-03-01,\n,乙,,甲,,\n", [("link-circle", "D2")]),
        (",甲,,乙,2022-03-01,\n,乙,,甲,2022-03-01,\n", [("link-circle", "D2")]),
        (",甲,,乙,2022-03-01,\n,甲,,丙,2024-03-01,\n", [("link-splits", "D3")]),
        (",甲,,乙,2022-03-01,\n,甲,,丙,2023-03-01,\n,乙,,甲,2024-03-01,\n", [("link-splits", "D3")]),
        (",甲,,甲,,\n", [("link-to-itself", "D2")]),
        ("111,甲,111,,,\n", [("link-to-itself", "D2")]),
        (",,,乙,,\n", [("link-without-entity", "B2")]),
        (",甲,,,,\n", [("link-without-entity", "D2")]),
        (",甲,,乙,去年,\n", [("not-a-date", "E2")]),
        (",,,,2024-01-01,\n", [("link-without-entity", "B2"), ("link-without-entity", "D2")]),
    ],
)
def test_what_is_no_renaming_is_said_with_its_cell(tmp_path: Path, rows: str, expected: list[tuple[str, str]]) -> None:
    with pytest.raises(KpiError) as caught:
        links(tmp_path, rows)
    assert [(each.code, each.place.cell) for each in caught.value.problems] == expected


def test_who_takes_its_old_name_again_is_no_circle_where_the_days_tell(tmp_path: Path) -> None:
    known = links(tmp_path, ",甲,,乙,2022-03-01,\n,乙,,甲,2024-03-01,\n")
    names = [now(known, None, name, year).name for year in ("2021", "2023", "2025") for name in ("甲", "乙")]
    assert names == ["甲", "甲", "甲", "甲", "甲", "乙"]
    assert len(now(known, None, "甲", "2021").links) == 2
    assert not now(known, None, "甲", "2023").links


def test_who_is_renamed_after_it_took_its_old_name_again_did_not_split(tmp_path: Path) -> None:
    rows = ",甲,,乙,2022-03-01,\n,甲,,丙,2025-03-01,\n,乙,,甲,2024-03-01,\n"
    known = links(tmp_path, rows)
    assert [now(known, None, "甲", year).name for year in ("2021", "2025", "2026")] == ["丙", "丙", "甲"]
    assert now(known, None, "乙", "2023").name == "丙"
    coded = links(tmp_path, "1,,2,,2022-03-01,\n1,,3,,2025-03-01,\n2,,1,,2024-03-01,\n")
    assert [now(coded, code, None, "2021").id for code in ("1", "2")] == ["3", "3"]


def test_a_renaming_of_before_is_that_of_somebody_else(tmp_path: Path) -> None:
    known = links(tmp_path, ",甲,,乙,2022-03-01,\n,乙,,丙,2020-03-01,\n")
    assert now(known, None, "甲", "2019").name == "乙"


def test_the_same_row_twice_is_one_renaming(tmp_path: Path) -> None:
    known = links(tmp_path, ",甲,,乙,,\n,甲,,乙,,\n")
    assert now(known, None, "甲", None).name == "乙"


@pytest.mark.parametrize(
    "header",
    [
        "old code,old name,new code,new name,date,document\n",
        "原统一社会信用代码,曾用名,现统一社会信用代码,现名称,更名日期,文号\n",
    ],
)
def test_headers_in_chinese_and_english(tmp_path: Path, header: str) -> None:
    known = links(tmp_path, "111,甲,222,乙,2024/3/1,x\n", header)
    assert [(each.old_id, each.old_name, each.new_id, each.new_name, str(each.day)) for each in known.rows] == [
        ("111", "甲", "222", "乙", "2024-03-01")
    ]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(KpiError) as caught:
        links(tmp_path, "甲,x\n", "曾用名,备注\n")
    (problem,) = caught.value.problems
    assert problem.code == "links-without-columns"
    assert translate(problem.message, "en") == "The links lack the columns “新名称”."


def test_who_is_unknown_today_is_warned_of_with_the_nearest_name(tmp_path: Path) -> None:
    table = read(tmp_path, links(tmp_path, ",老名公司,,新公司,,\n"), now=NOW, y2024=THEN)
    (warned,) = [each for each in table.problems if each.code == "unknown-entity"]
    assert (warned.severity.value, warned.place.cell) == ("warning", "D2")
    assert translate(warned.hint or warned.message, "en") == "Did you mean 新名公司?"


def test_a_merger_is_no_renaming(tmp_path: Path) -> None:
    known = links(tmp_path, ",甲公司,,丙公司,,登记\n")
    with pytest.raises(KpiError) as caught:
        kpi.with_history(figures("— 丙公司 9"), [result(tmp_path, "2024", "甲公司:D 丙公司:A")], rules(), links=known)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.cell) == ("link-joins-two", "D2")
    with pytest.raises(KpiError) as caught:
        text = "企业名称,税收,用地面积\n甲公司,10,10\n丙公司,9,10\n"
        read(tmp_path, known, now="企业名称,税收,用地面积\n丙公司,12,10\n", y2024=text)
    assert {each.code for each in caught.value.problems} == {"entity-twice"}


def test_two_lists_are_compared_under_the_names_of_today(tmp_path: Path) -> None:
    known = links(tmp_path, "111,,222,,2024-12-01,登记通知书\n")
    before = kpi.read_result(result(tmp_path, "2024", "111:D 丙公司:B"))
    after = kpi.read_result(result(tmp_path, "2025", "222:A 丙公司:B"))
    plain = kpi.compare(before, after)
    assert (plain.summary.new, plain.summary.gone) == (1, 1)
    found = kpi.compare(before, after, links=known)
    assert (found.summary.new, found.summary.gone, found.summary.moved) == (0, 0, 1)
    assert [(one.matched_by, one.change.value) for one in found.entities] == [("link", "moved"), ("name", "stayed")]
    renamed: ClassifiedEntity | None = found.entities[0].before
    assert renamed is not None and [link.old_id for link in renamed.renamed] == ["111"]
    assert "renamed" in [each.code for each in found.problems]
    both = kpi.read_result(result(tmp_path, "2024", "111:D 222:B", name="both.json"))
    with pytest.raises(KpiError, match="now"):
        kpi.compare(both, after, links=known)
