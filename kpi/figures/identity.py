"""Who a row is about: codes (统一社会信用代码, GB 32100) and names."""

from __future__ import annotations

import re
import unicodedata
from array import array
from functools import cache
from typing import TYPE_CHECKING

from kpi.frozen import frozen

if TYPE_CHECKING:
    import polars

# GB 32100-2015: 18 characters of this alphabet (I, O, S, V, Z are not used); the last one checks the others.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CODE_LENGTH = 18
_IMPOSSIBLE = 1000  # the worth of a pair with a character that no code has; more than nine right pairs have
_CODE = re.compile(r"[1-9A-Y][0-9A-Z]\d{6}[0-9A-Z]{10}")
# A code that a spreadsheet has turned into a number and cut: 9.13418E+17.
_RUINED = re.compile(r"\d(?:\.\d+E\+?|E\+)1\d")
_NO_CODE = frozenset(("", "-", "--", "—", "——", "/", "无", "N/A"))
_BRACKETS = dict(zip("[]{}【】〔〕〈〉《》", "()()()()()()", strict=True))


@frozen
class WrongCode:
    """A code whose check character is wrong. right: what the other 17 give; letter: one that no code has."""

    code: str
    right: str | None
    letter: str | None = None


def check_character(body: str) -> str | None:
    """The check character of a code's first 17 characters; None when one of them is not in the alphabet."""
    values = [ALPHABET.find(letter) for letter in body[: len(WEIGHTS)]]
    if -1 in values or len(values) < len(WEIGHTS):
        return None
    return ALPHABET[-sum(value * weight for value, weight in zip(values, WEIGHTS, strict=True)) % 31]


def wrong_code(code: str) -> WrongCode | None:
    """What is wrong with a text in the form of a 统一社会信用代码; None when it is right, or another sort of code."""
    if len(code) != _CODE_LENGTH or not _CODE.fullmatch(code):
        return None
    right = check_character(code)
    if right is None:
        return WrongCode(code, None, next(letter for letter in code if letter not in ALPHABET))
    return None if right == code[-1] else WrongCode(code, right)


def code_of(text: str) -> str:
    """A code as written, in half-width capitals, without blanks and what keeps a spreadsheet from calculating."""
    written = "".join(unicodedata.normalize("NFKC", text).upper().split())
    return written.removeprefix("=").strip("\"'`").removesuffix(".0")


def name_keys(names: polars.Expr) -> polars.Expr:
    """Names for comparing: half-width, no blanks, one kind of brackets, small letters; null where nothing is left."""
    import polars

    keys = names.str.normalize("NFKC").str.to_lowercase().str.replace_all(r"[\s\u200b\ufeff]", "")
    keys = keys.str.replace_many(list(_BRACKETS), list(_BRACKETS.values()))
    return polars.when(keys != "").then(keys)


def codes(series: polars.Series) -> tuple[polars.Series, list[int]]:
    """A column of codes, cleaned; null where empty. And the rows whose code a spreadsheet has ruined, null as well."""
    rows = series.str.contains(r"[^0-9A-Z]|^$").fill_null(False).arg_true()
    if not len(rows):
        return series, []
    cleaned = {text: code_of(text) for text in series.gather(rows).unique().to_list()}
    kept: list[str | None] = []
    ruined: list[int] = []
    for row, text in zip(rows.to_list(), series.gather(rows).to_list(), strict=True):
        lost = _RUINED.fullmatch(cleaned[text]) is not None
        if lost:
            ruined.append(row)
        kept.append(None if lost or cleaned[text] in _NO_CODE else cleaned[text])
    return series.scatter(rows, kept), ruined


def wrong_codes(series: polars.Series) -> list[tuple[int, WrongCode]]:
    """The rows whose code fails its check (only texts in the form of a 统一社会信用代码 are checked)."""
    import polars

    lengths = series.str.len_bytes()
    rows = (lengths == _CODE_LENGTH).fill_null(False).arg_true()
    if not len(rows):
        return []
    checked = series if len(rows) == len(series) else series.gather(rows)
    pairs = polars.Array(polars.UInt16, _CODE_LENGTH // 2)
    table = checked.cast(polars.Binary).bin.reinterpret(dtype=pairs).alias("pairs").to_frame()
    worths = [polars.lit(worth) for worth in _worths()]
    # The check character stands for 31 less the weighted sum, so the sum with it divides by 31.
    total = polars.sum_horizontal(worth.gather(polars.col("pairs").arr.get(at)) for at, worth in enumerate(worths))
    suspect = table.select((total % 31 != 0) | (total >= _IMPOSSIBLE)).to_series().arg_true()
    found = []
    for at in suspect.to_list():
        wrong = wrong_code(checked[at])
        if wrong is not None:
            found.append((int(rows[at]), wrong))
    return found


@cache
def _worths() -> tuple[polars.Series, ...]:
    """What each pair of bytes, read as a little-endian number, counts in the check sum: for nine pairs."""
    import polars

    tables = []
    weights = (*WEIGHTS, 1)
    for at in range(0, _CODE_LENGTH, 2):
        table = array("H", [_IMPOSSIBLE]) * 65536
        for low, first in enumerate(ALPHABET):
            for high, second in enumerate(ALPHABET):
                table[ord(first) + 256 * ord(second)] = (low * weights[at] + high * weights[at + 1]) % 31
        tables.append(polars.Series(table, dtype=polars.UInt16))
    return tuple(tables)
