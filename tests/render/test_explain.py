"""An explanation, laid out: formula, numbers, rounding, source; and as its schema says."""

from __future__ import annotations

import json
from fractions import Fraction

import jsonschema

import kpi
from kpi.evaluation.explanation import Explanation, Kind, Part, Section, Step, Subject, Working
from kpi.evaluation.results import EntityCheck, Status
from kpi.formula.tree import Binary, Name, Number
from kpi.problems import Place, say
from kpi.render import as_json, as_table, explain
from kpi.render.as_json import Envelope
from kpi.render.screen import Screen

SPAN = (0, 0)
NUMBERS = Binary("/", Number(Fraction(59999, 100), None, SPAN), Number(Fraction(30), None, SPAN), SPAN)
FORMULA = Binary("/", Name("税收", SPAN), Name("用地面积", SPAN), SPAN)


def explanation() -> Explanation:
    tax = Step(
        Kind.INDICATOR,
        label="亩均税收",
        label_en="tax per mu",
        working=Working(FORMULA, NUMBERS),
        exact=Fraction(59999, 3000),
        value=Fraction(20),
        shown="20.00",
        unit="万元/亩",
        decimals=2,
        notes=(say("The value is negative."),),
        source="示例办法第三条",
    )
    total = Step(Kind.TOTAL, value=Fraction(20), shown="20.00", decimals=2, steps=(tax,))
    subject = Subject("standard", "234+1.2", "“234+1.2”", "", "示例办法", Place(file="a.toml", line=3))
    result = EntityCheck(None, "示例企业", Place(), Status.SHORT)
    return Explanation(kpi.load(), None, "示例企业", Place(), subject, result, (Section(Part.TOTAL, (total,)),))


def test_every_step_shows_formula_numbers_and_the_rounding() -> None:
    text = as_table.render(explain.report(explanation(), "zh"), Screen("zh", 200))
    step = next(line for line in text.splitlines() if "亩均税收" in line)
    assert "税收 ÷ 用地面积 = 599.99 ÷ 30 = 19.999666…" in step
    assert "20.00 万元/亩" in step
    assert step.endswith("示例办法第三条")
    assert step.startswith("   亩均税收")
    assert "不达标" in text


def test_exact_values_have_a_column_of_their_own() -> None:
    text = as_table.render(explain.report(explanation(), "en", exact=True), Screen("en", 200))
    assert "59999/3000" in text
    assert "tax per mu" in text


def test_json_is_as_its_schema_says() -> None:
    found = explanation()
    document = json.loads(as_json.render(Envelope("explain", "zh"), explain.data(found, "zh", exact=True)))
    jsonschema.Draft202012Validator(as_json.schema("explain")).validate(document)
    step = document["sections"][0]["steps"][0]["steps"][0]
    assert step["working"] == ["税收 ÷ 用地面积", "599.99 ÷ 30"]
    assert (step["value"], step["exact"], step["unrounded"]) == (20.0, "59999/3000", "19.999666…")
