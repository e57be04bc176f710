"""Rows that are no entity: totals, notes, headings, and headers that are repeated. What they are, their labels say.

A label is what stands in the column of names or codes, or left of the figures. A row with a code is always an entity.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from kpi.figures import periods
from kpi.figures.cells import half_width
from kpi.figures.slices import in_slices
from kpi.frozen import frozen
from kpi.regex import compiled

if TYPE_CHECKING:
    import polars

_SHORT = 12  # characters that may stand before 合计: 全区合计, 通用设备制造业小计
_TOTAL = compiled(
    rf"(?P<whose>.{{0,{_SHORT}}}?)(?P<word>小计|合计|共计|总计|总和)(?:数|\d{{1,2}}|\(.*\)|:.*)?"
    r"|(?P<alone>(?:[共总合]计|共)\d{1,7}[家户个](?:企业|公司|单位|项目)?|全(?:[省市县区镇]|园区|开发区)|累计数?|总数|加总|求和|[∑Σ]"
    r"|sub-?totals?|(?:grand)?totals?|sum):?",
    re.IGNORECASE,
)
# （合计）, 【合计】, —合计—, 合计*
_ADORNED = compiled(r"[-—–*#=~·]*(?:[(【〔\[](?P<inside>[^()]*)[)】〕\]]|(?P<bare>.*?))[-—–*#=~·]*")
_SIMPLIFIED = str.maketrans("計總", "计总")
_EARLIER = "上年|去年|上期|往年|同期"
_NAMED = "公司|集团|中心|厂|店|社|所|院|场|行"  # what names of enterprises end in
# 规下 is nobody's name; 其中： stands before it, or before the part above it.
_CLASS = compiled(r"规(?:模以)?[上下](?:工业|服务业|建筑业|企业|单位|部分|以外|其他)*(?:\d{1,6}[家户个])?")
_OF_WHICH = compiled(
    r"(?:[-—–·*]{1,3}|\(?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、)])?其中(?:包括|包含|含|有)?[:,].{0,60}"
    rf"|其中(?!.*(?:{_NAMED})$).{{0,20}}|#(?!.*(?:{_NAMED})$)[一-鿿].{{0,20}}"
)
_OF_WHOM = compiled(r"(?P<whole>.{2,60}?)[-—–·,、]{0,2}\(?其中(?:包括|包含|含|有)?[:,]?.{1,60}")
_PART = compiled(
    rf"{_OF_WHICH.pattern}"
    r"|(?:.{0,6})平均(?:值|数|水平)?:?|均值|中位数|最[大小高低]值?|标准差|average|mean|median"
    r"|[户人亩]均(?:值|数)?:?|占[全总]?.{0,4}比[重例]?(?:\(%\))?:?|比[重例]:?"
    r"|(?:[同环]比(?:增长率?|增[速幅减]|变化|升降)?|增长率?|增[速幅减])(?:\(.{0,4}\)|[%±+-]){0,3}:?"
    rf"|[较比]?(?:{_EARLIER})(?:同期|全年)?(?:数|合计|总计|小计|累计|实绩|完成数?)?(?:增[减长幅速].{{0,4}})?:?"
    r"|完成(?:率|比例|情况):?|排名|名次|位次|[承接][前上]页|[过转][次下]页",
    re.IGNORECASE,
)
_UNIT = compiled(r"\(?(?:以[下上]|下列)?(?:金额|面积|计量|数据)?单位(?::|均?为).*")
_CONTINUED = compiled(r"\(?(?:续|接)(?:上?[表页]|前[表页]).{0,4}")
# Who filled in a table and answers for it, and when: below it, with a name, a number or a day beside.
_ABOUT_FORM = (
    r"(?:单位|部门|企业)?(?:填表|填报|制表|编制|审核|复核|报送|报出|上报|统计|经办|负责|分管|主管|签发|联系|财务)"
    r"(?:人员?|日期|时间|电话|方式|领导|负责人)"
    r"|(?:单位|部门|企业)(?:负责人|领导)|法定代表人|制表|审核|复核|(?:(?:联系|办公|固定)?电话|手机|传真|座机)(?:号码?)?"
    r"|(?:电子)?(?:邮箱|邮件)|e-?mail|邮政编码|邮编|(?:联系|通[讯信])地址|日期"
)
_NOTE = compiled(
    r"[*※].*|\(?(?:注|备注|附注|注释|说明|填表说明|填报说明|编制说明|注意)(?:\d{0,2}|[一二三四五六七八九十])[:.、)].*|(?:注|备注|附注)"
    r"|(?:单位|部门|企业)?(?:填表|填报|制表|编制|审核|复核|报送|统计|经办|联系|负责|分管|主管|签发)"
    rf"(?:单位|部门)?(?:\(.{{0,8}}\))?:.*|(?:{_ABOUT_FORM})(?:\(.{{0,8}}\))?(?::.*)?"
    r"|(?:数据|资料)?来源:.*|时间:.*|(?:单位)?(?:盖章|公章|签章|签字):?.*"
    r"|第\d+页.*|共\d+页.*|(?:此行)?以下(?:空白|无正文|无数据).*",
    re.IGNORECASE,
)
_DAY = compiled(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:00:00(?::00)?)?|[二〇○零一三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
)
_FURTHER = compiled(r"\(?(?:\d{1,2}|[一二三四五六七八九十])[.、)].*")
_HEADING = compiled(r"\(?[一二三四五六七八九十]{1,3}[)、.].*|第[一二三四五六七八九十]{1,3}(?:部分|类|组).*")
_YEAR = compiled(rf"(?:{_EARLIER}|[本今当]年|[上本]期)(?:度|同期|数|度?数据|情况)?:?")
_STARRED = compiled(r"[*※]+(?P<name>.*)")
_NUMBERED = compiled(r"\(?[一二三四五六七八九十]{1,3}[)、.](?P<name>.*)")
# A name with a star for a footnote, not the footnote.
_NAME = compiled(r"(?!.*(?:不含|包含|包括|合并|数据|以[上下]|[已未]|除外|均为|[为系指][上去本]|[,;:。])).{2,40}")
# What ends like the name of an enterprise, and is none: 一、上市公司.
_ENTERPRISE = compiled(
    r"(?!.*(?:[子分母总各类和及]公司|上市|国有|民营|外资|合资|控股|规[上下]|所属|下属|其他|重点|有关|[大中小微]型))"
    rf"(?=.{{3}}).+(?:{_NAMED})(?:\(.*\))?"
)
# What polars looks for first in a column of a million names; the patterns above decide.
_HINT = (
    rf"^\s*(?:规|#|占|比|增|同比|环比|[户人亩]均|完成|排名|名次|位次|较|{_EARLIER})"
    r"|^[\s（(]*(?:[注填编]\s*|[单部企]\s*[位门业]\s*|报\s*[送出]|[附备]\s*注|说\s*明|统\s*计|联\s*系|[制上主]\s*[表报管]|审\s*核|复\s*核|经\s*办|负\s*责|分\s*管"
    r"|签\s*[发章字]|财\s*务|法\s*定|办\s*公|固\s*定|电\s*[话子]|手\s*机|传\s*真|座\s*机|[eE]-?mail|邮|通\s*[讯信]|日\s*期|时\s*间|[数资]\s*[据料]\s*来|来\s*源|盖\s*章|公\s*章|第|以\s*下|此\s*行)"
    r"|[承接][前上]页|[过转][次下]页|[计計∑Σ]|共\d|全(?:[省市县区镇]|园区|开发区)|[总總]和|总数|加总|求和|其中|平均|均值|中位数|最[大小高低]|标准差|edian|MEDIAN|otal|OTAL|sum|SUM|Sum|verage|mean|Mean"
)
_LEVELS = {"小计": 1, "合计": 2, "共计": 2, "累计": 2, "总和": 2, "总计": 3}


class Kind(StrEnum):
    TOTAL = "total"
    PART = "part"  # 其中 … and averages: no entity, and no sum of the rows above
    NOTE = "note"
    HEADING = "heading"
    HEADER = "header"
    NUMBERS = "numbers"  # of the columns: 甲 乙 1 2 3
    PERIOD = "period"  # 2022年, or 上年数: what the rows below are about
    UNFILLED = "unfilled"  # an entity after all: a note or heading by its signs, an enterprise by its name


@frozen
class Label:
    """A column that may hold labels: its texts as loaded, and what the header says over it."""

    texts: polars.Series
    header: str


@frozen
class Left:
    """A row that is no entity. at: as loaded, from 0. level: of a total, 小计 1, 合计 2, 总计 3."""

    at: int
    kind: Kind
    label: str
    level: int = 0


def left_over(
    labels: Sequence[Label], codes: polars.Series, empty: polars.Series, unlike: polars.Series | None = None
) -> list[Left]:
    """The rows that are no entity, in their order.

    codes: cleaned. empty: whether a row has no number among its figures. unlike: the rows with codes that are not made
    like right ones, which say no total; None: not known.
    """
    suspects = _suspects(labels, codes, empty, unlike)
    found: list[Left] = []
    speaking = _speaking([*(label.texts for label in labels), codes], suspects)
    if not len(speaking):
        return found
    rows = suspects.gather(speaking)
    written = [(label.texts.gather(rows).to_list(), _plain(label.header)) for label in labels]
    blank, code = empty.gather(rows).to_list(), codes.gather(rows).to_list()
    noted = -1
    names = cache(lambda: frozenset(_plain(text) for label in labels for text in label.texts.to_list()))
    for at, (place, row) in enumerate(zip(speaking.to_list(), rows.to_list(), strict=True)):
        texts = [(_plain(column[at]), header) for column, header in written]
        if code[at] and any(letter.isdigit() for letter in code[at]) and not _total(code[at]):
            continue
        if code[at]:
            texts.append((_plain(code[at]), ""))
        said = [text for text, _ in texts if text]
        left = _left(row, texts, said, blank[at]) or _of_another(row, said, names)
        if left is None and blank[at] and 0 <= noted == place - 1 and len(said) == 1 and _FURTHER.fullmatch(said[0]):
            left = Left(row, Kind.NOTE, said[0])
        if left is not None:
            shown = [column[at] for column, _ in written if _plain(column[at]) == left.label]
            found.append(replace(left, label=" ".join(shown[0].split())) if shown else left)
            noted = place if left.kind is Kind.NOTE else noted
    return found


def _speaking(texts: Sequence[polars.Series], rows: polars.Series) -> polars.Series:
    """The places, among some rows, of those in which any text stands; a file may have millions that are blank."""
    import polars

    said = polars.repeat(False, len(rows), dtype=polars.Boolean, eager=True)
    for series in texts:
        said |= series.gather(rows).is_not_null()
    return said.arg_true()


def _suspects(
    labels: Sequence[Label], codes: polars.Series, empty: polars.Series, unlike: polars.Series | None
) -> polars.Series:
    """The rows that have to be looked at: those without any number, and those whose labels may say a total.

    Where nearly all have codes, only the others are searched.
    """
    import polars

    texts = [label.texts for label in labels]
    asked = polars.repeat(True, len(codes), dtype=polars.Boolean, eager=True)
    if codes.null_count() < len(codes):
        unknown = codes.is_null()
        for series in texts[-1:]:
            unknown |= series.is_null()
        asked = unknown if texts else ~unknown
        asked = asked if unlike is None else asked.scatter(unlike, True)
    searched = asked.arg_true()
    found = [_hinted(series, searched) for series in texts]
    found.append(_hinted(codes, searched if unlike is None else unlike.filter(asked.gather(unlike))))
    return (
        polars.concat([empty.arg_true().cast(polars.Int64), *(rows.cast(polars.Int64) for rows in found)])
        .unique()
        .sort()
    )


def _hinted(series: polars.Series, searched: polars.Series) -> polars.Series:
    """Those of the rows that are searched in which a text may say a total."""
    texts = series if len(searched) == len(series) else series.gather(searched)
    return searched.filter(in_slices(texts, lambda some: some.str.contains(_HINT).fill_null(False)))


def _left(row: int, texts: Sequence[tuple[str, str]], said: Sequence[str], blank: bool) -> Left | None:
    """What a row is by its labels, each with the header above it; None when it is an entity."""
    if blank and len(said) == 1 and (_YEAR.fullmatch(said[0]) or periods.parse(said[0])):
        return Left(row, Kind.PERIOD, said[0])
    if said and all(says_class(text) or text.isdigit() for text in said) and not said[-1].isdigit():
        return Left(row, Kind.PART, next(filter(says_class, said)))
    for text in (*said, *_in_one(said)):
        if text and (_PART.fullmatch(_bare(text)) or _OF_WHICH.fullmatch(text)):
            return Left(row, Kind.PART, text)
        if level := _total(text):
            return Left(row, Kind.TOTAL, text, level)
        if _NOTE.fullmatch(text) and not (_names_one(text) if blank else _has_footnote(text)):
            return Left(row, Kind.NOTE, text)
    if not blank or not said:
        return None
    if len(said) == 1 and (_UNIT.fullmatch(said[0]) or _DAY.fullmatch(said[0]) or says_continued(said[0])):
        return Left(row, Kind.NOTE, said[0])
    if all(text == header for text, header in texts if header):
        return Left(row, Kind.HEADER, said[0])
    if len(said) == 1 and _names_one(said[0]):
        return Left(row, Kind.UNFILLED, said[0])
    return Left(row, Kind.HEADING, said[0]) if len(said) == 1 and _HEADING.fullmatch(said[0]) else None


def _of_another(row: int, said: Sequence[str], names: Callable[[], Collection[str]]) -> Left | None:
    """A part of an entity that it names, and that has a row of its own: 甲公司其中：一分厂."""
    for text in said:
        found = _OF_WHOM.fullmatch(text)
        if found is not None and found["whole"] in names():
            return Left(row, Kind.PART, text)
    return None


def _has_footnote(text: str) -> bool:
    """Whether a text is a name with a star in front, of which a footnote speaks, or *ST."""
    starred = _STARRED.fullmatch(text)
    return starred is not None and _NAME.fullmatch(starred["name"]) is not None


def _names_one(text: str) -> bool:
    """Whether a text with a star or a number in front ends as names of enterprises do (*ST示例公司, 一、示例公司)."""
    name = (_STARRED.fullmatch(text) if _has_footnote(text) else None) or _NUMBERED.fullmatch(text)
    return name is not None and _ENTERPRISE.fullmatch(name["name"]) is not None


def _in_one(said: Sequence[str]) -> Iterator[str]:
    """What letters in cells of their own say together (合 | 计), whichever of a name and a code stands first."""
    if len(said) > 1 and all(len(text) == 1 for text in said):
        yield from ("".join(said), "".join(reversed(said)))


def says_total(text: str) -> bool:
    """Whether a label says that a row is a total (全省合计)."""
    return _total(text) > 0


def says_who_filled_in(text: str) -> bool:
    """Whether a text is the label of who filled in the table, or when (填表人, 联系电话)."""
    return re.fullmatch(rf"(?:{_ABOUT_FORM}):?", _plain(text), re.IGNORECASE) is not None


def says_of_which(text: str) -> bool:
    """Whether a label says that a row is a part of the one above (其中：规上, #规上)."""
    return _OF_WHICH.fullmatch(_plain(text)) is not None


def says_class(text: str) -> bool:
    """Whether a label says only of what class enterprises are (规上)."""
    return _CLASS.fullmatch(_bare(_plain(text))) is not None


def names_enterprise(text: str) -> bool:
    """Whether a text ends as names of enterprises do."""
    return _ENTERPRISE.fullmatch(_plain(text)) is not None


def says_continued(text: str) -> bool:
    """Whether a text says only that the table goes on here (续表)."""
    return _CONTINUED.fullmatch(_plain(text)) is not None


def _total(text: str) -> int:
    """The level of a total; 0 when the text names none."""
    match = _TOTAL.fullmatch(_bare(_plain(text)))
    if match is None:
        return 0
    return _LEVELS.get(match["word"] or match["alone"], 1 if (match["alone"] or "").lower().startswith("sub") else 2)


def _bare(text: str) -> str:
    """A label without brackets and signs around it, in simplified characters."""
    adorned = _ADORNED.fullmatch(text)
    return ((adorned["inside"] or adorned["bare"] or "") if adorned else text).translate(_SIMPLIFIED)


def _plain(text: str | None) -> str:
    return "".join(half_width(text or "").split())
