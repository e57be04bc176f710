"""The public API: read definitions and figures, then compute, check, classify and explain. Nothing here prints.

Every function raises KpiError with all the problems that it found, each with its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.definitions.load import load as load_file
from kpi.definitions.model import Definitions
from kpi.evaluation import rows, standards
from kpi.evaluation.results import CheckResult, ComputeResult, ComputeSummary, EntityIndicators, figured
from kpi.figures import periods
from kpi.formula import TRUTH, Formula
from kpi.formula import convert as convert_units
from kpi.formula import read as read_formula
from kpi.formula.tree import Shift
from kpi.formula.values import Value
from kpi.problems import KpiError, Problem, say
from kpi.units import Unit, Units

if TYPE_CHECKING:
    from kpi.definitions.review import Review
    from kpi.evaluation.comparing.results import Comparison, Origin, Side
    from kpi.evaluation.explanation import Explanation
    from kpi.evaluation.review import Reviewed
    from kpi.evaluation.rule_tests import RuleTestResult
    from kpi.evaluation.scheme.results import Classification
    from kpi.evaluation.table import Rejected, Table
    from kpi.evaluation.targets.actuals import Actuals
    from kpi.evaluation.targets.league import League
    from kpi.evaluation.targets.results import TargetsResult
    from kpi.figures.links import Links

    # The figures of one run: what was read from files, or what was typed for one entity.
    Figures = Table | Mapping[str, Value]


def load(path: str | Path | None = None, *, text: str | None = None) -> Definitions:
    """Definitions from a TOML file, from TOML text, or the embedded ones."""
    return load_file(path, text=text)


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
) -> Table:
    """Figures from files: one clean table. See kpi/figures/read.py for the parameters."""
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
    )


def links(paths: Sequence[str | Path]) -> Links:
    """Renamings from these files, for `read`, `with_history` and `compare`. See kpi/figures/links.py."""
    from kpi.figures.links import read as read_links

    return read_links(paths)


def correct(figures: Table, paths: Sequence[str | Path], definitions: Definitions) -> Table:
    """The figures with the corrections of these files. See kpi/figures/corrections.py."""
    from kpi.figures.corrections import correct as correct_table

    return correct_table(figures, paths, definitions)


def with_history(
    figures: Table, paths: Sequence[str | Path], definitions: Definitions, *, links: Links | None = None
) -> Table:
    """The figures with the tiers that these results of earlier years gave. See kpi/figures/history.py."""
    from kpi.figures.history import with_history as with_results

    return with_results(figures, paths, definitions, links)


def decide(figures: Table, paths: Sequence[str | Path], definitions: Definitions) -> Table:
    """The figures with the decisions of a meeting in these files. See kpi/figures/decisions.py."""
    from kpi.figures.decisions import decide as decide_table

    return decide_table(figures, paths, definitions)


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


def compute(
    definitions: Definitions,
    figures: Figures,
    *,
    indicators: Sequence[str] | None = None,
    where: Formula | None = None,
) -> ComputeResult:
    """Every indicator (or those named by key) of every entity."""
    entities = _entities(definitions, figures)
    found = []
    problems = list(_notes(figures))
    for row in entities:
        if where is None or row.holds(where) is True:
            found.append(rows.entity_indicators(row, indicators))
            problems.extend(row.problems)
    return _computed(definitions, found, _rejected(figures), problems)


def check(
    definitions: Definitions,
    figures: Figures,
    standard: str,
    *,
    as_of: date | None = None,
    where: Formula | None = None,
    skip_errors: bool = False,
) -> CheckResult:
    """Every entity against a standard, by key or label. as_of picks the edition; default: today."""
    result = standards.check(
        _entities(definitions, figures),
        standard,
        as_of=as_of or date.today(),
        period=_period(figures),
        where=where,
        rejected=_rejected(figures),
        skip_errors=skip_errors,
    )
    return replace(result, problems=(*_notes(figures), *result.problems))


def classify(
    definitions: Definitions,
    figures: Table,
    schemes: Sequence[str],
    *,
    as_of: date | None = None,
    where: Formula | None = None,
) -> Classification:
    """Score, rank and tier of every entity by the schemes that apply. as_of picks the editions; default: today.

    where: which entities to list and count in the summary; baselines, ranks and tiers are of all.
    """
    from kpi.definitions.editions import scheme_in_force
    from kpi.evaluation.scheme.classify import classify as classify_table

    day = as_of or date.today()
    chosen = [scheme_in_force(definitions, key, figures.period, day) for key in schemes]
    return classify_table(definitions, chosen, figures, _days(figures), where)


def classified(definitions: Definitions, figures: Table, schemes: Sequence[str], *, as_of: date | None = None) -> Side:
    """The classification of these figures as one side of a comparison."""
    from kpi.evaluation.comparison import side

    day = as_of or date.today()
    return side(classify(definitions, figures, schemes, as_of=day), _origin(definitions, figures, day))


def _origin(definitions: Definitions, figures: Table, day: date) -> Origin:
    from kpi.evaluation.comparing.results import Origin
    from kpi.figures.results import fingerprint

    sources = figures.sources
    return Origin(
        kind="figures",
        sources=sources,
        period=figures.period,
        as_of=day.isoformat(),
        definitions=definitions.files,
        figures=fingerprint([source.sha256 for source in sources], figures.period, figures.previous),
        corrections=figures.corrections,
    )


def read_result(path: str | Path) -> Side:
    """A result file of `kpi classify` as one side of a comparison."""
    from kpi.figures.results import read as read_file

    return read_file(path)


def compare(before: Side, after: Side, *, links: Links | None = None) -> Comparison:
    """Who moved, by what and because of whom; which baselines changed; who is new or gone."""
    from kpi.evaluation.comparison import compare as compare_sides

    if links is not None:
        from kpi.figures.renaming import side

        before = side(before, links)
    return compare_sides(before, after)


def read_review(path: str | Path) -> Review:
    """The annual review that a file describes."""
    from kpi.definitions.review import read_review as read_file

    return read_file(path)


def review(plan: Review) -> Reviewed:
    """An annual review as it is described: figures read and corrected, classified, compared with the year before.

    Paths are taken from the folder of this process.
    """
    from kpi.evaluation.comparison import side
    from kpi.evaluation.review import Reviewed, column_problems

    definitions = load(plan.definitions)
    renamed = links(plan.links) if plan.links else None
    figures = read(
        plan.figures,
        definitions,
        period=plan.period,
        previous=plan.previous,
        skip_errors=plan.skip_errors,
        links=renamed,
    )
    if plan.corrections:
        figures = correct(figures, plan.corrections, definitions)
    if plan.history:
        figures = with_history(figures, plan.history, definitions, links=renamed)
    if plan.decisions:
        figures = decide(figures, plan.decisions, definitions)
    result = classify(definitions, figures, plan.schemes, as_of=plan.as_of)
    if problems := column_problems(plan, definitions, result):
        raise KpiError(problems)
    comparison = None
    if plan.compare_with is not None:
        now = side(result, _origin(definitions, figures, plan.as_of))
        comparison = compare(read_result(plan.compare_with), now, links=renamed)
    return Reviewed(plan, definitions, figures, result, comparison)


def explain(
    definitions: Definitions,
    figures: Figures,
    entity: str | None = None,
    *,
    schemes: Sequence[str] = (),
    standard: str | None = None,
    as_of: date | None = None,
) -> Explanation:
    """The whole derivation of one entity's result, by the scheme that applies to it or against a standard.

    entity: its code or exact name; None where there is only one. schemes: as for `classify`, whose result it explains.
    as_of picks the editions; default: today. Raises KpiError when nobody or more than one entity is meant.
    """
    from kpi.evaluation.explaining.finding import find

    if bool(schemes) == (standard is not None):
        hint = say("Say --scheme for a classification, or --standard for a check.")
        raise KpiError(Problem("explain-what", say("Exactly one of scheme and standard is needed."), hint=hint))
    entities = _entities(definitions, figures)
    index = find(entities.cells, entity, _rejected(figures))
    day = as_of or date.today()
    if standard is not None:
        from kpi.evaluation.explaining import standard as by_standard

        period, notes = _period(figures), tuple(_notes(figures))
        reported = (lambda index, column: None) if isinstance(figures, Mapping) else figures.reported
        return by_standard.explain(
            entities, standard, index, as_of=day, period=period, reported=reported, problems=notes
        )
    if isinstance(figures, Mapping):
        message = say("A scheme compares entities, so figures typed on the command line are not enough.")
        hint = say("Name the file with the figures of all entities, and say --entity.")
        raise KpiError(Problem("scheme-needs-table", message, hint=hint))
    from kpi.evaluation.explaining import scheme as by_scheme

    result = classify(definitions, figures, schemes, as_of=day)
    return by_scheme.explain(definitions, result, figures, index, _days(figures))


def read_actuals(paths: Sequence[str | Path], definitions: Definitions, *, stdin: bytes | None = None) -> Actuals:
    """Actual values of targets from files; see kpi/figures/actuals.py."""
    from kpi.figures.actuals import read as read_files

    return read_files(paths, definitions, stdin)


def read_ledgers(
    paths: Mapping[str, Sequence[str | Path]], definitions: Definitions, *, stdin: bytes | None = None
) -> dict[str, tuple[Table, ...]]:
    """The tables of ledgers that targets count, by the ledger's key; see kpi/figures/ledgers.py."""
    from kpi.figures.ledgers import read as read_files

    return read_files(paths, definitions, stdin)


