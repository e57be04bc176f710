"""JSON: numbers exact, keys in order, nothing that only Python would read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.problems import Place, Problem, say
from kpi.render import as_json
from kpi.render.as_json import Envelope

ENVELOPE = Envelope("check", "zh")


def written(answer: dict[str, object]) -> str:
    return as_json.render(ENVELOPE, answer)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(18), "18.0"),
        (Fraction(241, 10), "24.1"),
        (Fraction(-1, 20), "-0.05"),
        (Fraction(0), "0.0"),
        (Fraction(1234567890123456789, 100), "12345678901234567.89"),
    ],
)
def test_numbers_are_written_exactly(value: Fraction, text: str) -> None:
    assert as_json.number(value) == text
    assert f'"value": {text}\n' in written({"value": value})


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20))
def test_a_reader_with_decimals_gets_the_same_number_back(value: Decimal) -> None:
    assert json.loads(written({"value": Fraction(value)}), parse_float=Decimal)["value"] == value


def test_an_unpublished_number_is_a_defect() -> None:
    with pytest.raises(ValueError, match="1/3"):
        as_json.number(Fraction(1, 3))
    assert as_json.finite(Fraction(1, 3), "0.33") == Fraction(33, 100)
    assert as_json.finite(Fraction(1, 8), "0.13") == Fraction(1, 8)


def test_a_binary_fraction_is_refused() -> None:
    with pytest.raises(TypeError):
        written({"value": 0.1})


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5).filter(lambda key: key != "kpi"), json_data, max_size=4))
def test_everything_else_is_plain_json(answer: dict[str, object]) -> None:
    document = json.loads(written(answer))
    assert document.pop("kpi")["command"] == "check"
    assert document == answer


def test_chinese_stays_chinese() -> None:
    assert '"name": "示例企业"' in written({"name": "示例企业"})


def test_a_problem_keeps_its_code_in_every_language() -> None:
    problem = Problem("missing-file", say("There is no such file."), Place(file="a.csv", line=3))
    for language in ("zh", "en"):
        data = as_json.problem(problem, language)
        assert (data["code"], data["severity"], data["file"], data["line"]) == ("missing-file", "error", "a.csv", 3)
        assert data["hint"] is None


def test_the_layout_is_that_of_any_json_with_an_indent_of_two() -> None:
    answer = {"none": None, "empty": [], "nothing": {}, "rows": [{"a": [1, {"b": "示"}]}, {}], "tuple": ("x", True)}
    document = json.loads(written(answer))
    assert written(answer) == json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    assert written({**answer, "rows": iter(answer["rows"])}) == written(answer)
    assert written({"rows": iter(())}) == written({"rows": []})


def test_rows_are_written_while_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_json, "PORTION", 1000)
    made = 0

    def rows() -> Iterator[dict[str, object]]:
        nonlocal made
        for number in range(1000):
            made += 1
            yield {"number": number}

    portions = as_json.portions(ENVELOPE, {"rows": rows()})
    first = next(portions)
    assert 0 < made < 100
    assert "".join([first, *portions]) == written({"rows": [{"number": number} for number in range(1000)]})
