"""What a careful reader of definitions would find, though they load: findings are problems that stop nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from kpi import numbers
from kpi.definitions.contradiction import contradictory
from kpi.definitions.model import Definitions, Override, Scheme, Standard
from kpi.definitions.positions import Path
from kpi.definitions.tier_model import Floors
from kpi.formula.tree import Formula, Name, Node, names, walk
from kpi.problems import Message, Place, Problem, Severity, say


def lint(definitions: Definitions) -> tuple[Problem, ...]:
    """All findings, each with its place, in the order of the concepts and then of the file.

    Severity is warning for what is likely a mistake, note for what only deserves a look.
    """
    found = [*_labels(definitions), *_unused(definitions)]
    for standard_key, standards in definitions.standards.items():
        for index, standard in enumerate(standards):
            found += _standard(standard, ("standards", standard_key, index), definitions)
    for scheme_key, schemes in definitions.schemes.items():
        for index, scheme in enumerate(schemes):
            found += _scheme(scheme, ("schemes", scheme_key, index), definitions)
    for list_key, members in definitions.lists.items():
        if not members.source:
            message = say("The list “{name}” has no source.", name=list_key)
            found.append(_finding(definitions, "no-source", ("lists", list_key), message, _SOURCE_HINT))
    return (*found, *_targets(definitions))


_SOURCE_HINT = say("Add source = with the document and item that it is from, or say that it is your own.")


def _finding(
    definitions: Definitions,
    code: str,
    path: Path,
    message: Message,
    hint: Message | None = None,
    severity: Severity = Severity.WARNING,
) -> Problem:
    place = definitions.places.place(path, on_key=True) if definitions.places else Place()
    return Problem(code, message, place, severity, hint=hint)


def _targets(definitions: Definitions) -> tuple[Problem, ...]:
    if not definitions.plans:
        return ()
    from kpi.definitions import target_lint  # late: most definitions have no targets

    return tuple(target_lint.findings(definitions))


def _labels(definitions: Definitions) -> Iterator[Problem]:
    """A name that stands for two things: as a label in formulas, or as a header of figures."""
    owners: dict[str, list[Path]] = defaultdict(list)
    for key, figure in definitions.figures.items():
        for way in dict.fromkeys((key, figure.label, *figure.aliases)):
            owners[way].append(("figures", key))
    for key, indicator in definitions.indicators.items():
        for way in dict.fromkeys((key, indicator.label, *indicator.also)):
            owners[way].append(("indicators", key))
    rules: tuple[tuple[str, Any], ...] = (("standards", definitions.standards), ("schemes", definitions.schemes))
    for section, known in rules:
        for key, editions in known.items():
            for label in dict.fromkeys((key, *(edition.label for edition in editions))):
                owners[f"{section} {label}"].append((section, key))
    for way, paths in owners.items():
        for second in paths[1:]:
            name = way.partition(" ")[2] if second[0] in ("standards", "schemes") else way
            message = say(
                "“{name}” stands for two things: {first} and {second}.", name=name, first=paths[0][1], second=second[1]
            )
            yield _finding(definitions, "label-twice", second, message, say("Give one of them another label."))


def _unused(definitions: Definitions) -> Iterator[Problem]:
    used = {name.key for tree in _trees(definitions) for name in walk(tree) if isinstance(name, Name)}
    for schemes in definitions.schemes.values():
        for scheme in schemes:
            used.add(scheme.tiers.by_group or "")
            if scheme.merge is not None:
                used |= {scheme.merge.by, scheme.merge.lead or "", *scheme.merge.any}
            used |= {
                getattr(base, "by", None) or ""
                for item in scheme.items
                for base in (item.baseline, *item.baselines, item.low, item.high)
            }
            used |= {str(item.options.get("among", "")) for item in scheme.items}
    for key in definitions.figures:
        if key not in used:
            message = say("The figure “{name}” is used by nothing.", name=key)
            yield _finding(definitions, "unused-figure", ("figures", key), message, severity=Severity.NOTE)


def _trees(definitions: Definitions) -> Iterator[Node]:
    for value in (definitions.indicators, definitions.standards, definitions.schemes):
        yield from _formulas(tuple(value.values()))


def _formulas(value: object) -> Iterator[Node]:
    """Every tree in a model, wherever it stands."""
    if isinstance(value, Formula):
        yield value.tree
    elif isinstance(value, tuple):
        for element in value:
            yield from _formulas(element)
    elif hasattr(value, "__dataclass_fields__"):
        for field in value.__dataclass_fields__:
            yield from _formulas(getattr(value, field))


def _standard(standard: Standard, path: Path, definitions: Definitions) -> Iterator[Problem]:
    if not standard.source and any(not rule.source for rule in standard.require):
        message = say("The standard “{name}” has no source.", name=standard.key)
        yield _finding(definitions, "no-source", path, message, _SOURCE_HINT)
    for index, rule in enumerate(standard.require):
        for number, wording in enumerate((rule, *rule.instead)):
            # The first stands under the requirement itself, the others under `instead`.
            where: Path = (*path, "require", index, *(("instead", number - 1) if number else ()), "rule")
            conditions = [wording.condition.tree]
            if contradictory(conditions):
                message = say("The requirement “{rule}” can never be met.", rule=wording.rule)
                yield _finding(definitions, "never-holds", where, message, say("Check the bounds."))
            conditions = [one.tree for one in (standard.applies_to, rule.when, wording.when) if one is not None]
            if contradictory(conditions):
                message = say("The requirement “{rule}” is never in force.", rule=wording.rule)
                yield _finding(definitions, "never-in-force", where, message, say("Check its `when`."))


def _scheme(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    if not scheme.source:
        message = say("The scheme “{name}” has no source.", name=scheme.key)
        yield _finding(definitions, "no-source", path, message, _SOURCE_HINT)
    total = sum((item.weight for item in scheme.items), Fraction(0))
    if scheme.total_weight is not None and total != scheme.total_weight:
        message = say(
            "The weights add up to {total}, not to {declared}.",
            total=numbers.plain(total),
            declared=numbers.plain(scheme.total_weight),
        )
        yield _finding(definitions, "weights-total", (*path, "total_weight"), message, say("Check the weights."))
    yield from _item_bounds(scheme, path, definitions)
    yield from _tier_gaps(scheme, path, definitions)
    for index, adjustment in enumerate(scheme.adjustments):
        limited = (adjustment.at_most, scheme.adjustments_at_most, adjustment.at_least, scheme.adjustments_at_least)
        if names(adjustment.points.tree) and all(limit is None for limit in limited):
            message = say("The points for “{label}” have no limit.", label=adjustment.label)
            hint = say("Add at_most or at_least, or adjustments_at_most for all together.")
            yield _finding(definitions, "no-limit", (*path, "adjustments", index), message, hint)
    for index, override in enumerate(scheme.overrides):
        reason = _never_fires(override, scheme)
        if reason is not None:
            yield _finding(definitions, "never-fires", (*path, "overrides", index), reason, say("Check its condition."))


def _item_bounds(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    for index, item in enumerate(scheme.items):
        low, high = (_points(bound, item.weight) for bound in (item.at_least, item.at_most))
        if low is not None and high is not None and low > high:
            message = say("The lowest score of “{name}” is above its highest.", name=item.indicator)
            yield _finding(definitions, "bounds-reversed", (*path, "items", index, "score"), message)


def _points(bound: Formula | None, weight: Fraction) -> Fraction | None:
    """A bound in points; None when there is none or it depends on more than the weight."""
    from kpi.formula.exact import evaluate

    if bound is None or any(name.key != "权重" for name in names(bound.tree)):
        return None
    only_weight: Any = _Weight(weight)
    value = evaluate(bound.tree, only_weight)
    return value if isinstance(value, Fraction) else None


class _Weight:
    """An entity of which only the weight is asked."""

    def __init__(self, weight: Fraction) -> None:
        self._weight = weight

    def value(self, key: str, shift: object) -> Fraction:
        return self._weight


def _tier_gaps(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    way = scheme.tiers.way
    if isinstance(way, Floors) and way.lowest[-1] is not None:
        low = sum((_points(item.at_least, item.weight) or Fraction(0) for item in scheme.items), Fraction(0))
        if way.lowest[-1] > low or scheme.adjustments:
            message = say("A total below {lowest} has no tier.", lowest=numbers.plain(way.lowest[-1]))
            hint = say("Say who gets the rest, such as otherwise = {example}.", example='"D"')
            yield _finding(definitions, "tier-gap", (*path, "tiers", "at_least"), message, hint)


def _never_fires(override: Override, scheme: Scheme) -> Message | None:
    best, worst = scheme.tiers.names[0], scheme.tiers.names[-1]
    if (override.action, override.tier) in (("at_most", best), ("at_least", worst)):
        return say("The override “{label}” never changes a tier.", label=override.label)
    when = override.when
    if when is None:  # decisions of a meeting
        return None
    conditions = [when.tree, *([scheme.applies_to.tree] if scheme.applies_to else [])]
    if contradictory(conditions):
        return say("The override “{label}” can never fire.", label=override.label)
    exempt = [one for one in scheme.exempt if not one.evaluated and _same(one.when, when)]
    if exempt:
        return say(
            "The override “{label}” can never fire, because “{reason}” exempts the same enterprises.",
            label=override.label,
            reason=exempt[0].reason,
        )
    return None


def _same(first: Formula, second: Formula) -> bool:
    return first.text.replace(" ", "") == second.text.replace(" ", "")
