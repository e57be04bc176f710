"""The steps that say what would bring a value, points or a condition, and each figure that alone does."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from kpi import numbers
from kpi.definitions.figure_model import FigureType, Indicator
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Item, Scheme
from kpi.definitions.tier_model import ITEMS, TOTAL
from kpi.evaluation.explaining.meeting import Figures, Found, Met, asks_for_total
from kpi.evaluation.explaining.steps import Steps
from kpi.evaluation.explaining.trial import Trial
from kpi.evaluation.explaining.unrounding import counted_at
from kpi.evaluation.explaining.worth import Worth
from kpi.evaluation.explanation import Kind, Step
from kpi.evaluation.pieces import NotSolvable
from kpi.evaluation.rows import EntityRow
from kpi.evaluation.scheme import items
from kpi.evaluation.scheme.method_row import STAYING, method_row
from kpi.evaluation.scheme.rescoring import Rescored, points_for, together
from kpi.evaluation.scheme.results import ItemScore
from kpi.evaluation.scheme.row import SchemeRow, own_words
from kpi.formula.exact import evaluate
from kpi.formula.tree import Compare, Formula, Name, Node, Not, Number, Shift, names
from kpi.frozen import frozen
from kpi.problems import Message, say

_SPAN = (0, 0)
SEVERAL = say("It moves more than one part of the total; all of them are counted again.")
UNSOLVED = say("No value was found, and none was ruled out: try figures with kpi classify.")
OF_SUMS = say("Its baseline is made of sums and moves with each figure; so each is counted by itself.")


@frozen
class _Wanted:
    """needed: the points; further: how many of what counts an item must bring for them. met: whether they are there.

    only: the items whose points together are meant; None: the total. apart: figures that are said elsewhere.
    """

    needed: Fraction
    further: Fraction
    met: Met
    only: Sequence[str] | None
    apart: Collection[str]


@frozen
class Reaching:
    """tier: the one to be reached. reached: whether the entity has it with another figure, everybody counted again.

    obvious: whether who has the points, or the value, has the tier: then only the contrary is said. assumed: what is
    taken to stay, and what moves.
    """

    trial: Trial
    figures: Figures
    steps: Steps
    tier: str
    reached: Callable[[Found], bool]
    obvious: bool
    assumed: tuple[Message, ...]

    @property
    def scheme(self) -> Scheme:
        return self.trial.scheme

    @property
    def definitions(self) -> Definitions:
        return self.steps.definitions

    @property
    def row(self) -> EntityRow:
        return self.trial.row

    def seen(self, row: EntityRow, *, with_total: bool = True) -> SchemeRow:
        """What conditions read. Raises NotSolvable where the total hangs on others."""
        return self.trial.sees(row, own_words(self.trial.total(row), None) if with_total else {})

    def points(self, needed: Fraction, only: Sequence[str] | None = None) -> Step:
        """The points missing to a total, and what each item alone would have to be for it.

        only: the indicators of the items whose points together are meant instead of the total.
        """
        scheme, mine = self.scheme, self.trial.entity.items
        counted = [one for one in mine if only is None or one.indicator in only]
        score, further = self._short(needed, only)
        missing = needed - score
        met = self._met_points(needed, only)
        said = say(
            "{missing} points are missing: {needed} are needed, there are {score}.",
            missing=self.shown(missing),
            needed=self.shown(needed),
            score=self.shown(score),
        )
        several = self.figures.of_several() if only is None else frozenset[str]()
        wanted = _Wanted(needed, further, met, only, several)
        found = [
            self._of_sums(item, i, one, wanted) if self.trial.sums.get(i) else self._item(item, i, one, wanted)
            for i, (item, one) in enumerate(zip(scheme.items, mine, strict=True))
            if one in counted and one.score is not None and one.value is not None and not one.codes
        ]
        found += self._of_several(several, needed, met)
        return Step(
            Kind.LIFT,
            self.tier,
            exact=missing,
            value=missing,
            shown=self.shown(missing),
            decimals=scheme.decimals,
            notes=(said, *self.assumed),
            steps=tuple(found),
        )

    def _of_several(self, several: Collection[str], needed: Fraction, met: Met) -> Iterator[Step]:
        """Each figure that moves more than one part of the total, and alone brings so many points."""
        for found in self._bringing(needed, met, several):
            step = self._remedy(found)
            yield replace(step, notes=(*step.notes, SEVERAL))

    def _bringing(
        self, needed: Fraction, met: Met, figures: Collection[str], counted: Sequence[str] | None = None
    ) -> Iterator[Found]:
        """Each of the figures that alone brings a total. counted: the items whose points together are meant."""
        condition = Compare(">=", Name(TOTAL, _SPAN), Number(needed, None, _SPAN), _SPAN)
        return self.figures.meeting(condition, self.seen(self.row), met, figures, counted)

    def giving(
        self, indicator: Indicator, needed: Fraction, met: Met | None = None, apart: Collection[str] = ()
    ) -> Iterator[Found]:
        """Each figure that alone gives an indicator a value, and makes hold what else must. apart: those left out."""
        key, now = indicator.key, self.now(indicator.key)
        up = now is not None and needed > now
        condition = counted_at(Name(key, _SPAN), needed, self._rounded(indicator), at_least=up)

        def there(row: EntityRow) -> bool:
            after = self._counts(row, key)
            return after is not None and (after >= needed if up else after <= needed) and (met is None or met(row))

        return self._meeting(condition, there, self.figures.behind(condition).difference(apart))

    def _rounded(self, indicator: Indicator) -> int | None:
        return None if self.scheme.exact else indicator.decimals

    def _short(self, needed: Fraction, only: Sequence[str] | None) -> tuple[Fraction, Fraction]:
        """What there is of the points, and how many more of what counts bring those that are needed."""
        made, entity = self.made(), self.trial.entity
        if only is not None:
            there = self.trial.points(self.row, only) or Fraction(0)
            return there, needed - there
        assert entity.score is not None
        half = Fraction(1, 2 * 10**self.scheme.decimals) if needed > 0 and self.scheme.exact else Fraction(0)
        now = made.exactly if self.scheme.exact else entity.score
        return entity.score, self._of_items(made.items, needed - half - now, needed - half)

    def _of_items(self, items: Fraction | None, further: Fraction, wanted: Fraction) -> Fraction:
        """How many of the further points the items must bring, where adjustments follow the points of all items."""
        trees = [tree for each in self.scheme.adjustments for tree in each.trees()]
        if items is None or not any(name.key == ITEMS for tree in trees for name in names(tree)):
            return further
        unit = Fraction(1, 10**self.scheme.decimals)

        def enough(ticks: int) -> bool:
            more = items + ticks * unit
            return more + together(self.scheme, points_for(self.scheme, self.row, more)) >= wanted

        ticks = range(1, numbers.round_up(further / unit, 0).numerator + 1)
        return (bisect_left(ticks, True, key=enough) + 1) * unit if enough(ticks[-1]) else further

    def made(self) -> Rescored:
        """Scores and total as they are."""
        return self.trial.made(self.row)

    def now(self, key: str) -> Fraction | None:
        """The value of an indicator that counts in the scheme."""
        return self._counts(self.row, key)

    def _counts(self, row: EntityRow, key: str) -> Fraction | None:
        value = row.value(key, Shift.NOW) if self.scheme.exact else row.published(key, Shift.NOW)
        return value if isinstance(value, Fraction) else None

    def _met_points(self, needed: Fraction, only: Sequence[str] | None) -> Met:
        def met(row: EntityRow) -> bool:
            if only is None:
                total = self.trial.total(row)
                return total is not None and total >= needed
            points = self.trial.points(row, only)
            return points is not None and points >= needed

        return met

    def value(
        self,
        indicator: Indicator,
        now: Fraction,
        needed: Fraction,
        found: Iterable[Found],
        notes: Sequence[Message] = (),
    ) -> Step:
        """A value that an indicator would have to have. found: the figures that alone give it that."""
        said = say("Now {now} {unit}.", now=numbers.shown(now, indicator.decimals), unit=indicator.unit.text)
        return Step(
            Kind.LIFT_ITEM,
            indicator.label,
            indicator.label_en,
            exact=needed,
            value=needed,
            shown=numbers.shown(needed, indicator.decimals),
            unit=indicator.unit.text,
            decimals=indicator.decimals,
            notes=(said, *notes),
            steps=tuple(map(self._remedy, found)),
        )

    def condition(self, formula: Formula, part: Node, holds: bool, counts_as: bool | None, note: Message) -> Step:
        """A condition that must hold (or must not), and each figure alone that makes it so. part: of the formula."""
        step = self.asked(formula, part, counts_as)
        wanted = part if holds else Not(part, _SPAN)
        with_total = asks_for_total(part)

        def met(row: EntityRow) -> bool:
            return evaluate(wanted, self.seen(row, with_total=with_total)) is True

        found = tuple(self._remedy(each) for each in self._meeting(wanted, met))
        notes = (*step.notes, note, *(() if found else (self._impossible(part),)))
        return replace(step, notes=notes, steps=(*step.steps, *found))

    def asked(self, formula: Formula, part: Node, counts_as: bool | None) -> Step:
        """A condition as it stands now. part: of the formula."""
        text = formula.text if part is formula.tree else formula.text[slice(*part.span)]
        seen = self.seen(self.row)
        step = self.steps.condition(Kind.LIFT_CONDITION, Formula(text, part, None), seen, counts_as)
        return replace(step, label=text)

    def _meeting(self, condition: Node, met: Met, only: Collection[str] | None = None) -> Iterator[Found]:
        return self.figures.meeting(condition, self.seen(self.row), met, only)

    def _impossible(self, part: Node) -> Message:
        """Why no figure is named."""
        figures = [
            self.definitions.figures[key] for key in self.figures.behind(part) if key in self.definitions.figures
        ]
        if not any(figure.type is FigureType.NUMBER for figure in figures):
            return say("It does not hang on a number of this period.")
        return say("No figure was found that alone brings this about.")

    def _remedy(self, found: Found) -> Step:
        figure, unit = found.figure, found.figure.unit.text if found.figure.unit else ""
        notes = [say("Now {now} {unit}.", now=numbers.plain(found.now), unit=unit)]
        if not self.reached(found):
            notes.append(say("Tier {tier} is not reached with this alone.", tier=self.tier))
        elif not self.obvious:
            notes.append(say("With this alone tier {tier} is reached.", tier=self.tier))
        return Step(
            Kind.REMEDY,
            figure.label,
            figure.label_en,
            exact=found.wanted,
            value=found.wanted,
            shown=numbers.shown(found.wanted, figure.decimals),
            unit=unit,
            decimals=figure.decimals,
            notes=tuple(notes),
        )

    def _through(self, indicator: Indicator, wanted: _Wanted) -> Iterator[Found]:
        """Each figure that brings the points through one indicator, whatever value of it that takes."""
        figures = self.figures.behind(Name(indicator.key, _SPAN)).difference(wanted.apart)
        return self._bringing(wanted.needed, wanted.met, figures, wanted.only)

    def _item(self, item: Item, number: int, one: ItemScore, wanted: _Wanted) -> Step:
        """The value of the item nearest to now that brings so many further points, and each figure that gives it."""
        worth, counts = self._worth(item, number, one)
        try:
            needed = worth.value_for(counts + wanted.further)
            notes = (self._unreachable(worth, counts, counts + wanted.further),) if needed is None else ()
        except NotSolvable:
            return Step(Kind.LIFT_ITEM, one.label, one.label_en, notes=(UNSOLVED,))
        if needed is None:
            return Step(Kind.LIFT_ITEM, one.label, one.label_en, notes=notes)
        if self.scheme.exact:  # an exact value need not be a decimal
            found = self._through(worth.indicator, wanted)
        else:
            found = self.giving(worth.indicator, needed, wanted.met, wanted.apart)
        step = self.value(worth.indicator, worth.now, needed, found, tuple(self._earning(worth, needed)))
        return replace(step, label=one.label, label_en=one.label_en)

    def _of_sums(self, item: Item, number: int, one: ItemScore, wanted: _Wanted) -> Step:
        """Each figure that brings the points: no value of the item does by itself, as its baseline hangs on figures."""
        worth, counts = self._worth(item, number, one)
        capped = self._capped(worth, counts + wanted.further)
        if capped is not None:
            return Step(Kind.LIFT_ITEM, one.label, one.label_en, notes=(capped,))
        found = tuple(self._measured(each, number, worth.indicator) for each in self._through(worth.indicator, wanted))
        notes = (OF_SUMS,) if found else (OF_SUMS, self._impossible(Name(worth.indicator.key, _SPAN)))
        return Step(Kind.LIFT_ITEM, one.label, one.label_en, notes=notes, steps=found)

    def _measured(self, found: Found, number: int, indicator: Indicator) -> Step:
        """A figure with the value that it gives the item, and what that is measured against then."""
        step, value = self._remedy(found), self._counts(found.row, indicator.key)
        against = [each.at(found.row) for each in self.trial.sums[number].values()]
        said = say(
            "The value is {value} {unit} then, measured against {baselines}.",
            value=numbers.shown(value or Fraction(0), indicator.decimals),
            unit=indicator.unit.text,
            baselines=tuple(numbers.plain(each) for each in against if each is not None),
        )
        return replace(step, notes=(*step.notes, said))

    def _worth(self, item: Item, number: int, one: ItemScore) -> tuple[Worth, Fraction]:
        """The item alone, and the points of it that count now."""
        counts = self.made().scores[number]
        assert counts is not None
        return Worth(self.scheme, item, one, self.trial.moving.get(number, STAYING), self.definitions), counts

    def _earning(self, worth: Worth, value: Fraction) -> Iterator[Message]:
        """The place that a value would have, and its points."""
        place, count = (worth.moving.get(word) for word in (items.PLACE, items.COUNT))
        if place is not None and count is not None:
            yield say("Place {place} of {count} then.", place=int(place(value)), count=int(count(value)))
        points, now = worth.points(value), worth.one.score
        assert points is not None and now is not None
        yield say("{points} points in place of {now}.", points=self.shown(points), now=self.shown(now))

    def _unreachable(self, worth: Worth, there: Fraction, wanted: Fraction) -> Message:
        """What keeps an item from bringing so many points: a cap, or that no value brings more."""
        capped = self._capped(worth, wanted)
        if capped is not None:
            return capped
        most = worth.most(there, wanted)
        return say("Not reachable with this alone: it earns {most} points at most.", most=self.shown(most))

    def _capped(self, worth: Worth, wanted: Fraction) -> Message | None:
        """That a cap keeps an item from bringing so many points."""
        at_most = worth.item.at_most
        cap = None if at_most is None else evaluate(at_most.tree, method_row(worth.one))
        if not isinstance(cap, Fraction) or cap >= wanted:
            return None
        return say("Not reachable with this alone: it is capped at {cap} points.", cap=self.shown(cap))

    def shown(self, points: Fraction) -> str:
        """Points as the scheme publishes them."""
        return numbers.shown(points, self.scheme.decimals)
