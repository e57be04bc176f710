"""`kpi lint`: what a careful reader of the definitions would find."""

from __future__ import annotations

from typing import Annotated

import kpi
from kpi.cli.answering import envelope
from kpi.cli.declaring import argument
from kpi.cli.options import LibraryOptions, definitions_path
from kpi.cli.output import chosen_form, deliver
from kpi.cli.session import Session
from kpi.locale import N_
from kpi.render import lint


def command(
    file: Annotated[str | None, argument(metavar=N_("FILE"), help=N_("The definitions, as with -d."))] = None,
    *,
    options: LibraryOptions,
    session: Session,
) -> int:
    """Print the findings; 1 if there are any but notes."""
    from kpi.definitions.lint import lint as find

    path = definitions_path(file or options.definitions, session)
    form = chosen_form(options, [path] if path else [])
    definitions = kpi.load(path)
    found = find(definitions)
    deliver(
        form,
        options,
        session,
        envelope("lint", session, definitions),
        lambda: lint.data(found, session.language),
        lambda: lint.report(found, session.language),
    )
    return 1 if lint.findings(found) else 0
