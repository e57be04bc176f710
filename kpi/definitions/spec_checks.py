"""The keys of cross-checks between figures (勾稽关系)."""

from __future__ import annotations

from kpi.definitions.check_model import CHECK_SEVERITIES
from kpi.definitions.shapes import Text
from kpi.definitions.shapes_tables import Key, ListOf, TableOf
from kpi.definitions.spec_shared import GROUP_AT_LEAST, LABELS, NOTE, SOURCE, VALIDITY

CHECK = TableOf(
    (
        *LABELS,
        Key("rule", Text(), "What must hold.", required=True, example='"应税销售收入 ≥ 税收"'),
        Key(
            "each",
            ListOf(Text(), alone=True),
            "The figures that it must hold for, one by one; the rule calls each 本项.",
        ),
        Key("severity", Text(CHECK_SEVERITIES), "error, or warning (if left out)."),
        Key("when", Text(), "Whom it concerns; everybody if left out."),
        Key("by", ListOf(Text(), alone=True), "Over which groups median, mean … are taken; then wider ones."),
        GROUP_AT_LEAST,
        Key("advice", Text(), "What whoever reported the figures should do."),
        Key("advice_en", Text(), "The same in English."),
        NOTE,
        SOURCE,
        *VALIDITY,
    ),
    short="rule",
)
