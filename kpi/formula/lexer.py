"""Formula text → tokens.

The order in which things are recognised at a place is the language (design: Formulas): dates before numbers, after a
number the longest unit, the longest known name before any word of the language. Reading never fails: what cannot be
read becomes a last token that carries its error, so that the parser reports whatever is wrong first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kpi.formula.errors import SIGNS, FormulaError, wrong
from kpi.formula.functions import BY_NAME
from kpi.formula.scope import Scope, Symbol
from kpi.formula.tree import Shift
from kpi.problems import say
from kpi.units import Unit

MOST_DIGITS = 40
LONGEST_NAME = 200

# Full-width and look-alike characters, one for one, so that places in the text stay.
FOLDED = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    ord(wide): narrow for wide, narrow in zip("\u3000×÷−–【】、≧≦⩾⩽", " */--[],≥≤≥≤", strict=True)
}
# A unit may follow "/", never "÷": 20万元÷人 divides by a figure 人.
DIVISION_SIGN = "÷"
QUOTES = {"'": "'", '"': '"', "“": "”", "”": "”", "‘": "’", "’": "’", "＇": "＇", "＂": "＂"}
BREAKS = frozenset(" \t\r\n+-*/^=≠!<>≥≤()[]{},'\"“”‘’`;")
PERIODS = {"本期": Shift.NOW, "上年同期": Shift.PREVIOUS, "上期": Shift.PRECEDING}
KEYWORDS = {
    "不属于": "not in",
    "属于": "in",
    "并且": "and",
    "或者": "or",
    "其中": "where",
    "且": "and",
    "或": "or",
    "非": "not",
    "在": "during",
    "是": "true",
    "否": "false",
}
ENGLISH = {word: word for word in ("and", "or", "not", "in", "where", "true", "false")}
OPERATORS = {"==": "=", "!=": "≠", "<>": "≠", ">=": "≥", "<=": "≤"}

DATE = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?![\d.])|(\d{4})年(\d{1,2})月(\d{1,2})日", re.ASCII)
MONTH = re.compile(r"\d{4}年\d{1,2}月", re.ASCII)
THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?!\d)", re.ASCII)
NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
EXPONENT = re.compile(r"[eE][+-]?\d", re.ASCII)
OPERATOR = re.compile(r"==|!=|<>|>=|<=|[-+*/^=≠<>≥≤()\[\]{},]")
BACKWARDS = re.compile(r"=>|=<|\*\*|&&?|\|\|?")
ENGLISH_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
SHIFTED = re.compile("(上年同期|上期|本期)的")
PERIOD = re.compile("上年同期|上期|本期")
KEYWORD = re.compile("|".join(KEYWORDS))
FUNCTION = re.compile(
    "(" + "|".join(sorted((re.escape(name) for name in BY_NAME), key=len, reverse=True)) + r")(?=\s*\()", re.IGNORECASE
)
# Where a run of unknown letters ends, because what follows is surely no part of a name.
STOP = re.compile(
    r"并且|或者|且|或|不属于|属于|其中|在(?=本期|上年同期|上期)|(?<!\w)(?:and|or|not|in|where)(?!\w)|"
    + "|".join(SIGNS),
    re.ASCII,
)
SPACE = re.compile(r"\s*")
INSTEAD = {"=>": "≥", "=<": "≤", "**": "^", "&": "且", "&&": "且", "|": "或", "||": "或"}


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a formula at text[start:end].

    kind: number, date, text, name, word (unknown), function, period, shift, keyword, operator, end, bad.
    text: the operator, keyword or function in its one spelling, else as written. value: what it stands for:
    (Fraction, Unit | None), date, str, Symbol, Shift, or for bad its FormulaError.
    """

    kind: str
    text: str
    start: int
    end: int
    value: object = None


@dataclass(frozen=True, slots=True)
class Source:
    """A formula being read: as written, with full-width characters folded, and what it may speak of."""

    text: str
    folded: str
    scope: Scope
    longest_name: int


def tokens(text: str, scope: Scope) -> Sequence[Token]:
    """The tokens of a formula; the last is of kind end, or bad where reading stopped."""
    longest = min(LONGEST_NAME, max(map(len, scope.names), default=0))
    source = Source(text, text.translate(FOLDED), scope, longest)
    found: list[Token] = []
    place = _skip(source, 0)
    while place < len(text):
        try:
            token = _token(source, place)
        except FormulaError as error:
            found.append(Token("bad", text[place], place, place + 1, error))
            return found
        found.append(token)
        place = _skip(source, token.end)
    found.append(Token("end", "", len(text), len(text)))
    return found


def is_plain(name: str) -> bool:
    """Whether a name can stand in a formula without backquotes."""
    folded = name.translate(FOLDED)
    return bool(name) and not folded[0].isdigit() and BREAKS.isdisjoint(folded)


