"""Files that are made to harm, or are protected or damaged: refused by name, before they cost time and memory."""

from __future__ import annotations

import io
import json
import struct
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import polars
import pytest
import xlsxwriter
import xlwt

from kpi.evaluation.table import NAME
from kpi.figures import extents
from kpi.figures.manner import manner
from kpi.problems import Severity
from tests.figures.conftest import Reading, Write, codes, exact

SHEET = "xl/worksheets/sheet1.xml"
ROWS = [["名称", "税收"], ["甲", 1], ["乙", 2]]
QUICK = 20  # seconds that no refusal takes, on a busy machine either


def workbook(rows: list[list[object]] = ROWS, **options: object) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return stream.getvalue()


def changed(data: bytes, changes: Mapping[str, Callable[[bytes], bytes]], more: Mapping[str, bytes] = {}) -> bytes:
    """The archive with parts changed and added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, changes[name](content) if name in changes else content)
        for name, content in more.items():
            target.writestr(name, content)
    return stream.getvalue()


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new)

    return change


def ods(rows: str) -> bytes:
    stream = io.BytesIO()
    kinds = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{kind}="urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0"' for kind in kinds)
    body = f'<office:spreadsheet><table:table table:name="表">{rows}</table:table></office:spreadsheet>'
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {spaces}><office:body>{body}</office:body>'
            "</office:document-content>",
        )
    return stream.getvalue()


# Bombs.


def test_a_workbook_that_is_too_large_unpacked(write: Write, reading: Reading) -> None:
    problem = reading.problem(write("大.xlsx", workbook()), manner=manner(settings=["unpacked=1k"]))
    assert (problem.code, problem.place.file) == ("limit-exceeded", "大.xlsx")
    assert str(problem.hint) == "If the file is sound, raise the limit: --limit unpacked=…"


def test_a_part_that_grows_like_a_bomb(write: Write, reading: Reading) -> None:
    started = time.monotonic()
    bomb = changed(workbook(), {SHEET: lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + b" " * 50_000_000)})
    assert len(bomb) < 100_000
    assert "300 times" in str(reading.problem(write("弹.xlsx", bomb)).message)
    assert time.monotonic() - started < QUICK


@pytest.mark.parametrize("blank", ["\n", ",,,\n"])
def test_millions_of_blank_rows(blank: str, write: Write, reading: Reading) -> None:
    started = time.monotonic()
    table = reading(write("空.csv", "名称,税收\n甲,1\n" + blank * 1_000_000 + "注：示例数据\n"))
    assert (exact(table, "税收"), codes(table)) == ([1], ["rows-note"])
    assert time.monotonic() - started < QUICK


def test_a_directory_that_lies_about_sizes_is_not_believed(write: Write, reading: Reading) -> None:
    data = changed(workbook(), {SHEET: lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + b" " * 9_000_000)})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo(SHEET)
    size = entry.file_size.to_bytes(4, "little")
    assert data.count(size) == 2  # before the part, and in the directory
    assert reading.problem(write("谎.xlsx", data.replace(size, (100).to_bytes(4, "little")))).code == "file-damaged"


def test_two_cells_in_opposite_corners_are_not_a_table(write: Write, reading: Reading) -> None:
    data = changed(workbook(), {SHEET: replaced(b'r="B3"', b'r="XFD1048576"')})
    assert "more than 20,000,000 cells" in str(reading.problem(write("角.xlsx", data)).message)


@pytest.mark.parametrize(
    ("cells", "spanned"),
    [
        (b'<c r="A1"><v>1</v></c><c r="B1048576"><v>1</v></c>', 2 * 1048576),
        (b'<c r="A1"><v>1</v></c><c r="C3" s="1"><v>1</v></c><c r="XFD1048576" s="1"/>', 9),
        (b'<c r="B2" s="1"><v>1</v></c><c s="1" r="XFD2" ><v>1</v></c><c r="A1048576"/>', 32768),
        (b'<x:c r="AA1"><v>1</v></x:c><x:c r="AB1"><v>1</v></x:c>', 28),
        (b'<c r="XFD1048576"/>', 0),
    ],
)
def test_how_many_cells_a_worksheet_spans(cells: bytes, spanned: int) -> None:
    assert extents.of_worksheet(cells, 0) == spanned
    assert spanned <= extents.of_worksheet(cells, 20_000_000)


def test_how_many_cells_a_binary_worksheet_spans() -> None:
    def record(kind: int, *numbers: int) -> bytes:
        body = struct.pack(f"<{len(numbers)}I", *numbers)
        return bytes((kind, len(body))) + body

    assert extents.of_binary(record(0, 1) + record(5, 3, 0) + record(0, 9) + record(2, 4) + record(1, 90)) == 50
    assert extents.of_binary(b"\xff\xff\xff\xff\xff") == 0


def test_cells_without_references_cannot_hide_how_far_they_are(write: Write, reading: Reading) -> None:
    far = b"<row>" + b"<c/>" * 16_000 + b"<c><v>1</v></c></row>" + b"<row/>" * 100_000 + b"<row><c><v>1</v></c></row>"
    data = changed(workbook(), {SHEET: replaced(b"</sheetData>", far + b"</sheetData>")})
    assert reading.problem(write("远.xlsx", data)).code == "limit-exceeded"


def test_a_cell_repeated_without_end_in_an_opendocument_file(write: Write, reading: Reading) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    assert reading.problem(write("弹.ods", ods(row))).code == "limit-exceeded"


def test_a_column_repeated_without_end_in_a_parquet_file(write: Write, reading: Reading) -> None:
    stream = io.BytesIO()
    polars.DataFrame({"名称": ["甲"] * 3000, "税收": [1] * 3000}).write_parquet(stream)
    problem = reading.problem(write("弹.parquet", stream.getvalue()), manner=manner(settings=["cells=2k"]))
    assert problem.code == "limit-exceeded"


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_a_cell_that_is_longer_than_the_limit(kind: str, write: Write, reading: Reading) -> None:
    long = "甲" * 20_000
    data = {
        "xlsx": workbook([*ROWS, [long, 3]]),
        "csv": f"名称,税收\n{long},1\n".encode(),
        "json": f'[{{"名称": "{long}", "税收": 1}}]'.encode(),
    }[kind]
    assert reading(write(f"字.{kind}", data)).frame[NAME][-1] == long
    problem = reading.problem(write(f"字.{kind}", data), manner=manner(settings=["text=10k"]))
    assert str(problem.message) == "A cell has more than 10,000 characters."


def test_a_quarter_of_a_million_formatted_rows_without_content(write: Write, reading: Reading) -> None:
    empty = b"".join(
        b'<row r="%d"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (at, at, at) for at in range(4, 250_000)
    )
    data = changed(workbook(), {SHEET: replaced(b"</sheetData>", empty + b"</sheetData>")})
    started = time.monotonic()
    assert reading(write("空.xlsx", data)).frame[NAME].to_list() == ["甲", "乙"]
    assert time.monotonic() - started < QUICK


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_all_the_columns_that_a_worksheet_can_have(kind: str, write: Write, reading: Reading) -> None:
    header = ["名称", "税收", *(f"其他数据项{at}" for at in range(16_382))]
    row: list[object] = ["甲", 1, *range(16_382)]
    text = "\n".join(",".join(map(str, line)) for line in (header, row)) + "\n"
    started = time.monotonic()
    table = reading(write(f"宽.{kind}", text if kind == "csv" else workbook([list(header), row])))
    assert exact(table, "税收") == [1]
    assert time.monotonic() - started < 60


# XML.


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"])
def test_entities_are_refused(part: str, write: Write, reading: Reading) -> None:
    laughs = "".join(f'<!ENTITY a{at + 1} "{f"&a{at};" * 10}">' for at in range(9))
    declared = f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}<!ENTITY file SYSTEM "file:///etc/hostname">]>'.encode()
    data = changed(workbook(), {part: replaced(b"?>", b"?>" + declared)})
    problem = reading.problem(write("笑.xlsx", data))
    assert problem.code == "xml-declaration"
    assert part in str(problem.message)


def test_entities_in_an_opendocument_file_are_refused(write: Write, reading: Reading) -> None:
    declared = replaced(b"?>", b'?><!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/hostname">]>')
    data = changed(ods("<table:table-row/>"), {"content.xml": declared})
    assert reading.problem(write("笑.ods", data)).code == "xml-declaration"


def test_an_entity_that_nobody_declared_does_not_empty_a_cell(write: Write, reading: Reading) -> None:
    data = changed(workbook(), {SHEET: replaced(b"<v>2</v>", b"<v>&x;</v>")})
    assert reading.problem(write("空.xlsx", data)).code == "file-damaged"


@pytest.mark.parametrize("value", [b"<v><![CDATA[2]]></v>", b"<v>&#50;</v>", b"<v><!-- was 3 -->2</v>"])
def test_unusual_ways_to_write_a_value(value: bytes, write: Write, reading: Reading) -> None:
    data = changed(workbook(), {SHEET: lambda xml: xml.replace(b'<c r="B3"><v>2</v>', b'<c r="B3">' + value)})
    assert exact(reading(write("怪.xlsx", data)), "税收") == [1, 2]


def percents(change: Callable[[bytes], bytes]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["名称", "研发占比"])
        sheet.write_row(1, 0, ["甲", 0.15], book.add_format({"num_format": "0%"}))
    return changed(stream.getvalue(), {SHEET: change})


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(b' r="B2"', b""),
        lambda xml: xml.replace(b' r="B2"', b" r='B2'"),
        lambda xml: xml.replace(b' r="B2"', b' r="b2"'),
        lambda xml: xml.replace(b'<c r="B2" s="1"', b'<c s="1" r="B2"'),
        lambda xml: xml.replace(b'<c r="B2" s="1"', b'<c\n s="1"\n r="B2"'),
    ],
)
def test_a_percentage_is_seen_however_its_cell_is_written(
    change: Callable[[bytes], bytes], write: Write, reading: Reading
) -> None:
    assert exact(reading(write("率.xlsx", percents(change))), "研发占比") == [15]


def test_the_strict_form_of_the_format(write: Write, reading: Reading) -> None:
    def strict(xml: bytes) -> bytes:
        for transitional, own in (
            (
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            ),
            (
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            ),
        ):
            xml = xml.replace(transitional, own)
        return xml

    data = percents(lambda xml: xml)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        every = {name: strict for name in archive.namelist() if "xl/" in name}
    assert exact(reading(write("严.xlsx", changed(data, every))), "研发占比") == [15]


# Protected and damaged.


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_workbooks_that_libreoffice_protected(kind: str, reading: Reading) -> None:
    assert reading.problem(Path(__file__).parent / "protected" / f"protected.{kind}").code == "file-protected"


def compound(name: str) -> bytes:
    """An .xls file in which the stream of the workbook has another name."""
    book, stream = xlwt.Workbook(), io.BytesIO()
    book.add_sheet("表").write(0, 0, "名称")
    book.save(stream)
    old, new = "Workbook".encode("utf-16-le"), name.encode("utf-16-le")
    data = stream.getvalue()
    at = data.rindex(old)
    entry = new.ljust(64, b"\0") + (len(new) + 2).to_bytes(2, "little")
    return data[:at] + entry + data[at + len(entry) :]


def test_an_encrypted_xlsx(write: Write, reading: Reading) -> None:
    assert reading.problem(write("密.xlsx", compound("EncryptedPackage"))).code == "file-protected"


def test_the_name_of_the_encrypted_stream_in_a_cell_protects_nothing(write: Write, reading: Reading) -> None:
    book, stream = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("表")
    for at, row in enumerate([["名称", "税收"], ["EncryptedPackage中", 1]]):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    book.save(stream)
    assert "EncryptedPackage".encode("utf-16-le") in stream.getvalue()
    assert reading(write("字.xls", stream.getvalue())).frame[NAME].to_list() == ["EncryptedPackage中"]


def test_a_document_of_another_kind(write: Write, reading: Reading) -> None:
    problem = reading.problem(write("文.xls", compound("WordDocument")))
    assert (problem.code, "Word" in str(problem.message)) == ("not-a-table", True)


def test_an_archive_with_a_password(write: Write, reading: Reading) -> None:
    data = bytearray(workbook())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 1)
    assert reading.problem(write("密.xlsx", bytes(data))).code == "file-protected"


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (SHEET, lambda xml: xml[:-200]),
        (SHEET, lambda xml: xml[: xml.rindex(b"<row")]),
        (SHEET, replaced(b"<v>0</v>", b"<v>77</v>")),
        (SHEET, replaced(b"<v>0</v>", b"<v>-1</v>")),
        (SHEET, replaced(b"<v>0</v>", b"<v>1.5</v>")),
        (SHEET, replaced(b"<v>2</v>", b"<v>2O</v>")),
        (SHEET, lambda xml: xml.decode().encode("utf-16")),
        ("xl/workbook.xml", replaced(b'"UTF-8"', b'"TF-8"')),
        ("xl/styles.xml", replaced(b'numFmtId="0"', b'numFmtId="x"')),
        ("xl/sharedStrings.xml", lambda xml: xml[:-30]),
        ("xl/sharedStrings.xml", lambda xml: b""),
        ("xl/workbook.xml", lambda xml: xml[:-30]),
        ("xl/_rels/workbook.xml.rels", lambda xml: b""),
    ],
)
def test_damaged_parts(part: str, change: Callable[[bytes], bytes], write: Write, reading: Reading) -> None:
    assert reading.problem(write("坏.xlsx", changed(workbook(), {part: change}))).code == "file-damaged"


def test_a_wrong_checksum(write: Write, reading: Reading) -> None:
    stored = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(stored, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    data = stored.getvalue()
    at = data.index(b"<v>2</v>") + 3
    assert reading.problem(write("坏.xlsx", data[:at] + b"9" + data[at + 1 :])).code == "file-damaged"


@pytest.mark.parametrize("part", range(1, 8))
def test_old_workbooks_cut_short(part: int, write: Write, reading: Reading) -> None:
    data = (Path(__file__).parent / "protected" / "protected.xls").read_bytes()
    assert reading.problem(write("半.xls", data[: len(data) * part // 8])).code in ("file-damaged", "file-protected")


# Other workbooks.


def test_values_from_other_workbooks_are_said(write: Write, reading: Reading) -> None:
    change = replaced(b'<c r="B3"><v>2</v>', b'<c r="B3"><f>[1]Sheet1!$A$1</f><v>2</v>')
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    data = changed(workbook(), {SHEET: change}, {"xl/externalLinks/externalLink1.xml": link})
    table = reading(write("外.xlsx", data))
    assert (exact(table, "税收"), codes(table)) == ([1, 2], ["external-values"])
    assert [problem.severity for problem in table.problems] == [Severity.NOTE]


def test_a_workbook_of_openpyxl_is_none_of_all_this(write: Write, reading: Reading) -> None:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in ROWS:
        book.active.append(row)
    book.save(stream)
    assert codes(reading(write("好.xlsx", stream.getvalue()))) == []


def test_a_cell_without_end_at_the_top_of_a_text(write: Write, reading: Reading) -> None:
    path = write("大.csv", "名称,税收\n".encode() + b"x" * 30_000_000 + b",1\n")
    problem = reading.problem(path)
    assert (problem.code, problem.place.file) == ("limit-exceeded", "大.csv")
    assert "32,767 characters" in str(problem.message)


@pytest.mark.parametrize("text", ["x", "单位", " ", "单 ", "为", "(", "二〇", "（）", "单位：", "甲："])
def test_a_cell_as_long_as_one_can_be_takes_no_minutes(text: str, write: Write, reading: Reading) -> None:
    """What looks for units in texts went through a long cell again for each of its letters."""
    cell = (text * 32_767)[:32_766] + "x"
    path = write("长.csv", f"{cell},\n名称,税收,备注\n甲,1,{cell}\n乙,2,\n{cell},3,\n".encode())
    begun = time.process_time()
    assert exact(reading(path), "税收") == [1, 2, 3]
    assert time.process_time() - begun < 8


@pytest.mark.parametrize("text", ["（）", "（一）", "上年", "（2023年）", "税收：", "甲 税收："])
def test_a_header_as_long_as_one_can_be_takes_no_minutes(text: str, reading: Reading) -> None:
    """Each bracket of a header was taken off in turn, and each time the rest was looked through."""
    begun = time.process_time()
    assert exact(reading.text(f"名称,税收,{(text * 32_767)[:32_766]}\n甲,1,\n乙,2,\n"), "税收") == [1, 2]
    assert time.process_time() - begun < 8


@pytest.mark.parametrize(
    "text",
    [
        "名称,税收" + ",x" * 20_000 + "\n甲,1\n",
        json.dumps([{"名称": "甲", "税收": 1, **{f"k{n}": 1 for n in range(20_000)}}]),
    ],
)
def test_more_columns_than_any_spreadsheet_has(text: str, reading: Reading) -> None:
    problem = reading.problem("-", stdin=text.encode())
    assert problem.code == "limit-exceeded"
    assert "more than 16,384 columns" in str(problem.message)
    assert "--limit columns=…" in str(problem.hint)
