"""Which language the user reads: --lang, KPI_LANG, then the locale; zh for anything Chinese, else en."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpi.locale import LANGUAGES

DEFAULT = "en"


def chosen(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """The language, known before anything else is: even a wrong command line is answered in it."""
    candidates = (_option(arguments), environ.get("KPI_LANG"), *(environ.get(name) for name in _locale_names()))
    first = next((candidate for candidate in candidates if candidate), "")
    return _language(first)


def _locale_names() -> tuple[str, ...]:
    # The order of POSIX for the language of messages.
    return ("LC_ALL", "LC_MESSAGES", "LANG")


def _language(name: str) -> str:
    """zh_CN.UTF-8, zh-Hans, zh → zh; everything else is English."""
    stem = name.lower().replace("-", "_").partition("_")[0].partition(".")[0]
    return stem if stem in LANGUAGES else DEFAULT


def _option(arguments: Sequence[str]) -> str | None:
    for number, argument in enumerate(arguments):
        if argument == "--":
            return None
        if argument == "--lang" and number + 1 < len(arguments):
            return arguments[number + 1]
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
    return None
