"""What one figure alone would have to be so that what is short is short no more (以效定地: the most land it supports).

A remedy is the value nearest to now that clears every failing rule which its figure alone can clear, at the figure's
decimals, judged again against the whole standard: less land can break a plot-ratio ceiling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial, reduce

from kpi import numbers
from kpi.definitions.figure_model import Figure, FigureType
from kpi.definitions.standard_model import Requirement
from kpi.evaluation.judgement import Judgement
from kpi.evaluation.pieces import NotSolvable
from kpi.evaluation.ranges import Ranges, common, nearest, outside, union
from kpi.evaluation.results import Remedy
from kpi.evaluation.rows import Entities, EntityRow
from kpi.evaluation.solving import Solver
from kpi.formula.tree import Name, Node, Published, Shift, children

# What is judged of an entity: one judgement a requirement, None for those that are not in force.
Judgements = Sequence[Judgement | None]
# Judges an entity again of which one figure (its key) was changed; None: the standard no longer applies.
Again = Callable[[EntityRow, str], Judgements | None]


class Reach:
    """Which figures trees and requirements depend on, themselves or through indicators; each is walked once."""

    def __init__(self, entities: Entities) -> None:
        self._entities = entities
        self._known: dict[int, tuple[Node, frozenset[str]]] = {}
        self._names: dict[str, Name] = {}
        self._movable: dict[int, tuple[Requirement, frozenset[str]]] = {}
        self._judging: dict[int, tuple[Requirement, frozenset[str]]] = {}

    def figures(self, node: Node) -> frozenset[str]:
        """The figures of this period, by key."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = (node, self._find(node))
        return known[1]

    def moves(self, name: str, figure: str) -> bool:
        """Whether what a name stands for depends on the figure."""
        return figure in self.figures(self._names.setdefault(name, Name(name, (0, 0))))

    def _find(self, node: Node) -> frozenset[str]:
        if isinstance(node, Published):
            return self.figures(node.name)
        if not isinstance(node, Name):
            return frozenset().union(*(self.figures(child) for child in children(node)))
        if node.shift is not Shift.NOW:
            return frozenset()
        table_function = self._entities.table_function(node.key)
        if table_function is not None:
            return self.figures(table_function)
        indicator = self._entities.definitions.indicators.get(node.key)
        if indicator is not None:
            return self.figures(self._entities.prepared(indicator.formula.tree))
        return frozenset((node.key,))

    def judging(self, requirement: Requirement) -> frozenset[str]:
        """The figures that what is judged of a requirement depends on."""
        known = self._judging.get(id(requirement))
        if known is None:
            wordings = (requirement, *requirement.instead)
            conditions = [condition for wording in wordings for condition in (wording.condition, wording.when)]
            trees = (condition.tree for condition in conditions if condition is not None)
            known = self._judging[id(requirement)] = (requirement, self._all(trees))
        return known[1]

    def movable(self, requirement: Requirement) -> frozenset[str]:
        """The figures that a rule may be met with. A bare figure as the bound (承诺亩均税收) is the promise to meet."""
        known = self._movable.get(id(requirement))
        if known is None:
            wordings = (requirement, *requirement.instead)
            bounds = [bound for wording in wordings for bound in wording.bounds]
            promised = {bound.bound.key for bound in bounds if isinstance(bound.bound, Name)}
            spoken_of = self._all(bound.subject for bound in bounds)
            reached = self._all(wording.condition.tree for wording in wordings)
            known = self._movable[id(requirement)] = (requirement, reached - (promised - spoken_of))
        return known[1]

    def _all(self, trees: Iterable[Node]) -> frozenset[str]:
        return frozenset[str]().union(*(self.figures(self._entities.prepared(tree)) for tree in trees))


