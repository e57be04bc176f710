"""How files are to be read, as far as the user says so: encoding and delimiter of texts, limits."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from kpi.figures.limits import STANDARD, Limits, limits
from kpi.frozen import frozen
from kpi.problems import KpiError, Message, Problem, say

# What people call it → the character. A shell makes it hard to type a tab.
_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|"}
# Subsets of GB18030, which programs name and then do not keep to.
_OF_GB18030 = frozenset(("gbk", "gb2312", "cp936"))
_UNFIT = frozenset('"\r\n\0')


@frozen
class Manner:
    """encoding, delimiter: of texts; None: found out from the text."""

    encoding: str | None = None
    delimiter: str | None = None
    limits: Limits = STANDARD


PLAIN = Manner()


def manner(encoding: str | None = None, delimiter: str | None = None, settings: Sequence[str] = ()) -> Manner:
    """What the options --encoding, --delimiter and --limit ask for. Raises KpiError when one says nothing."""
    return Manner(
        None if encoding is None else _encoding(encoding),
        None if delimiter is None else _delimiter(delimiter),
        limits(settings),
    )


def named(delimiter: str) -> Message | str:
    """A delimiter as people call it."""
    return {"\t": say("tabs"), ";": say("semicolons"), " ": say("spaces")}.get(delimiter, f"“{delimiter}”")


def _encoding(name: str) -> str:
    try:
        found = codecs.lookup(name.strip())
    except (LookupError, ValueError):
        found = None
    # Python also calls things encodings that are none, such as zip and rot13.
    if found is None or not found._is_text_encoding:
        raise KpiError(
            Problem(
                "bad-encoding",
                say("“{name}” is no encoding that is known here.", name=name),
                expected=say("Expected one such as utf-8, gb18030, big5 or utf-16."),
            )
        )
    return "gb18030" if found.name in _OF_GB18030 else found.name


def _delimiter(text: str) -> str:
    found = _DELIMITERS.get(text.lower(), text)
    if len(found) != 1 or found in _UNFIT:
        raise KpiError(
            Problem(
                "bad-delimiter",
                say("“{text}” cannot separate cells.", text=text),
                expected=say("Expected one character, or its name: {names}.", names=tuple(_DELIMITERS)),
            )
        )
    return found
