"""What the join of several offices' files did, as every answer tells it that was made from such files."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.evaluation.called import called
from kpi.evaluation.joining import Joined
from kpi.locale import N_, text
from kpi.render.report import Cell, Section
from kpi.render.words import column, listed

if TYPE_CHECKING:
    import polars

TITLE = N_("Joined files")


def data(joined: Joined) -> Mapping[str, object]:
    """The join for scripts. matched and alone come to entities, entities and missing to those of the whole."""
    return {
        "entities": joined.entities,
        "everywhere": joined.everywhere,
        "sides": [
            {
                "files": list(side.files),
                "figures": list(side.figures),
                "entities": side.entities,
                "matched": side.matched,
                "alone": side.alone,
                "missing": side.missing,
                "only_here": _people(side.only_here),
                "missing_here": _people(side.missing_here),
            }
            for side in joined.sides
        ],
    }


def _people(frame: polars.DataFrame) -> list[Mapping[str, object]]:
    return [{"id": code, "name": name} for code, name in frame.iter_rows()]


def section(joined: Joined, language: str) -> Section:
    """One line for what each office sent."""
    columns = [
        column("files", N_("Files"), language),
        column("entities", N_("Entities"), language, right=True),
        column("matched", N_("In others too"), language, right=True),
        column("alone", N_("Only here"), language, right=True),
        column("missing", N_("Missing here"), language, right=True),
        column("only_here", N_("Who is only here"), language),
        column("missing_here", N_("Who is missing here"), language),
    ]
    rows = [
        [
            Cell(listed(side.files, language)),
            *(
                Cell(str(number), Fraction(number))
                for number in (side.entities, side.matched, side.alone, side.missing)
            ),
            Cell(listed(called(side.only_here), language)),
            Cell(listed(called(side.missing_here), language)),
        ]
        for side in joined.sides
    ]
    return Section("joined", text(TITLE, language), columns, rows, leading=1)
