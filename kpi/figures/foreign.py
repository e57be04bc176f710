"""Files that are something else than their name says: recognised by their first bytes, and refused with what to do."""

from __future__ import annotations

import re

from kpi.figures.inputs import Input
from kpi.problems import KpiError, Message, Place, Problem, say
from kpi.regex import compiled

_SAVE = say("Open it in a spreadsheet program and save it as .xlsx.")
_UNPACK = say("Unpack it, and name the files in it.")
_TAG = compiled(r"<(?:!doctype\s+html|html|head|body|table|meta|style|div|tr|td)\b", re.IGNORECASE)

_OLD = say("This is a workbook of Excel 4 or older.")
_STARTS: tuple[tuple[bytes, Message, Message], ...] = (
    (b"%PDF", say("This is a PDF document."), say("Ask for the spreadsheet that it was made from.")),
    (b"{\\rtf", say("This is a text document (RTF)."), _SAVE),
    (b"MIME-Version:", say("This is a web page saved as one file (MHTML)."), _SAVE),
    (b"7z\xbc\xaf", say("This is a compressed file ({kind}).", kind="7z"), _UNPACK),
    (b"Rar!", say("This is a compressed file ({kind}).", kind="RAR"), _UNPACK),
    (b"PK\x05\x06", say("This is an empty compressed file (ZIP)."), _UNPACK),
    (b"SQLite format 3", say("This is a database (SQLite)."), say("Export the table as CSV.")),
    (b"ID;P", say("This is a spreadsheet in the old SYLK format."), _SAVE),
    (b"\x09\x00", _OLD, _SAVE),
    (b"\x09\x02", _OLD, _SAVE),
    (b"\x09\x04", _OLD, _SAVE),
)
"""First bytes → what the file is, and what to do."""


def refuse(source: Input) -> None:
    """Raises KpiError for a file of a kind that is known, and that cannot be read."""
    for mark, message, hint in _STARTS:
        if source.head.startswith(mark):
            raise _refusal(source, message, hint)
    text = _text(source.head).lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        raise _refusal(source, _markup(text), _SAVE)


def _text(head: bytes) -> str:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return head.removeprefix(b"\xef\xbb\xbf").decode("utf-16" if wide else "latin-1", "ignore")


def _markup(text: str) -> Message:
    if "urn:schemas-microsoft-com:office:spreadsheet" in text:
        return say("This is a workbook in the XML format of Excel 2003, under the name of a table.")
    if "urn:oasis:names:tc:opendocument" in text:
        return say("This is an OpenDocument file in one XML text (.fods), under the name of a table.")
    if _TAG.search(text):
        return say("This is a web page (HTML) under the name of a table.")
    return say("This is an XML file under the name of a table.")


def _refusal(source: Input, message: Message, hint: Message) -> KpiError:
    return KpiError(Problem("not-a-table", message, Place(file=source.file), hint=hint))
