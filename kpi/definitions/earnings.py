"""What a special value can earn: one entry a way, with its sentence and its points as a tree over 权重, 基准值 …

Adding a way touches this file only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from fractions import Fraction

from kpi import numbers
from kpi.definitions.methods import BASELINE, VALUE, WEIGHT
from kpi.formula.tree import Name, Node, Number, rewrite
from kpi.frozen import frozen
from kpi.problems import Message, say

AVERAGE = "平均得分"  # the published average of the scores of those that have a value
Earned = str | Fraction  # a name in EARNINGS, or points
_SPAN = (0, 0)


class Leaves(Enum):
    """What is left out."""

    NOTHING = "nothing"
    ITEM = "item"  # and the other weights grow by as much
    ENTITY = "entity"  # it is sent back


@frozen
class Earning:
    """points: the item's score within its bounds → what is earned instead; None where something is left out."""

    said: Message
    points: Callable[[Node], Node] | None = None
    leaves: Leaves = Leaves.NOTHING


def equal_to_baseline(score: Node) -> Node:
    """What a value equal to the baseline earns."""

    def change(node: Node) -> Node | None:
        return Name(BASELINE, node.span) if isinstance(node, Name) and node.key == VALUE else None

    return rewrite(score, change)


EARNINGS: Mapping[str, Earning] = {
    "zero": Earning(
        say("By the scheme this earns no points."),
        lambda score: Number(Fraction(0), None, _SPAN),
    ),
    "full": Earning(
        say("By the scheme this earns full points."),
        lambda score: Name(WEIGHT, _SPAN),
    ),
    "average": Earning(
        say("By the scheme this earns the average score of those that have one."),
        lambda score: Name(AVERAGE, _SPAN),
    ),
    "baseline": Earning(
        say("By the scheme this earns what a value equal to the baseline earns."),
        equal_to_baseline,
    ),
    "exclude": Earning(
        say("By the scheme this item is left out, and the weights of the others grow in proportion."),
        leaves=Leaves.ITEM,
    ),
    "reject": Earning(
        say("By the scheme the enterprise is sent back for this."),
        leaves=Leaves.ENTITY,
    ),
}


def earning(rule: Earned) -> Earning:
    """What a rule says: one of the names, or so many points."""
    if isinstance(rule, str):
        return EARNINGS[rule]
    sentence = say("By the scheme this earns {points} points.", points=numbers.plain(rule))
    return Earning(sentence, lambda score: Number(rule, None, _SPAN))
