"""The engine's lights against the reference: few digits, so that limits are met exactly."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

import kpi
from kpi import numbers
from kpi.evaluation.targets.actuals import Actual, Actuals
from kpi.problems import Place
from tests.reference.targets import filling

WORDS = {">=": "{}亿元", ">": "超 {}亿元", "<=": "不超过 {}亿元"}
YEAR = 2023 * 12


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, int, int, Fraction, int, bool]:
    """A sign, a goal, what 左右 allows, a value, and the month; whether months are reported one by one."""
    goal = draw(st.integers(1, 40))
    month = draw(st.integers(1, 12))
    # Values near the schedule, and exactly on limits: twelfths and twentieths of the goal.
    value = Fraction(draw(st.integers(0, 26)) * goal, 24) + draw(st.sampled_from((0, Fraction(goal, 20))))
    return draw(st.sampled_from(sorted(WORDS))), goal, draw(st.integers(0, 2)), value, month, draw(st.booleans())


@given(st.lists(cases(), min_size=1, max_size=6), st.sampled_from([(5, 0, -10), (0, 0, 0), (10, 5, -5)]))
def test_levels(drawn: list[tuple[str, int, int, Fraction, int, bool]], limits: tuple[int, int, int]) -> None:
    ahead, on_schedule, behind = limits
    lines = [
        "format = 1",
        '[plans."示例"]',
        "period = 2023",
        f"lights = {{ ahead = {ahead}, on_schedule = {on_schedule}, behind = {behind} }}",
        "[targets]",
    ]
    rows = []
    for number, (sign, goal, allowed, value, month, singly) in enumerate(drawn):
        text = WORDS[sign].format(goal) if sign != ">=" or not allowed else f"{goal}亿元左右（±{allowed}亿元）"
        lines.append(f'"甲{number}" = "{text}"')
        if singly:
            rows += [
                Actual(f"甲{number}", "", YEAR + at, YEAR + at, False, Place(), value=value / month)
                for at in range(month)
            ]
        else:
            rows.append(Actual(f"甲{number}", "", YEAR, YEAR + month - 1, True, Place(), value=value))
    result = kpi.targets(kpi.load(text="\n".join(lines)), Actuals(tuple(rows)))
    for one, (sign, goal, allowed, value, month, _) in zip(result.targets, drawn, strict=True):
        expected = filling(sign, Fraction(goal), Fraction(allowed if sign == ">=" else 0), value, month, limits)
        standing = one.standing
        assert standing is not None and standing.completion is not None and standing.lead is not None
        assert (str(standing.light), standing.met) == (expected.light, expected.met)
        assert (standing.completion.exact, standing.lead.exact) == (expected.completion, expected.lead)
        assert standing.completion.value == numbers.publish(expected.completion, 1)
        # What is shown lies on the same side of every limit as the exact lead.
        for limit in limits:
            assert (Fraction(standing.lead.shown) >= limit) == (expected.lead >= limit)