def read_leagues(paths: Sequence[str | Path], *, stdin: bytes | None = None) -> tuple[League, ...]:
    """League tables (zones × indicators) for targets that are ranks; see kpi/figures/league.py."""
    from kpi.figures.league import read as read_files

    return read_files(paths, stdin)


def targets(
    definitions: Definitions,
    actuals: Actuals,
    *,
    ledgers: Mapping[str, Sequence[Table]] | None = None,
    leagues: Sequence[League] = (),
    through: date | None = None,
    trend: bool = False,
    assessment: str | None = None,
    plans: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
    lights: Sequence[str] | None = None,
    sort: str | None = None,
    only: Sequence[str] | None = None,
) -> TargetsResult:
    """Every target against its actual values and the time that has passed.

    ledgers, leagues: what actual values are computed from, beside those that were reported. through: the last day that
    counts; default: the end of the last month with a value. trend: how they stood at the end of each month, too.
    assessment: key or label of one by which the lead units get points; all targets count then, whatever is listed.
    only, plans, units, lights: which targets to list and count. sort: "unit", "light", or as in the document.
    Raises KpiError where there are no targets, for a target, a plan, a unit or an assessment that is not there, and for
    ledgers without a last day.
    """
    from kpi.evaluation.targets.choosing import choose
    from kpi.evaluation.targets.evaluate import evaluate
    from kpi.evaluation.targets.scoring import assess, named

    if not definitions.targets:
        hint = say('Write them under [plans."…"] and [targets], or name their file with -d.')
        raise KpiError(Problem("no-targets", say("The definitions have no targets."), hint=hint))
    chosen = named(definitions.assessments, assessment) if assessment is not None else None
    result = evaluate(definitions, actuals, through, ledgers, leagues, trend)
    if chosen is not None:
        result = replace(result, assessed=assess(chosen, result.targets))
    return choose(result, plans, units, lights, sort, only)


