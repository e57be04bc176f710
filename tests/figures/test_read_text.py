"""CSV and its relatives: encodings, delimiters, missing cells, problems with their places."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import polars
import pytest

from kpi.evaluation.table import ID, NAME, ROW, Source
from kpi.problems import Severity
from tests.figures.conftest import Reading, Write, codes, exact

TABLE = "统一社会信用代码,企业名称,税收（万元）,行业\n91350100M000100Y43,甲公司,1234.50,C13\n,乙公司,—,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "，"])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_encodings_and_delimiters_are_found(
    encoding: str, delimiter: str, line: str, write: Write, reading: Reading
) -> None:
    text = TABLE.replace(",", delimiter).replace("\n", line)
    table = reading(write("企业.csv", text.encode(encoding)))
    assert table.frame[ID].to_list() == ["91350100M000100Y43", None]
    assert table.frame[NAME].to_list() == ["甲公司", "乙公司"]
    assert table.frame["行业"].to_list() == ["C13", None]
    assert exact(table, "税收") == [Fraction(2469, 2), None]


def test_the_file_is_known_by_its_fingerprint(write: Write, reading: Reading) -> None:
    table = reading(write("企业.csv", TABLE))
    assert table.sources == (Source("企业.csv", None, hashlib.sha256(TABLE.encode()).hexdigest(), 2),)
    assert table.period is None


def test_blank_lines_count_as_rows_but_are_no_entities(reading: Reading) -> None:
    table = reading.text("\n名称,税收\n甲,1\n\n,\n乙,2\n\n")
    assert table.frame[NAME].to_list() == ["甲", "乙"]
    assert table.frame[ROW].to_list() == [3, 6]


def test_quoted_cells_may_hold_line_ends_and_thousands_separators(reading: Reading) -> None:
    table = reading.text('名称,税收\n"甲\n公司","1,234.5"\n"乙""二""",２\n')
    assert table.frame[NAME].to_list() == ["甲\n公司", '乙"二"']
    assert exact(table, "税收") == [Fraction(2469, 2), Fraction(2)]


def test_missing_is_null_and_zero_is_zero(reading: Reading) -> None:
    table = reading.text(
        "名称,税收\n" + "".join(f"企业{at},{cell}\n" for at, cell in enumerate(["", "—", "/", "无", "0", "0.00", "-0"]))
    )
    assert table.frame["税收"].to_list() == [None, None, None, None, 0.0, 0.0, 0.0]


def test_every_faulty_cell_is_reported_at_once_with_its_place(write: Write, reading: Reading) -> None:
    file = write("表.csv", '名称,税收,高新,研发占比\n甲,"1,2O0",是,12%\n乙,5,也许,x\n丙,0.1234567890123456,,#DIV/0!\n')
    problems = reading.problems(file)
    assert [(problem.place.cell, problem.place.entity, problem.code) for problem in problems] == [
        ("B2", "甲", "not-a-number"),
        ("C3", "乙", "not-yes-or-no"),
        ("D3", "乙", "not-a-number"),
        ("B4", "丙", "number-too-long"),
        ("D4", "丙", "cell-error-value"),
    ]
    assert all(problem.place.file == "表.csv" and problem.severity is Severity.ERROR for problem in problems)


def test_skip_errors_leaves_out_the_rows_and_lists_them(reading: Reading) -> None:
    table = reading.text("名称,税收,高新\n甲,x,是\n乙,5,否\n丙,y,也许\n", skip_errors=True)
    assert table.frame[NAME].to_list() == ["乙"]
    assert [(one.name, one.place.line, len(one.problems)) for one in table.rejected] == [("甲", 2, 1), ("丙", 4, 2)]


def test_numbers_in_words_name_the_unit_for_the_header(reading: Reading) -> None:
    problem = reading.problem("-", stdin="名称,税收\n甲,900万元\n".encode())
    assert str(problem.hint) == "Write only the number, and the unit 万元 into the header, in brackets."


@pytest.mark.parametrize("position", [1, 3, 5000])
def test_a_thousands_separator_without_quotes_is_never_read_as_two_cells(position: int, reading: Reading) -> None:
    rows = ["名称,税收,用地面积"] + [f"企业{at},1,2" for at in range(6000)]
    rows[position] = "坏企业,1,200,2"
    problem = reading.problem("-", stdin="\n".join(rows).encode(), only=frozenset({"税收"}))
    assert (problem.code, problem.place.cell) == ("row-too-long", f"D{position + 1}")


