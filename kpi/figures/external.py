"""Workbooks whose formulas take values from other workbooks: what is stored of them is read, and that is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kpi.problems import Place, Problem, Severity, say
from kpi.regex import compiled

_XLSX = compiled(rb"<(?:\w+:)?f\b[^>]*>[^<]*\[[0-9]+\]")
_ODS = compiled(rb"formula=\"[^\"]*(?:'|&apos;)(?:file|https?|smb|ftp):")


def notes(file: str, parts: Mapping[str, bytes]) -> Iterator[Problem]:
    """A note if a formula refers to another workbook. parts: of a zipped workbook, by name."""
    linked = any("externalLink" in name for name in parts)
    if (linked and any(_XLSX.search(xml) for xml in parts.values())) or _ODS.search(parts.get("content.xml", b"")):
        yield note(file)


def note(file: str) -> Problem:
    """The note for a workbook that takes values from others."""
    return Problem(
        "external-values",
        say("Formulas take values from other workbooks, which were not opened: the values are those stored last."),
        Place(file=file),
        Severity.NOTE,
        hint=say("If the other workbooks have changed since, open this one, update its links and save it."),
    )
