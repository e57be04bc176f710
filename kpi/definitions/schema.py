"""The JSON Schema of definitions, for editors: the same description that reading goes by."""

from __future__ import annotations

from typing import Any

from kpi.definitions.spec import ROOT


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a definitions file, as TOML editors use it."""
    root = ROOT.schema()
    # An included file gives only a part, so nothing but the format is demanded of a file by itself.
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "kpi definitions (indicators.toml)",
        **root,
    }
