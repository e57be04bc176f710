"""What a text says of units: “单位：万元”, “金额单位：元（列至角分）”, “以元为单位”, “Unit: yuan”.

单位 is an organisation as well (填报单位：某某局). A text that says units and is not wholly understood is not clear,
whatever units are in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kpi.figures import periods
from kpi.figures.vocabulary import Vocabulary
from kpi.frozen import frozen
from kpi.regex import compiled
from kpi.units import Kind, UnitError, currencies

_SQUARE = str.maketrans("【】〔〕[]", "()()()")
# A label begins where a word does, or behind another one: tried at every letter, a long cell would take minutes.
_LABEL = compiled(
    r"(?:(?<![^\s:;,。、()|=→])|(?<=单位[为是])|(?<=单位[均全]为)|(?<=单位统一为))(?=\S)"
    r"(?P<name>[^\s:;,。、()|=→]*)\s*(?:[:=→]|(?<=单位)\s*(?:;|[均全]?为|统一为|是))\s*",
    re.IGNORECASE,
)
_WITHOUT_COLON = compiled(r"\(?(?P<name>\w{0,4}单位)\s*(?P<units>\S.*)")
_IN_UNITS = compiled(r"以(?P<units>[^以为计]{1,12})(?:为(?:计量|金额|货币)?单位|计(?:算|量|价)?(?!\w))")
_MEASURES = compiled(r".*(?:计量|度量|金额|面积|货币|数据|数值|价值|数量|以下|以上|下列|[本表]表|表[中内])单位")
_ABOUT_MONEY = frozenset(("金额", "货币", "币种", "币别", "人民币"))
_OTHER_LABELS = frozenset(("面积", "unit", "units"))
_OFFICE = compiled(
    r".*(?:填|报|编|制|审|核|管|牵头|责任|联系|建设|施工|设计|主办|承办|协办|实施|项目|企业|用人|批准|印发|所属|参与|配合|执行"
    r"|统计|调查|委托|评价|评估|验收|提供|来源|发布|经办|签约|工作|组织|成员|盖章|被考核)单位"
)
_NAMED = compiled(
    r".*(?:公司|集团|厂|局|委|办|厅|部|院|所|站|中心|政府|区|县|市|镇|乡|街道|村|社|会|处|科|室|店|行|组|队|园)"
)
_MAY_BE = compiled(r"元|角|币|亩|平方|公顷|吨|千瓦|yuan|rmb|cny|[十百千万亿]+$", re.IGNORECASE)
_CURRENCY = compiled(r"人民币|RMB|CNY", re.IGNORECASE)
# How the numbers are written, not what they are in.
_REMARK = compiled(
    r"列至角分|列至元|取整数?|整数|四舍五入|下同|人民币|RMB|CNY"
    r"|(?:保留|取|精确到|精确至)?(?:小数点?后?)?(?:整数|个位|[一二两三四\d]位(?:小数)?)",
    re.IGNORECASE,
)
_TITLE = compiled(r"[^()]*[\u4e00-\u9fff].*\)", re.DOTALL)
_WORDS = compiled(r"[\u4e00-\u9fff]")
_BRACKETED = compiled(r"\(([^()]*)\)")
_SEPARATOR = compiled(r"[,;、和及与]")
_PAGE = compiled(r"[第共]\d+页|(?:19|20)\d{2}[年./-][\d年月日./-]*|年月日")


@frozen
class Said:
    """units: those of amounts that a text names. clear: whether nothing in it that speaks of units is left open."""

    units: tuple[str, ...] = ()
    clear: bool = True


NOTHING = Said()


def said(text: str, words: Vocabulary) -> Said:
    """What a text says of units by itself."""
    plain = re.sub(r"单\s+位", "单位", unicodedata.normalize("NFKC", text).translate(_SQUARE)).strip()
    found = [_stated(name, value, words) for name, value in _statements(plain)]
    found += [_loosely(match["units"], words) for match in _IN_UNITS.finditer(plain)]
    if not found and (match := _WITHOUT_COLON.fullmatch(plain)):
        bare = _listed(match["units"], words)
        found = [bare] if bare.clear or re.match(r"[十百千万亿]*元\W", match["units"]) else []
    return Said(tuple(dict.fromkeys(unit for each in found for unit in each.units)), all(each.clear for each in found))


def alone(text: str, words: Vocabulary) -> Said:
    """What a text says that is nothing but units: 万元, （元、亩）. Those of dates and counts are none."""
    plain = unicodedata.normalize("NFKC", text).translate(_SQUARE).strip()
    found = _listed(plain[1:-1] if _BRACKETED.fullmatch(plain) else plain, words)
    dimensions = [words.units.parse(unit).dimension for unit in found.units]
    return found if found.clear and any(_of_amounts(dimension) for dimension in dimensions) else NOTHING


def in_title(text: str, words: Vocabulary) -> Said:
    """What the brackets of a title say, when they name units: 企业情况表（万元）."""
    plain = unicodedata.normalize("NFKC", text).translate(_SQUARE).strip()
    for inside in _BRACKETED.findall(plain) if _TITLE.fullmatch(plain) else ():
        found = _listed(inside, words)
        money = any(currencies(words.units.parse(unit)) for unit in found.units)
        if found.units and _WORDS.search(inside) and (found.clear or money):
            return found
    return NOTHING


def _of_amounts(dimension: tuple[tuple[str, int], ...]) -> bool:
    return not {name for name, _ in dimension} <= {"[count]", "[person]", "[year]", "[day]", "[point]"}


def _statements(plain: str) -> Iterator[tuple[str, str]]:
    """The labels of a text that speak of units, and what stands behind each, up to the next label."""
    name, start = "", 0
    for match in _LABEL.finditer(plain):
        label = match["name"].casefold()
        inside = plain.count("(", start, match.start()) > plain.count(")", start, match.start())
        if name and inside and not _speaks(label):
            continue
        if name:
            yield name, plain[start : match.start()]
        name, start = (label if _speaks(label) else ""), match.end()
    if name:
        yield name, plain[start:]


def _speaks(label: str) -> bool:
    return label.endswith("单位") or label in _ABOUT_MONEY or label in _OTHER_LABELS


def _stated(label: str, value: str, words: Vocabulary) -> Said:
    """What stands behind a label."""
    value = _trimmed(value)
    if label in _ABOUT_MONEY and _CURRENCY.fullmatch(value):
        return NOTHING
    if _MEASURES.fullmatch(label):
        return _listed(value, words)
    if label in ("币种", "币别"):
        return Said((), not value)
    found = _loosely(value, words)
    return NOTHING if _OFFICE.fullmatch(label) and not found.clear else found


def _loosely(value: str, words: Vocabulary) -> Said:
    """The units of a text that may be something else, such as the name of an office or an amount."""
    value = _trimmed(value)
    found = _listed(value, words)
    if found.clear:
        return found
    office = _NAMED.fullmatch(_BRACKETED.sub("", value).strip()) or (value[:1].isdigit() and not value.isascii())
    pieces = [_unit(piece, words) for piece in re.split(r"[\s,;、()]", value)]
    may_be = _MAY_BE.search(value) or any(unit and _of_amounts(words.units.parse(unit).dimension) for unit in pieces)
    return found if may_be and not office else NOTHING


def _trimmed(value: str) -> str:
    """A value without what closes a bracket before it, and what ends a sentence."""
    value = value.strip().rstrip("。.,;、").strip()
    while value.endswith(")") and value.count(")") > value.count("("):
        value = value[:-1].strip()
    while value.endswith("(") or value.startswith(")"):
        value = value.strip("()").strip()
    return value.rstrip("。.,;、").strip()


def _listed(value: str, words: Vocabulary) -> Said:
    """The units that a list names; clear when it holds nothing else but remarks, dates and pages."""
    value = _BRACKETED.sub(lambda match: " " if _remarks(match[1]) else match[0], _trimmed(value))
    units: list[str] = []
    clear, named = True, not value.strip()
    for piece in _SEPARATOR.split(value):
        together = _unit(piece, words)
        for part in [piece] if together is not None else piece.split():
            unit = _unit(part, words)
            if unit is not None:
                named = True
                units += [unit] if words.units.parse(unit).kind is Kind.QUANTITY else []
            elif not (
                _remarks(part) or _PAGE.fullmatch(part) or periods.parse(part) or (named and _NAMED.fullmatch(part))
            ):
                clear = False
    return Said(tuple(dict.fromkeys(units)), clear and named)


def _remarks(text: str) -> bool:
    return all(_REMARK.fullmatch(part) for part in re.split(r"[\s,;、]+", text.strip()))


def _unit(piece: str, words: Vocabulary) -> str | None:
    """The unit that a piece is, as definitions write it: RMB元 is 元. A currency alone says no amount."""
    compact = re.sub(r"(?<=元)整$", "", "".join(piece.split()))
    if not compact or _CURRENCY.fullmatch(compact):
        return None
    bare = _CURRENCY.sub("", compact, count=1) if _CURRENCY.match(compact) else ""
    for unit in filter(None, (bare, compact)):
        try:
            parsed = words.units.parse(unit)
        except UnitError:
            continue
        if unit != bare or currencies(parsed) == {"[money]"}:
            return unit
    return None
