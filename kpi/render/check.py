"""The answer of `check`: pass or shortfall, and what would make it pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kpi.definitions.model import Definitions
from kpi.evaluation.results import CheckResult, EntityCheck, Remedy, RuleResult, Status
from kpi.evaluation.table import Rejected
from kpi.locale import N_, text, translate
from kpi.problems import say
from kpi.render import as_json
from kpi.render.as_json import Data
from kpi.render.report import EMPTY, Cell, Report, Section
from kpi.render.words import REJECTED, SENTENCES, SIGNS, amount, column, entity, exactly, label, listed, rejection, said

STATUS = {
    Status.PASSED: (N_("passes"), "good"),
    Status.SHORT: (N_("falls short"), "bad"),
    Status.UNDEFINED: (N_("cannot be judged"), "unsure"),
    Status.NOT_CHECKED: (N_("not checked"), "dim"),
}
INDICATIVE = N_("not met (guidance only)")


def data(result: CheckResult, language: str, exact: bool = False) -> Data:
    """The answer for scripts (design: JSON of check); exact: with the fractions."""
    return {
        "standard": result.standard.key,
        "entities": [
            {**entity_data(one, language, exact), **as_json.read_from(place)}
            for one, place in zip(result.entities, as_json.places([one.place for one in result.entities]), strict=True)
        ],
        "rejected": [as_json.rejected(row, language) for row in result.rejected],
        "summary": {
            "read": result.summary.read,
            "evaluated": result.summary.evaluated,
            "passed": result.summary.passed,
            "short": result.summary.short,
            "undefined": result.summary.undefined,
            "not_checked": result.summary.not_checked,
            "rejected": result.summary.rejected,
        },
        "problems": as_json.problems(result.problems, language),
    }


def entity_data(one: EntityCheck, language: str, exact: bool) -> Data:
    return {
        "id": one.id,
        "name": one.name,
        "status": one.status.value,
        "passed": one.passed,
        "reasons": as_json.reasons(one.codes, one.reasons, language),
        "results": [_rule_data(rule, language, exact) for rule in one.results],
        "remedies": [_remedy_data(remedy) for remedy in one.remedies],
    }


def _rule_data(rule: RuleResult, language: str, exact: bool) -> Data:
    fractions: dict[str, object] = {}
    if exact:
        fractions = {"value_exact": _fraction(rule.value_exact), "required_exact": _fraction(rule.required_exact)}
    return {
        "indicator": rule.indicator,
        "label": rule.label,
        "label_en": rule.label_en,
        "value": rule.value,
        "shown": rule.shown,
        "unit": rule.unit,
        "decimals": rule.decimals,
        "operator": rule.operator,
        "required": rule.required,
        "required_shown": rule.required_shown,
        "passed": rule.passed,
        "shortfall": rule.shortfall,
        "shortfall_unit": rule.shortfall_unit,
        "rule": rule.rule,
        "source": rule.source,
        "indicative": rule.indicative,
        "reported": rule.reported,
        "reasons": as_json.reasons(rule.codes, rule.reasons, language),
        **fractions,
    }


def _fraction(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _remedy_data(remedy: Remedy) -> Data:
    return {
        "figure": remedy.figure,
        "label": remedy.label,
        "label_en": remedy.label_en,
        "now": as_json.finite(remedy.now, remedy.now_shown),
        "needed": remedy.needed,
        "unit": remedy.unit,
        "clears": remedy.clears,
        "passes": remedy.passes,
    }


def report(result: CheckResult, language: str, exact: bool = False) -> Report:
    """One entity: its rules and remedies; several: one line each. A workbook has all of them, a CSV file the rules."""
    entities, rules = _entities(result, language), _rules(result, language, exact)
    remedies = _remedies(result, language)
    sections: list[Section] = [entities]
    if len(result.entities) == 1 and not result.rejected:
        one = result.entities[0]
        sections = [_rules_of_one(one, language, exact)] if one.results else [entities]
        sections += [_remedies_of_one(one, result.definitions, language)] if one.remedies else []
    source = result.standard.source
    lines = [Cell(translate(say("Source: {source}", source=source), language), style="dim")] if source else []
    return Report(
        label(result.standard, language),
        lines,
        sections,
        [*_notes(result, language), _summary(result, language)],
        sheets=(entities, rules, remedies),
        table=rules,
    )


def _summary(result: CheckResult, language: str) -> Cell:
    summary = result.summary
    message = say(
        "{read} read: {passed} pass, {short} fall short, {undefined} cannot be judged, {not_checked} not checked, "
        "{rejected} rejected.",
        read=summary.read,
        passed=summary.passed,
        short=summary.short,
        undefined=summary.undefined,
        not_checked=summary.not_checked,
        rejected=summary.rejected,
    )
    return Cell(translate(message, language), style="good" if result.holds else "bad")


def _notes(result: CheckResult, language: str) -> list[Cell]:
    """Why the rules of a single entity could not be judged; a list says it in its own column."""
    if len(result.entities) != 1 or result.rejected:
        return []
    one = result.entities[0]
    if not one.results:
        return []
    found = [reason for rule in one.results for reason in rule.reasons] + list(one.reasons)
    return [Cell(translate(reason, language), style="unsure") for reason in dict.fromkeys(found)]


def _status(one: EntityCheck, language: str) -> Cell:
    word, style = STATUS[one.status]
    return Cell(text(word, language), style=style)


def _verdict(rule: RuleResult, language: str) -> Cell:
    if rule.passed is None:
        return Cell(text(STATUS[Status.UNDEFINED][0], language), style="unsure")
    if not rule.passed and rule.indicative:
        return Cell(text(INDICATIVE, language), style="unsure")
    word, style = STATUS[Status.PASSED if rule.passed else Status.SHORT]
    return Cell(text(word, language), style=style)


def _required(rule: RuleResult) -> str:
    """≥ 20.00; a rule without numbers stands as it is written."""
    if rule.operator is None or rule.required_shown is None:
        return rule.rule
    return f"{SIGNS[rule.operator]} {rule.required_shown}"


def _rules_of_one(one: EntityCheck, language: str, exact: bool) -> Section:
    name = entity(one.name, one.id)
    columns = [
        column("label", N_("Requirement"), language),
        column("value", N_("Value"), language, right=True),
        *([column("value_exact", N_("Exact value"), language, right=True)] if exact else []),
        column("required", N_("Required"), language, right=True),
        column("unit", N_("Unit"), language),
        column("shortfall", N_("Shortfall"), language, right=True),
        column("verdict", N_("Verdict"), language),
    ]
    rows = [
        [
            Cell(label(rule, language)),
            amount(rule.value, rule.shown),
            *([exactly(rule.value_exact)] if exact else []),
            Cell(_required(rule)),
            Cell(rule.unit or ""),
            Cell(_shortfall(rule)),
            _verdict(rule, language),
        ]
        for rule in one.results
    ]
    title = listed([part for part in (name, _status(one, language).text) if part], language)
    return Section("rules", title, columns, rows)


def _shortfall(rule: RuleResult) -> str:
    """The number, with its unit only where that differs from the value's (百分点 beside %)."""
    if rule.shortfall_shown is None:
        return ""
    own = rule.shortfall_unit if rule.shortfall_unit != rule.unit else None
    return f"{rule.shortfall_shown} {own}" if own else rule.shortfall_shown


