"""The options that commands share, each declared once. A command takes the group that it needs as one parameter.

Values arrive as texts, switches and lists of texts (see kpi/cli/building.py); what they mean is read here or by the
function that is called.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

import kpi
from kpi.cli.declaring import argument, option
from kpi.cli.session import Session
from kpi.frozen import frozen
from kpi.locale import N_
from kpi.on_disk import isfile
from kpi.problems import KpiError, Problem, say

if TYPE_CHECKING:
    from kpi.figures.manner import Manner

EMBEDDED = "indicators.toml"

Language = Literal["zh", "en"]
FormName = Literal["table", "json", "csv", "markdown"]

FiguresArgument = Annotated[
    list[str] | None,
    argument(
        metavar=N_("FIGURES"),
        help=N_("Files of reported figures (.xlsx .xls .ods .csv .json .parquet; “-” is standard input)."),
    ),
]
TypedFiguresArgument = Annotated[
    list[str] | None,
    argument(
        metavar=N_("FIGURES"),
        help=N_(
            "Files of reported figures (.xlsx .xls .ods .csv .json .parquet; “-” is standard input), or the figures of "
            "one project: 税收=900万元 用地面积=50亩 …"
        ),
    ),
]
StandardOption = Annotated[
    str,
    typer.Option(
        "--standard",
        "-s",
        metavar=N_("STANDARD"),
        help=N_("The standard, by key or label (kpi list standards shows what there is)."),
    ),
]
EntityOption = Annotated[
    str | None, option("--entity", "-e", metavar=N_("ENTITY"), help=N_("The entity, by name or code."))
]

ExactOption = Annotated[bool, typer.Option("--exact", help=N_("Add the exact values as fractions."))]
NeedsOfSchemes = Annotated[
    list[str] | None,
    option("--scheme", metavar=N_("SCHEME"), help=N_("What this scheme needs, by key or label; may be given again.")),
]
NeedsOfStandard = Annotated[
    str | None, option("--standard", metavar=N_("STANDARD"), help=N_("What this standard needs, by key or label."))
]
RulesOfPeriod = Annotated[
    str | None, option("--period", "-p", metavar=N_("PERIOD"), help=N_("The period whose rules apply."))
]
AsOf = Annotated[
    str | None,
    option("--as-of", metavar=N_("DATE"), help=N_("The day whose rules apply, such as 2023-12-31 (default: today).")),
]
SheetNames = Annotated[
    list[str] | None,
    option(
        "--sheet",
        metavar=N_("NAME"),
        help=N_("Read only this sheet of workbooks; may be given again (default: all that have figures)."),
    ),
]


@frozen
class ScreenOptions:
    """What every command takes."""

    lang: Annotated[
        Language | None, option("--lang", help=N_("Language of messages (default: KPI_LANG, then the locale)."))
    ] = None
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", help=N_("No warnings, no notes, no progress; on a terminal only the summary of classify.")
        ),
    ] = False
    no_color: Annotated[bool, typer.Option("--no-color", help=N_("No colours (as NO_COLOR does)."))] = False


@frozen
class OutputOptions(ScreenOptions):
    """What every command takes that answers with more than a line."""

    format: Annotated[FormName | None, option("--format", "-f", help=N_("The form of the answer."))] = None
    output: Annotated[
        str | None,
        option(
            "--output",
            "-o",
            metavar=N_("FILE"),
            help=N_("Write to a file; its suffix says the form: .txt .json .csv .md .xlsx .parquet."),
        ),
    ] = None


@frozen
class LibraryOptions(OutputOptions):
    """What every command takes that reads definitions."""

    definitions: Annotated[
        str | None,
        option(
            "--definitions",
            "-d",
            metavar=N_("FILE"),
            help=N_("Definitions (default: KPI_DEFINITIONS, ./indicators.toml, then the embedded ones)."),
        ),
    ] = None


@frozen
class RuleOptions(LibraryOptions):
    """What a command takes that asks which figures a rule needs."""

    scheme: NeedsOfSchemes = None
    standard: NeedsOfStandard = None
    period: RulesOfPeriod = None
    as_of: AsOf = None


@frozen
class FileOptions(LibraryOptions):
    """How files of figures are read, where that is not found out."""

    encoding: Annotated[
        str | None,
        option(
            "--encoding",
            metavar=N_("ENCODING"),
            help=N_("The encoding of text files, such as utf-8 or gb18030 (default: found out)."),
        ),
    ] = None
    delimiter: Annotated[
        str | None,
        option(
            "--delimiter",
            metavar=N_("CHARACTER"),
            help=N_("What separates the cells of text files, such as “;” or tab (default: found out)."),
        ),
    ] = None
    limit: Annotated[
        list[str] | None,
        option(
            "--limit",
            metavar=N_("NAME=NUMBER"),
            help=N_("Raise a limit for large files, such as cells=50M; may be given again."),
        ),
    ] = None

    def manner(self) -> Manner:
        """How these options want files read. Raises KpiError when one of them says nothing."""
        return kpi.manner(self.encoding, self.delimiter, self.limit or ())


@frozen
class SurveyOptions(FileOptions):
    """What a command takes that looks at the columns of a file, and asks which of them a rule needs."""

    sheet: SheetNames = None
    scheme: NeedsOfSchemes = None
    standard: NeedsOfStandard = None
    period: RulesOfPeriod = None
    as_of: AsOf = None


@frozen
class ReadingOptions(FileOptions):
    """What every command takes that reads figures."""

    period: Annotated[
        str | None,
        option(
            "--period",
            "-p",
            metavar=N_("PERIOD"),
            help=N_("The period, such as 2023, 2023H1, 2023Q2 or 2023-06 (default: the latest in the figures)."),
        ),
    ] = None
    sheet: SheetNames = None
    previous: Annotated[
        list[str] | None,
        option(
            "--previous", metavar=N_("FILE"), help=N_("Figures of the same period a year earlier; may be given again.")
        ),
    ] = None
    corrections: Annotated[
        list[str] | None,
        option(
            "--corrections",
            metavar=N_("FILE"),
            help=N_("Corrections of reported figures (数据项, 原值, 新值, 理由 …); may be given again."),
        ),
    ] = None
    links: Annotated[
        list[str] | None,
        option(
            "--links",
            metavar=N_("FILE"),
            help=N_("Renamed companies (原代码, 原名称, 新代码, 新名称, 日期, 文件); may be given again."),
        ),
    ] = None
    map: Annotated[
        list[str] | None,
        option(
            "--map",
            metavar=N_("FILE"),
            help=N_("Which columns are which figures, as kpi map wrote it and you confirmed it; may be given again."),
        ),
    ] = None
    ledger: Annotated[
        list[str] | None,
        option(
            "--ledger",
            metavar=N_("[NAME=]FILE"),
            help=N_("A ledger whose rows are summed for each entity (台账); its name, where there are several."),
        ),
    ] = None
    as_of: AsOf = None

    def day(self, session: Session) -> date:
        """The day of --as-of, else today.

        Raises KpiError when it is no date.
        """
        return day_of(self.as_of, session)


@frozen
class FiguresOptions(ReadingOptions):
    """What every command takes that evaluates figures."""

    where: Annotated[
        str | None,
        option(
            "--where",
            "-w",
            metavar=N_("CONDITION"),
            help=N_("List only these entities; baselines and ranks stay as they are."),
        ),
    ] = None
    exact: ExactOption = False
    skip_errors: Annotated[
        bool, typer.Option("--skip-errors", help=N_("Leave out rows with errors, and list them in the answer."))
    ] = False


@frozen
class ClassifyOptions(FiguresOptions):
    """What every command takes that classifies."""

    history: Annotated[
        list[str] | None,
        option(
            "--history",
            metavar=N_("RESULT"),
            help=N_("The result of an earlier year (classify --output result.json); may be given again."),
        ),
    ] = None
    decisions: Annotated[
        list[str] | None,
        option(
            "--decisions",
            metavar=N_("FILE"),
            help=N_("Decisions of a meeting (企业名称, 类别, 理由, 文件, 日期); may be given again."),
        ),
    ] = None


def day_of(as_of: str | None, session: Session) -> date:
    """The day that an --as-of says, else today.

    Raises KpiError when it is no date.
    """
    return session.today if as_of is None else date_in(as_of, "--as-of")


def date_in(text: str, option: str) -> date:
    """The date that an option says. Raises KpiError when it says none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = say("“{text}” is no date for {option}.", text=text, option=option)
        raise KpiError(Problem("bad-date", message, expected=say("Expected a date such as 2023-12-31."))) from None


def definitions_path(option: str | None, session: Session) -> Path | None:
    """Where the definitions are: -d, KPI_DEFINITIONS, ./indicators.toml; None: the embedded ones."""
    named = option or session.environ.get("KPI_DEFINITIONS")
    if named:
        return Path(named)
    here = session.folder / EMBEDDED
    return Path(EMBEDDED) if isfile(here) else None
