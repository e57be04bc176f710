"""The step of CI that says when kpi has become slow, and the page of what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import drift
from benchmarks.growth import Grown, Series
from benchmarks.measure import Ratio
from benchmarks.report import number, page


def ratio(value: float | None, peer: str = "bare") -> Ratio:
    return Ratio("help", peer, 1.1, value, 1.0, "" if value else "no such program")


def recorded(path: Path, value: float) -> str:
    path.write_text(json.dumps({"help": {"bare": value}}), encoding="utf-8")
    return str(path)


def test_a_doctored_record_makes_the_step_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With real measurements: what takes as long as the other cannot take a thousandth of it."""
    written = json.loads(drift.RECORDED.read_text(encoding="utf-8"))["help"]
    doctored = tmp_path / "recorded.json"
    doctored.write_text(json.dumps({"help": {peer: value / 1000 for peer, value in written.items()}}), encoding="utf-8")
    assert drift.main(["--only", "help", "--runs", "1", "--file", str(doctored)]) == 1
    assert "is recorded" in capsys.readouterr().err


@pytest.mark.parametrize(("first", "second", "exits"), [(1.0, None, 0), (2.1, 1.9, 0), (2.1, 2.2, 1), (None, None, 1)])
def test_what_seems_to_have_drifted_is_measured_once_more(
    first: float | None, second: float | None, exits: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [[ratio(first)], [ratio(second)]]
    monkeypatch.setattr(drift, "measured", lambda names, runs: answers.pop(0))
    assert drift.main(["--only", "help", "--file", recorded(tmp_path / "recorded.json", 1.0)]) == exits
    assert len(answers) == (1 if first == 1.0 else 0)


def test_a_ratio_that_is_not_recorded_is_said() -> None:
    (said,) = drift.drifted([ratio(1.0, "another")], {"help": {"bare": 1.0}})
    assert "no ratio is recorded" in said


def test_recording_writes_what_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift, "measured", lambda names, runs: [ratio(0.81234), ratio(None, "another")])
    path = tmp_path / "recorded.json"
    assert drift.main(["--record", "--file", str(path)]) == 0
    assert json.loads(path.read_text(encoding="utf-8")) == {"help": {"bare": 0.812}}


def test_every_comparison_of_the_step_is_recorded() -> None:
    assert set(json.loads(drift.RECORDED.read_text(encoding="utf-8"))) == set(drift.SMALL)


def test_the_page_says_plainly_what_is_over_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.report.described", lambda: ["2 cores"])
    series = Series("groups", "six items", ())
    text = page([ratio(1.0), ratio(1.4, "slow"), ratio(None, "gone")], [Grown(series, ((1, 1.0), (300, 1.25)))], 5)
    assert "| help | bare | 1 | 1.1 | holds |  |" in text
    assert "**Over its limit**: help, against slow: 1.4 where at most 1.1 is asked." in text
    assert "Not measured: help, against gone (no such program)." in text
    assert "| groups (six items) | 1 | 300 |" in text and "| time | 1 | 1.25 |" in text


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "—"), (0.012345, "0.0123"), (1.4, "1.4"), (12345.6, "12346"), (0.5, "0.5")]
)
def test_numbers_have_three_digits(value: float | None, shown: str) -> None:
    assert number(value) == shown
