"""The house's frozen values: `@frozen` is `@dataclass(frozen=True, slots=True)`, made in half the time.

A dataclass has six methods written and compiled for it whenever the program starts, before Python 3.13 one by one. With
more than a hundred classes that was a quarter of the time that a check takes. Comparing, hashing and showing need no
methods of a class's own, so these are shared by all; everything else (fields, replace, match) is a dataclass's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """The class as a frozen dataclass with slots; methods that it defines itself stay."""
    if cls.__doc__ is None:
        cls.__doc__ = cls.__name__  # or else a dataclass works out its signature to put here
    made: Any = dataclass(frozen=True, slots=True, eq=False, repr=False)(cls)
    # Read at once by C code. A class without compared fields is compared by itself.
    made._compared = attrgetter(*[item.name for item in fields(made) if item.compare] or ["__class__"])
    for name, method in {"__eq__": _equal, "__hash__": _hash, "__repr__": _shown}.items():
        if name not in vars(cls):
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self._compared(self) == self._compared(other)


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _shown(self: Any) -> str:
    shown = ", ".join(f"{item.name}={getattr(self, item.name)!r}" for item in fields(self) if item.repr)
    return f"{type(self).__qualname__}({shown})"
