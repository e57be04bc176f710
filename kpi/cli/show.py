"""`kpi show KEY`: one definition in full."""

from __future__ import annotations

from typing import Annotated

import typer

import kpi
from kpi.cli.answering import envelope
from kpi.cli.options import LibraryOptions, definitions_path
from kpi.cli.output import chosen_form, deliver
from kpi.cli.session import Session
from kpi.locale import N_
from kpi.render import definitions as rendering


def command(
    key: Annotated[str, typer.Argument(metavar=N_("KEY"), help=N_("The key or label of a definition."))],
    *,
    options: LibraryOptions,
    session: Session,
) -> int:
    """Print everything that the definitions say of it."""
    path = definitions_path(options.definitions, session)
    form = chosen_form(options, [path] if path else [])
    definitions = kpi.load(path)
    found = rendering.find(definitions, key)
    deliver(
        form,
        options,
        session,
        envelope("show", session, definitions),
        lambda: rendering.show_data(found),
        lambda: rendering.show_report(found, session.language),
    )
    return 0
