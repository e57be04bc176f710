"""The answer of `classify` as data, for scripts."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain

from kpi.evaluation.scheme.results import (
    BaselineUsed,
    Classification,
    ClassifiedEntity,
    ExemptionHeld,
    GroupUsed,
    ItemScore,
    MeasureTaken,
    of_rejected,
)
from kpi.numbers import shown, terminating_decimals
from kpi.render import as_json, history
from kpi.render.as_json import Data

WEIGHT_DECIMALS = 6  # of weights that no decimal writes exactly


def data(result: Classification, language: str, listed_rows: Iterable[ClassifiedEntity], exact: bool = False) -> Data:
    """The answer for scripts (design: JSON of classify). listed_rows: the entities to list, all or some."""
    summary = result.summary
    answered = chain(listed_rows, map(of_rejected, result.rejected))
    return {
        "schemes": [scheme.key for scheme in result.schemes],
        "graded_tiers": {scheme.key: scheme.tiers.names for scheme in result.schemes},
        "provisional": result.provisional,
        "baselines": [_baseline_data(each) for each in result.baselines],
        "entities": (entity_data(one, language, exact) for one in answered),
        "rejected": [as_json.rejected(row, language) for row in result.rejected],
        "summary": {
            "read": summary.read,
            "evaluated": summary.evaluated,
            "ungraded": summary.ungraded,
            "exempt": summary.exempt,
            "not_applicable": summary.not_applicable,
            "undefined": summary.undefined,
            "rejected": summary.rejected,
            "tiers": summary.tiers,
            "by_scheme": summary.by_scheme,
        },
        "problems": as_json.problems(result.problems, language),
    }


def _baseline_data(each: BaselineUsed) -> Data:
    return {
        "scheme": each.scheme,
        "indicator": each.indicator,
        "label": each.label,
        "label_en": each.label_en,
        "role": each.role,
        "group": each.group,
        **({} if each.level is None else {"level": each.level}),
        "value": each.value,
        "decimals": each.decimals,
        "unit": each.unit,
        "from": each.origin,
        "count": each.count,
        "source": each.source,
        "merged": each.merged,
    }


def entity_data(one: ClassifiedEntity, language: str, exact: bool = False) -> Data:
    return {
        "id": one.id,
        "name": one.name,
        "scheme": one.scheme,
        "status": one.standing.value,
        "group": one.group,
        **({} if one.group_level is None else {"group_level": one.group_level}),
        "merged_into": one.merged_into,
        **as_json.read_from(one.place),
        "score": one.score,
        "rank": one.rank,
        "first_tier": one.first_tier,
        "tier": one.tier,
        "reasons": as_json.reasons(one.codes, one.reasons, language),
        "exemption": None if one.exemption is None else _exemption_data(one.exemption),
        "items": [_item_data(item, language, exact) for item in one.items],
        "adjustments": [
            {"label": each.label, "label_en": each.label_en, "points": each.points, "source": each.source}
            for each in one.adjustments
        ],
        "overrides": [
            {
                "label": each.label,
                "label_en": each.label_en,
                "from": each.before,
                "to": each.after,
                "source": each.source,
                **({} if each.decision is None else {"decision": history.decision_data(each.decision)}),
            }
            for each in one.overrides
        ],
        "measures": [_measure_data(each, language) for each in one.measures],
        **history.renamings(one.renamed),
        **({} if one.history is None else {"history": history.data(one.history)}),
    }


def _exemption_data(held: ExemptionHeld) -> Data:
    return {
        "label": held.label,
        "label_en": held.label_en,
        "tier": held.tier,
        "managed_as": held.managed_as,
        "source": held.source,
    }


def _item_data(item: ItemScore, language: str, exact: bool) -> Data:
    return {
        "indicator": item.indicator,
        "label": item.label,
        "label_en": item.label_en,
        "value": item.value,
        "unit": item.unit,
        **({"value_exact": None if item.value_exact is None else str(item.value_exact)} if exact else {}),
        "baseline": item.baseline,
        "low": item.low,
        "high": item.high,
        "weight": as_json.finite(item.weight, weight_shown(item.weight)),
        "score": item.score,
        **({} if item.place is None else {"place": item.place, "place_of": item.place_of}),
        "reasons": as_json.reasons(item.codes, item.reasons, language),
        **({"groups": [_group_data(each, language) for each in item.groups]} if item.groups else {}),
        "source": item.source,
    }


def _group_data(each: GroupUsed, language: str) -> Data:
    return {
        "role": each.role,
        "level": each.level,
        "group": each.name,
        "size": each.size,
        "reasons": as_json.reasons(each.codes, each.reasons, language),
    }


def _measure_data(each: MeasureTaken, language: str) -> Data:
    return {
        "label": each.label,
        "label_en": each.label_en,
        "amount": each.amount,
        "unit": each.unit,
        "source": each.source,
        "reasons": as_json.reasons(each.codes, each.reasons, language),
    }


def weight_shown(weight: Fraction) -> str:
    """Weights are decimals, but where an item is left out the others are quotients."""
    decimals = terminating_decimals(weight)
    return shown(weight, WEIGHT_DECIMALS if decimals is None else decimals)
