"""The columnar engine against the plain reference: number for number, rank for rank, tier for tier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings

from kpi.definitions.figure_model import FigureType
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.asking import Contribution, attempt
from kpi.evaluation.asking import in_portions as all_portions
from kpi.evaluation.scheme.classify import classify, portion
from kpi.evaluation.scheme.concluding import Counts, Portion, baselines_of, said_of_all, summary
from kpi.evaluation.scheme.one_portion import is_one
from kpi.evaluation.scheme.results import ClassifiedEntity, ItemScore
from kpi.evaluation.table import ID, NAME, ROW, SOURCE, Decision, PastEntity, PastResult, Source, Table, column
from kpi.figures.decisions import with_decisions
from kpi.figures.history import attached
from kpi.formula.tree import Shift
from kpi.numbers import to_float
from kpi.problems import KpiError, Place
from tests.reference.classify import EntityResult, Result
from tests.reference.classify import classify as reference
from tests.reference.groups import Group
from tests.reference.items import ItemResult
from tests.reference.random_definitions import SCHEME, Case, cases
from tests.reference.rows import CannotClassify, Entity, Reported, publish
from tests.reference.tiers import DECIDED

TYPES = {
    FigureType.NUMBER: pl.Float64,
    FigureType.TEXT: pl.String,
    FigureType.INDUSTRY: pl.String,
    FigureType.YES_NO: pl.Boolean,
}

# What columns are written in units of: 元 in place of 万元, kilograms of coal in place of tonnes.
FACTORS = {"增加值": Fraction(1, 10000), "综合能耗": Fraction(1, 1000)}


def table(definitions: Definitions, entities: Sequence[Entity]) -> Table:
    """The entities as the readers of files deliver them."""
    rows = range(len(entities))
    columns: dict[str, pl.Series] = {
        ID: pl.Series([f"{row:018}" for row in rows], dtype=pl.String),
        NAME: pl.Series([f"示例企业{row}" for row in rows], dtype=pl.String),
        SOURCE: pl.Series([0 for _ in rows], dtype=pl.UInt32),
        ROW: pl.Series([row + 2 for row in rows], dtype=pl.UInt32),
    }
    for key, figure in definitions.figures.items():
        for shift, cells in (
            (Shift.NOW, [entity.now.get(key) for entity in entities]),
            (Shift.PREVIOUS, [(entity.previous or {}).get(key) for entity in entities]),
        ):
            factor = FACTORS.get(key, Fraction(1))
            values = [to_float(cell / factor) if isinstance(cell, Fraction) else cell for cell in cells]
            columns[column(key, shift)] = pl.Series(values, dtype=TYPES[figure.type])
    sources = (Source("示例.csv", None, "0" * 64, len(entities)),)
    factors = {column(key, shift): factor for key, factor in FACTORS.items() for shift in (Shift.NOW, Shift.PREVIOUS)}
    present = {name: factor for name, factor in factors.items() if name in columns}
    found = Table(pl.DataFrame(columns), period="2023", previous="2022", sources=sources, factors=present)
    found = attached(found, [past_result(entities, back) for back in (1, 2)])
    decided = {row: one.decided for row, one in enumerate(entities) if one.decided is not None}
    made = [Decision(f"{row:018}", None, row, tier, DECIDED, "", None, Place()) for row, tier in decided.items()]
    return with_decisions(found, made)


def past_result(entities: Sequence[Entity], back: int) -> PastResult:
    """The result of so many years ago; it lists nobody without a tier."""
    tiers = [one.tiers[back - 1] if len(one.tiers) >= back else None for one in entities]
    listed = tuple(PastEntity(f"{row:018}", None, SCHEME, tier) for row, tier in enumerate(tiers) if tier is not None)
    return PastResult(str(2023 - back), back, Source(f"{2023 - back}.json", None, "0" * 64, len(listed)), listed)


def expected(definitions: Definitions, scheme: Scheme, entity: EntityResult) -> dict[str, Any]:
    decimals = [definitions.indicators[item.indicator].decimals for item in scheme.items]
    return {
        "status": entity.status,
        "items": [scored(item, places, scheme) for item, places in zip(entity.items, decimals, strict=False)],
        "adjustments": points(entity.adjustments, scheme) if entity.score is not None else [],
        "groups": [{role: group for role, group in item.groups.items() if group is not None} for item in entity.items],
        "score": entity.score,
        "group": entity.group,
        "rank": entity.rank,
        "first_tier": entity.first_tier,
        "tier": entity.tier,
        "overrides": list(entity.overrides),
        "measures": list(entity.measures),
    }


def found(scheme: Scheme, entity: ClassifiedEntity) -> dict[str, Any]:
    return {
        "status": str(entity.standing),
        "items": [scored(item, item.decimals, scheme) for item in entity.items],
        "adjustments": points([(made.label, made.points) for made in entity.adjustments], scheme),
        "groups": [{used.role: Group(used.level, used.name) for used in item.groups} for item in entity.items],
        "score": entity.score,
        "group": None if entity.group_level is None else Group(entity.group_level, entity.group),
        "rank": entity.rank,
        "first_tier": entity.first_tier,
        "tier": entity.tier,
        "overrides": [(fired.label, fired.before, fired.after) for fired in entity.overrides],
        "measures": [(taken.label, taken.amount) for taken in entity.measures],
    }


def scored(item: ItemResult | ItemScore, decimals: int, scheme: Scheme) -> tuple[object, ...]:
    """What both sides say of an item."""
    score, value, baseline = rounded(item.score, scheme.decimals), item.value, item.baseline
    if isinstance(item, ItemScore) and item.carried is not None:
        assert rounded(item.carried.value, decimals) == item.value  # shown beside what counts
        value, baseline = item.carried.value, item.carried.baseline
    return item.indicator, rounded(value, decimals), baseline, item.weight, item.place, score


def points(adjustments: Iterable[tuple[str, Fraction | None]], scheme: Scheme) -> list[tuple[str, Fraction | None]]:
    """Adjustments that show points; whether a zero is listed is a matter of taste."""
    shown = [(label, rounded(value, scheme.decimals)) for label, value in adjustments]
    return [(label, value) for label, value in shown if value]


def rounded(value: Fraction | None, decimals: int) -> Fraction | None:
    """What is shown: under carry = "exact" the values themselves have more digits."""
    return None if value is None else publish(value, decimals)


def compare(definitions: Definitions, entities: Sequence[Entity], oracle: Result | None) -> None:
    """The engine gives what the reference gives, or refuses as well (None)."""
    scheme = definitions.schemes[SCHEME][0]
    try:
        result = classify(definitions, [scheme], table(definitions, entities))
        listed = list(result.entities())
    except KpiError:
        assert oracle is None
        return
    assert oracle is not None
    given_out = [found(scheme, entity) for entity in listed]
    assert given_out == [expected(definitions, scheme, entity) for entity in oracle.entities]
    assert {
        (used.indicator, None if used.level is None else Group(used.level, used.group), value, used.count)
        for used in result.baselines
        if (value := used.exact if scheme.exact else used.value)
    } == {(base.indicator, base.group, base.value, base.count) for base in oracle.baselines if base.value}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases())
def test_portions_of_a_table_give_what_the_whole_gives(case: Case) -> None:
    definitions = load(text=case.text)
    assume(divides(definitions, case.entities))
    compare_portions(definitions, case.entities)


def divides(definitions: Definitions, entities: Sequence[Entity]) -> bool:
    """Whether there is anybody, and a table may be more than one portion."""
    return bool(entities) and not any(is_one(definitions, each) for each in definitions.schemes[SCHEME])


def compare_portions(definitions: Definitions, entities: Sequence[Entity]) -> None:
    """Portions of one to five rows give what the whole table gives, or refuse as well."""
    scheme = definitions.schemes[SCHEME][0]
    whole = table(definitions, entities)
    size = 1 + whole.frame.height // 3
    try:
        result = classify(definitions, [scheme], whole)
        given_out = [(found(scheme, entity), entity.reasons) for entity in result.entities()]
    except KpiError:
        with pytest.raises(KpiError):
            in_portions(definitions, scheme, whole, size)
        return
    done = in_portions(definitions, scheme, whole, size)
    everybody = (entity for each in done for entity in each.listing.entities())
    listed = sorted(everybody, key=lambda entity: entity.id or "")
    assert [(found(scheme, entity), entity.reasons) for entity in listed] == given_out
    counts = Counts.all([each.counts for each in done])
    assert summary(counts, [scheme.key]) == result.summary
    assert baselines_of(done[0]) == result.baselines
    own = {problem for each in done for problem in each.problems}
    assert {*own, *said_of_all(done[0], counts)} == set(result.problems)


def in_portions(definitions: Definitions, scheme: Scheme, whole: Table, size: int) -> list[Portion]:
    """The table evaluated so many rows at a time; who may be evaluated together is in one portion, as engines do it."""
    together = [None] * whole.frame.height if scheme.merge is None else whole.frame["集团"].to_list()
    first: dict[str, int] = {}
    cut: dict[int, list[int]] = {}
    for row, group in enumerate(together):
        number = row // size if group is None else first.setdefault(group, row // size)
        cut.setdefault(number, []).append(row)
    tables = [rows_of(whole, cut[number]) for number in sorted(cut)]

    def attempts(known: Sequence[Any]) -> list[Portion | Contribution]:
        return [attempt(portion(definitions, [scheme], each, {}, several=True), known) for each in tables]

    return all_portions(attempts)


def rows_of(whole: Table, rows: Sequence[int]) -> Table:
    own = {row: at for at, row in enumerate(rows)}
    decisions = [replace(each, index=own[each.index]) for each in whole.decisions or () if each.index in own]
    return with_decisions(replace(whole, frame=whole.frame[list(rows)], decisions=None), decisions)


def answer(definitions: Definitions, entities: Sequence[Entity]) -> Result | None:
    try:
        return reference(definitions, definitions.schemes[SCHEME][0], entities)
    except CannotClassify:
        return None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases())
def test_the_engine_agrees_with_the_reference(case: Case) -> None:
    definitions = load(text=case.text)
    oracle = answer(definitions, case.entities)
    compare(definitions, case.entities, oracle)


HEAD = """
format = 1

