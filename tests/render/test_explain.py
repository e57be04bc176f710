"""An explanation laid out: what stands on a line, in each language, and as JSON."""

from __future__ import annotations

import json
from fractions import Fraction

import jsonschema
import pytest

import kpi
from kpi.evaluation.explanation import Explanation, Kind, Part, Section, Step, Subject, Working
from kpi.evaluation.results import EntityCheck, Status
from kpi.formula.tree import Binary, Name, Number
from kpi.problems import Place, say
from kpi.render import as_csv, as_json, as_table, explain
from kpi.render.as_json import Envelope
from kpi.render.screen import Screen

SPAN = (0, 0)
NUMBERS = Binary("/", Number(Fraction(59999, 100), None, SPAN), Number(Fraction(30), None, SPAN), SPAN)
FORMULA = Binary("/", Name("税收", SPAN), Name("用地面积", SPAN), SPAN)
NOTHING = Binary("/", Number(Fraction(900), None, SPAN), Name("—", SPAN), SPAN)


def explanation(*steps: Step) -> Explanation:
    subject = Subject("standard", "234+1.2", "“234+1.2”", "", "示例办法", Place(file="a.toml", line=3))
    result = EntityCheck(None, "示例企业", Place(), Status.SHORT)
    return Explanation(kpi.load(), None, "示例企业", Place(), subject, result, (Section(Part.TOTAL, steps),))


TAX = Step(
    Kind.INDICATOR,
    label="亩均税收",
    label_en="tax per mu",
    working=Working(FORMULA, NUMBERS),
    exact=Fraction(59999, 3000),
    value=Fraction(20),
    shown="20.00",
    unit="万元/亩",
    decimals=2,
    source="示例办法第三条",
    place=Place(file="a.toml", line=7, column=2, key="indicators.亩均税收"),
)
TOTAL = Step(Kind.TOTAL, value=Fraction(20), shown="20.00", decimals=2, steps=(TAX,))


def table(*steps: Step, language: str = "en", exact: bool = False) -> str:
    return as_table.render(explain.report(explanation(*steps), language, exact), Screen(language, 200))


def line(text: str, part: str) -> str:
    return next(line for line in text.splitlines() if part in line)


def test_numbers_lead_to_the_unrounded_and_the_published_value() -> None:
    text = table(TOTAL)
    assert "· indicator tax per mu" in line(text, "formula")
    assert line(text, "formula").endswith("tax ÷ `land used`")
    assert line(text, "599.99").endswith("599.99 ÷ 30 = 19.999666… → 20.00 万元/亩")
    assert line(text, "第三条").endswith("示例办法第三条 (a.toml · line 7 · indicators.亩均税收)")
    assert "falls short" in text


def test_chinese_names_are_used_in_chinese() -> None:
    assert "税收 ÷ 用地面积" in table(TOTAL, language="zh")


def test_exact_values_are_added_on_request() -> None:
    assert "59999/3000" not in table(TOTAL)
    assert "59999/3000 (万元/亩)" in table(TOTAL, exact=True)


def test_what_has_no_value_is_a_dash_with_its_reason() -> None:
    undefined = Step(
        Kind.INDICATOR, "亩均税收", working=Working(FORMULA, NOTHING), notes=(say("{f} is empty.", f="x"),)
    )
    text = table(undefined)
    assert "x is empty." in text
    assert line(text, "numbers").endswith("900 ÷ — = —")


@pytest.mark.parametrize(("holds", "word"), [(True, "holds"), (False, "does not hold"), (None, "cannot be decided")])
def test_conditions_say_whether_they_hold(holds: bool | None, word: str) -> None:
    text = table(Step(Kind.EXEMPTION, "新投产", "new", working=Working(FORMULA, NUMBERS), value=holds))
    assert f"→ {word}" in text or word in text
    assert "exemption new" in text


def test_csv_repeats_where_every_line_belongs() -> None:
    lines = as_csv.render(explain.report(explanation(TOTAL), "en")).lstrip("\ufeff").splitlines()
    assert lines[0] == "Section,Step,Aspect,Derivation"
    assert all(each.startswith("Total,") for each in lines[1:])
    assert "Total,· indicator tax per mu,numbers,599.99 ÷ 30 = 19.999666… → 20.00 万元/亩" in lines


def test_json_is_as_its_schema_says() -> None:
    envelope = Envelope("explain", "zh")
    document = json.loads(as_json.render(envelope, explain.data(explanation(TOTAL), "zh", exact=True)))
    jsonschema.Draft202012Validator(as_json.schema("explain")).validate(document)
    step = document["sections"][0]["steps"][0]["steps"][0]
    assert (step["formula"], step["numbers"]) == ("税收 ÷ 用地面积", "599.99 ÷ 30")
    assert (step["value"], step["value_exact"], step["unrounded"]) == (20.0, "59999/3000", "19.999666…")
    assert step["place"]["line"] == 7
    assert document["entity"]["status"] == "short"
