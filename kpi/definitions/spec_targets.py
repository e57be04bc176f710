"""The keys of plans, schedules and targets (目标任务)."""

from __future__ import annotations

from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.shapes import Expression, Number, Period, Text, Whole, YesNo
from kpi.definitions.shapes_tables import Key, ListOf, MapOf, TableOf
from kpi.definitions.spec_shared import COLUMN, DECIMALS, LABELS, NOTE, SOURCE
from kpi.definitions.target_model import ASSESSMENT_RULES, SCHEDULES

LIGHTS = TableOf(
    (
        Key("ahead", Number(), "At least so many points ahead of time: ahead; 5 if left out."),
        Key("on_schedule", Number(), "At least so many points: on schedule; 0 if left out."),
        Key("behind", Number(), "At least so many points: behind, below it seriously behind; -10 if left out."),
    )
)
SCHEDULE = TableOf(
    (
        Key("months", ListOf(Expression()), "The share due at the end of each of twelve months, cumulative."),
        Key("quarters", ListOf(Expression()), "The share due at the end of each of four quarters; steps in between."),
        SOURCE,
    )
)
_SCHEDULE = Key(
    "schedule",
    Text(),
    f"What should be done by when: {', '.join(SCHEDULES)} or the name of a schedule; see targets.md for defaults.",
)
_LIGHTS = Key("lights", LIGHTS, "The limits of the traffic lights, in points.")
_ABOUT = Key("about", Text(), 'What 左右 allows, such as "5%" or "2家"; the goal itself counts if left out.')
PLAN = TableOf(
    (
        *LABELS,
        Key("period", Period(), "The period that the document plans.", required=True, example="2023"),
        Key("zone", Text(), "Whose targets they are."),
        _SCHEDULE,
        _LIGHTS,
        _ABOUT,
        Key("decimals", Whole(), "Decimals of completion, elapsed share and lead in points; 1 if left out."),
        Key("growth_tolerance", Text(), 'How far reported and computed growth may be apart; "0.1百分点" if left out.'),
        NOTE,
        SOURCE,
    )
)
LEDGER = TableOf(
    (
        *LABELS,
        Key("figures", MapOf(COLUMN, names=True), "Its columns.", required=True, example='{ "投资额" = "万元" }'),
        Key("order", ListOf(Text()), "Columns of dates that must not come before the one named before them."),
        Key("unit", Text(), "The column that says whose a row is, for targets that are split by unit."),
        Key("zone", Text(), "The column that says of which zone a row is, where there are several zones."),
        NOTE,
        SOURCE,
    )
)
EXTRA = TableOf(
    (
        Key("ahead", Number(), "Further points for a target that is ahead."),
        Key("on_schedule", Number(), "Further points for a target on schedule."),
        Key("behind", Number(), "Further points (as a rule below 0) for a target that is behind."),
        Key("seriously_behind", Number(), "The same for one that is seriously behind."),
        Key("undefined", Number(), "The same for one without a value."),
    )
)
ATTAINED = TableOf(
    (
        Key("from", Expression(), "The least that was attained.", required=True, example='"90%"'),
        Key("share", Expression(), "The share of the points that it earns.", required=True, example='"80%"'),
    )
)
ASSESSMENT = TableOf(
    (
        *LABELS,
        Key("points", Number(), "The points of a target that says none itself; 1 if left out."),
        Key("rule", Text(ASSESSMENT_RULES), "What is earned.", required=True, example='"proportional"'),
        Key("at_most", Expression(), "proportional: the largest share that counts; 100% if left out."),
        Key("bands", ListOf(ATTAINED), "bands: the first one that is attained counts; below all of them 0."),
        Key("lights", EXTRA, "Further points by light."),
        Key("stretch", Number(), "Further points for reaching what is aspired to."),
        Key("if_undefined", Text(("zero", "leave_out")), "What a target without a value does; zero if left out."),
        DECIMALS,
        NOTE,
        SOURCE,
    )
)
SPLIT = TableOf(
    (
        Key("goal", Text(), "The goal of this unit, as a sentence.", required=True, example='"45个"'),
        Key("stretch", Text(), "What it aspires to beyond its goal."),
        Key("text", Text(), "Its clause as published; that of the whole if left out."),
        Key("units", ListOf(Text(), alone=True), "The units that have this goal, each."),
        Key("count", Whole(1, 1000), "How many units have this goal, each, where they are not named."),
        Key("each", YesNo(), "true: so much each, for a number of units that the document does not say."),
    ),
    short="goal",
)
TARGET = TableOf(
    (
        *LABELS,
        Key("plan", Text(), "The plan that states it; may be left out where there is one plan."),
        Key("goal", Text(), "The goal as a sentence.", required=True, example='"≥ 350亿元"'),
        Key("stretch", Text(), "What is aspired to beyond the goal (力争): missing it is no failure."),
        Key("text", Text(), "The clause as published."),
        Key("kind", Text(tuple(GoalKind)), "The kind of goal, where the sentence does not say it."),
        Key("actual", Text(), "The name under which actual values come, if another than its own."),
        Key("aliases", ListOf(Text(), alone=True), "Other names under which actual values come."),
        Key("against", Text(), "Whose growth it is compared with: the name under which that comes."),
        Key("unit", Text(), "The unit of levels, where the goal does not say it."),
        Key("decimals", Whole(), "Decimals of values; 2 if left out, 0 for counts."),
        Key("since", Period(), "The period with which the work begins; that of the plan if left out."),
        Key("due", Period(), "The period at whose end it must be reached; that of the plan if left out."),
        _SCHEDULE,
        _LIGHTS,
        _ABOUT,
        Key("of", Text(), "The target of which this is a part (其中)."),
        Key("by", MapOf(SPLIT), "Its parts by unit: 招商局, 各街道 …"),
        Key("base", Text(), "Last year's level as published, or what 清零 starts from."),
        Key("base_growth", Text(), "Last year's growth as published."),
        Key("ledger", Text(), "The ledger that is counted; may be left out where there is one."),
        Key("formula", Text(), "How the actual value is computed from the rows of the ledger."),
        Key("ranked", ListOf(Text(), alone=True), "Of a rank: columns of the league table; the worst place counts."),
        Key("better", Text(("higher", "lower")), "Of a rank: what comes first in its columns; higher if left out."),
        Key("points", Number(), "Its points when units are assessed."),
        Key("item", Text(), "The number of the item in the document."),
        Key("task_source", Text(), "Where the task comes from (目标任务来源)."),
        Key("lead", ListOf(Text(), alone=True), "The lead unit, or several (牵头单位)."),
        Key("support", ListOf(Text(), alone=True), "The supporting units (协同责任单位)."),
        NOTE,
        SOURCE,
    ),
    short="goal",
)
