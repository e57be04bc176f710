"""Wrong command lines, in the user's language and without a traceback; and the help."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kpi.cli.language import chosen
from tests.conftest import Run

COMMANDS = ("demo", "compute", "check", "classify", "explain", "convert", "lint", "list", "show", "init", "schema")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chek"], "There is no command chek. Did you mean check?"),
        (["--verion"], "There is no option --verion. Did you mean --version?"),
        (["convert"], "EXPRESSION is missing."),
        (["convert", "1亩", "公顷", "x"], "There is an argument too many: x."),
        (["convert", "--exat", "1亩"], "There is no option --exat. Did you mean --exact?"),
        (["convert", "-3亩", "平方米"], "To begin an argument with a minus, put -- in front of it."),
        (["check", "", "--standard", "234+1.2"], "The name of the file is empty."),
        (["list", "-d", "nowhere.toml"], "The file nowhere.toml does not exist. Check the name and the folder."),
        (["check", "a.csv"], "--standard is missing. “kpi list standards” lists the names"),
        (["classify", "a.csv"], "--scheme is missing. “kpi list schemes” lists the names"),
        (["check", "a.csv", "--standard"], "needs a value. “kpi check --help” shows what there is."),
        (["check", "--quiet=1"], "The option --quiet takes no value."),
        (["check", "--standard", "s"], "No figures were given."),
        (["list", "--format", "pdf"], "“pdf” is not a value of --format."),
        (["convert", "1亩", "--lang", "fr"], "“fr” is not a value of --lang."),
        (["check", "a.csv", "--standard", "s", "--as-of", "yesterday"], "“yesterday” is no date for --as-of."),
    ],
)
def test_a_wrong_command_line_is_2_and_says_why(run: Run, arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.startswith("error: ")


def test_no_command_shows_the_help(run: Run) -> None:
    done = run()
    assert done.code == 2
    assert "Usage: kpi" in done.out + done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert (done.code, done.err) == (0, "")
    assert f"Usage: kpi {command}" in done.out
    assert "--lang" in done.out


def test_no_help_text_is_cut_off(run: Run) -> None:
    done = run("check", "--lang", "zh", "--help")
    # Chinese has no blanks between words; its lines are folded where the column ends.
    told = "".join(done.out.replace("│", " ").split())
    assert "略过有错误的行，并在结果中列出。" in told
    assert "只列出符合条件的对象；基准值和名次不变。" in told
    assert "数据更正表（数据项、原值、新值、理由……）" in told


def test_the_help_names_every_command(run: Run) -> None:
    done = run("--help")
    assert done.code == 0
    assert all(f" {command} " in done.out for command in COMMANDS)


def test_version(run: Run) -> None:
    from kpi import __version__

    assert run("--version").out == f"kpi {__version__}\n"


def test_help_imports_no_command_and_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys; from kpi.cli.main import run; run(['--help']); "
        "heavy = {'pint', 'polars', 'fastexcel', 'tree_sitter', 'xlsxwriter', 'pydantic', 'kpi.api'}; "
        "found = heavy & set(sys.modules) | {name for name in sys.modules if name == 'kpi.cli.check'}; "
        "sys.exit(repr(found) if found else 0)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, check=False)
    assert done.stderr == b""


def test_one_project_needs_no_columns_and_no_validation_library(tmp_path: Path) -> None:
    program = (
        "import sys; from kpi.cli.main import run; run(['check', '税收=900万元', '--standard', '234+1.2']); "
        "found = {'pint', 'polars', 'pydantic', 'tree_sitter', 'xlsxwriter'} & set(sys.modules); "
        "sys.exit(repr(found) if found else 0)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, check=False)
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("arguments", "environ", "language"),
    [
        (["check", "--lang", "zh"], {"KPI_LANG": "en"}, "zh"),
        (["check", "--lang=en"], {"KPI_LANG": "zh"}, "en"),
        ([], {"KPI_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, "zh"),
        ([], {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ([], {"LC_MESSAGES": "zh_TW"}, "zh"),
        ([], {"LC_ALL": "", "LANG": "zh_CN.GB18030"}, "zh"),
        ([], {"LANG": "C.UTF-8"}, "en"),
        ([], {"LANG": "de_DE"}, "en"),
        ([], {}, "en"),
        (["--", "--lang", "zh"], {}, "en"),
        (["check", "--lang"], {"LANG": "zh_CN"}, "zh"),
    ],
)
def test_the_language_is_asked_for_set_or_the_locales(
    arguments: list[str], environ: dict[str, str], language: str
) -> None:
    assert chosen(arguments, environ) == language


@pytest.mark.parametrize("command", ["check", "compute", "explain"])
def test_the_help_says_that_figures_can_be_typed(command: str, run: Run) -> None:
    assert "税收=900万元 用地面积=50亩" in run(command, "--help").out


def test_the_help_says_where_standards_are_listed(run: Run) -> None:
    shown = run("check", "--help").out.replace("│", " ").split()
    assert "kpi list standards shows what there is" in " ".join(shown)
    assert "234+1.2" in run("list", "standards").out
