"""What is said of a first tier that is not simply that of the place: minima, ties across a cut, refilled places."""

from __future__ import annotations

from pathlib import Path

import pytest

import kpi

# 示例数据: ten enterprises, so that 20 % is two places and 60 % six.
RULES = """format = 1
[figures]
"分数" = ""
"产值" = ""
"达标" = { type = "yes_no" }
"事故" = { type = "yes_no" }
[indicators."得分值"]
formula = "分数"
unit = ""
decimals = 0
[indicators."产值大小"]
label = "产值多少"
label_en = "output"
formula = "产值"
unit = ""
decimals = 0
[schemes."办法"]
items = [{ indicator = "得分值", weight = 100, method = "ratio", baseline = "100" }]
overrides = [{ label = "一票否决", when = "事故", set = "D" }]
[schemes."办法".tiers]
"""
BY_SHARE = """by = "share"
up_to = {{ A = "20%", B = "60%", C = "90%", D = "100%" }}
of = "graded"
round = "half_up"
ties = {ties}
refill = {refill}
minimum = [{{ tier = "A", when = "达标" }}]
"""


def said(
    tmp_path: Path, tiers: str, scores: list[int], *, unable: tuple[int, ...] = (), vetoed: tuple[int, ...] = ()
) -> dict[str, tuple[str, tuple[str, ...], list[str]]]:
    """Name → first tier, codes, sentences; for those of whom something is said."""
    rows = [
        f"企业{n},{score},{100 - n},{'否' if n in unable else '是'},{'是' if n in vetoed else '否'}"
        for n, score in enumerate(scores)
    ]
    (tmp_path / "figures.csv").write_text("企业名称,分数,产值,达标,事故\n" + "\n".join(rows) + "\n", encoding="utf-8")
    definitions = kpi.load(text=RULES + tiers)
    result = kpi.classify(definitions, kpi.read([tmp_path / "figures.csv"], definitions), ["办法"])
    return {
        one.name or "": (one.first_tier or "", one.codes, [str(reason) for reason in one.reasons])
        for one in result.entities()
        if one.reasons
    }


def share(ties: str = '"up"', refill: str = "false") -> str:
    return BY_SHARE.format(ties=ties, refill=refill)


TEN = [99, 95, 90, 85, 80, 75, 70, 65, 60, 55]


def test_nothing_is_said_of_those_who_stand_where_they_stand(tmp_path: Path) -> None:
    assert said(tmp_path, share(), TEN) == {}


def test_a_missed_minimum_costs_the_tier(tmp_path: Path) -> None:
    found = said(tmp_path, share(), TEN, unable=(1, 5))
    # The sixth would be B anyway: nothing is said of it.
    assert list(found) == ["企业1"]
    assert found["企业1"][:2] == ("B", ("minimum-missed",))
    assert "minimum of tier A" in found["企业1"][2][0]


def test_with_refill_one_is_passed_over_and_one_moves_up(tmp_path: Path) -> None:
    found = said(tmp_path, share(refill="true"), TEN, unable=(0, 5))
    assert {name: each[:2] for name, each in found.items()} == {
        "企业0": ("B", ("minimum-missed",)),
        "企业2": ("A", ("refilled",)),
    }
    assert found["企业2"][2] == ["Places above were left empty and are filled again: from B up to A."]


def test_a_vetoed_place_is_filled_again(tmp_path: Path) -> None:
    found = said(tmp_path, share(refill="true"), TEN, vetoed=(0,))
    # One moves up across each cut: the third, the seventh and the last.
    assert {name: each[:2] for name, each in found.items()} == {
        "企业2": ("A", ("refilled",)),
        "企业6": ("B", ("refilled",)),
        "企业9": ("C", ("refilled",)),
    }


@pytest.mark.parametrize(("ties", "tier", "code"), [('"up"', "A", "tie-up"), ('"down"', "B", "tie-down")])
@pytest.mark.parametrize("refill", ["false", "true"])
def test_a_tie_across_a_cut(tmp_path: Path, ties: str, tier: str, code: str, refill: str) -> None:
    found = said(tmp_path, share(ties, refill), [99, 90, 90, *TEN[3:]])
    tied = {name: each for name, each in found.items() if code in each[1]}
    assert list(tied) == ["企业1", "企业2"]
    assert {each[0] for each in tied.values()} == {tier}
    assert all("2 entities are tied across the cut between A and B" in each[2][0] for each in tied.values())


def test_a_tie_within_a_tier_needs_no_word(tmp_path: Path) -> None:
    assert said(tmp_path, share(), [99, 99, *TEN[2:]]) == {}


@pytest.mark.parametrize("refill", ["false", "true"])
def test_an_indicator_that_decides(tmp_path: Path, refill: str) -> None:
    found = said(tmp_path, share('["产值大小", "up"]', refill), [99, 90, 90, *TEN[3:]])
    assert {name: each[:2] for name, each in found.items()} == {
        "企业1": ("A", ("tie-indicator",)),
        "企业2": ("B", ("tie-indicator",)),
    }
    assert found["企业1"][2] == ["Others with the same total are in tier B; “产值多少” decided."]


def test_by_score_only_minima_are_spoken_of(tmp_path: Path) -> None:
    tiers = 'by = "score"\nat_least = { A = 90, B = 60, C = 0 }\nminimum = [{ tier = "A", when = "达标" }]\n'
    found = said(tmp_path, tiers.replace("C = 0", "C = 30, D = 0"), TEN, unable=(0, 4))
    assert {name: each[:2] for name, each in found.items()} == {"企业0": ("B", ("minimum-missed",))}