def word_end(text: str, start: int) -> int:
    """Where the run of letters that begins here ends: at a sign, a space, or a word that joins conditions."""
    folded = text.translate(FOLDED)
    end = start
    while end < len(folded) and _letter(folded[end]):
        if end > start and STOP.match(folded, end):
            break
        end += 1
    return max(end, start + 1)


def _token(source: Source, place: int) -> Token:
    character = source.folded[place]
    if character in "0123456789":
        return _date(source, place) or _number(source, place)
    if source.text[place] in QUOTES:
        return _text(source, place)
    if character == "`":
        return _quoted_name(source, place)
    if odd := BACKWARDS.match(source.folded, place):
        raise wrong(
            source.text,
            odd.span(),
            "formula-syntax",
            say("“{sign}” is not a sign of formulas.", sign=odd.group()),
            hint=say("Write “{sign}”.", sign=INSTEAD[odd.group()]),
        )
    if sign := OPERATOR.match(source.folded, place):
        text = DIVISION_SIGN if source.text[place] == DIVISION_SIGN else sign.group()
        return Token("operator", OPERATORS.get(text, text).replace(DIVISION_SIGN, "/"), place, sign.end())
    return _named(source, place) or _word(source, place)


def _named(source: Source, place: int) -> Token | None:
    """The longest known name here, unless a function's call that is at least as long begins here."""
    name = name_at(source, place)
    function = FUNCTION.match(source.folded, place)
    if function and function.end() >= place + len(name):
        return Token("function", BY_NAME[function.group(1).lower()].name, place, function.end())
    if not name:
        return None
    return Token("name", name, place, place + len(name), symbol(source.text, source.scope, name, place))


def name_at(source: Source, place: int) -> str:
    """The longest known name that begins here, as written; empty when none does."""
    names, text = source.scope.names, source.text
    stop = min(len(text), place + source.longest_name)
    end = place
    while end < stop and source.folded[end] not in BREAKS:
        end += 1
    while end > place:
        if text[place:end] in names and not _inside_english(source.folded, end):
            return text[place:end]
        end -= 1
    return ""


def symbol(text: str, scope: Scope, name: str, place: int) -> Symbol:
    """What a known name stands for; an error when it stands for several things."""
    symbols = scope.names[name]
    if len({item.key for item in symbols}) > 1:
        raise wrong(
            text,
            (place, place + len(name)),
            "ambiguous-name",
            say("“{name}” could be several things: {keys}.", name=name, keys=", ".join(item.key for item in symbols)),
            expected=say("A name that stands for one figure or indicator."),
            hint=say("Write the key of the one you mean."),
        )
    return symbols[0]


def _word(source: Source, place: int) -> Token:
    folded = source.folded
    if shifted := SHIFTED.match(folded, place):
        return Token("shift", shifted.group(), place, shifted.end(), PERIODS[shifted.group(1)])
    if (period := PERIOD.match(folded, place)) and _ends_word(folded, period.end()):
        return Token("period", period.group(), place, period.end(), PERIODS[period.group()])
    if (english := ENGLISH_WORD.match(folded, place)) and english.group().lower() in ENGLISH:
        return Token("keyword", english.group().lower(), place, english.end())
    keyword = KEYWORD.match(folded, place)
    if keyword and (keyword.group() not in "是否" or _ends_word(folded, keyword.end())):
        return Token("keyword", KEYWORDS[keyword.group()], place, keyword.end())
    if not _letter(folded[place]):
        raise _unknown_character(source, place)
    end = word_end(source.text, place)
    return Token("word", source.text[place:end], place, end)


def _date(source: Source, place: int) -> Token | None:
    match = DATE.match(source.folded, place)
    if match is None:
        if month := MONTH.match(source.folded, place):
            raise wrong(
                source.text,
                month.span(),
                "formula-date",
                say("“{date}” is not a whole date: the day is missing.", date=month.group()),
                expected=say("A date such as 2021-01-01 or 2021年1月1日."),
            )
        return None
    year, month_number, day = (int(part) for part in match.groups() if part and part not in "-/")
    try:
        value = date(year, month_number, day)
    except ValueError:
        raise wrong(
            source.text,
            match.span(),
            "formula-date",
            say("There is no date “{date}”.", date=match.group()),
            expected=say("A date such as 2021-01-01 or 2021年1月1日."),
            hint=say("If you mean a calculation, put spaces around its signs."),
        ) from None
    return Token("date", match.group(), place, match.end(), value)


def _number(source: Source, place: int) -> Token:
    folded = source.folded
    match = NUMBER.match(folded, place)
    assert match is not None  # the caller saw a digit
    _check_number(source, place, match.end())
    value = Fraction(match.group())
    start = _skip(source, match.end())
    unit, end = _unit(source, start)
    end = end if end > start else match.end()
    return Token("number", source.text[place:end], place, end, (value, unit))


