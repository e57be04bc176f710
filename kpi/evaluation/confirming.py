"""What is asked for and no column gives, while a header is like it: to be confirmed before anything is computed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpi.definitions.model import Definitions
from kpi.definitions.standard_model import Requirement, Standard
from kpi.evaluation.table import Proposal, Table, column
from kpi.formula.tree import Formula, Name, Node, Shift, walk
from kpi.problems import Message, Place, Problem, say

# From here on a header is so like a name that leaving it out may be a mistake.
ALIKE = 70


def confirm(place: Place) -> Message:
    """What to do about a header of this file."""
    return say(
        "Confirm what it is: kpi map {file} -o mapping.toml, then --map mapping.toml; or add it to the aliases.",
        file=place.file or "FILE",
    )


def confirm_who(place: Place) -> Message:
    """What to do where no header of a file says who its rows are about."""
    return say(
        "If a column has them under another name: kpi map {file} -o mapping.toml, say there which it is, then "
        "--map mapping.toml.",
        file=place.file or "FILE",
    )


def columns_read(trees: Iterable[Node], definitions: Definitions) -> frozenset[str]:
    """The columns of figures that these trees read, themselves or through indicators."""
    found: set[str] = set()
    pending = [(tree, Shift.NOW) for tree in trees]
    seen: set[tuple[str, Shift]] = set()
    while pending:
        tree, base = pending.pop()
        for node in walk(tree):
            if not isinstance(node, Name):
                continue
            shift = node.shift if base is Shift.NOW else base
            if (node.key, shift) in seen:
                continue
            seen.add((node.key, shift))
            if node.key in definitions.indicators:
                pending.append((definitions.indicators[node.key].formula.tree, shift))
            elif node.key in definitions.figures:
                found.add(column(node.key, shift))
    return frozenset(found)


def of_standard(standard: Standard) -> list[Node]:
    """Every tree of a standard."""
    wordings: list[Requirement] = [each for one in standard.require for each in (one, *one.instead)]
    conditions = [standard.applies_to, *(each for one in wordings for each in (one.condition, one.when))]
    return [condition.tree for condition in conditions if isinstance(condition, Formula)]


def likely(name: str, table: Table, least: int = 0) -> list[Proposal]:
    """The headers that may be a column, the most alike first. least: how alike they are at least, in per cent."""
    found = [proposal for proposal in table.proposals if proposal.column == name and proposal.alike >= least]
    return sorted(found, key=lambda proposal: -proposal.alike)


def unconfirmed(columns: Iterable[str], definitions: Definitions, table: Table) -> list[Problem]:
    """One problem for each of these columns that no file has, while a header is very like its figure."""
    problems = []
    for name in sorted(set(columns) - set(table.frame.columns)):
        found = likely(name, table, ALIKE)
        if found:
            figure = definitions.figures[name.partition("@")[0]]
            message = say(
                "The figure “{figure}” is asked for, and no column is headed so; it may be {headers}.",
                figure=figure.label,
                headers=headers(found),
            )
            problems.append(Problem("header-unconfirmed", message, found[0].place, hint=confirm(found[0].place)))
    return problems


def headers(found: Sequence[Proposal]) -> tuple[str, ...]:
    """Headers for messages, with their cells and how alike they are."""
    return tuple(dict.fromkeys(f"{each.place.cell or ''} “{each.header}” ({each.alike} %)".strip() for each in found))
