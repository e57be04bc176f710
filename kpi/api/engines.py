"""Classifying files that are larger than memory, on this machine or on Spark."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kpi.definitions.model import Definitions
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.unwritten import gone, not_written
from kpi.problems import Message

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
    language: str = "zh",
    doing: Callable[[Message], Told] | None = None,
    size: Cut | None = None,
) -> Result:
    """Score, rank and tier of every entity in Parquet files and delimited texts, without holding them all in memory.

    paths: files, and folders of them (year=2024/… gives a column). previous: files of the period a year earlier.
    output: a folder for the results as Parquet parts, or one .parquet file; None: only the counts. corrections,
    history, decisions: files beside the figures. links: renamings since earlier figures and results. doing: told of
    every step, gives whom to tell how far it is. size: of the pieces that files are cut into. The results are those of
    `classify`; what cannot be found in portions is refused.
    """
    from kpi.engines.classifying import classify
    from kpi.engines.engine import silent
    from kpi.engines.job import Job
    from kpi.figures.links import NONE
    from kpi.figures.piece import USUAL
    from kpi.figures.vocabulary import vocabulary

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
        cut = _cut(paths, previous, manner, words, folder, size or USUAL)
        with _engine(engine, folder) as running:
            earlier = partial(_history, history, definitions, links or NONE, manner)
            result = classify(running, job, cut, schemes, doing or (lambda message: silent), earlier)
        result = replace(result, sources=tuple(map(_with_sha256, result.sources)))
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
) -> list[Piece]:
    """The pieces of all files. folder: for those that are unpacked on the way; files of both years may be alike."""
    from kpi.figures.partitions import files
    from kpi.figures.pieces import pieces

    before = folder / "previous"
    before.mkdir()
    earlier = pieces(files(previous), manner, words, before, size)
    return [*pieces(files(paths), manner, words, folder, size), *(replace(each, previous=True) for each in earlier)]


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
    name = "kpi" if target is None else f".{target.name}"
    try:
        folder = Path(tempfile.mkdtemp(prefix=f"{name}.", suffix=".part", dir=where))
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


def _with_sha256(source: Source) -> Source:
    """The source with its fingerprint. Raises KpiError: the file is gone, although it was read."""
    if source.sha256:
        return source
    import hashlib

    try:
        with open(source.path, "rb") as stream:
            return replace(source, sha256=hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError as error:
        raise gone(source.path, error) from error
