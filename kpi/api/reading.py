"""Reading: definitions, figures and what stands beside them, earlier results, reviews, actual values of targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.definitions.load import load as load_file
from kpi.definitions.model import Definitions
from kpi.figures.inputs import ahead
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.manner import manner as made_manner
from kpi.formula import TRUTH, Formula
from kpi.formula import convert as convert_units
from kpi.formula import read as read_formula
from kpi.formula.values import Value
from kpi.units import Unit, Units

if TYPE_CHECKING:
    from kpi.definitions.review import Review
    from kpi.evaluation.comparing.results import Side
    from kpi.evaluation.table import Table
    from kpi.evaluation.targets.league import League
    from kpi.evaluation.targets.reported import Actuals
    from kpi.evaluation.targets.zones import ZoneGoals
    from kpi.figures.links import Links
    from kpi.figures.mapping import ColumnMapping


def load(path: str | Path | None = None, *, text: str | None = None) -> Definitions:
    """Definitions from a TOML file, from TOML text, or the embedded ones."""
    return load_file(path, text=text, tables=_tables)


def _tables(file: Path) -> list[list[list[str]]]:
    """The sheets of a file that definitions name, row by row."""
    from kpi.figures.text_rows import tables

    return tables(file)


def read(
    paths: Sequence[str | Path],
    definitions: Definitions,
    *,
    period: str | None = None,
    previous: Sequence[str | Path] = (),
    skip_errors: bool = False,
    stdin: bytes | None = None,
    only: frozenset[str] | None = None,
    links: Links | None = None,
    mapping: ColumnMapping | None = None,
    ledgers: Mapping[str, Sequence[str | Path]] | None = None,
    manner: Manner = PLAIN,
    sheets: Sequence[str] = (),
    keep_faulty: bool = False,
) -> Table:
    """Figures from files: one clean table. See kpi/figures/read.py for the parameters."""
    ahead([*paths, *previous], manner.limits)
    from kpi.figures.read import read as read_files

    return read_files(
        paths,
        definitions,
        period=period,
        previous=previous,
        skip_errors=skip_errors,
        stdin=stdin,
        only=only,
        links=links,
        mapping=mapping,
        ledgers=ledgers,
        manner=manner,
        sheets=sheets,
        keep_faulty=keep_faulty,
    )


def manner(encoding: str | None = None, delimiter: str | None = None, limits: Sequence[str] = ()) -> Manner:
    """How `read` and its like are to read files, such as manner(delimiter=";", limits=["cells=50M"]).

    Of files beside the figures (corrections, links, results) only the limits count; they have encodings of their own.
    """
    return made_manner(encoding, delimiter, limits)


def links(paths: Sequence[str | Path], *, manner: Manner = PLAIN) -> Links:
    """Renamings from these files, for `read`, `with_history` and `compare`. See kpi/figures/links.py."""
    from kpi.figures.links import read as read_links

    return read_links(paths, manner.limits)


def with_links(definitions: Definitions, links: Links | None) -> Definitions:
    """The definitions whose lists (名单) also know their members by what they are called now."""
    if links is None:
        return definitions
    from kpi.figures.renamed_lists import with_links as with_names

    return with_names(definitions, links)


def correct(figures: Table, paths: Sequence[str | Path], definitions: Definitions, *, manner: Manner = PLAIN) -> Table:
    """The figures with the corrections of these files. See kpi/figures/corrections.py."""
    from kpi.figures.corrections import correct as correct_table

    return correct_table(figures, paths, definitions, manner.limits)


def with_history(
    figures: Table,
    paths: Sequence[str | Path],
    definitions: Definitions,
    *,
    links: Links | None = None,
    manner: Manner = PLAIN,
) -> Table:
    """The figures with the tiers that these results of earlier years gave. See kpi/figures/history.py."""
    from kpi.figures.history import with_history as with_results

    return with_results(figures, paths, definitions, links, manner.limits)


def decide(figures: Table, paths: Sequence[str | Path], definitions: Definitions, *, manner: Manner = PLAIN) -> Table:
    """The figures with the decisions of a meeting in these files. See kpi/figures/decisions.py."""
    from kpi.figures.decisions import decide as decide_table

    return decide_table(figures, paths, definitions, manner.limits)


def typed(assignments: Sequence[str], definitions: Definitions) -> Mapping[str, Value]:
    """The figures of one entity as typed on a command line: 税收=900万元 用地面积=50亩."""
    from kpi.figures.inline import parse

    return parse(assignments, definitions)


def condition(text: str, definitions: Definitions) -> Formula:
    """A condition over figures and indicators, such as 用地面积 ≥ 5亩, for `where`."""
    return read_formula(text, definitions.scope(), TRUTH)


def convert(expression: str, unit: str | None = None, *, units: Units | None = None) -> tuple[Fraction, Unit]:
    """The value of a formula without names, in a unit: ("3.5亿元/120亩", "万元/亩") gives 875/3 万元/亩."""
    return convert_units(expression, unit, units or Units())


def read_result(path: str | Path, *, manner: Manner = PLAIN) -> Side:
    """A result file of `kpi classify` as one side of a comparison."""
    from kpi.figures.results import read as read_file

    return read_file(path, manner.limits)


def read_review(path: str | Path) -> Review:
    """The annual review that a file describes."""
    from kpi.definitions.review import read_review as read_file

    return read_file(path)


def read_actuals(
    paths: Sequence[str | Path],
    definitions: Definitions,
    *,
    stdin: bytes | None = None,
    goals: ZoneGoals | None = None,
    manner: Manner = PLAIN,
    sheets: Sequence[str] = (),
) -> Actuals:
    """Actual values of targets from files; see kpi/figures/actuals.py. goals: of zones. sheets: as for `read`."""
    from kpi.evaluation.targets.zones import NO_GOALS
    from kpi.figures.actuals import read as read_files

    return read_files(paths, definitions, stdin, goals or NO_GOALS, manner, sheets)


def read_goals(
    paths: Sequence[str | Path], definitions: Definitions, *, stdin: bytes | None = None, manner: Manner = PLAIN
) -> ZoneGoals:
    """Goals of single zones from files; see kpi/figures/goal_tables.py."""
    from kpi.figures.goal_tables import read as read_files

    return read_files(paths, definitions, stdin, manner)


def read_ledgers(
    paths: Mapping[str, Sequence[str | Path]],
    definitions: Definitions,
    *,
    stdin: bytes | None = None,
    manner: Manner = PLAIN,
) -> dict[str, tuple[Table, ...]]:
    """The tables of ledgers that targets count, by the ledger's key; see kpi/figures/ledgers.py."""
    from kpi.figures.ledgers import read as read_files

    return read_files(paths, definitions, stdin, manner)


def read_leagues(
    paths: Sequence[str | Path], *, stdin: bytes | None = None, manner: Manner = PLAIN
) -> tuple[League, ...]:
    """League tables (zones × indicators) for targets that are ranks; see kpi/figures/league.py."""
    from kpi.figures.league import read as read_files

    return read_files(paths, stdin, manner)
