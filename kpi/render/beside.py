"""What stands in an answer beside what was asked for: how files were joined, and what was corrected."""

from __future__ import annotations

from dataclasses import replace

from kpi.render import corrections, joined
from kpi.render.as_json import Envelope
from kpi.render.report import Report


def added(report: Report, envelope: Envelope, language: str) -> Report:
    """The report with these tables behind its own; the CSV table stays what it is."""
    extra = []
    if envelope.joined is not None and report.sections:
        extra.append(joined.section(envelope.joined, language))
    if envelope.corrections:
        extra.append(corrections.section(envelope.corrections, language))
    if not extra:
        return report
    return replace(
        report,
        sections=(*report.sections, *extra),
        sheets=(*report.workbook_sections(), *extra),
        table=report.single_table() if report.table or report.sections else None,
    )