def test_empty_cells_beyond_the_header_do_no_harm(reading: Reading) -> None:
    assert exact(reading.text("名称,税收,,\n甲,1,,\n乙,2\n"), "税收") == [1, 2]


def test_gb18030_that_begins_late_is_found(write: Write, reading: Reading) -> None:
    rows = b"name,land used\n" + b"".join(f"company {at},1\n".encode() for at in range(9000))
    table = reading(write("late.csv", rows + "最后一家,2\n".encode("gb18030")))
    assert table.frame[NAME][-1] == "最后一家"


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("file-empty", b""),
        ("file-empty", b"\xef\xbb\xbf\r\n \n"),
        ("no-rows", "名称,税收\n".encode()),
        ("no-rows", "名称,税收\n,\n".encode()),
        ("encoding-unreadable", b"\x81\x20\xff,\xff\n\xff"),
        ("not-a-table", b"<html><table>"),
        ("not-a-table", b"abc\x00def,\x00\xff\n"),
        ("quotes-unbalanced", '名称,税收\n"甲,1\n'.encode()),
        ("no-name-column", "税收\n1\n2\n".encode()),
        ("no-column-matches", "天气\n晴\n".encode()),
    ],
)
def test_bad_files_get_one_clear_problem(code: str, data: bytes, reading: Reading) -> None:
    assert reading.problem("-", stdin=data).code == code


def test_files_that_are_none(write: Write, reading: Reading, tmp_path: object) -> None:
    problems = reading.problems("没有.csv", str(tmp_path), write("空.csv", ""))
    assert [problem.code for problem in problems] == ["file-missing", "is-a-directory", "file-empty"]
    assert problems[0].place.file == "没有.csv"


def test_no_file_at_all(reading: Reading) -> None:
    assert reading.problem().code == "no-files"


def test_a_single_row_need_not_say_whom_it_is_about(reading: Reading) -> None:
    assert exact(reading.text("税收,用地面积\n900,50\n"), "税收") == [900]


def test_a_row_about_nobody(reading: Reading) -> None:
    problem = reading.problem("-", stdin="名称,税收\n甲,1\n,3\n".encode())
    assert (problem.code, problem.place.line) == ("row-without-name", 3)


def test_an_entity_twice_is_reported_with_both_places(reading: Reading) -> None:
    problem = reading.problem("-", stdin="名称,税收\n甲公司（集团）,1\n乙,2\n甲公司(集团),3\n".encode())
    assert (problem.code, problem.place.cell) == ("entity-twice", "A4")
    assert str(problem.message) == "甲公司(集团) was already reported for the same period in - A2."


def test_wrong_and_ruined_codes(reading: Reading) -> None:
    table = reading.text("信用代码,名称,税收\n91350100M000100Y44,甲,1\n")
    (warning,) = table.problems
    assert (warning.code, warning.severity, warning.place.cell) == ("code-check-character", Severity.WARNING, "A2")
    assert "the last one is 3" in str(warning.expected)
    problem = reading.problem("-", stdin="信用代码,名称,税收\n9.1335E+17,甲,1\n".encode())
    assert (problem.code, problem.place.cell, problem.place.entity) == ("code-ruined", "A2", "甲")
    assert "Give the column the format of text" in str(problem.hint)


def test_a_code_that_is_too_short_is_a_warning_with_its_cell(reading: Reading) -> None:
    table = reading.text("信用代码,名称,税收\n91350100M000100Y4,甲,1\n91350100M000100Y43,乙,2\n")
    (warning,) = table.problems
    assert (warning.code, warning.severity, warning.place.cell) == ("code-length", Severity.WARNING, "A2")
    own = reading.text("企业代码,名称,税收\n91350100000000001,甲,1\n91350100000000002,乙,2\n")
    assert not own.problems


