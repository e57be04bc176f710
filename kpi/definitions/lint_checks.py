"""What a careful reader would find in cross-checks."""

from __future__ import annotations

from collections.abc import Iterator

from kpi.definitions.check_model import Check, Sentence
from kpi.definitions.contradiction import contradictory, denied
from kpi.definitions.findings import finding
from kpi.definitions.model import Definitions
from kpi.formula.reach import EVERYWHERE, Range, never
from kpi.formula.tree import Aggregate, Compare, Node, Shift, meaning, names, walk
from kpi.problems import Problem, say


def checks_findings(definitions: Definitions) -> Iterator[Problem]:
    """Checks without a source, that nobody can break, or that nobody can pass."""
    for key, check in definitions.checks.items():
        path = ("checks", key)
        if not check.source:
            message = say("The check “{name}” has no source.", name=key)
            hint = say("Add source = with the document and item that it is from, or say that it is your own.")
            yield finding(definitions, "no-source", path, message, hint)
        if all(map(_never_fails, check.sentences)):
            message = say("Nobody can break the check “{name}”.", name=key)
            yield finding(definitions, "never-fails", (*path, "rule"), message, say("Look at its rule and its `when`."))
        elif any(contradictory([said.condition.tree]) for said in check.sentences):
            message = say("Nobody can pass the check “{name}”.", name=key)
            yield finding(definitions, "never-holds", (*path, "rule"), message)
        yield from _without_groups(check, definitions)


def _without_groups(check: Check, definitions: Definitions) -> Iterator[Problem]:
    trees = (said.condition.tree for said in check.sentences)
    if check.by is not None and not any(isinstance(node, Aggregate) for tree in trees for node in walk(tree)):
        message = say("The check “{name}” has groups, but takes no median, mean … over them.", name=check.key)
        yield finding(definitions, "groups-without-use", ("checks", check.key, "by"), message)


def _never_fails(said: Sentence) -> bool:
    when = [] if said.when is None else [said.when.tree]
    return contradictory(when) or any(
        contradictory([*when, *parts]) or any(_plainly_false(part) for part in parts)
        for parts in [denied(said.condition.tree)]
    )


def _plainly_false(node: Node) -> bool:
    """Whether a condition is false whatever the figures are: of constants, signs, or the same thing on both sides."""
    if isinstance(node, Compare) and names(node) and meaning(node.left) == meaning(node.right):
        return node.operator in ("<", ">", "!=")
    return never(True, node, _Anybody())


class _Anybody:
    """The reading of names of which nothing is known."""

    def value(self, key: str, shift: Shift) -> Range:
        return EVERYWHERE

    def published(self, key: str, shift: Shift) -> Range:
        return EVERYWHERE
