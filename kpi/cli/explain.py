"""`kpi explain`: the whole derivation of one result."""

from __future__ import annotations

from typing import Annotated

import typer

import kpi
from kpi.cli.answering import envelope
from kpi.cli.figures import requested
from kpi.cli.options import EntityOption, FiguresArgument, FiguresOptions
from kpi.cli.output import deliver, warn
from kpi.cli.session import Session
from kpi.locale import N_
from kpi.problems import KpiError, Problem, say
from kpi.render import explain as rendering

Standard = Annotated[
    str | None,
    typer.Option(
        "--standard", metavar=N_("STANDARD"), show_default=False, help=N_("Explain the check against this standard.")
    ),
]
Schemes = Annotated[
    list[str] | None,
    typer.Option(
        "--scheme",
        "-s",
        metavar=N_("SCHEME"),
        show_default=False,
        help=N_("Explain the tier by this scheme; may be given again."),
    ),
]


def command(
    figures: FiguresArgument = None,
    *,
    entity: EntityOption = None,
    scheme: Schemes = None,
    standard: Standard = None,
    options: FiguresOptions,
    session: Session,
) -> int:
    """Print every step: figures, conversions, formulas, points, total, rank, tier, each with its source."""
    if (standard is None) == (not scheme):
        message = say("Say either --scheme or --standard.")
        raise KpiError(Problem("usage", message, hint=say("“kpi list” names the schemes and standards there are.")))
    request = requested(figures, options, session, typed=standard is not None)
    found = kpi.explain(
        request.definitions,
        request.figures,
        entity,
        schemes=scheme or (),
        standard=standard,
        as_of=request.as_of,
    )
    warn(found.problems, options, session)
    deliver(
        request.form,
        options,
        session,
        envelope("explain", session, request.definitions, request.table, request.as_of),
        lambda: rendering.data(found, session.language, options.exact),
        lambda: rendering.report(found, session.language, options.exact),
    )
    return 0
