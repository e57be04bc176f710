"""Where each rule of a scheme is from: what a rule does not say itself, it has from what it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Key → the keys within it that hold rules of their own.
_RULES: Mapping[str, Any] = {
    "items": {"baseline": {}, "low": {}, "high": {}, "instead": {}},
    "exempt": {},
    "merge": {},
    "adjustments": {},
    "overrides": {},
    "measures": {},
    "tiers": {"minimum": {}, "rules": {}, "stages": {}},
}


def sourced(scheme: Mapping[str, Any]) -> Mapping[str, Any]:
    """A scheme as read, in which every rule has a source: its own, or that of the item, the tiers or the scheme."""
    return _within(scheme, _RULES, "")


def _within(entry: Mapping[str, Any], rules: Mapping[str, Any], source: str) -> Mapping[str, Any]:
    own = entry.get("source", source)
    return {
        **entry,
        **({"source": own} if own else {}),
        **{key: _each(entry[key], inner, own) for key, inner in rules.items() if key in entry},
    }


def _each(value: Any, rules: Mapping[str, Any], source: str) -> Any:
    if isinstance(value, list | tuple):
        return [_each(one, rules, source) for one in value]
    return _within(value, rules, source) if isinstance(value, Mapping) else value
