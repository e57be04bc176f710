"""Where an answer goes: standard output, or a file that is written whole or not at all, and never over an input."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from kpi.cli.holding import held
from kpi.cli.options import OutputOptions, ScreenOptions
from kpi.cli.progress import progress
from kpi.cli.session import Session
from kpi.on_disk import exists, isdir, isfile, islink, on_the_way
from kpi.problems import KpiError, Message, Problem, Severity, say
from kpi.render.as_json import Data, Envelope
from kpi.render.as_json import portions as json_portions
from kpi.render.beside import added
from kpi.render.formats import FORMS, Form, by_suffix, suffixes
from kpi.render.problems import lines
from kpi.render.report import Report
from kpi.render.screen import Screen, styled

# Tables in a text file are as wide as they need to be; this is where prose is folded.
FILE_COLUMNS = 120


def chosen_form(options: OutputOptions, inputs: Iterable[str | Path] = ()) -> Form:
    """The form that --format or the suffix of --output asks for.

    inputs: what is read, and so must not be written over. Called before any work, so that nothing is computed in vain.
    Raises KpiError for a file that cannot be written or a suffix that says nothing.
    """
    if options.output is None:
        return FORMS[options.format or "table"]
    target = Path(options.output)
    writable(target, inputs)
    if options.format is not None:
        return FORMS[options.format]
    form = by_suffix(target.suffix)
    if form is None:
        raise _refusal(
            "output-suffix",
            say("The suffix of “{path}” names no form.", path=target),
            say("Use one of {suffixes}, or say --format.", suffixes=" ".join(suffixes())),
        )
    return form


def deliver(
    form: Form,
    options: OutputOptions,
    session: Session,
    envelope: Envelope,
    answer: Callable[[], Data],
    report: Callable[[], Report],
) -> None:
    """Render the answer in its form and put it where it belongs.

    answer, report: made only when the form asks for them. Raises KpiError for a file that cannot be written, or is one
    of those that the answer says it comes from.
    """
    with progress(say("Writing the answer"), options, session):
        if options.output is None:
            content = rendered(form, session.screen, envelope, answer, report)
            # Only a file can hold a workbook; --format does not offer it.
            whole = held(portion for portion in content if isinstance(portion, str))
        else:
            # Which files definitions include, and which lists they name, is known only now.
            writable(Path(options.output), [str(read["path"]) for read in (*envelope.definitions, *envelope.inputs)])
            screen = Screen(session.language, FILE_COLUMNS)
            write_whole({Path(options.output): in_bytes(rendered(form, screen, envelope, answer, report))})
            return
    for portion in whole:
        session.write(portion)


def rendered(
    form: Form, screen: Screen, envelope: Envelope, answer: Callable[[], Data], report: Callable[[], Report]
) -> Iterable[str | bytes]:
    """The answer in its form, in portions as they are made; answer, report: as for `deliver`."""
    if form.render is None:
        return json_portions(envelope, answer())
    return (form.render(added(report(), envelope, screen.language), screen),)


def in_bytes(content: Iterable[str | bytes]) -> Iterator[bytes]:
    """What a file holds."""
    return (each if isinstance(each, bytes) else each.encode("utf-8", "replace") for each in content)


def write_whole(files: Mapping[Path, Iterable[bytes]]) -> None:
    """Write every file whole or none at all: first beside it under another name, then renamed.

    Raises KpiError when a folder or the disk does not allow it.
    """
    import tempfile  # late: it brings random and hashing, for a file that few answers go to

    written: dict[Path, str] = {}
    target = Path()
    try:
        for target, content in files.items():
            prefix = on_the_way(target.name)
            handle, written[target] = tempfile.mkstemp(prefix=prefix, suffix=".part", dir=target.parent)
            with os.fdopen(handle, "wb") as file:
                file.writelines(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(written[target], _mode(target))
        for target, name in written.items():
            os.replace(name, target)
    except OSError as error:
        raise _refusal(
            "output-not-written",
            say("“{path}” cannot be written: {reason}.", path=target, reason=error.strerror or str(error)),
            say("Choose another file, or close the program that has it open."),
        ) from error
    finally:
        for name in written.values():
            if os.path.exists(name):
                os.unlink(name)


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, else those of any new file (mkstemp's are for its owner only)."""
    if exists(target):
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def writable(target: Path, inputs: Iterable[str | Path]) -> None:
    """Raises KpiError when a file cannot be written, or is one of those that are read."""
    if isdir(target):
        raise _refusal("output-is-folder", say("“{path}” is a folder.", path=target), say("Name a file in it."))
    if exists(target.parent) and not isdir(target.parent):
        raise _refusal(
            "output-folder-is-file",
            say("“{folder}” is a file, not a folder.", folder=target.parent),
            say("Name a folder, or move the file away."),
        )
    if not isdir(target.parent):
        raise _refusal(
            "output-folder-missing",
            say("The folder “{folder}” does not exist.", folder=target.parent),
            say("Make it first; kpi makes no folders."),
        )
    allowed(target)
    if islink(target) or (exists(target) and not isfile(target)):
        raise _refusal(
            "output-not-a-file",
            say("“{path}” is no plain file but a link or a device.", path=target),
            say("Name a plain file; for standard output leave --output out."),
        )
    for source in inputs:
        if str(source) != "-" and _same(target, Path(source)):
            raise _refusal(
                "output-over-input",
                say("“{path}” is read by this command, and would be written over.", path=target),
                say("Choose another file for the answer."),
            )


def allowed(target: Path) -> None:
    """Raises KpiError when the system has no such names, so that nothing is computed in vain."""
    try:
        os.lstat(target)
    except (FileNotFoundError, PermissionError):
        pass
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "strerror", None) or error)
        raise _refusal(
            "output-not-written",
            say("“{path}” cannot be written: {reason}.", path=target, reason=reason),
            say("Choose another file, or close the program that has it open."),
        ) from error


def _same(one: Path, other: Path) -> bool:
    if exists(one) and exists(other):
        return os.path.samefile(one, other)
    return one.resolve() == other.resolve()


def _refusal(code: str, message: Message, hint: Message) -> KpiError:
    return KpiError(Problem(code, message, hint=hint))


def warn(problems: Iterable[Problem], options: ScreenOptions, session: Session) -> None:
    """Say warnings and notes on standard error, unless --quiet."""
    complain([problem for problem in problems if not options.quiet or problem.severity is Severity.ERROR], session)


def complain(problems: Iterable[Problem], session: Session) -> None:
    """Say problems on standard error."""
    screen = session.error_screen
    for problem in problems:
        for line, style in lines(problem, screen.language):
            session.complain(styled(line, style, screen.color) + "\n")
