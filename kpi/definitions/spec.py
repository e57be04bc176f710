"""Every key that definitions may have, declared once: for reading, for the JSON Schema and for docs/definitions.md."""

from __future__ import annotations

from kpi.definitions.earnings import EARNINGS, Leaves
from kpi.definitions.figure_model import Better
from kpi.definitions.methods import METHODS
from kpi.definitions.scheme_model import CARRIES, MERGED_COUNTS, STATISTIC_POPULATIONS, STATISTICS
from kpi.definitions.shapes import Answer, Choice, Day, Expression, Number, Period, Text, Whole, YesNo
from kpi.definitions.shapes_tables import Key, ListOf, MapOf, PerGroup, TableOf
from kpi.definitions.spec_checks import CHECK
from kpi.definitions.spec_shared import DECIMALS, FIGURE, GROUP_AT_LEAST, IF_UNDEFINED, LABELS, NOTE, SOURCE, VALIDITY
from kpi.definitions.spec_targets import ASSESSMENT, LEDGER, PLAN, SCHEDULE, TARGET
from kpi.definitions.spec_tiers import TIERS

FORMAT = 1

UNIT = TableOf(
    (
        Key("is", Text(), "The unit in units known before.", required=True, example='"666.67 平方米"'),
        SOURCE,
    ),
    short="is",
)
RATE = TableOf(
    (
        Key("rate", Text(), "What one unit of the currency is worth.", required=True, example='"7.0467 元"'),
        Key("date", Day(), "The day of the rate.", required=True, example="2023-12-29"),
        Key("source", Text(), "Who published the rate.", required=True, example='"中国外汇交易中心"'),
    )
)
INDICATOR = TableOf(
    (
        *LABELS,
        Key("formula", Text(), "How it is computed from names.", required=True, example='"税收 / 用地面积"'),
        Key("unit", Text(), "Its unit; leave it out for a plain number."),
        DECIMALS,
        Key("better", Text(tuple(Better)), "higher (if left out), lower or neither."),
        Key("also", ListOf(Text(), alone=True), "Other headers under which a reported value arrives."),
        NOTE,
        SOURCE,
    )
)
NAME_LIST = TableOf(
    (
        Key("members", ListOf(Text()), "Names or codes."),
        Key(
            "file",
            Text(),
            "A table of any kind that figures may be, with columns such as 企业名称, 信用代码, 文件, 日期, or a text "
            "with one name or code a line.",
        ),
        SOURCE,
    ),
)

_RULE = Key("rule", Text(), "The requirement as a sentence.", required=True, example='"亩均税收 ≥ 20万元/亩"')
INSTEAD = TableOf(
    (
        Key("when", Text(), "Where this wording is in force.", required=True, example="\"规模 = '规下'\""),
        _RULE,
        *LABELS,
        SOURCE,
    )
)
REQUIREMENT = TableOf(
    (
        _RULE,
        *LABELS,
        Key("when", Text(), "In force only where this condition holds."),
        Key("instead", ListOf(INSTEAD, alone=True), "Other wordings; the first whose condition holds is in force."),
        Key("indicative", YesNo(), "true for 原则上: reported, never short."),
        SOURCE,
        *VALIDITY,
    ),
    short="rule",
)
STANDARD = TableOf(
    (
        *LABELS,
        Key("require", ListOf(REQUIREMENT, alone=True), "What must hold, every one of them."),
        Key("table", Text(), "A CSV file with a row per industry and a column per indicator."),
        Key("applies_to", Text(), "Whom the standard is for; everybody if left out."),
        Key("otherwise", Text(), "What is said of those it is not for, such as 一事一议."),
        Key("otherwise_en", Text(), "The same in English."),
        IF_UNDEFINED,
        NOTE,
        SOURCE,
        *VALIDITY,
    )
)

