"""The sender's own workbook with marks: everything else as it was, and read rightly by a real LibreOffice. 示例数据."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from kpi.evaluation.originals import Original
from kpi.problems import KpiError, Place, Problem, Severity, say
from kpi.render.marked import Marked, marked
from tests import office
from tests.figures.test_office_files import prefixed, strict

FILE = "申报.xlsx"
RED, YELLOW = "FFFFC7CE", "FFFFEB9C"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)


def rich() -> bytes:
    """A workbook with what senders have in theirs."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("申报表")
        percent = book.add_format({"num_format": "0.0%", "bold": True})
        sheet.set_column("F:F", 12, percent)
        sheet.write_row(0, 0, ["名称", "税收", "占比"])
        sheet.write_row(1, 0, ["甲", 10])
        sheet.write_number(1, 2, 0.123, percent)
        sheet.merge_range("A3:B4", "乙")
        sheet.write_formula("D2", "=B2*2", None, 20)
        sheet.write_comment("B2", "原有批注 <&>")
        sheet.write_comment("D9", "别处的批注")
        sheet.insert_image("H2", "点.png", {"image_data": io.BytesIO(PICTURE)})
        sheet.insert_button("H9", {"caption": "按钮"})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=申报表!$B$2:$B$3"})
        sheet.insert_chart("H12", chart)
        sheet.add_table("A20:B22", {"columns": [{"header": "一"}, {"header": "二"}]})
        sheet.conditional_format("B2:B9", {"type": "cell", "criteria": ">", "value": 5, "format": percent})
        alone = book.add_chart({"type": "line"})
        alone.add_series({"values": "=申报表!$B$2:$B$3"})
        book.add_chartsheet("图").set_chart(alone)
        book.add_worksheet("说明").write("A1", "请如实填报")
    return stream.getvalue()


def problem(cell: str | None, line: int | None = None, error: bool = True, sheet: str | None = "申报表") -> Problem:
    severity = Severity.ERROR if error else Severity.WARNING
    place = Place(file=FILE, sheet=sheet, cell=cell, line=line)
    return Problem("odd", say("“{text}” is odd.", text=f"<{cell or line}> & _x0041_"), place, severity)


def back(data: bytes, *problems: Problem) -> Marked:
    return marked(Original(FILE, data), problems, "en")


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def colour(cell: Any) -> str | None:
    return str(cell.fill.start_color.rgb) if cell.fill.fill_type else None


SPOTS = (
    problem("B2"),
    problem("C2", error=False),
    problem("C2"),
    problem("B4"),  # in the merged block A3:B4
    problem("B7"),  # a row that is not there
    problem("F2"),  # a cell that is not there, in a column with a style
    problem(None, line=2, error=False),
    problem("A1", sheet="说明"),
    problem("A1", sheet="没有"),
)


def test_cells_are_marked_and_everything_else_is_kept() -> None:
    data = rich()
    found = back(data, *SPOTS)
    assert (found.cells, found.elsewhere, found.lost) == (7, 1, ())
    book = opened(found.content)
    assert book.sheetnames == ["申报表", "图", "说明", "Problems"]
    sheet = book["申报表"]
    assert {name: colour(sheet[name]) for name in ("A2", "B2", "C2", "A3", "B7", "F2", "D2")} == {
        "A2": YELLOW,
        "B2": RED,
        "C2": RED,
        "A3": RED,
        "B7": RED,
        "F2": RED,
        "D2": None,
    }
    assert sheet["B2"].comment.text == "原有批注 <&>\n\n“<B2> & _x0041_” is odd."
    assert sheet["C2"].comment.text == "“<C2> & _x0041_” is odd.\n\n“<C2> & _x0041_” is odd."
    assert (sheet["C2"].number_format, sheet["F2"].number_format, sheet["C2"].font.b) == ("0.0%", "0.0%", True)
    assert (sheet["D9"].comment.text, sheet["D2"].value, sheet["C2"].value) == ("别处的批注", "=B2*2", 0.123)
    assert book["Problems"].max_row == 1 + len(SPOTS)
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(io.BytesIO(found.content)) as after:
        assert after.testzip() is None
        same = {name for name in before.namelist() if before.read(name) == after.read(name)}
        changed = set(before.namelist()) - same
        assert b'ObjectType="Button"' in after.read("xl/drawings/vmlDrawing1.vml")
    assert {"xl/media/image1.png", "xl/charts/chart1.xml", "xl/tables/table1.xml", "xl/sharedStrings.xml"} <= same
    assert changed == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
    }


