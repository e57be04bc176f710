"""`kpi targets`: zone targets against actual values and against the time that has passed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

import kpi
from kpi.cli.answering import inputs, named
from kpi.cli.declaring import argument, option
from kpi.cli.ledger_files import named_file
from kpi.cli.options import ExactOption, FileOptions, SheetNames, date_in, definitions_path
from kpi.cli.output import chosen_form, deliver, warn
from kpi.cli.progress import progress
from kpi.cli.session import Session
from kpi.evaluation.sheets_asked import with_sheets
from kpi.evaluation.targets.zones import Asked
from kpi.figures.ledger_names import by_ledger
from kpi.frozen import frozen
from kpi.locale import N_
from kpi.problems import KpiError, Problem, say
from kpi.render import targets as rendering
from kpi.render import targets_zones as of_zones
from kpi.render.as_json import Envelope
from kpi.render.formats import Form

if TYPE_CHECKING:
    from kpi.evaluation.targets.results import TargetsResult

STANDARD_INPUT = "-"

Sort = Literal["document", "unit", "light"]
ActualsArgument = Annotated[
    list[str] | None,
    argument(
        metavar=N_("ACTUALS"), help=N_("Files of actual values (目标, 期间, 累计 or 当月 …); “-” is standard input.")
    ),
]


@frozen
class TargetsOptions(FileOptions):
    """What is asked about targets."""

    sheet: SheetNames = None
    through: Annotated[
        str | None,
        option(
            "--through",
            metavar=N_("DATE"),
            help=N_("The last day that counts, such as 2023-10-31 (default: the last reported period)."),
        ),
    ] = None
    target: Annotated[
        list[str] | None,
        option(
            "--target",
            "-t",
            metavar=N_("TARGET"),
            help=N_("Only this target, with how it comes to its light; may be given again."),
        ),
    ] = None
    plan: Annotated[
        list[str] | None,
        option("--plan", metavar=N_("PLAN"), help=N_("Only the targets of this plan; may be given again.")),
    ] = None
    unit: Annotated[
        list[str] | None,
        option(
            "--unit", "-u", metavar=N_("UNIT"), help=N_("Only the targets that this unit leads; may be given again.")
        ),
    ] = None
    light: Annotated[
        list[str] | None,
        option(
            "--light",
            metavar=N_("LIGHT"),
            help=N_(
                "Only the targets with this light: ahead, on_schedule, behind, seriously_behind, undefined or not_set; "
                "may be given again."
            ),
        ),
    ] = None
    zone: Annotated[
        list[str] | None,
        option(
            "--zone", "-z", metavar=N_("ZONE"), help=N_("Only this zone, where there are several; may be given again.")
        ),
    ] = None
    goals: Annotated[
        list[str] | None,
        option(
            "--goals",
            metavar=N_("FILE"),
            help=N_("Goals of single zones: a table zones × targets, or 园区, 目标, 目标值; may be given again."),
        ),
    ] = None
    sort: Annotated[
        Sort | None, option("--sort", help=N_("In the order of the document, by lead unit or by light."))
    ] = None
    ledger: Annotated[
        list[str] | None,
        option(
            "--ledger",
            metavar=N_("[NAME=]FILE"),
            help=N_("A ledger whose rows are counted (台账); its name, where there are several. May be given again."),
        ),
    ] = None
    league: Annotated[
        list[str] | None,
        option(
            "--league",
            metavar=N_("FILE"),
            help=N_("A league table, zones × indicators, for targets that are ranks; may be given again."),
        ),
    ] = None
    trend: Annotated[bool, typer.Option("--trend", help=N_("Show how every target stood month by month."))] = False
    assess: Annotated[
        str | None,
        option(
            "--assess",
            metavar=N_("ASSESSMENT"),
            help=N_("Give the lead units points by this assessment (年度考核); CSV holds the points then."),
        ),
    ] = None
    exact: ExactOption = False


def command(actuals: ActualsArgument = None, *, options: TargetsOptions, session: Session) -> int:
    """Print where every target stands; 1 if one is behind or cannot be judged."""
    given = list(actuals or [])
    path = definitions_path(options.definitions, session)
    through = None if options.through is None else date_in(options.through, "--through")
    manner = options.manner()
    ledger_files = [named_file(text) for text in options.ledger or ()]
    leagues = options.league or []
    read: list[str | Path] = [*given, *leagues, *(file for _, file in ledger_files), *(options.goals or ())]
    form = chosen_form(options, [*read, *([path] if path else [])])
    definitions = kpi.load(path)
    files = by_ledger(ledger_files, definitions)
    with progress(say("Reading the actual values"), options, session):
        stdin = session.standard_input(manner.limits.file) if STANDARD_INPUT in given else None
        goals = kpi.read_goals(options.goals or [], definitions, manner=manner)
        values = kpi.read_actuals(
            given, definitions, stdin=stdin, goals=goals, manner=manner, sheets=options.sheet or ()
        )
        with_sheets(options.sheet, values.sources)
        ledgers = kpi.read_ledgers(files, definitions, manner=manner)
        tables = kpi.read_leagues(leagues, manner=manner)
    asked = Asked(definitions, values, goals, through, ledgers, tables, options.trend)
    known = options.zone or asked.zones
    return (_of_zones if len(known) > 1 else _of_one)(asked, known, form, options, session)


def _of_one(asked: Asked, zones: Sequence[str], form: Form, options: TargetsOptions, session: Session) -> int:
    """The targets of one zone, or of nobody in particular."""
    result = kpi.targets(
        asked.definitions,
        asked.actuals,
        ledgers=asked.ledgers,
        leagues=asked.leagues,
        goals=asked.goals,
        zone=zones[0] if zones else None,
        trend=options.trend,
        assessment=options.assess,
        through=asked.through,
        plans=options.plan,
        units=options.unit,
        lights=options.light,
        sort=options.sort,
        only=options.target,
    )
    warn(result.problems, options, session)
    deliver(
        form,
        options,
        session,
        _envelope(result, session),
        lambda: rendering.data(result, session.language, options.exact),
        lambda: rendering.report(result, session.language, options.trend),
    )
    return 0 if result.holds else 1


def _of_zones(asked: Asked, zones: Sequence[str], form: Form, options: TargetsOptions, session: Session) -> int:
    """The targets of several zones."""
    for name, given in (("--trend", options.trend), ("--assess", options.assess), ("--exact", options.exact)):
        if given:
            message = say("{option} is for one zone, and there are {count}.", option=name, count=len(zones))
            raise KpiError(Problem("one-zone-only", message, hint=say("Say which with --zone.")))
    result = kpi.targets_of_zones(
        asked.definitions,
        asked.actuals,
        ledgers=asked.ledgers,
        leagues=asked.leagues,
        goals=asked.goals,
        zones=zones,
        through=asked.through,
        plans=options.plan,
        units=options.unit,
        lights=options.light,
        sort=options.sort,
        only=options.target,
    )
    warn(result.whole.problems, options, session)
    deliver(
        form,
        options,
        session,
        _envelope(result.whole, session),
        lambda: of_zones.data(result, session.language),
        lambda: of_zones.report(result, session.language),
    )
    return 0 if result.whole.holds else 1


def _envelope(result: TargetsResult, session: Session) -> Envelope:
    return Envelope(
        command="targets",
        language=session.language,
        definitions=[{"path": named(file.path), "sha256": file.sha256} for file in result.definitions.files],
        inputs=inputs(result.sources),
    )
