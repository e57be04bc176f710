"""Result files (`kpi classify … -o result.json`) → one side of a comparison. Unknown fields are passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from kpi.definitions.model import SourceFile
from kpi.evaluation.comparing.results import Origin, Side
from kpi.evaluation.scheme.results import (
    AdjustmentMade,
    BaselineUsed,
    ClassifiedEntity,
    ItemScore,
    OverrideFired,
    Standing,
)
from kpi.evaluation.table import Decision, Source
from kpi.figures.compressed import unpacked
from kpi.figures.inputs import Input, opened
from kpi.figures.json_text import damage
from kpi.figures.limits import STANDARD, Limits
from kpi.figures.manner import Manner
from kpi.frozen import frozen
from kpi.numbers import terminating_decimals
from kpi.problems import KpiError, Message, Place, Problem, say
from kpi.regex import compiled

COMMAND = "classify"
# Every answer of this program begins with what it is; figures as JSON never do.
_START = compiled(rb'\s*\{\s*"kpi"\s*:\s*\{')
# A number without a decimal of its own is written as a text.
_FRACTION = compiled(r"-?\d{1,400}/[1-9]\d{0,400}")
_HINT = say("Write it anew: kpi classify … --output result.json.")

Decimals = Mapping[str, int]


class _Wrong(Exception):
    """What stands at a path of the document is not what should."""

    def __init__(self, path: str, message: Message) -> None:
        self.path, self.message = path, message


def is_result(path: str | Path, limits: Limits = STANDARD) -> bool:
    """Whether a file is an answer of this program. Raises KpiError when it cannot be read."""
    source = unpacked(opened(path, manner=Manner(limits=limits)))
    return _START.match(source.head.removeprefix(b"\xef\xbb\xbf")) is not None


def read(path: str | Path, limits: Limits = STANDARD) -> Side:
    """The list in a result file. Raises KpiError when it is damaged, or the answer of another command."""
    source = unpacked(opened(path, manner=Manner(limits=limits)))
    document = _Node(_parsed(source), "")
    try:
        command = document["kpi"]["command"].text()
        if command != COMMAND:
            raise KpiError(
                _problem(source, say("This is an answer of `kpi {command}`.", command=command), "kpi.command")
            )
        return _side(document, source)
    except _Wrong as wrong:
        raise KpiError(_problem(source, wrong.message, wrong.path)) from None


def _parsed(source: Input) -> object:
    try:
        return json.loads(source.whole(), parse_float=Decimal, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        message, place = damage(error, source.file)
        raise KpiError(replace(_problem(source, message), place=place)) from error


def _constant(text: str) -> object:
    raise ValueError(text)


def _problem(source: Input, message: Message, key: str | None = None) -> Problem:
    expected = say("A result of `kpi classify`, written with --output result.json, is expected.")
    return Problem("not-a-result", message, Place(file=source.file, key=key), expected=expected, hint=_HINT)


@frozen
class _Node:
    """A value of the document and its path, for messages."""

    value: Any
    path: str

    def __getitem__(self, key: str) -> _Node:
        if not isinstance(self.value, dict):
            raise _Wrong(self.path, say("“{path}” should be an object.", path=self.path or "$"))
        return _Node(self.value.get(key), f"{self.path}.{key}".lstrip("."))

    def items(self) -> Iterator[_Node]:
        """The members of a list; nothing for what is not there."""
        if not isinstance(self.value, list | None):
            raise _Wrong(self.path, say("“{path}” should be a list.", path=self.path))
        for at, value in enumerate(self.value or ()):
            yield _Node(value, f"{self.path}[{at}]")

    def text_or_none(self) -> str | None:
        if not isinstance(self.value, str | None):
            raise _Wrong(self.path, say("“{path}” should be a text.", path=self.path))
        return self.value

    def text(self, default: str | None = None) -> str:
        found = self.text_or_none()
        if found is None and default is None:
            raise _Wrong(self.path, say("“{path}” should be a text.", path=self.path))
        return found if found is not None else default or ""

    def number_or_none(self) -> Fraction | None:
        if isinstance(self.value, str) and _FRACTION.fullmatch(self.value):
            return Fraction(self.value)
        if isinstance(self.value, bool) or not isinstance(self.value, int | Decimal | None):
            raise _Wrong(self.path, say("“{path}” should be a number.", path=self.path))
        return None if self.value is None else Fraction(self.value)

    def number(self) -> Fraction:
        found = self.number_or_none()
        if found is None:
            raise _Wrong(self.path, say("“{path}” should be a number.", path=self.path))
        return found

    def day_or_none(self) -> date | None:
        written = self.text_or_none()
        try:
            return None if written is None else date.fromisoformat(written)
        except ValueError:
            raise _Wrong(self.path, say("“{path}” should be a date such as 2023-12-31.", path=self.path)) from None

    def whole_or_none(self) -> int | None:
        found = self.number_or_none()
        if found is not None and found.denominator != 1:
            raise _Wrong(self.path, say("“{path}” should be a whole number.", path=self.path))
        return None if found is None else found.numerator


def _side(document: _Node, source: Input) -> Side:
    envelope = document["kpi"]
    schemes = [each.text() for each in document["schemes"].items()]
    definitions = tuple(
        SourceFile(each["path"].text(), each["sha256"].text()) for each in envelope["definitions"].items()
    )
    listed = list(document["entities"].items())
    decimals = _item_decimals(listed)
    places = _places(each["score"].number_or_none() for one in listed for each in (one, *one["items"].items()))
    entities = [_entity(one, decimals, places) for one in listed]
    return Side(
        entities=tuple(entities),
        baselines=tuple(_baseline(each) for each in document["baselines"].items()),
        rules={key: (key, definitions) for key in schemes},
        order=_graded(document["graded_tiers"], schemes),
        origin=Origin(
            kind="result",
            sources=(Source(source.file, None, source.sha256(), len(entities)),),
            period=envelope["period"].text_or_none(),
            as_of=envelope["as_of"].text_or_none(),
            definitions=definitions,
            figures=_figures(document),
        ),
        provisional=document["provisional"].value is True,
    )


def _graded(node: _Node, schemes: Sequence[str]) -> tuple[str, ...]:
    """The graded tiers, best first; () where an older result does not say them."""
    if node.value is None:
        return ()
    return tuple(dict.fromkeys(tier.text() for key in schemes for tier in node[key].items()))


def _figures(document: _Node) -> object:
    """What tells whether two results were made from the same figures: see `fingerprint`."""
    envelope = document["kpi"]
    inputs = [each["sha256"].text() for each in envelope["inputs"].items()]
    return fingerprint(inputs, envelope["period"].text_or_none(), envelope["previous"].text_or_none())


def fingerprint(inputs: list[str], period: str | None, previous: str | None) -> object:
    """Equal when the figures are: the fingerprints of the files (corrections among them), and the periods."""
    return frozenset(inputs), period, previous


def _item_decimals(entities: list[_Node]) -> Decimals:
    """How many decimals the values of an indicator are published to, as far as they show it."""
    found: dict[str, int] = {}
    for one in entities:
        for item in one["items"].items():
            key = item["indicator"].text()
            found[key] = max(found.get(key, 0), _places([item["value"].number_or_none()]))
    return found


def _places(values: Iterator[Fraction | None] | list[Fraction | None]) -> int:
    return max((terminating_decimals(value) or 0 for value in values if value is not None), default=0)


def _entity(one: _Node, decimals: Decimals, places: int) -> ClassifiedEntity:
    status = one["status"]
    if status.value not in list(Standing):
        message = say("“{path}” should be one of {words}.", path=status.path, words=tuple(map(str, Standing)))
        raise _Wrong(status.path, message)
    return ClassifiedEntity(
        id=one["id"].text_or_none(),
        name=one["name"].text_or_none(),
        scheme=one["scheme"].text_or_none(),
        standing=Standing(status.value),
        group=one["group"].text_or_none(),
        score=one["score"].number_or_none(),
        decimals=places,
        rank=one["rank"].whole_or_none(),
        first_tier=one["first_tier"].text_or_none(),
        tier=one["tier"].text_or_none(),
        items=tuple(_item(each, decimals) for each in one["items"].items()),
        adjustments=tuple(
            AdjustmentMade(
                each["label"].text(), each["label_en"].text(""), each["points"].number(), each["source"].text("")
            )
            for each in one["adjustments"].items()
        ),
        overrides=tuple(
            OverrideFired(
                each["label"].text(),
                each["label_en"].text(""),
                each["from"].text_or_none(),
                each["to"].text(""),
                each["source"].text(""),
                _decision(one, each),
            )
            for each in one["overrides"].items()
        ),
        merged_into=one["merged_into"].text_or_none(),
        group_level=one["group_level"].text_or_none() or one["group"].text_or_none(),
        codes=tuple(each["code"].text("") for each in one["reasons"].items()),
        reasons=_reasons(one) if status.value == Standing.REJECTED else (),
    )


def _reasons(one: _Node) -> tuple[Message, ...]:
    """Why somebody was left out, in the words of the file."""
    return tuple(Message("{reason}", (("reason", each["message"].text("")),)) for each in one["reasons"].items())


def _decision(one: _Node, made: _Node) -> Decision | None:
    """The decision of a meeting that an override tells of."""
    told = made["decision"]
    if told.value is None:
        return None
    place = Place(
        file=told["file"].text_or_none(),
        sheet=told["sheet"].text_or_none(),
        cell=told["cell"].text_or_none(),
        line=told["line"].whole_or_none(),
    )
    return Decision(
        one["id"].text_or_none(),
        one["name"].text_or_none(),
        0,
        made["to"].text(""),
        made["label"].text(),
        made["source"].text(""),
        told["date"].day_or_none(),
        place,
    )


def _item(item: _Node, decimals: Decimals) -> ItemScore:
    key = item["indicator"].text()
    return ItemScore(
        indicator=key,
        label=item["label"].text(key),
        label_en=item["label_en"].text(""),
        value=item["value"].number_or_none(),
        decimals=decimals[key],
        unit=item["unit"].text(""),
        baseline=item["baseline"].number_or_none(),
        low=item["low"].number_or_none(),
        high=item["high"].number_or_none(),
        weight=item["weight"].number_or_none() or Fraction(0),
        score=item["score"].number_or_none(),
        place=item["place"].whole_or_none(),
        place_of=item["place_of"].whole_or_none(),
        source=item["source"].text(""),
    )


def _baseline(each: _Node) -> BaselineUsed:
    key = each["indicator"].text()
    return BaselineUsed(
        scheme=each["scheme"].text(),
        indicator=key,
        label=each["label"].text(key),
        role=each["role"].text("baseline"),
        group=each["group"].text_or_none(),
        value=each["value"].number_or_none(),
        decimals=each["decimals"].whole_or_none(),
        unit=each["unit"].text(""),
        origin=each["from"].text(""),
        count=each["count"].whole_or_none(),
        source=each["source"].text(""),
        label_en=each["label_en"].text(""),
        level=each["level"].text_or_none() or each["group"].text_or_none(),
        merged=each["merged"].value is True,
    )
