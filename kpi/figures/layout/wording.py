"""What the texts of one column's header cells say together: 税收 over 2023年, 税收 over 万元, 主要指标 over 税收."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import cache

from kpi.figures import headers, periods
from kpi.figures.vocabulary import Role, Vocabulary, comparable, half_width
from kpi.frozen import frozen
from kpi.names import unnumbered
from kpi.regex import compiled
from kpi.units import UnitError

_YEAR = r"(?:19|20)\d{2}"
_PART = r"[上下]半年|第?[一二三四1-4]季度|1[-~—–至到](?:3|6|12)月(?:份|累计)?|\d{1,2}月份?|度"
_PERIOD = rf"{_YEAR}(?:年(?:{_PART})?|H[12]|Q[1-4])?"
_FIRST = compiled(rf"(?P<period>{_PERIOD})[的:_-]?(?P<rest>\D.*)", re.IGNORECASE)
_LAST = compiled(rf"(?P<rest>.*?[^\d:_-])[:_-]?(?P<period>{_PERIOD})", re.IGNORECASE)
_INSIDE = compiled(r"\(([^()]*)\)")
# Above a figure these make something else of it: 计划 over 税收 is not the tax paid.
_OTHER = compiled(
    r"计划|预计|预测|预算|目标|任务|测算|承诺|协议|应[缴纳]|同比|环比|增[速幅长减]|占|比重|排名|位次|得分|累计|其中|平均|人均|亩均|单位"
)
_NOT_YET = compiled(r"计划|预计|预估|预测|预算|目标|任务|测算|承诺|[暂预]?估")


class Known(IntEnum):
    NOTHING = 0
    WHO = 1  # a column of names, codes or periods
    FIGURE = 2


@frozen
class Worded:
    """shown: what the header cells say together. name: what that means, as headers are matched; "": nothing known.

    period: of the column, where the header names one. texts: how many of the cells took part. group: the text above
    that was passed over, because it names a group of columns and nothing else.
    """

    shown: str
    name: str = ""
    known: Known = Known.NOTHING
    period: str | None = None
    texts: int = 0
    group: str | None = None


def knowing(words: Vocabulary) -> Callable[[str], Known]:
    """What a header text is known as; each text is looked up once."""

    confirmed: dict[str, list[Role]] = {}
    for header, said in words.confirmed.items():
        if said.meaning is not None:
            for way in {header, unnumbered(header)}:
                confirmed.setdefault(way, []).append(said.meaning.role)

    @cache
    def known(text: str) -> Known:
        roles = confirmed.get(comparable(text), ())
        if roles:
            return Known.FIGURE if {Role.FIGURE, Role.REPORTED} & set(roles) else Known.WHO
        if headers.names_a_figure(text, words):
            return Known.FIGURE
        return Known.WHO if headers.identity_of(text) is not None else Known.NOTHING

    return known


def worded(texts: Sequence[str], known: Callable[[str], Known], words: Vocabulary) -> Worded:
    """The header cells of one column, the upper ones first; blank ones are left out."""
    parts = list(dict.fromkeys(" ".join(text.split()) for text in texts if text.strip()))
    shown = " ".join(parts)
    if not parts:
        return Worded("")
    found = _together(parts, known, words)
    if found is not None:
        name, period = found
        # A year over names and codes alone is a title, however much it stands in their column.
        dated = sum(periods.parse(part) is not None for part in parts) if known(name) is Known.WHO else 0
        return Worded(shown, name, known(name), period, len(parts) - dated)
    for above in range(1, len(parts)):
        group = " ".join(parts[:above])
        rest = _together(parts[above:], known, words)
        if rest is not None and not _OTHER.search(half_width(group)) and not _says_unit(group, words):
            return Worded(shown, rest[0], known(rest[0]), rest[1], len(parts) - above, group)
    return Worded(shown)


def _says_unit(group: str, words: Vocabulary) -> bool:
    """Whether a group is a unit or has one in brackets: it speaks of the columns below, and of which is not known."""
    return is_unit(group, words) or any(is_unit(text, words) for text in _INSIDE.findall(half_width(group)))


def is_not_yet(name: str) -> bool:
    """Whether brackets in a header say that a figure is not one of its period yet: 税收（预计）."""
    return any(_NOT_YET.match(text.strip()) for text in _INSIDE.findall(half_width(name)))


def _together(parts: Sequence[str], known: Callable[[str], Known], words: Vocabulary) -> tuple[str, str | None] | None:
    """The name that all these texts make, and its period; None when they mean nothing."""
    dated = [(part, periods.parse(part)) for part in parts]
    found = {period for _, period in dated if period is not None}
    rest = [part for part, period in dated if period is None]
    if len(found) > 1 or not rest:
        return None
    for name in _ways(rest, known, words):
        without, period = undated(name)
        fits = period is not None and not found - {period} and known(without) is Known.FIGURE
        # 税收（2022年） begins with the name of a figure, and that is not all it says.
        if known(name) and not (fits and half_width(name).endswith(")")):
            return name, next(iter(found), None)
        if fits:
            return without, period
    return None


def _ways(parts: Sequence[str], known: Callable[[str], Known], words: Vocabulary) -> list[str]:
    """The texts in one: side by side, or the lower one in brackets when it is a unit, or the one above a figure."""
    ways = [" ".join(parts)]
    if len(parts) > 1 and is_unit(parts[-1], words):
        ways.insert(0, f"{' '.join(parts[:-1])}（{parts[-1]}）")
    below = " ".join(parts[1:])
    if is_unit(parts[0], words) and known(below) is Known.FIGURE:
        ways.insert(0, f"{below}（{parts[0]}）")
    return ways


def is_unit(text: str, words: Vocabulary) -> bool:
    try:
        return bool(words.units.parse(half_width(text)))
    except UnitError:
        return False


def undated(text: str) -> tuple[str, str | None]:
    """A header without the year that it names, in front, behind or in brackets, and that year."""
    plain = half_width(text)
    for match in _INSIDE.finditer(plain):
        items = re.split(r"[,;、]", match[1])
        found = [period for item in items if (period := periods.parse(item))]
        if len(found) == 1:
            kept = "、".join(item for item in items if not periods.parse(item))
            return plain[: match.start()] + (f"({kept})" if kept else "") + plain[match.end() :], found[0]
    marked = _FIRST.fullmatch(plain) or _LAST.fullmatch(plain)
    period = periods.parse(marked["period"]) if marked else None
    return (marked["rest"], period) if marked and period else (text, None)
