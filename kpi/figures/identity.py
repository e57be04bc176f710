"""Who a row is about: codes (统一社会信用代码, GB 32100) and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING

from kpi.figures.cells import NO_CODE, Refusal, half_width, is_missing, not_a_value
from kpi.figures.slices import in_slices
from kpi.frozen import frozen
from kpi.problems import say
from kpi.regex import compiled

if TYPE_CHECKING:
    import polars

# GB 32100-2015: 18 characters of this alphabet (I, O, S, V, Z are not used); the last one checks the others.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ALL_WEIGHTS = (*WEIGHTS, 1)
_CODE_LENGTH = len(_ALL_WEIGHTS)
_IMPOSSIBLE = 1000  # the worth of a pair with a character that no code has; more than nine right pairs have
_CODE = compiled(r"[1-9A-Y][0-9A-Z]\d{6}[0-9A-Z]{10}")
_UNEVEN = r"^[1-9A-Y][0-9A-Z]\d{6}(?:[0-9A-Z]{9}|[0-9A-Z]{11})$"
_ALIKE = str.maketrans("OQIZS", "00125")  # letters that no code has, for the digits that they look like
# A code that a spreadsheet has turned into a number and cut: 9.13418E+17.
_RUINED = compiled(r"\d(?:\.\d+E\+?|E\+)1\d")
# A spreadsheet keeps 15 digits of a number: what follows in a code that it took for one has become zeros.
_ZEROS = compiled(r"\d{15}000")
_NOUGHTS = "0" * _CODE_LENGTH
_NOTHING_BUT_NOUGHTS = compiled("0+")
# Texts that have to be looked at one by one, beside those that are made like codes.
_LOOKED_AT = r"[^0-9A-Z]|^0*$"

# Codes that were given before 2015, and still stand in many tables.
KINDS = {
    "registration": compiled(r"\d{15}"),  # 工商注册号
    "organisation": compiled(r"[0-9A-Z]{8}-?[0-9X]"),  # 组织机构代码 (GB 11714)
}


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
    if len(code) != _CODE_LENGTH:
        return None
    if not _CODE.fullmatch(code):
        meant = code.translate(_ALIKE)
        letter = next((letter for letter in code if letter not in ALPHABET), None)
        return WrongCode(code, None, letter) if letter and check_character(meant) == meant[-1] else None
    right = check_character(code)
    if right is None:
        return WrongCode(code, None, next(letter for letter in code if letter not in ALPHABET))
    return None if right == code[-1] else WrongCode(code, right)


def code_of(text: str) -> str:
    """A code as written, in half-width capitals, without blanks and what keeps a spreadsheet from calculating.

    Empty where the text says that there is none.
    """
    written = _plain(text)
    return "" if is_missing(written) or _stands_for_none(written) else written


def _plain(text: str) -> str:
    joined = "".join(half_width(text).upper().split())
    return joined.removeprefix("=").strip("\"'`").removesuffix(".0")


def _stands_for_none(written: str) -> bool:
    return written in NO_CODE or _NOTHING_BUT_NOUGHTS.fullmatch(written) is not None


@frozen
class Codes:
    """A column of codes, cleaned. values: null where empty or refused. refused: the rows that hold what is no code.

    vacant: the rows that say, in words or noughts, that there is no code yet, null as well.
    wrong: the rows whose code fails its check (only texts in the form of a 统一社会信用代码 are checked).
    uneven: the rows whose text begins like a 统一社会信用代码, and has one character less or one more.
    older: how many are of the KINDS of earlier codes. unlike: the rows of texts that are not made like right codes.
    """

    values: polars.Series
    refused: tuple[tuple[int, Refusal], ...] = ()
    vacant: tuple[int, ...] = ()
    wrong: tuple[tuple[int, WrongCode], ...] = ()
    uneven: tuple[int, ...] = ()
    older: Mapping[str, int] = field(default_factory=dict)
    unlike: polars.Series | None = None


def codes(series: polars.Series) -> Codes:
    """A column of codes as written, cleaned and checked."""
    import polars

    unlike, failing = _checked(series)
    rows = unlike.filter(series.gather(unlike).str.contains(_LOOKED_AT))
    noughts = (series == _NOUGHTS).fill_null(False).arg_true()  # they pass the check
    rows = rows.append(noughts).sort() if len(noughts) else rows
    suspects, values = set(failing.to_list()), series
    refused: dict[int, Refusal] = {}
    vacant: tuple[int, ...] = ()
    if len(rows):
        written: list[str] = series.gather(rows).to_list()
        read = {text: code(text) for text in set(written)}
        pairs = list(zip(rows.to_list(), written, strict=True))
        refused = {row: why for row, text in pairs if isinstance(why := read[text], Refusal)}
        vacant = tuple(row for row, text in pairs if not read[text] and _stands_for_none(_plain(text)))
        replaced = polars.Series([_or_none(read[text]) for text in written], dtype=polars.String)
        values = series.clone().scatter(rows, replaced)  # scatter changes its series
        suspects |= set(rows.gather(_checked(replaced)[1]).to_list())
    found = [(row, wrong) for row in sorted(suspects) if (wrong := wrong_code(values[row] or "")) is not None]
    zeros = {row: _ruined(series[row]) for row, wrong in found if _ZEROS.fullmatch(wrong.code)}
    if zeros:
        found = [(row, wrong) for row, wrong in found if row not in zeros]
        values = values.clone().scatter(list(zeros), None)
    left = tuple(sorted({**refused, **zeros}.items(), key=lambda each: each[0]))
    others = values.gather(unlike)
    uneven = unlike.filter(others.str.contains(_UNEVEN).fill_null(False))
    return Codes(values, left, vacant, tuple(found), tuple(uneven.to_list()), _older(others), unlike)


def code(text: str) -> str | Refusal:
    """A code as written, empty where there is none, or why it is none."""
    failure, written = not_a_value(text.strip()), code_of(text)
    return failure or (_ruined(text) if _RUINED.fullmatch(written) else written)


def _or_none(code: str | Refusal) -> str | None:
    return code or None if isinstance(code, str) else None


def _ruined(text: str) -> Refusal:
    return Refusal(
        "code-ruined",
        say("The code was turned into the number {text}, and its last digits are lost.", text=text),
        say("A code of 18 characters is expected."),
        say(
            "Give the column the format of text in the source and enter the codes again; whoever opens a CSV file "
            "with codes imports it, and chooses text for this column."
        ),
    )


def _older(codes: polars.Series) -> dict[str, int]:
    """How many codes are of each kind of earlier ones; of those that are not made like a 统一社会信用代码."""
    counts = {kind: int(codes.str.contains(f"^(?:{form.pattern})$").sum()) for kind, form in KINDS.items()}
    return {kind: count for kind, count in counts.items() if count}


def _checked(series: polars.Series) -> tuple[polars.Series, polars.Series]:
    """The rows of texts that are not made like right codes, and of those that are as long as one and fail the check.

    Right codes are of 18 characters, all in the alphabet. The check character stands for 31 less the weighted sum of
    the others, so the sum with it divides by 31.
    """
    whole = series.str.len_bytes() == _CODE_LENGTH
    if not series.has_nulls() and whole.all():
        total = _sums(series)
        return (total >= _IMPOSSIBLE).arg_true(), ((total % 31 != 0) | (total >= _IMPOSSIBLE)).arg_true()
    others, rows = (~whole).fill_null(False).arg_true(), whole.fill_null(False).arg_true()
    if not len(rows):
        return others, rows
    unlike, failing = _checked(series.gather(rows))
    return others.append(rows.gather(unlike)), rows.gather(failing)


def _sums(codes: polars.Series) -> polars.Series:
    """The weighted sums of codes of 18 bytes: looked up in pairs."""
    import polars

    count, worths = _CODE_LENGTH // 2, _worths()

    def added_up(some: polars.Series) -> polars.Series:
        pairs = some.cast(polars.Binary).bin.reinterpret(dtype=polars.Array(polars.UInt16, count))
        flat = pairs.explode(empty_as_null=False)
        total = polars.repeat(0, len(pairs), dtype=polars.UInt16, eager=True)
        for at, worth in enumerate(worths):
            total += worth.gather(flat.gather_every(count, at))
        return total

    return in_slices(codes, added_up)


@cache
def _worths() -> tuple[polars.Series, ...]:
    """What each pair of bytes, read as a little-endian number, counts in the check sum: for nine pairs."""
    import polars

    places = {ord(letter): place for place, letter in enumerate(ALPHABET)}
    values = polars.Series([places.get(byte, _IMPOSSIBLE) for byte in range(256)], dtype=polars.UInt16)
    number = polars.int_range(256 * 256)
    both = polars.select(low=polars.lit(values).gather(number % 256), high=polars.lit(values).gather(number // 256))
    low, high = polars.col("low"), polars.col("high")
    known = (low < _IMPOSSIBLE) & (high < _IMPOSSIBLE)
    counts = [
        polars.when(known).then((low * first + high * second) % 31).otherwise(_IMPOSSIBLE).cast(polars.UInt16)
        for first, second in zip(_ALL_WEIGHTS[::2], _ALL_WEIGHTS[1::2], strict=True)
    ]
    return tuple(both.select(count.alias(str(at)) for at, count in enumerate(counts)).get_columns())
