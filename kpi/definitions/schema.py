"""JSON Schemas of the files that people write, for editors: the same description that reading goes by."""

from __future__ import annotations

from typing import Any

from kpi.definitions.mapping import MAPPING
from kpi.definitions.review import REVIEW
from kpi.definitions.spec import ROOT

SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a definitions file, as TOML editors use it."""
    return {
        "$schema": SCHEMA,
        "title": "kpi definitions (indicators.toml)",
        **_partial(ROOT.schema()),
        "required": ["format"],
    }


def review_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the file that describes an annual review."""
    return {"$schema": SCHEMA, "title": "kpi review (REVIEW.toml)", **REVIEW.schema()}


def mapping_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a mapping file, which says what the columns of figures are."""
    return {"$schema": SCHEMA, "title": "kpi mapping (--map)", **MAPPING.schema()}


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
