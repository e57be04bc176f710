"""Definitions for tests of evaluation, written as a user would write them."""

from __future__ import annotations

from collections.abc import Iterable

from kpi.definitions.load import load
from kpi.definitions.model import Definitions


def over_figures(keys: Iterable[str]) -> Definitions:
    """Definitions that know these figures, all plain numbers."""
    lines = "\n".join(f'"{key}" = ""' for key in keys)
    return load(text=f"format = 1\n[figures]\n{lines}\n")
