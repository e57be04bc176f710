"""Tiers in two stages: the upper half sorted by one thing, the lower half by another (示例数据, worked out by hand)."""

from __future__ import annotations

from pathlib import Path

import pytest

import kpi
from kpi.definitions.model import Definitions
from kpi.evaluation.scheme.results import Classification
from kpi.evaluation.table import Table
from kpi.render.explain import report

HEAD = """format = 1
[figures]
"分数" = ""
"税收" = ""
"节能" = ""
"减排" = ""
"开发区" = { type = "text" }
"达标" = { type = "yes_no" }
"事故" = { type = "yes_no" }
"不定档" = { type = "yes_no" }
[indicators]
"基本" = { formula = "分数", decimals = 0 }
"亩均税收" = { formula = "税收", decimals = 0 }
"节能分" = { formula = "节能", decimals = 0 }
"减排分" = { formula = "减排", decimals = 0 }
[schemes."办法"]
items = [
  { indicator = "基本", weight = 100, method = "formula", formula = "本期值" },
  { indicator = "节能分", weight = 10, method = "formula", formula = "本期值" },
  { indicator = "减排分", weight = 10, method = "formula", formula = "本期值" },
]
exempt = [{ when = "不定档", tier = "N", reason = "不定档", evaluated = true }]
overrides = [{ label = "一票否决", when = "事故", set = "C" }]
[schemes."办法".tiers]
by        = "stages"
names     = ["A", "B", "C"]
otherwise = "B"
MORE
[schemes."办法".tiers.split]
up_to  = { "上半区" = "50%", "下半区" = "100%" }
of     = "graded"
round  = "half_up"
ties   = "up"
refill = false
"""
STAGES = """[[schemes."办法".tiers.stages]]
tier    = "A"
part    = "上半区"
sort_by = "亩均税收"
first   = "15%"
of      = "evaluated"
round   = "half_up"
ties    = ["总分", "up"]
refill  = false
[[schemes."办法".tiers.stages]]
tier    = "C"
part    = "下半区"
sort_by_points = ["节能分", "减排分"]
last    = "10%"
of      = "evaluated"
round   = "half_up"
ties    = "down"
refill  = false
"""
# Total = 分数 + 节能 + 减排.
TEN = """企业1,90,1,5,5
企业2,80,2,5,5
企业3,70,9,5,5
企业4,60,8,5,5
企业5,50,7,5,5
企业6,40,50,5,5
企业7,30,60,0,3
企业8,20,70,4,4
企业9,15,80,3,1
企业10,10,90,4,4
"""


def read(folder: Path, rules: str = STAGES, rows: str = TEN, more: str = "") -> tuple[Definitions, Table]:
    text = "企业名称,分数,税收,节能,减排,开发区,达标,事故,不定档\n"
    text += "".join(row + "\n" if row.count(",") == 8 else f"{row},甲,是,否,否\n" for row in rows.split())
    (folder / "figures.csv").write_text(text, encoding="utf-8")
    definitions = kpi.load(text=HEAD.replace("MORE", more) + rules)
    return definitions, kpi.read([folder / "figures.csv"], definitions)


def classify(folder: Path, rules: str = STAGES, rows: str = TEN, more: str = "") -> Classification:
    return kpi.classify(*read(folder, rules, rows, more), ["办法"])


def letters(result: Classification) -> str:
    return "".join(one.first_tier or "-" for one in result.entities())


def test_the_halves_are_sorted_anew(tmp_path: Path) -> None:
    # 15 % of 10 is 1.5, so 2 places: the most tax per mu in the upper half. 10 % is 1: the fewest points below.
    result = classify(tmp_path)
    assert letters(result) == "BBAABBCBBB"
    assert [one.rank for one in result.entities()] == list(range(1, 11))
    assert result.summary.tiers == {"A": 2, "B": 7, "C": 1}


def test_it_is_said_why(tmp_path: Path) -> None:
    said = {one.name: (one.codes, [str(each) for each in one.reasons]) for one in classify(tmp_path).entities()}
    assert said["企业3"] == (("stage",), ["Place 1 of 5 in 上半区, by 亩均税收: the first 2 get A."])
    assert said["企业7"][0] == ("stage",) and "Place 5 of 5 in 下半区" in said["企业7"][1][0]
    assert "the last 1 get C." in said["企业7"][1][0]
    assert said["企业1"] == ((), [])


