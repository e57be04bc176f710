"""`kpi compare`: two classifications side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

import kpi
from kpi.cli.answering import comparison_envelope
from kpi.cli.beside import Beside, confirmed, renamings
from kpi.cli.declaring import argument, option
from kpi.cli.ledger_files import named_file
from kpi.cli.options import FileOptions, SheetNames, day_of, definitions_path
from kpi.cli.output import chosen_form, deliver, warn
from kpi.cli.progress import progress
from kpi.cli.session import Session
from kpi.evaluation.sheets_asked import with_sheets
from kpi.figures.ledger_names import by_ledger
from kpi.frozen import frozen
from kpi.locale import N_
from kpi.problems import KpiError, Problem, say
from kpi.render import compare as rendering

if TYPE_CHECKING:
    from kpi.definitions.model import Definitions
    from kpi.evaluation.comparing.results import Side
    from kpi.figures.links import Links

STANDARD_INPUT = "-"

InputsArgument = Annotated[
    list[str] | None,
    argument(
        metavar=N_("BEFORE AFTER"),
        help=N_(
            "Two results (classify --output result.json) or figure files; one figure file, if the sides differ else."
        ),
    ),
]
SchemesOption = Annotated[
    list[str] | None,
    option(
        "--scheme",
        "-s",
        metavar=N_("SCHEME"),
        help=N_("A scheme to classify figure files by, by key or label; may be given again."),
    ),
]


@frozen
class CompareOptions(FileOptions):
    """How figure files are read and classified. What --before-… does not say holds for both sides, except corrections
    and decisions, and previous figures, ledgers and earlier results where BEFORE has files or a period of its own."""

    period: Annotated[str | None, option("--period", "-p", metavar=N_("PERIOD"), help=N_("The period of AFTER."))] = (
        None
    )
    previous: Annotated[
        list[str] | None,
        option("--previous", metavar=N_("FILE"), help=N_("Figures a year before those of AFTER; may be given again.")),
    ] = None
    ledger: Annotated[
        list[str] | None,
        option(
            "--ledger",
            metavar=N_("[NAME=]FILE"),
            help=N_("A ledger whose rows are summed for each entity of AFTER (台账); may be given again."),
        ),
    ] = None
    as_of: Annotated[
        str | None,
        option(
            "--as-of", metavar=N_("DATE"), help=N_("The day whose rules apply, such as 2023-12-31 (default: today).")
        ),
    ] = None
    corrections: Annotated[
        list[str] | None,
        option(
            "--corrections", metavar=N_("FILE"), help=N_("Corrections of the figures of AFTER; may be given again.")
        ),
    ] = None
    history: Annotated[
        list[str] | None,
        option("--history", metavar=N_("RESULT"), help=N_("The result of a year before AFTER; may be given again.")),
    ] = None
    decisions: Annotated[
        list[str] | None,
        option("--decisions", metavar=N_("FILE"), help=N_("Decisions of a meeting about AFTER; may be given again.")),
    ] = None
    links: Annotated[
        list[str] | None,
        option(
            "--links", metavar=N_("FILE"), help=N_("Renamed companies, to match BEFORE and AFTER; may be given again.")
        ),
    ] = None
    sheet: SheetNames = None
    map: Annotated[
        list[str] | None,
        option(
            "--map",
            metavar=N_("FILE"),
            help=N_("Which columns are which figures (kpi map), on both sides; may be given again."),
        ),
    ] = None
    before: Annotated[
        list[str] | None,
        option(
            "--before",
            metavar=N_("FILE"),
            help=N_("A file of BEFORE; may be given again. All arguments are then AFTER."),
        ),
    ] = None
    before_scheme: Annotated[
        list[str] | None,
        option(
            "--before-scheme", metavar=N_("SCHEME"), help=N_("The scheme of BEFORE, if another; may be given again.")
        ),
    ] = None
    before_definitions: Annotated[
        str | None, option("--before-definitions", metavar=N_("FILE"), help=N_("The definitions of BEFORE, if others."))
    ] = None
    before_period: Annotated[
        str | None, option("--before-period", metavar=N_("PERIOD"), help=N_("The period of BEFORE, if another."))
    ] = None
    before_previous: Annotated[
        list[str] | None,
        option(
            "--before-previous",
            metavar=N_("FILE"),
            help=N_("Figures a year before those of BEFORE; may be given again."),
        ),
    ] = None
    before_ledger: Annotated[
        list[str] | None,
        option(
            "--before-ledger",
            metavar=N_("[NAME=]FILE"),
            help=N_("A ledger whose rows are summed for each entity of BEFORE (台账); may be given again."),
        ),
    ] = None
    before_as_of: Annotated[
        str | None,
        option("--before-as-of", metavar=N_("DATE"), help=N_("The day whose rules apply to BEFORE, if another.")),
    ] = None
    before_corrections: Annotated[
        list[str] | None,
        option(
            "--before-corrections",
            metavar=N_("FILE"),
            help=N_("Corrections of the figures of BEFORE; may be given again."),
        ),
    ] = None
    before_history: Annotated[
        list[str] | None,
        option(
            "--before-history", metavar=N_("RESULT"), help=N_("The result of a year before BEFORE; may be given again.")
        ),
    ] = None
    before_decisions: Annotated[
        list[str] | None,
        option(
            "--before-decisions",
            metavar=N_("FILE"),
            help=N_("Decisions of a meeting about BEFORE; may be given again."),
        ),
    ] = None
    skip_errors: Annotated[
        bool, typer.Option("--skip-errors", help=N_("Leave out rows with errors, and list them in the answer."))
    ] = False


@frozen
class Asked:
    """One side as it is asked for. definitions: a path, None for the embedded ones."""

    files: tuple[str, ...]
    schemes: tuple[str, ...]
    definitions: str | None
    period: str | None
    previous: tuple[str, ...]
    ledgers: tuple[tuple[str | None, str], ...]
    as_of: str | None
    beside: Beside

    def inputs(self) -> list[str]:
        """Every file that this side reads."""
        own = [self.definitions] if self.definitions else []
        return [*self.files, *self.previous, *(file for _, file in self.ledgers), *self.beside.files(), *own]


def command(
    inputs: InputsArgument = None,
    *,
    scheme: SchemesOption = None,
    options: CompareOptions,
    session: Session,
) -> int:
    """Print the migration table, who moved and why; 0 once compared, whoever moved."""
    before, after = asked(inputs or [], scheme or [], options, session)
    form = chosen_form(options, [*before.inputs(), *after.inputs(), *(options.links or ()), *(options.map or ())])
    links = renamings(options.links, options.manner())
    read: dict[str | None, Definitions] = {}
    with progress(say("Comparing"), options, session):
        sides = [_side(each, options, session, read, links) for each in (before, after)]
        with_sheets(options.sheet, chain.from_iterable(side.origin.sources for side in sides))
        result = kpi.compare(*sides, links=links)
    warn(result.problems, options, session)
    brief = options.quiet and options.output is None and options.format in (None, "table")
    deliver(
        form,
        options,
        session,
        comparison_envelope(result, session),
        lambda: rendering.data(result, session.language),
        lambda: rendering.report(result, session.language, brief),
    )
    return 0


def asked(
    inputs: Sequence[str], schemes: Sequence[str], options: CompareOptions, session: Session
) -> tuple[Asked, Asked]:
    """The two sides. Raises KpiError when there are not two, or they are the same."""
    older, newer = _files(inputs, options)
    path = definitions_path(options.definitions, session)
    definitions = str(path) if path is not None else None
    after = Asked(
        newer,
        tuple(schemes),
        definitions,
        options.period,
        tuple(options.previous or ()),
        tuple(map(named_file, options.ledger or ())),
        options.as_of,
        Beside(tuple(options.corrections or ()), tuple(options.history or ()), tuple(options.decisions or ())),
    )
    same_files = older == newer
    same_period = same_files and options.before_period in (None, options.period)
    before = Asked(
        older,
        tuple(options.before_scheme or schemes),
        options.before_definitions or definitions,
        options.before_period or (options.period if same_files else None),
        tuple(options.before_previous or (after.previous if same_files else ())),
        tuple(map(named_file, options.before_ledger))
        if options.before_ledger
        else (after.ledgers if same_files else ()),
        options.before_as_of or options.as_of,
        Beside(
            tuple(options.before_corrections or ()),
            tuple(options.before_history or (after.beside.history if same_period else ())),
            tuple(options.before_decisions or ()),
        ),
    )
    if before == after:
        hint = say("Name two files, or say in what they differ: --before-scheme, --before-period, --corrections …")
        raise KpiError(Problem("nothing-to-compare", say("Both sides are the same."), hint=hint))
    if STANDARD_INPUT in older and STANDARD_INPUT in newer:
        raise KpiError(Problem("usage", say("Standard input can be read for one of the sides only.")))
    return before, after


def _files(inputs: Sequence[str], options: CompareOptions) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if options.before and inputs:
        return tuple(options.before), tuple(inputs)
    if len(inputs) == 1:
        return tuple(inputs), tuple(inputs)
    if len(inputs) == 2:
        return (inputs[0],), (inputs[1],)
    hint = say("Name BEFORE and AFTER; if a side has several files: kpi compare AFTER… --before FILE --before FILE.")
    raise KpiError(Problem("usage", say("Two files are compared, not {count}.", count=len(inputs)), hint=hint))


def _side(
    wanted: Asked,
    options: CompareOptions,
    session: Session,
    read: dict[str | None, Definitions],
    links: Links | None,
) -> Side:
    """Read a result, or read figures and classify them. read: the definitions that have been read, by path."""
    from kpi.figures.results import is_result

    manner = options.manner()
    if len(wanted.files) == 1 and wanted.files[0] != STANDARD_INPUT and is_result(wanted.files[0], manner.limits):
        return kpi.read_result(wanted.files[0], manner=manner)
    if not wanted.schemes:
        message = say("“{file}” is no result of `kpi classify`, and no scheme was given.", file=wanted.files[0])
        hint = say("Say --scheme to classify figures, or write a result: kpi classify … --output result.json.")
        raise KpiError(Problem("scheme-needed", message, hint=hint))
    if wanted.definitions not in read:
        read[wanted.definitions] = kpi.load(wanted.definitions)
    definitions = kpi.with_links(read[wanted.definitions], links)
    figures = kpi.read(
        wanted.files,
        definitions,
        period=wanted.period,
        previous=wanted.previous,
        skip_errors=options.skip_errors,
        keep_faulty=not options.skip_errors,
        stdin=session.standard_input(manner.limits.file) if STANDARD_INPUT in wanted.files else None,
        links=links,
        mapping=confirmed(options.map, definitions),
        ledgers=by_ledger(wanted.ledgers, definitions),
        manner=manner,
        sheets=options.sheet or (),
    )
    day = day_of(wanted.as_of, session)
    figures = wanted.beside.put(figures, definitions, links, day, options.skip_errors, manner)
    return kpi.classified(definitions, figures, wanted.schemes, as_of=day, skip_errors=options.skip_errors)
