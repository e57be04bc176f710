"""Classifying files that are larger than memory, on this machine or on Spark."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kpi.definitions.model import Definitions
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.unwritten import not_written
from kpi.on_disk import on_the_way
from kpi.problems import KpiError, Message, Problem, say

if TYPE_CHECKING:
    from kpi.engines.beside import Beside
    from kpi.engines.classifying import Result
    from kpi.engines.engine import Engine, Told
    from kpi.evaluation.table import PastResult, Source
    from kpi.figures.links import Links
    from kpi.figures.mapping import ColumnMapping
    from kpi.figures.piece import Cut, Piece
    from kpi.figures.vocabulary import Vocabulary
    from kpi.formula import Formula

EngineName = Literal["streaming", "spark"]


def classify_files(
    definitions: Definitions,
    paths: Sequence[str | Path],
    schemes: Sequence[str],
    *,
    engine: EngineName = "streaming",
    output: str | Path | None = None,
    period: str | None = None,
    previous: Sequence[str | Path] = (),
    as_of: date | None = None,
    where: Formula | None = None,
    skip_errors: bool = False,
    mapping: ColumnMapping | None = None,
    manner: Manner = PLAIN,
    corrections: Sequence[str | Path] = (),
    history: Sequence[str | Path] = (),
    decisions: Sequence[str | Path] = (),
    links: Links | None = None,
    ledgers: Mapping[str, Sequence[str | Path]] | None = None,
    language: str = "zh",
    doing: Callable[[Message], Told] | None = None,
    size: Cut | None = None,
) -> Result:
    """Score, rank and tier of every entity in Parquet files and delimited texts, without holding them all in memory.

    paths: files, folders of them (year=2024/… gives a column), addresses of both (s3://…).
    previous: files of the period a year earlier.
    output: a folder for the results as Parquet parts, or one .parquet file; None: only the counts. corrections,
    history, decisions: files beside the figures. links: renamings since earlier figures and results. ledgers: by key,
    the files of ledgers that figures are summed from; their rows are held in memory. doing: told of
    every step, gives whom to tell how far it is. size: of the pieces that files are cut into. The results are those of
    `classify`; what cannot be found in portions is refused.
    """
    from kpi.api.reading import with_links
    from kpi.engines.classifying import classify
    from kpi.engines.engine import silent
    from kpi.engines.job import Job
    from kpi.figures import entity_ledgers
    from kpi.figures.links import NONE
    from kpi.figures.piece import USUAL
    from kpi.figures.vocabulary import vocabulary

    definitions = with_links(definitions, links)
    target = None if output is None else Path(output)
    with _folder(target) as folder:
        parts = folder / "parts"
        parts.mkdir()
        job = Job(
            definitions,
            mapping,
            period,
            as_of or date.today(),
            skip_errors,
            where,
            language,
            output=None if target is None else str(parts),
            beside=_beside(corrections, decisions, links, definitions, manner),
        )
        words = vocabulary(definitions, mapping.confirmed if mapping else {})
        telling = doing or (lambda message: silent)
        cut = _cut(paths, previous, manner, words, folder, size or USUAL, engine == "streaming", telling)
        listed = entity_ledgers.read(ledgers or {}, definitions, len(cut), None, manner)
        with _engine(engine, folder) as running:
            earlier = partial(_history, history, definitions, links or NONE, manner)
            result = classify(running, job, cut, listed, schemes, telling, earlier)
            result = replace(result, sources=_with_sha256(running, result.sources, cut))
        if target is not None:
            _put(parts, target)
        return result


def _cut(
    paths: Sequence[str | Path],
    previous: Sequence[str | Path],
    manner: Manner,
    words: Vocabulary,
    folder: Path,
    size: Cut,
    here: bool,
    doing: Callable[[Message], Told],
) -> list[Piece]:
    """The pieces of all files. folder: for those that are fetched or unpacked on the way; files of both years may be
    alike. here: whether they are read on this machine."""
    from kpi.figures.partitions import files
    from kpi.figures.pieces import pieces

    before = folder / "previous"
    before.mkdir()
    now, past = files(paths), files(previous)
    told = doing(say("Looking through the files"))

    def done(count: int) -> None:
        told(count, len(now) + len(past), 0)

    return [
        *pieces(now, manner, words, folder, size, here=here, told=done),
        *(
            replace(each, previous=True)
            for each in pieces(past, manner, words, before, size, here=here, told=lambda count: done(len(now) + count))
        ),
    ]


@contextmanager
def _engine(name: EngineName, folder: Path) -> Iterator[Engine]:
    if name == "spark":
        from kpi.engines.spark import Spark

        spark = Spark()
        try:
            yield spark
        finally:
            spark.close()
        return
    from kpi.engines.streaming import Streaming

    work = folder / "work"
    work.mkdir()
    yield Streaming(work)


@contextmanager
def _folder(target: Path | None) -> Iterator[Path]:
    """A folder for everything on the way, beside what is to be written; it is gone in the end."""
    where = None if target is None else target.absolute().parent
    name = "kpi." if target is None else on_the_way(target.name)
    try:
        folder = Path(tempfile.mkdtemp(prefix=name, suffix=".part", dir=where))
    except OSError as error:
        raise not_written(Path(where or tempfile.gettempdir()), error) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put(parts: Path, target: Path) -> None:
    """Give the parts their name, all at once: a folder, or put together in one file."""
    import polars

    try:
        if target.suffix != ".parquet":
            if target.is_dir():
                target.rmdir()
            os.replace(parts, target)
            return
        whole = parts.parent / "whole.parquet"
        polars.scan_parquet(parts / "*.parquet").sink_parquet(whole, compression="zstd")
        os.replace(whole, target)
    except (OSError, polars.exceptions.PolarsError) as error:
        raise not_written(target, error) from error


def _beside(
    corrections: Sequence[str | Path],
    decisions: Sequence[str | Path],
    links: Links | None,
    definitions: Definitions,
    manner: Manner,
) -> Beside:
    from kpi.engines.beside import Beside
    from kpi.figures import claims
    from kpi.figures import decisions as deciding

    return Beside(
        claims.read(corrections, definitions, manner.limits) if corrections else None,
        deciding.read(decisions, manner.limits) if decisions else None,
        links=links,
    )


def _history(
    paths: Sequence[str | Path], definitions: Definitions, links: Links, manner: Manner, period: str | None
) -> tuple[PastResult, ...]:
    from kpi.figures.history import results

    return results(period, paths, definitions, links, manner.limits) if paths else ()


def _with_sha256(engine: Engine, sources: Sequence[Source], cut: Sequence[Piece]) -> tuple[Source, ...]:
    """The sources with their fingerprints. Raises KpiError: a file is gone, although it was read."""
    pieces = {piece.file: piece for piece in reversed(cut)}
    files = [source.path for source in sources if not source.sha256]
    found = dict(zip(files, engine.spread(_sha256, [pieces[file] for file in files]), strict=True))
    wrong = [problem for each in found.values() if not isinstance(each, str) for problem in each]
    if wrong:
        raise KpiError(wrong)
    return tuple(source if source.sha256 else replace(source, sha256=str(found[source.path])) for source in sources)


def _sha256(piece: Piece) -> str | tuple[Problem, ...]:
    from kpi.figures.pieces import sha256

    try:
        return sha256(piece)
    except KpiError as error:  # which would come back from another machine as a text
        return error.problems
