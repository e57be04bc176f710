"""What every test may use: golden files, and skips that count as failures where nothing may be skipped."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Generator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

from kpi.__main__ import NEW_OBJECTS

# How long one example takes says nothing on a busy machine; whole tests are timed instead.
# Where nobody waits for the smallest case, it is not looked for: that takes minutes with whole definitions.
PHASES = [phase for phase in Phase if phase is not Phase.shrink or not os.environ.get("CI")]
settings.register_profile("kpi", deadline=None, phases=PHASES)
settings.load_profile("kpi")

GOLDEN = Path(__file__).parent / "golden"

Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores: tests wait for programs that they start, and for what these do."""
    return min((os.cpu_count() or 1) + 1, 8)


def pytest_collection_finish() -> None:
    """What has been imported and collected stays to the end: nobody needs to look through it for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)  # as the program itself does


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """golden(name, text): the text is what tests/golden/name holds (or becomes it, with --update-golden)."""
    update = bool(request.config.getoption("--update-golden"))

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        assert path.exists(), f"no golden file {name}; look at the output, then run with --update-golden\n{text}"
        # Read as bytes, so that line ends are compared as well.
        assert text == path.read_bytes().decode("utf-8"), name

    return compare


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _count_skip_as_failure(report, item.nodeid)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _count_skip_as_failure(report, collector.nodeid)
    return report


def _count_skip_as_failure(report: pytest.TestReport | pytest.CollectReport, name: str) -> None:
    """With KPI_NO_SKIP=1 (as .ci/run sets it) whatever is skipped fails, and says what it would have needed."""
    if os.environ.get("KPI_NO_SKIP") == "1" and report.outcome == "skipped":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{name} was skipped, and here nothing may be: {reason}"


@dataclass(frozen=True)
class Outcome:
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON, numbers as they are written."""
        return json.loads(self.out, parse_float=Decimal)


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """run("check", "a.csv", …) in this process, in an empty folder, in English at 100 columns unless told otherwise."""
    for name in ("KPI_DEFINITIONS", "KPI_DEBUG", "FORCE_COLOR", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (("COLUMNS", "100"), ("NO_COLOR", "1"), ("KPI_LANG", "en"), ("TERM", "xterm")):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: object) -> Outcome:
        from kpi.cli.main import run as run_command_line

        capfdbinary.readouterr()
        code = run_command_line([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return Outcome(code, out.decode("utf-8"), err.decode("utf-8"))

    return invoke
