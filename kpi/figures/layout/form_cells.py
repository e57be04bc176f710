"""The cells of a form: what each shows, and which one stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpi.figures.layout.top import Block
from kpi.frozen import frozen

At = tuple[int, int]  # row and column from 0


@frozen
class Cells:
    """The texts of the cells that are filled. merged: the merged cells, of which the first one has the text."""

    texts: Mapping[At, str]
    merged: Sequence[Block]

    def first(self, at: At) -> At:
        """The cell itself, or the first one of those that it is merged with."""
        block = self._block(at)
        return (block.top, block.left) if block else at

    def text(self, at: At) -> str:
        """What the cell shows."""
        return self.texts.get(self.first(at), "")

    def right(self, at: At) -> At:
        """The cell right of another, past those that it is merged with."""
        block = self._block(at)
        return at[0], (block.right if block else at[1]) + 1

    def below(self, at: At) -> At:
        """The cell below another, past those that it is merged with."""
        block = self._block(at)
        return (block.bottom if block else at[0]) + 1, at[1]

    def _block(self, at: At) -> Block | None:
        return next((block for block in self.merged if block.covers(*at)), None)
