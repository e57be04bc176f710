"""The benchmarks run and their peers do the job; nothing here depends on the time that anything takes."""

from __future__ import annotations

import ast
import csv
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars
import pytest

import kpi
from benchmarks import data, measure, run, targets
from benchmarks.data import credit_code, csv_file, parquet_file
from benchmarks.peers import bare
from kpi.cli import main
from kpi.figures import bulk

ROOT = Path(__file__).resolve().parents[2]


def test_the_data_are_the_same_every_time_and_ids_are_valid(tmp_path: Path) -> None:
    first, second = csv_file(200, tmp_path / "a"), csv_file(200, tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    with first.open(encoding="utf-8") as file:
        codes = [row["统一社会信用代码"] for row in csv.DictReader(file)]
    assert len(set(codes)) == 200
    assert all(credit_code(code[:17]) == code for code in codes)


def test_the_same_enterprises_in_parquet_repeat_under_ids_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "MOST_DIFFERENT", 30)
    found = polars.read_parquet(parquet_file(100, tmp_path))
    codes = found["统一社会信用代码"].to_list()
    assert len(set(codes)) == 100
    assert all(credit_code(code[:17]) == code for code in codes)
    assert found["税收（万元）"].to_list()[:10] == found["税收（万元）"].to_list()[30:40]


def test_the_check_character_is_that_of_a_published_code() -> None:
    assert credit_code("91350100M000100Y4") == "91350100M000100Y43"  # the example of GB 32100-2015


def test_plain_polars_fills_the_shares(tmp_path: Path) -> None:
    path = csv_file(1000, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.peers.plain_polars", str(path)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "{'A': 200, 'B': 400, 'C': 350, 'D': 50}"


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system does not tell")
def test_the_peak_of_a_small_program_is_not_that_of_the_one_that_measures() -> None:
    held = bytearray(os.urandom(1)) * (200 << 20)
    nothing = measure.Program("nothing", (sys.executable, "-c", "pass"))
    assert 1 << 20 < measure.spent(nothing).peak < len(held) // 2


def test_how_a_program_ends_is_told() -> None:
    ends = measure.Program("ends", (sys.executable, "-c", "import sys; print('done'); sys.exit('why')"), exits=(1,))
    assert measure.spent(ends).printed == "done\n"
    with pytest.raises(measure.NotMeasured, match="ends exits 1: why"):
        measure.spent(replace(ends, exits=(0,)))


def test_a_ratio_is_over_its_limit_or_holds_or_is_not_measured() -> None:
    assert measure.Ratio("help", "bare", 1.2, 0.24, 0.2).holds
    assert measure.Ratio("help", "bare", 1.2, 0.25, 0.2).holds is False
    assert measure.Ratio("help", "bare", 1.2, None, 0.2, "kpi exits 2").holds is None


def test_a_program_that_fails_is_not_measured_and_says_why() -> None:
    fails = measure.Program("broken", (sys.executable, "-c", "raise SystemExit('no such thing')"))
    works = measure.Program("works", (sys.executable, "-c", ""))
    (ratio,) = measure.measure(measure.Comparison("smoke", fails, (works,), {"works": 1.0}), runs=1)
    assert ratio.ratio is None
    assert "no such thing" in ratio.reason
    assert "not measured" in run.table([ratio])


def test_a_comparison_prints_as_a_table_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    works = measure.Program("works", (sys.executable, "-c", ""))
    (ratio,) = measure.measure(
        measure.Comparison("smoke", works, (measure.Program("other", works.command),), {"other": 1e9}), 1
    )
    assert ratio.holds
    rows = json.loads(run.as_json([ratio], 1, 10))["ratios"]
    assert rows[0]["peer"] == "other"
    assert rows[0]["ratio"] == pytest.approx(ratio.ratio)


def test_peers_that_come_to_other_tiers_are_not_measured() -> None:
    def prints(text: str) -> tuple[str, ...]:
        return sys.executable, "-c", f"print({text!r})"

    kpi_says = measure.Program("kpi", prints("Tiers: A 200, B 800.\n1000 read: 1000 evaluated."))
    peers = [("same", "{'A': 200, 'B': 800}"), ("near", "{'A': 201, 'B': 799}"), ("other", "{'A': 250, 'B': 750}")]
    programs = tuple(measure.Program(name, prints(text)) for name, text in peers)
    limits: dict[str, float | None] = {program.name: None for program in programs}
    same, near, other = measure.measure(measure.Comparison("smoke", kpi_says, programs, limits), runs=1)
    assert (same.apart, near.apart, other.apart) == (0, 1, 50)
    assert same.ratio is not None and near.ratio is not None
    assert other.ratio is None and "does not do the same" in other.reason


def test_times_of_different_numbers_of_entities_are_per_entity() -> None:
    work = (sys.executable, "-c", "")
    subject, other = measure.Program("kpi", work, entities=1000), measure.Program("other", work, entities=10)
    (ratio,) = measure.measure(measure.Comparison("smoke", subject, (other,), {"other": 0.1}), runs=1)
    assert ratio.ratio is not None and ratio.ratio < 0.1 and ratio.holds


def test_the_bare_application_has_as_many_commands_as_kpi() -> None:
    assert tuple(entry.name for entry in main.COMMANDS) == bare.COMMANDS


def test_targets_and_their_peer_come_to_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    definitions, goals, actuals = targets.files(30, 20, tmp_path)
    known = kpi.load(definitions)
    monkeypatch.setattr(bulk, "MANY", 1)
    result = kpi.targets_of_zones(known, kpi.read_actuals([actuals], known))
    assert result.columns is not None and result.count == 600
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.peers.polars_targets", str(goals), str(actuals), "checked"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    counts = {light.replace(" ", "_"): count for light, count in ast.literal_eval(done.stdout.splitlines()[0]).items()}
    assert counts == {str(light): count for light, count in result.whole.lights.items() if count}
