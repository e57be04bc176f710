"""`kpi check`: figures against an admission standard."""

from __future__ import annotations

import kpi
from kpi.cli.answering import envelope
from kpi.cli.figures import requested
from kpi.cli.options import FiguresOptions, StandardOption, TypedFiguresArgument
from kpi.cli.output import deliver, warn
from kpi.cli.progress import progress
from kpi.cli.session import Session
from kpi.problems import say
from kpi.render import check as rendering


def command(
    figures: TypedFiguresArgument = None, *, standard: StandardOption, options: FiguresOptions, session: Session
) -> int:
    """Print who passes, what is short and what would make it pass; 1 unless everything passes."""
    request = requested(figures, options, session)
    with progress(say("Checking"), options, session):
        result = kpi.check(
            request.definitions,
            request.figures,
            standard,
            as_of=request.as_of,
            where=request.where,
            skip_errors=options.skip_errors,
        )
    warn(result.problems, options, session)
    deliver(
        request.form,
        options,
        session,
        envelope("check", session, request.definitions, request.table, request.as_of),
        lambda: rendering.data(result, session.language, options.exact),
        lambda: rendering.report(result, session.language, options.exact),
    )
    return 0 if result.holds else 1
