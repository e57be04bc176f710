"""What a rendering needs to know of the reader's side; found out at the edge, handed in."""

from __future__ import annotations

from kpi.frozen import frozen


@frozen
class Screen:
    """language: zh or en. width: columns of the terminal. color: whether it shows colours."""

    language: str
    width: int = 120
    color: bool = False


# Styles by meaning → ANSI codes (SGR): a colour is never the only sign, words say the same.
STYLES = {
    "error": "31;1",
    "warning": "33",
    "note": "2",
    "excerpt": "",
    "pointer": "31;1",
    "title": "1",
    "heading": "1",
    "good": "32",
    "bad": "31;1",
    "unsure": "33",
    "dim": "2",
}


def styled(text: str, style: str, color: bool) -> str:
    """The text in this style, or as it is."""
    code = STYLES.get(style, "")
    return f"\x1b[{code}m{text}\x1b[0m" if color and code and text else text
