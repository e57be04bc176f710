"""`kpi convert "3.5亿元/120亩" 万元/亩`: the unit calculator."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

import typer

import kpi
from kpi.cli.declaring import argument, option
from kpi.cli.options import ScreenOptions, definitions_path
from kpi.cli.session import Session
from kpi.frozen import frozen
from kpi.locale import N_
from kpi.numbers import plain, shown, terminating_decimals

# A result that ends soon is shown in full, any other with two decimals or as many as three digits need.
SHORT = 6
DECIMALS = 2
DIGITS = 3


@frozen
class ConvertOptions(ScreenOptions):
    """What only `convert` takes."""

    exact: Annotated[bool, typer.Option("--exact", help=N_("The exact value: a decimal that ends, or a fraction."))] = (
        False
    )
    definitions: Annotated[
        str | None, option("--definitions", "-d", metavar=N_("FILE"), help=N_("Definitions with units of their own."))
    ] = None


def command(
    expression: Annotated[str, typer.Argument(metavar=N_("EXPRESSION"), help=N_("A formula over quantities."))],
    unit: Annotated[str | None, argument(metavar=N_("UNIT"), help=N_("The unit of the answer."))] = None,
    *,
    options: ConvertOptions,
    session: Session,
) -> int:
    """Print the value in the unit asked for; without one, in the unit that comes out."""
    path = definitions_path(options.definitions, session)
    # The embedded definitions have no units of their own, and need not be read.
    units = kpi.load(path).units if path is not None else None
    value, found = kpi.convert(expression, unit, units=units)
    number = plain(value) if options.exact else rounded(value)
    session.write(f"{number}\n" if unit is not None else f"{number} {found}".rstrip() + "\n")
    return 0


def rounded(value: Fraction) -> str:
    """The value for people: in full if it ends within six decimals, else rounded, never to nothing."""
    ends = terminating_decimals(value)
    if ends is not None and ends <= SHORT:
        return shown(value, ends)
    decimals = DECIMALS
    while value and abs(value) * 10**decimals < 10 ** (DIGITS - 1):
        decimals += 1
    return shown(value, decimals)
