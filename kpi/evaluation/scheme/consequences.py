"""What became of the first tier, and what follows from the final one: overrides, decisions, measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from kpi import numbers
from kpi.definitions.scheme_model import Measure, Override, Scheme
from kpi.evaluation.rows import EntityRow
from kpi.evaluation.scheme import deciding
from kpi.evaluation.scheme.columns import EXEMPTION, FIRST, SCORE, STATUS, TIER, fired_column, measure_column
from kpi.evaluation.scheme.conditions import undecided
from kpi.evaluation.scheme.overriding import asks_for_tier
from kpi.evaluation.scheme.results import MeasureTaken, OverrideFired, Standing
from kpi.evaluation.scheme.row import SchemeRow, own_words
from kpi.evaluation.scheme.scored import fraction
from kpi.evaluation.table import DECISION, Decision, Table
from kpi.formula.exact import evaluate
from kpi.formula.tree import Formula
from kpi.formula.values import Undefined, Value
from kpi.problems import KpiError, Message, say

Cells = Mapping[str, Any]


def decision_about(cells: Cells, table: Table) -> Decision | None:
    """What a meeting decided about the entity of a row."""
    number = cells.get(DECISION)
    return None if number is None or not table.decisions else table.decisions[number]


def overrides(
    scheme: Scheme, cells: Cells, decision: Decision | None, group: EntityRow | None = None
) -> Iterator[OverrideFired]:
    """Every override that held, in declared order, with the tier before and after it.

    group: the row that is evaluated, where the decision is about one of its members. The columns know nothing of it,
    so what asks for the tier is asked again. Raises KpiError for a condition that cannot be decided then, and must be.
    """
    if cells[STATUS] != Standing.EVALUATED:
        letter = None if cells[EXEMPTION] is None else scheme.exempt[cells[EXEMPTION]].tier
        if decision is not None:
            yield decided(decision, letter)
        return
    before = cells[FIRST]
    for i, each in enumerate(scheme.overrides):
        if each.action == deciding.ACTION:
            if decision is not None:
                yield decided(decision, before)
                before = decision.tier
        elif _again(scheme, each, cells, before, group) if group and asks_for_tier(each) else cells[fired_column(i)]:
            after = each.moved(before, scheme.tiers.names)
            yield OverrideFired(each.label, each.label_en, before, after, each.source)
            before = after


def _again(scheme: Scheme, override: Override, cells: Cells, tier: str, group: EntityRow) -> bool:
    own = own_words(fraction(cells[SCORE], scheme.decimals), tier)
    row = SchemeRow(group, own, exact=scheme.exact)
    return _holds(override.when, override.if_undefined, say("Override “{label}”", label=override.label), row)


def _holds(when: Formula | None, if_undefined: bool | None, rule: Message, row: SchemeRow) -> bool:
    holds = True if when is None else evaluate(when.tree, row)
    if isinstance(holds, Undefined) and if_undefined is None and when is not None:
        raise KpiError(undecided(rule, when, row.who))
    return if_undefined is True if isinstance(holds, Undefined) else holds is True


def decided(decision: Decision, before: str | None) -> OverrideFired:
    return OverrideFired(decision.reason, "", before, decision.tier, decision.document, decision)


def measures_taken(scheme: Scheme, cells: Cells) -> list[int]:
    """The numbers of the measures that follow from an entity's final tier. cells: its row of the run."""
    applying = scheme.measures_of(cells[TIER], managing(cells))
    return [i for i in applying if scheme.measures[i].when is None or cells[measure_column(i)]]


def measures_of(scheme: Scheme, tier: str, row: SchemeRow) -> list[int]:
    """The same for one of a group whose tier was decided, so that nothing was asked of it as columns.

    Raises KpiError for a condition that cannot be decided and must be.
    """

    def taken(measure: Measure) -> bool:
        return _holds(measure.when, measure.if_undefined, say("Measure “{label}”", label=measure.label), row)

    return [number for number in scheme.measures_of(tier, None) if taken(scheme.measures[number])]


def managing(cells: Cells) -> int | None:
    """The exemption that says as what an entity is managed; a decision about its tier goes first."""
    exemption: int | None = None if cells.get(DECISION) is not None else cells[EXEMPTION]
    return exemption


def measure(measure: Measure, row: SchemeRow) -> MeasureTaken:
    """A measure that follows, with the amount that it comes to in a row."""
    return measure_taken(measure, None if measure.amount is None else evaluate(measure.amount.tree, row))


def measure_taken(measure: Measure, value: Value | None) -> MeasureTaken:
    """A measure that follows. value: the exact amount that it comes to."""
    unit = "" if measure.amount is None or measure.amount.unit is None else measure.amount.unit.text
    return MeasureTaken(
        label=measure.label,
        label_en=measure.label_en,
        amount=numbers.publish(value, measure.decimals) if isinstance(value, Fraction) else None,
        decimals=measure.decimals,
        unit=unit,
        source=measure.source,
        codes=value.codes if isinstance(value, Undefined) else (),
        reasons=value.reasons if isinstance(value, Undefined) else (),
    )
