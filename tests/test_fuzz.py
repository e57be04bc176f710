"""The targets of `make fuzz` with what hypothesis draws: an answer or problems, in time, and no wrong number."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz import files, targets

SLOW = settings(max_examples=60, deadline=20_000, suppress_health_check=[HealthCheck.too_slow])

# No Parquet: of some damaged files polars ends the whole process (its issue 15342), see docs/figures.md.
WHOLE = {
    "csv": files.TEXT.encode(),
    "gb18030": files.TEXT.encode("gb18030"),
    "utf-16": files.TEXT.encode("utf-16"),
    "json": files.json(),
    "xls": files.xls(),
    "xlsx": files.xlsx(),
    "ods": files.opendocument(files.content()),
}
TOKENS = (
    "税收 用地面积 研发占比 投产日期 高新 行业 1 0 12.5 1e9 万元 亩 亿元/亩 % + - × / ÷ * ^ ( ) （ ） , ， 且 或 非"
    " and or not = ≠ < > ≤ ≥ 若 if sum max"
    " min previous preceding where 上年 '文字' \" ' ： : . … in 属于 \t 2023-08-03 round abs"
)


@st.composite
def mutated(draw: st.DrawFn, whole: bytes) -> bytes:
    """The bytes with a few pieces taken out, put in, doubled or flipped."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(whole)))
        piece = draw(
            st.binary(max_size=4) | st.sampled_from([whole[at : at + 9], b"\xff\xff\xff\x7f", b"9999999999", b"<!--"])
        )
        whole = whole[:at] + piece + whole[at + draw(st.integers(0, 6)) :]
    return whole


@pytest.mark.parametrize("kind", WHOLE)
def test_what_is_changed_is_read_as_it_is(kind: str) -> None:
    """Otherwise every change of it would be refused for the same reason, and nothing be looked at."""
    found = targets.table(WHOLE[kind])
    assert found is not None and "税收" in found.frame.columns


@pytest.mark.parametrize("kind", WHOLE)
@given(st.data())
@SLOW
def test_files_with_a_few_bytes_changed(kind: str, data: st.DataObject) -> None:
    whole = data.draw(mutated(WHOLE[kind]))
    targets.any_file(whole)
    assert whole is not None


@pytest.mark.parametrize("name", ["worksheet", *files.PARTS[1:], "content.xml"])
@given(st.data())
@SLOW
def test_parts_of_workbooks_with_a_few_bytes_changed(name: str, data: st.DataObject) -> None:
    part = files.SHEET if name == "worksheet" else name
    whole = files.content() if name == "content.xml" else files.part_of(files.xlsx(), part)
    changed = data.draw(mutated(whole))
    targets.TARGETS[name](changed)
    assert changed is not None


@pytest.mark.parametrize("cell", ['<c r="C8" s="1"/>', '<c r="A9" t="e"><v>#N/A</v></c>'])
def test_a_cell_that_says_another_row_than_its_own(cell: str) -> None:
    """Found by atheris: the reader ends where rows say, but the looks of cells are where these say."""
    sheet = files.part_of(files.xlsx(), files.SHEET)
    changed = sheet.replace(b'<c r="C4" s="1"/>', cell.encode())
    assert changed != sheet
    targets.worksheet(changed)


@given(st.lists(st.sampled_from(TOKENS.split(" ")), max_size=14))
@settings(max_examples=600, deadline=20_000)
def test_formulas_of_any_tokens(tokens: list[str]) -> None:
    text = " ".join(tokens)
    targets.formula(text.encode())
    assert text.split() == [token for token in tokens if token.strip()]


@given(st.data())
@SLOW
def test_definitions_with_a_few_bytes_changed(data: st.DataObject) -> None:
    changed = data.draw(mutated(targets.DEFINITIONS.encode()))
    targets.toml(changed)
    assert changed is not None
