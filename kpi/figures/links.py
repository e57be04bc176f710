"""A links file (更名对照表): who was called otherwise, or had another code, in earlier years.

Renamings are followed from the oldest to what an entity is called now. A split, a merger or a circle is no renaming.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from kpi.evaluation.table import Link, Source
from kpi.figures import beside, identity, periods
from kpi.figures.beside import Form, Written
from kpi.figures.cells import Refusal
from kpi.figures.join import where
from kpi.figures.limits import STANDARD, Limits
from kpi.figures.sheet import Sheet
from kpi.frozen import frozen
from kpi.names import comparable
from kpi.problems import KpiError, Place, Problem, say

OLD_CODE, OLD_NAME, NEW_CODE, NEW_NAME, DATE, DOCUMENT = "原代码", "原名称", "新代码", "新名称", "日期", "文件"
HEADERS: Mapping[str, tuple[str, ...]] = {
    OLD_CODE: (OLD_CODE, "原统一社会信用代码", "旧代码", "原信用代码", "oldcode", "oldid"),
    OLD_NAME: (OLD_NAME, "原企业名称", "曾用名", "旧名称", "原名", "oldname"),
    NEW_CODE: (NEW_CODE, "新统一社会信用代码", "现代码", "现统一社会信用代码", "newcode", "newid"),
    NEW_NAME: (NEW_NAME, "新企业名称", "现名称", "现企业名称", "现用名", "现名", "newname"),
    DATE: (DATE, "更名日期", "变更日期", "date"),
    DOCUMENT: (DOCUMENT, "文号", "依据", "证明材料", "变更文件", "document"),
}


@frozen
class Links:
    """All renamings, and their files. by_code, by_name: the renamings of who had this code or name, comparable."""

    rows: tuple[Link, ...]
    sources: tuple[Source, ...]
    by_code: Mapping[str, tuple[Link, ...]]
    by_name: Mapping[str, tuple[Link, ...]]


@frozen
class Renamed:
    """What an entity is called now. links: by which renamings, in their order; none where it never changed."""

    id: str | None
    name: str | None
    links: tuple[Link, ...] = ()


NONE = Links((), (), {}, {})


def read(paths: Sequence[str | Path], limits: Limits = STANDARD) -> Links:
    """The renamings in these files.

    Raises KpiError with everything found: a column is missing, a row names nobody before or nobody after, or the same
    twice; a date that is none; one who became two; a circle.
    """
    rows, sources = beside.read(paths, FORM, limits)
    links: list[Link] = []
    problems: list[Problem] = []
    for row in rows:
        found = _link(row)
        if isinstance(found, Link):
            links.append(found)
        else:
            problems += found
    known = _indexed(links, sources)
    problems += _splits(links)
    problems += [] if problems else _circles(known)
    if problems:
        raise KpiError(problems)
    return known


def now(links: Links, code: str | None, name: str | None, at: str | date | None, after: date | None = None) -> Renamed:
    """What somebody of an earlier time is called now. at: the period, or the day, of which the code and the name are.

    A renaming that gives no new code leaves none: the name then says who it is. after: only renamings from this day on.
    """
    found: list[Link] = []
    since = periods.first_day(at) if isinstance(at, str) else at
    while (link := _next(links, code, name, since, after)) is not None and link not in found:
        found.append(link)
        code, name, after = link.new_id, link.new_name or name, link.day or after
    return Renamed(code, name, tuple(found))


def _next(links: Links, code: str | None, name: str | None, since: date | None, after: date | None) -> Link | None:
    """The next renaming of an entity: by its code; by its name where one of the two gives no code.

    Who was called so twice (甲 → 乙, later 乙 → 甲, later 甲 → 丙) takes the first of those days that may be meant.
    """
    by_code: tuple[Link, ...] = links.by_code.get(comparable(code), ()) if code else ()
    by_name: tuple[Link, ...] = links.by_name.get(comparable(name), ()) if name else ()
    both = [link for link in by_code if link in by_name]
    named = [link for link in by_name if code is None or link.old_id is None]
    for fitting in (both, by_code if len(by_code) == 1 or all(link.day for link in by_code) else (), named):
        later = [
            link
            for link in fitting
            if _before(link, since) and _follows(link, after) and (link.new_id, link.new_name or name) != (code, name)
        ]
        if later:
            return min(later, key=lambda link: link.day or date.max)
    return None


def _before(link: Link, since: date | None) -> bool:
    """Whether figures of this time can be of before the renaming: who takes the name later is somebody else."""
    return link.day is None or since is None or since <= link.day


def _follows(link: Link, after: date | None) -> bool:
    """Whether the renaming can come after another one: the old name of an earlier one was somebody else's."""
    return link.day is None or after is None or after <= link.day