BASELINE = TableOf(
    (
        Key("value", Expression(), "The number that the document states, with its unit."),
        Key("statistic", Text(STATISTICS), "Computed from the enterprises instead."),
        Key("percent", Number(), "percentile: which one, 0 to 100; 50 is the median."),
        Key("by", ListOf(Text(), alone=True), "What makes groups, each with its own baseline; then wider ones."),
        GROUP_AT_LEAST,
        Key("of", Text(STATISTIC_POPULATIONS), "Over whom: scheme (if left out), or all."),
        Key(
            "period",
            Period(("now", "previous")),
            "The figures of which period: now (if left out) or previous; or the one period the baseline is made for.",
        ),
        Key("times", Number(), "Multiplied with this before rounding."),
        Key("decimals", Whole(), "Decimals of the baseline; the indicator's own if left out."),
        SOURCE,
        Key("from", Day(), "The first day on which this baseline is valid."),
        Key("until", Day(), "The last day on which this baseline is valid."),
    ),
    short="value",
)
POINT = TableOf(
    (
        Key("at", Text(), "A value of the indicator.", required=True, example='"1.7%"'),
        Key("share", Expression(), "The share of the weight that it earns.", required=True, example="0.6"),
    )
)
BAND = TableOf(
    (
        Key("from", Text(), "The lowest value of the band."),
        Key("to", Text(), "The highest value of the band, where lower is better."),
        Key("share", Expression(), "The share of the weight that it earns.", required=True, example='"80%"'),
    )
)
SCORE = TableOf(
    (
        Key("at_least", Expression(), "The lowest score: points, or a formula over 权重."),
        Key("at_most", Expression(), "The highest score: points, or a formula over 权重."),
    )
)
EARNS = Choice(tuple(EARNINGS))
# Nobody can be sent back for what the others' figures are.
EARNS_IF_FLAT = Choice(tuple(name for name, each in EARNINGS.items() if each.leaves is not Leaves.ENTITY))
INSTEAD_OF_METHOD = TableOf(
    (
        Key("when", Text(), "Whom the method does not score.", required=True, example='"综合能耗 = 0吨标准煤"'),
        Key("earns", EARNS, "What they earn: a name as in if_missing, or points.", required=True, example='"full"'),
        Key("reason", Text(), "Why, as the result says it; the condition if left out."),
        Key("reason_en", Text(), "The reason in English."),
        IF_UNDEFINED,
        SOURCE,
    )
)
ITEM = TableOf(
    (
        Key("indicator", Text(), "The indicator that is scored.", required=True, example='"亩均税收"'),
        *LABELS,
        Key("weight", Number(), "The points for reaching the baseline.", required=True, example="30"),
        Key("method", Text(tuple(METHODS)), "How the score is computed.", required=True, example='"ratio"'),
        Key("baseline", ListOf(BASELINE, alone=True), "The value that earns the full weight."),
        Key("low", BASELINE, "min_max, efficacy: the value that earns the floor (lowest, 不允许值)."),
        Key("high", BASELINE, "min_max, efficacy: the value that earns the full weight (highest, 满意值)."),
        Key("floor", Expression(), "min_max, efficacy: the share of the weight at `low`; 0 and 60% if left out."),
        Key("line", ListOf(POINT), "interpolate: the points of the line, in rising order of values."),
        Key("beyond", Text(("flat", "extend")), "interpolate: outside the points, flat (if left out) or extend."),
        Key("bands", ListOf(BAND), "bands: the first whose bound is reached counts."),
        Key("otherwise", Expression(), "bands: the share of the weight outside all bands; 0 if left out."),
        Key("start", Text(), "deduct, threshold: the value that earns the weight."),
        Key("each", Text(), "deduct, threshold: the size of a step."),
        Key("per_step", Number(), "deduct: the points that each step short of `start` costs; threshold: brings."),
        Key("part", Text(("whole", "none", "share")), "deduct, threshold: what an incomplete step counts."),
        Key(
            "among",
            Text(),
            "rank, percentile, formula: the groups within which 名次 and 户数 are counted.",
        ),
        Key("per_place", Number(), "rank: the points that each place behind the first costs."),
        Key("formula", Text(), "formula: the points, over 本期值, 基准值, 最低值, 最高值, 权重, 名次 and 户数."),
        Key("score", SCORE, "Bounds of the score."),
        Key(
            "instead",
            ListOf(INSTEAD_OF_METHOD, alone=True),
            "Cases that go before; the first that holds counts.",
        ),
        Key("if_missing", EARNS, "What a missing value earns; if left out, the total is undefined."),
        Key("if_zero_denominator", EARNS, "What a zero denominator earns."),
        Key("if_negative", EARNS, "What a negative value earns; if left out, it is scored."),
        Key(
            "if_flat",
            EARNS_IF_FLAT,
            "What everybody earns when the method cannot tell values apart (a baseline of 0); if left out, an error.",
        ),
        SOURCE,
    )
)
EXEMPTION = TableOf(
    (
        Key("when", Text(), "Who is exempt.", required=True, example='"投产日期 > 2021-01-01"'),
        Key("tier", Text(), "The letter under which they are listed.", required=True, example='"N"'),
        Key("reason", Text(), "Why, as the list says it.", required=True, example='"新投产"'),
        Key("reason_en", Text(), "The reason in English."),
        Key("evaluated", YesNo(), "true: computed and counted in statistics, but not graded."),
        Key("managed_as", Text(), "The tier whose measures apply to them, such as B (参照 B 类管理)."),
        IF_UNDEFINED,
        SOURCE,
    )
)
MERGE = TableOf(
    (
        Key(
            "by",
            Text(),
            "What those share who go together: a figure, or a formula that gives texts.",
            required=True,
            example='"集团"',
        ),
        Key("unless", Text(), "Who stays apart all the same."),
        Key("lead", Text(), "Where members differ, the one with the largest value of this figure counts."),
        Key("any", ListOf(Text(), alone=True), "Yes-or-no figures: yes for all when it is yes for one."),
        Key(
            "counts",
            Text(MERGED_COUNTS),
            "merged (if left out), or better: all are evaluated apart as well, and the better tier counts.",
        ),
        IF_UNDEFINED,
        SOURCE,
    ),
    short="by",
)
ADJUSTMENT = TableOf(
    (
        Key("label", Text(), "What the points are for.", required=True, example='"高新技术企业"'),
        Key("label_en", Text(), "The English label."),
        Key("when", Text(), "Who gets them; everybody if left out."),
        Key("points", Expression(), "A number, or a formula such as 0.5 × 专利数.", required=True, example="2"),
        Key("at_least", Number(), "Not less than so many points."),
        Key("at_most", Number(), "Not more than so many points."),
        IF_UNDEFINED,
        SOURCE,
    )
)
OVERRIDE = TableOf(
    (
        Key("label", Text(), "What happened; not needed with `decisions`."),
        Key("label_en", Text(), "The English label."),
        Key("when", Text(), "Whom it concerns; not with `decisions`."),
        Key("set", Text(), "This tier, whatever the score."),
        Key("at_most", Text(), "This tier or a worse one."),
        Key("at_least", Text(), "This tier or a better one."),
        Key("up", Whole(1, 9), "So many tiers up."),
        Key("down", Whole(1, 9), "So many tiers down."),
        Key("decisions", YesNo(), "true: here act the decisions of a meeting (--decisions)."),
        IF_UNDEFINED,
        SOURCE,
    )
)
MEASURE = TableOf(
    (
        Key("label", Text(), "What follows from the tier.", required=True, example='"用电加价"'),
        Key("label_en", Text(), "The English label."),
        Key("tiers", ListOf(Text(), alone=True), "For which tiers.", required=True, example='["D"]'),
        Key("when", Text(), "Whom of these tiers it concerns; all of them if left out."),
        IF_UNDEFINED,
        Key("amount", Text(), "What it costs or brings this enterprise: a formula over its figures."),
        Key("unit", Text(), "The unit of the amount."),
        DECIMALS,
        SOURCE,
    )
)
SCHEME = TableOf(
    (
        *LABELS,
        Key("applies_to", Text(), "Whom the scheme is for; everybody if left out."),
        IF_UNDEFINED,
        Key("exempt", ListOf(EXEMPTION, alone=True), "Who is listed but not graded."),
        Key("merge", MERGE, "Who is evaluated together: their figures summed, the result given to each."),
        Key("items", ListOf(ITEM), "What is scored.", required=True, example='[{ indicator = "亩均税收", … }]'),
        Key("total_weight", Number(), "What the weights must add up to."),
        Key("adjustments", ListOf(ADJUSTMENT, alone=True), "Points added or taken."),
        Key("adjustments_at_most", Number(), "All adjustments together: not more than so many points."),
        Key("adjustments_at_least", Number(), "All adjustments together: not less than so many points."),
        Key("tiers", TIERS, "How scores become tiers.", required=True, example='{ by = "share", … }'),
        Key("overrides", ListOf(OVERRIDE, alone=True), "What sets or moves a tier after scoring, in this order."),
        Key("measures", ListOf(MEASURE, alone=True), "What follows from a tier."),
        Key("decimals", Whole(), "Decimals of scores and totals; 2 if left out."),
        Key(
            "carry",
            Text(CARRIES),
            "published (if left out): every rule goes on with rounded values; exact: only the total is rounded.",
        ),
        NOTE,
        SOURCE,
        *VALIDITY,
    )
)

