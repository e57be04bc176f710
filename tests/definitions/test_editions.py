"""Which wording of a rule is in force."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from kpi.definitions.editions import in_force, made_for, pick, scheme_in_force, standard_in_force
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Given
from kpi.definitions.validity import Validity
from kpi.problems import KpiError

TEXT = """
format = 1
[figures]
"税收" = "万元"
[indicators.x]
formula = "税收"
unit = "万元"
[[standards.s]]
label = "旧"
until = 2022-12-31
require = ["x ≥ 1万元"]
[[standards.s]]
label = "新"
from = 2023-01-01
require = [
  { rule = "x ≥ 2万元", until = 2023-06-30 },
  { rule = "x ≥ 3万元", from = 2023-07-01 },
  { rule = "x ≥ 4万元", period = 2025 },
]
[[standards.s]]
label = "专为2021年"
period = 2021
require = ["x ≥ 9万元"]
[schemes.k]
tiers = { by = "score", at_least = { A = 60 }, otherwise = "B" }
[[schemes.k.items]]
indicator = "x"
weight = 100
method = "ratio"
baseline = [{ value = "26万元", period = 2021 }, { value = "24万元", from = 2022-01-01 }]
"""


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return load(text=TEXT)


@pytest.mark.parametrize(
    ("period", "as_of", "label"),
    [
        (None, date(2022, 12, 31), "旧"),  # until is inclusive
        (None, date(2023, 1, 1), "新"),  # and so is from
        ("2022", date(2024, 5, 1), "新"),
        ("2021", date(2024, 5, 1), "专为2021年"),  # the period goes first
        ("2021Q3", date(2024, 5, 1), "专为2021年"),
        ("2021-06", date(2022, 5, 1), "专为2021年"),
    ],
)
def test_the_period_goes_before_the_day(definitions: Definitions, period: str | None, as_of: date, label: str) -> None:
    assert standard_in_force(definitions, "s", period, as_of).label == label


def test_requirements_in_force(definitions: Definitions) -> None:
    def rules(period: str | None, as_of: date) -> list[str]:
        return [rule.rule for rule in standard_in_force(definitions, "s", period, as_of).require]

    assert rules(None, date(2023, 6, 30)) == ["x ≥ 2万元"]
    assert rules(None, date(2023, 7, 1)) == ["x ≥ 3万元"]
    assert rules("2025", date(2025, 7, 1)) == ["x ≥ 3万元", "x ≥ 4万元"]


def test_baselines_in_force(definitions: Definitions) -> None:
    def baseline(period: str | None, as_of: date) -> Fraction:
        found = scheme_in_force(definitions, "k", period, as_of).items[0].baseline
        assert isinstance(found, Given)
        return found.value

    assert baseline("2021", date(2023, 1, 1)) == 26
    assert baseline("2022", date(2023, 1, 1)) == 24
    with pytest.raises(KpiError) as raised:
        baseline("2020", date(2020, 1, 1))
    assert raised.value.problems[0].code == "no-edition"


def test_no_edition_in_force_lists_what_there_is() -> None:
    definitions = load(text='format = 1\n[standards.s]\nfrom = 2023-01-01\nrequire = "1 < 2"\n')
    with pytest.raises(KpiError) as raised:
        standard_in_force(definitions, "s", "2022", date(2022, 1, 1))
    (problem,) = raised.value.problems
    assert problem.code == "no-edition" and "2023-01-01 – …" in str(problem.hint)


def test_an_unknown_name_suggests_the_nearest(definitions: Definitions) -> None:
    with pytest.raises(KpiError) as raised:
        standard_in_force(load(), "234+1.1", None, date(2023, 1, 1))
    assert "234+1.2" in str(raised.value.problems[0].hint)
    with pytest.raises(KpiError) as raised:
        scheme_in_force(definitions, "规上", None, date(2023, 1, 1))
    assert raised.value.problems[0].code == "unknown-rule"


def test_a_label_finds_the_rule_too(definitions: Definitions) -> None:
    assert standard_in_force(load(), "工业项目入园“223”标准", None, date(2023, 1, 1)).key == "223"


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ("until = 2022-12-31", "from = 2023-01-01", False),
        ("until = 2023-01-01", "from = 2023-01-01", True),
        ("", "from = 2023-01-01", True),
        ("period = 2022", "period = 2022", True),
        ("period = 2022", "period = 2023", False),
        ("period = 2022", "from = 2022-01-01", False),
        ("period = 2022\nuntil = 2022-06-30", "period = 2022\nfrom = 2022-07-01", False),
    ],
)
def test_overlapping_editions_are_an_error_naming_both(first: str, second: str, overlap: bool) -> None:
    text = "format = 1\n" + "".join(f'[[standards.s]]\n{validity}\nrequire = "1 < 2"\n' for validity in (first, second))
    if not overlap:
        assert len(load(text=text).standards["s"]) == 2
        return
    with pytest.raises(KpiError) as raised:
        load(text=text)
    assert [problem.code for problem in raised.value.problems] == ["editions-overlap"]


def test_a_year_covers_its_parts_and_nothing_else() -> None:
    assert made_for("2022", "2022") and made_for("2022", "2022H1") and made_for("2022", "2022-06")
    assert not made_for("2022", None) and not made_for("2022H1", "2022") and not made_for("2022", "2023")


def test_pick_prefers_the_exact_period() -> None:
    year = Given(Fraction(1), "1", validity=Validity(period="2022"))
    half = Given(Fraction(2), "2", validity=Validity(period="2022H1"))
    always = Given(Fraction(3), "3")
    assert pick([always, year, half], "2022H1", date(2023, 1, 1)) is half
    assert pick([always, year, half], "2022", date(2023, 1, 1)) is year
    assert pick([always, year, half], "2021", date(2023, 1, 1)) is always
    assert pick([year, half], "2021", date(2023, 1, 1)) is None
    assert in_force([always, year], "2021", date(2023, 1, 1)) == (always,)
