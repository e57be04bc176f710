"""When a wording is in force."""

from __future__ import annotations

from datetime import date

from kpi.frozen import frozen


@frozen
class Validity:
    """When a wording holds: both days inclusive; or the one period it was made for (that goes first)."""

    from_: date | None = None
    until: date | None = None
    period: str | None = None
