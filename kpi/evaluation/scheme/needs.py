"""What a scheme cannot do without: a column that nobody reported is an error before anything is scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme, Statistic
from kpi.definitions.tier_model import Bands
from kpi.evaluation.absent import absent
from kpi.evaluation.confirming import confirm, headers, likely, unconfirmed
from kpi.evaluation.history import asked_for, has_tiers
from kpi.evaluation.scheme.items import among, references
from kpi.evaluation.scheme.reading import figures_read, formulas
from kpi.evaluation.table import Table, column
from kpi.formula import past
from kpi.formula.tree import Name, Node, Shift, names
from kpi.frozen import frozen
from kpi.problems import Message, Place, Problem, Severity, say


@frozen
class Need:
    """A tree that must have a value for some entity at least, and the rule that asks for it."""

    tree: Node
    rule: Message
    scheme: str


def needed_problems(definitions: Definitions, schemes: Sequence[Scheme], table: Table) -> list[Problem]:
    """One problem per column that is needed and was not reported, or is read while a header is very like its figure."""
    found: dict[tuple[str, Shift], Problem] = {}
    for scheme in schemes:
        for need in _needs(scheme):
            for key, shift in absent(need.tree, Shift.NOW, definitions, table):
                problem = _problem(key, shift, need, definitions, table)
                found.setdefault((key, shift), problem)
    said = {column(key, shift) for key, shift in found}
    read = frozenset[str]().union(*(figures_read(definitions, scheme) for scheme in schemes))
    return [*found.values(), *unconfirmed(read - said, definitions, table)]


def history_warnings(schemes: Sequence[Scheme], table: Table) -> list[Problem]:
    """One warning per scheme and earlier period that it asks for and that was not given.

    Rules that do not say what counts then are errors: see needed_problems.
    """
    found: dict[tuple[str, int | None], Problem] = {}
    for scheme in schemes:
        for formula in formulas(scheme):
            for name in names(formula.tree):
                years = past.years_ago(name.key, name.shift)
                if not past.is_past_word(name.key) or years == 0 or has_tiers(table, years):
                    continue
                message = say(
                    "Scheme “{scheme}” asks for the tiers of {period}, and no result of that period was given.",
                    scheme=scheme.label,
                    period=asked_for(table, years),
                )
                hint = say("Give it with --history FILE; without it, the rules that ask for it say what counts.")
                place = Place(key=f"schemes.{scheme.key}")
                problem = Problem("history-absent", message, place, Severity.WARNING, hint=hint)
                found.setdefault((scheme.key, years), problem)
    return [found[each] for each in sorted(found, key=lambda each: (each[0], each[1] or 0))]


def _needs(scheme: Scheme) -> Iterator[Need]:
    label = scheme.label
    if scheme.applies_to is not None and scheme.if_undefined is None:
        yield Need(scheme.applies_to.tree, say("Scheme “{scheme}”", scheme=label), scheme.key)
    for item in scheme.items:
        rule = say("Item “{item}”", item=item.label or item.indicator)
        yield Need(Name(item.indicator, (0, 0)), rule, scheme.key)
        for _, baseline in references(item):
            if isinstance(baseline, Statistic):
                earlier = baseline.period == "previous"
                yield Need(Name(item.indicator, (0, 0), Shift.PREVIOUS if earlier else Shift.NOW), rule, scheme.key)
                for part in baseline.by.parts() if baseline.by else ():
                    yield Need(part.formula.tree, rule, scheme.key)
        for each in item.instead:
            if each.if_undefined is None:
                yield Need(each.when.tree, rule, scheme.key)
        group = among(item)
        for part in group.parts if group is not None else ():
            yield Need(part.formula.tree, rule, scheme.key)
    for exemption in scheme.exempt:
        if exemption.if_undefined is None:
            yield Need(exemption.when.tree, say("Exemption “{reason}”", reason=exemption.reason), scheme.key)
    if scheme.merge is not None:
        merge = scheme.merge
        unless = [merge.unless.tree] if merge.unless is not None and merge.if_undefined is None else []
        named = [Name(key, (0, 0)) for key in (merge.lead, *merge.any) if key is not None]
        for tree in (*(part.formula.tree for part in merge.by.parts), *named, *unless):
            yield Need(tree, say("Who is evaluated together"), scheme.key)
    for adjustment in scheme.adjustments:
        rule = say("Adjustment “{label}”", label=adjustment.label)
        yield Need(adjustment.points.tree, rule, scheme.key)
        if adjustment.when is not None and adjustment.if_undefined is None:
            yield Need(adjustment.when.tree, rule, scheme.key)
    for override in scheme.overrides:
        if override.when is not None and override.if_undefined is None:
            yield Need(override.when.tree, say("Override “{label}”", label=override.label), scheme.key)
    for measure in scheme.measures:
        if measure.when is not None and measure.if_undefined is None:
            yield Need(measure.when.tree, say("Measure “{label}”", label=measure.label), scheme.key)
    for minimum in scheme.tiers.minimum:
        if minimum.if_undefined is None:
            yield Need(minimum.when.tree, say("Minimum of tier {tier}", tier=minimum.tier), scheme.key)
    for judged in scheme.tiers.rules():
        if judged.if_undefined is None:
            yield Need(judged.when.tree, say("Rule of tier {tier}", tier=judged.tier), scheme.key)
    way = scheme.tiers.way
    if isinstance(way, Bands) and way.if_undefined is None:
        yield Need(Name(way.indicator, (0, 0)), say("Scheme “{scheme}”", scheme=label), scheme.key)
    for part in scheme.tiers.by_group.parts() if scheme.tiers.by_group else ():
        yield Need(part.formula.tree, say("Scheme “{scheme}”", scheme=label), scheme.key)


def _problem(key: str, shift: Shift, need: Need, definitions: Definitions, table: Table) -> Problem:
    place = Place(key=f"schemes.{need.scheme}")
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
