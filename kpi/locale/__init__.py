"""The sentences of the program in the user's language.

English templates are the gettext ids; kpi/locale/<language>/LC_MESSAGES holds the catalogues, which
`make messages` brings up to date. Which language to use is decided at the edge (kpi/cli/language.py) and handed in.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from kpi.problems import Label, Message, fill

LANGUAGES = ("zh", "en")
DOMAIN = "kpi"
FOLDER = Path(__file__).parent

LIST_SEPARATOR = {"zh": "、", "en": ", "}


def N_(text: str) -> str:
    """Mark a text for translation where it stands; whoever shows it calls `text`."""
    return text


def text(template: str, language: str) -> str:
    """A fixed text (a help text, a column title) in this language; English where a catalogue lacks it."""
    # An empty id is the catalogue's own header.
    return _catalogue(language).gettext(template) if template else ""


def translate(message: Message, language: str) -> str:
    """A message in this language, with its values filled in; messages among the values are translated too."""
    values = tuple((name, _value(value, language)) for name, value in message.values)
    return fill(text(message.template, language), values)


def _value(value: object, language: str) -> str:
    if isinstance(value, Message):
        return translate(value, language)
    if isinstance(value, Label):
        return value.label_en if language == "en" and value.label_en else value.label
    if isinstance(value, tuple | list):
        return LIST_SEPARATOR[language].join(_value(item, language) for item in value)
    return str(value)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)
