"""Digits written small above or below the line: 12.3¹ is 12.3 with a footnote, and readers give 12.31.

They become the small digits that Unicode has, which no number has in it (numerals.py).
"""

from __future__ import annotations

from collections.abc import Iterable

from kpi.regex import compiled

_ABOVE = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_MAY_BE_NUMBER = compiled(r"\s*[-+(（￥¥]?\s*[0-9０-９.]")


def text_of(pieces: Iterable[tuple[str, str]]) -> str | None:
    """A text that begins like a number, with its small digits; None where it has none, or is no number anyhow.

    pieces: each with "above", "below" or "" for where it stands.
    """
    found = [*pieces]
    written = "".join(
        piece.translate(_ABOVE if where == "above" else _BELOW if where == "below" else {}) for piece, where in found
    )
    return written if _MAY_BE_NUMBER.match(written) and written != "".join(piece for piece, _ in found) else None