def test(definitions: Definitions, *, as_of: date | None = None) -> tuple[RuleTestResult, ...]:
    """What came of every test that stands beside the rules, in their order. as_of: for tests that name no day.

    Raises KpiError with everything that is wrong with the figures of the tests, before any is run.
    """
    from kpi.evaluation.rule_tests import run
    from kpi.figures.cases import table

    tables: list[Table] = []
    problems: list[Problem] = []
    for each in definitions.tests:
        try:
            tables.append(table(each, definitions))
        except KpiError as error:
            problems += error.problems
    if problems:
        raise KpiError(problems)
    day = as_of or date.today()
    return tuple(
        run(definitions, each, figures, _days(figures), day)
        for each, figures in zip(definitions.tests, tables, strict=True)
    )


def _computed(
    definitions: Definitions,
    found: Sequence[EntityIndicators],
    rejected: Sequence[Rejected],
    problems: Sequence[Problem],
) -> ComputeResult:
    asked = figured(found)
    undefined = sum(any(entity.values[number].value is None for number in asked) for entity in found)
    summary = ComputeSummary(len(found) + len(rejected), len(found), undefined, len(rejected))
    return ComputeResult(definitions, tuple(found), tuple(rejected), summary, tuple(problems))


def _entities(definitions: Definitions, figures: Figures) -> rows.Entities:
    if isinstance(figures, Mapping):
        return rows.of_figures(definitions, figures)
    return rows.of_table(definitions, figures, _days(figures))


def _days(figures: Table) -> dict[Shift, tuple[date, date]]:
    """First and last day of the periods of a table."""
    named = {Shift.NOW: figures.period, Shift.PREVIOUS: figures.previous, Shift.PRECEDING: figures.preceding}
    return {shift: (periods.first_day(name), periods.last_day(name)) for shift, name in named.items() if name}


def _period(figures: Figures) -> str | None:
    return None if isinstance(figures, Mapping) else figures.period


def _rejected(figures: Figures) -> Sequence[Rejected]:
    return () if isinstance(figures, Mapping) else figures.rejected


def _notes(figures: Figures) -> Sequence[Problem]:
    return () if isinstance(figures, Mapping) else figures.problems
