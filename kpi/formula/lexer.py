"""Formula text → tokens.

The order in which things are recognised at a place is the language (design: Formulas): dates before numbers, after a
number the longest unit, the longest known name before any word of the language. Reading never fails: what cannot be
read becomes a last token that carries its error, so that the parser reports whatever is wrong first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpi.formula.errors import FormulaError, wrong
from kpi.formula.functions import BY_NAME
from kpi.formula.literals import QUOTES, read_date, read_number, read_text
from kpi.formula.scope import Scope
from kpi.formula.tokens import FOLDED, Source, Token, ends_word, is_letter, name_at, skip, symbol, word_end
from kpi.formula.tree import Shift
from kpi.problems import say
from kpi.regex import compiled

LONGEST_NAME = 200

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
# Signs that have several spellings.
OPERATORS = {"==": "=", "!=": "≠", "<>": "≠", ">=": "≥", "<=": "≤", "、": ","}

OPERATOR = compiled(r"==|!=|<>|>=|<=|[-+*/^=≠<>≥≤()\[\]{},、]")
BACKWARDS = compiled(r"=>|=<|\*\*|&&?|\|\|?")
ENGLISH_WORD = compiled(r"[A-Za-z_]\w*", re.ASCII)
SHIFTED = compiled("(上年同期|上期|本期)的")
PERIOD = compiled("上年同期|上期|本期")
KEYWORD = compiled("|".join(KEYWORDS))
FUNCTION = compiled(
    rf"({'|'.join(sorted(BY_NAME, key=len, reverse=True))})(?=\s*\()",
    re.IGNORECASE | re.ASCII,
)
INSTEAD = {"=>": "≥", "=<": "≤", "**": "^", "&": "且", "&&": "且", "|": "或", "||": "或"}


def is_word(text: str) -> bool:
    """Whether a text means something in formulas, whatever the names: an operator in words, or no letter at all."""
    return text in KEYWORDS or text in ENGLISH or not any(map(str.isalpha, text))


def tokens(text: str, scope: Scope) -> Sequence[Token]:
    """The tokens of a formula; the last is of kind end, or bad where reading stopped."""
    longest = min(LONGEST_NAME, max(map(len, scope.names), default=0))
    source = Source(text, text.translate(FOLDED), scope, longest)
    found: list[Token] = []
    place = skip(source, 0)
    while place < len(text):
        try:
            token = _token(source, place)
        except FormulaError as error:
            found.append(Token("bad", text[place], place, place + 1, error))
            return found
        found.append(token)
        place = skip(source, token.end)
    found.append(Token("end", "", len(text), len(text)))
    return found


def _token(source: Source, place: int) -> Token:
    character = source.folded[place]
    if character in "0123456789":
        return read_date(source, place) or read_number(source, place)
    if source.text[place] in QUOTES:
        return read_text(source, place)
    if character == "`":
        return _quoted_name(source, place)
    if odd := BACKWARDS.match(source.folded, place):
        raise wrong(
            source.text,
            odd.span(),
            "formula-syntax",
            say("“{sign}” is not a sign of formulas.", sign=odd.group()),
            expected=say("One of the signs + - × ÷ ^ = ≠ ≥ ≤ > <, or 且, 或, 非."),
            hint=say("Write “{sign}”.", sign=INSTEAD[odd.group()]),
        )
    if sign := OPERATOR.match(source.folded, place):
        return Token("operator", OPERATORS.get(sign.group(), sign.group()), place, sign.end())
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


def _word(source: Source, place: int) -> Token:
    folded = source.folded
    if shifted := SHIFTED.match(folded, place):
        return Token("shift", shifted.group(), place, shifted.end(), PERIODS[shifted.group(1)])
    if (period := PERIOD.match(folded, place)) and ends_word(folded, period.end()):
        return Token("period", period.group(), place, period.end(), PERIODS[period.group()])
    if (english := ENGLISH_WORD.match(folded, place)) and english.group().lower() in ENGLISH:
        return Token("keyword", english.group().lower(), place, english.end())
    keyword = KEYWORD.match(folded, place)
    if keyword and (keyword.group() not in "是否" or ends_word(folded, keyword.end())):
        return Token("keyword", KEYWORDS[keyword.group()], place, keyword.end())
    if not is_letter(folded[place]):
        raise _unknown_character(source, place)
    end = word_end(source.text, place)
    return Token("word", source.text[place:end], place, end)


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
    name = _same_name(source.scope, written)
    if name is not None:
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


def _same_name(scope: Scope, written: str) -> str | None:
    """The known name between backquotes: exactly so, else with other spaces around it or characters of other width."""
    if written in scope.names:
        return written
    folded = written.strip().translate(FOLDED)
    return next((name for name in scope.names if name.translate(FOLDED) == folded), None)


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
        expected=say("Names, numbers, texts in quotes, and the signs + - × ÷ ^ = ≠ ≥ ≤ > <."),
        hint=hints.get(source.folded[place], say("A name that contains such a character goes in backquotes: `…`.")),
    )
