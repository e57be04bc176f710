"""Heads of columns in a form: 项目 | 计量单位 | 代码 | 本年 | 上年 are above its fields, and none themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from kpi.figures.layout.form_cells import At, Cells
from kpi.figures.layout.top import Top
from kpi.figures.layout.units_said import NOTHING, Said, in_title
from kpi.figures.sheet import Sheet, Stated
from kpi.figures.vocabulary import Vocabulary, half_width
from kpi.frozen import frozen
from kpi.regex import compiled

_HEAD = compiled(
    r"(?:计量|金额|数据)?单位|(?:本[年期月季]|填[报写]|上报|申报|实际|核定)?(?:金额|数[值量额据]?)"
    r"|本[年期月季]度?(?:累计|实际|完成)?(?:数|值|额|金额)?|全年|本?年度|(?:填[报写])?内容|备注|说明|代码|行次|序号|(?:指标|项目)(?:名称)?"
)
_UNIT = compiled(r"(?:计量|金额|数据)?单位:?")
_NUMBERING = compiled(r"(?:指标)?代码|行次|行号|序号|编号")
_EARLIER = compiled(r"(上期|[上去]年)(?:同期)?(?:实际|累计|完成)?(?:数|值|额|金额)?")
_GROWTH = compiled(r"(?:[同环]比)?(?:增长率?|增[速幅减]|升降)(?:%|±%?)?|[同环]比(?:%|±%?)?")
_LABELS = compiled(r"(?:指标|项目)(?:名称)?")
_YEAR = compiled(r"((?:19|20)\d\d)年?度?")
_COUNT = compiled(r"[甲乙丙丁戊己]|\d{1,2}|[栏列][次号]")
_BRACKETS = compiled(r"\([^()]*\)")


@frozen
class Heads:
    """The rows of heads in a form. above: row → column → what it says; counted: rows that number the columns."""

    above: Mapping[int, Mapping[int, str]]
    counted: Collection[int]

    def holds(self, row: int) -> bool:
        """Whether a row has heads, or numbers them, and so no fields."""
        return row in self.above or row in self.counted

    def numbers(self, at: At) -> bool:
        """Whether a cell only numbers its row."""
        return _NUMBERING.fullmatch(self.over(at[0]).get(at[1], "")) is not None

    def measures(self, at: At) -> bool:
        """Whether a cell is one for a unit."""
        return _UNIT.fullmatch(self.over(at[0]).get(at[1], "")) is not None

    def lists(self, at: At) -> bool:
        """Whether a label is one of a list of labels, so that what stands below it is not its value."""
        return _LABELS.fullmatch(self.over(at[0]).get(at[1], "")) is not None

    def earlier(self, at: At) -> Mapping[int, str]:
        """The columns with a label's values of an earlier period, and what to say before the label for that."""
        over = self._block(at)
        years = {int(found[1]): at for at, text in over.items() if (found := _YEAR.fullmatch(text))}
        last = max(years, default=0)
        of_years = {years[last - 1]: "上年"} if last - 1 in years else {}
        return {at: found[1] for at, text in over.items() if (found := _EARLIER.fullmatch(text))} | of_years

    def growth(self, at: At) -> Mapping[int, str]:
        """The columns that compare a label's value with its earlier one, where that is there."""
        found = {column: text for column, text in self._block(at).items() if _GROWTH.fullmatch(text)}
        return found if found and self.earlier(at) else {}

    def _block(self, at: At) -> Mapping[int, str]:
        """The heads right of a label, up to those of another block."""
        heads = self.over(at[0])
        # Where two blocks stand side by side, the next one begins with the head of its labels.
        end = min(
            (column for column, text in heads.items() if column > at[1] and _LABELS.fullmatch(text)), default=None
        )
        return {column: text for column, text in heads.items() if column > at[1] and (end is None or column < end)}

    def over(self, row: int) -> Mapping[int, str]:
        """The nearest heads above a row."""
        return self.above.get(max((each for each in self.above if each < row), default=row), {})


def heads_of(cells: Cells) -> Heads:
    """The rows in which nothing but heads stands, and more than one of them."""
    rows: dict[int, dict[int, str]] = {}
    for (row, column), text in cells.texts.items():
        rows.setdefault(row, {})[column] = _plain(text)
    above = {row: texts for row, texts in rows.items() if len(texts) > 1 and all(map(_may_head, texts.values()))}
    counted = {row for row, texts in rows.items() if row - 1 in above and all(map(_COUNT.fullmatch, texts.values()))}
    return Heads(above, counted)


def _may_head(text: str) -> bool:
    return any(each.fullmatch(text) for each in (_HEAD, _NUMBERING, _EARLIER, _YEAR, _GROWTH))


def _plain(text: str) -> str:
    return _BRACKETS.sub("", "".join(half_width(text).split()))


def is_head(text: str) -> bool:
    """Whether a text says what stands below it, and nothing of what that is about."""
    return _HEAD.fullmatch(_plain(text)) is not None


def announces_unit(text: str) -> bool:
    """Whether the cell beside says a unit: 单位 | 万元."""
    return _UNIT.fullmatch(half_width(text)) is not None


def units_of(text: str, words: Vocabulary) -> Said:
    """The units that a head has in brackets: 金额（元）."""
    return in_title(text, words) if _may_head(_plain(text)) else NOTHING


def heads_above(sheet: Sheet, top: Top, first: int, words: Vocabulary) -> Iterator[Stated]:
    """What heads above the first label of a figure say of units."""
    for row, texts in enumerate(top.rows[:first]):
        for column, text in enumerate(texts):
            if (found := units_of(text, words)) != NOTHING:
                yield Stated(found.units, " ".join(text.split()), sheet.cell(row, column), found.clear)
