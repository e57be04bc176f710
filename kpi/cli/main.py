"""The program: finds out the language, runs a command, and turns whatever happens into an exit code.

0 answered, everything asked for holds; 1 something is short, behind or undefined; 2 the request cannot be carried out;
70 a defect of ours; 130 interrupted; 141 the reader of a pipe went away. Who is asked to end (SIGTERM) cleans up first.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from kpi import __version__
from kpi.cli import language, session
from kpi.cli.building import Entry, group
from kpi.cli.declaring import option
from kpi.cli.options import Language
from kpi.cli.session import Session
from kpi.exit_codes import CLOSED_PIPE, DEFECT, INTERRUPTED, REFUSED
from kpi.locale import N_, translate
from kpi.problems import KpiError, Problem, say

HELP = N_("Indicators, admission standards and A–D evaluation of development zones: exact, and explained.")

# What a system says when there is no room: on the disk, of the user, for one file.
NO_ROOM = frozenset(getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name))

COMMANDS = (
    Entry("demo", N_("Run the main job on the embedded example."), "kpi.cli.demo"),
    Entry("compute", N_("Compute every indicator of every entity."), "kpi.cli.compute"),
    Entry("check", N_("Check figures against an admission standard: pass or shortfall."), "kpi.cli.check"),
    Entry("classify", N_("Score, rank and classify entities: tiers A to D, with reasons."), "kpi.cli.classify"),
    Entry("explain", N_("Show how one result came about, step by step."), "kpi.cli.explain"),
    Entry("compare", N_("Compare two classifications: who moved, and because of whom."), "kpi.cli.compare"),
    Entry("review", N_("Run an annual review: result, publication, problems, manifest."), "kpi.cli.review"),
    Entry(
        "map", N_("Say which column of a file is which figure, and write it down to be confirmed."), "kpi.cli.mapping"
    ),
    Entry(
        "template", N_("Make a workbook to be filled in with what a scheme or a standard asks for."), "kpi.cli.template"
    ),
    Entry("targets", N_("Zone targets against actual values and the time that has passed."), "kpi.cli.targets"),
    Entry("validate", N_("Say what is wrong with figures; evaluate nothing."), "kpi.cli.validate"),
    Entry("convert", N_("Calculate with units: “3.5亿元/120亩” in 万元/亩."), "kpi.cli.convert"),
    Entry("lint", N_("Find what a careful reader of the definitions would find."), "kpi.cli.lint"),
    Entry("test", N_("Run the tests that stand beside the rules."), "kpi.cli.rule_tests"),
    Entry("list", N_("List figures, indicators, checks, standards, schemes, lists and targets."), "kpi.cli.listing"),
    Entry("show", N_("Show one definition in full."), "kpi.cli.show"),
    Entry("init", N_("Start a definitions file of your own."), "kpi.cli.init"),
    Entry("schema", N_("Print the JSON Schema of definitions or of an answer."), "kpi.cli.schema"),
)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; the exit code. Every problem has been said on standard error."""
    session.open_closed_streams()
    here = session.current(language.chosen(arguments, os.environ), color="--no-color" not in arguments)
    try:
        code = _run(list(arguments), here)
        sys.stdout.flush()
        return code
    except KpiError as refused:
        _complain(refused.problems, here)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _closed()
    except MemoryError:
        _complain([_no_memory()], here)
        return REFUSED
    except Exception as defect:  # whatever else comes up here is ours, and the user is told so
        if isinstance(defect, OSError) and (defect.errno in NO_ROOM or _no_folder(defect)):
            _complain([_no_room(defect)], here)
            return REFUSED
        _report(defect, here)
        return DEFECT


def _run(arguments: list[str], here: Session) -> int:
    program = group(COMMANDS, here, HELP, _program)
    try:
        code: Any = program.main(arguments, prog_name="kpi", standalone_mode=False)
    except typer.TyperException as error:
        return _usage(error, arguments, here)
    except typer.Abort:
        return INTERRUPTED
    except SystemExit as done:
        # Typer and Rich leave this way, with 1, only when a pipe is closed; shell completion leaves with 0.
        return _closed() if done.code == 1 else int(done.code or 0)
    return code if isinstance(code, int) else 0


def _usage(error: typer.TyperException, arguments: Sequence[str], here: Session) -> int:
    from kpi.cli import usage

    if type(error).__name__ == "NoArgsIsHelpError":
        # The help has been written already, when the error was made.
        return REFUSED
    names = {entry.name for entry in COMMANDS}
    command = next((argument for argument in arguments if argument in names), None)
    _complain([usage.problem(error, command)], here)
    return REFUSED


def _program(
    version: Annotated[
        bool, typer.Option("--version", help=N_("Print the version and exit."), callback=lambda value: _version(value))
    ] = False,
    lang: Annotated[
        Language | None, option("--lang", help=N_("Language of messages (default: KPI_LANG, then the locale)."))
    ] = None,
) -> None:
    """Nothing of its own: --lang has been read before anything else."""


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"kpi {__version__}\n")
        raise typer.Exit


def _complain(problems: Sequence[Problem], here: Session) -> None:
    from kpi.cli.output import complain

    complain(problems, here)


def _closed() -> int:
    """Silence."""
    session.discard_output()
    return CLOSED_PIPE


def _no_folder(refused: OSError) -> bool:
    """Whether no folder for temporary files can be written: the refusal that names no file of ours."""
    return refused.errno == errno.ENOENT and refused.filename is None


def _no_room(refused: OSError) -> Problem:
    """Workbooks are put together in temporary files, in a folder that may be full while that of the answer is not."""
    return Problem(
        "no-room",
        say("A temporary file cannot be written: {reason}.", reason=refused.strerror or str(refused)),
        hint=say("Make room in the folder for temporary files, or name another one in TMPDIR."),
    )


def _no_memory() -> Problem:
    return Problem(
        "no-memory",
        say("There is not enough memory for this."),
        hint=say("Read smaller files, or large tables in portions (kpi classify --engine streaming)."),
    )


def _report(defect: Exception, here: Session) -> None:
    if here.environ.get("KPI_DEBUG"):
        traceback.print_exception(defect)
    sentences = (
        say("This is a defect of kpi, not of your input: {defect}.", defect=f"{type(defect).__name__}: {defect}"),
        say(
            "Please report it with the command line, kpi {version}, and what the same command prints with KPI_DEBUG=1.",
            version=__version__,
        ),
    )
    for sentence in sentences:
        here.complain(translate(sentence, here.language) + "\n")
