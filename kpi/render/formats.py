"""The forms a result can take, by name and by the suffix of a file. A new one is entered here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kpi.frozen import frozen
from kpi.render.report import Report
from kpi.render.screen import Screen


@frozen
class Form:
    """render: the whole output; text for a terminal or a file, bytes for what only a file can hold.

    None: the form is made of the result itself, not of its report (JSON).
    """

    name: str
    suffixes: tuple[str, ...]
    render: Callable[[Report, Screen], str | bytes] | None


def _table(report: Report, screen: Screen) -> str:
    from kpi.render import as_table

    return as_table.render(report, screen)


def _csv(report: Report, screen: Screen) -> str:
    from kpi.render import as_csv

    return as_csv.render(report)


def _markdown(report: Report, screen: Screen) -> str:
    from kpi.render import as_markdown

    return as_markdown.render(report)


def _workbook(report: Report, screen: Screen) -> bytes:
    from kpi.render import as_workbook

    return as_workbook.render(report)


def _parquet(report: Report, screen: Screen) -> bytes:
    from kpi.render import as_parquet

    return as_parquet.render(report)


FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form("table", (".txt",), _table),
        Form("json", (".json",), None),
        Form("csv", (".csv",), _csv),
        Form("markdown", (".md", ".markdown"), _markdown),
        Form("xlsx", (".xlsx",), _workbook),
        Form("parquet", (".parquet",), _parquet),
    )
}


def by_suffix(suffix: str) -> Form | None:
    """The form of a file with this suffix (".xlsx"), whatever its case."""
    return next((form for form in FORMS.values() if suffix.lower() in form.suffixes), None)


def suffixes() -> list[str]:
    """Every suffix that names a form."""
    return [suffix for form in FORMS.values() for suffix in form.suffixes]
