"""What earlier results, renamings and decisions say of an entity, as answers show it."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.evaluation.history import PastTier
from kpi.evaluation.table import Decision, Link
from kpi.render.as_json import Data


def data(history: Sequence[PastTier]) -> list[Data]:
    """The tiers of earlier years for scripts, the last one first; listed: whether that result has the entity."""
    return [
        {
            "period": each.period,
            "tier": each.entity.tier if each.entity else None,
            "scheme": each.entity.scheme if each.entity else None,
            "listed": each.entity is not None,
            "file": each.file,
            "links": [link_data(link) for link in (each.entity.links if each.entity else ())],
        }
        for each in history
    ]


def renamings(links: Sequence[Link]) -> Data:
    """The field `links` of an entity that was renamed; nothing for the others."""
    return {"links": [link_data(link) for link in links]} if links else {}


def link_data(link: Link) -> Data:
    """A renaming for scripts."""
    return {
        "old_id": link.old_id,
        "old_name": link.old_name,
        "new_id": link.new_id,
        "new_name": link.new_name,
        "date": link.day.isoformat() if link.day else None,
        "document": link.document,
        "file": link.place.file,
        "sheet": link.place.sheet,
        "cell": link.place.cell,
        "line": link.place.line,
    }


def decision_data(decision: Decision) -> Data:
    """When a decision was made and where it was read; label and source stand beside."""
    return {
        "date": decision.day.isoformat() if decision.day else None,
        "file": decision.place.file,
        "sheet": decision.place.sheet,
        "cell": decision.place.cell,
        "line": decision.place.line,
    }
