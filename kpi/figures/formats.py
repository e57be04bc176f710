"""Files of any kind → sheets. What a file is, its first bytes say; names lie (a “.xls” is often text or a web page)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kpi.figures import delimited
from kpi.figures.sheet import Sheet
from kpi.problems import KpiError, Message, Place, Problem, say

STDIN = "-"
_START, _BLANK = 512, b" \t\r\n\xef\xbb\xbf"
_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"


def sheets(path: str | Path, stdin: bytes | None = None) -> tuple[Sheet, ...]:
    """The sheets of a file, or of standard input ("-").

    Raises KpiError when there is no such file, it cannot be read, or it is no table of a known kind.
    """
    file = str(path)
    if file == STDIN:
        data, location = stdin or b"", None
    else:
        data, location = _read(Path(path)), file
    if not data[:_START].strip(_BLANK) and not data.strip(_BLANK):
        raise KpiError(_problem("file-empty", say("The file is empty."), file))
    return _loader(data, file)(file, data, location, _fingerprint(data))


def _read(path: Path) -> bytes:
    file = str(path)
    try:
        if path.is_dir():
            hint = say("Name the files in it one by one.")
            raise KpiError(_problem("is-a-directory", say("This is a folder, not a file."), file, hint))
        return path.read_bytes()
    except FileNotFoundError as error:
        hint = say("Check the name and the folder.")
        raise KpiError(_problem("file-missing", say("There is no such file."), file, hint)) from error
    except PermissionError as error:
        hint = say("Close it in other programs, or ask for the right to read it.")
        raise KpiError(_problem("file-not-permitted", say("The file may not be read."), file, hint)) from error
    except OSError as error:
        message = say("The file cannot be read: {reason}.", reason=error.strerror or type(error).__name__)
        raise KpiError(_problem("file-unreadable", message, file)) from error


def _fingerprint(data: bytes) -> Callable[[], str]:
    """The SHA-256 of a file, counted in another thread meanwhile."""
    if len(data) < 1 << 20:
        digest = hashlib.sha256(data).hexdigest()
        return lambda: digest
    pool = ThreadPoolExecutor(1)
    future = pool.submit(lambda: hashlib.sha256(data).hexdigest())
    pool.shutdown(wait=False)
    return future.result


_Loader = Callable[[str, bytes, str | None, Callable[[], str]], tuple[Sheet, ...]]


def _loader(data: bytes, file: str) -> _Loader:
    """The reader for a file that starts like this."""
    start = data[:_START].removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith((_ZIP, _OLE)):
        from kpi.figures import workbook

        return workbook.sheets
    if data.startswith(_PARQUET) or start[:1] in (b"[", b"{"):
        from kpi.figures import records

        return records.parquet if data.startswith(_PARQUET) else records.json
    if start[:1] == b"<":
        message = say("This is a web page or an XML file under the name of a table.")
        hint = say("Open it in a spreadsheet program and save it as .xlsx.")
        raise KpiError(_problem("not-a-table", message, file, hint))
    return lambda *parts: (delimited.sheet(*parts),)


def _problem(code: str, message: Message, file: str, hint: Message | None = None) -> Problem:
    return Problem(code, message, Place(file=file), hint=hint)