def _no_columns(sheet: Sheet, absent: Sequence[str]) -> Problem:
    return Problem(
        "links-without-columns",
        say("The links lack the columns {columns}.", columns=beside.quoted(absent)),
        sheet.place(0),
        expected=say("原代码 or 原名称, and 新代码 or 新名称 are expected; 日期 and 文件 may follow."),
    )


FORM = Form(HEADERS, ((OLD_NAME, OLD_CODE), (NEW_NAME, NEW_CODE)), _no_columns)


def _link(row: Written) -> Link | list[Problem]:
    """One row, or everything that is wrong with it."""
    old, new = _who(row, OLD_CODE, OLD_NAME), _who(row, NEW_CODE, NEW_NAME)
    problems = []
    if not any(old):
        problems.append(_nobody(row.place(OLD_NAME, OLD_CODE)))
    if not any(new):
        problems.append(_nobody(row.place(NEW_NAME, NEW_CODE)))
    place = row.place(NEW_NAME, NEW_CODE)
    if any(new) and all(each in (None, before) for each, before in zip(new, old, strict=True)):
        message = say("The renaming changes nothing.")
        problems.append(Problem("link-to-itself", message, place, hint=say("Correct the code or the name.")))
    day = row.day(DATE)
    if isinstance(day, Refusal):
        problems.append(beside.refused(day, row.cells[DATE]))
    if problems or isinstance(day, Refusal):
        return problems
    return Link(*old, *new, day, row.text(DOCUMENT), place)


def _who(row: Written, code: str, name: str) -> tuple[str | None, str | None]:
    return identity.code_of(row.text(code)) or None, row.text(name) or None


def _nobody(place: Place) -> Problem:
    hint = say("Fill in 原代码 or 原名称, and 新代码 or 新名称.")
    return Problem("link-without-entity", say("The renaming does not say who it is about."), place, hint=hint)


def _indexed(links: Sequence[Link], sources: Sequence[Source]) -> Links:
    by_code: dict[str, list[Link]] = defaultdict(list)
    by_name: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        if link.old_id:
            by_code[comparable(link.old_id)].append(link)
        if link.old_name:
            by_name[comparable(link.old_name)].append(link)
    return Links(
        tuple(links),
        tuple(sources),
        {key: tuple(each) for key, each in by_code.items()},
        {key: tuple(each) for key, each in by_name.items()},
    )


def _splits(links: Sequence[Link]) -> Iterator[Problem]:
    """One who became two."""
    several: dict[tuple[str, str], list[Link]] = {}
    for link in links:
        several.setdefault((comparable(link.old_id or ""), comparable(link.old_name or "")), []).append(link)
    for same in several.values():
        for link, other in ((link, other) for at, link in enumerate(same) for other in same[:at]):
            if (other.new_id, other.new_name) != (link.new_id, link.new_name) and not _back(links, link, other):
                yield Problem(
                    "link-splits",
                    say(
                        "“{old}” became “{new}” here, and “{other}” in {place}.",
                        old=said(link.old_id, link.old_name),
                        new=said(link.new_id, link.new_name),
                        other=said(other.new_id, other.new_name),
                        place=where(other.place),
                    ),
                    link.place,
                    hint=say("Figures and tiers of one cannot be those of two: keep the one that carries on."),
                )
                break


def _back(links: Sequence[Link], one: Link, other: Link) -> bool:
    """Whether somebody was renamed to what both were called before, between the two: then it was so called twice."""
    if one.day is None or other.day is None:
        return False
    first, last = sorted((one.day, other.day))
    return any(
        link.day is not None
        and first <= link.day <= last
        and (link.new_id == one.old_id if link.new_id and one.old_id else _alike(link.new_name, one.old_name))
        for link in links
    )


def _alike(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and comparable(one) == comparable(other)


def _circles(links: Links) -> Iterator[Problem]:
    """Renamings that lead back to where they began; days that tell them apart end such a trail."""
    seen: set[Link] = set()
    for link in links.rows:
        trail, after = [link], link.day
        each = _next(links, link.new_id, link.new_name, None, after)
        while each is not None and each not in trail:
            trail.append(each)
            after = each.day or after
            each = _next(links, each.new_id, each.new_name, None, after)
        if each == link and link not in seen:
            seen.update(trail)
            circle = " → ".join(said(one.old_id, one.old_name) for one in (*trail, link))
            hint = say("Take out the renaming that is the wrong way round; if the name was taken again, say both days.")
            yield Problem(
                "link-circle", say("The renamings go in a circle: {circle}.", circle=circle), link.place, hint=hint
            )


def said(code: str | None, name: str | None) -> str:
    """Somebody for messages."""
    return name or code or "—"
