"""JSON, JSON lines, Parquet."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import polars
import pytest

from kpi.evaluation.table import NAME, ROW
from tests.figures.conftest import Reading, Write, codes, exact


@pytest.mark.parametrize(
    "text",
    [
        '[{"名称": "甲", "税收": 1.50, "高新": true}, {"名称": "乙", "税收": null, "用地面积": "1,200"}]',
        '{"entities": [{"名称": "甲", "税收": 1.50, "高新": true}, {"名称": "乙", "用地面积": "1,200"}]}',
        '{"名称": "甲", "税收": 1.50, "高新": true}\n{"名称": "乙", "用地面积": "1,200"}\n',
    ],
)
def test_json(text: str, reading: Reading) -> None:
    table = reading("-", stdin=text.encode())
    assert table.frame[NAME].to_list() == ["甲", "乙"]
    assert exact(table, "税收") == [Fraction(3, 2), None]
    assert exact(table, "用地面积") == [None, 1200]
    assert table.frame["高新"].to_list() == [True, None]


def test_one_object_is_one_entity(reading: Reading) -> None:
    assert exact(reading("-", stdin='{"名称": "甲", "税收": 2}'.encode()), "税收") == [2]


def test_no_digit_is_lost_in_json(reading: Reading) -> None:
    problem = reading.problem("-", stdin='[{"名称": "甲"}, {"名称": "乙", "税收": 0.30000000000000004}]'.encode())
    assert (problem.code, problem.place.key) == ("number-too-long", "[1].税收")


def test_lines_are_counted_with_the_blank_ones(reading: Reading) -> None:
    problem = reading.problem("-", stdin='{"名称": "甲", "税收": 1}\n\n{"名称": "乙", "税收": "x"}\n'.encode())
    assert (problem.place.line, problem.place.key) == (3, "税收")
    table = reading("-", stdin='{"名称": "甲", "税收": 1}\n\n{"名称": "乙", "税收": 2}\n'.encode())
    assert table.frame[ROW].to_list() == [1, 3]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("json-syntax", '[{"名称": "甲",}]'),
        ("json-syntax", '{"名称": "甲"}\n{"名称": }\n'),
        ("json-key-twice", '[{"税收": 1, "税收": 2}]'),
        ("json-not-records", "[1, 2]"),
        ("not-a-number", '[{"名称": "甲", "税收": {"值": 1}}]'),
        ("no-column-matches", '[{"天气": "晴"}]'),
        ("file-empty", "[]"),
    ],
)
def test_bad_json(code: str, text: str, reading: Reading) -> None:
    assert reading.problem("-", stdin=text.encode()).code == code


def test_json_syntax_has_line_and_column(reading: Reading) -> None:
    place = reading.problem("-", stdin=b'[\n {"a": 1},\n x]').place
    assert (place.line, place.column) == (3, 2)


def parquet(frame: polars.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


def test_parquet_keeps_its_types(write: Write, reading: Reading) -> None:
    frame = polars.DataFrame(
        {
            "名称": ["甲", "乙"],
            "税收（元）": [0.1 + 0.2, None],
            "职工人数": [5, None],
            "用地面积": [Decimal("12.50"), Decimal("0.10")],
            "投产日期": [date(2020, 1, 2), None],
            "高新": [True, False],
        }
    )
    table = reading(write("表.parquet", parquet(frame)))
    assert exact(table, "税收") == [Fraction(3, 100000), None]
    assert exact(table, "职工人数") == [5, None]
    assert exact(table, "用地面积") == [Fraction(25, 2), Fraction(1, 10)]
    assert table.frame["投产日期"].to_list() == [date(2020, 1, 2), None]
    assert table.frame["高新"].to_list() == [True, False]
    assert codes(table) == ["taken-at-15-digits"]


def test_moments_with_a_time_zone_are_no_dates_as_in_a_text(write: Write, reading: Reading) -> None:
    moment = datetime(2020, 1, 1, 20, tzinfo=UTC)
    problem = reading.problem(write("表.parquet", parquet(polars.DataFrame({"名称": ["甲"], "投产日期": [moment]}))))
    text = reading.problem("-", stdin="名称,投产日期\n甲,2020-01-01T20:00:00+00:00\n".encode())
    assert (problem.code, problem.message, problem.hint) == ("not-a-date", text.message, text.hint)
    assert (problem.place.cell, problem.place.entity) == ("B2", "甲")


@pytest.mark.parametrize(("column", "code"), [("投产日期", "not-a-date"), ("税收", "not-a-number")])
def test_spans_of_time_are_neither_dates_nor_numbers(column: str, code: str, write: Write, reading: Reading) -> None:
    frame = polars.DataFrame({"名称": ["甲"], column: [timedelta(hours=30)]})
    problem = reading.problem(write("表.parquet", parquet(frame)))
    assert (problem.code, problem.place.cell) == (code, "B2")
    assert "P1DT6H" in str(problem.message)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[{"名称": "甲", "税收": "\\ud800"}]', "[0].税收"),
        ('{"名称": "甲", "税收": 1}\n{"名称": "\\uDC00", "税收": 1}', None),
        ('[{"名称": "甲", "税收": {"a": ["\\ud800"]}}]', "[0].税收"),
        ('[{"名称": "甲", "\\ud800": 1}]', "[0]"),
    ],
)
def test_half_a_letter_in_json(text: str, place: str | None, reading: Reading) -> None:
    problem = reading.problem("-", stdin=text.encode())
    assert (problem.code, problem.place.key) == ("json-half-letter", place or "名称")
    assert problem.place.line == (None if place else 2)


def test_whole_letters_in_two_halves_are_letters(reading: Reading) -> None:
    table = reading("-", stdin=b'[{"\\u540d\\u79f0": "\\ud840\\udc00", "\\u7a0e\\u6536": 1}]')
    assert table.frame[NAME].to_list() == ["\U00020000"]


def test_damaged_parquet(write: Write, reading: Reading) -> None:
    assert reading.problem(write("坏.parquet", b"PAR1 nothing")).code == "file-damaged"
