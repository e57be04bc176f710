"""Which wording of a rule is in force: what is made for the period first, then what is valid on the as-of date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol, TypeVar

from kpi.definitions.context import Reading
from kpi.definitions.model import Definitions
from kpi.definitions.positions import Path
from kpi.definitions.scheme_model import Item, Scheme
from kpi.definitions.standard_model import Standard
from kpi.definitions.validity import Validity
from kpi.names import nearest
from kpi.problems import KpiError, Message, Problem, say


class Dated(Protocol):
    """Anything with a validity."""

    @property
    def validity(self) -> Validity: ...


T = TypeVar("T", bound=Dated)


def in_force(items: Iterable[T], period: str | None, as_of: date) -> tuple[T, ...]:
    """Those of the items that hold for this period on this day."""
    return tuple(item for item in items if holds(item.validity, period, as_of))


def holds(validity: Validity, period: str | None, as_of: date) -> bool:
    """Whether a wording holds for this period on this day; without from, until and period it always does."""
    if validity.period is not None and not made_for(validity.period, period):
        return False
    return (validity.from_ is None or validity.from_ <= as_of) and (validity.until is None or as_of <= validity.until)


def made_for(stated: str, period: str | None) -> bool:
    """Whether a period is the stated one or lies in the stated year: 2022 covers 2022H1, 2022Q3 and 2022-06."""
    return period is not None and (stated == period or (len(stated) == 4 and period[:4] == stated))


def pick(editions: Sequence[T], period: str | None, as_of: date) -> T | None:
    """The edition in force; None when there is none.

    What is made for exactly this period goes first, then what is made for its year, then what is made for none.
    """
    found = in_force(editions, period, as_of)
    return min(found, key=lambda edition: _distance(edition.validity, period), default=None)


def _distance(validity: Validity, period: str | None) -> int:
    if validity.period is None:
        return 2
    return 0 if validity.period == period else 1


def standard_in_force(definitions: Definitions, key: str, period: str | None, as_of: date) -> Standard:
    """The edition of a standard in force, with only the requirements in force.

    key: its key or label. Raises KpiError when it is unknown or no edition is in force.
    """
    standard = _one(definitions.standards, key, period, as_of, _no_standard, _standard_not_in_force)
    return replace(standard, require=in_force(standard.require, period, as_of))


def scheme_in_force(definitions: Definitions, key: str, period: str | None, as_of: date) -> Scheme:
    """The edition of a scheme in force, each item with the baseline in force.

    key: its key or label. Raises KpiError when it is unknown, or when no edition of it or of a baseline is in force.
    """
    scheme = _one(definitions.schemes, key, period, as_of, _no_scheme, _scheme_not_in_force)
    if not any(item.baselines for item in scheme.items):
        return scheme
    items = tuple(_with_baseline(scheme, item, period, as_of) for item in scheme.items)
    return replace(scheme, items=items)


def _with_baseline(scheme: Scheme, item: Item, period: str | None, as_of: date) -> Item:
    if not item.baselines:
        return item
    baseline = pick(item.baselines, period, as_of)
    if baseline is None:
        message = say(
            "The scheme “{scheme}” has no baseline of “{indicator}” in force for {period} on {day}.",
            scheme=scheme.key,
            indicator=item.indicator,
            period=period or "—",
            day=as_of,
        )
        existing = tuple(described(edition.validity) for edition in item.baselines)
        raise KpiError(Problem("no-edition", message, hint=say("There are: {editions}.", editions=existing)))
    return replace(item, baseline=baseline, baselines=())


class _Rule(Dated, Protocol):
    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...


R = TypeVar("R", bound=_Rule)


def _one(
    rules: Mapping[str, tuple[R, ...]],
    name: str,
    period: str | None,
    as_of: date,
    unknown: Callable[[str], Message],
    not_in_force: Callable[[str, str, date], Message],
) -> R:
    key = name
    if name not in rules:
        labelled = [other for other, editions in rules.items() if any(edition.label == name for edition in editions)]
        if len(labelled) != 1:
            near = nearest(name, rules)
            known = tuple(rules) or "—"
            hint = say("Did you mean “{near}”?", near=near) if near else None
            raise KpiError(
                Problem("unknown-rule", unknown(name), expected=say("One of these: {names}.", names=known), hint=hint)
            )
        key = labelled[0]
    found = pick(rules[key], period, as_of)
    if found is None:
        existing = tuple(described(edition.validity) for edition in rules[key])
        message = not_in_force(key, period or "—", as_of)
        raise KpiError(Problem("no-edition", message, hint=say("There are: {editions}.", editions=existing)))
    return found


def _no_standard(name: str) -> Message:
    return say("There is no standard “{name}”.", name=name)


def _no_scheme(name: str) -> Message:
    return say("There is no scheme “{name}”.", name=name)


def _standard_not_in_force(name: str, period: str, day: date) -> Message:
    return say("The standard “{name}” is not in force for {period} on {day}.", name=name, period=period, day=day)


def _scheme_not_in_force(name: str, period: str, day: date) -> Message:
    return say("The scheme “{name}” is not in force for {period} on {day}.", name=name, period=period, day=day)


def described(validity: Validity) -> str:
    """A validity in signs that every language reads: 2022 · 2021-01-01 – 2022-12-31."""
    days = f"{validity.from_ or '…'} – {validity.until or '…'}"
    if validity.period is None:
        return days
    return f"{validity.period} · {days}" if validity.from_ or validity.until else validity.period


def report_overlaps(validities: Sequence[Validity], path: Path, name: str, reading: Reading) -> None:
    """Note every pair of editions between which neither the period nor the day could decide."""
    for later, second in enumerate(validities):
        for first in validities[:later]:
            if first.period == second.period and _intersect(first, second):
                reading.report(
                    "editions-overlap",
                    (*path, later),
                    say(
                        "Two editions of “{name}” hold at once: {first} and {second}.",
                        name=name,
                        first=described(first),
                        second=described(second),
                    ),
                    hint=say("End the earlier one with `until`, or say for which `period` each is made."),
                    on_key=True,
                )


def _intersect(first: Validity, second: Validity) -> bool:
    return (first.from_ or date.min) <= (second.until or date.max) and (second.from_ or date.min) <= (
        first.until or date.max
    )
