"""Reading what a command evaluates: definitions, and figures from files, standard input or the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import kpi
from kpi.cli.beside import Beside, confirmed, renamings
from kpi.cli.ledger_files import named_file
from kpi.cli.meanwhile import import_meanwhile
from kpi.cli.options import ClassifyOptions, FiguresOptions, definitions_path
from kpi.cli.output import chosen_form
from kpi.cli.progress import progress
from kpi.cli.session import Session
from kpi.evaluation.sheets_asked import with_sheets
from kpi.figures.ledger_names import by_ledger
from kpi.frozen import frozen
from kpi.on_disk import exists
from kpi.problems import KpiError, Problem, say
from kpi.render.formats import Form

if TYPE_CHECKING:
    from kpi.definitions.model import Definitions
    from kpi.evaluation.table import Table
    from kpi.figures.links import Links
    from kpi.figures.manner import Manner
    from kpi.formula import Formula
    from kpi.formula.values import Value

STANDARD_INPUT = "-"
FILES = say("Name a file, such as figures.xlsx, or “-” for standard input.")
TYPED = say("Name a file, such as figures.xlsx, or type them: 税收=900万元 用地面积=50亩.")


@frozen
class Request:
    """Everything that a command asks about. typed: the figures were typed on the command line."""

    form: Form
    definitions: Definitions
    figures: Table | Mapping[str, Value]
    as_of: date
    where: Formula | None

    @property
    def table(self) -> Table | None:
        """The figures that came from files."""
        return None if isinstance(self.figures, Mapping) else self.figures


def requested(
    figures: Sequence[str] | None,
    options: FiguresOptions,
    session: Session,
    typed: bool = True,
    after: Sequence[str] = (),
) -> Request:
    """Read the request; what is wrong with it is found before anything is computed.

    typed: whether NAME=VALUE may stand in place of files. after: the modules that evaluate what is read from files.
    Raises KpiError.
    """
    given = list(figures or [])
    if not given:
        raise KpiError(Problem("no-figures", say("No figures were given."), hint=TYPED if typed else FILES))
    path = definitions_path(options.definitions, session)
    as_of = options.day(session)
    assignments = typed and all(map(_assignment, given))
    beside = _beside(options)
    if assignments:
        _refuse_beside(beside, options)
    elif typed:
        _refuse_mixed(given)
    if not assignments:
        given = _files(given)
    others = [*(options.previous or ()), *(options.links or ()), *(options.map or ()), *beside.files()]
    others += [named_file(text)[1] for text in options.ledger or ()]
    files = [*([] if assignments else given), *others]
    manner = options.manner()
    inputs: list[str | Path] = [*files, *([path] if path else [])]
    form = chosen_form(options, inputs)
    definitions = kpi.load(path)
    where = condition(options.where, definitions) if options.where is not None else None
    if assignments:
        return Request(form, definitions, kpi.typed(given, definitions), as_of, where)
    import_meanwhile(after)
    links = renamings(options.links, manner)
    definitions = kpi.with_links(definitions, links)
    with progress(say("Reading the figures"), options, session):
        table = _table(given, definitions, links, options, manner, session)
    return Request(form, definitions, table, as_of, where)


def _files(given: Sequence[str]) -> list[str]:
    """The files that were named, patterns expanded."""
    from kpi.figures.patterns import expanded

    return list(map(str, expanded(given)))


def _table(
    given: Sequence[str],
    definitions: Definitions,
    links: Links | None,
    options: FiguresOptions,
    manner: Manner,
    session: Session,
) -> Table:
    stdin = session.standard_input(manner.limits.file) if STANDARD_INPUT in given else None
    table = kpi.read(
        given,
        definitions,
        period=options.period,
        previous=options.previous or (),
        skip_errors=options.skip_errors,
        keep_faulty=not options.skip_errors,
        stdin=stdin,
        links=links,
        mapping=confirmed(options.map, definitions),
        ledgers=by_ledger([named_file(text) for text in options.ledger or ()], definitions),
        manner=manner,
        sheets=options.sheet or (),
    )
    with_sheets(options.sheet, table.sources)
    return _beside(options).put(table, definitions, links, options.day(session), options.skip_errors, manner)


def _beside(options: FiguresOptions) -> Beside:
    classifying = options if isinstance(options, ClassifyOptions) else ClassifyOptions()
    return Beside(
        tuple(options.corrections or ()), tuple(classifying.history or ()), tuple(classifying.decisions or ())
    )


def _refuse_beside(beside: Beside, options: FiguresOptions) -> None:
    """Raises KpiError for options about files of figures when there is only one entity, typed, without a name."""
    hints = {
        "--corrections": say("Type the corrected figure."),
        "--previous": say("Type the figure of the year before: 上年税收=800万元."),
    }
    given = {
        "--period": options.period,
        "--sheet": options.sheet,
        "--previous": options.previous,
        "--corrections": beside.corrections,
        "--history": beside.history,
        "--decisions": beside.decisions,
        "--links": options.links,
        "--ledger": options.ledger,
        "--map": options.map,
    }
    for option, value in given.items():
        if value:
            message = say("{option} goes with files of figures, not with figures that are typed.", option=option)
            raise KpiError(Problem("usage", message, hint=hints.get(option)))


def _refuse_mixed(given: Sequence[str]) -> None:
    """Raises KpiError when some figures are typed and others stand in files."""
    typed = [text for text in given if _assignment(text)]
    if typed:
        files = [text for text in given if text not in typed]
        message = say("“{typed}” is typed, and “{file}” is a file.", typed=typed[0], file=files[0])
        expected = say("Either files of figures or typed figures of one entity are expected.")
        raise KpiError(Problem("usage", message, expected=expected))


_RESULTS = say(
    "--where chooses by what was reported. For results write the list to a file and filter it: --output list.xlsx."
)


def condition(text: str, definitions: Definitions) -> Formula:
    """What --where says. Raises KpiError when it is no condition."""
    try:
        return kpi.condition(text, definitions)
    except KpiError as error:
        found = [replace(problem, place=replace(problem.place, file="--where")) for problem in error.problems]
        raise KpiError(
            replace(each, hint=_RESULTS) if each.code == "reserved-name" else each for each in found
        ) from error


def _assignment(text: str) -> bool:
    """NAME=VALUE, unless a file is called so."""
    return any(sign in text for sign in "=＝≥≤<>") and not exists(text)
