"""What every answer carries: which definitions, which files, for which period and day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.cli.session import Session
from kpi.render.as_json import Data, Envelope

if TYPE_CHECKING:
    from kpi.definitions.model import Definitions
    from kpi.evaluation.comparing.results import Comparison
    from kpi.evaluation.table import Source, Table


def envelope(
    command: str,
    session: Session,
    definitions: Definitions | None = None,
    figures: Table | None = None,
    as_of: date | None = None,
) -> Envelope:
    """The "kpi" part of a JSON answer."""
    files = definitions.files if definitions is not None else ()
    sources = figures.sources if figures is not None else ()
    return Envelope(
        command=command,
        language=session.language,
        as_of=as_of.isoformat() if as_of is not None else None,
        period=figures.period if figures is not None else None,
        previous=figures.previous if figures is not None else None,
        definitions=[{"path": named(file.path), "sha256": file.sha256} for file in files],
        inputs=inputs(sources),
        corrections=figures.corrections if figures is not None else None,
        joined=figures.joined if figures is not None else None,
    )


def comparison_envelope(result: Comparison, session: Session) -> Envelope:
    """What the answer of a comparison carries: the files of both sides; the period and day of the later one."""
    origins = (result.before.origin, result.after.origin)
    files = dict.fromkeys(file for origin in origins for file in origin.definitions)
    sources = dict.fromkeys(source for origin in origins for source in origin.sources)
    return Envelope(
        command="compare",
        language=session.language,
        as_of=result.after.origin.as_of,
        period=result.after.origin.period,
        previous=None,
        definitions=[{"path": named(file.path), "sha256": file.sha256} for file in files],
        inputs=inputs(sources),
    )


def inputs(sources: Iterable[Source]) -> list[Data]:
    """The files read, with their fingerprints."""
    return [
        {"path": source.path, "sheet": source.sheet, "sha256": source.sha256, "rows": source.rows} for source in sources
    ]


def named(path: str) -> str:
    """The embedded definitions are called the same wherever kpi is installed."""
    from kpi.definitions.load import EMBEDDED, embedded_path

    return EMBEDDED if Path(path) == embedded_path() else path
