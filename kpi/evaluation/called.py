"""What entities are called where a sentence or a cell lists some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi.evaluation.table import ID, NAME

if TYPE_CHECKING:
    import polars

SHOWN = 10  # entities that a sentence or a cell lists; JSON has all


def called(people: polars.DataFrame) -> tuple[str, ...]:
    """What the first of these entities are called, “…” for the rest: name, else code; namesakes among all by both.

    people: columns ID and NAME.
    """
    namesakes = set(people.filter(people[NAME].is_duplicated())[NAME])
    listed = [
        (f"{name} {code}" if name and code and name in namesakes else name or code or "?")
        for code, name in people.head(SHOWN).select(ID, NAME).iter_rows()
    ]
    return *listed, *(["…"] if people.height > SHOWN else [])
