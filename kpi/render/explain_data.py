"""An explanation for scripts: see kpi/schemas/explain.json."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from kpi.evaluation.explanation import Explanation, Step, Working
from kpi.evaluation.results import EntityCheck
from kpi.formula import past
from kpi.formula.tree import Name, Shift
from kpi.formula.values import Undefined
from kpi.locale import translate
from kpi.numbers import fraction, plain
from kpi.problems import Place
from kpi.render import as_json
from kpi.render.as_json import Data
from kpi.render.explain_words import PARTS, Reader


def data(explanation: Explanation, language: str, exact: bool = False) -> Data:
    """The answer for scripts (kpi/schemas/explain.json); exact: with the fractions."""
    reader = Reader(language, exact, explanation.definitions)
    subject = explanation.subject
    return {
        "entity": {
            "id": explanation.id,
            "name": explanation.name,
            "place": _place_data(explanation.place),
            **_result_data(explanation, language),
        },
        "subject": None
        if subject is None
        else {
            "kind": subject.kind,
            "key": subject.key,
            "label": subject.label,
            "label_en": subject.label_en,
            "source": subject.source,
            "place": _place_data(subject.place),
        },
        "sections": [
            {
                "part": section.part.value,
                "title": reader.text(PARTS[section.part]),
                "steps": [_step_data(step, reader) for step in section.steps],
            }
            for section in explanation.sections
        ],
        "rejected": [as_json.rejected(row, language) for row in explanation.rejected],
        "problems": as_json.problems(explanation.problems, language),
    }


def _result_data(explanation: Explanation, language: str) -> Data:
    result = explanation.result
    if isinstance(result, EntityCheck):
        reasons = as_json.reasons(result.codes, result.reasons, language)
        return {"status": result.status.value, "passed": result.passed, "reasons": reasons}
    return {
        "status": result.standing.value,
        "group": result.group,
        **({} if result.group_level is None else {"group_level": result.group_level}),
        "score": result.score,
        "rank": result.rank,
        "first_tier": result.first_tier,
        "tier": result.tier,
        "reasons": as_json.reasons(result.codes, result.reasons, language),
    }


def _place_data(place: Place) -> Data | None:
    if place == Place():
        return None
    return {"file": place.file, "sheet": place.sheet, "cell": place.cell, "line": place.line, "key": place.key}


def _step_data(step: Step, reader: Reader) -> Data:
    return {
        "kind": step.kind.value,
        "label": step.label,
        "label_en": step.label_en,
        "period": step.period.value,
        "formula": reader.written(step.working),
        "numbers": None if step.working is None else reader.formula(step.working.numbers),
        "names": _names_data(step.working),
        "unrounded": step.unrounded,
        "value": _value_data(step),
        "shown": step.shown,
        "unit": step.unit,
        "decimals": step.decimals,
        **({"value_exact": None if step.exact is None else fraction(step.exact)} if reader.exact else {}),
        "rule": _rule_data(step),
        "notes": [translate(note, reader.language) for note in step.notes],
        "source": step.source,
        "place": _place_data(step.place),
        "steps": [_step_data(each, reader) for each in step.steps],
    }


def _names_data(working: Working | None) -> list[Data]:
    return [
        {
            "name": past.word(each.name.key),
            "period": (Shift.PREVIOUS if past.word(each.name.key) != each.name.key else each.name.shift).value,
            **_years_data(each.name),
            "value": None if isinstance(each.value, Undefined | tuple) else _plain(each.value),
            "unit": each.unit.text if each.unit else "",
        }
        for each in (working.operands if working else ())
    ]


def _years_data(name: Name) -> Data:
    """How many years ago a tier is of: a period has no word for more than one."""
    return {"years_ago": past.years_ago(name.key, name.shift)} if past.is_past_word(name.key) else {}


def _plain(value: Fraction | bool | str | date) -> object:
    """A value as JSON has it; a fraction that no decimal writes is a text (875/3)."""
    if isinstance(value, Fraction):
        written = plain(value)
        return written if "/" in written else value
    return value.isoformat() if isinstance(value, date) else value


def _value_data(step: Step) -> object:
    return None if step.value is None else _plain(step.value)


def _rule_data(step: Step) -> Data | None:
    rule = step.rule
    if rule is None:
        return None
    return {
        "operator": rule.operator,
        "required": rule.required,
        "required_shown": rule.required_shown,
        "passed": rule.passed,
        "shortfall": rule.shortfall,
        "shortfall_unit": rule.shortfall_unit,
        "indicative": rule.indicative,
    }
