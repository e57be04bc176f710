"""What reading definitions carries along: where things stand, what is known so far, and the problems found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path as FilePath
from typing import Any

from kpi.definitions.check_model import Check
from kpi.definitions.figure_model import Figure, Indicator
from kpi.definitions.list_model import NameList
from kpi.definitions.model import SourceFile
from kpi.definitions.positions import Path
from kpi.definitions.sources import Sources
from kpi.definitions.tier_model import ITEMS, TOTAL
from kpi.definitions.validity import Validity
from kpi.formula.errors import FormulaError
from kpi.formula.parse import parse
from kpi.formula.past import TIER
from kpi.formula.scope import Scope, Symbol, Type
from kpi.formula.tree import Formula, Truth
from kpi.formula.unit import TRUTH, check
from kpi.names import nearest
from kpi.problems import Message, Place, Problem, say
from kpi.units import NUMBER, RATIO, Kind, Unit, UnitError, Units

# Stands where a formula could not be read; definitions that contain one are never handed out.
BROKEN = Formula("", Truth(False, (0, 0)), None)

WEIGHT = "权重"
THIS = "本项"  # the figure that a check speaks of, where it speaks of each of several
RESERVED = ("本期", "上年同期", "上期", WEIGHT, ITEMS, TOTAL, "基准值", TIER, THIS)


Tables = Callable[[FilePath], list[list[list[str]]]]  # a file → its sheets as rows of texts


@dataclass
class Reading:
    """One run of reading. Problems are collected, never raised, so that all are seen at once.

    broken: names whose own definition is faulty; what else goes wrong because of them is not reported again.
    tables: what reads workbooks and the like, sheet by sheet, row by row; None: only texts can be named.
    faulty: where problems were found, as `_bare` has it.
    """

    sources: Sources
    units: Units
    problems: list[Problem] = field(default_factory=list)
    figures: dict[str, Figure] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    lists: dict[str, NameList] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    names: dict[str, tuple[Symbol, ...]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    files: list[SourceFile] = field(default_factory=list)
    tables: Tables | None = None
    faulty: set[Path] = field(default_factory=set)

    def report(
        self,
        code: str,
        path: Path,
        message: Message,
        *,
        expected: Message | None = None,
        hint: Message | None = None,
        on_key: bool = False,
    ) -> None:
        """Note a problem at a key path."""
        place = self.sources.place(path, on_key=on_key)
        self.faulty.add(_bare(path))
        self.problems.append(Problem(code, message, place, expected=expected, hint=hint))

    def lacks(self, entry: Mapping[str, Any], key: str, path: Path) -> bool:
        """Whether a table says nothing under a key; what could not be read there was said, and is reported already."""
        return entry.get(key) in (None, {}, []) and not self.is_faulty((*path, key))

    def is_faulty(self, path: Path) -> bool:
        """Whether a problem was found there or below."""
        bare = _bare(path)
        return any(each[: len(bare)] == bare for each in self.faulty)

    def scope(self, *reserved: str) -> Scope:
        """What formulas may speak of, with these reserved words beside the names."""
        words = {word: (Symbol(word, "reserved", Type.NUMBER, NUMBER, earlier=False),) for word in reserved}
        return Scope({**self.names, **words}, self.units, frozenset(self.lists))

    def scope_with_tiers(self, *reserved: str, now: bool = False) -> Scope:
        """The same with 类别: the tiers of earlier years, and (now) this period's as well."""
        tier = Symbol(TIER, "reserved", Type.TEXT, now=now)
        scope = self.scope(*reserved)
        return replace(scope, names={**scope.names, TIER: (tier,)})

    def unit(self, text: str, path: Path) -> Unit | None:
        """The unit that a text names; None after reporting that it names none."""
        try:
            return self.units.parse(text)
        except UnitError:
            near = nearest(text, self.units.names())
            self.report(
                "unknown-unit",
                path,
                say("“{unit}” is not a known unit.", unit=text),
                expected=say("Expected a unit such as 万元, 亩, 万元/亩, % or 人."),
                hint=say("Did you mean “{near}”?", near=near) if near else say("New units are defined under [units]."),
            )
            return None

    def formula(self, text: str, path: Path | Place, expect: Any, scope: Scope | None = None) -> Formula:
        """The formula read and checked; BROKEN after reporting what is wrong with it.

        path: the key under which it is written, or its place in another file.
        """
        try:
            known = self.scope() if scope is None else scope
            return Formula(text, *check(parse(text, known), known, expect, text))
        except FormulaError as error:
            self.formula_problem(error, text, path)
            return BROKEN

    def formula_problem(self, error: FormulaError, text: str, path: Path | Place) -> None:
        """Note a formula error at the exact character, unless it only follows from another problem."""
        if any(name in text for name in self.broken):
            return
        found = error.problem
        offset = found.excerpt_span[0] if found.excerpt_span else 0
        place = path if isinstance(path, Place) else self.sources.place(path, offset)
        self.problems.append(replace(found, place=place))

    def condition(self, entry: Mapping[str, Any], key: str, path: Path, scope: Scope | None = None) -> Formula | None:
        """The condition under a key of a table; None when the key is left out."""
        return self.formula(entry[key], (*path, key), TRUTH, scope) if key in entry else None

    def constant(self, text: str, path: Path, expect: Unit) -> Fraction | None:
        """The value of a formula without names, in the expected unit; None after reporting a problem."""
        from kpi.formula.exact import evaluate

        formula = self.formula(text, path, expect, Scope({}, self.units, table_functions=False))
        if formula is BROKEN:
            return None
        value = evaluate(formula.tree, NOBODY)
        if isinstance(value, Fraction):
            return value
        self.report("not-a-number", path, say("“{text}” has no value.", text=text))
        return None

    def share(self, text: str, path: Path) -> Fraction | None:
        """A share without a unit or in % (0.6, 60%) as a number; None after reporting a problem."""
        formula = self.formula(text, path, None, Scope({}, self.units, table_functions=False))
        if formula is BROKEN:
            return None
        percent = formula.unit is not None and formula.unit.kind is Kind.PERCENT
        value = self.constant(text, path, formula.unit if percent and formula.unit else RATIO)
        return None if value is None else value / 100 if percent else value

    def figure_key(self, name: str, path: Path) -> str:
        """The key of the figure that a name or label stands for; the name itself after reporting that there is none."""
        return self._key(name, path, "figure", self.figures)

    def indicator_key(self, name: str, path: Path) -> str:
        """The key of the indicator that a name or label stands for; the name itself after a problem."""
        return self._key(name, path, "indicator", self.indicators)

    def _key(self, name: str, path: Path, role: str, known: Mapping[str, object]) -> str:
        keys = {symbol.key for symbol in self.names.get(name, ()) if symbol.role == role}
        if len(keys) == 1:
            return keys.pop()
        if name in self.broken:
            return name
        near = nearest(name, known)
        if role == "figure":
            message = say("There is no figure “{name}”.", name=name)
        else:
            message = say("There is no indicator “{name}”.", name=name)
        if len(keys) > 1:
            message = say("“{name}” can mean {keys}.", name=name, keys=tuple(sorted(keys)))
        hint = say("Did you mean “{near}”?", near=near) if near else None
        self.report("unknown-name", path, message, hint=hint)
        return name

    def choose(self, name: str, known: Iterable[str], path: Path) -> None:
        """Note a problem when a tier letter is not among those of the scheme."""
        known = tuple(known)
        if name not in known:
            self.report(
                "unknown-tier",
                path,
                say("There is no tier “{name}” here.", name=name),
                expected=say("Expected one of: {choices}.", choices=tuple(known)),
            )


class _Nobody:
    """The entity of a formula without names: nothing can be asked of it."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a formula without names asked for {name}")


NOBODY: Any = _Nobody()


def _bare(path: Path) -> Path:
    """A path without the places of first elements: a single value may stand for a list of one."""
    return tuple(step for step in path if step != 0)


def labels(key: str, entry: Mapping[str, Any]) -> dict[str, str]:
    """label and label_en of an entry; the label falls back to the key."""
    return {"label": entry.get("label", key), "label_en": entry.get("label_en", "")}


def validity(entry: Mapping[str, Any], path: Path, reading: Reading) -> Validity:
    """from, until and period of an entry."""
    first: date | None = entry.get("from")
    last: date | None = entry.get("until")
    if first and last and first > last:
        message = say("The validity ends on {until}, before it begins on {first}.", until=last, first=first)
        reading.report("validity-reversed", (*path, "until"), message)
    return Validity(first, last, entry.get("period"))
