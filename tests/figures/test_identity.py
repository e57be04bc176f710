from __future__ import annotations

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.figures import identity
from kpi.names import name_keys


def refused(found: identity.Codes) -> list[tuple[int, str]]:
    return [(row, why.code) for row, why in found.refused]


def test_the_check_character_of_the_standard() -> None:
    """GB 32100-2015, appendix: 91350100M000100Y43."""
    assert identity.check_character("91350100M000100Y4") == "3"
    assert identity.wrong_code("91350100M000100Y43") is None
    assert identity.wrong_code("91350100M000100Y44") == identity.WrongCode("91350100M000100Y44", "3")


def test_a_letter_that_no_code_has() -> None:
    assert identity.wrong_code("91350100MOOO100Y43") == identity.WrongCode("91350100MOOO100Y43", None, "O")


@pytest.mark.parametrize("code", ["E000001", "123456789012345678901", "913501-0M000100Y43", "项目一"])
def test_other_codes_are_left_alone(code: str) -> None:
    assert identity.wrong_code(code) is None
    assert identity.codes(polars.Series([code])).wrong == ()


@given(st.text(alphabet=identity.ALPHABET + "IOSVZ", min_size=10, max_size=10), st.sampled_from(identity.ALPHABET))
def test_columns_find_what_single_codes_find(body: str, last: str) -> None:
    code = f"9135010{int(body[0] > 'A')}{body[:9]}{last}"
    single = identity.wrong_code(code)
    column = identity.codes(polars.Series(["91350100M000100Y43", None, "短", code]))
    zeros = single is not None and code.isdecimal() and code.endswith("000")  # what a spreadsheet leaves of a code
    assert refused(column) == ([(3, "code-ruined")] if zeros else [])
    assert column.wrong == (() if single is None or zeros else ((3, single),))


def test_zeros_in_place_of_the_last_digits_are_a_ruined_code() -> None:
    """A number format may show a code that was cut to 15 digits without an exponent."""
    found = identity.codes(polars.Series(["913401000000010000", "91350100M000100Y43"]))
    assert (refused(found), found.wrong) == ([(0, "code-ruined")], ())
    assert found.values.to_list() == [None, "91350100M000100Y43"]


def test_codes_of_old_are_counted_and_taken_as_written() -> None:
    written = ["340100000012345", "12345678-X", "M000100Y4", "91350100M000100Y43", "7号", None, "12345678901234567"]
    found = identity.codes(polars.Series(written))
    assert found.values.to_list() == written
    assert found.older == {"registration": 1, "organisation": 2}


def test_what_a_spreadsheet_failed_to_look_up_is_no_code() -> None:
    written = ["#N/A", " #REF! ", "########", "=VLOOKUP(A1,B1:C9,2)", "91350100M000100Y43"]
    found = identity.codes(polars.Series(written))
    assert found.values.to_list() == [None] * 4 + ["91350100M000100Y43"]
    assert refused(found) == [(row, "cell-error-value") for row in range(3)] + [(3, "formula-not-calculated")]


@pytest.mark.parametrize("text", ["待办", " 未办理 ", "办理中", "0", "００", "000000000000000000", "暂无代码"])
def test_what_says_that_there_is_no_code_yet_is_none(text: str) -> None:
    found = identity.codes(polars.Series([text, "91350100M000100Y43", "—", "10", "项目一"]))
    assert found.values.to_list() == [None, "91350100M000100Y43", None, "10", "项目一"]
    assert (found.vacant, found.refused) == ((0,), ())
    assert identity.code_of(text) == ""


def test_codes_with_a_character_lost_or_one_too_many_are_found() -> None:
    right = "91350100M000100Y43"
    found = identity.codes(polars.Series([right, right[:-1], right, right + "3", right, right, "350100100000123"]))
    assert (found.uneven, found.wrong) == ((1, 3), ())


def test_codes_are_cleaned_and_ruined_ones_found() -> None:
    written = [
        "91350100m000100y43",
        "９１３50100M000100Y43 ",
        '="91350100M000100Y43"',
        "9.1335E+17",
        "9.13418000000001e17",
        "9E+17",  # as a narrow column, or a format without decimals, shows it
        "",
        "—",
        None,
        "1E12",
    ]
    found = identity.codes(polars.Series(written))
    assert found.values.to_list() == ["91350100M000100Y43"] * 3 + [None] * 6 + ["1E12"]
    assert refused(found) == [(row, "code-ruined") for row in (3, 4, 5)]
    assert found.wrong == ()


@given(
    st.lists(st.sampled_from(["91350100M000100Y43", "91350100m000100y44", "91350100 M000100Y43", "9.1E+17", "无", ""]))
)
def test_a_column_of_codes_is_a_list_of_codes(written: list[str]) -> None:
    found = identity.codes(polars.Series(written, dtype=polars.String))
    plain = [identity.code_of(text) for text in written]
    assert found.values.to_list() == [None if code in ("", "9.1E+17") else code for code in plain]
    assert refused(found) == [(row, "code-ruined") for row, code in enumerate(plain) if code == "9.1E+17"]
    wrong = {row: identity.wrong_code(code) for row, code in enumerate(plain)}
    assert found.wrong == tuple((row, each) for row, each in wrong.items() if each is not None)


def test_names_compare_by_width_blanks_and_brackets() -> None:
    names = polars.Series("name", ["宣城 Ａ（集团）公司", "宣城a(集团)公司", "宣城A[集团]公司", "　", None])
    keys = names.to_frame().select(name_keys(polars.col("name"))).to_series().to_list()
    assert keys == ["宣城a(集团)公司"] * 3 + [None] * 2
