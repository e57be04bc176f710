"""Problems: what is wrong in an input, as data with an exact place.

A problem is never a printed text. Its sentences are messages (an English template that is also the gettext id, and the
values to fill in); the edge translates and prints them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from enum import StrEnum

from kpi.frozen import frozen


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@frozen
class Message:
    """One whole sentence: an English template (the gettext id) and the values of its {placeholders}."""

    template: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        """The sentence in English."""
        return fill(self.template, self.values)


@frozen
class Label:
    """A name that definitions give, in a message: in English where they have it. Without a language it is Chinese."""

    label: str
    label_en: str = ""

    def __str__(self) -> str:
        return self.label


def fill(template: str, values: tuple[tuple[str, object], ...]) -> str:
    """The template with its {placeholders} filled; nested messages are filled too, and lists are listed."""
    return template.format(**{name: _text(value) for name, value in values}) if values else template


def _text(value: object) -> str:
    return ", ".join(map(_text, value)) if isinstance(value, tuple | list) else str(value)


def say(template: str, /, **values: object) -> Message:
    """A message. Templates are whole sentences, never pieces, so that every language can order its words."""
    return Message(template, tuple(values.items()))


LONGEST = 200  # characters of a text from an input that a message repeats; its place says where the whole of it stands


def cut(text: str, longest: int = LONGEST) -> str:
    """A text from an input, no longer than a message can bear."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def shortened(message: Message, longest: int = LONGEST) -> Message:
    """The message with the texts that it repeats cut."""
    values = tuple((name, cut(value, longest) if isinstance(value, str) else value) for name, value in message.values)
    return Message(message.template, values)


@frozen
class Place:
    """Where in an input. Everything is optional; what is known is shown, from the outside in."""

    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    line: int | None = None
    column: int | None = None
    key: str | None = None
    entity: str | None = None


@frozen
class Problem:
    """Something wrong in an input.

    code: a stable kebab-case English word for scripts. message: what was found, as one sentence.
    expected: what would have been right. hint: what to do about it.
    excerpt and excerpt_span: the text that is wrong (one line) and the characters in it to point at.
    others: where else the cells stand that it speaks of. check: the key of the cross-check that found it.
    """

    code: str
    message: Message
    place: Place = field(default_factory=Place)
    severity: Severity = Severity.ERROR
    expected: Message | None = None
    hint: Message | None = None
    excerpt: str | None = None
    excerpt_span: tuple[int, int] | None = None
    others: tuple[Place, ...] = ()
    check: str | None = None


class KpiError(Exception):
    """The one exception family: the request cannot be carried out, and these problems say why."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem.message) for problem in self.problems))


class EntityErrors(KpiError):
    """Errors of single entities, without which the others could be evaluated. by_row: row of the table → its errors."""

    def __init__(self, by_row: Mapping[int, Sequence[Problem]]) -> None:
        self.by_row = {row: tuple(problems) for row, problems in by_row.items()}
        super().__init__(dict.fromkeys(problem for problems in self.by_row.values() for problem in problems))


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that stop a run."""
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)
