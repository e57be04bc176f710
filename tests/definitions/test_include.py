"""Files that include others: who overrides whom, what is refused, and where things then stand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kpi.definitions.load import load
from kpi.problems import KpiError, Problem

BASE = """
format = 1
[figures]
"税收" = "万元"
"用地面积" = { unit = "亩", aliases = ["占地"] }
[indicators."亩均税收"]
formula = "税收 / 用地面积"
unit = "万元/亩"
label_en = "tax per mu"
[standards.s]
source = "甲"
require = ["亩均税收 ≥ 20万元/亩", "税收 > 0"]
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder / "main.toml"


def problems(path: Path) -> list[Problem]:
    with pytest.raises(KpiError) as raised:
        load(path)
    return list(raised.value.problems)


def test_single_keys_are_overridden(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        base=BASE,
        main="""
format = 1
include = "base.toml"
[figures."用地面积"]
label = "实际用地"
[indicators."亩均税收"]
decimals = 3
[standards.s]
require = ["亩均税收 ≥ 10万元/亩"]
""",
    )
    definitions = load(main)
    assert definitions.figures["用地面积"].label == "实际用地"
    assert definitions.figures["用地面积"].aliases == ("占地",)
    assert definitions.indicators["亩均税收"].decimals == 3
    assert definitions.indicators["亩均税收"].label_en == "tax per mu"
    standard = definitions.standards["s"][0]
    assert standard.source == "甲" and [rule.rule for rule in standard.require] == ["亩均税收 ≥ 10万元/亩"]
    assert [Path(file.path).name for file in definitions.files] == ["main.toml", "base.toml"]


def test_a_short_form_overrides_only_what_it_says(tmp_path: Path) -> None:
    main = write(tmp_path, base=BASE, main='format = 1\ninclude = "base.toml"\n[figures]\n"用地面积" = "公顷"\n')
    figure = load(main).figures["用地面积"]
    assert figure.unit is not None and figure.unit.text == "公顷" and figure.aliases == ("占地",)


def test_the_later_of_two_included_files_wins(tmp_path: Path) -> None:
    first = 'format = 1\n[figures]\nx = { unit = "亩", label = "一", note = "甲" }\n'
    second = 'format = 1\n[figures]\nx = { unit = "亩", label = "二" }\n'
    main = write(tmp_path, a=first, b=second, main='format = 1\ninclude = ["a.toml", "b.toml"]\n')
    assert (load(main).figures["x"].label, load(main).figures["x"].note) == ("二", "甲")


def test_tiers_are_replaced_as_a_whole(tmp_path: Path) -> None:
    base = (
        BASE
        + """
[schemes.k]
items = [{ indicator = "亩均税收", weight = 1, method = "ratio", baseline = "20万元/亩" }]
[schemes.k.tiers]
by = "share"
up_to = { A = "20%", B = "60%", C = "100%" }
of = "graded"
round = "half_up"
ties = "up"
refill = false
"""
    )
    main = write(
        tmp_path,
        base=base,
        main='format = 1\ninclude = "base.toml"\n[schemes.k.tiers]\nup_to = { X = "50%", Y = "100%" }\n',
    )
    assert load(main).schemes["k"][0].tiers.names == ("X", "Y")
    tiers = '[schemes.k.tiers]\nby = "score"\nat_least = { A = 60 }\notherwise = "B"\n'
    main = write(tmp_path, base=base, main=f'format = 1\ninclude = "base.toml"\n{tiers}')
    assert load(main).schemes["k"][0].tiers.by == "score"


def test_the_embedded_definitions_can_be_included(tmp_path: Path) -> None:
    main = write(
        tmp_path, main='format = 1\ninclude = ["kpi:indicators.toml"]\n[indicators."亩均税收"]\ndecimals = 4\n'
    )
    definitions = load(main)
    assert definitions.indicators["亩均税收"].decimals == 4 and "234+1.2" in definitions.standards
    assert load(text=main.read_text(encoding="utf-8")).indicators["亩均税收"].decimals == 4


def test_problems_stand_in_the_file_that_has_the_last_word(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        base=BASE.replace("税收 > 0", "税收 > 坏"),
        main='format = 1\ninclude = "base.toml"\n\n[indicators."亩均税收"]\nformula = "税收 / 用地"\n',
    )
    found = problems(main)
    assert [(Path(problem.place.file or "").name, problem.place.line) for problem in found] == [
        ("main.toml", 5),
        ("base.toml", 12),
    ]


