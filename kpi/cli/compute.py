"""`kpi compute`: every indicator of every entity."""

from __future__ import annotations

import kpi
from kpi.cli.answering import envelope
from kpi.cli.figures import requested
from kpi.cli.options import FiguresOptions, TypedFiguresArgument
from kpi.cli.output import deliver, warn
from kpi.cli.progress import progress
from kpi.cli.session import Session
from kpi.problems import say
from kpi.render import compute as rendering


def command(figures: TypedFiguresArgument = None, *, options: FiguresOptions, session: Session) -> int:
    """Print the indicators; undefined ones say why."""
    request = requested(figures, options, session)
    with progress(say("Computing"), options, session):
        result = kpi.compute(
            request.definitions, request.figures, where=request.where, as_of=request.as_of, exact=options.exact
        )
    warn(result.problems, options, session)
    deliver(
        request.form,
        options,
        session,
        envelope("compute", session, request.definitions, request.table, request.as_of),
        lambda: rendering.data(result, session.language, options.exact),
        lambda: rendering.report(result, session.language, options.exact),
    )
    return 0
