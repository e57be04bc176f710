"""`kpi template`: a workbook to be filled in (填报表)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import kpi
from kpi.cli.options import RuleOptions, day_of, definitions_path
from kpi.cli.output import writable, write_whole
from kpi.cli.session import Session
from kpi.locale import N_, translate
from kpi.on_disk import exists, islink
from kpi.problems import KpiError, Problem, say
from kpi.render import as_form

SUFFIX = ".xlsx"


SingleOption = Annotated[bool, typer.Option("--single", help=N_("A form for one entity, with a row for each figure."))]


def command(*, single: SingleOption = False, options: RuleOptions, session: Session) -> int:
    """Write the form; a file that is there is never touched, because it may be filled in."""
    if options.format is not None or options.output is None or Path(options.output).suffix.lower() != SUFFIX:
        hint = say("Say --output form.xlsx; other programs can save it in other formats.")
        raise KpiError(Problem("output-suffix", say("A form is a workbook (.xlsx)."), hint=hint))
    target = Path(options.output)
    if exists(target) or islink(target):
        raise KpiError(
            Problem(
                "file-exists",
                say("“{path}” is there already, and stays as it is.", path=target),
                hint=say("Name another file: somebody may have filled in this one."),
            )
        )
    path = definitions_path(options.definitions, session)
    writable(target, [path] if path else [])
    form = kpi.template(
        kpi.load(path),
        schemes=options.scheme or (),
        standard=options.standard,
        period=options.period,
        as_of=day_of(options.as_of, session),
        single=single,
    )
    write_whole({target: [as_form.render(form, session.language)]})
    if not options.quiet:
        message = say("Wrote {path} with {count} columns to fill in.", path=target, count=len(form.columns))
        session.write(translate(message, session.language) + "\n")
    return 0
