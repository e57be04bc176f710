"""The words of an explanation: what its sections, steps and names are called."""

from __future__ import annotations

from kpi.definitions.model import Definitions
from kpi.evaluation.explaining.working import NOTHING
from kpi.evaluation.explanation import Kind, Part, Step, Working
from kpi.formula import words as formulas
from kpi.formula.tree import Name, Node, Shift
from kpi.frozen import frozen
from kpi.locale import N_, text
from kpi.render.words import label

PARTS = {
    Part.MERGE: N_("Evaluated together"),
    Part.FIGURES: N_("Figures used"),
    Part.HISTORY: N_("Earlier years"),
    Part.SCOPE: N_("Whom the rule applies to"),
    Part.ITEMS: N_("Items"),
    Part.TOTAL: N_("Total"),
    Part.TIER: N_("Rank and first tier"),
    Part.OVERRIDES: N_("Overrides and final tier"),
    Part.MEASURES: N_("Measures"),
    Part.REQUIREMENTS: N_("Requirements"),
    Part.REMEDIES: N_("What alone would make it pass"),
    Part.LIFT: N_("What would lift it to the next tier"),
}
# What a step is called before its own label; the empty ones go by their label alone.
KINDS = {
    Kind.MERGE: N_("group"),
    Kind.FIGURE: "",
    Kind.PAST_TIER: N_("tier of"),
    Kind.LINK: N_("formerly"),
    Kind.INDICATOR: N_("indicator"),
    Kind.APPLIES_TO: N_("applies to"),
    Kind.EXEMPTION: N_("exemption"),
    Kind.ITEM: "",
    Kind.BASELINE: N_("baseline"),
    Kind.SCORE: N_("score"),
    Kind.LOWER_BOUND: N_("lower bound"),
    Kind.UPPER_BOUND: N_("upper bound"),
    Kind.ADJUSTMENT: N_("adjustment"),
    Kind.ADJUSTMENTS: N_("all adjustments"),
    Kind.CONDITION: N_("condition"),
    Kind.TOTAL: N_("total"),
    Kind.RANK: N_("rank"),
    Kind.PLACES: N_("places up to tier"),
    Kind.FIRST_TIER: N_("first tier"),
    Kind.PART: N_("part of the list up to"),
    Kind.STAGE: N_("stage of tier"),
    Kind.TIER_RULE: N_("rule of tier"),
    Kind.MINIMUM: N_("minimum of tier"),
    Kind.OVERRIDE: N_("override"),
    Kind.DECISION: N_("decision of a meeting"),
    Kind.TIER: N_("final tier"),
    Kind.MEASURE: "",
    Kind.REQUIREMENT: "",
    Kind.WHEN: N_("in force when"),
    Kind.CASE: N_("special case"),
    Kind.INSTEAD: N_("another wording"),
    Kind.COMPARISON: N_("comparison"),
    Kind.REMEDY: "",
    Kind.LIFT: N_("to reach tier"),
    Kind.LIFT_ITEM: "",
    Kind.LIFT_CONDITION: N_("condition"),
}
PERIODS = {Shift.PREVIOUS: N_("{label}, a year earlier"), Shift.PRECEDING: N_("{label}, the period before")}
RESERVED = {
    "本期值": N_("value"),
    "基准值": N_("baseline"),
    "最低值": N_("lowest value"),
    "最高值": N_("highest value"),
    "权重": N_("weight"),
    "名次": N_("place"),
    "户数": N_("entities"),
    "总分": N_("total"),
    "得分": N_("points of the items"),
    "类别": N_("tier"),
}


@frozen
class Reader:
    """Who reads: the language, whether exact fractions are wanted, and the names of figures and indicators."""

    language: str
    exact: bool
    definitions: Definitions

    def text(self, template: str) -> str:
        return text(template, self.language)

    def name(self, name: Name) -> str:
        """What a name in a formula is called."""
        key = name.key
        if key in self.definitions.figures:
            return label(self.definitions.figures[key], self.language)
        if key in self.definitions.indicators:
            return label(self.definitions.indicators[key], self.language)
        return key if self.language == "zh" else self.text(RESERVED.get(key, key))

    def formula(self, node: Node) -> str:
        """A formula in words. What has no value is a dash, not a name."""
        return formulas.words(node, self.language, self.name).replace(f"`{NOTHING}`", NOTHING)

    def label(self, step: Step) -> str:
        """What a step is called: its kind, and its own label."""
        own = label(step, self.language)
        if step.period in PERIODS:
            own = self.text(PERIODS[step.period]).format(label=own)
        kind = self.text(KINDS[step.kind])
        return f"{kind} {own}" if kind and own else kind or own

    def written(self, working: Working | None) -> str | None:
        """The formula of a working, if it has one."""
        return None if working is None or working.formula is None else self.formula(working.formula)
