"""Delimited text (CSV, TSV) → a sheet: encoding and delimiter are found; every cell stays the text that was written."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from kpi.figures import clean
from kpi.figures.inputs import HEAD, Input
from kpi.figures.sheet import Loaded, Sheet, letters
from kpi.problems import KpiError, Place, Problem, say

if TYPE_CHECKING:
    import polars

_DELIMITERS = (",", "\t", ";", "，", "|")
_UNUSED = "unused"
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def sheet(source: Input) -> Sheet:
    """The sheet of a delimited text.

    Raises KpiError when it is no text, its encoding cannot be read, or there is no header.
    """
    file, start = source.file, source.head
    encoding = _encoding(start)
    if b"\x00" in start and encoding != "utf-16":
        raise KpiError(_binary(file))
    text: bytes | None = None  # as it has to be read, where that is not as it lies in the file
    if encoding not in ("utf-8", "utf-8-sig"):
        text = _decoded(source.whole(), encoding, file)
        start = text[:HEAD]
    if b"\r" in start and b"\n" not in start:
        text = (source.whole() if text is None else text).replace(b"\r", b"\n")
        start = text[:HEAD]
    head = start.decode("utf-8-sig", errors="ignore")
    delimiter = _delimiter(head)
    if not delimiter.isascii():
        text = (source.whole() if text is None else text).replace(delimiter.encode(), b",")
        head, delimiter = head.replace(delimiter, ","), ","
    above, header = _header(head, delimiter)
    if header is None:
        raise KpiError(_empty(file))

    def load(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
        # Reading it again from where it lies is the fastest way.
        again = source.path if text is None else None
        whole = source.whole if text is None else lambda: text
        return _Reader(file, again, whole, delimiter, len(header), above + 1).read(columns, numbers)

    return Sheet(file, None, tuple(header), load, source.sha256, first_row=above + 2)


class _Reader:
    """Reads the columns of one delimited text; what polars refuses is looked at again, to say where and why."""

    def __init__(
        self, file: str, path: str | None, whole: Callable[[], bytes], delimiter: str, width: int, skip: int
    ) -> None:
        self.file, self.path, self.whole = file, path, whole
        self.delimiter, self.width, self.skip = delimiter, width, skip

    def read(self, columns: Sequence[int], numbers: Collection[int]) -> Loaded:
        import polars

        try:
            return self._fast(self.path or self.whole(), columns, numbers)
        except polars.exceptions.NoDataError:
            return Loaded(polars.DataFrame(schema={str(at): polars.String for at in columns}))
        except polars.exceptions.PolarsError:
            return Loaded(self._careful(columns))

    def _fast(self, source: str | bytes, columns: Sequence[int], numbers: Collection[int]) -> Loaded:
        import polars

        names = [str(at) for at in range(self.width)]
        scan = polars.scan_csv(
            source,
            has_header=False,
            skip_rows=self.skip,
            separator=self.delimiter,
            schema=dict.fromkeys(names, polars.String),
            glob=False,
        )
        wanted = [names[at] for at in sorted(set(columns))]
        amounts = [names[at] for at in sorted(set(columns) & set(numbers))]
        # Every column is looked at: when some are left out, polars says nothing of rows with too many cells.
        unused = [polars.col(name).is_null() for name in names if name not in wanted]
        checked = scan.with_columns(polars.any_horizontal(False, *unused).alias(_UNUSED))
        frame, doubtful = clean.read(checked, amounts, [*wanted, _UNUSED])
        return Loaded(frame.drop(_UNUSED), doubtful={int(name): left for name, left in doubtful.items()})

    def _careful(self, columns: Sequence[int]) -> polars.DataFrame:
        """The same by the standard library: another encoding further down, rows that are longer than the header."""
        import polars

        data = self.whole()
        text = _decoded(data, _whole_encoding(data), self.file).decode("utf-8-sig")
        problems: list[Problem] = []
        rows: list[list[str | None]] = []
        wanted = sorted(set(columns))
        for number, record in _records(text, self.delimiter, self.file):
            if number <= self.skip:
                continue
            if any(cell.strip() for cell in record[self.width :]):
                problems.append(self._too_long(number, record))
            rows.append([record[at] or None if at < len(record) else None for at in wanted])
        if problems:
            raise KpiError(problems)
        return polars.DataFrame(rows, schema={str(at): polars.String for at in wanted}, orient="row")

    def _too_long(self, number: int, record: Sequence[str]) -> Problem:
        return Problem(
            "row-too-long",
            say("The row has {cells} cells, but the header has {columns}.", cells=len(record), columns=self.width),
            Place(file=self.file, cell=f"{letters(self.width)}{number}"),
            expected=say("One cell for each column is expected."),
            hint=say("A number such as 1,200 needs quotes around it in a file separated by commas."),
        )


def _records(text: str, delimiter: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Records with their numbers, as a spreadsheet counts rows."""
    csv.field_size_limit(1 << 24)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for record in reader:
            number += 1
            yield number, record
    except csv.Error as error:
        raise KpiError(
            Problem(
                "quotes-unbalanced",
                say("A quotation mark is not closed, or stands inside a text (row {row}).", row=number + 1),
                Place(file=file, line=number + 1),
                hint=say(
                    "Write the file again from the spreadsheet program, or double the quotation marks inside texts."
                ),
            )
        ) from error


def _encoding(head: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    return _valid_utf8(head, final=len(head) < HEAD)


def _whole_encoding(data: bytes) -> str:
    return "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else _valid_utf8(data, final=True)


def text_of(data: bytes, file: str) -> str:
    """A whole text in UTF-8, UTF-16 or GB18030. Raises KpiError when it is none of them."""
    encoding = _encoding(data[:HEAD])
    return _decoded(data, _whole_encoding(data) if encoding == "utf-8" else encoding, file).decode("utf-8-sig")


def _valid_utf8(data: bytes, final: bool) -> str:
    import codecs

    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _decoded(data: bytes, encoding: str, file: str) -> bytes:
    """The text as UTF-8 bytes."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise KpiError(
            Problem(
                "encoding-unreadable",
                say(
                    "The file is neither UTF-8 nor GB18030 text (line {line}).",
                    line=data.count(b"\n", 0, error.start) + 1,
                ),
                Place(file=file, line=data.count(b"\n", 0, error.start) + 1),
                expected=say("A text in UTF-8 or GB18030, or a workbook, is expected."),
                hint=say("Open it in the program that made it, and save it as .xlsx or as CSV UTF-8."),
            )
        ) from error
    return text.encode()


def _delimiter(head: str) -> str:
    """The delimiter that parts the first line with text into most cells."""
    first = next((line for line in head.splitlines() if line.strip()), "")
    outside = "".join(first.split('"')[::2])
    found = Counter({delimiter: outside.count(delimiter) for delimiter in _DELIMITERS})
    best, count = found.most_common(1)[0]
    return best if count else ","


def _header(head: str, delimiter: str) -> tuple[int, list[str] | None]:
    """How many records stand above the header, and its texts; blank lines do not count as a header."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    for above, record in enumerate(reader):
        if any(cell.strip() for cell in record):
            while record and not record[-1].strip():
                record.pop()
            return above, record
    return 0, None


def _binary(file: str) -> Problem:
    return Problem(
        "not-a-table",
        say("The file is no text and no workbook that is known here."),
        Place(file=file),
        expected=say("CSV, .xlsx, .xls, .ods, JSON or Parquet is expected."),
    )


def _empty(file: str) -> Problem:
    return Problem(
        "file-empty",
        say("The file is empty."),
        Place(file=file),
        expected=say("A header row and one row for each enterprise or project are expected."),
    )
