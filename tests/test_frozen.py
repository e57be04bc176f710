"""@frozen makes what @dataclass(frozen=True, slots=True) makes."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from fractions import Fraction
from typing import Any

import pytest

from kpi.frozen import frozen


@frozen
class Point:
    x: int
    y: Fraction = Fraction(1, 2)
    note: str = field(default="", compare=False)
    source: str = field(default="", repr=False)


@frozen
class Marked(Point):
    """With a field more."""

    mark: str = "*"


@frozen
class Nothing:
    """Without fields."""


@frozen
class Named:
    """With a comparison of its own."""

    name: str
    number: int = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Named) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Plain:
    x: int
    y: Fraction = Fraction(1, 2)
    note: str = field(default="", compare=False)
    source: str = field(default="", repr=False)


def test_equal_values_are_equal_and_share_a_hash() -> None:
    assert Point(1) == Point(1, Fraction(2, 4), note="compared by nobody")
    assert hash(Point(1)) == hash(Point(1, note="compared by nobody"))
    assert Point(1) != Point(2)
    assert Point(1) != Point(1, source="elsewhere")
    assert {Point(1): "found"}[Point(1)] == "found"


def test_another_class_is_never_equal() -> None:
    assert Point(1) != Marked(1)
    assert Point(1) != (1, Fraction(1, 2), "")
    assert Marked(1) != Marked(1, mark="+")
    assert Nothing() == Nothing()
    assert Nothing() != Point(1)
    assert len({Nothing(), Nothing()}) == 1


def test_it_shows_itself_as_a_dataclass_does() -> None:
    assert repr(Point(1, note="n", source="hidden")) == repr(Plain(1, note="n", source="hidden")).replace(
        "Plain", "Point"
    )
    assert repr(Nothing()) == "Nothing()"
    assert repr(Marked(1)) == "Marked(x=1, y=Fraction(1, 2), note='', mark='*')"


def test_methods_of_its_own_stay() -> None:
    assert Named("a", 1) == Named("a", 2)
    assert hash(Named("a", 1)) == hash("a")
    assert repr(Named("a")) == "a"


@pytest.mark.parametrize("name", ["x", "z"])
def test_nothing_can_be_set_or_deleted(name: str) -> None:
    point: Any = Point(1)
    with pytest.raises((FrozenInstanceError, TypeError)):
        setattr(point, name, 2)
    with pytest.raises((FrozenInstanceError, TypeError)):
        delattr(point, name)
    assert not hasattr(point, "__dict__")


def test_the_rest_is_a_dataclass() -> None:
    assert [item.name for item in fields(Marked)] == ["x", "y", "note", "source", "mark"]
    assert replace(Point(1), x=2) == Point(2)
    assert copy.deepcopy(Point(1)) == pickle.loads(pickle.dumps(Point(1))) == Point(1)
    match Point(1):
        case Point(x, y):
            assert (x, y) == (1, Fraction(1, 2))
