"""Ledgers beside portions: read and summed in memory, and one more piece of the figures from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kpi.engines.job import Job
from kpi.figures import entity_ledgers, renaming
from kpi.figures.entity_ledgers import Listed
from kpi.figures.links import NONE
from kpi.figures.parts import Part
from kpi.figures.renaming import OfToday
from kpi.figures.timing import Chosen
from kpi.problems import Problem


def of_today(job: Job, listed: Listed) -> Mapping[int, OfToday]:
    """Who stands in the rows of ledgers of those that renamings lead to, by their sources."""
    return {part.source: renaming.of_today(part.frame, job.beside.links or NONE) for part in listed.parts}


def summed(job: Job, listed: Listed, chosen: Chosen, here: frozenset[str]) -> tuple[list[Part], list[Problem]]:
    """A row for every entity of the ledgers, under what it is called now; and what is to be said of them.

    here: as for renaming.renamed. Raises KpiError when sums fit into no column exactly.
    """
    today, _, notes = renaming.renamed(listed.parts, chosen, job.beside.links or NONE, here)
    sums = entity_ledgers.summed(listed, today, job.definitions, chosen.period, None)
    said = [*notes, *(problem for part in sums for problem in part.problems)]
    return [replace(part, problems=()) for part in sums], said
