"""Lists (名单) on which a rule test puts its entities, whoever else stands there."""

from __future__ import annotations

from dataclasses import replace

from kpi.definitions.cases import RuleTest
from kpi.definitions.list_model import Member, NameList
from kpi.definitions.model import Definitions
from kpi.evaluation.table import ID, NAME, ROW, Table
from kpi.names import Who, comparable


def with_lists(definitions: Definitions, test: RuleTest, table: Table) -> Definitions:
    """The definitions with the entities of a test on the lists that it names."""
    people = {row[0]: (row[1], row[2]) for row in table.frame.select(ROW, ID, NAME).iter_rows()}
    lists = dict(definitions.lists)
    for number, case in enumerate(test.cases, 1):
        for key in case.lists if number in people else ():
            lists[key] = _joined(lists[key], people[number])
    return replace(definitions, lists=lists) if any(case.lists for case in test.cases) else definitions


def _joined(found: NameList, who: Who) -> NameList:
    code, name = comparable(who[0] or ""), comparable(who[1] or "")
    return replace(
        found,
        members=(*found.members, Member(who[0] or "", who[1] or "")),
        codes=found.codes | ({code} if code else set()),
        names=found.names | ({name} if not code else set()),
    )