def test_included_twice_is_read_once(tmp_path: Path) -> None:
    diamond = 'format = 1\ninclude = "base.toml"\n'
    main = write(tmp_path, base=BASE, a=diamond, b=diamond, main='format = 1\ninclude = ["a.toml", "b.toml"]\n')
    assert len(load(main).files) == 4


def test_a_circle_of_files(tmp_path: Path) -> None:
    main = write(tmp_path, a='format = 1\ninclude = "main.toml"\n', main='format = 1\ninclude = ["a.toml"]\n')
    (problem,) = problems(main)
    assert problem.code == "include-cycle" and "main.toml → a.toml → main.toml" in str(problem.message)
    assert Path(problem.place.file or "").name == "a.toml" and problem.place.line == 2


def test_leaving_the_folder_is_refused_unless_allowed(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    write(tmp_path, base=BASE)
    main = write(inner, main='format = 1\ninclude = ["../base.toml"]\n')
    assert [problem.code for problem in problems(main)] == ["outside-folder"]
    (inner / "link.toml").symlink_to(tmp_path / "base.toml")
    main = write(inner, main='format = 1\ninclude = ["link.toml"]\n')
    assert [problem.code for problem in problems(main)] == ["outside-folder"]
    main = write(inner, main='format = 1\nallow_outside = true\ninclude = ["../base.toml"]\n')
    assert "亩均税收" in load(main).indicators
    main = write(inner, main='format = 1\n[lists]\nx = { file = "../secret.txt" }\n')
    assert [problem.code for problem in problems(main)] == ["outside-folder"]


def test_an_included_file_that_is_missing_is_named_where_it_is_included(tmp_path: Path) -> None:
    (problem,) = problems(write(tmp_path, main='format = 1\ninclude = [\n  "none.toml",\n]\n'))
    assert problem.code == "file-missing" and problem.place.line == 3 and "none.toml" in str(problem.message)


NAMED = {
    "include": 'include = "{path}"\n',
    "lists": '[lists.L]\nfile = "{path}"\n',
    "table": '[standards.s]\nsource = "甲"\ntable = "{path}"\n',
}


@pytest.mark.parametrize("what", NAMED)
def test_a_pipe_is_not_waited_for(what: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (problem,) = problems(write(tmp_path, main="format = 1\n" + NAMED[what].replace("{path}", "pipe.toml")))
    assert (problem.code, problem.place.file) == ("not-a-file", str(tmp_path / "main.toml"))


@pytest.mark.parametrize("what", NAMED)
def test_a_path_with_a_nul_is_none(what: str, tmp_path: Path) -> None:
    found = problems(write(tmp_path, main="format = 1\n" + NAMED[what].replace("{path}", "a\\u0000b")))
    assert [problem.code for problem in found] == ["bad-path"]


def test_a_syntax_error_in_an_included_file(tmp_path: Path) -> None:
    (problem,) = problems(write(tmp_path, a="format = \n", main='format = 1\ninclude = "a.toml"\n'))
    assert problem.code == "toml-syntax" and Path(problem.place.file or "").name == "a.toml"


def test_a_text_without_folder_includes_no_files() -> None:
    with pytest.raises(KpiError) as raised:
        load(text='format = 1\ninclude = "a.toml"\n')
    assert raised.value.problems[0].code == "include-without-folder"


def test_a_figure_cannot_become_an_indicator(tmp_path: Path) -> None:
    main = write(tmp_path, base=BASE, main='format = 1\ninclude = "base.toml"\n[indicators."税收"]\nformula = "1"\n')
    assert [problem.code for problem in problems(main)] == ["name-twice"]


def test_include_of_a_wrong_type_is_only_reported(tmp_path: Path) -> None:
    assert [problem.code for problem in problems(write(tmp_path, main="format = 1\ninclude = 3\n"))] == ["wrong-type"]


def test_all_files_that_cannot_be_included_are_named(tmp_path: Path) -> None:
    main = write(tmp_path, main='format = 1\ninclude = ["../outside.toml", "one.toml", "two.toml"]\n')
    found = [(problem.code, problem.place.key) for problem in problems(main)]
    assert [key for _, key in found] == ["include[1]", "include[2]", "include[3]"]
    assert found[0][0] == "outside-folder"


def test_definitions_without_an_end_are_refused() -> None:
    with pytest.raises(KpiError) as raised:
        load(Path("/dev/zero"))
    assert [problem.code for problem in raised.value.problems] == ["file-too-large"]
