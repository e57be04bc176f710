"""Who may be meant by a name or a code that nobody has: proposals for people to decide on, never an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpi.figures.identity import check_character
from kpi.names import comparable
from kpi.regex import compiled

# So many comparisons take no noticeable time.
COMPARISONS = 4_000_000
_NEAR, _CODE_NEAR, _WITHIN = 70, 85, 85
_SHORTEST = 3  # characters that say more about a name than its ending does
_LONG_CODE = 9  # shorter ones are numbers in a row, alike to all their neighbours
_CODE = compiled(r"[0-9a-z-]+")
_CREDIT_CODE = compiled(r"[0-9a-y]{18}")
# What nearly every company's name ends with says nothing of which company it is.
_ENDING = compiled(
    r"(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司$|集团$|厂$|合作社$|\((?:普通合伙|有限合伙|特殊普通合伙)\)$"
)
# 二期 is not 三期, and 12 not 13, however alike the rest is.
_COUNTED = compiled(r"\d+|[一二三四五六七八九十]+(?=期|号|厂|分|车间|园|区|楼|组|队|$)|第[一二三四五六七八九十]+")


def similar(wanted: Sequence[str], known: Iterable[str], near: int = _NEAR) -> dict[str, str]:
    """Who is most like each of those wanted, as far as anybody is like it.

    near: how much, in per cent. Names are compared without what most end with (有限公司), and not where their numbers
    differ; codes by their letters; a 9-character organisation code with the 统一社会信用代码 that holds it.
    """
    from rapidfuzz import fuzz, process  # late: only what is not found needs it

    texts = [text for text in dict.fromkeys(known) if text]
    if len(texts) * len(wanted) > COMPARISONS:
        return {}
    cores = [_core(text) for text in texts]
    found: dict[str, str] = {}
    for text in dict.fromkeys(wanted):
        core = _core(text)
        best, most = None, 0.0
        for _, score, at in process.extract(core, cores, scorer=fuzz.ratio, limit=3, score_cutoff=near):
            if score > most and _alike(core, cores[at], score):
                best, most = at, score
        for at, other in enumerate(cores) if most < _WITHIN else ():
            if _holds(core, other) and _alike(core, other, _WITHIN):
                best, most = at, float(_WITHIN)
                break
        if best is not None:
            found[text] = texts[best]
    return found


def _core(text: str) -> str:
    plain = comparable(text)
    core = _ENDING.sub("", plain)
    return core if len(core) >= _SHORTEST else plain


def _holds(one: str, other: str) -> bool:
    """Whether one stands in the other: a short name, or an organisation code in the 统一社会信用代码."""
    short, long = sorted((one, other), key=len)
    if _CREDIT_CODE.fullmatch(long):
        return short.replace("-", "") == long[8:17]
    return len(short) >= (4 if short.isascii() else 2) and short in long


def _alike(one: str, other: str, score: float) -> bool:
    if _CODE.fullmatch(one) and _CODE.fullmatch(other):
        # One wrong character never passes the check, so two that pass are two companies.
        right = [
            bool(_CREDIT_CODE.fullmatch(code)) and check_character(code.upper()) == code[-1].upper()
            for code in (one, other)
        ]
        return not all(right) and score >= _CODE_NEAR and len(one) >= _LONG_CODE
    return _COUNTED.findall(one) == _COUNTED.findall(other)
