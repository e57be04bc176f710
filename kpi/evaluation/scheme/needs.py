"""What a scheme cannot do without: a column that nobody reported is an error before anything is scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi.definitions.model import Definitions
from kpi.definitions.positions import Path
from kpi.definitions.scheme_model import Item, Merge, Scheme, Statistic
from kpi.definitions.tier_model import Bands, Tiers
from kpi.evaluation.absent import absent
from kpi.evaluation.confirming import confirm, headers, likely, unconfirmed
from kpi.evaluation.history import asked_for, has_tiers
from kpi.evaluation.scheme.items import among, baseline_path, references
from kpi.evaluation.scheme.reading import figures_read, written
from kpi.evaluation.scheme.written import written_at
from kpi.evaluation.table import Table, column
from kpi.formula import past
from kpi.formula.tree import Name, Node, Shift, names
from kpi.frozen import frozen
from kpi.problems import Message, Place, Problem, Severity, say


@frozen
class Need:
    """A tree that must have a value for some entity at least, and the rule that asks for it. at: where it stands, below
    the scheme."""

    tree: Node
    rule: Message
    at: Path


def needed_problems(definitions: Definitions, schemes: Sequence[Scheme], table: Table) -> list[Problem]:
    """One problem per column that is needed and was not reported, or is read while a header is very like its figure."""
    found: dict[tuple[str, Shift], Problem] = {}
    for scheme in schemes:
        for need in _needs(scheme):
            for key, shift in absent(need.tree, Shift.NOW, definitions, table):
                if (key, shift) not in found:
                    found[key, shift] = _problem(key, shift, scheme, need, definitions, table)
    said = {column(key, shift) for key, shift in found}
    read = frozenset[str]().union(*(figures_read(definitions, scheme) for scheme in schemes))
    return [*found.values(), *unconfirmed(read - said, definitions, table)]


def history_warnings(definitions: Definitions, schemes: Sequence[Scheme], table: Table) -> list[Problem]:
    """One warning per scheme and earlier period that it asks for and that was not given, at the rule that asks first.

    Rules that do not say what counts then are errors: see needed_problems.
    """
    found: dict[tuple[str, int | None], Problem] = {}
    for scheme in schemes:
        for at, formula in written(scheme):
            for name in names(formula.tree):
                years = past.years_ago(name.key, name.shift)
                if not past.is_past_word(name.key) or years == 0 or has_tiers(table, years):
                    continue
                if (scheme.key, years) not in found:
                    place = written_at(scheme, definitions, *at)
                    found[scheme.key, years] = _without_history(scheme, asked_for(table, years), place)
    return [found[each] for each in sorted(found, key=lambda each: (each[0], each[1] or 0))]


def _without_history(scheme: Scheme, period: Message | str, place: Place) -> Problem:
    message = say(
        "Scheme “{scheme}” asks for the tiers of {period}, and no result of that period was given.",
        scheme=scheme.label,
        period=period,
    )
    hint = say("Give it with --history FILE; without it, the rules that ask for it say what counts.")
    return Problem("history-absent", message, place, Severity.WARNING, hint=hint)


def _needs(scheme: Scheme) -> Iterator[Need]:
    whole = say("Scheme “{scheme}”", scheme=scheme.label)
    if scheme.applies_to is not None and scheme.if_undefined is None:
        yield Need(scheme.applies_to.tree, whole, ("applies_to",))
    for number, item in enumerate(scheme.items):
        yield from _needs_of_item(item, number)
    for index, exemption in enumerate(scheme.exempt):
        if exemption.if_undefined is None:
            rule = say("Exemption “{reason}”", reason=exemption.reason)
            yield Need(exemption.when.tree, rule, ("exempt", index, "when"))
    if scheme.merge is not None:
        yield from _needs_of_merge(scheme.merge)
    for index, adjustment in enumerate(scheme.adjustments):
        rule = say("Adjustment “{label}”", label=adjustment.label)
        yield Need(adjustment.points.tree, rule, ("adjustments", index, "points"))
        if adjustment.when is not None and adjustment.if_undefined is None:
            yield Need(adjustment.when.tree, rule, ("adjustments", index, "when"))
    for index, override in enumerate(scheme.overrides):
        if override.when is not None and override.if_undefined is None:
            rule = say("Override “{label}”", label=override.label)
            yield Need(override.when.tree, rule, ("overrides", index, "when"))
    for index, measure in enumerate(scheme.measures):
        if measure.when is not None and measure.if_undefined is None:
            yield Need(measure.when.tree, say("Measure “{label}”", label=measure.label), ("measures", index, "when"))
    yield from _needs_of_tiers(scheme.tiers, whole)


def _needs_of_item(item: Item, number: int) -> Iterator[Need]:
    at: Path = ("items", number)
    rule = say("Item “{item}”", item=item.label or item.indicator)
    yield Need(Name(item.indicator, (0, 0)), rule, (*at, "indicator"))
    for name, baseline in references(item):
        if isinstance(baseline, Statistic):
            there = baseline_path(item, number, name)
            earlier = baseline.period == "previous"
            shift = Shift.PREVIOUS if earlier else Shift.NOW
            yield Need(Name(item.indicator, (0, 0), shift), rule, (*there, "period") if earlier else there)
            for part in baseline.by.parts() if baseline.by else ():
                yield Need(part.formula.tree, rule, (*there, "by"))
    for index, each in enumerate(item.instead):
        if each.if_undefined is None:
            yield Need(each.when.tree, rule, (*at, "instead", index, "when"))
    group = among(item)
    for part in group.parts if group is not None else ():
        yield Need(part.formula.tree, rule, (*at, "among"))


def _needs_of_merge(merge: Merge) -> Iterator[Need]:
    rule = say("Who is evaluated together")
    yield from (Need(part.formula.tree, rule, ("merge", "by")) for part in merge.by.parts)
    if merge.lead is not None:
        yield Need(Name(merge.lead, (0, 0)), rule, ("merge", "lead"))
    yield from (Need(Name(key, (0, 0)), rule, ("merge", "any", index)) for index, key in enumerate(merge.any))
    if merge.unless is not None and merge.if_undefined is None:
        yield Need(merge.unless.tree, rule, ("merge", "unless"))


def _needs_of_tiers(tiers: Tiers, whole: Message) -> Iterator[Need]:
    for index, minimum in enumerate(tiers.minimum):
        if minimum.if_undefined is None:
            rule = say("Minimum of tier {tier}", tier=minimum.tier)
            yield Need(minimum.when.tree, rule, ("tiers", "minimum", index, "when"))
    for index, judged in enumerate(tiers.rules()):
        if judged.if_undefined is None:
            rule = say("Rule of tier {tier}", tier=judged.tier)
            yield Need(judged.when.tree, rule, ("tiers", "rules", index, "when"))
    way = tiers.way
    if isinstance(way, Bands) and way.if_undefined is None:
        yield Need(Name(way.indicator, (0, 0)), whole, ("tiers", "indicator"))
    for part in tiers.by_group.parts() if tiers.by_group else ():
        yield Need(part.formula.tree, whole, ("tiers", "by_group"))


def _problem(key: str, shift: Shift, scheme: Scheme, need: Need, definitions: Definitions, table: Table) -> Problem:
    place = written_at(scheme, definitions, *need.at)
    if past.is_past_word(key):
        period = asked_for(table, past.years_ago(key, shift))
        return Problem(
            "history-absent",
            say(
                "{rule} asks for the tiers of {period}, and no result of that period was given.",
                rule=need.rule,
                period=period,
            ),
            place,
            expected=say("The list of that period: kpi classify … --output result.json."),
            hint=say("Give it with --history FILE, or say in the rule what counts without it: if_undefined."),
        )
    figure = definitions.figures[key]
    found = likely(column(key, shift), table)
    if found:
        return Problem(
            "column-absent" if shift is Shift.NOW else "period-absent",
            say(
                "{rule} needs the figure “{figure}”, and no column is headed so; it may be {headers}.",
                rule=need.rule,
                figure=key,
                headers=headers(found),
            ),
            found[0].place,
            hint=confirm(found[0].place),
        )
    if shift is Shift.NOW:
        return Problem(
            "column-absent",
            say("{rule} needs the figure “{figure}”, and no file has a column for it.", rule=need.rule, figure=key),
            place,
            expected=say("A column headed {names}.", names=tuple(dict.fromkeys((key, figure.label, *figure.aliases)))),
            hint=say("Add the file that has it, or add the header that your file uses to the figure's aliases."),
        )
    return Problem(
        "period-absent",
        say("{rule} needs “{figure}” of an earlier period, and no file has it.", rule=need.rule, figure=key),
        place,
        expected=say("Last year's figures: a file, a 年度 column with both years, or columns marked 上年."),
        hint=say("Give last year's file with --previous FILE."),
    )
