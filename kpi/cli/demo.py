"""`kpi demo`: the main job on the embedded example, so that a newcomer sees it work."""

from __future__ import annotations

from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import typer

import kpi
from kpi.cli.answering import envelope
from kpi.cli.options import ScreenOptions
from kpi.cli.session import Session
from kpi.frozen import frozen
from kpi.locale import N_, text
from kpi.render import as_json, as_table, check, classify
from kpi.render.screen import styled

STANDARD = "234+1.2"
SCHEMES = ("规上", "规下")
# The example's own day, so that it prints the same every day.
DAY = date(2023, 12, 31)
INVENTED = N_("Invented figures, to show what kpi does. The same with files of your own:")


@frozen
class DemoOptions(ScreenOptions):
    """What only `demo` takes."""

    format: Annotated[Literal["table", "json"], typer.Option("--format", "-f", help=N_("The form of the answer."))] = (
        "table"
    )


def command(*, options: DemoOptions, session: Session) -> int:
    """Check the example's projects, classify its enterprises, and print both."""
    folder = Path(str(resources.files("kpi"))) / "example"
    definitions = kpi.load()
    projects = kpi.read([folder / "projects.csv"], definitions)
    enterprises = kpi.read([folder / "enterprises.csv"], definitions)
    checked = kpi.check(definitions, projects, STANDARD, as_of=DAY)
    tiers = kpi.classify(definitions, enterprises, SCHEMES, as_of=DAY)
    language, screen = session.language, session.screen
    if options.format == "json":
        answer = {
            "check": check.data(checked, language),
            "classify": classify.data(tiers, language, tiers.entities()),
        }
        session.write(as_json.render(envelope("demo", session, definitions, as_of=DAY), answer))
        return 0
    names = " ".join(f"--scheme {key}" for key in SCHEMES)
    parts = (
        text(INVENTED, language) + "\n",
        styled(f"$ kpi check projects.csv --standard {STANDARD}", "title", screen.color) + "\n",
        as_table.render(check.report(checked, language), screen),
        styled(f"$ kpi classify enterprises.csv {names}", "title", screen.color) + "\n",
        as_table.render(classify.report(tiers, language), screen),
    )
    session.write("\n".join(parts))
    return 0
