"""Columns of texts as numbers: what is the same text is the same number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kpi.frozen import frozen

if TYPE_CHECKING:
    import polars


@frozen
class Coded:
    """A column of texts as numbers. texts: what they stand for, in the order in which they come first.

    codes: null where a cell is empty; None: the one text stands in every row.
    """

    codes: polars.Series | None
    texts: tuple[str, ...]
    height: int

    @property
    def ways(self) -> int:
        """How many different things stand in it, no text among them."""
        return len(self.texts) + (self.codes is not None and self.codes.has_nulls())


def coded(written: Mapping[str, polars.Series]) -> dict[str, Coded]:
    """Columns of texts as numbers, all at once."""
    import polars

    frame = polars.DataFrame([series.alias(name) for name, series in written.items()])
    firsts = frame.select(polars.all().unique(maintain_order=True).drop_nulls().implode())
    found = {name: tuple(firsts[name][0].to_list()) for name in written}
    alike = {name for name in written if len(found[name]) == 1 and not frame[name].has_nulls()}
    numbers = [
        polars.col(name).cast(polars.Enum(found[name])).to_physical().cast(polars.UInt32)
        for name in written
        if name not in alike
    ]
    # In pieces, so that all processors have a part in it.
    codes = frame.lazy().select(numbers).collect(engine="streaming").rechunk()
    return {name: Coded(None if name in alike else codes[name], found[name], frame.height) for name in written}


def joined(key: polars.Series | None, codes: polars.Series, ways: int) -> polars.Series:
    """One number for what columns say together."""
    import polars

    own = codes.cast(polars.Int64)
    return own if key is None else key * ways + own
