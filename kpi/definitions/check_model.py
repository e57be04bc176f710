"""What must hold between the figures of an entity (勾稽关系)."""

from __future__ import annotations

from kpi.definitions.groups import Grouping
from kpi.definitions.validity import Validity
from kpi.formula.tree import Formula
from kpi.frozen import frozen
from kpi.problems import Severity

CHECK_SEVERITIES = (str(Severity.ERROR), str(Severity.WARNING))


@frozen
class Sentence:
    """The rule of a check as it is read for figures of one unit: for the first of them, wherever it says 本项.

    figures: the keys; none where the rule does not say 本项. when: whom it concerns; None: everybody.
    """

    figures: tuple[str, ...]
    condition: Formula
    when: Formula | None = None


@frozen
class Check:
    """What must hold between the figures of an entity (勾稽关系).

    rule, when: as written; each: the figures that they speak of one by one. sentences: how they are read.
    by: the groups over which table functions are taken (None: everybody). advice: for whoever reported the figures.
    """

    key: str
    label: str
    label_en: str
    rule: str
    sentences: tuple[Sentence, ...]
    each: tuple[str, ...] = ()
    severity: Severity = Severity.WARNING
    when: str = ""
    by: Grouping | None = None
    advice: str = ""
    advice_en: str = ""
    note: str = ""
    source: str = ""
    validity: Validity = Validity()
