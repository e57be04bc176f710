"""Folders that say something of all rows below them, and folders in which somebody keeps files."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import polars as pl
import pytest

from kpi.definitions.load import load
from kpi.figures.partitions import files
from kpi.problems import KpiError
from tests.engines.conftest import RULES, figures
from tests.engines.test_same_results import in_portions


@pytest.fixture
def run_of_2024(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is called as a partition, and is none."""
    folder = tmp_path / "run=2024" / "figures"
    folder.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return folder


def touched(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_only_folders_below_the_named_one_say_something(run_of_2024: Path) -> None:
    touched(run_of_2024, "行业=化工/镇=一/0.parquet")
    for named in (run_of_2024, "run=2024/figures", Path("run=2024") / "figures"):
        assert [file.constants for file in files([named])] == [(("行业", "化工"), ("镇", "一"))]
    assert [file.constants for file in files(["run=2024/figures/行业=化工"])] == [(("镇", "一"),)]
    assert [file.constants for file in files(["run=2024/figures/行业=化工/镇=一/0.parquet"])] == [()]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("run=2024/figures/*/*/*.parquet", (("行业", "化工"), ("镇", "一"))),
        ("run=2024/figures/行业=*/镇=一/0.parquet", (("行业", "化工"), ("镇", "一"))),
        ("run=2024/figures/行业=化工/镇=?/0.parquet", (("镇", "一"),)),
        ("run=2024/figures/行业=化工/镇=一/*.parquet", ()),
        ("run=2024/figures/**/*.parquet", (("行业", "化工"), ("镇", "一"))),
    ],
)
def test_patterns_begin_where_they_are_wild(
    run_of_2024: Path, pattern: str, found: tuple[tuple[str, str], ...]
) -> None:
    touched(run_of_2024, "行业=化工/镇=一/0.parquet")
    assert [file.constants for file in files([pattern])] == [found]


def test_names_are_written_as_in_addresses(run_of_2024: Path) -> None:
    touched(
        run_of_2024, "行业=化工%2F医药 A%3DB/0.parquet", "%E9%95%87=100%25/0.parquet", "=x/0.parquet", "x/0.parquet"
    )
    assert {file.constants for file in files([run_of_2024])} == {
        (("行业", "化工/医药 A=B"),),
        (("镇", "100%"),),
        (),
    }


@pytest.mark.parametrize("name", ["规模=__HIVE_DEFAULT_PARTITION__", "规模="])
def test_the_folder_of_those_without_a_value(tmp_path: Path, name: str) -> None:
    rules = load(text=RULES.replace("applies_to = ", "if_undefined = false\napplies_to = "))
    large = pl.when(pl.int_range(20) < 12).then(pl.lit("规上"))
    frame = figures(20).with_columns(large.alias("规模"))
    for folder, rows in (("规模=规上", frame[:12]), (name, frame[12:])):
        (tmp_path / "figures" / folder).mkdir(parents=True)
        rows.drop("规模").write_parquet(tmp_path / "figures" / folder / "0.parquet")
    result = in_portions(rules, [tmp_path / "figures"], None)
    summary = result.classification.summary
    assert (summary.read, summary.not_applicable) == (20, 8)


def test_a_folder_without_files(tmp_path: Path) -> None:
    touched(tmp_path, "_SUCCESS", "_temporary/0.parquet")
    with pytest.raises(KpiError) as caught:
        files([tmp_path])
    assert [(each.code, each.place.file) for each in caught.value.problems] == [("file-missing", str(tmp_path))]


@pytest.mark.parametrize("leads", ["folder", "nothing"])
def test_links_that_lead_to_no_file(tmp_path: Path, leads: str) -> None:
    touched(tmp_path, "figures/a.csv", "folder/b.csv", "marks/c.csv")
    (tmp_path / "figures" / "link").symlink_to(tmp_path / leads)
    (tmp_path / "figures" / "_marks").symlink_to(tmp_path / "marks")
    with pytest.raises(KpiError) as found:
        files([tmp_path / "figures"])
    assert [(each.code, each.place.file) for each in found.value.problems] == [
        ("link-to-no-file", str(tmp_path / "figures" / "link"))
    ]
    (tmp_path / "figures" / "link").unlink()
    (tmp_path / "figures" / "link.csv").symlink_to(tmp_path / "folder" / "b.csv")
    assert [Path(each.path).name for each in files([tmp_path / "figures"])] == ["a.csv", "link.csv"]


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who runs everything as root may read every folder, so the system's answer stands in for it."""
    touched(tmp_path, "figures/a.csv", "figures/closed/b.csv")
    scandir = os.scandir

    def refusing(path: str) -> object:
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(KpiError) as found:
        files([tmp_path / "figures"])
    (problem,) = found.value.problems
    assert (problem.code, problem.place.file) == ("folder-unreadable", str(tmp_path / "figures" / "closed"))
