"""Texts in any encoding: which one it is, and the text as UTF-8."""

from __future__ import annotations

import codecs

from kpi.figures.inputs import HEAD
from kpi.problems import KpiError, Place, Problem, Severity, say
from kpi.regex import compiled

UTF_8 = "utf-8"
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Letters of which UTF-8 makes two bytes, where GB18030 makes one character of two: neither rare in a row.
_TWO_BYTES = compiled("[\u0080-\u07ff]{2,}")
_LONGER = compiled(rb"[\xe0-\xf7]")  # what the letters begin with of which it makes more


def encoding_of(head: bytes, file: str) -> str:
    """The encoding that the first bytes of a text are in.

    Raises KpiError when they could be in either of two, and would say something else in each.
    """
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        return _wide(head)
    found = _valid_utf8(head, final=len(head) < HEAD)
    if found == UTF_8 and not head.isascii():
        _refuse_ambiguous(head, file)
    return found


def decoded(data: bytes, encoding: str, file: str, asked: bool = False) -> bytes:
    """A whole text as UTF-8 bytes, without a mark. asked: the user has named the encoding.

    Raises KpiError when it is not in this encoding.
    """
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        raise KpiError(_unreadable(file, data.count(b"\n", 0, start) + 1, encoding, asked)) from error
    return text.removeprefix("\ufeff").encode("utf-8", "surrogatepass")


def text_of(data: bytes, file: str, asked: str | None = None) -> str:
    """A whole text: in the encoding that was asked for, else in UTF-8, UTF-16 or GB18030.

    Raises KpiError when it is in none of them.
    """
    encoding = asked or encoding_of(data[:HEAD], file)
    if asked is None and encoding == UTF_8:
        encoding = later_encoding(data, file)
    return decoded(data, encoding, file, asked is not None).decode()


def later_encoding(data: bytes, file: str) -> str:
    """The encoding of a whole text whose first bytes are UTF-8, or only ASCII and say nothing yet."""
    head = data[:HEAD]
    return UTF_8 if not head.isascii() else _valid_utf8(data, final=True)


def found_note(file: str, encoding: str) -> Problem:
    """The note that says which encoding was found."""
    return Problem(
        "encoding-found",
        say("The text is read as {encoding}.", encoding=shown(encoding)),
        Place(file=file),
        Severity.NOTE,
        hint=say("If names look wrong, say --encoding."),
    )


def shown(encoding: str) -> str:
    """An encoding as people call it."""
    return encoding.removesuffix("-sig").upper()


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: ASCII in it has its zeros on one side only. Else UTF-8, in which zeros mean no text."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if not even and odd * 8 >= len(head):
        return "utf-16-le"
    if not odd and even * 8 >= len(head):
        return "utf-16-be"
    return UTF_8


def _valid_utf8(data: bytes, final: bool) -> str:
    try:
        codecs.getincrementaldecoder(UTF_8)().decode(data, final)
    except UnicodeDecodeError:
        return "gb18030"
    return UTF_8


def _refuse_ambiguous(head: bytes, file: str) -> None:
    """Raises KpiError for a text like “ID,name↵1,һЩ”, which is “ID,name↵1,一些” in GB18030."""
    text = head.decode(UTF_8, "ignore")
    odd = _TWO_BYTES.search(text)
    if odd is None or _LONGER.search(head):
        return
    try:
        other = odd[0].encode().decode("gb18030")
    except UnicodeDecodeError:
        return
    raise KpiError(
        Problem(
            "encoding-ambiguous",
            say("A text here is “{one}” in UTF-8, and “{other}” in GB18030.", one=odd[0][:20], other=other[:20]),
            Place(file=file, line=text.count("\n", 0, odd.start()) + 1),
            hint=say("Say which it is: --encoding utf-8 or --encoding gb18030."),
        )
    )


def _unreadable(file: str, line: int, encoding: str, asked: bool) -> Problem:
    place = Place(file=file, line=line)
    hint = say("Open it in the program that made it, and save it as .xlsx or as CSV UTF-8.")
    if asked or encoding != "gb18030":
        message = say("The text is not {encoding} throughout (line {line}).", encoding=shown(encoding), line=line)
        return Problem("encoding-unreadable", message, place, expected=say("Another encoding is expected."), hint=hint)
    return Problem(
        "encoding-unreadable",
        say("The file is neither UTF-8 nor GB18030 text (line {line}).", line=line),
        place,
        expected=say("A text in UTF-8 or GB18030, or a workbook, is expected."),
        hint=hint,
    )
