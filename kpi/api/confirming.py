"""What the columns of a file are, and which of them a scheme or a standard needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.definitions.editions import scheme_in_force, standard_in_force
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.standard_model import Standard
from kpi.evaluation.confirming import columns_read, of_standard
from kpi.figures.manner import PLAIN, Manner

if TYPE_CHECKING:
    from kpi.evaluation.form import Form
    from kpi.evaluation.survey import Survey
    from kpi.figures.mapping import ColumnMapping


def mapping(paths: Sequence[str | Path], definitions: Definitions) -> ColumnMapping:
    """What somebody has confirmed of columns, from mapping files, for `read`. See kpi/figures/mapping.py."""
    from kpi.figures.mapping import read as read_mapping

    return read_mapping(paths, definitions)


def columns(
    path: str | Path,
    definitions: Definitions,
    *,
    schemes: Sequence[str] = (),
    standard: str | None = None,
    period: str | None = None,
    as_of: date | None = None,
    mapping: ColumnMapping | None = None,
    stdin: bytes | None = None,
    manner: Manner = PLAIN,
    sheets: Sequence[str] = (),
) -> Survey:
    """What each column of a file is taken for, and what the others may be; nothing is read beyond a few samples.

    schemes, standard: what the figures are for, so that what these need is told from what they do not. manner, sheets:
    as for `read`.
    """
    from kpi.figures.survey import survey

    asked = read_by(definitions, schemes, standard, period, as_of) if schemes or standard else None
    return survey(path, definitions, mapping, asked, stdin, manner, sheets)


def template(
    definitions: Definitions,
    *,
    schemes: Sequence[str] = (),
    standard: str | None = None,
    period: str | None = None,
    as_of: date | None = None,
    single: bool = False,
) -> Form:
    """The form that asks for the figures which these schemes and this standard read; without any, for all figures.

    single: for one entity, with a row for each figure.
    """
    from kpi.evaluation.form import form
    from kpi.evaluation.scheme.reading import formulas

    day = as_of or date.today()
    rules: list[Scheme | Standard] = [scheme_in_force(definitions, key, period, day) for key in schemes]
    if standard is not None:
        rules.append(standard_in_force(definitions, standard, period, day))
    subjects = [(rule.label, rule.label_en) for rule in rules]
    # All rules know the words for an answer: a form for 规上 has to offer 规下 as well.
    every = [
        formula.tree for editions in definitions.schemes.values() for each in editions for formula in formulas(each)
    ]
    every += [tree for editions in definitions.standards.values() for each in editions for tree in of_standard(each)]
    asked = read_by(definitions, schemes, standard, period, as_of) if subjects else definitions.figures
    return form(definitions, asked, every, subjects, period, single)


def read_by(
    definitions: Definitions,
    schemes: Sequence[str],
    standard: str | None,
    period: str | None = None,
    as_of: date | None = None,
) -> frozenset[str]:
    """The columns of figures that these schemes and this standard read, in the editions in force."""
    from kpi.evaluation.scheme.reading import figures_read

    day = as_of or date.today()
    found = frozenset[str]()
    for key in schemes:
        found |= figures_read(definitions, scheme_in_force(definitions, key, period, day))
    if standard is not None:
        found |= columns_read(of_standard(standard_in_force(definitions, standard, period, day)), definitions)
    return found
