"""What is wrong with tiers is said with its key."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kpi.definitions.load import load
from kpi.definitions.tier_model import Bands, Rules, Stage, Stages
from kpi.problems import KpiError

HEAD = """format = 1
[figures]
"税收" = "万元"
"能耗" = "吨标准煤"
[indicators."税"]
formula = "税收"
unit = "万元"
[indicators."能"]
formula = "能耗"
unit = "吨标准煤"
better = "lower"
[schemes.k]
items = [{ indicator = "税", weight = 100, method = "ratio", baseline = "20万元" }]
"""


def found(tiers: str, exempt: str = "") -> list[tuple[str, str | None]]:
    with pytest.raises(KpiError) as refused:
        load(text=f"{HEAD}{exempt}[schemes.k.tiers]\n{tiers}")
    return [(problem.code, problem.place.key) for problem in refused.value.problems]


def test_bands_are_kept_in_the_unit_of_the_indicator() -> None:
    tiers = load(
        text=HEAD + '[schemes.k.tiers]\nby = "indicator"\nindicator = "税"\nat_least = { A = "1亿元", B = 0 }\n'
    )
    assert tiers.schemes["k"][0].tiers.way == Bands("税", (10000, 0))


def test_rules_name_their_tiers_in_order() -> None:
    text = 'by = "rules"\nnames = ["A", "B"]\nrules = { tier = "B", when = "税 > 0" }\notherwise = "A"\n'
    tiers = load(text=f"{HEAD}[schemes.k.tiers]\n{text}").schemes["k"][0].tiers
    assert tiers.names == ("A", "B") and isinstance(tiers.way, Rules) and tiers.way.otherwise == "A"


BANDS = 'by = "indicator"\nindicator = "税"\n'
RULES = 'by = "rules"\nnames = ["A", "B"]\nrules = [{ tier = "A", when = "税 > 0" }]\notherwise = "B"\n'
PLACE = "schemes.k.tiers"


@pytest.mark.parametrize(
    ("tiers", "code", "key"),
    [
        ('by = "indicator"\nat_least = { A = 1 }\n', "tiers-undeclared", PLACE),
        (BANDS, "tiers-undeclared", PLACE),
        (BANDS + 'at_least = { A = "1亩" }\n', "unit-mismatch", f"{PLACE}.at_least.A"),
        (BANDS + 'at_least = { A = 1 }\n', "bare-number", f"{PLACE}.at_least.A"),
        (BANDS + 'at_least = { A = "1万元", B = "2万元" }\n', "bands-not-in-order", f"{PLACE}.at_least.B"),
        (BANDS + 'at_most = { A = "1万元" }\n', "tier-bounds", f"{PLACE}.at_most"),
        (BANDS.replace("税", "能") + 'at_least = { A = "1吨标准煤" }\n', "tier-bounds", f"{PLACE}.at_least"),
        (
            BANDS + 'at_least = { A = "1万元" }\nat_most = { A = "1万元" }\n',
            "tier-bounds",
            f"{PLACE}.at_least",
        ),
        (BANDS + 'at_least = { A = "1万元" }\nif_undefined = "X"\n', "unknown-tier", f"{PLACE}.if_undefined"),
        (BANDS + 'at_least = { A = "1万元" }\nrefill = true\n', "key-without-meaning", f"{PLACE}.refill"),
        (BANDS.replace("税", "水") + 'at_least = { A = 0 }\n', "unknown-name", f"{PLACE}.indicator"),
        (RULES.replace('names = ["A", "B"]', ""), "tiers-undeclared", PLACE),
        (RULES.replace('["A", "B"]', '["A", "B", "A"]'), "tier-twice", f"{PLACE}.names[3]"),
        (RULES.replace('otherwise = "B"', ""), "tiers-undeclared", PLACE),
        (RULES.replace('otherwise = "B"', 'otherwise = "X"'), "unknown-tier", f"{PLACE}.otherwise"),
        (RULES.replace('tier = "A"', 'tier = "X"'), "unknown-tier", f"{PLACE}.rules[1].tier"),
        (RULES.replace("税 > 0", "税 > 0亩"), "unit-mismatch", f"{PLACE}.rules[1].when"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_bands_and_rules(tiers: str, code: str, key: str) -> None:
    assert (code, key) in found(tiers)


def test_a_letter_that_is_managed_as_an_unknown_tier() -> None:
    exempt = 'exempt = [{ when = "税 > 0", tier = "N", reason = "x", managed_as = "X" }]\n'
    assert found(RULES, exempt) == [("unknown-tier", "schemes.k.exempt[1].managed_as")]


STAGES = """by = "stages"
names = ["A", "B"]
otherwise = "B"
split = { up_to = { "上" = "50%", "下" = "100%" }, of = "graded", round = "up", ties = "up", refill = false }
[[schemes.k.tiers.stages]]
tier = "A"
part = "上"
sort_by = "税"
first = "15%"
of = "part"
round = "up"
ties = ["能", "总分", "down"]
refill = true
"""
STAGE = f"{PLACE}.stages[1]"


def test_a_stage() -> None:
    way = load(text=f"{HEAD}[schemes.k.tiers]\n{STAGES}").schemes["k"][0].tiers.way
    assert isinstance(way, Stages) and way.parts == ("上", "下") and way.otherwise == "B"
    assert way.stages == (Stage("A", "上", "税", False, Fraction(15, 100), "part", "up", ("能", "总分", "down"), True),)


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ('otherwise = "B"\n', "", "tiers-undeclared", PLACE),
        ('of = "graded", ', "", "tiers-undeclared", f"{PLACE}.split"),
        ('ties = "up", ', "", "tiers-undeclared", f"{PLACE}.split"),
        ('"50%"', '"100%"', "shares-not-rising", f'{PLACE}.split.up_to."下"'),
        ('of = "part"\n', "", "tiers-undeclared", STAGE),
        ('round = "up"\n', "", "tiers-undeclared", STAGE),
        ('ties = ["能", "总分", "down"]\n', "", "tiers-undeclared", STAGE),
        ("refill = true\n", "", "tiers-undeclared", STAGE),
        ('part = "上"', 'part = "中"', "unknown-part", f"{STAGE}.part"),
        ('tier = "A"', 'tier = "X"', "unknown-tier", f"{STAGE}.tier"),
        ('sort_by = "税"', 'sort_by = "水"', "unknown-name", f"{STAGE}.sort_by"),
        ('sort_by = "税"', 'sort_by_points = "能"', "not-an-item", f"{STAGE}.sort_by_points"),
        ('sort_by = "税"', 'sort_by = "税"\nsort_by_points = "税"', "sorted-twice", f"{STAGE}.sort_by_points"),
        ('first = "15%"\n', "", "stage-places", STAGE),
        ('first = "15%"\n', 'first = "15%"\nlast = "10%"\n', "stage-places", STAGE),
        ('"15%"', '"150%"', "stage-share", f"{STAGE}.first"),
        ('"15%"', '"0%"', "stage-share", f"{STAGE}.first"),
        ('"总分", "down"', '"总分"', "ties-open", f"{STAGE}.ties"),
    ],
)
def test_what_is_wrong_with_stages(old: str, new: str, code: str, key: str) -> None:
    assert old in STAGES
    assert (code, key) in found(STAGES.replace(old, new))
