"""Classifying files that are larger than memory, on this machine or on Spark."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kpi.definitions.model import Definitions
from kpi.figures.manner import PLAIN, Manner
from kpi.problems import KpiError, Message, Place, Problem, say

if TYPE_CHECKING:
    from kpi.engines.classifying import Result
    from kpi.engines.engine import Engine, Told
    from kpi.figures.mapping import ColumnMapping
    from kpi.figures.pieces import Cut
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
    as_of: date | None = None,
    where: Formula | None = None,
    skip_errors: bool = False,
    mapping: ColumnMapping | None = None,
    manner: Manner = PLAIN,
    language: str = "zh",
    doing: Callable[[Message], Told] | None = None,
    size: Cut | None = None,
) -> Result:
    """Score, rank and tier of every entity in Parquet files and delimited texts, without holding them all in memory.

    paths: files, and folders of them (year=2024/… gives a column). output: a folder for the results as Parquet parts,
    or one .parquet file; None: only the counts. doing: told of every step, gives whom to tell how many portions are
    done. size: of the pieces that files are cut into. The results are those of `classify`; what cannot be found in
    portions is refused.
    """
    from kpi.engines.classifying import classify
    from kpi.engines.engine import silent
    from kpi.engines.job import Job
    from kpi.figures.pieces import USUAL, pieces
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
        )
        words = vocabulary(definitions, mapping.confirmed if mapping else {})
        cut = [*pieces(files(paths), manner, words, folder, size or USUAL)]
        with _engine(engine, folder) as running:
            result = classify(running, job, cut, schemes, doing or (lambda message: silent))
        result = replace(result, sources=tuple(replace(each, sha256=_sha256(each.path)) for each in result.sources))
        if target is not None:
            _put(parts, target)
        return result


def files(paths: Sequence[str | Path]) -> list[str | Path]:
    """The files that paths, patterns and folders name."""
    from kpi.figures.patterns import expanded
    from kpi.figures.pieces import expanded as below

    return below(expanded(paths))


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
        raise _not_written(Path(where or tempfile.gettempdir()), error) from error
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
        raise _not_written(target, error) from error


def _not_written(target: Path, error: Exception) -> KpiError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error).splitlines()[0]
    message = say("“{path}” cannot be written: {reason}.", path=target, reason=reason)
    hint = say("Make room, or choose another folder; nothing half-written is left.")
    return KpiError(Problem("output-not-written", message, Place(file=str(target)), hint=hint))


def _sha256(path: str) -> str:
    import hashlib

    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
