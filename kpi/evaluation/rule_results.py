"""What is shown of a judged requirement: value, bound, verdict, shortfall.

Nothing shown hides a verdict (design.md 4.4): see `decimals_to_see`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

from kpi import numbers
from kpi.definitions.standard_model import Bound, Requirement
from kpi.evaluation.judgement import Judgement
from kpi.evaluation.results import RuleResult
from kpi.evaluation.rows import EntityRow
from kpi.formula.exact import merged
from kpi.formula.tree import And, Compare, Name, Shift
from kpi.formula.values import Undefined
from kpi.units import PERCENT, POINTS, Unit

OPERATORS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
    "!=": operator.ne,
}

# A bound is shown as it is written if it ends within this many decimals; else it is rounded like the value.
WRITTEN_DECIMALS = 12

_NO_CAUSE = Undefined((), ())


def rule_results(judgement: Judgement, row: EntityRow) -> list[RuleResult]:
    """One result for each comparison that a shortfall can be measured for, or one for the whole rule."""
    wording = judgement.wording
    results = [_compared(wording, bound, row) for bound in wording.bounds]
    if not _says_it_all(wording):
        results.append(_whole(wording, row))
    return [_left_open(result, judgement.doubts) for result in results] if judgement.doubts else results


def _left_open(result: RuleResult, doubts: Iterable[Undefined]) -> RuleResult:
    """The result as undefined, with why it could not be decided."""
    why = merged([*doubts, causes([result])]) or _NO_CAUSE
    return replace(result, passed=None, shortfall=None, shortfall_shown=None, codes=why.codes, reasons=why.reasons)


def causes(results: Iterable[RuleResult]) -> Undefined:
    """Why comparisons could not be judged, each cause once, in order."""
    return merged(Undefined(result.codes, result.reasons) for result in results if result.passed is None) or _NO_CAUSE


def _says_it_all(requirement: Requirement) -> bool:
    """Whether the measured comparisons are all that the rule says."""
    tree = requirement.condition.tree
    comparisons = tree.operands if isinstance(tree, And) else (tree,)
    return len(requirement.bounds) == len(comparisons) and all(isinstance(part, Compare) for part in comparisons)


def _whole(requirement: Requirement, row: EntityRow) -> RuleResult:
    """A rule that only holds or does not: 或, text, 属于."""
    holds = row.holds(requirement.condition)
    undefined = merged([holds]) or _NO_CAUSE
    return RuleResult(
        indicator=None,
        label=requirement.label or requirement.rule,
        label_en=requirement.label_en,
        value=None,
        shown=None,
        unit=None,
        decimals=None,
        operator=None,
        required=None,
        required_shown=None,
        passed=None if isinstance(holds, Undefined) else holds,
        shortfall=None,
        shortfall_shown=None,
        shortfall_unit=None,
        rule=requirement.rule,
        source=requirement.source,
        indicative=requirement.indicative,
        codes=undefined.codes,
        reasons=undefined.reasons,
    )


def _compared(requirement: Requirement, bound: Bound, row: EntityRow) -> RuleResult:
    """One comparison, with everything that is shown of it."""
    value, required = row.read(bound.subject), row.read(bound.bound)
    label, label_en = _labels(requirement, bound, row)
    undefined = merged([value, required]) or _NO_CAUSE
    exact = value if isinstance(value, Fraction) else None
    limit = required if isinstance(required, Fraction) else None
    passed = shortfall = None
    decimals = bound.decimals
    if exact is not None and limit is not None:
        passed = OPERATORS[bound.operator](exact, limit)
        decimals = decimals_to_see(exact, bound.operator, limit, bound.decimals)
        shortfall = None if passed else _shortfall(exact, limit, decimals)
    places = decimals if limit is None else _bound_decimals(limit, decimals)
    return RuleResult(
        indicator=bound.indicator,
        label=label,
        label_en=label_en,
        value=None if exact is None else numbers.publish(exact, bound.decimals),
        shown=None if exact is None else numbers.shown(exact, decimals),
        unit=bound.unit.text if bound.unit else "",
        decimals=bound.decimals,
        operator=bound.operator,
        required=None if limit is None else numbers.publish(limit, places),
        required_shown=None if limit is None else numbers.shown(limit, places),
        passed=passed,
        shortfall=shortfall,
        shortfall_shown=None if shortfall is None else numbers.shown(shortfall, decimals),
        shortfall_unit=difference_unit(bound.unit),
        rule=requirement.rule,
        source=requirement.source,
        indicative=requirement.indicative,
        reported=(bound.indicator, Shift.NOW) in row.stands_reported,
        codes=undefined.codes,
        reasons=undefined.reasons,
        value_exact=exact,
        required_exact=limit,
    )


def _labels(requirement: Requirement, bound: Bound, row: EntityRow) -> tuple[str, str]:
    """What the comparison is about: the requirement's own label, else the indicator or figure, else the words."""
    definitions = row.entities.definitions
    if requirement.label:
        return requirement.label, requirement.label_en
    if bound.indicator is not None:
        indicator = definitions.indicators[bound.indicator]
        return indicator.label, indicator.label_en
    if isinstance(bound.subject, Name) and bound.subject.key in definitions.figures:
        figure = definitions.figures[bound.subject.key]
        return figure.label, figure.label_en
    start, end = bound.subject.span
    return requirement.rule[start:end] or requirement.rule, ""


def difference_unit(unit: Unit | None) -> str:
    """The unit of a difference of two values: 百分点 for %, else the unit itself."""
    return POINTS.text if unit == PERCENT else unit.text if unit else ""


def decimals_to_see(value: Fraction, comparison: str, required: Fraction, decimals: int) -> int:
    """The fewest decimals, at least `decimals`, at which the shown value and the shown bound give the true verdict.

    599.99 / 30 publishes 20.00 and is short of 20: it takes four decimals, 19.9997, to see it.
    """
    if abs(value - required) * 10**decimals > 1:  # neither rounding can close the gap
        return decimals
    holds = OPERATORS[comparison]
    verdict = holds(value, required)
    # Ends: once the decimals write both exactly, or tell them apart, the shown ones compare as the exact ones do.
    while holds(numbers.publish(value, decimals), _shown_bound(required, decimals)) is not verdict:
        decimals += 1
    return decimals


def _written(required: Fraction) -> int | None:
    """The decimals that a bound is written with, if it ends soon."""
    places = numbers.terminating_decimals(required)
    return places if places is not None and places <= WRITTEN_DECIMALS else None


def _bound_decimals(required: Fraction, decimals: int) -> int:
    return max(decimals, _written(required) or 0)


def _shown_bound(required: Fraction, decimals: int) -> Fraction:
    return numbers.publish(required, _bound_decimals(required, decimals))


def _shortfall(value: Fraction, required: Fraction, decimals: int) -> Fraction:
    """The distance to the bound, rounded up; a strict bound met exactly is short by one last digit."""
    return numbers.round_up(abs(required - value), decimals) or Fraction(1, 10**decimals)