def test_failures_and_placeholders_in_a_column_of_codes_join_nobody(reading: Reading, write: Write) -> None:
    write("税收.csv", "名称,信用代码,税收\n甲,#N/A,1\n乙,91350100M000100Y43,2\n丙,待办,3\n")
    write("用地.csv", "名称,信用代码,用地面积\n丁,#N/A,4\n乙,91350100M000100Y43,5\n丙,0,6\n")
    files = ["税收.csv", "用地.csv"]
    failed = reading.problems(*files)
    assert [(each.code, each.place.file, each.place.cell, each.place.entity) for each in failed] == [
        ("cell-error-value", "税收.csv", "B2", "甲"),
        ("cell-error-value", "用地.csv", "B2", "丁"),
    ]
    table = reading(*files, skip_errors=True)
    assert table.frame[NAME].to_list() == ["乙", "丙"]
    assert exact(table, "用地面积") == [5, 6]
    vacant = [each for each in table.problems if each.code == "code-placeholder"]
    assert [(each.severity, each.place.cell) for each in vacant] == [(Severity.NOTE, "B4")] * 2


def test_only_the_wanted_figures_are_taken(reading: Reading) -> None:
    table = reading.text("名称,税收,用地面积\n甲,1,x\n", only=frozenset({"税收"}))
    assert table.frame.columns[4:] == ["税收"]


def test_which_rows_are_entities_does_not_hang_on_what_is_wanted(reading: Reading) -> None:
    """A single row makes up what one column leaves: that alone is no proof that it is a part, two columns are."""
    text = "名称,税收,用地面积\n甲,10,30\n其中：一厂,4,10\n二厂,6,20\n乙,1,1\n"
    for only in (None, frozenset({"税收"}), frozenset({"用地面积"})):
        assert reading.text(text, only=only).frame[NAME].to_list() == ["甲", "乙"]


def test_dates_without_a_day_are_warned_about(reading: Reading) -> None:
    table = reading.text("名称,投产日期\n甲,2020年3月\n乙,43831\n丙,2020-05-06\n")
    assert [str(day) for day in table.frame["投产日期"]] == ["2020-03-01", "2020-01-01", "2020-05-06"]
    assert codes(table) == ["date-without-day", "date-as-serial"]


def test_column_types(reading: Reading) -> None:
    table = reading.text("名称,税收,行业,投产日期,高新\n甲,,,,\n")
    assert dict(table.frame.schema) == {
        "#id": polars.String,
        "#name": polars.String,
        "#source": polars.UInt32,
        "#row": polars.UInt32,
        "税收": polars.Float64,
        "行业": polars.String,
        "投产日期": polars.Date,
        "高新": polars.Boolean,
    }


def test_a_name_that_is_an_error_value_is_no_missing_name(reading: Reading) -> None:
    problem = reading.problem("-", stdin="名称,税收\n甲,1\n#REF!,3\n".encode())
    assert (problem.code, problem.place.cell) == ("cell-error-value", "A3")
    assert reading.problem("-", stdin="名称,税收\n#REF!,3\n".encode()).code == "cell-error-value"


def test_a_name_that_begins_like_a_formula_is_a_text_where_no_cell_holds_formulas(reading: Reading) -> None:
    table = reading.text('名称,税收\n"=HYPERLINK(""http://x"",""甲"")",1\n\t=1+1,2\n"=""乙""",3\n')
    assert table.frame[NAME].to_list() == ['=HYPERLINK("http://x","甲")', "=1+1", "乙"]
    assert [(each.code, each.place.cell) for each in table.problems] == [("name-like-formula", "A2")]
    # What rules compare is not taken so: nobody means the words of a formula.
    problems = reading.problems("-", stdin="名称,税收,行业\n甲,1,=A1\n乙,=A1,C13\n".encode())
    assert [problem.code for problem in problems] == ["formula-not-calculated"] * 2


def test_rows_about_nobody_are_not_called_the_same(reading: Reading) -> None:
    problems = reading.problems("-", stdin="名称,税收\n甲,1\n,2\n,3\n".encode())
    assert [problem.code for problem in problems] == ["row-without-name", "row-without-name"]


def test_messages_stay_short_whatever_a_cell_holds(reading: Reading) -> None:
    text = f"名称,税收\n{'甲' * 5000},{'9' * 5000}\n"
    problem = reading.problem("-", stdin=text.encode())
    assert problem.code == "number-too-long"
    assert len(str(problem.message)) < 300
    assert problem.place.entity is not None
    assert len(problem.place.entity) < 300
    wide = reading.problem("-", stdin=",".join(f"列{number}" for number in range(5000)).encode() + b"\n")
    assert wide.code == "no-column-matches"
    assert len(str(wide.message)) < 1200