[figures]
"税收" = "万元"
"用地面积" = "亩"
"专利" = "个"
"行业" = { type = "text" }

[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩", decimals = 1 }
"税收增速" = { formula = "growth(税收)", unit = "%", decimals = 1 }

[schemes."评价".tiers]
by = "score"
at_least = { A = 20 }
otherwise = "B"

[[schemes."评价".items]]
indicator = "亩均税收"
weight = 30
method = "ratio"
"""
RULES = {
    "flat": 'baseline = { statistic = "worst" }\nif_flat = "zero"\n',
    "points": """baseline = "10万元/亩"
[[schemes."评价".adjustments]]
label = "专利"
when = "税收 > 1万元"
points = "0.5 × 专利"
if_undefined = true
""",
    "group": 'baseline = { statistic = "best", by = "行业" }\n',
    "order": """baseline = "10万元/亩"
[schemes."评价"]
exempt = [
  { when = "税收 ≥ 3万元", tier = "N", reason = "甲" },
  { when = "专利 = 0个", tier = "T", reason = "乙" },
]
""",
    "table": """baseline = "10万元/亩"
[schemes."评价"]
applies_to = "税收 ≥ mean(税收) - 3万元"
overrides = [{ label = "低于平均", when = "亩均税收 < mean(亩均税收)", at_most = "B" }]
measures = [{ label = "差额", tiers = ["A", "B"], amount = "max(税收 where true) - 税收", unit = "万元" }]
[[schemes."评价".adjustments]]
label = "户数"
points = "count(专利 ≥ 1个) / 2个"
""",
    "both-sides": """baseline = "10万元/亩"
[[schemes."评价".items]]
indicator = "税收增速"
weight = 20
method = "bands"
bands = [{ from = "0%", share = 0 }]
""",
    "undefined-order": """baseline = "10万元/亩"
[schemes."评价"]
exempt = [
  { when = "行业 = '食品'", tier = "N", reason = "甲", if_undefined = true },
  { when = "专利 = 0个", tier = "T", reason = "乙" },
]
""",
}
ROWS: list[tuple[Reported, ...]] = [
    (Fraction(3), Fraction(1), None, None),
    (Fraction(5), Fraction(3), Fraction(1), "食品"),
    (Fraction(0), Fraction(1), Fraction(2), "机械"),
    (Fraction(1), Fraction(1), Fraction(2), "机械"),
]


@pytest.mark.parametrize("rule", RULES)
def test_rules_that_random_cases_seldom_reach(rule: str) -> None:
    keys = ("税收", "用地面积", "专利", "行业")
    entities = [Entity(dict(zip(keys, row, strict=True))) for row in ROWS]
    definitions = load(text=HEAD + RULES[rule])
    oracle = answer(definitions, entities)
    assert oracle is not None
    compare(definitions, entities, oracle)
