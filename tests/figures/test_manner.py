"""How files are to be read: encodings and delimiters that are found are said, those that are asked for are obeyed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kpi.evaluation.table import NAME
from kpi.figures.manner import PLAIN, manner
from kpi.problems import KpiError, Severity
from tests.figures.conftest import Reading, Write, codes, exact

TABLE = "企业名称,税收\n甲公司,1\n"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", TABLE.encode(), []),
        ("a.csv", TABLE.encode("utf-8-sig"), []),
        ("a.tsv", TABLE.replace(",", "\t").encode(), []),
        ("a.csv", TABLE.encode("gb18030"), ["The text is read as GB18030."]),
        ("a.csv", TABLE.encode("utf-16"), ["The text is read as UTF-16."]),
        ("a.csv", TABLE.encode("utf-16-le"), ["The text is read as UTF-16-LE."]),
        ("a.csv", TABLE.encode("utf-16-be"), ["The text is read as UTF-16-BE."]),
        ("a.csv", TABLE.replace(",", "\t").encode(), ["The cells of a row are separated by tabs."]),
        ("a.txt", TABLE.replace(",", ";").encode(), ["The cells of a row are separated by semicolons."]),
        (
            "a.txt",
            TABLE.replace(",", "，").encode("gb18030"),
            ["The text is read as GB18030.", "The cells of a row are separated by “，”."],
        ),
    ],
)
def test_what_was_found_is_said(name: str, data: bytes, said: list[str], write: Write, reading: Reading) -> None:
    table = reading(write(name, data))
    assert (table.frame[NAME].to_list(), exact(table, "税收")) == (["甲公司"], [Fraction(1)])
    assert [str(problem.message) for problem in table.problems] == said
    assert all(problem.severity is Severity.NOTE for problem in table.problems)


def test_an_encoding_that_shows_late_is_said_too(write: Write, reading: Reading) -> None:
    rows = b"name,land used\n" + b"company,1\n" * 9000
    problems = reading.problems(write("late.csv", rows + "甲,2\n甲,3\n".encode("gb18030")))
    assert {problem.place.entity for problem in problems} == {"company", "甲"}
    rows = b"name,land used\n" + b"".join(f"company {at},1\n".encode() for at in range(9000))
    assert codes(reading(write("late.csv", rows + "甲,2\n".encode("gb18030")))) == ["encoding-found"]


def test_a_text_that_is_utf8_at_first_and_then_not_is_refused(write: Write, reading: Reading) -> None:
    rows = "名称,税收\n".encode() + b"".join(f"company {at},1\n".encode() for at in range(9000))
    problem = reading.problem(write("two.csv", rows + "甲,2\n".encode("gb18030")))
    assert (problem.code, problem.place.line) == ("encoding-unreadable", 9002)


def test_a_text_that_says_something_else_in_another_encoding_is_not_guessed(reading: Reading) -> None:
    data = "name,税收\n一些,1\n".encode("gb18030").replace("税收".encode("gb18030"), b"tax paid")
    problem = reading.problem("-", stdin=data)
    assert (problem.code, problem.place.line) == ("encoding-ambiguous", 2)
    assert str(problem.message) == "A text here is “һЩ” in UTF-8, and “一些” in GB18030."
    # One such letter alone is a dot or an exponent, which UTF-8 texts have.
    assert reading.text("name,land used（m²）\nA·B,1\n").frame[NAME].to_list() == ["A·B"]


@pytest.mark.parametrize("encoding", ["gbk", "GB2312", "gb18030", "big5", "utf-8", "utf-16"])
def test_an_encoding_that_is_asked_for_is_used_and_not_said(encoding: str, reading: Reading) -> None:
    data = "name,land used\n中,1\n".encode(encoding)
    table = reading("-", stdin=data, manner=manner(encoding))
    assert (table.frame[NAME].to_list(), codes(table)) == (["中"], [])


def test_a_mark_does_not_become_part_of_the_header(reading: Reading) -> None:
    assert codes(reading("-", stdin=TABLE.encode("utf-8-sig"), manner=manner("utf-8"))) == []


def test_a_text_that_is_not_in_the_encoding_asked_for(reading: Reading) -> None:
    problem = reading.problem("-", stdin=TABLE.encode("gb18030"), manner=manner("utf-8"))
    assert (problem.code, str(problem.message)) == ("encoding-unreadable", "The text is not UTF-8 throughout (line 1).")


@pytest.mark.parametrize(("asked", "used"), [("|", "|"), ("tab", "\t"), ("\\t", "\t"), ("#", "#"), ("、", "、")])
def test_a_delimiter_that_is_asked_for_is_used(asked: str, used: str, reading: Reading) -> None:
    table = reading("-", stdin=TABLE.replace(",", used).encode(), manner=manner(delimiter=asked))
    assert (exact(table, "税收"), codes(table)) == ([Fraction(1)], [])


def test_commas_in_a_text_with_another_delimiter_are_part_of_its_cells(reading: Reading) -> None:
    table = reading.text("名称，税收，用地面积\n甲,乙，1,200，5\n丙，，\n")
    assert table.frame[NAME].to_list() == ["甲,乙", "丙"]
    assert exact(table, "税收") == [1200, None]
    assert exact(table, "用地面积") == [5, None]


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("bad-encoding", {"encoding": "utf-9"}),
        ("bad-encoding", {"encoding": "rot13"}),
        ("bad-encoding", {"encoding": ""}),
        ("bad-delimiter", {"delimiter": ""}),
        ("bad-delimiter", {"delimiter": ",,"}),
        ("bad-delimiter", {"delimiter": '"'}),
        ("bad-limit", {"settings": ["cells"]}),
        ("bad-limit", {"settings": ["cells=-1"]}),
        ("bad-limit", {"settings": ["cells=9999999999999999999"]}),
        ("bad-limit", {"settings": ["rows=1"]}),
    ],
)
def test_what_cannot_be_asked_for(code: str, asked: dict[str, object]) -> None:
    with pytest.raises(KpiError) as refused:
        manner(**asked)  # type: ignore[arg-type]
    assert [problem.code for problem in refused.value.problems] == [code]


def test_limits_are_numbers_with_a_letter_for_thousands() -> None:
    limits = manner(settings=["cells=50M", "text = 1_000", "file=2g"]).limits
    assert (limits.cells, limits.text, limits.file) == (50_000_000, 1000, 2_000_000_000)
    assert limits.ratio == PLAIN.limits.ratio


def test_a_file_larger_than_the_limit(write: Write, reading: Reading) -> None:
    small = manner(settings=["file=10"])
    for problem in (
        reading.problem("-", stdin=TABLE.encode(), manner=small),
        reading.problem(write("a.csv", TABLE), manner=small),
    ):
        assert (problem.code, str(problem.message)) == ("limit-exceeded", "The file has more than 10 bytes.")
        assert str(problem.hint) == "If the file is sound, raise the limit: --limit file=…"
