"""`kpi list`: what the definitions define."""

from __future__ import annotations

from typing import Annotated, Literal

import kpi
from kpi.cli.answering import envelope
from kpi.cli.declaring import argument
from kpi.cli.options import LibraryOptions, definitions_path
from kpi.cli.output import chosen_form, deliver
from kpi.cli.session import Session
from kpi.locale import N_
from kpi.render import definitions as rendering

Kind = Literal["figures", "indicators", "checks", "standards", "schemes", "lists", "targets"]


def command(
    kind: Annotated[
        Kind | None,
        argument(
            metavar=N_("KIND"),
            help=N_("Only these: figures, indicators, checks, standards, schemes, lists or targets."),
        ),
    ] = None,
    *,
    options: LibraryOptions,
    session: Session,
) -> int:
    """Print key, label and the gist of every definition."""
    path = definitions_path(options.definitions, session)
    form = chosen_form(options, [path] if path else [])
    definitions = kpi.load(path)
    kinds = (kind,) if kind is not None else rendering.KINDS
    deliver(
        form,
        options,
        session,
        envelope("list", session, definitions),
        lambda: rendering.list_data(definitions, kinds),
        lambda: rendering.list_report(definitions, kinds, session.language),
    )
    return 0