def test_a_device_is_no_file_of_figures(reading: Reading) -> None:
    assert reading.problem("/dev/zero").code == "is-a-device"


@pytest.mark.parametrize(
    "text",
    [
        '名称,税收,用地面积\n"甲,10,2\n乙",20,5\n丙,3,4\n',
        '名称,税收,用地面积\n丙,3,4\n"甲,10,2\n乙,20,5\n丁",3,4\n',
        '名称;税收;用地面积\n"甲;10;2\n乙";20;5\n',
        '名称，税收，用地面积\n"甲，10，2\n乙"，20，5\n',
    ],
)
def test_a_quotation_mark_that_swallows_rows(text: str, reading: Reading) -> None:
    assert reading.problem("-", stdin=text.encode()).code == "quotes-unbalanced"


def test_line_breaks_and_commas_in_a_name_are_no_rows(reading: Reading) -> None:
    table = reading.text('名称,税收,用地面积\n"甲公司\n（原乙公司, 丙公司）",10,2\n')
    assert table.frame.height == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("名称;税收\n甲;1,500\n乙;2\n", [("decimal-commas", "B2")]),
        ("名称;税收\n甲;5\n乙;12,250\n", [("decimal-commas", "B3")]),
        ("名称;税收\n甲;1,500\n乙;1,234,567\n", []),
        ("名称;税收\n甲;1,500.5\n乙;1,234\n", []),
        ("名称\t税收\n甲\t1,500\n", []),
    ],
)
def test_commas_that_may_stand_before_decimals(text: str, said: list[tuple[str, str]], reading: Reading) -> None:
    problems = [problem for problem in reading.text(text).problems if problem.code != "delimiter-found"]
    assert [(problem.code, problem.place.cell) for problem in problems] == said


def test_a_column_of_towns_without_a_header_is_said(reading: Reading) -> None:
    table = reading.text(",企业名称,税收\n东镇,甲公司,10\n,乙公司,10\n西镇,丙公司,20\n合计,,40\n")
    (note,) = [problem for problem in table.problems if problem.code == "column-without-header"]
    assert (note.place.cell, note.severity) == ("A1", Severity.NOTE)
    assert str(note.message) == "Column A has 2 texts (“东镇”, “西镇”) and no header; it is not used."


@pytest.mark.parametrize(
    "text",
    [
        # Remarks beside the table.
        "企业名称,税收,\n甲公司,10,新建\n乙公司,10,\n丙公司,20,\n丁公司,5,已搬迁\n戊公司,5,\n",
        ",企业名称,税收\n★,甲公司,10\n★,乙公司,10\n",
        ",企业名称,税收\n1,甲公司,10\n2,乙公司,10\n合计,,20\n注：示例数据,,\n",
    ],
)
def test_remarks_marks_and_labels_without_a_header_are_not_said(text: str, reading: Reading) -> None:
    assert "column-without-header" not in codes(reading.text(text))


LONG = "企业名称,指标名称,单位,数值\n甲公司,税收,万元,10\n甲公司,用地面积,亩,2\n"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        (LONG, "B1"),
        (LONG + "乙公司,税收,万元,20\n乙公司,用地面积,亩,5\n", "B1"),
        ("2023年指标表,,,\n年份,项目,统一社会信用代码,本年数\n2023,税收,甲,10\n2023,用地面积,甲,2\n", "B2"),
    ],
)
def test_a_long_table_is_called_what_it_is(text: str, cell: str, reading: Reading) -> None:
    problem = reading.problem("-", stdin=text.encode())
    assert (problem.code, problem.place.cell) == ("table-long", cell)


def test_what_looks_like_a_long_table_and_is_none(reading: Reading) -> None:
    form = "指标名称,单位,数值\n企业名称,,甲公司\n税收,万元,10\n用地面积,亩,2\n"
    assert exact(reading.text(form), "税收") == [10]
    projects = "企业名称,项目,金额,税收\n甲公司,一期,5,10\n乙公司,二期,6,20\n"
    assert exact(reading.text(projects), "税收") == [10, 20]


def test_the_name_of_the_only_row_without_a_header_is_said(reading: Reading) -> None:
    table = reading.text(",税收,用地面积\n甲公司,10,2\n")
    assert codes(table) == ["column-without-header"]
