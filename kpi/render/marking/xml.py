"""XML as text that is changed in places: start tags with their attributes, and what goes in between."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import unescape

from kpi.regex import compiled

_ATTRIBUTE = compiled(r"""([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_DECLARED = compiled(r"""^(<\?xml[^>]*?)\s+encoding\s*=\s*["'][^"']*["']""")
_INERT = compiled(r"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_LITERAL = compiled(r"_(?=x[0-9A-Fa-f]{4}_)")


@cache
def tag(name: str) -> re.Pattern[str]:
    """The start tags of an element in whatever namespace prefix, which is the group `prefix`."""
    return compiled(rf"""<(?P<prefix>(?:[\w.-]+:)?){name}(?=[\s/>])[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*>""")


def attributes(start: str) -> dict[str, str]:
    """Those of a start tag."""
    return {name: unescape(one or other) for name, one, other in _ATTRIBUTE.findall(start)}


def local(found: Mapping[str, str], name: str) -> str | None:
    """An attribute with a namespace prefix (r:id), whatever the prefix is."""
    return next((value for key, value in found.items() if key.rpartition(":")[2] == name and ":" in key), None)


def readable(data: bytes) -> str:
    """A part as text, without comments and CDATA sections, in which tags may stand that are none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16")
    else:
        declared = re.match(rb"""<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)""", data.removeprefix(b"\xef\xbb\xbf"))
        text = data.decode(declared[1].decode() if declared else "utf-8").removeprefix("\ufeff")
    text = _DECLARED.sub(r'\1 encoding="UTF-8"', text)
    return _INERT.sub(lambda found: escaped(found[1] or ""), text) if "<!" in text else text


def escaped(text: str) -> str:
    """As the content of an element."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(text: str) -> str:
    """As the value of an attribute."""
    return '"' + escaped(text).replace('"', "&quot;") + '"'


def cell_text(text: str) -> str:
    """A text of a cell: what looks like the escape of a character there (_x000D_) is none."""
    return escaped(_LITERAL.sub("_x005F_", text))


def before(text: str, end: str, added: str) -> str:
    """The text with something added before the last end tag of an element; an element without content is opened."""
    closed = list(re.finditer(rf"</(?:[\w.-]+:)?{end}\s*>", text))
    if closed:
        at = closed[-1].start()
        return text[:at] + added + text[at:]
    start = tag(end).search(text)
    if start is None or not start[0].endswith("/>"):
        raise ValueError(f"no <{end}>")
    opened = f"{start[0][:-2].rstrip()}>{added}</{start['prefix']}{end}>"
    return text[: start.start()] + opened + text[start.end() :]


def with_attribute(start: str, name: str, value: str) -> str:
    """A start tag with an attribute, instead of what it had."""
    bare = re.sub(rf"""\s{name}\s*=\s*(?:"[^"]*"|'[^']*')""", "", start)
    end = "/>" if bare.endswith("/>") else ">"
    return f"{bare[: -len(end)].rstrip()} {name}={quoted(value)}{end}"
