"""Delimited text (CSV, TSV) → a sheet: encoding and delimiter are found; every cell stays the text that was written."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kpi.figures import clean
from kpi.figures.encodings import UTF_8, decoded, encoding_of, found_note, later_encoding
from kpi.figures.inputs import HEAD, Input
from kpi.figures.layout.top import FORM, LOOKED_AT, Top, padded
from kpi.figures.limits import exceeded
from kpi.figures.manner import named
from kpi.figures.portions import in_turn, portions
from kpi.figures.sheet import Load, Loaded, Sheet, letters
from kpi.problems import KpiError, Place, Problem, Severity, say

if TYPE_CHECKING:
    import polars

_DELIMITERS = (",", "\t", ";", "，", "|")
_UNUSED, _BESIDE = "unused", "beside"
_ONE_COMMA = r"^\s*[+-]?[1-9]\d{0,2},\d{3}\s*$"  # thousands, or three decimals
_TWO_SIGNS = r"^\s*[+-]?\d{1,3}(?:,\d{3}){2,}|^\s*[+-]?\d{1,3}(?:,\d{3})+\."  # thousands for sure
_NUMBER_LIKE = r"^[\s\d.,%+-]*\d[\s\d.,%+-]*$"


def sheet(source: Input) -> Sheet:
    """The sheet of a delimited text.

    Raises KpiError when it is no text, its encoding cannot be read, or there is no header.
    """
    file, start, manner = source.file, source.head, source.manner
    encoding = manner.encoding or encoding_of(start, file)
    if b"\x00" in start and not encoding.startswith(("utf-16", "utf-32")):
        raise KpiError(_binary(file))
    text: bytes | None = None  # as it has to be read, where that is not as it lies in the file
    if manner.encoding is not None or encoding not in ("utf-8", "utf-8-sig"):
        text = decoded(source.whole(), encoding, file, manner.encoding is not None)
        start = text[:HEAD]
    if b"\r" in start and b"\n" not in start:
        text = (source.whole() if text is None else text).replace(b"\r", b"\n")
        start = text[:HEAD]
    head = start.decode("utf-8-sig", errors="ignore")
    delimiter = manner.delimiter or _delimiter(head)
    complete = len(start) < HEAD
    above, records = _first_records(head, delimiter, complete, file)
    if not complete and len(records) < 2:  # the header alone is longer than the head, or quotes are not closed
        all_of_it = source.whole() if text is None else text
        _within_limit(all_of_it, delimiter, source)
        head = all_of_it.decode("utf-8-sig", errors="ignore")
        above, records = _first_records(head, delimiter, True, file)
    if not records:
        raise KpiError(empty(file))
    if max(map(len, records)) > manner.limits.columns:  # before anything is done with each of them
        raise exceeded("columns", manner.limits, Place(file=file))
    # Reading it again from where it lies is the fastest way.
    again = source.path if text is None else None
    whole = source.whole if text is None else lambda: text

    def below(first: int, count: int) -> Load:
        block = records[first:count] or records
        named, width = max(map(_named, block)), max(map(len, block))
        return _Reader(source, again, whole, delimiter, named, width, above + count, '"' in head).read

    header = tuple(records[0][: _named(records[0])])
    return Sheet(
        file,
        None,
        header,
        below(0, 1),
        source.sha256,
        first_row=above + 2,
        top=Top(padded(records[:FORM]), complete=len(records) <= FORM),
        problems=tuple(found(source, encoding, delimiter)),
        below=below,
    )


def _within_limit(text: bytes, delimiter: str, source: Input) -> None:
    """Raises KpiError for a cell at the top that is so long that all the memory may not do to look at it."""
    limits = source.manner.limits
    most = 4 * limits.text  # bytes of so many characters
    pieces = re.split(rb"[\r\n]|" + re.escape(delimiter.encode()), text[: 2 * most])
    if any(len(piece) > most for piece in pieces):
        raise exceeded("text", limits, Place(file=source.file))


def _named(header: Sequence[str]) -> int:
    """How many columns a header has: up to the last one with a text."""
    return max((at + 1 for at, text in enumerate(header) if text.strip()), default=0)


def found(source: Input, encoding: str, delimiter: str) -> Iterator[Problem]:
    """Notes about what was found out and is not what most texts have."""
    if source.manner.encoding is None and not encoding.startswith("utf-8"):
        yield found_note(source.file, encoding)
    usual = "\t" if source.file.casefold().endswith(".tsv") else ","
    if source.manner.delimiter is None and delimiter != usual:
        yield Problem(
            "delimiter-found",
            say("The cells of a row are separated by {delimiter}.", delimiter=named(delimiter)),
            Place(file=source.file),
            Severity.NOTE,
            hint=say("If columns look wrong, say --delimiter."),
        )


class _Reader:
    """Reads the columns of one delimited text; what polars refuses is looked at again, to say where and why.

    named: how many columns the header names; width: how many cells its row has. What stands beside the named ones is a
    side note, unless it may be the end of a number that was not put between quotes (1,200). quoted: whether there are
    quotation marks near the header, so that its end is not known by lines.
    """

    def __init__(
        self,
        source: Input,
        path: str | None,
        whole: Callable[[], bytes],
        delimiter: str,
        named: int,
        width: int,
        skip: int,
        quoted: bool,
    ) -> None:
        self.source, self.file, self.path, self.whole = source, source.file, path, whole
        self.delimiter, self.named, self.width, self.skip, self.quoted = delimiter, named, width, skip, quoted

    def read(self, columns: Sequence[int], numbers: Collection[int]) -> Loaded:
        import polars

        if not self.delimiter.isascii():  # for polars a delimiter is one byte
            return self._rows_apart(self._careful(columns))
        try:
            return self._with_doubts(self._rows_apart(self._fast(columns, numbers)))
        except polars.exceptions.NoDataError:
            return Loaded(polars.DataFrame(schema={str(at): polars.String for at in columns}))
        except polars.exceptions.PolarsError:
            return self._rows_apart(self._careful(columns))

    def _with_doubts(self, loaded: Loaded) -> Loaded:
        """What was loaded, with a warning where commas are read as parting thousands and may stand before decimals.

        Where decimals have commas, programs part cells by semicolons: 1,500 is one and a half there.
        """
        if self.delimiter != ";":
            return loaded
        said = []
        for position, left in loaded.doubtful.items():
            open_ = left.texts.str.contains(_ONE_COMMA)
            if open_.any() and not left.texts.str.contains(_TWO_SIGNS).any():
                first = int(left.rows.filter(open_)[0])
                cell = f"{letters(position)}{self.skip + 1 + first}"
                said.append(_commas(int(open_.sum()), left.texts.filter(open_)[0], Place(file=self.file, cell=cell)))
        return replace(loaded, notes=(*loaded.notes, *said))

    def _rows_apart(self, loaded: Loaded) -> Loaded:
        """What was loaded, if no cell holds whole rows: one quotation mark too many makes a text of all up to the next.

        Raises KpiError for such a cell: the rows in it would be lost.
        """
        import polars

        texts = [column for column in loaded.frame if column.dtype == polars.String]
        broken = [column for column in texts if column.str.contains("\n", literal=True).any()]
        for column in broken:
            rows = column.fill_null("").to_list()
            swallowed = next((at for at, text in enumerate(rows) if self._holds_rows(text)), None)
            if swallowed is not None:
                raise KpiError(unbalanced(self.file, self.skip + 1 + swallowed))
        return loaded

    def _holds_rows(self, text: str) -> bool:
        """Whether a cell has line breaks, and the delimiter before one of them and as often as a row has it."""
        lines = text.split("\n")
        return len(lines) > 1 and any(line.count(self.delimiter) >= max(self.named - 2, 1) for line in lines[:-1])

    def _fast(self, columns: Sequence[int], numbers: Collection[int]) -> Loaded:
        import polars

        names = [str(at) for at in range(self.width)]
        wanted = [names[at] for at in sorted(set(columns))]
        amounts = [names[at] for at in sorted(set(columns) & set(numbers))]
        # Every column is looked at: when some are left out, polars says nothing of rows with too many cells.
        unused = [polars.col(name).is_null() for name in names[: self.named] if name not in wanted]
        beside = [polars.col(name).str.contains(_NUMBER_LIKE) for name in names[self.named :]]
        looked_at = {name: made for name, made in ((_UNUSED, unused), (_BESIDE, beside)) if made}
        checks = [polars.any_horizontal(made).alias(name) for name, made in looked_at.items()]
        frame, doubtful = self._rows(
            names, lambda rows: clean.read(rows.with_columns(checks), amounts, [*wanted, *looked_at])
        )
        if beside and frame[_BESIDE].any():
            return self._careful(columns)
        return Loaded(frame.drop(*looked_at), doubtful={int(name): left for name, left in doubtful.items()})

    def _rows(self, names: Sequence[str], read: Callable[[polars.LazyFrame], clean.Read]) -> clean.Read:
        """What is read in the rows, in portions unless quotation marks stand near the header."""
        import polars

        schema = dict.fromkeys(names, polars.String)
        scan = partial(polars.scan_csv, separator=self.delimiter, schema=schema, has_header=False, glob=False)
        if self.quoted:
            return read(scan(self.path or self.whole(), skip_rows=self.skip))
        with io.BytesIO(self.whole()) if self.path is None else open(self.path, "rb") as stream:
            parts = [*in_turn(lambda rows: read(scan(rows)), portions(stream, self.skip))]
        if not parts:
            raise polars.exceptions.NoDataError
        return clean.stacked(parts)

    def _careful(self, columns: Sequence[int]) -> Loaded:
        """The same by the standard library: another encoding further down, rows that are longer than the header."""
        import polars

        data = self.whole()
        encoding = later_encoding(data, self.file)
        text = decoded(data, encoding, self.file)
        problems: list[Problem] = []
        rows: list[list[str | None]] = []
        wanted = sorted(set(columns))
        nothing: list[str | None] = [None] * len(wanted)  # of a blank row; there may be millions
        for number, record in _records(text, self.delimiter, self.file):
            if number <= self.skip:
                continue
            if not any(record):
                rows.append(nothing)
                continue
            beside = any(re.search(_NUMBER_LIKE, cell) for cell in record[self.named : self.width])
            if beside or any(cell.strip() for cell in record[self.width :]):
                problems.append(self._too_long(number, record))
            rows.append([record[at] or None if at < len(record) else None for at in wanted])
        if problems:
            raise KpiError(problems)
        frame = polars.DataFrame(rows, schema={str(at): polars.String for at in wanted}, orient="row")
        return Loaded(frame, notes=() if encoding == UTF_8 else (found_note(self.file, encoding),))

    def _too_long(self, number: int, record: Sequence[str]) -> Problem:
        return Problem(
            "row-too-long",
            say("The row has {cells} cells, but the header has {columns}.", cells=len(record), columns=self.named),
            Place(file=self.file, cell=f"{letters(self.named)}{number}"),
            expected=say("One cell for each column is expected."),
            hint=say("A number such as 1,200 needs quotes around it in a file separated by commas."),
        )


def _commas(count: int, example: str, place: Place) -> Problem:
    return Problem(
        "decimal-commas",
        say(
            "{count} numbers such as {example} were read with a comma that parts thousands; in texts with semicolons "
            "it may stand before decimals.",
            count=count,
            example=example.strip(),
        ),
        place,
        Severity.WARNING,
        hint=say("See which it is; write decimals behind a point, and thousands without a sign."),
    )


def _records(text: bytes, delimiter: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Records with their numbers, as a spreadsheet counts rows. text: in UTF-8."""
    csv.field_size_limit(1 << 24)
    # Decoded line by line: the whole text would take up to four bytes a letter, twice.
    lines = io.TextIOWrapper(io.BytesIO(text), UTF_8, newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    try:
        for record in reader:
            number += 1
            yield number, record
    except csv.Error as error:
        raise KpiError(unbalanced(file, number + 1)) from error


def unbalanced(file: str, row: int) -> Problem:
    """That a quotation mark is open, or stands where none belongs."""
    return Problem(
        "quotes-unbalanced",
        say("A quotation mark is not closed, or stands inside a text (row {row}).", row=row),
        Place(file=file, line=row),
        hint=say("Write the file again from the spreadsheet program, or double the quotation marks inside texts."),
    )


def delimiter_of(text: str) -> str:
    """What parts the cells of a text."""
    return _delimiter(text[:HEAD])


def _delimiter(head: str) -> str:
    """The delimiter that parts most of the first lines, and of those the one that makes most cells of a line."""
    lines: Counter[str] = Counter()
    most: Counter[str] = Counter()
    for line in itertools.islice(filter(str.strip, head.splitlines()), LOOKED_AT):
        outside = "".join(line.split('"')[::2])
        counts = Counter({delimiter: outside.count(delimiter) for delimiter in _DELIMITERS})
        lines += Counter(dict.fromkeys(+counts, 1))
        most |= counts
    return max(_DELIMITERS, key=lambda delimiter: (lines[delimiter], most[delimiter]))


def _first_records(head: str, delimiter: str, whole: bool, file: str) -> tuple[int, list[list[str]]]:
    """How many blank records stand at the top, and the first ones below, one more than are looked at.

    Raises KpiError for a cell without an end.
    """
    csv.field_size_limit(1 << 24)
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    try:
        records = [record for _, record in zip(range(FORM * 2), reader, strict=False)]
    except csv.Error as error:
        raise KpiError(unbalanced(file, reader.line_num)) from error
    if not whole and len(records) < FORM * 2 and len(records) > 1:
        records.pop()  # the last one may not end here
    above = next((at for at, record in enumerate(records) if any(cell.strip() for cell in record)), len(records))
    return above, records[above:]


def _binary(file: str) -> Problem:
    return Problem(
        "not-a-table",
        say("The file is no text and no workbook that is known here."),
        Place(file=file),
        expected=say("CSV, .xlsx, .xls, .ods, JSON or Parquet is expected."),
    )


def empty(file: str) -> Problem:
    """The refusal of a file in which nothing stands."""
    return Problem(
        "file-empty",
        say("The file is empty."),
        Place(file=file),
        expected=say("A header row and one row for each enterprise or project are expected."),
    )
