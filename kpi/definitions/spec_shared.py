"""Keys that many tables of definitions have."""

from __future__ import annotations

from kpi.definitions.shapes import Day, Key, Period, Text, Whole, YesNo

LABELS = (
    Key("label", Text(), "What people read; the key itself if left out."),
    Key("label_en", Text(), "The English label."),
)
SOURCE = Key("source", Text(), "The document and item that the rule is from, as people cite it.")
NOTE = Key("note", Text(), "A remark for readers.")
VALIDITY = (
    Key("from", Day(), "The first day on which this wording is valid."),
    Key("until", Day(), "The last day on which this wording is valid."),
    Key("period", Period(), "The one period that this wording is made for; it goes before from and until."),
)
IF_UNDEFINED = Key("if_undefined", YesNo(), "What the condition counts as when it is undefined; if left out, an error.")
DECIMALS = Key("decimals", Whole(), "How many decimals are published; 2 if left out.")
