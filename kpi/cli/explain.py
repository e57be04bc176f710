"""`kpi explain`: how one result came about."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import kpi
from kpi.cli.answering import envelope
from kpi.cli.declaring import option
from kpi.cli.figures import requested
from kpi.cli.options import ClassifyOptions, TypedFiguresArgument
from kpi.cli.output import deliver, warn
from kpi.cli.progress import progress
from kpi.cli.session import Session
from kpi.locale import N_
from kpi.problems import KpiError, Problem, say
from kpi.render import explain as rendering

EntityOption = Annotated[
    str | None,
    option(
        "--entity",
        "-e",
        metavar=N_("ENTITY"),
        help=N_("The entity, by name or code; not needed where there is only one."),
    ),
]
SchemesOption = Annotated[
    list[str] | None,
    option(
        "--scheme",
        metavar=N_("SCHEME"),
        help=N_("Explain the classification by this scheme; of several, by the one that applies."),
    ),
]
StandardOption = Annotated[
    str | None, option("--standard", metavar=N_("STANDARD"), help=N_("Explain the check against a standard."))
]


def command(
    figures: TypedFiguresArgument = None,
    *,
    entity: EntityOption = None,
    scheme: SchemesOption = None,
    standard: StandardOption = None,
    options: ClassifyOptions,
    session: Session,
) -> int:
    """Print every step with its numbers and sources; 0 once explained, whatever the result."""
    if options.where is not None:
        message = say("--where does not go with explain, which is about one entity.")
        raise KpiError(Problem("usage", message, hint=say("Say which one with --entity.")))
    request = requested(figures, options, session)
    with progress(say("Explaining"), options, session):
        explanation = kpi.explain(
            request.definitions,
            request.figures,
            entity,
            schemes=scheme or (),
            standard=standard,
            as_of=request.as_of,
            skip_errors=options.skip_errors,
        )
    warn(explanation.problems, options, session)
    deliver(
        request.form,
        options,
        session,
        replace(envelope("explain", session, request.definitions, request.table, request.as_of), joined=None),
        lambda: rendering.data(explanation, session.language, options.exact),
        lambda: rendering.report(explanation, session.language, options.exact),
    )
    return 0