def _remedies_of_one(one: EntityCheck, definitions: Definitions, language: str) -> Section:
    columns = [
        column("figure", N_("Figure"), language),
        column("now", N_("Now"), language, right=True),
        column("needed", N_("Needed"), language, right=True),
        column("unit", N_("Unit"), language),
        column("clears", N_("Clears"), language),
        column("then", N_("Then"), language),
    ]
    rows = [_remedy_cells(remedy, definitions, language) for remedy in one.remedies]
    return Section("remedies", text(N_("What alone would make it pass"), language), columns, rows)


def _remedy_cells(remedy: Remedy, definitions: Definitions, language: str) -> list[Cell]:
    known = definitions.indicators
    clears = [label(known[name], language) if name in known else name for name in remedy.clears]
    then = N_("everything passes") if remedy.passes else N_("other rules still fall short")
    return [
        Cell(label(remedy, language)),
        amount(remedy.now, remedy.now_shown),
        amount(remedy.needed, remedy.needed_shown),
        Cell(remedy.unit),
        Cell(listed(clears, language)),
        Cell(text(then, language), style="good" if remedy.passes else ""),
    ]


def _entities(result: CheckResult, language: str) -> Section:
    """One line an entity, the rejected ones last: no row vanishes."""
    columns = [
        column("name", N_("Entity"), language),
        column("id", N_("Code"), language),
        column("status", N_("Result"), language),
        column("short", N_("Short of"), language),
        column("remedies", N_("Would pass with"), language),
    ]
    if not any(one.id for one in result.entities) and not any(row.id for row in result.rejected):
        columns = [each for each in columns if each.key != "id"]
    keep_code = any(each.key == "id" for each in columns)
    rows = [
        [
            Cell(one.name or ""),
            *([Cell(one.id or "")] if keep_code else []),
            _status(one, language),
            Cell(_short_of(one, language)),
            Cell(_would_pass(one, language)),
        ]
        for one in result.entities
    ]
    rows += [_rejected_row(row, keep_code, language) for row in result.rejected]
    return Section("entities", "", columns, rows)