STANDINGS = (
    *("passed", "short", "undefined", "not_checked"),
    *("evaluated", "ungraded", "exempt", "not_applicable", "rejected"),
)
_OF_ONE = (
    Key("passes", YesNo(), "Whether the entity meets the standard."),
    Key("shortfalls", MapOf(Answer()), "What is missing, by indicator or by the label of the requirement."),
    Key("score", Answer(), "The total."),
    Key("items", MapOf(Answer()), "Scores, by item."),
    Key("adjustments", MapOf(Answer()), "Points added or taken, by label."),
    Key("rank", Answer(), "The rank."),
    Key("tier", Text(), "The tier in the end."),
    Key("first_tier", Text(), "The tier before overrides (初评)."),
    Key("overrides", ListOf(Text(), alone=True), "Every override that fires, in order; [] where none does."),
    Key("measures", MapOf(Answer()), "Amounts of measures, by label."),
    Key("status", Text(STANDINGS), "Where the entity stands, as the JSON answers say it."),
    Key("checks", ListOf(Text(), alone=True), "The keys of the cross-checks that it breaks; [] where it breaks none."),
)
EXPECT_OF_ONE = TableOf(_OF_ONE, others=Answer())
EXPECT = TableOf(
    (
        *_OF_ONE,
        Key("baselines", MapOf(PerGroup(Answer())), "Baselines, by item; a table has one for each group."),
        Key("tiers", MapOf(Whole(0, 1_000_000)), "How many are in each tier."),
        Key("problem", Text(), "The code of the problem for which the figures must be refused."),
    ),
    others=Answer(),
)
_FIGURES = (
    Key("figures", MapOf(Answer()), "Figures of the entity, as people type them; what is not given is missing."),
    Key("previous", MapOf(Answer()), "Its figures of the same period a year earlier."),
    Key("preceding", MapOf(Answer()), "Its figures of the period just before."),
    Key("history", ListOf(Text(), alone=True), "Its tiers of the years before, last year's first; — for none."),
    Key("decision", Text(), "The tier that a meeting gives it; among the overrides it is called 会议决定."),
    Key("lists", ListOf(Text(), alone=True), "The lists (名单) on which it stands, whoever else does."),
    Key("ledgers", MapOf(ListOf(MapOf(Answer()))), "Its rows in ledgers that figures are summed from."),
)
CASE = TableOf(
    (
        Key("name", Text(), "The name of the entity."),
        Key("code", Text(), "Its code."),
        *_FIGURES,
        Key("expect", EXPECT_OF_ONE, "What must come out for it."),
    )
)
TEST = TableOf(
    (
        Key("label", Text(), "What is tested."),
        Key("standard", Text(), "The standard that is tested."),
        Key("scheme", ListOf(Text(), alone=True), "The scheme that is tested, or several that run together."),
        *_FIGURES,
        Key("entities", ListOf(CASE), "Several entities in place of one."),
        Key("table", Text(), "The same as a table: figures, a column headed →, what must come out."),
        Key("file", Text(), "The same in a CSV file."),
        Key("expect", EXPECT, "What must come out."),
        Key("period", Period(), "The period of the figures."),
        Key("as_of", Day(), "The day whose rules apply."),
        NOTE,
        SOURCE,
    )
)

