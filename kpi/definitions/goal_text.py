"""Goals as documents say them (力争 350亿元, 增长 15%以上, 前三位) → what they say. Units are not looked at yet."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from kpi.definitions.goal_kinds import AT_LEAST, AT_MOST, LESS, MORE, GoalKind
from kpi.frozen import frozen
from kpi.regex import compiled

# How a document says that no target was set for somebody; neither zero nor missing.
NOT_SET = frozenset(("-", "--", "—", "——", "–", "/", "不下达", "未下达"))

BEFORE = {
    **dict.fromkeys(("≥", ">=", "不少于", "不低于", "至少", "不小于"), AT_LEAST),
    **dict.fromkeys(("≤", "<=", "不超过", "不高于", "至多", "不多于", "控制在"), AT_MOST),
    **dict.fromkeys((">", "超过", "突破", "高于", "大于", "超"), MORE),
    **dict.fromkeys(("<", "低于", "少于", "小于"), LESS),
}
AFTER = {**dict.fromkeys(("以上", "及以上"), AT_LEAST), **dict.fromkeys(("以下", "以内", "之内"), AT_MOST)}

_DIGITS = "零一二三四五六七八九"
_NUMERAL = "(?:[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|{_NUMERAL})"
_ASPIRED = compiled(r"(?:力争|力促|争取|努力)")
_SURE = compiled(r"(?:确保|保证|务必)")
_REACH = compiled(r"(?:达到|达|实现|完成|为|到)")
_DUE = compiled(
    r"(?:到|至|在)?(?:(?P<year>\d{4})年(?:度)?)?"
    r"(?:(?P<quarter>[一二三四1-4])季度|(?P<month>\d{1,2})月(?:份|(?P<day>\d{1,2})[日号])?|(?P<end>年(?=[底内末])))?(?:底|末|内|中)?(?:之?前)?"
)
_GROWTH = compiled(r"(?:同比)?(?P<way>增长|增速|增幅|提高|下降|降低|减少)(?=[^年月])")
_DOWN = ("下降", "降低", "减少")
_OVER = compiled(
    rf"(?:增速)?(?:高于|快于|高出|超过)(?P<whom>.*?\D)(?P<number>{_NUMBER})个?(?P<unit>百分点)(?P<after>以上|及以上)?"
)
_RANKS = (
    compiled(rf"(?:.*?)(?:前|前列前)(?P<place>{_NUMBER})(?:位|名|强)?"),
    compiled(rf"(?:.*?)第(?P<place>{_NUMBER})(?:位|名)?(?:以内)?"),
    compiled(rf"(?:.*?)(?P<place>{_NUMBER})强"),
)
_ZERO = compiled(r"(?:.*?)(?:清零|归零)")
_NONE = compiled(r"(?:.*?)零(?:增长|新增|直排|排放|事故)")
_AMOUNT = compiled(
    rf"(?P<around>大约|约)?(?P<number>{_NUMBER})(?:(?P<first>[^\d\-~–—至±(]*?)[-~–—至](?P<upper>{_NUMBER}))?"
    r"(?P<unit>[^\d±(]*?(?:[23])?)"
    r"(?P<after>以上|及以上|以下|以内|之内)?(?P<about>左右)?(?:\(?±(?P<tolerance>[^()]+)\)?)?"
)


@frozen
class Said:
    """What a goal says. number: exact, in `unit` (as written); upper: the end of a range (2-3个); rank: the place.

    aspired: 力争. about: 左右 or 约, with the tolerance as written. whom: whose growth it is compared with.
    due: year (0: not said) and month in which it must be done; day: of that month (0: its last one).
    what: of a milestone, what must happen.
    """

    kind: GoalKind
    operator: str = AT_LEAST
    number: Fraction = Fraction(0)
    upper: Fraction | None = None
    unit: str = ""
    aspired: bool = False
    about: bool = False
    tolerance: str = ""
    whom: str = ""
    due: tuple[int, int] | None = None
    day: int = 0
    what: str = ""


@lru_cache(maxsize=64)  # a goal is asked for its kind and for its date, one after the other
def said(text: str) -> Said | None:
    """What a goal says; None when it cannot be understood. NOT_SET is not asked here."""
    rest = "".join(unicodedata.normalize("NFKC", text).split())
    due, day, rest = _due(rest)
    aspired, rest = _aim(rest)
    if due is None:
        due, day, rest = _due(rest)
    for reading in (_over, _growth, _rank, _zero, _amount):
        found = reading(rest)
        if found is not None:
            return replace(found, aspired=aspired, due=due, day=day)
    if due is not None and rest and not re.search(r"\d", rest):
        return Said(GoalKind.MILESTONE, aspired=aspired, due=due, day=day, what=rest)
    return None


def numeral(text: str) -> Fraction:
    """A number in digits, or a small one in Chinese numerals (两, 十二)."""
    if text[0].isdigit():
        return Fraction(text.replace(",", ""))
    text = text.replace("两", "二")
    tens, ten, ones = text.partition("十")
    if ten:
        return Fraction((_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0))
    return Fraction(_DIGITS.index(text))


def _aim(rest: str) -> tuple[bool, str]:
    """Whether it is aspired to (力争), and what follows such words."""
    aspired = False
    while True:
        if match := _ASPIRED.match(rest):
            aspired = True
        elif not (match := _SURE.match(rest) or _REACH.match(rest)):
            return aspired, rest
        rest = rest[match.end() :]


def _due(rest: str) -> tuple[tuple[int, int] | None, int, str]:
    """Year and month, and the day, by which it must be done; and what follows."""
    match = _DUE.match(rest)
    if match is None or not any(match.groupdict().values()):
        return None, 0, rest
    year, day = int(match["year"] or 0), int(match["day"] or 0)
    month = 12
    if match["quarter"]:
        month = 3 * (int(match["quarter"]) if match["quarter"].isdigit() else _DIGITS.index(match["quarter"]))
    elif match["month"]:
        month = int(match["month"])
        # 2000 had a 29 February, and so may the year that is not said.
        if not 1 <= month <= 12 or day > monthrange(year or 2000, month)[1]:
            return None, 0, rest
    return (year, month), day, rest[match.end() :]


def _over(rest: str) -> Said | None:
    match = _OVER.fullmatch(rest)
    if match is None:
        return None
    return Said(GoalKind.GROWTH_OVER, number=numeral(match["number"]), unit="百分点", whom=match["whom"])


def _growth(rest: str) -> Said | None:
    match = _GROWTH.match(rest)
    if match is None:
        return None
    found = _amount(_aim(rest[match.end() :])[1])
    if found is None or found.unit not in ("%", "‰"):
        return None
    if match["way"] in _DOWN:
        turned = {AT_LEAST: AT_MOST, AT_MOST: AT_LEAST, MORE: LESS, LESS: MORE}
        upper = None if found.upper is None else -found.upper
        found = replace(found, operator=turned[found.operator], number=-found.number, upper=upper)
    return replace(found, kind=GoalKind.GROWTH)


def _rank(rest: str) -> Said | None:
    for pattern in _RANKS:
        if match := pattern.fullmatch(rest):
            return Said(GoalKind.RANK, AT_MOST, numeral(match["place"]))
    return None


def _zero(rest: str) -> Said | None:
    if _ZERO.fullmatch(rest):
        return Said(GoalKind.UNTIL_ZERO, AT_MOST)
    return Said(GoalKind.COUNT, AT_MOST) if _NONE.fullmatch(rest) else None


def _amount(rest: str) -> Said | None:
    word = max((word for word in BEFORE if rest.startswith(word)), key=len, default="")
    match = _AMOUNT.fullmatch(rest[len(word) :])
    if match is None or (word and match["after"]):
        return None
    return Said(
        GoalKind.LEVEL,
        BEFORE[word] if word else AFTER.get(match["after"] or "", AT_LEAST),
        numeral(match["number"]),
        numeral(match["upper"]) if match["upper"] else None,
        match["unit"] or match["first"] or "",
        about=bool(match["around"] or match["about"]),
        tolerance=match["tolerance"] or "",
    )
