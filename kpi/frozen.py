"""The house's frozen values: `@frozen` is `@dataclass(frozen=True, slots=True)`, made in a fifth of the time.

A dataclass has six methods written and compiled for it whenever the program starts, before Python 3.13 one by one. With
more than a hundred classes that was a quarter of the time that a check takes. Comparing, hashing, showing and refusing
to change need no methods of a class's own, so these are shared by all; the constructor, which does, is written when the
first value is made. Everything else (fields, replace, match) is a dataclass's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """The class as a frozen dataclass with slots; methods that it defines itself stay."""
    if cls.__doc__ is None:
        cls.__doc__ = cls.__name__  # or else a dataclass works out its signature to put here
    made: Any = dataclass(slots=True, init=False, eq=False, repr=False)(cls)
    # Read at once by C code. A class without compared fields is compared by itself.
    made._compared = attrgetter(*[item.name for item in fields(made) if item.compare] or ["__class__"])
    for name, method in _SHARED.items():
        if name not in vars(cls):
            setattr(made, name, method)
    made.__init__ = _constructor(made)
    finished: type[T] = made
    return finished


def _constructor(made: Any) -> Callable[..., None]:
    def first(self: Any, /, *args: Any, **named: Any) -> None:
        made.__init__ = _written(made)
        made.__init__(self, *args, **named)

    return first


def _written(made: Any) -> Callable[..., None]:
    """The constructor, as a dataclass has it: a parameter for each field, put into its slot."""
    known: dict[str, Any] = {"absent": MISSING}
    parameters, lines = ["self"], ["pass"]
    for item in fields(made):
        name, value = item.name, item.name
        known[f"put_{name}"] = getattr(made, name).__set__
        if item.default is not MISSING:
            known[f"default_{name}"] = item.default
            parameters.append(f"{name}=default_{name}")
        elif item.default_factory is not MISSING:
            known[f"new_{name}"] = item.default_factory
            parameters.append(f"{name}=absent")
            value = f"new_{name}() if {name} is absent else {name}"
        else:
            parameters.append(name)
        lines.append(f"put_{name}(self, {value})")
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines), known)
    written: Callable[..., None] = known["__init__"]
    written.__qualname__ = f"{made.__qualname__}.__init__"
    return written


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self._compared(self) == self._compared(other)


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _shown(self: Any) -> str:
    shown = ", ".join(f"{item.name}={getattr(self, item.name)!r}" for item in fields(self) if item.repr)
    return f"{type(self).__qualname__}({shown})"


def _kept(self: Any, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _not_deleted(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, item.name) for item in fields(self)]


def _restored(self: Any, state: list[Any]) -> None:
    for item, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, item.name, value)


_SHARED = {
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _shown,
    "__setattr__": _kept,
    "__delattr__": _not_deleted,
    "__getstate__": _state,
    "__setstate__": _restored,
}
