"""`kpi init`: start a definitions file of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from kpi.cli.options import EMBEDDED, ScreenOptions
from kpi.cli.output import write_whole
from kpi.cli.session import Session
from kpi.locale import N_, translate
from kpi.on_disk import exists, islink
from kpi.problems import KpiError, Problem, say

Kind = Literal["standard", "scheme", "override"]


def command(
    file: Annotated[str, typer.Argument(metavar=N_("FILE"), help=N_("Where to write it; “-” prints it."))] = EMBEDDED,
    *,
    kind: Annotated[
        Kind,
        typer.Option(
            "--kind",
            help=N_("An admission standard, an evaluation scheme, or a few changes to the embedded definitions."),
        ),
    ] = "scheme",
    options: ScreenOptions,
    session: Session,
) -> int:
    """Write a commented file that lints clean; an existing one is never touched."""
    from kpi.definitions.init import init

    content = init(kind, session.language)
    if file == "-":
        session.write(content)
        return 0
    target = Path(file)
    if exists(target) or islink(target):
        raise KpiError(
            Problem(
                "file-exists",
                say("“{path}” is there already, and stays as it is.", path=target),
                hint=say("Name another file: kpi init FILE."),
            )
        )
    write_whole({target: [content.encode("utf-8")]})
    if not options.quiet:
        session.write(
            translate(say("Wrote {path}; look at it, then run: kpi lint {path}", path=target), session.language)
        )
        session.write("\n")
    return 0
