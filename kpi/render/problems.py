"""Problems as people read them: place · what was found, what was expected, what to do; with a pointer under an excerpt.

企业申报表.xlsx · Sheet1!F17 · 税收（万元） · 宣城某某公司: “1,2O0” 不是数字。应为数字，如 1200。
"""

from __future__ import annotations

from collections.abc import Iterable

from kpi.locale import N_, text, translate
from kpi.problems import Message, Place, Problem, Severity, cut
from kpi.render.text import clean

SEVERITIES = {Severity.ERROR: N_("error"), Severity.WARNING: N_("warning"), Severity.NOTE: N_("note")}
LINE = N_("line {line}")
LINE_AND_COLUMN = N_("line {line}, column {column}")
COLUMN = N_("column {column}")
STANDARD_INPUT = N_("standard input")
# Between a place and what was found there, between sentences, and between a heading and its text.
COLON = {"zh": "：", "en": ": "}
SENTENCE_END = {"zh": "", "en": " "}
FULL_STOP = {"zh": "。", "en": "."}
ENDS = ("。", ".", "！", "？", "?", "!", "：", ":", "…")

# Longer lines of an input are shown around the pointer only.
EXCERPT_COLUMNS = 72

Style = str  # "error", "warning", "note", "place", "pointer", "hint"


def lines(problem: Problem, language: str) -> list[tuple[str, Style]]:
    """The lines of one problem with the style of each: what was found first, then the excerpt and its pointer."""
    parts = [_sentence(problem.message, language), _expected(problem, language), _sentence(problem.hint, language)]
    found = SENTENCE_END[language].join(part for part in parts if part)
    place = where(problem.place, language)
    severity = text(SEVERITIES[problem.severity], language)
    head = COLON[language].join(part for part in (severity, place, found) if part)
    return [(head, problem.severity.value), *_pointed(problem)]


def plain(problem: Problem, language: str) -> str:
    """One problem as text."""
    return "\n".join(line for line, _ in lines(problem, language))


def plain_all(problems: Iterable[Problem], language: str) -> str:
    """Problems as text, one after the other, each line ended."""
    return "".join(plain(problem, language) + "\n" for problem in problems)


def where(place: Place, language: str) -> str:
    """A place from the outside in: file · sheet and cell · line and column · key · entity."""
    return " · ".join(clean(part) for part in _parts(place, language) if part)


def _parts(place: Place, language: str) -> list[str]:
    cell = f"{place.sheet}!{place.cell}" if place.sheet and place.cell else place.sheet or place.cell or ""
    position = ""
    if place.line is not None and place.column is not None:
        position = text(LINE_AND_COLUMN, language).format(line=place.line, column=place.column)
    elif place.line is not None:
        position = text(LINE, language).format(line=place.line)
    elif place.column is not None:
        position = text(COLUMN, language).format(column=place.column)
    file = text(STANDARD_INPUT, language) if place.file == "-" else place.file or ""
    return [file, cell, position, cut(place.key or ""), cut(place.entity or "")]


def _sentence(message: Message | None, language: str) -> str:
    """The sentence, ended as a sentence."""
    if message is None:
        return ""
    said = clean(translate(message, language)).strip()
    return said if said.endswith(ENDS) else said + FULL_STOP[language]


def _expected(problem: Problem, language: str) -> str:
    """What would have been right. It may be a mere noun ("a condition", “条件”), which needs a word before it."""
    if problem.expected is None:
        return ""
    said = _sentence(problem.expected, language)
    if language == "en":
        return said if "expected" in said.lower() else f"Expected: {said}"
    noun = not clean(translate(problem.expected, language)).strip().endswith(ENDS)
    return f"应为{said}" if noun and "应" not in said else said


def _pointed(problem: Problem) -> list[tuple[str, Style]]:
    """The excerpt and a pointer under the characters that are meant, double-width characters counted as two."""
    if problem.excerpt is None:
        return []
    # Most problems have no excerpt, and need not wait for rich.
    from rich.cells import cell_len
    from rich.text import Text

    excerpt = clean(problem.excerpt)
    if problem.excerpt_span is None:
        line = Text(excerpt)
        line.truncate(EXCERPT_COLUMNS, overflow="ellipsis")
        return [(f"    {line.plain}", "excerpt")]
    start, end = _within(problem.excerpt_span, len(excerpt))
    first, last = _window(excerpt, start)
    before = ("…" if first else "") + excerpt[first:start]
    shown = before + excerpt[start:last] + ("…" if last < len(excerpt) else "")
    marks = "^" * max(1, cell_len(excerpt[start : min(end, last)]))
    return [(f"    {shown}", "excerpt"), (f"    {' ' * cell_len(before)}{marks}", "pointer")]


def _within(span: tuple[int, int], length: int) -> tuple[int, int]:
    start = min(max(span[0], 0), length)
    return start, min(max(span[1], start), length)


def _window(excerpt: str, start: int) -> tuple[int, int]:
    """Which characters of a long line to show: the pointed ones and some around them."""
    from rich.cells import cell_len

    if cell_len(excerpt) <= EXCERPT_COLUMNS:
        return 0, len(excerpt)
    first = start
    while first > 0 and cell_len(excerpt[first - 1 : start]) <= EXCERPT_COLUMNS // 3:
        first -= 1
    last = start
    while last < len(excerpt) and cell_len(excerpt[first : last + 1]) <= EXCERPT_COLUMNS:
        last += 1
    return first, last
