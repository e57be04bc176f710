"""`kpi classify --engine streaming|spark`: tables that are larger than memory, results to Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import kpi
from kpi.cli.answering import envelope
from kpi.cli.beside import confirmed, renamings
from kpi.cli.figures import STANDARD_INPUT, condition
from kpi.cli.ledger_files import named_file
from kpi.cli.options import ClassifyOptions, definitions_path
from kpi.cli.output import allowed, rendered, warn, writable
from kpi.cli.progress import steps
from kpi.cli.session import Session
from kpi.evaluation.table import Table
from kpi.figures.ledger_names import by_ledger
from kpi.on_disk import exists, isdir, isfile
from kpi.problems import KpiError, Place, Problem, Severity, say
from kpi.render import classify as rendering
from kpi.render.formats import FORMS

if TYPE_CHECKING:
    from kpi.definitions.model import Definitions
    from kpi.engines.classifying import Result
    from kpi.evaluation.scheme.results import Classification

LARGE = 500_000_000  # bytes of figures from which on another engine is worth a hint

EngineName = Literal["memory", "streaming", "spark"]
PARQUET = ".parquet"


def classified(
    figures: Sequence[str],
    schemes: Sequence[str],
    engine: Literal["streaming", "spark"],
    options: ClassifyOptions,
    session: Session,
) -> Classification:
    """Classify files in portions, write the entities where --output says, and print the summary."""
    if engine == "spark":
        import logging

        # Where nobody listens, Spark's bridge to Java writes tracebacks of its own when a run is interrupted.
        logging.getLogger().addHandler(logging.NullHandler())
    _refuse(options, figures)
    from kpi.api.engines import classify_files
    from kpi.figures.objects import is_address
    from kpi.figures.partitions import files

    path = definitions_path(options.definitions, session)
    given = [each.path for each in files([path for path in figures if not is_address(path)])]
    target = None if options.output is None else _place(options.output)
    if target is not None:
        others = (options.previous, options.map, options.corrections, options.history, options.decisions, options.links)
        beside = [file for several in others for file in several or ()]
        beside += [named_file(text)[1] for text in options.ledger or ()]
        inputs = [*figures, *given, *beside, *([path] if path else [])]
        _writable(target, [each for each in inputs if not is_address(each)])
    definitions = kpi.load(path)
    where = None if options.where is None else condition(options.where, definitions)
    mapping = confirmed(options.map, definitions)
    manner = options.manner()
    with steps(options, session) as doing:
        result = classify_files(
            definitions,
            figures,
            schemes,
            engine=engine,
            output=target,
            period=options.period,
            previous=options.previous or (),
            as_of=options.day(session),
            where=where,
            skip_errors=options.skip_errors,
            mapping=mapping,
            manner=manner,
            corrections=options.corrections or (),
            history=options.history or (),
            decisions=options.decisions or (),
            links=renamings(options.links, manner),
            ledgers=by_ledger([named_file(text) for text in options.ledger or ()], definitions),
            language=session.language,
            doing=doing,
        )
    warn(result.classification.problems, options, session)
    if target is None or not options.quiet:
        _summarise(result, definitions, options, session)
    return result.classification


def _summarise(result: Result, definitions: Definitions, options: ClassifyOptions, session: Session) -> None:
    """Print baselines and counts: the entities stand in the files that were written."""
    found = result.classification
    table = Table(
        found.frame, period=result.period, previous=result.previous, sources=result.sources, joined=result.joined
    )
    content = rendered(
        FORMS[options.format or "table"],
        session.screen,
        envelope("classify", session, definitions, table, options.day(session)),
        lambda: rendering.data(found, session.language, found.entities()),
        lambda: rendering.report(found, session.language, True),
    )
    for portion in content:
        assert isinstance(portion, str)
        session.write(portion)


def _refuse(options: ClassifyOptions, figures: Sequence[str]) -> None:
    """Raises KpiError for what asks for the whole table in memory."""
    given = {
        "--sheet": options.sheet,
        "--exact": options.exact,
    }
    hint = say("Use --engine memory, which is the default.")
    for option, value in given.items():
        if value:
            message = say("{option} needs the whole table in memory.", option=option)
            raise KpiError(Problem("not-in-portions", message, hint=hint))
    if STANDARD_INPUT in figures:
        message = say("Standard input cannot be read in portions.")
        raise KpiError(Problem("not-in-portions", message, hint=say("Name files, or use --engine memory.")))
    if options.format in ("csv", "markdown"):
        message = say("With --engine the list of entities is written as Parquet only.")
        hint = say("Name a folder for it: -o out/; the summary may be a table or JSON.")
        raise KpiError(Problem("not-in-portions", message, hint=hint))


def _place(output: str) -> Path:
    """Where the results go. Raises KpiError for an address."""
    from kpi.figures.objects import is_address

    if is_address(output):
        message = say("Results are not written to addresses: {address}.", address=output)
        hint = say("Name a folder on this machine, and copy it there when it is complete.")
        raise KpiError(Problem("address-not-written", message, hint=hint))
    return Path(output)


def _writable(target: Path, inputs: Sequence[str | Path]) -> None:
    """Raises KpiError when the results cannot go there: they take the place of nothing that is there already."""
    here = target.resolve()
    for source in inputs:
        read = Path(source).resolve()
        if read == here or here in read.parents or read in here.parents:
            raise KpiError(
                Problem(
                    "output-over-input",
                    say("“{path}” is read by this command, and would be written over.", path=target),
                    hint=say("Choose another folder for the answer."),
                )
            )
    if target.suffix == PARQUET:
        writable(target, [])
        return
    if not isdir(target.absolute().parent):
        message = say("The folder “{folder}” does not exist.", folder=target.absolute().parent)
        raise KpiError(Problem("output-folder-missing", message, hint=say("Make it first; kpi makes no folders.")))
    allowed(target)
    if exists(target) and (not isdir(target) or any(target.iterdir())):
        message = say("“{path}” is there already, and is no empty folder.", path=target)
        hint = say("Name a new folder for the parts, or a file such as result.parquet.")
        raise KpiError(Problem("output-exists", message, hint=hint))


def hinted(figures: Sequence[str], options: ClassifyOptions, session: Session) -> None:
    """Say of large files that there is another way to read them."""
    there = [path for path in map(Path, figures) if isfile(path)]
    size = sum(path.stat().st_size for path in there)
    if size < LARGE:
        return
    message = say("The files have {size} MB, and are read into memory as a whole.", size=size // 1_000_000)
    hint = say("--engine streaming reads Parquet and CSV in portions, in less than 2 GB of memory.")
    warn([Problem("large-files", message, Place(), Severity.NOTE, hint=hint)], options, session)
