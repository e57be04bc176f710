"""`kpi map`: which column of a file is which figure, as a table and as a mapping file to be confirmed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import kpi
from kpi.cli.answering import envelope, inputs
from kpi.cli.beside import confirmed
from kpi.cli.declaring import argument, option
from kpi.cli.options import SurveyOptions, day_of, definitions_path
from kpi.cli.output import chosen_form, deliver, warn, writable, write_whole
from kpi.cli.session import Session
from kpi.evaluation.sheets_asked import with_sheets
from kpi.locale import N_, translate
from kpi.on_disk import exists, islink
from kpi.problems import KpiError, Problem, say
from kpi.render import mapping as rendering

STANDARD_INPUT = "-"
SUFFIX = ".toml"
FileArgument = Annotated[str, argument(metavar=N_("FILE"), help=N_("A file of figures; “-” is standard input."))]
MapOption = Annotated[
    list[str] | None, option("--map", metavar=N_("FILE"), help=N_("What is confirmed already; may be given again."))
]


def command(file: FileArgument, *, map: MapOption = None, options: SurveyOptions, session: Session) -> int:
    """Print what each column is taken for; 1 while one is left to confirm. -o mapping.toml writes the mapping file."""
    path = definitions_path(options.definitions, session)
    read: list[str | Path] = [file, *(map or ()), *([path] if path else [])]
    target = _mapping_file(options.output, read)
    if target is not None:
        options = replace(options, output=None)
    form = chosen_form(options, read)
    manner = options.manner()
    definitions = kpi.load(path)
    day = day_of(options.as_of, session)
    found = kpi.columns(
        file,
        definitions,
        schemes=options.scheme or (),
        standard=options.standard,
        period=options.period,
        as_of=day,
        mapping=confirmed(map, definitions),
        stdin=session.standard_input(manner.limits.file) if file == STANDARD_INPUT else None,
        manner=manner,
        sheets=options.sheet or (),
    )
    with_sheets(options.sheet, found.sources)
    warn(rendering.problems(found), options, session)
    if target is not None:
        write_whole({target: [rendering.mapping_file(found, session.language).encode("utf-8")]})
    deliver(
        form,
        options,
        session,
        replace(envelope("map", session, definitions, as_of=day), inputs=inputs(found.sources)),
        lambda: rendering.data(found, session.language),
        lambda: rendering.report(found, session.language),
    )
    if target is not None and not options.quiet:
        message = say("Wrote {path}; take away the # before what is right, then say --map {path}.", path=target)
        session.complain(translate(message, session.language) + "\n")
    return 1 if found.open else 0


def _mapping_file(output: str | None, read: list[str | Path]) -> Path | None:
    """The mapping file that is to be written; None where --output asks for another form, or for none.

    Raises KpiError when it is there already: somebody may have confirmed columns in it.
    """
    if output is None or Path(output).suffix.lower() != SUFFIX:
        return None
    target = Path(output)
    if exists(target) or islink(target):
        raise KpiError(
            Problem(
                "file-exists",
                say("“{path}” is there already, and stays as it is.", path=target),
                hint=say("Name another file; what is confirmed in this one can be taken over with --map."),
            )
        )
    writable(target, read)
    return target
