"""Words that several renderings share: labels, verdicts, signs, amounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Protocol

from kpi.definitions.groups import EVERYBODY
from kpi.evaluation.scheme.results import BaselineUsed, Standing
from kpi.evaluation.table import Rejected
from kpi.locale import LIST_SEPARATOR, N_, text, translate
from kpi.numbers import plain
from kpi.problems import Message
from kpi.render.problems import where
from kpi.render.report import UNDEFINED, Cell, Column

SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "=", "!=": "≠"}
BRACKETS = {"zh": "（{}）", "en": " ({})"}
SENTENCES = {"zh": "；", "en": "; "}

REJECTED = N_("rejected")
TOGETHER = N_("together")
# The columns of every list of a classification; after them come those of items.
LISTED = ("id", "name", "scheme", "status", "group", "score", "rank", "first_tier", "tier", "why", "source")
STANDING = {
    Standing.EVALUATED: (N_("evaluated"), ""),
    Standing.UNGRADED: (N_("evaluated, not graded"), "dim"),
    Standing.EXEMPT: (N_("exempt"), "dim"),
    Standing.NOT_APPLICABLE: (N_("not applicable"), "dim"),
    Standing.UNDEFINED: (N_("undefined"), "unsure"),
    Standing.REJECTED: (N_("rejected"), "bad"),
}


class Labelled(Protocol):
    """Anything with a Chinese and maybe an English name."""

    @property
    def label(self) -> str: ...
    @property
    def label_en(self) -> str: ...


def label(thing: Labelled, language: str) -> str:
    """The name of a thing in the reader's language, as far as it has one."""
    return thing.label_en if language == "en" and thing.label_en else thing.label


def item_keys(indicator: str) -> tuple[str, str]:
    """The keys of the columns of an item's values and points. An indicator may be called as another column is."""
    return f"{indicator}.value" if indicator in LISTED else indicator, f"{indicator}:"


def with_unit(name: str, unit: str | None, language: str) -> str:
    """A column title: 亩均税收（万元/亩）."""
    return name + BRACKETS[language].format(unit) if unit else name


def held(baseline: BaselineUsed, language: str) -> str:
    """The indicator of a baseline; said too where it is of groups as one, beside that of everybody apart."""
    name = label(baseline, language)
    return name + BRACKETS[language].format(text(TOGETHER, language)) if baseline.merged else name


def column(key: str, title: str, language: str, right: bool = False, whole: bool = False) -> Column:
    """A column whose title is marked for translation."""
    return Column(key, text(title, language), right, whole)


def amount(value: Fraction | None, shown: str | None, style: str = "") -> Cell:
    """A number as it is shown; undefined: a dash."""
    return Cell(shown, value, style) if value is not None and shown is not None else UNDEFINED


def exactly(value: Fraction | None) -> Cell:
    """The exact value: a decimal that ends, else a fraction."""
    return Cell(plain(value)) if value is not None else UNDEFINED


def listed(parts: Iterable[str], language: str) -> str:
    """A list of words in one cell."""
    return LIST_SEPARATOR[language].join(parts)


def said(messages: Sequence[Message], language: str) -> str:
    """Several reasons in one cell."""
    sentences = (translate(message, language).rstrip("。.") for message in messages)
    return SENTENCES[language].join(dict.fromkeys(sentences))


def group_shown(name: str | None, level: str | None, language: str) -> str:
    """What a group is called: nothing where there are no groups."""
    if level == EVERYBODY:
        return text(N_("Everybody"), language)
    return name or ""


def entity(name: str | None, code: str | None) -> str:
    """What an entity is called: its name, else its code."""
    return name or code or ""


def rejection(row: Rejected, language: str) -> str:
    """Why a row was left out, with its place."""
    sentences = said([problem.message for problem in row.problems], language)
    place = where(row.place, language)
    return f"{place}{BRACKETS[language].format(sentences)}" if place else sentences
