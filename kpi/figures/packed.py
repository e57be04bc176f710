"""A zipped workbook, unpacked once and within limits, so that no reader has to trust what it says of itself."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping

from kpi.figures import extents, package
from kpi.figures.inputs import Input
from kpi.figures.limits import Limits, exceeded
from kpi.figures.marks import Damaged
from kpi.figures.plain import CORNER, NotXml, in_corner, marked_up, plain
from kpi.problems import KpiError, Message, Place, Problem, say
from kpi.regex import compiled

# What reading a damaged zip file raises; RuntimeError and NotImplementedError where an unknown method seems to be used.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, RuntimeError, KeyError, EOFError, OSError, ValueError)
_ENCRYPTED = 0x1
# Pictures, macros, printer settings and what programs keep for themselves (queries, in UTF-16) are not looked at.
_READ = (".xml", ".rels", ".bin")
_NOT_READ = ("vbaProject.bin", "/printerSettings", "customXml/")
_XML = (".xml", ".rels")
_OTHER_ENCODING = compiled(rb"\s*<\?xml[^>]*\sencoding\s*=\s*[\"'](?!(?:utf-?8|us-ascii|ascii)[\"'])", re.IGNORECASE)
# A text of the shared ones whose number is none: readers take the first text, or none.
_NO_INDEX = compiled(
    rb't="s"[^>]*>\s*(?:<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*)?<(?:\w+:)?v>(?!\s*[0-9]+\s*</)'
)

# How many texts a workbook says that its cells share. Readers make room for so many at once.
_SHARED = compiled(rb"[^<]*(?:<\?[^>]*>[^<]*)*<(?:\w+:)?sst\b[^>]*?\suniqueCount\s*=\s*[\"']\s*\+?([0-9]+)")
_MOST_DIGITS = 30
_SHORTEST = len("<si/>")  # of a text that cells share


def stored(parts: Mapping[str, bytes]) -> bytes:
    """An archive of these parts that is not compressed: what it says of their sizes is true."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def unpacked(source: Input) -> dict[str, bytes]:
    """The parts of a workbook by their names, as far as they are read; XML in plain form (see plain.py).

    Raises KpiError when the archive is damaged, protected, larger than the limits allow, or holds XML that no
    spreadsheet program writes.
    """
    file, limits = source.file, source.manner.limits
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(source.whole())) as archive:
            entries = [entry for entry in archive.infolist() if _is_read(entry.filename)]
            _check_sizes(file, entries, limits)
            for entry in entries:
                if entry.flag_bits & _ENCRYPTED:
                    raise protected(file)
                name = package.named(entry.filename)
                if name in parts:
                    raise zipfile.BadZipFile(name)
                # zipfile gives no more bytes than the directory says, and complains when there are others.
                parts[name] = archive.read(entry)
    except _UNREADABLE as error:
        raise damaged(file) from error
    _refuse_protected(file, parts)
    _refuse_declarations(file, parts)
    for name, content in parts.items():
        if name.endswith(_XML):
            parts[name] = _checked(file, content, limits)
        elif name.endswith(".bin") and extents.of_binary(content) > limits.cells:
            raise exceeded("cells", limits, Place(file=file))
    try:
        return package.arranged(parts)
    except Damaged as error:
        raise damaged(file) from error


def _checked(file: str, xml: bytes, limits: Limits) -> bytes:
    """The XML in plain form, if the table in it keeps to the limits. Raises KpiError when it does not."""
    worksheet, place = b"sheetData" in xml, Place(file=file)
    if (worksheet or b"<sst" in xml or b"spreadsheet" in xml) and _longest_text(xml, limits.text) > limits.text:
        raise exceeded("text", limits, place)
    corner = worksheet and in_corner(xml)
    try:
        xml = plain(xml, worksheet, placed=corner)
    except NotXml as error:
        raise damaged(file) from error
    shared = _SHARED.match(xml)
    if (worksheet and _NO_INDEX.search(xml)) or (shared and int(shared[1][:_MOST_DIGITS]) * _SHORTEST > len(xml)):
        raise damaged(file)
    if corner and limits.cells >= CORNER:
        return xml
    spanned = extents.of_worksheet(xml, limits.cells) if worksheet else extents.of_opendocument(xml)
    if spanned > limits.cells:
        raise exceeded("cells", limits, place)
    return xml


def _longest_text(xml: bytes, most: int) -> int:
    """The characters of a text between two tags that has more than `most`; 0 if there is none."""
    # Such a text covers one of these pieces as a whole.
    piece = max(1, most // 2)
    for at in range(0, len(xml), piece):
        if xml.find(b"<", at, at + piece) == -1:
            start, end = xml.rfind(b"<", 0, at), xml.find(b"<", at)
            text = xml[start if start >= 0 else 0 : end if end >= 0 else len(xml)].decode("utf-8", "replace")
            if len(text) > most:
                return len(text)
    return 0


def damaged(file: str) -> KpiError:
    """The refusal of a workbook that cannot be read as one."""
    hint = say("Open it in a spreadsheet program, save it again, and read the new file.")
    return _problem("file-damaged", say("The workbook is damaged or incomplete."), file, hint)


def protected(file: str) -> KpiError:
    """The refusal of a workbook that is encrypted."""
    hint = say("Save it without a password.")
    return _problem("file-protected", say("The workbook is protected by a password."), file, hint)


def _is_read(name: str) -> bool:
    return (name.endswith(_READ) or name == "mimetype") and not any(part in name for part in _NOT_READ)


def _check_sizes(file: str, entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Raises KpiError when the parts are too large together, or one of them grows like a bomb."""
    place = Place(file=file)
    if sum(entry.file_size for entry in entries) > limits.unpacked:
        raise exceeded("unpacked", limits, place)
    if any(entry.file_size > limits.grown(entry.compress_size) for entry in entries):
        raise exceeded("ratio", limits, place)


def _refuse_protected(file: str, parts: Mapping[str, bytes]) -> None:
    """Raises KpiError for an OpenDocument file whose parts are encrypted."""
    manifest = parts.get("META-INF/manifest.xml", b"")
    if b"encryption-data" in manifest:
        raise protected(file)


def _refuse_declarations(file: str, parts: Mapping[str, bytes]) -> None:
    """Raises KpiError for XML with entities of its own: no spreadsheet program writes any, and some do harm."""
    for name, content in parts.items():
        if not name.endswith(_XML):
            continue
        # Every program writes UTF-8: readers disagree about anything else, and what follows would miss its bytes.
        if b"\0" in content[:4] or _OTHER_ENCODING.match(content):
            raise damaged(file)
        # Older programs named the document type of the manifest, and of nothing else.
        if not marked_up(content):
            continue
        if b"<!ENTITY" in content or (b"<!DOCTYPE" in content and name != "META-INF/manifest.xml"):
            message = say("{part} in the workbook declares a document type, as no spreadsheet program does.", part=name)
            hint = say("Do not trust the file; ask for one that a spreadsheet program has saved.")
            raise _problem("xml-declaration", message, file, hint)


def _problem(code: str, message: Message, file: str, hint: Message) -> KpiError:
    return KpiError(Problem(code, message, Place(file=file), hint=hint))