def test_those_who_are_evaluated_but_not_graded_count_where_the_stage_says_so(tmp_path: Path) -> None:
    ungraded = "".join(f"另{n},5,1,0,0,甲,是,否,是\n" for n in range(10))
    # 15 % of 20 is 3, 10 % is 2. The halves are of the ten who are graded.
    assert letters(classify(tmp_path, rows=TEN + ungraded)) == "BBAAABCBCB" + "-" * 10
    of_graded = STAGES.replace('"evaluated"', '"graded"')
    assert letters(classify(tmp_path, of_graded, TEN + ungraded)) == "BBAABBCBBB" + "-" * 10
    of_part = STAGES.replace('"evaluated"', '"part"')  # 15 % of 5 is 0.75: 1; 10 % of 5 is 0.5: 1
    assert letters(classify(tmp_path, of_part, TEN + ungraded)) == "BBABBBCBBB" + "-" * 10


def test_places_are_rounded_in_each_group(tmp_path: Path) -> None:
    rows = "".join(f"{row},{'甲' if n < 5 else '乙'},是,否,否\n" for n, row in enumerate(TEN.split()))
    # Of 5, 50 % is 2.5: 3 are above. 15 % is 0.75: 1; 10 % is 0.5: 1. Among 企业4 and 企业5 points are equal: both.
    assert letters(classify(tmp_path, STAGES, rows, 'by_group = "开发区"')) == "BBACCBBACB"


@pytest.mark.parametrize(("ties", "expected"), [("up", "BBAAAB"), ("down", "BBABBB")])
def test_a_tie_across_the_end_goes_as_declared(tmp_path: Path, ties: str, expected: str) -> None:
    rules = STAGES.replace('["总分", "up"]', f'"{ties}"')
    result = classify(tmp_path, rules, TEN.replace("60,8,", "60,7,"))
    assert letters(result)[:6] == expected
    tied = [one.name for one in result.entities() if f"tie-{ties}" in one.codes]
    assert tied == ["企业4", "企业5"]


def test_the_total_decides_where_it_is_named(tmp_path: Path) -> None:
    assert letters(classify(tmp_path, rows=TEN.replace("60,8,", "60,7,"))) == "BBAABBCBBB"


def test_without_refill_a_place_stays_with_who_stands_there(tmp_path: Path) -> None:
    minimum = 'minimum = [{ tier = "A", when = "达标" }]'
    rows = TEN.replace("企业3,70,9,5,5", "企业3,70,9,5,5,甲,否,否,否")
    result = classify(tmp_path, STAGES, rows, minimum)
    assert letters(result) == "BBBABBCBBB"
    assert list(result.entities())[2].codes == ("stage", "minimum-missed")
    result = classify(tmp_path, STAGES.replace("refill  = false", "refill  = true", 1), rows, minimum)
    assert letters(result) == "BBBAABCBBB"
    assert [one.codes for one in result.entities()][2:5] == [("minimum-missed",), ("stage",), ("stage", "refilled")]


def test_with_refill_a_vetoed_enterprise_holds_no_place(tmp_path: Path) -> None:
    rows = TEN.replace("企业3,70,9,5,5", "企业3,70,9,5,5,甲,是,是,否")
    stays = classify(tmp_path, rows=rows)
    assert letters(stays) == "BBAABBCBBB"
    refilled = classify(tmp_path, STAGES.replace("refill  = false", "refill  = true", 1), rows)
    assert letters(refilled) == "BBAAABCBBB"
    assert [one.tier for one in refilled.entities()][2:5] == ["C", "A", "A"]


def test_a_stage_leaves_alone_whom_an_earlier_one_gave_a_tier(tmp_path: Path) -> None:
    rules = (
        STAGES.replace('part    = "下半区"\n', "").replace('"节能分", "减排分"', '"节能分"').replace('"10%"', '"100%"')
    )
    # The second stage takes everybody who is left.
    assert letters(classify(tmp_path, rules)) == "CCAACCCCCC"


def explained(folder: Path, entity: str, language: str = "en") -> str:
    found = kpi.explain(*read(folder), entity, schemes=["办法"])
    lines = [cell.text for section in report(found, language).sections for row in section.rows for cell in row]
    return "\n".join(lines)


def test_stages_are_explained(tmp_path: Path) -> None:
    said = explained(tmp_path, "企业4")
    assert "part of the list up to 上半区" in said
    assert "By the total the entity has place 4: it is in this part." in said
    assert "stage of tier A" in said and "15% × 10 = 1.5 → 2" in said
    assert "Place 2 of 5 in 上半区, by 亩均税收: the first 2 get A." in said and "The entity is among them." in said
    assert "stage of tier C" not in said


def test_who_gets_no_tier_from_a_stage_is_told_so(tmp_path: Path) -> None:
    said = explained(tmp_path, "企业10")
    assert "The entity is not among them." in said and "stage of tier A" not in said
    assert "No stage gives a tier: B is that of all others." in said
