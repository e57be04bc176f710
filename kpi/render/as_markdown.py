"""A report as Markdown, for a document or a message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpi.regex import compiled
from kpi.render.report import Report, Section
from kpi.render.text import clean

# What Markdown or the HTML inside it would take for more than a letter.
MARKUP = compiled(r"([\\`*_{}\[\]<>#|~$])")


def plain(text: str) -> str:
    """The text with everything that Markdown would obey made inert."""
    return MARKUP.sub(r"\\\1", clean(text).replace("&", "&amp;"))


def render(report: Report) -> str:
    """Title, lines, one table a section, notes as a list."""
    blocks = [f"# {plain(report.title)}"] if report.title else []
    blocks += [plain(line.text) for line in report.lines]
    for section in report.sections:
        blocks += [f"## {plain(section.title)}"] if section.title else []
        blocks.append(_table(section))
    if report.notes:
        blocks.append("\n".join(f"- {plain(note.text)}" for note in report.notes))
    return "\n\n".join(blocks) + "\n"


def _table(section: Section) -> str:
    titles = _row(column.title for column in section.columns)
    rule = "|" + "|".join(" ---: " if column.right else " --- " for column in section.columns) + "|"
    rows: Sequence[str] = [_row(cell.text for cell in row) for row in section.rows]
    return "\n".join([titles, rule, *rows])


def _row(texts: Iterable[str]) -> str:
    return "| " + " | ".join(plain(text) for text in texts) + " |"