ROOT = TableOf(
    (
        Key("format", Whole(FORMAT, FORMAT), "The version of this format: 1.", required=True, example="1"),
        Key("include", ListOf(Text(), alone=True), "Other definitions, which this file's own keys override."),
        Key("allow_outside", YesNo(), "true: this file may name files outside its folder."),
        Key("units", MapOf(UNIT), "Further units, or known ones restated."),
        Key("rates", MapOf(RATE), "Exchange rates, so that currencies can be converted."),
        Key("figures", MapOf(FIGURE, names=True), "What is reported."),
        Key("indicators", MapOf(INDICATOR, names=True), "What is computed."),
        Key("lists", MapOf(NAME_LIST, names=True), "Lists of enterprises (名单)."),
        Key("checks", MapOf(CHECK, names=True), "What must hold between figures (勾稽关系)."),
        Key("standards", MapOf(ListOf(STANDARD, alone=True), names=True), "Admission standards."),
        Key("schemes", MapOf(ListOf(SCHEME, alone=True), names=True), "Evaluation schemes."),
        Key("plans", MapOf(PLAN, names=True), "Documents that state targets (责任分解表)."),
        Key("schedules", MapOf(SCHEDULE, names=True), "What share of a year's work should be done by when."),
        Key("ledgers", MapOf(LEDGER, names=True), "Tables that are counted: projects, enterprises (台账)."),
        Key("assessments", MapOf(ASSESSMENT, names=True), "How the targets of a unit become points (年度考核)."),
        Key("targets", MapOf(TARGET, names=True), "Targets (目标任务)."),
        Key("tests", ListOf(TEST), "Tests of these rules, which kpi test runs."),
    )
)
