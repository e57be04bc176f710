"""A Typer application with Rich help and as many commands as kpi has, which does nothing else.

python -m benchmarks.peers.bare --help is the least that `kpi --help` could take.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

# tests/benchmarks/test_benchmarks.py holds this list equal to the commands of kpi.
COMMANDS = (
    "demo",
    "compute",
    "check",
    "classify",
    "explain",
    "compare",
    "review",
    "map",
    "template",
    "targets",
    "validate",
    "convert",
    "lint",
    "test",
    "list",
    "show",
    "init",
    "schema",
)

app = typer.Typer(help="Indicators.", no_args_is_help=True)


def command(name: str) -> Callable[..., None]:
    """A command with one argument and one option."""

    def run(
        figures: Annotated[list[Path] | None, typer.Argument(help="Files with figures.")] = None,
        output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write.")] = None,
    ) -> None:
        typer.echo(f"{name} {figures} {output}")

    run.__doc__ = f"What {name} does, in one line of ordinary length."
    return run


for each in COMMANDS:
    app.command(each)(command(each))

if __name__ == "__main__":
    app()
