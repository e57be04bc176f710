"""Files in Microsoft's compound format: workbooks of Excel 97 to 2003, and whatever is encrypted."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from kpi.figures import twice_xls
from kpi.figures.inputs import Input
from kpi.figures.packed import damaged, protected
from kpi.problems import KpiError, Place, Problem, say

_ENTRY = 128  # bytes of an entry in the directory: 64 of a name, then two with its length
_ENCRYPTED = "EncryptedPackage"


def book(source: Input) -> tuple[Any, Sequence[Mapping[str, Sequence[str]]]]:
    """The workbook in an .xls file, as xlrd reads it, and of each worksheet the cells that are written twice.

    Raises KpiError when it is damaged, protected or no workbook.
    """
    import xlrd

    data = source.whole()
    if _holds(data, _ENCRYPTED):
        raise protected(source.file)
    try:
        # On demand, so that the file is still there when all sheets are read.
        read = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO(), on_demand=True)
        read.sheets()
        again = twice_xls.found(read) if read.on_demand else ({},) * read.nsheets  # not before Excel 5
        read.release_resources()
        return read, again
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise protected(source.file) from error
        if "Can't find workbook" in str(error):
            raise _other(source.file) from error
        raise damaged(source.file) from error
    except Exception as error:  # xlrd raises struct's errors, assertions and more for a damaged file
        raise damaged(source.file) from error


def _holds(data: bytes, name: str) -> bool:
    """Whether there is a stream of this name: its entry begins at a multiple of an entry's length."""
    written = name.encode("utf-16-le") + b"\0\0"
    at = data.find(written)
    while at >= 0:
        if at % _ENTRY == 0 and data[at + 64 : at + 66] == len(written).to_bytes(2, "little"):
            return True
        at = data.find(written, at + 1)
    return False


def _other(file: str) -> KpiError:
    message = say("This is an Office document of another kind, such as Word, and no workbook.")
    hint = say("Open it in a spreadsheet program and save it as .xlsx.")
    return KpiError(Problem("not-a-table", message, Place(file=file), hint=hint))
