"""The files that --ledger names: FILE, or NAME=FILE where the definitions have several ledgers."""

from __future__ import annotations

from kpi.on_disk import exists


def named_file(text: str) -> tuple[str | None, str]:
    """The name of a ledger, if it is said, and its file."""
    name, sign, file = text.partition("=")
    return (name, file) if sign and not exists(text) else (None, text)