def _rejected_row(row: Rejected, keep_code: bool, language: str) -> list[Cell]:
    return [
        Cell(row.name or ""),
        *([Cell(row.id or "")] if keep_code else []),
        Cell(text(REJECTED, language), style="bad"),
        Cell(rejection(row, language)),
        EMPTY,
    ]


def _short_of(one: EntityCheck, language: str) -> str:
    parts = [
        f"{label(rule, language)} {rule.shortfall_shown} {rule.shortfall_unit or ''}".strip()
        if rule.shortfall_shown
        else rule.rule
        for rule in one.results
        if rule.passed is False and not rule.indicative
    ]
    reasons = [reason for rule in one.results for reason in rule.reasons] + list(one.reasons)
    parts += [said(list(dict.fromkeys(reasons)), language)] if reasons else []
    return SENTENCES[language].join(parts)


def _would_pass(one: EntityCheck, language: str) -> str:
    parts = [
        f"{label(remedy, language)} {remedy.needed_shown} {remedy.unit}".strip()
        for remedy in one.remedies
        if remedy.passes
    ]
    return SENTENCES[language].join(parts)


def _rules(result: CheckResult, language: str, exact: bool) -> Section:
    """One line an entity and rule, for spreadsheets; entities without rules have one line."""
    columns = [
        column("id", N_("Code"), language),
        column("name", N_("Entity"), language),
        column("status", N_("Result"), language),
        column("label", N_("Requirement"), language),
        column("value", N_("Value"), language, right=True),
        *([column("value_exact", N_("Exact value"), language, right=True)] if exact else []),
        column("operator", N_("Sign"), language),
        column("required", N_("Required"), language, right=True),
        column("unit", N_("Unit"), language),
        column("verdict", N_("Verdict"), language),
        column("shortfall", N_("Shortfall"), language, right=True),
        column("shortfall_unit", N_("Unit of the shortfall"), language),
        column("reasons", N_("Reasons"), language),
        column("source", N_("Source"), language),
    ]
    rows = list(_rule_rows(result, language, exact))
    return Section("rules", "", columns, rows, leading=2)


def _rule_rows(result: CheckResult, language: str, exact: bool) -> Iterator[Sequence[Cell]]:
    blank = [EMPTY] * (9 if exact else 8)
    for one in result.entities:
        head = [Cell(one.id or ""), Cell(one.name or ""), _status(one, language)]
        if not one.results:
            yield [*head, *blank, Cell(said(one.reasons, language)), EMPTY]
        for rule in one.results:
            yield [*head, *_rule_cells(rule, language, exact)]
    for row in result.rejected:
        head = [Cell(row.id or ""), Cell(row.name or ""), Cell(text(REJECTED, language))]
        yield [*head, *blank, Cell(rejection(row, language)), EMPTY]


def _rule_cells(rule: RuleResult, language: str, exact: bool) -> list[Cell]:
    return [
        Cell(label(rule, language)),
        amount(rule.value, rule.shown),
        *([exactly(rule.value_exact)] if exact else []),
        Cell(SIGNS[rule.operator] if rule.operator else ""),
        amount(rule.required, rule.required_shown) if rule.operator else Cell(rule.rule),
        Cell(rule.unit or ""),
        _verdict(rule, language),
        amount(rule.shortfall, rule.shortfall_shown) if rule.shortfall is not None else EMPTY,
        Cell(rule.shortfall_unit or ""),
        Cell(said(rule.reasons, language)),
        Cell(rule.source),
    ]


def _remedies(result: CheckResult, language: str) -> Section:
    columns = [
        column("name", N_("Entity"), language),
        column("figure", N_("Figure"), language),
        column("now", N_("Now"), language, right=True),
        column("needed", N_("Needed"), language, right=True),
        column("unit", N_("Unit"), language),
        column("clears", N_("Clears"), language),
        column("then", N_("Then"), language),
    ]
    rows = [
        [Cell(entity(one.name, one.id)), *_remedy_cells(remedy, result.definitions, language)]
        for one in result.entities
        for remedy in one.remedies
    ]
    return Section("remedies", text(N_("What alone would make it pass"), language), columns, rows)
