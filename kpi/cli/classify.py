"""`kpi classify`: score, rank and tier of every entity."""

from __future__ import annotations

from typing import Annotated

import typer

import kpi
from kpi.cli.answering import envelope
from kpi.cli.figures import requested
from kpi.cli.options import FiguresArgument, FiguresOptions
from kpi.cli.output import deliver, warn
from kpi.cli.progress import progress
from kpi.cli.session import Session
from kpi.locale import N_
from kpi.problems import say
from kpi.render import classify as rendering

SchemesOption = Annotated[
    list[str],
    typer.Option("--scheme", "-s", metavar=N_("SCHEME"), help=N_("A scheme, by key or label; may be given again.")),
]
FailOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar=N_("TIER"),
        show_default=False,
        help=N_("Exit with 1 when anybody is in this tier; may be given again."),
    ),
]


def command(
    figures: FiguresArgument = None,
    *,
    scheme: SchemesOption,
    fail_on: FailOption = None,
    options: FiguresOptions,
    session: Session,
) -> int:
    """Print the lists; 1 when a total is undefined, a row was rejected, or a tier of --fail-on was given."""
    request = requested(figures, options, session, typed=False)
    assert request.table is not None
    with progress(say("Classifying"), options, session):
        result = kpi.classify(request.definitions, request.table, scheme, as_of=request.as_of, where=request.where)
    warn(result.problems, options, session)
    deliver(
        request.form,
        options,
        session,
        envelope("classify", session, request.definitions, request.table, request.as_of),
        lambda: rendering.data(result, session.language, result.entities()),
        lambda: rendering.report(result, session.language, result.entities(), _brief(options)),
    )
    failed = any(result.summary.tiers.get(tier) for tier in fail_on or ())
    return 1 if result.summary.undefined or result.summary.rejected or failed else 0


def _brief(options: FiguresOptions) -> bool:
    """--quiet on a terminal prints the summary only: a million lines help nobody."""
    return options.quiet and options.output is None and options.format in (None, "table")
