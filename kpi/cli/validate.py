"""`kpi validate`: only the reading and the checks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import kpi
from kpi.cli.answering import envelope
from kpi.cli.beside import confirmed, renamings
from kpi.cli.figures import FILES, STANDARD_INPUT
from kpi.cli.ledger_files import named_file
from kpi.cli.options import FiguresArgument, ReadingOptions, definitions_path
from kpi.cli.output import chosen_form, deliver, writable, write_whole
from kpi.cli.progress import progress
from kpi.cli.session import Session
from kpi.evaluation.sheets_asked import with_sheets
from kpi.figures.ledger_names import by_ledger
from kpi.locale import translate
from kpi.on_disk import isdir
from kpi.problems import KpiError, Message, Problem, say
from kpi.render import validate as rendering

if TYPE_CHECKING:
    from kpi.evaluation.validation import Validation
    from kpi.figures.manner import Manner
    from kpi.render.marked import Marked

WORKBOOK = ".xlsx"


def command(figures: FiguresArgument = None, *, options: ReadingOptions, session: Session) -> int:
    """Print what is wrong with the figures; 1 if there is anything but notes."""
    given = list(figures or [])
    if not given:
        raise KpiError(Problem("no-figures", say("No figures were given."), hint=FILES))
    path = definitions_path(options.definitions, session)
    beside = [*(options.previous or ()), *(options.links or ()), *(options.corrections or ()), *(options.map or ())]
    beside += [named_file(text)[1] for text in options.ledger or ()]
    inputs: list[str | Path] = [*given, *beside, *([path] if path else [])]
    targets = _targets([*given, *(options.previous or ())], options, inputs)
    form = chosen_form(options, inputs) if targets is None else None
    definitions = kpi.load(path)
    day = options.day(session)
    manner = options.manner()
    stdin = session.standard_input(manner.limits.file) if STANDARD_INPUT in given else None
    with progress(say("Reading the figures"), options, session):
        result = kpi.validate(
            definitions,
            given,
            period=options.period,
            previous=options.previous or (),
            corrections=options.corrections or (),
            links=renamings(options.links, manner),
            mapping=confirmed(options.map, definitions),
            stdin=stdin,
            as_of=day,
            ledgers=by_ledger([named_file(text) for text in options.ledger or ()], definitions),
            manner=manner,
            sheets=options.sheet or (),
        )
    if result.table is not None:
        with_sheets(options.sheet, result.table.sources)
    if form is None:
        _give_back(result, targets or {}, stdin, manner, options, session)
        return 0 if result.clean else 1
    deliver(
        form,
        options,
        session,
        envelope("validate", session, definitions, result.table, day),
        lambda: rendering.data(result, session.language),
        lambda: rendering.report(result, session.language),
    )
    return 0 if result.clean else 1


def _targets(files: Sequence[str], options: ReadingOptions, inputs: Sequence[str | Path]) -> dict[str, Path] | None:
    """File of figures → the marked workbook to write; None where no workbooks are asked for.

    Raises KpiError: one workbook for several files, or one that cannot be written.
    """
    if options.output is None or options.format is not None:
        return None
    target = Path(options.output)
    if isdir(target):
        names = _names(files)
    elif target.suffix.lower() != WORKBOOK:
        return None
    elif len(files) > 1:
        message = say("{count} files were given, and each goes back in a workbook of its own.", count=len(files))
        hint = say("Name a folder with --output, or validate the files one by one.")
        raise KpiError(Problem("output-for-several", message, hint=hint))
    else:
        names = {files[0]: target.name}
        target = target.parent
    for name in names.values():
        writable(target / name, inputs)
    return {file: target / name for file, name in names.items()}


def _names(files: Sequence[str]) -> dict[str, str]:
    """A name for each file; where two would have one, the later ones have numbers."""
    names: dict[str, str] = {}
    for file in dict.fromkeys(files):
        stem = "stdin" if file == STANDARD_INPUT else Path(file).stem
        name, number = f"{stem}{WORKBOOK}", 1
        while name.casefold() in {each.casefold() for each in names.values()}:
            number += 1
            name = f"{stem} ({number}){WORKBOOK}"
        names[file] = name
    return names


def _give_back(
    result: Validation,
    targets: dict[str, Path],
    stdin: bytes | None,
    manner: Manner,
    options: ReadingOptions,
    session: Session,
) -> None:
    """Write the workbooks, all or none, and say what is in each."""
    with progress(say("Writing the answer"), options, session):
        done = {
            file: kpi.marked(result, file, language=session.language, stdin=stdin, manner=manner) for file in targets
        }
        write_whole({targets[file]: [marked.content] for file, marked in done.items()})
    if options.quiet:
        return
    for file, marked in done.items():
        for sentence in _said(targets[file], marked):
            session.write(translate(sentence, session.language) + "\n")
    session.write(rendering.counts(result, session.language) + "\n")


def _said(target: Path, marked: Marked) -> list[Message]:
    said = [
        say(
            "{path}: {cells} cells are marked; {elsewhere} problems have no cell and are in the list at the end.",
            path=target,
            cells=marked.cells,
            elsewhere=marked.elsewhere,
        )
    ]
    if marked.lost:
        said.append(say("{path} does not keep everything of the file: {lost}.", path=target, lost=marked.lost))
    return said
