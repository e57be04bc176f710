"""Files in Microsoft's compound format: workbooks of Excel 97 to 2003, and whatever is encrypted."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kpi.figures import twice_xls, uncalculated_xls
from kpi.figures.encodings import found_note, shown
from kpi.figures.inputs import Input
from kpi.figures.packed import damaged, protected
from kpi.figures.uncalculated_xls import Formulas
from kpi.figures.unlocked import unlocked
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, say

_ENTRY = 128  # bytes of an entry in the directory: 64 of a name, then two with its length
_ENCRYPTED = "EncryptedPackage"
_BEFORE_UNICODE = "Book"  # what Excel 5 and 95 call the stream of the workbook
_UNICODE = 80  # the version of the format, times ten, from which on texts are Unicode
_WESTERN, _CHINESE = ("cp1252", "iso-8859-1"), "gb18030"


@frozen
class Old:
    """book: the workbook in an .xls file, as xlrd reads it. twice: of each worksheet the cells that are written twice.

    formulas: of each worksheet those that were never calculated. notes: what turned out.
    """

    book: Any
    twice: Sequence[Mapping[str, Sequence[str]]]
    formulas: Sequence[Formulas]
    notes: Sequence[Problem] = ()


def book(source: Input) -> Old:
    """The workbook in an .xls file.

    Raises KpiError when it is damaged, protected or no workbook.
    """
    data = source.whole()
    if _holds(data, _ENCRYPTED):
        raise protected(source.file)
    return _book(source, data)


def _book(source: Input, data: bytes) -> Old:
    import xlrd

    try:
        encoding = source.manner.encoding or (_found(data) if _holds(data, _BEFORE_UNICODE) else None)
        notes = [found_note(source.file, encoding)] if encoding and not source.manner.encoding else []
        return replace(_read(data, encoding), notes=notes)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            plain = unlocked(data)
            if plain is None:
                raise protected(source.file) from error
            return _book(source, plain)
        if "Can't find workbook" in str(error):
            raise _other(source.file) from error
        raise damaged(source.file) from error
    except UnicodeError as error:
        if source.manner.encoding and _holds(data, _BEFORE_UNICODE):
            raise _unreadable(source.file, source.manner.encoding) from error
        raise damaged(source.file) from error
    except Exception as error:  # xlrd raises struct's errors, assertions and more for a damaged file
        raise damaged(source.file) from error


def _read(data: bytes, encoding: str | None) -> Old:
    """encoding: of the texts in a workbook of Excel 95 or older, whatever it says itself."""
    import xlrd

    # On demand, so that the file is still there when all sheets are read.
    read = xlrd.open_workbook(
        file_contents=data,
        formatting_info=True,
        logfile=io.StringIO(),
        on_demand=True,
        encoding_override=encoding,
    )
    read.sheets()
    nothing: tuple[dict[Any, Any], ...] = ({},) * read.nsheets
    again = twice_xls.found(read) if read.on_demand else nothing  # not before Excel 5
    formulas = uncalculated_xls.found(read) if read.on_demand else nothing
    read.release_resources()
    return Old(read, again, formulas)


def _found(data: bytes) -> str | None:
    """The encoding of texts in a workbook of Excel 95 or older, where that is another one than it says."""
    try:
        read = _read(data, None)
    except UnicodeDecodeError:
        return _CHINESE
    return _CHINESE if _is_chinese(read.book) else None


def _is_chinese(book: Any) -> bool:
    """Whether texts are Chinese that are said to be Western, as programs in China wrote them until 2003.

    Two bytes from A1 on make a character of GB 2312, as nearly all are; in a Western language such letters seldom
    follow each other.
    """
    if book.biff_version >= _UNICODE or book.encoding not in _WESTERN:
        return False
    texts = {value for sheet in book.sheets() for row in range(sheet.nrows) for value in sheet.row_values(row)}
    written = [text.encode(book.encoding) for text in texts if isinstance(text, str) and not text.isascii()]
    return all(_is(_CHINESE, text) for text in written) and sum(_is("gb2312", text) for text in written) * 2 > len(
        written
    )


def _is(encoding: str, text: bytes) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _holds(data: bytes, name: str) -> bool:
    """Whether there is a stream of this name: its entry begins at a multiple of an entry's length."""
    written = name.encode("utf-16-le") + b"\0\0"
    at = data.find(written)
    while at >= 0:
        if at % _ENTRY == 0 and data[at + 64 : at + 66] == len(written).to_bytes(2, "little"):
            return True
        at = data.find(written, at + 1)
    return False


def _unreadable(file: str, encoding: str) -> KpiError:
    message = say("The texts of this workbook of Excel 95 or older are not {encoding}.", encoding=shown(encoding))
    hint = say("Leave --encoding out, so that it is found; or say another one, such as gb18030.")
    return KpiError(Problem("encoding-unreadable", message, Place(file=file), hint=hint))


def _other(file: str) -> KpiError:
    message = say("This is an Office document of another kind, such as Word, and no workbook.")
    hint = say("Open it in a spreadsheet program and save it as .xlsx.")
    return KpiError(Problem("not-a-table", message, Place(file=file), hint=hint))
