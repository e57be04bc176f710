"""Which figures a header resembles: proposals for people to confirm, never an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kpi.evaluation.table import column, reported
from kpi.figures.header_text import peelings
from kpi.figures.likewords import by_usual_words, by_words
from kpi.figures.vocabulary import Meaning, Role, Vocabulary, comparable
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.units import UnitError, convertible

SHOWN = 3  # candidates of one header, at most
_WITHIN = 75  # the least for a name that stands whole in the header, or the header in it
_BY_WORDS = 60  # the least for the words of several names together
_SAME = 100
_BEHIND = 20  # how much less alike than the best a candidate may be
_LONGEST = 100  # characters of a header that is compared; what is longer is a sentence


@frozen
class Candidate:
    """A figure or an indicator that a header may mean. name: the one that is like it; alike: in per cent."""

    name: str
    meaning: Meaning
    shift: Shift
    alike: int

    @property
    def column(self) -> str:
        """Its name in the clean table."""
        key = self.meaning.key
        return reported(key) if self.meaning.role is Role.REPORTED else column(key, self.shift)


def candidates(header: str, words: Vocabulary, taken: Collection[str] = ()) -> tuple[Candidate, ...]:
    """What the header may mean, the most alike first. What its unit or its period cannot be is left out.

    taken: columns of the clean table that other headers name.
    """
    found = [each for each in _like(header, words) if each.column not in taken]
    return _best([each for each in found if unit_of(header, each, words) is None])


def misfit(header: str, words: Vocabulary, taken: Collection[str] = ()) -> Candidate | None:
    """What the header would mean, did its unit not say otherwise; None where something fits, or nothing is near."""
    found = [each for each in _like(header, words) if each.column not in taken and each.alike >= _WITHIN]
    if not found or any(unit_of(header, each, words) is None for each in found):
        return None
    return _best(found)[0]


def _like(header: str, words: Vocabulary) -> list[Candidate]:
    """What the header is like, whatever its unit."""
    *_, bare = peelings(header)
    if len(bare.rest) > _LONGEST or len(set(bare.marks)) > 1:
        return []
    shift = bare.marks[0] if bare.marks else Shift.NOW
    best: dict[Meaning, Candidate] = {}
    text = comparable(bare.rest)
    for name, alike in _alike(text, words):
        for meaning in words.meanings[name]:
            if shift is not Shift.NOW and meaning.role is Role.REPORTED:
                continue
            if meaning not in best or best[meaning].alike < alike:
                best[meaning] = Candidate(words.shown[name], meaning, shift, alike)
    for meaning, alike in (*by_words(text, words), *by_usual_words(text, words)):
        if alike >= _BY_WORDS and (meaning not in best or best[meaning].alike < alike):
            name = best[meaning].name if meaning in best else meaning.key
            best[meaning] = Candidate(name, meaning, shift, alike)
    return [*best.values()]


def _best(found: Collection[Candidate]) -> tuple[Candidate, ...]:
    """Those that are hardly less like it than the most alike, which comes first."""
    ranked = sorted(found, key=lambda each: (-each.alike, each.name))[:SHOWN]
    # The very name leaves no doubt about which figure, only about what stands around it.
    least = ranked[0].alike - (0 if ranked[0].alike == _SAME else _BEHIND) if ranked else 0
    return tuple(each for each in ranked if each.alike >= least)


def _alike(text: str, words: Vocabulary) -> Iterator[tuple[str, int]]:
    """The names that are like a text, and how much in per cent."""
    from rapidfuzz import fuzz, process  # late: a header that is known needs it not

    # Chinese names are short: one of two characters right is near already.
    least = 60 if text.isascii() else 50
    names = list(words.meanings)
    found = {name: int(ratio) for name, ratio, _ in process.extract(text, names, scorer=fuzz.ratio, limit=None)}
    inside = [name for name in names if name in text]
    for name in names:
        # The longest name that stands in the header counts: 亩均税收增速 may be 亩均税收, not 税收.
        if name in inside and any(name != other and name in other for other in inside):
            continue
        alike = max(found[name], _WITHIN) if _contained(name, text) else found[name]
        if alike >= least:
            yield name, alike


def _contained(name: str, text: str) -> bool:
    short, long = sorted((name, text), key=len)
    return len(short) >= (4 if short.isascii() else 2) and short in long


def unit_of(header: str, candidate: Candidate, words: Vocabulary) -> str | None:
    """The unit in the header that cannot be one of the candidate's; None where there is none."""
    *_, bare = peelings(header)
    declared = candidate.meaning.unit
    for text in bare.units:
        try:
            unit = words.units.parse(text)
        except UnitError:
            continue
        if declared is None or not convertible(unit, declared):
            return text
    return None
