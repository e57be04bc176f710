"""Keys and tables that stand in several places of definitions."""

from __future__ import annotations

from kpi.definitions.figure_model import FigureType
from kpi.definitions.shapes import Day, Period, Text, Whole, YesNo
from kpi.definitions.shapes_tables import Key, ListOf, TableOf

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
_FIGURE = (
    *LABELS,
    Key("type", Text(tuple(FigureType)), "number (if left out), text, date, yes_no or industry."),
    Key("unit", Text(), "The unit in which the figure is kept; other units are converted to it."),
    Key("aliases", ListOf(Text(), alone=True), "Other headers under which the figure arrives."),
    Key("decimals", Whole(), "Decimals of a value that would make a rule pass; 2 if left out, 0 for counts."),
    NOTE,
    SOURCE,
)
COLUMN = TableOf(_FIGURE, short="unit")  # of a ledger
FIGURE = TableOf(
    (
        *_FIGURE,
        Key("ledger", Text(), "The ledger that it is summed from; may be left out where there is one."),
        Key("formula", Text(), "How it is summed from the rows of its entity in the ledger."),
    ),
    short="unit",
)
GROUP_AT_LEAST = Key(
    "group_at_least", Whole(1, 1_000_000), "A smaller group falls back to the wider one that stands after it."
)
