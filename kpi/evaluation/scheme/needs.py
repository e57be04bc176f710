"""What a scheme cannot do without: a column that nobody reported is an error before anything is scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi.definitions.model import Definitions, Scheme, Statistic
from kpi.definitions.tier_model import Bands
from kpi.evaluation.scheme.items import references
from kpi.evaluation.table import Table, column, reported
from kpi.formula.tree import Call, Name, Node, Shift, children
from kpi.frozen import frozen
from kpi.problems import Message, Place, Problem, say


@frozen
class Need:
    """A tree that must have a value for some entity at least, and the rule that asks for it."""

    tree: Node
    rule: Message
    scheme: str


def needed_problems(definitions: Definitions, schemes: Sequence[Scheme], table: Table) -> list[Problem]:
    """One problem per column that is needed and was not reported."""
    found: dict[tuple[str, Shift], Problem] = {}
    for scheme in schemes:
        for need in _needs(scheme):
            for key, shift in _absent(need.tree, Shift.NOW, definitions, table):
                found.setdefault((key, shift), _problem(key, shift, need, definitions))
    return list(found.values())


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
                if baseline.by:
                    yield Need(Name(baseline.by, (0, 0)), rule, scheme.key)
    for exemption in scheme.exempt:
        if exemption.if_undefined is None:
            yield Need(exemption.when.tree, say("Exemption “{reason}”", reason=exemption.reason), scheme.key)
    for adjustment in scheme.adjustments:
        rule = say("Adjustment “{label}”", label=adjustment.label)
        yield Need(adjustment.points.tree, rule, scheme.key)
        if adjustment.when is not None and adjustment.if_undefined is None:
            yield Need(adjustment.when.tree, rule, scheme.key)
    for override in scheme.overrides:
        if override.if_undefined is None:
            yield Need(override.when.tree, say("Override “{label}”", label=override.label), scheme.key)
    for minimum in scheme.tiers.minimum:
        if minimum.if_undefined is None:
            yield Need(minimum.when.tree, say("Minimum of tier {tier}", tier=minimum.tier), scheme.key)
    for each in scheme.tiers.rules():
        if each.if_undefined is None:
            yield Need(each.when.tree, say("Rule of tier {tier}", tier=each.tier), scheme.key)
    way = scheme.tiers.way
    if isinstance(way, Bands) and way.if_undefined is None:
        yield Need(Name(way.indicator, (0, 0)), say("Scheme “{scheme}”", scheme=label), scheme.key)
    if scheme.tiers.by_group:
        yield Need(Name(scheme.tiers.by_group, (0, 0)), say("Scheme “{scheme}”", scheme=label), scheme.key)


def _absent(node: Node, base: Shift, definitions: Definitions, table: Table) -> list[tuple[str, Shift]]:
    """The figures without whose column the tree has no value for anybody."""
    if isinstance(node, Call) and node.function == "missing":
        return []
    if isinstance(node, Call) and node.function == "first":
        ways = [_absent(each, base, definitions, table) for each in node.arguments]
        return [] if any(not way for way in ways) else ways[0]
    if not isinstance(node, Name):
        return [each for child in children(node) for each in _absent(child, base, definitions, table)]
    shift = node.shift if base is Shift.NOW else base
    if node.key in definitions.indicators:
        if column(reported(node.key), shift) in table.frame.columns:
            return []
        return _absent(definitions.indicators[node.key].formula.tree, shift, definitions, table)
    if node.key not in definitions.figures or table.has(node.key, shift):
        return []
    return [(node.key, shift)]


def _problem(key: str, shift: Shift, need: Need, definitions: Definitions) -> Problem:
    figure = definitions.figures[key]
    place = Place(key=f"schemes.{need.scheme}")
    if shift is Shift.NOW:
        return Problem(
            "column-absent",
            say("{rule} needs the figure “{figure}”, and no file has a column for it.", rule=need.rule, figure=key),
            place,
            expected=say(
                "A column headed {names}.", names=", ".join(dict.fromkeys((key, figure.label, *figure.aliases)))
            ),
            hint=say("Add the file that has it, or add the header that your file uses to the figure's aliases."),
        )
    return Problem(
        "period-absent",
        say("{rule} needs “{figure}” of an earlier period, and no file has it.", rule=need.rule, figure=key),
        place,
        expected=say("Last year's figures: a file, a 年度 column with both years, or columns marked 上年."),
        hint=say("Give last year's file with --previous FILE."),
    )
