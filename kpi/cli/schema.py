"""`kpi schema`: JSON Schemas, of definitions for editors and of answers for scripts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Literal

from kpi.cli.declaring import argument
from kpi.cli.options import ScreenOptions
from kpi.cli.session import Session
from kpi.locale import N_
from kpi.render import as_json

Of = Literal[
    "definitions",
    "review-file",
    "mapping-file",
    "check",
    "compute",
    "classify",
    "explain",
    "compare",
    "review",
    "map",
    "targets",
    "test",
    "validate",
]


def command(
    of: Annotated[
        Of,
        argument(
            metavar=N_("OF"),
            help=N_(
                "definitions, review-file (REVIEW.toml), mapping-file (--map), or the answer of check, compute, "
                "classify, explain, compare, review, map, targets, test or validate."
            ),
        ),
    ] = "definitions",
    *,
    options: ScreenOptions,
    session: Session,
) -> int:
    """Print the schema."""
    session.write(json.dumps(_schema(of), ensure_ascii=False, indent=2) + "\n")
    return 0


def _schema(of: str) -> Mapping[str, object]:
    if of == "definitions":
        from kpi.definitions.schema import schema

        return schema()
    if of == "review-file":
        from kpi.definitions.schema import review_schema

        return review_schema()
    if of == "mapping-file":
        from kpi.definitions.schema import mapping_schema

        return mapping_schema()
    return as_json.schema(of)
