"""`kpi review`: the annual review as one run that can be repeated, and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import kpi
from kpi.api.reviewing import named
from kpi.cli.answering import comparison_envelope, envelope, inputs
from kpi.cli.options import OutputOptions
from kpi.cli.output import FILE_COLUMNS, chosen_form, deliver, in_bytes, rendered, warn, writable, write_whole
from kpi.cli.progress import progress
from kpi.cli.session import Session
from kpi.locale import N_
from kpi.on_disk import exists, isdir, isfile
from kpi.problems import KpiError, Problem, say
from kpi.render import as_json, classify, compare
from kpi.render import review as rendering
from kpi.render.as_json import Data, Envelope
from kpi.render.formats import Form, by_suffix, suffixes
from kpi.render.report import Report
from kpi.render.review import Output
from kpi.render.screen import Screen

if TYPE_CHECKING:
    from kpi.definitions.review import Review
    from kpi.evaluation.review import Reviewed

ReviewArgument = Annotated[
    str, typer.Argument(metavar="REVIEW", help=N_("The file that describes the review (.toml)."))
]
VerifyOption = Annotated[
    bool,
    typer.Option("--verify", help=N_("Run it again, write nothing, and say what differs from its manifest; 1 if so.")),
]


def command(review: ReviewArgument, *, verify: VerifyOption = False, options: OutputOptions, session: Session) -> int:
    """Write the files of a review; 1 when a total is undefined or rows were rejected, or --verify found differences."""
    form = chosen_form(options, [review])
    answer = Path(options.output).absolute() if options.output is not None else None
    options = replace(options, output=None if answer is None else str(answer))
    path = Path(review)
    if not isfile(path):
        kpi.read_review(path)  # refuses it in the words for files that cannot be read
    # The files that a review names lie beside it, and its outputs are to say the same wherever it is run from.
    with chdir(path.parent):
        plan = kpi.read_review(path.name)
        forms = {name: _form(plan, kind, name) for kind, name in plan.outputs}
        if not verify:
            _check_targets(plan, [*forms, plan.manifest])
        with progress(say("Reviewing"), options, session):
            reviewed = kpi.review(plan)
            files = dict(_files(reviewed, forms, session))
        outputs = [_output(kind, name, files[name]) for kind, name in plan.outputs]
        own = _manifest_envelope(reviewed, session)
        if verify:
            return _verify(reviewed, outputs, own, form, options, session)
        manifest = as_json.render(own, rendering.data(reviewed, outputs)).encode()
        _write(Path(plan.folder), {**files, plan.manifest: manifest})
        warn(reviewed.result.problems, options, session)
        deliver(
            form,
            options,
            session,
            own,
            lambda: rendering.data(reviewed, outputs),
            lambda: _summary(reviewed, [*outputs, _output("manifest", plan.manifest, manifest)], session),
        )
        return 1 if reviewed.result.summary.undefined or reviewed.result.summary.rejected else 0


def _form(plan: Review, kind: str, name: str) -> Form:
    """The form that the suffix of an output names. Raises KpiError when it names none."""
    form = by_suffix(Path(name).suffix)
    if form is None:
        message = say("The suffix of “{path}” names no form.", path=name)
        expected = say("Expected one of: {choices}.", choices=" ".join(suffixes()))
        raise KpiError(Problem("output-suffix", message, plan.place_of_output(kind, name), expected=expected))
    return form


def _check_targets(plan: Review, names: Iterable[str]) -> None:
    """Raises KpiError when an output cannot be written, or would be written over an input."""
    folder = Path(plan.folder)
    if exists(folder) or not isdir(folder.parent):
        with named(plan.place("outputs", "folder")):
            for name in names:
                writable(folder / name, plan.inputs())


def _files(reviewed: Reviewed, forms: Mapping[str, Form], session: Session) -> Iterable[tuple[str, bytes]]:
    """Every output and what it holds, in the language of the review."""
    own = replace(session, language=reviewed.review.language)
    screen = Screen(own.language, FILE_COLUMNS)
    parts = _parts(reviewed, own)
    for kind, name in reviewed.review.outputs:
        about, answer, report = parts[kind]
        yield name, b"".join(in_bytes(rendered(forms[name], screen, about, answer, report)))


Part = tuple[Envelope, Callable[[], Data], Callable[[], Report]]


def _parts(reviewed: Reviewed, own: Session) -> dict[str, Part]:
    """Kind of output → its envelope, its answer for scripts and its report."""
    result, language = reviewed.result, own.language
    classified = envelope("classify", own, reviewed.definitions, reviewed.figures, reviewed.review.as_of)
    # Corrections hold figures of companies: they belong to the result, not to the lists made of it.
    about = replace(_manifest_envelope(reviewed, own), corrections=None)
    parts: dict[str, Part] = {
        "result": (
            classified,
            lambda: classify.data(result, language, result.entities()),
            lambda: classify.report(result, language),
        ),
        "publication": (
            about,
            lambda: rendering.publication_data(reviewed, language),
            lambda: rendering.publication(reviewed, language),
        ),
        "problems": (
            about,
            lambda: rendering.problem_data(reviewed, language),
            lambda: rendering.problem_list(reviewed, language),
        ),
    }
    comparison = reviewed.comparison
    if comparison is not None:
        parts["comparison"] = (
            comparison_envelope(comparison, own),
            lambda: compare.data(comparison, language),
            lambda: compare.report(comparison, language),
        )
    return parts


def _manifest_envelope(reviewed: Reviewed, session: Session) -> Envelope:
    own = replace(session, language=reviewed.review.language)
    about = envelope("review", own, reviewed.definitions, reviewed.figures, reviewed.review.as_of)
    return replace(about, inputs=inputs(reviewed.sources()), joined=None)


def _output(kind: str, name: str, content: bytes) -> Output:
    return Output(kind, name, hashlib.sha256(content).hexdigest(), len(content))


def _summary(reviewed: Reviewed, outputs: list[Output], session: Session) -> Report:
    notes = classify.notes(reviewed.result, session.language)
    return rendering.report(reviewed, outputs, notes, session.language)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files, all or none; a folder that was not there before stays away when nothing can be written."""
    made = not exists(folder)
    folder.mkdir(exist_ok=True)
    try:
        write_whole({folder / name: [content] for name, content in files.items()})
    except BaseException:
        if made:
            folder.rmdir()
        raise


def _verify(
    reviewed: Reviewed, outputs: list[Output], about: Envelope, form: Form, options: OutputOptions, session: Session
) -> int:
    from kpi.evaluation.review import differences
    from kpi.figures.manifest import read

    plan = reviewed.review
    folder = Path(plan.folder)
    then = read(folder / plan.manifest)
    there = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in then.outputs if isfile(folder / name)
    }
    now = rendering.record(reviewed, outputs, about)
    found = differences(then, now, there)
    deliver(
        form,
        options,
        session,
        about,
        lambda: rendering.verified_data(found),
        lambda: rendering.verified(plan.title, found, session.language),
    )
    return 1 if found else 0
