"""`kpi classify`: score, rank and tier of every entity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

import kpi
from kpi.cli.answering import envelope
from kpi.cli.declaring import option
from kpi.cli.figures import FILES, requested
from kpi.cli.large import EngineName, classified, hinted
from kpi.cli.options import ClassifyOptions, FiguresArgument, FiguresOptions
from kpi.cli.output import deliver, warn
from kpi.cli.progress import progress
from kpi.cli.session import Session
from kpi.locale import N_
from kpi.problems import KpiError, Problem, say
from kpi.render import classify as rendering

if TYPE_CHECKING:
    from kpi.evaluation.scheme.results import Classification

AFTER_READING = ("kpi.evaluation.scheme.classify", "kpi.render.as_table")
SchemesOption = Annotated[
    list[str],
    typer.Option("--scheme", "-s", metavar=N_("SCHEME"), help=N_("A scheme, by key or label; may be given again.")),
]
FailOption = Annotated[
    list[str] | None,
    option("--fail-on", metavar=N_("TIER"), help=N_("Exit with 1 when anybody is in this tier; may be given again.")),
]


EngineOption = Annotated[
    EngineName,
    typer.Option(
        "--engine",
        help=N_("Where the table is evaluated: in memory, in portions (streaming), or on Spark; same results."),
    ),
]


def command(
    figures: FiguresArgument = None,
    *,
    scheme: SchemesOption,
    fail_on: FailOption = None,
    engine: EngineOption = "memory",
    options: ClassifyOptions,
    session: Session,
) -> int:
    """Print the lists; 1 when a total is undefined, a row was rejected, or a tier of --fail-on was given."""
    if engine != "memory":
        if not figures:
            raise KpiError(Problem("no-figures", say("No figures were given."), hint=FILES))
        result = classified(figures, scheme, engine, options, session)
        _check_tiers(fail_on or (), result)
        return _code(fail_on, result)
    hinted(figures or (), options, session)
    request = requested(figures, options, session, typed=False, after=AFTER_READING)
    assert request.table is not None
    with progress(say("Classifying"), options, session):
        result = kpi.classify(
            request.definitions,
            request.table,
            scheme,
            as_of=request.as_of,
            where=request.where,
            skip_errors=options.skip_errors,
        )
    _check_tiers(fail_on or (), result)
    warn(result.problems, options, session)
    deliver(
        request.form,
        options,
        session,
        envelope("classify", session, request.definitions, request.table, request.as_of),
        lambda: rendering.data(result, session.language, result.entities(exact=options.exact), options.exact),
        lambda: rendering.report(result, session.language, _brief(options)),
    )
    return _code(fail_on, result)


def _code(fail_on: Sequence[str] | None, result: Classification) -> int:
    failed = any(result.summary.tiers.get(tier) for tier in fail_on or ())
    return 1 if result.summary.undefined or result.summary.rejected or failed else 0


def _check_tiers(asked: Sequence[str], result: Classification) -> None:
    """Raises KpiError for a tier of --fail-on that no scheme gives: the check could never fail."""
    known = list(dict.fromkeys(tier for scheme in result.schemes for tier in scheme.letters()))
    for tier in asked:
        if tier not in known:
            raise KpiError(
                Problem(
                    "unknown-tier",
                    say("--fail-on {tier}: the schemes give no such tier.", tier=tier),
                    expected=say("One of these is expected: {tiers}.", tiers=tuple(known)),
                )
            )


def _brief(options: FiguresOptions) -> bool:
    """--quiet on a terminal prints the summary only: a million lines help nobody."""
    return options.quiet and options.output is None and options.format in (None, "table")
