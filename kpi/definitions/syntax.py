"""TOML text → values, decimal numbers exact; and what tomllib says of a syntax error in our own words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kpi.problems import KpiError, Message, Place, Problem, say
from kpi.regex import compiled

_PLACE_OF_ERROR = compiled(r"(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)$", re.S)

# How tomllib's message begins, our sentence for it, and what to do about it.
_WORDS: tuple[tuple[str, Message, Message | None], ...] = (
    (
        "Invalid initial character for a key",
        say("A key cannot begin with this character."),
        say('Put Chinese keys and keys with spaces in straight quotes, such as "用地面积".'),
    ),
    (
        "Invalid statement",
        say("A line cannot begin with this character."),
        say('Put Chinese keys and keys with spaces in straight quotes, such as "用地面积" = "亩".'),
    ),
    ("Expected '='", say("After a key there must be an equals sign."), say('Write: "用地面积" = "亩".')),
    (
        "Invalid value",
        say("This is not a value."),
        say('Put text in straight quotes ("…"), dates as 2023-01-01, yes and no as true and false.'),
    ),
    (
        "Expected newline",
        say("Only one statement fits on a line."),
        say("Start a new line here, or check the quotes before this place."),
    ),
    ("Unterminated string", say("A text is not closed."), say("Add the closing quote.")),
    ("Expected '\"", say("A text is not closed."), say("Add the closing quote.")),
    ('Expected "', say("A text is not closed."), say("Add the closing quote.")),
    ("Illegal character", say("This character is not allowed here."), say("Close the text before the line ends.")),
    ("Unclosed array", say("A list is not closed."), say("Add a comma between the elements, or the closing ].")),
    (
        "Unclosed inline table",
        say("A table in braces is not closed."),
        say("Add a comma between the entries, or the closing brace, all on one line."),
    ),
    ("Cannot overwrite a value", say("This key is already given."), say("Keep only one of the two.")),
    ("Duplicate inline table key", say("This key is already given."), say("Keep only one of the two.")),
    ("Cannot declare", say("This table is already given."), say("Put its keys under one heading.")),
    ("Cannot redefine", say("This table is already given."), say("Put its keys under one heading.")),
    ("Cannot mutate", say("This table is already closed."), say("Add the key where the table is written.")),
    ("Unescaped", say("A backslash in a text needs another one."), say("Write \\\\, or use single quotes ('…').")),
    ("Expected ']", say("The heading of a table is not closed."), say("Add the closing bracket.")),
    ("Invalid date", say("This is not a date."), say("Write dates as 2023-01-01.")),
)


def parse(text: str, name: str) -> Mapping[str, Any]:
    """The values of a TOML text, decimal numbers exact. Raises KpiError with the first syntax error."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise KpiError(_syntax_problem(str(error), text, name)) from error
    except ValueError as error:  # Python's own limit on the digits of a whole number
        raise KpiError(Problem("number-too-long", say("A number is too long."), Place(file=name))) from error
    except RecursionError as error:
        problem = Problem("toml-too-deep", say("Lists or tables are nested too deeply."), Place(file=name))
        raise KpiError(problem) from error


def _syntax_problem(found: str, text: str, name: str) -> Problem:
    match = _PLACE_OF_ERROR.match(found)
    detail = match[1] if match else found
    lines = text.split("\n")
    if match and match[2]:
        line, column = int(match[2]), int(match[3])
    else:
        line = max((number for number, content in enumerate(lines, 1) if content.strip()), default=1)
        column = len(lines[line - 1]) + 1
    excerpt = lines[line - 1] if line <= len(lines) else ""
    message, hint = _syntax_words(detail)
    return Problem(
        "toml-syntax",
        message,
        Place(file=name, line=line, column=column),
        hint=hint,
        excerpt=excerpt,
        excerpt_span=(column - 1, max(column, min(len(excerpt), column))),
    )


def _syntax_words(detail: str) -> tuple[Message, Message | None]:
    """Our sentence for what tomllib found, and what to do about it."""
    for start, message, hint in _WORDS:
        if detail.startswith(start):
            return message, hint
    return say("This is not TOML: {detail}.", detail=detail), None