def _check_number(source: Source, place: int, end: int) -> None:
    text, folded = source.text, source.folded
    following = folded[end : end + 1]
    if thousands := THOUSANDS.match(folded, place):
        raise wrong(
            text,
            thousands.span(),
            "formula-number",
            say("“{number}” could be one number or several values.", number=thousands.group()),
            expected=say("Numbers without thousands separators."),
            hint=say(
                "Write {number}, or put a space after the comma between two values.",
                number=thousands.group().replace(",", ""),
            ),
        )
    if exponent := EXPONENT.match(folded, end):
        raise wrong(
            text,
            (place, exponent.end()),
            "formula-number",
            say("Scientific notation is not taken: “{number}”.", number=folded[place : exponent.end()]),
            expected=say("A number in plain digits."),
            hint=say("Write all digits, or use a unit such as 亿元."),
        )
    if following == ".":
        raise wrong(
            text,
            (place, end + 1),
            "formula-number",
            say("“{number}” is not a number.", number=folded[place : end + 1]),
            expected=say("Digits with at most one point, and digits on both sides of it."),
        )
    if sum(character != "." for character in folded[place:end]) > MOST_DIGITS:
        raise wrong(
            text,
            (place, end),
            "formula-limit",
            say("The number has more than {most} digits.", most=MOST_DIGITS),
            hint=say("Use a larger unit, or drop digits that mean nothing."),
        )


def _unit(source: Source, start: int) -> tuple[Unit | None, int]:
    """The longest unit at this place and where it ends; (None, start) when there is none."""

    def longest_word(place: int) -> int:
        # A unit joins only as a whole word: with or without the name 亩均产值, 20万元/亩均产值 is a quotient.
        return max(len(name_at(source, place)), word_end(source.text, place) - place)

    # 倍 says that a number is a multiple; it is a number all the same.
    if source.text[start : start + 1] == "倍":
        return None, start + 1
    return source.scope.units.longest_at(source.text.replace(DIVISION_SIGN, "|"), start, longest_word) or (None, start)


def _text(source: Source, place: int) -> Token:
    text = source.text
    close = text.find(QUOTES[text[place]], place + 1)
    if close < 0:
        raise wrong(
            text,
            (place, len(text)),
            "formula-quote",
            say("The quotation mark {mark} is not closed.", mark=text[place]),
            expected=say("A closing {mark}.", mark=QUOTES[text[place]]),
        )
    return Token("text", text[place : close + 1], place, close + 1, text[place + 1 : close])


def _quoted_name(source: Source, place: int) -> Token:
    close = source.folded.find("`", place + 1)
    if close < 0:
        raise wrong(
            source.text,
            (place, len(source.text)),
            "formula-quote",
            say("The backquote ` is not closed."),
            expected=say("A closing ` after the name."),
        )
    written = source.text[place + 1 : close]
    for name in (written, written.strip(), written.translate(FOLDED)):
        if name in source.scope.names:
            return Token("name", name, place, close + 1, symbol(source.text, source.scope, name, place))
    if not written.strip():
        raise wrong(
            source.text,
            (place, close + 1),
            "formula-syntax",
            say("There is no name between the backquotes."),
            expected=say("A name, such as `2+3产业产值`."),
        )
    return Token("word", written, place, close + 1)


def _unknown_character(source: Source, place: int) -> FormulaError:
    character = source.text[place]
    hints = {
        "~": say("Write a range as 0.7 ≤ 容积率 ≤ 1.8."),
        "!": say("Write 非 or not."),
        ";": say("Separate values by commas."),
        ".": say("Write a number with digits on both sides of the point, such as 0.5."),
        "%": say("A % stands right after a number; to have a result in %, declare the unit of the indicator."),
        "²": say("Write ^2."),
        "³": say("Write ^3."),
    }
    return wrong(
        source.text,
        (place, place + 1),
        "formula-character",
        say("“{character}” has no meaning in a formula.", character=character),
        hint=hints.get(source.folded[place], say("A name that contains such a character goes in backquotes: `…`.")),
    )


def _letter(character: str) -> bool:
    return character == "_" or character.isalpha() or character in "0123456789"


def _ends_word(folded: str, end: int) -> bool:
    """Whether a word may end here: no letter follows, or one that begins a word joining conditions."""
    return end >= len(folded) or not _letter(folded[end]) or STOP.match(folded, end) is not None


def _inside_english(folded: str, end: int) -> bool:
    """Whether a place is in the middle of a word in Latin letters."""
    if end >= len(folded) or not (folded[end].isascii() and folded[end - 1].isascii()):
        return False
    return folded[end - 1].isalpha() and (folded[end].isalnum() or folded[end] == "_")


def _skip(source: Source, place: int) -> int:
    match = SPACE.match(source.folded, place)
    return match.end() if match else place
