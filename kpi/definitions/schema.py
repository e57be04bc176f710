"""The JSON Schema of definitions, for editors: the same description that reading goes by."""

from __future__ import annotations

from typing import Any

from kpi.definitions.spec import ROOT


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a definitions file, as TOML editors use it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "kpi definitions (indicators.toml)",
        **_partial(ROOT.schema()),
        "required": ["format"],
    }


def _partial(table: dict[str, Any]) -> dict[str, Any]:
    """The same without required keys: they may be in the file that this one includes.

    The elements of lists keep theirs, because lists are overridden as a whole.
    """
    result = {key: value for key, value in table.items() if key != "required"}
    if "properties" in table:
        result["properties"] = {name: _partial(value) for name, value in table["properties"].items()}
    if isinstance(table.get("additionalProperties"), dict):
        result["additionalProperties"] = _partial(table["additionalProperties"])
    if "anyOf" in table:
        result["anyOf"] = [_partial(choice) for choice in table["anyOf"]]
    return result
