"""What a careful reader of definitions would find, though they load: findings are problems that stop nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from kpi import numbers
from kpi.definitions.contradiction import contradictory
from kpi.definitions.findings import finding
from kpi.definitions.lint_checks import checks_findings
from kpi.definitions.lint_groups import groups_findings
from kpi.definitions.lint_items import items_findings
from kpi.definitions.lint_letters import letters_findings
from kpi.definitions.lint_tiers import tiers_findings
from kpi.definitions.model import Definitions
from kpi.definitions.positions import Path
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.standard_model import Standard
from kpi.formula.tree import Formula, Name, Node, walk
from kpi.problems import Problem, Severity, say


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
            found.append(finding(definitions, "no-source", ("lists", list_key), message, _SOURCE_HINT))
    found += checks_findings(definitions)
    return (*found, *_targets(definitions))


_SOURCE_HINT = say("Add source = with the document and item that it is from, or say that it is your own.")


def _targets(definitions: Definitions) -> tuple[Problem, ...]:
    if not definitions.plans:
        return ()
    from kpi.definitions import target_lint  # late: most definitions have no targets

    return tuple(target_lint.findings(definitions))


def _labels(definitions: Definitions) -> Iterator[Problem]:
    """A name that stands for two things: as a label in formulas, of rules, or as a header of figures."""
    owners: dict[str, list[Path]] = defaultdict(list)
    for key, figure in definitions.figures.items():
        for way in dict.fromkeys((key, figure.label, *figure.aliases)):
            owners[way].append(("figures", key))
    for key, indicator in definitions.indicators.items():
        for way in dict.fromkeys((key, indicator.label, *indicator.also)):
            owners[way].append(("indicators", key))
    checks = {key: (check,) for key, check in definitions.checks.items()}
    rules: tuple[tuple[str, Any], ...] = (
        ("standards", definitions.standards),
        ("schemes", definitions.schemes),
        ("checks", checks),
    )
    for section, known in rules:
        for key, editions in known.items():
            for label in dict.fromkeys((key, *(edition.label for edition in editions))):
                owners[f"{section} {label}"].append((section, key))
    for way, paths in owners.items():
        for second in paths[1:]:
            name = way.partition(" ")[2] if second[0] in dict(rules) else way
            message = say(
                "“{name}” stands for two things: {first} and {second}.", name=name, first=paths[0][1], second=second[1]
            )
            yield finding(definitions, "label-twice", second, message, say("Give one of them another label."))


def _unused(definitions: Definitions) -> Iterator[Problem]:
    used = {name.key for tree in _trees(definitions) for name in walk(tree) if isinstance(name, Name)}
    for schemes in definitions.schemes.values():
        for scheme in schemes:
            if scheme.merge is not None:
                used |= {scheme.merge.lead or "", *scheme.merge.any}
    used |= {figure for check in definitions.checks.values() for figure in check.each}
    for key in definitions.figures:
        if key not in used:
            message = say("The figure “{name}” is used by nothing.", name=key)
            yield finding(definitions, "unused-figure", ("figures", key), message, severity=Severity.NOTE)


def _trees(definitions: Definitions) -> Iterator[Node]:
    for value in (definitions.indicators, definitions.standards, definitions.schemes, definitions.checks):
        yield from _formulas(tuple(value.values()))


def _formulas(value: object) -> Iterator[Node]:
    """Every tree in a model, wherever it stands."""
    if isinstance(value, Formula):
        yield value.tree
    elif isinstance(value, tuple):
        for element in value:
            yield from _formulas(element)
    elif isinstance(value, Mapping):
        yield from _formulas(tuple(value.values()))
    elif hasattr(value, "__dataclass_fields__"):
        for field in value.__dataclass_fields__:
            yield from _formulas(getattr(value, field))


def _standard(standard: Standard, path: Path, definitions: Definitions) -> Iterator[Problem]:
    if not standard.source and any(not rule.source for rule in standard.require):
        message = say("The standard “{name}” has no source.", name=standard.key)
        yield finding(definitions, "no-source", path, message, _SOURCE_HINT)
    for index, rule in enumerate(standard.require):
        for number, wording in enumerate((rule, *rule.instead)):
            # The first stands under the requirement itself, the others under `instead`.
            where: Path = (*path, "require", index, *(("instead", number - 1) if number else ()), "rule")
            conditions = [wording.condition.tree]
            if contradictory(conditions):
                message = say("The requirement “{rule}” can never be met.", rule=wording.rule)
                yield finding(definitions, "never-holds", where, message, say("Check the bounds."))
            conditions = [one.tree for one in (standard.applies_to, rule.when, wording.when) if one is not None]
            if contradictory(conditions):
                message = say("The requirement “{rule}” is never in force.", rule=wording.rule)
                yield finding(definitions, "never-in-force", where, message, say("Check its `when`."))


def _scheme(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    yield from _unsourced(scheme, path, definitions)
    total = sum((item.weight for item in scheme.items), Fraction(0))
    if scheme.total_weight is not None and total != scheme.total_weight:
        message = say(
            "The weights add up to {total}, not to {declared}.",
            total=numbers.plain(total),
            declared=numbers.plain(scheme.total_weight),
        )
        yield finding(definitions, "weights-total", (*path, "total_weight"), message, say("Check the weights."))
    if scheme.applies_to is not None and contradictory([scheme.applies_to.tree]):
        message = say("The scheme “{name}” is for nobody: its condition can never hold.", name=scheme.key)
        yield finding(definitions, "scheme-for-nobody", (*path, "applies_to"), message, say("Check applies_to."))
    yield from items_findings(scheme, path, definitions)
    yield from tiers_findings(scheme, path, definitions)
    yield from letters_findings(scheme, path, definitions)
    yield from groups_findings(scheme, path, definitions)


def _unsourced(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """Rules of which neither they themselves nor the scheme says where they are from."""
    rules: list[tuple[Path, str]] = [(("tiers",), scheme.tiers.source)]
    kinds: Mapping[str, Sequence[Any]] = {
        "items": scheme.items,
        "exempt": scheme.exempt,
        "adjustments": scheme.adjustments,
        "overrides": [each for each in scheme.overrides if each.when is not None],  # decisions have documents
        "measures": scheme.measures,
    }
    rules += [((kind, index), rule.source) for kind, several in kinds.items() for index, rule in enumerate(several)]
    rules += [] if scheme.merge is None else [(("merge",), scheme.merge.source)]
    without = [where for where, source in rules if not source]
    if len(without) == len(rules):
        message = say("The scheme “{name}” has no source.", name=scheme.key)
        yield finding(definitions, "no-source", path, message, _SOURCE_HINT)
        return
    for where in without:
        message = say("This rule has no source, and neither has the scheme “{name}”.", name=scheme.key)
        yield finding(definitions, "no-source", (*path, *where), message, _SOURCE_HINT)
