"""Comments of a worksheet: their texts, and the drawing in which spreadsheet programs show them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kpi.regex import compiled
from kpi.render.marking.package import Package
from kpi.render.marking.sheets import Cell, drawn_by, name_of, with_drawing
from kpi.render.marking.xml import attributes, before, escaped, quoted, tag

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_AUTHOR = "kpi"
_BLOCK = 1024  # shapes of a drawing are numbered in blocks
_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_KIND = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_COLUMNS, _ROWS = 4, 6  # the size of a comment, in cells
_SHAPE_NUMBER = compiled(r"_x0000_s(\d+)")


def add(package: Package, part: str, text: str, remarks: Mapping[Cell, str]) -> str:
    """Put comments at cells of a worksheet. A cell that has a comment keeps it, and ours goes on below.

    part, text: of the worksheet. Its text is given back, with the reference to the drawing of the comments.
    """
    of_sheet = {each.kind: each.part for each in package.related(part)}
    comments = of_sheet.get("comments")
    if comments is None:
        comments = package.free("xl/comments{}.xml")
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        package.put(comments, f'{head}<comments xmlns="{_MAIN}"><authors/><commentList/></comments>')
        package.declare(comments, _CONTENT)
        package.relate(part, "comments", comments)
    old, new = _with_texts(package.text(comments), remarks)
    package.put(comments, old)
    reference = drawn_by(text)
    drawing = next((each.part for each in package.related(part) if each.id == reference), None)
    if drawing is None:
        drawing = package.free("xl/drawings/vmlDrawing{}.vml")
        package.put(drawing, f"<xml {_SPACES}></xml>")
        package.declare_suffix("vml", _DRAWING)
        text = with_drawing(text, package.relate(part, "vmlDrawing", drawing))
    package.put(drawing, _with_shapes(package.text(drawing), new))
    return text


def _with_texts(text: str, remarks: Mapping[Cell, str]) -> tuple[str, list[Cell]]:
    """The comments with ours, and the cells that had none before."""
    root = tag("comments").search(text)
    prefix = root["prefix"] if root else ""
    author = sum(1 for _ in tag("author").finditer(text))
    text = before(text, "authors", f"<{prefix}author>{_AUTHOR}</{prefix}author>")
    left = {name_of(cell): (cell, remark) for cell, remark in remarks.items()}
    pieces, done = [], 0
    for start in tag("comment").finditer(text):
        own = left.pop(attributes(start[0])["ref"].replace("$", ""), None)
        if own is None:
            continue
        end = text.index(f"</{prefix}comment>", start.end())
        pieces += [text[done : start.start()], _continued(text[start.start() : end], own[1], prefix)]
        done = end
    pieces.append(text[done:])
    added = [
        f'<{prefix}comment ref="{name}" authorId="{author}">'
        f"<{prefix}text>{_run(remark, prefix)}</{prefix}text></{prefix}comment>"
        for name, (_, remark) in left.items()
    ]
    return before("".join(pieces), "commentList", "".join(added)), [cell for cell, _ in left.values()]


def _continued(comment: str, remark: str, prefix: str) -> str:
    """A comment that is there, up to its end tag, with a remark below its text."""
    alone = re.search(rf"<{prefix}text>\s*(<{prefix}t[\s>].*?</{prefix}t>)", comment, re.DOTALL)
    if alone is not None:  # a text without runs of its own becomes one
        comment = f"{comment[: alone.start(1)]}<{prefix}r>{alone[1]}</{prefix}r>{comment[alone.end(1) :]}"
    return before(comment, "text", _run("\n\n" + remark, prefix))


def _run(text: str, prefix: str) -> str:
    return f'<{prefix}r><{prefix}t xml:space="preserve">{escaped(text)}</{prefix}t></{prefix}r>'


def _with_shapes(text: str, cells: list[Cell]) -> str:
    """The drawing with a hidden shape for each comment."""
    numbers = [int(number) for number in _SHAPE_NUMBER.findall(text)]
    first = (max(numbers, default=0) // _BLOCK + 1) * _BLOCK + 1
    spaces = "" if "xmlns:x=" in text and "xmlns:o=" in text and "xmlns:v=" in text else f" {_SPACES}"
    kind = "" if "_x0000_t202" in text else _KIND.replace("<v:shapetype", f"<v:shapetype{spaces}", 1)
    shapes = [_shape(first + at, cell, spaces) for at, cell in enumerate(cells)]
    return before(text, "xml", kind + "".join(shapes))


def _shape(number: int, cell: Cell, spaces: str) -> str:
    row, column = cell[0] - 1, cell[1] - 1
    anchor = (column + 1, 15, max(row - 1, 0), 10, column + 1 + _COLUMNS, 15, max(row - 1, 0) + _ROWS, 4)
    style = "position:absolute;width:270pt;height:90pt;z-index:1;visibility:hidden"
    return (
        f'<v:shape{spaces} id="_x0000_s{number}" type="#_x0000_t202" style={quoted(style)} fillcolor="#ffffe1" '
        'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
        '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{', '.join(map(str, anchor))}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
