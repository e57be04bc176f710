"""Where answers go: whole or not at all, and never over an input."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kpi.cli.output import write_whole
from kpi.problems import KpiError
from tests.conftest import Run

FIGURES = "项目名称,税收（万元）,用地面积（亩）\n示例一号,900,50\n"


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    path = tmp_path / "figures.csv"
    path.write_text(FIGURES, encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", ["txt", "json", "csv", "md", "xlsx"])
def test_the_suffix_says_the_form(run: Run, figures: Path, suffix: str) -> None:
    done = run("compute", figures, "-o", f"out.{suffix}")
    assert (done.code, done.out) == (0, "")
    content = Path(f"out.{suffix}").read_bytes()
    begins = {"txt": b"Indicators", "json": b"{", "csv": b"\xef\xbb\xbf", "md": b"# Indicators", "xlsx": b"PK"}
    assert content.startswith(begins[suffix])
    assert [path.name for path in Path().iterdir() if path.name.endswith(".part")] == []


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("nowhere/out.csv", "The folder “nowhere” does not exist."),
        ("out.docx", "The suffix of “out.docx” names no form."),
        ("figures.csv", "“figures.csv” is read by this command"),
        ("./figures.csv", "is read by this command"),
        ("link.csv", "is no plain file but a link or a device."),
        ("folder.csv", "“folder.csv” is a folder."),
        ("/dev/full", "is no plain file but a link or a device."),
    ],
)
def test_what_may_not_be_written_is_refused_before_any_work(run: Run, figures: Path, target: str, code: str) -> None:
    Path("folder.csv").mkdir()
    Path("link.csv").symlink_to("elsewhere.csv")
    done = run("compute", "figures.csv", "-o", target)
    assert (done.code, done.out) == (2, "")
    assert code in done.err
    assert figures.read_text(encoding="utf-8") == FIGURES
    assert not Path("elsewhere.csv").exists()


def test_the_definitions_are_an_input_too(run: Run, figures: Path) -> None:
    assert run("init", "own.toml").code == 0
    before = Path("own.toml").read_bytes()
    assert run("compute", figures, "-d", "own.toml", "-o", "own.toml", "--format", "json").code == 2
    assert Path("own.toml").read_bytes() == before


def test_an_existing_answer_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")
    target.chmod(0o640)
    write_whole({target: [b"new"]})
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_answer_may_be_read_by_those_who_may_read_new_files(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        write_whole({tmp_path / "out.csv": [b"new"]})
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o644


def test_nothing_is_left_behind_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KpiError) as refused:
        write_whole({target: [b"new"]})
    assert refused.value.problems[0].code == "output-not-written"
    assert "No space left" in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert target.read_text() == "old"


def test_init_never_touches_what_is_there(run: Run) -> None:
    assert run("init").code == 0
    before = Path("indicators.toml").read_bytes()
    done = run("init")
    assert done.code == 2
    assert "is there already" in done.err
    assert Path("indicators.toml").read_bytes() == before


def test_never_over_a_file_that_the_definitions_include(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    base = 'format = 1\ninclude = ["kpi:indicators.toml"]\n'
    Path("base.toml").write_text(base, encoding="utf-8")
    Path("own.toml").write_text('format = 1\ninclude = ["base.toml"]\n', encoding="utf-8")
    Path("figures.csv").write_text("企业名称,税收,用地面积\n甲,1,2\n", encoding="utf-8")
    done = run("compute", "figures.csv", "-d", "own.toml", "-o", "base.toml", "--format", "csv")
    assert done.code == 2
    assert "base.toml” is read by this command" in done.err
    assert Path("base.toml").read_text(encoding="utf-8") == base
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base.toml", "figures.csv", "own.toml"]


@pytest.mark.parametrize("form", ["csv", "markdown", "table", "json"])
def test_names_that_a_reader_of_the_answer_would_run(
    run: Run, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ["@SUM(A1)", "+1甲", "-3甲", "[red]甲[/red]", "\x1b]0;x\x07乙", "\x9b31m丁", "\u202eevil", "<b>戊</b>"]
    rows = "".join(f"{name},{at},1\n" for at, name in enumerate(names))
    Path("figures.csv").write_text("企业名称,税收,用地面积\n" + rows, encoding="utf-8")
    done = run("compute", "figures.csv", "--format", form)
    assert done.code == 0
    assert not any(sign in done.out for sign in "\x1b\x07\x9b\u202e")
    if form == "csv":
        assert "'@SUM(A1)" in done.out
        assert "'+1甲" in done.out
        assert "'-3甲" in done.out
    assert ("\\<b" in done.out) == (form == "markdown")
    if form != "json":
        assert "[red]" in done.out.replace("\\", "")