def remedies(
    row: EntityRow,
    requirements: Sequence[Requirement],
    judged: Judgements,
    failing: Mapping[int, Sequence[str]],
    again: Again,
    reach: Reach,
) -> tuple[Remedy, ...]:
    """The remedies of a short entity, in the order in which the definitions have the figures.

    judged: one for each requirement. failing: the names of what each of them (by its index) has found to fail.
    Only figures in force (reported numbers) are offered.
    """
    short = [index for index, judgement in enumerate(judged) if judgement is not None and judgement.short]
    movable = {index: reach.movable(requirements[index]) for index in short}
    found = []
    for figure in row.entities.definitions.figures.values():
        touched = [index for index in short if figure.key in movable[index]]
        if not touched or figure.type is not FigureType.NUMBER:
            continue
        now = row.value(figure.key, Shift.NOW)
        if not isinstance(now, Fraction):
            continue
        needed = _needed(row, figure, now, [requirements[index] for index in touched], reach)
        if needed is not None:
            changed = row.changed(figure.key, needed, partial(reach.moves, figure=figure.key))
            after = again(changed, figure.key)
            cleared = [index for index in short if after is not None and _passed(after[index])]
            if after is not None and cleared:
                clears = dict.fromkeys(name for index in cleared for name in failing[index])
                found.append(_remedy(figure, now, needed, tuple(clears), after))
    return tuple(found)


def _needed(
    row: EntityRow, figure: Figure, now: Fraction, requirements: Iterable[Requirement], reach: Reach
) -> Fraction | None:
    """The value nearest to now that clears all of the rules that this figure alone can clear."""
    solver = solver_of(row, figure, reach)
    sets = [ranges for ranges in _solved(requirements, solver, row) if ranges]
    if not sets:
        return None
    step = 10**figure.decimals
    ticks = nearest(reduce(common, sets), now * step)
    return None if ticks is None else Fraction(ticks, step)


def solver_of(row: EntityRow, figure: Figure, reach: Reach) -> Solver:
    """What moves with one figure of an entity, through its indicators."""

    def behind(key: str) -> Node | None:
        indicator = row.entities.definitions.indicators.get(key)
        if indicator is None or (key, Shift.NOW) in row.stands_reported:
            return None
        return row.entities.prepared(indicator.formula.tree)

    return Solver(row, figure.key, figure.decimals, lambda node: figure.key in reach.figures(node), behind)


def _solved(requirements: Iterable[Requirement], solver: Solver, row: EntityRow) -> Iterator[Ranges]:
    for requirement in requirements:
        try:
            yield _met(requirement, solver, row)
        except NotSolvable:
            continue


def _met(requirement: Requirement, solver: Solver, row: EntityRow) -> Ranges:
    """Where the requirement is in force (or may be) and holds. A rule that goes out of force has not been met."""
    prepared = row.entities.prepared
    holds = solver.truth(prepared(requirement.condition.tree)).yes
    for alternative in reversed(requirement.instead):
        instead = solver.truth(prepared(alternative.condition.tree)).yes
        if alternative.when is None:
            holds = instead
            continue
        chosen = solver.truth(prepared(alternative.when.tree))
        either = common(chosen.open, common(instead, holds))
        holds = union(common(chosen.yes, instead), common(chosen.no, holds), either)
    if requirement.when is None:
        return holds
    return common(holds, outside(solver.truth(prepared(requirement.when.tree)).no))


def _remedy(figure: Figure, now: Fraction, needed: Fraction, clears: tuple[str, ...], after: Judgements) -> Remedy:
    """The remedy, with what is judged of the whole standard after it."""
    decimals = _decimals_apart(now, needed, figure.decimals)
    return Remedy(
        figure=figure.key,
        label=figure.label,
        label_en=figure.label_en,
        now=now,
        now_shown=numbers.shown(now, decimals),
        needed=needed,
        needed_shown=numbers.shown(needed, figure.decimals),
        unit=figure.unit.text if figure.unit else "",
        clears=clears,
        passes=all(item is None or item.passed is True or item.wording.indicative for item in after),
    )


def _passed(judgement: Judgement | None) -> bool:
    return judgement is not None and judgement.passed is True


def _decimals_apart(now: Fraction, needed: Fraction, decimals: int) -> int:
    """The decimals that write the figure as reported, if they are few, or that tell it from the value needed."""
    written = numbers.terminating_decimals(now)
    if written is not None and written <= 6:
        return max(decimals, written)
    while numbers.publish(now, decimals) == needed:
        decimals += 1
    return decimals