def test_libreoffice_has_every_comment_at_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "back.xlsx"
    path.write_bytes(back(rich(), *SPOTS).content)
    for saved in office.handled(path, {"seen": []}, ("xlsx", "ods")):
        if saved.suffix == ".xlsx":
            sheet = openpyxl.load_workbook(saved)["申报表"]
            comments = {cell.coordinate: cell.comment.text for row in sheet for cell in row if cell.comment}
            assert set(comments) == {"A2", "A3", "B2", "B7", "C2", "D9", "F2"}
            assert comments["B2"].replace("_x005F_", "_") == "原有批注 <&>\n\n“<B2> & _x0041_” is odd."
            assert {name: colour(sheet[name]) for name in ("A2", "B2", "A3", "B7")} == {
                "A2": YELLOW,
                "B2": RED,
                "A3": RED,
                "B7": RED,
            }
        else:
            with zipfile.ZipFile(saved) as archive:
                assert archive.read("content.xml").decode().count("is odd.") >= len(SPOTS)


@pytest.mark.parametrize("data", [prefixed, strict])
def test_every_spelling_of_the_standard_can_be_marked(data: Callable[[], bytes], tmp_path: Path) -> None:
    spots = [problem(name, sheet=None) for name in ("B2", "D2", "A9", "A1")]
    found = back(data(), *spots)
    assert (found.cells, found.elsewhere) == (4, 0)
    (tmp_path / "back.xlsx").write_bytes(found.content)
    (saved,) = office.handled(tmp_path / "back.xlsx", {"seen": []}, ("xlsx",))
    sheet = openpyxl.load_workbook(saved).worksheets[0]
    assert {cell.coordinate for row in sheet for cell in row if cell.comment} == {"A1", "B2", "D2", "A9"}
    assert [colour(sheet[name]) for name in ("B2", "D2", "A9", "B3")] == [RED, RED, RED, None]
    assert [cell.value for cell in sheet[2]][:3] == ["甲", 10, 2]


def test_a_workbook_without_styles_gets_them_where_every_program_looks() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "名称"
    stream, bare = io.BytesIO(), io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as before, zipfile.ZipFile(bare, "w") as after:
        for name in before.namelist():
            if name != "xl/styles.xml":
                after.writestr(
                    name, re.sub(rb"<(Override|Relationship)\b[^>]*styles\.xml[^>]*>", b"", before.read(name))
                )
    assert colour(opened(back(bare.getvalue(), problem("A1", sheet=None)).content).worksheets[0]["A1"]) == RED


def test_cells_and_rows_without_their_places_are_counted() -> None:
    """Some programs leave out where cells and rows stand: they follow each other."""
    book = openpyxl.Workbook()
    for row in (["名称", "税收"], ["甲", 10], ["乙", 20]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    bare = io.BytesIO()
    with zipfile.ZipFile(stream) as before, zipfile.ZipFile(bare, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            after.writestr(name, re.sub(rb'<(c|row) r="[A-Z0-9]*"', rb"<\1", text) if "sheet1" in name else text)
    found = opened(back(bare.getvalue(), problem("B3", sheet=None), problem(None, 2, sheet=None)).content)
    sheet = found.worksheets[0]
    assert [colour(cell) for row in sheet.iter_rows(max_row=3) for cell in row] == [None, None, RED, None, None, RED]


def test_a_comment_with_a_thread_of_many_rows(tmp_path: Path) -> None:
    """More than a thousand comments: their shapes are numbered on."""
    book = openpyxl.Workbook()
    for at in range(1, 2501):
        book.active.cell(at, 1, at)
    book.active["A1"].comment = Comment("原有", "填报人")
    stream = io.BytesIO()
    book.save(stream)
    found = back(stream.getvalue(), *(problem(f"A{at}", sheet=None) for at in range(1, 2501)))
    (tmp_path / "back.xlsx").write_bytes(found.content)
    (saved,) = office.handled(tmp_path / "back.xlsx", {"seen": []}, ("xlsx",))
    sheet = openpyxl.load_workbook(saved).worksheets[0]
    assert sum(cell.comment is not None for cell in sheet["A"]) == 2500
    with zipfile.ZipFile(io.BytesIO(found.content)) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".vml")]
        numbers = re.findall(r'id="_x0000_s(\d+)"', archive.read(name).decode())
    assert len(numbers) == len(set(numbers)) == 2500


def test_a_picture_that_is_damaged_is_said() -> None:
    """What no reader of figures looks at has to be unpacked all the same."""
    data = bytearray(rich())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.getinfo("xl/media/image1.png")
    start = part.header_offset + 30 + len(part.filename)
    data[start : start + part.compress_size] = bytes(part.compress_size)
    with pytest.raises(KpiError) as raised:
        back(bytes(data), *SPOTS)
    assert [each.code for each in raised.value.problems] == ["not-markable"]
