"""How options and arguments are declared that show no default: what is not said is found out, or not done."""

from __future__ import annotations

from typing import Any

import typer


def option(*names: str, help: str, metavar: str | None = None) -> Any:
    """An option without a default."""
    return typer.Option(*names, metavar=metavar, show_default=False, help=help)


def argument(*, help: str, metavar: str | None = None) -> Any:
    """An argument that may be left out."""
    return typer.Argument(metavar=metavar, show_default=False, help=help)
