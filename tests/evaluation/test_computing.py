"""Columns of numbers that stand for something."""

from __future__ import annotations

import polars as pl

from kpi.evaluation.computing import by_number, coded


def frame(**columns: list[object]) -> pl.DataFrame:
    return pl.DataFrame(columns)


def test_numbers_are_looked_up_by_their_place() -> None:
    numbers = frame(n=[2, None, 0, 7, 1])["n"]
    assert by_number(numbers, {0: "甲", 2: "丙"}, pl.Categorical()).to_list() == ["丙", None, "甲", None, None]
    assert by_number(numbers, {}, pl.Float64()).to_list() == [None] * 5


def test_texts_are_coded_by_small_numbers() -> None:
    codes, texts = coded(frame(t=["乙", None, "甲", "乙"]), "t")
    assert [None if code is None else texts[code] for code in codes.to_list()] == ["乙", None, "甲", "乙"]
