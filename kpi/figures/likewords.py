"""How much of a header is made of the words that a figure is called by, in whichever of its names they stand.

入库税金 is no name of 税收, but 入库税收 and 实缴税金 are, and nothing else is called by these words. A word that many
figures have (收入, 面积) says little of which one is meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from kpi.figures.vocabulary import Meaning, Role, Vocabulary
from kpi.regex import compiled

_LONGEST = 20  # characters of a word
MOST = 95  # per cent: the words are never the name itself
# What stands beside the name of anything says nothing of what it is.
_BESIDE = compiled("合计|总计|总额|总量|总数|金额|数额|全年|本年|年度|年末|期末|累计|全部|厂区")


# Words of forms that no name of a figure may have, and the usual word for what is most likely meant. Taxes paid are not
# quite 税金及附加: these lead to proposals, and to nothing else.
_USUAL = {
    **dict.fromkeys(("纳税", "纳税额", "缴税", "完税", "税款", "税额", "税费", "税金及附加"), "税收"),
    "排污": "污染物排放",
    **dict.fromkeys(("员工", "用工", "从业", "在岗"), "职工"),
    "营收": "营业收入",
    "固投": "固定资产投资",
    "耗电": "用电",
    "耗能": "能耗",
}
_LESS_SURE = Fraction(4, 5)


def by_usual_words(text: str, words: Vocabulary) -> Iterator[tuple[Meaning, int]]:
    """The same for what the text would be with the usual words, and less of it: somebody else has chosen the word."""
    for word, usual in _USUAL.items():
        if word in text:
            for meaning, alike in by_words(text.replace(word, usual), words):
                yield meaning, int(alike * _LESS_SURE)


def by_words(text: str, words: Vocabulary) -> Iterator[tuple[Meaning, int]]:
    """How much of a text, as comparing wants it, the words of each figure cover, in per cent.

    Indicators are named after figures, so their words say nothing; English names are compared as wholes.
    """
    if text.isascii():
        return
    names: dict[Meaning, list[str]] = defaultdict(list)
    for name, meanings in words.meanings.items():
        for meaning in meanings:
            if meaning.role is Role.FIGURE:
                names[meaning].append(name)
    found = {meaning: _runs(text, own) for meaning, own in names.items()}
    having = _having(found, names)
    for meaning, runs in found.items():
        if not runs:
            continue
        left = _without(text, runs)
        whole = sum(map(len, runs)) + len(_BESIDE.sub("", left).replace(" ", ""))
        told = sum(Fraction(len(run), having[run]) for run in runs)
        yield meaning, min(int(told / whole * 100), MOST)


def _runs(text: str, names: Collection[str]) -> tuple[str, ...]:
    """Pieces of the text that stand in one of the names each: as much of it as can be, in as few as can be."""
    best: list[tuple[str, ...]] = [()]
    for end in range(1, len(text) + 1):
        found = best[-1]
        for start in range(max(0, end - _LONGEST), end - 1):
            run = text[start:end]
            if not any(run in name for name in names):
                continue
            tried = (*best[start], run)
            if _word(run) and _covers(tried) > _covers(found):
                found = tried
        best.append(found)
    return best[-1]


def _covers(runs: Collection[str]) -> tuple[int, int]:
    return sum(map(len, runs)), -len(runs)


def _word(run: str) -> bool:
    return len(run) >= 2 and not run.isascii() and not _BESIDE.fullmatch(run)


def _having(found: Mapping[Meaning, Collection[str]], names: Mapping[Meaning, Collection[str]]) -> dict[str, int]:
    """How many figures are called by each word."""
    runs = {run for several in found.values() for run in several}
    return {run: sum(any(run in name for name in several) for several in names.values()) for run in runs}


def _without(text: str, runs: Collection[str]) -> str:
    for run in runs:
        text = text.replace(run, " ", 1)
    return text
