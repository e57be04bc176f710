"""What a rendering needs to know of the reader's side; found out at the edge, handed in."""

from __future__ import annotations

from kpi.frozen import frozen


@frozen
class Screen:
    """language: zh or en. width: columns of the terminal. color: whether it shows colours."""

    language: str
    width: int = 120
    color: bool = False


# Styles by meaning, as rich writes them: a colour is never the only sign, words say the same.
STYLES = {
    "error": "bold red",
    "warning": "yellow",
    "note": "dim",
    "excerpt": "",
    "pointer": "bold red",
    "title": "bold",
    "heading": "bold",
    "good": "green",
    "bad": "bold red",
    "unsure": "yellow",
    "dim": "dim",
}


def styled(text: str, style: str, color: bool) -> str:
    """The text in this style, or as it is."""
    if not color:
        return text
    from rich.color import ColorSystem
    from rich.style import Style

    return Style.parse(STYLES.get(style, "")).render(text, color_system=ColorSystem.STANDARD)
