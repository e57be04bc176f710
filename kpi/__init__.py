"""kpi: indicators, standards and evaluation schemes of development zones, exact and explained.

The functions of the command line, for programs: see kpi/api. They are imported when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kpi.api import (
        check as check,
    )
    from kpi.api import (
        classified as classified,
    )
    from kpi.api import (
        classify as classify,
    )
    from kpi.api import (
        columns as columns,
    )
    from kpi.api import (
        compare as compare,
    )
    from kpi.api import (
        compute as compute,
    )
    from kpi.api import (
        condition as condition,
    )
    from kpi.api import (
        convert as convert,
    )
    from kpi.api import (
        correct as correct,
    )
    from kpi.api import (
        cross_check as cross_check,
    )
    from kpi.api import (
        decide as decide,
    )
    from kpi.api import (
        explain as explain,
    )
    from kpi.api import (
        links as links,
    )
    from kpi.api import (
        load as load,
    )
    from kpi.api import (
        manner as manner,
    )
    from kpi.api import (
        mapping as mapping,
    )
    from kpi.api import (
        marked as marked,
    )
    from kpi.api import (
        read as read,
    )
    from kpi.api import (
        read_actuals as read_actuals,
    )
    from kpi.api import (
        read_goals as read_goals,
    )
    from kpi.api import (
        read_leagues as read_leagues,
    )
    from kpi.api import (
        read_ledgers as read_ledgers,
    )
    from kpi.api import (
        read_result as read_result,
    )
    from kpi.api import (
        read_review as read_review,
    )
    from kpi.api import (
        review as review,
    )
    from kpi.api import (
        targets as targets,
    )
    from kpi.api import (
        targets_of_zones as targets_of_zones,
    )
    from kpi.api import (
        template as template,
    )
    from kpi.api import (
        test as test,
    )
    from kpi.api import (
        typed as typed,
    )
    from kpi.api import (
        validate as validate,
    )
    from kpi.api import (
        with_history as with_history,
    )
    from kpi.api import (
        with_links as with_links,
    )

__version__ = "0.1.0"
__all__ = [
    "check",
    "classified",
    "classify",
    "columns",
    "compare",
    "compute",
    "condition",
    "convert",
    "correct",
    "cross_check",
    "decide",
    "explain",
    "links",
    "load",
    "manner",
    "mapping",
    "marked",
    "read",
    "read_actuals",
    "read_goals",
    "read_leagues",
    "read_ledgers",
    "read_result",
    "read_review",
    "review",
    "targets",
    "targets_of_zones",
    "template",
    "test",
    "typed",
    "validate",
    "with_history",
    "with_links",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'kpi' has no attribute '{name}'")
    from kpi import api

    return getattr(api, name)
