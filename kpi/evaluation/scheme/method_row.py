"""What the tree of an item's score reads for one entity: its value, its baselines, its weight and its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction

from kpi.definitions.methods import BASELINE, COUNT, HIGH, LOW, PLACE, VALUE, WEIGHT
from kpi.evaluation.scheme.results import ItemScore
from kpi.formula.tree import Shift
from kpi.formula.values import Row, Undefined, Value
from kpi.frozen import frozen
from kpi.problems import say

# What a word of a method stands for by the value of an entity, where it moves with it: never in both directions.
Moved = Callable[[Fraction], Fraction]
Moving = Mapping[str, Moved]
STAYING: Moving = {}


def method_row(score: ItemScore, value: Fraction | None = None, moving: Moving = STAYING) -> MethodRow:
    """What an item's tree reads for one entity; value: in place of the entity's own, with what moves with it."""
    held = score.carried or score
    known = {VALUE: held.value if value is None else value, WEIGHT: score.weight}
    known |= {BASELINE: held.baseline, LOW: held.low, HIGH: held.high}
    known |= {PLACE: _whole(score.place), COUNT: _whole(score.place_of)}
    if value is not None and value != held.value:
        known |= {word: made(value) for word, made in moving.items()}
    return MethodRow({name: each for name, each in known.items() if each is not None})


def _whole(number: int | None) -> Fraction | None:
    return None if number is None else Fraction(number)


_NOT_HERE = Undefined(("missing",), (say("This is not known here."),))


@frozen
class MethodRow:
    """A row in which only the words of a method are known."""

    known: Mapping[str, Fraction]

    def value(self, key: str, shift: Shift) -> Value:
        return self.known.get(key, _NOT_HERE)

    def published(self, key: str, shift: Shift) -> Value:
        return _NOT_HERE

    def listed(self, name: str) -> bool:
        return False

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        return _NOT_HERE

    def rows(self) -> Iterable[Row]:
        return ()
