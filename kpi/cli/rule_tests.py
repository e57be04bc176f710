"""`kpi test`: the tests that stand beside the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import kpi
from kpi.cli.answering import envelope
from kpi.cli.declaring import argument
from kpi.cli.options import LibraryOptions, definitions_path
from kpi.cli.output import chosen_form, deliver
from kpi.cli.session import Session
from kpi.locale import N_
from kpi.problems import KpiError, Problem, say
from kpi.render import rule_tests as rendering


def command(
    files: Annotated[
        list[str] | None, argument(metavar=N_("FILE"), help=N_("Files of definitions with tests, as with -d."))
    ] = None,
    *,
    options: LibraryOptions,
    session: Session,
) -> int:
    """Print what passed and what came out otherwise; 1 if anything did."""
    if files and options.definitions is not None:
        raise KpiError(
            Problem(
                "definitions-twice",
                say("The definitions are named twice, as arguments and with -d."),
                hint=say("Leave out -d: every file is tested by itself."),
            )
        )
    paths = [Path(file) for file in files] if files else [definitions_path(options.definitions, session)]
    form = chosen_form(options, [path for path in paths if path is not None])
    tested = [kpi.load(path) for path in paths]
    if not any(each.tests for each in tested):
        raise KpiError(_no_tests(paths))
    results = [result for each in tested for result in kpi.test(each, as_of=session.today)]
    answers = [envelope("test", session, each) for each in tested]
    deliver(
        form,
        options,
        session,
        replace(answers[0], definitions=[file for each in answers for file in each.definitions]),
        lambda: rendering.data(results, session.language),
        lambda: rendering.report(results, session.language),
    )
    return 0 if all(result.passed for result in results) else 1


def _no_tests(paths: Sequence[Path | None]) -> Problem:
    named = tuple(str(path) for path in paths if path is not None)
    return Problem(
        "no-tests",
        say("There are no tests in {files}.", files=named) if named else say("There are no tests."),
        expected=say("Expected [[tests]] with figures and what must come out."),
        hint=say("The tests of included files are run with those files."),
    )
