"""Files that are something else than their name says: each is called by its name."""

from __future__ import annotations

import pytest

from tests.figures.conftest import Reading, Write

EXCEL_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
)
FLAT = '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'
PAGE = '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>名称</td></tr></table></html>'


@pytest.mark.parametrize(
    ("said", "data"),
    [
        ("in the XML format of Excel 2003", EXCEL_2003.encode()),
        ("in the XML format of Excel 2003", EXCEL_2003.encode("utf-16")),
        ("(.fods)", FLAT.encode()),
        ("a web page (HTML)", PAGE.encode("gb18030")),
        ("a web page (HTML)", b"\r\n <TABLE><tr><td>1</td></tr></TABLE>"),
        ("a web page (HTML)", "\ufeff<!DOCTYPE html><p>1".encode()),
        ("an XML file", b"<?xml version='1.0'?><rows/>"),
        ("a web page saved as one file", b"MIME-Version: 1.0\r\nContent-Type: multipart/related"),
        ("PDF", b"%PDF-1.7"),
        ("RTF", b"{\\rtf1 a}"),
        ("(7z)", b"7z\xbc\xaf\x27\x1c"),
        ("(RAR)", b"Rar!\x1a\x07"),
        ("an empty compressed file", b"PK\x05\x06" + bytes(18)),
        ("SQLite", b"SQLite format 3\x00"),
        ("SYLK", b"ID;PWXL;N;E\r\n"),
        ("Excel 4 or older", b"\x09\x02\x06\x00\x00\x00\x10\x00"),
    ],
)
def test_what_a_file_really_is(said: str, data: bytes, write: Write, reading: Reading) -> None:
    problem = reading.problem(write("报表.xls", data))
    assert problem.code == "not-a-table"
    assert said in str(problem.message)
    assert problem.hint is not None
