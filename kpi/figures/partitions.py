"""Tables in folders: which files they are, and what the names of folders (year=2024) say of all rows below."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from kpi.figures import objects, patterns
from kpi.figures.objects import Object
from kpi.frozen import frozen
from kpi.on_disk import isdir, isfile, islink
from kpi.problems import KpiError, Place, Problem, say

if TYPE_CHECKING:
    from kpi.figures.sheet import Load, Loaded, Sheet

Constants = tuple[tuple[str, str | None], ...]  # column → what all rows of a file have in it
_MISSING = "__HIVE_DEFAULT_PARTITION__"  # how engines that write partitions call the folder of those without a value


@frozen
class File:
    """A file, and what the folders between it and what was named say of its rows. object: it lies in a storage."""

    path: str | Path
    constants: Constants = ()
    object: Object | None = None


def files(paths: Sequence[str | Path]) -> list[File]:
    """The files that paths, addresses, patterns and folders name: those of a folder in the order of their names.

    Folders say something of the rows where they stand below the named one, or fit the wild part of a pattern: what
    stands above them is where somebody keeps the files. Raises KpiError for a folder without files.
    """
    return [file for path in paths for file in (_stored if objects.is_address(path) else _here)(path)]


def _stored(path: str | Path) -> Iterator[File]:
    address = str(path)
    found, named = objects.found(address), objects.parts(address)
    if [one.address for one in found] == [address]:
        above = len(named) - 1
    else:
        above = patterns.fixed(named) if patterns.is_pattern(address) else len(named)
    for one in found:
        yield File(one.address, _constants(objects.parts(one.address)[above:-1]), one)


def _here(path: str | Path) -> Iterator[File]:
    return (file for one in patterns.expanded([path]) for file in _below(str(path), one))


def _below(named: str, path: str | Path) -> Iterator[File]:
    folder = Path(path)
    if not isdir(folder):
        above = len(Path(named).parts) - 1 if str(path) == named else patterns.fixed(Path(named).parts)
        yield File(path, _constants(folder.parts[above:-1]))
        return
    below = sorted(_walked(folder))
    if not below:
        raise KpiError(Problem("file-missing", say("There is no file in the folder."), Place(file=str(path))))
    for file in below:
        yield File(file, _constants(file.relative_to(folder).parts[:-1]))


def _walked(folder: Path) -> Iterator[Path]:
    """The files in a folder and below. Raises KpiError for what cannot be looked into: rows would be lost silently."""

    def closed(error: OSError) -> None:
        reason = os.strerror(error.errno) if error.errno is not None else type(error).__name__
        message = say("The folder cannot be read: {reason}.", reason=reason)
        raise KpiError(Problem("folder-unreadable", message, Place(file=str(error.filename or folder)))) from error

    for above, folders, names in os.walk(folder, onerror=closed):
        folders[:] = [name for name in folders if not _hidden(name)]
        here = [Path(above, name) for name in names if not _hidden(name)]
        for link in (*(Path(above, name) for name in folders), *here):
            if islink(link) and not isfile(link):
                raise KpiError(_no_file(link))
        yield from (file for file in here if isfile(file))


def _no_file(link: Path) -> Problem:
    message = say("The link leads to a folder, or to nothing.")
    hint = say("Name the folder that it leads to beside this one, or take the link away.")
    return Problem("link-to-no-file", message, Place(file=str(link)), hint=hint)


def _hidden(name: str) -> bool:
    """Marks and logs that engines write beside their parts: _SUCCESS, .part-0.crc."""
    return name.startswith((".", "_"))


def _constants(folders: Sequence[str]) -> Constants:
    """What folders such as year=2024 say. Their names are written as in addresses: %2F is a slash."""
    pairs = (folder.partition("=") for folder in folders)
    return tuple((unquote(name), _value(value)) for name, sign, value in pairs if sign and name)


def _value(text: str) -> str | None:
    return None if text in (_MISSING, "") else unquote(text)


def with_constants(sheet: Sheet, constants: Constants) -> Sheet:
    """The sheet with a column for each of the constants that it does not have itself."""
    more = [(name, value) for name, value in constants if name not in sheet.header]
    if not more:
        return sheet
    own = len(sheet.header)

    def loaded(load: Load) -> Load:
        def with_more(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
            import polars

            there = [at for at in columns if at < own]
            found = load(there or [0], [at for at in numbers if at < own])
            texts = [polars.lit(more[at - own][1], dtype=polars.String).alias(str(at)) for at in columns if at >= own]
            frame = found.frame.with_columns(texts)
            return replace(found, frame=frame if there else frame.drop("0"))

        return with_more

    below = sheet.below
    return replace(
        sheet,
        header=(*sheet.header, *(name for name, _ in more)),
        names=None if sheet.names is None else (*sheet.names, *(name for name, _ in more)),
        load=loaded(sheet.load),
        below=None if below is None else lambda first, end: loaded(below(first, end)),
    )
