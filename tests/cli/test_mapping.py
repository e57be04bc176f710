"""Headers that are like a figure which is needed: refused until confirmed; kpi map, and --map. 示例数据 throughout."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.cli.test_answers import valid
from tests.conftest import Run

RULES = """format = 1
[figures]
"税收" = { unit = "万元", aliases = ["入库税收"] }
"用地面积" = "亩"
"事故起数" = "起"
"税收占比" = "%"
[units]
"起" = { is = "new" }
[indicators."亩均税收"]
formula = "税收 / 用地面积"
unit = "万元/亩"
[standards."标准"]
source = "示例数据"
require = ["亩均税收 ≥ 20万元/亩"]
[schemes."办法"]
items = [{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = "20万元/亩", if_missing = "zero" }]
overrides = [{ label = "事故", when = "事故起数 > 1", set = "B", if_undefined = false }]
tiers = { by = "score", at_least = { A = 80, B = 0 } }
"""
FILE = "企业名称,税收总额（元）,用地,天气\n示例甲,10000000,50,晴\n示例乙,5000000,60,雨\n"


@pytest.fixture
def files(tmp_path: Path) -> None:
    rules = RULES.replace('[units]\n"起" = { is = "new" }\n', "").replace('"事故起数" = "起"', '"事故起数" = "个"')
    (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
    (tmp_path / "a.csv").write_text(FILE.replace("用地", "用地面积"), encoding="utf-8")


RULES_OF = ("-d", "rules.toml", "--as-of", "2023-12-31")


@pytest.mark.parametrize(
    "asked", [("check", "-s", "标准"), ("classify", "-s", "办法"), ("explain", "--standard", "标准", "-e", "示例甲")]
)
def test_a_needed_figure_that_a_header_resembles_is_refused(asked: tuple[str, ...], files: None, run: Run) -> None:
    done = run(asked[0], "a.csv", *asked[1:], *RULES_OF)
    assert (done.code, done.out) == (2, "")
    assert "a.csv · B1: " in done.err
    assert "it may be B1 “税收总额（元）” (75 %)" in done.err
    assert "kpi map a.csv -o mapping.toml" in done.err


def test_what_where_asks_about_is_refused_as_well(files: None, run: Run) -> None:
    Path("a.csv").write_text("企业名称,税收,用地面积,安全事故起数\n示例甲,1000,50,3\n", encoding="utf-8")
    asked = ("-w", "事故起数 > 1", *RULES_OF)
    assert run("check", "a.csv", "-s", "标准", *RULES_OF).code == 0
    for command in (("compute",), ("check", "-s", "标准"), ("classify", "-s", "办法")):
        done = run(command[0], "a.csv", *command[1:], *asked)
        assert (done.code, "“安全事故起数” (80 %)" in done.err) == (2, True)


def test_two_candidates_are_listed(files: None, run: Run) -> None:
    Path("a.csv").write_text("企业名称,税收总额,实缴税收额,用地面积\n示例甲,1000,900,50\n", encoding="utf-8")
    done = run("check", "a.csv", "-s", "标准", *RULES_OF)
    assert done.code == 2
    assert "B1 “税收总额” (75 %), C1 “实缴税收额” (75 %)" in done.err


def test_a_rule_that_can_do_without_does_not_hide_the_header(files: None, run: Run) -> None:
    """The override says what counts without the figure, but the file seems to have it."""
    Path("a.csv").write_text("企业名称,税收,用地面积,安全事故起数\n示例甲,1000,50,3\n", encoding="utf-8")
    refused = run("classify", "a.csv", "-s", "办法", *RULES_OF)
    assert (refused.code, "“安全事故起数” (80 %)" in refused.err) == (2, True)
    Path("m.toml").write_text('[columns]\n"安全事故起数" = "事故起数"\n', encoding="utf-8")
    done = run("classify", "a.csv", "-s", "办法", *RULES_OF, "--map", "m.toml", "-f", "json")
    assert [each["tier"] for each in valid(done.json, "classify")["entities"]] == ["B"]
    assert [each["path"] for each in done.json["kpi"]["inputs"]] == ["a.csv", "m.toml"]
    Path("m.toml").write_text('[columns]\n"安全事故起数" = false\n', encoding="utf-8")
    done = run("classify", "a.csv", "-s", "办法", *RULES_OF, "--map", "m.toml", "-f", "json")
    assert [each["tier"] for each in done.json["entities"]] == ["A"]


def test_a_needed_figure_that_nothing_resembles_stays_undefined_for_check(files: None, run: Run) -> None:
    Path("a.csv").write_text("企业名称,天气,用地面积\n示例甲,晴,50\n", encoding="utf-8")
    done = run("check", "a.csv", "-s", "标准", *RULES_OF)
    assert (done.code, "税收 is not in the files" in done.out) == (1, True)
    assert run("classify", "a.csv", "-s", "办法", *RULES_OF).code == 2


def test_what_is_not_asked_for_is_only_noted(files: None, run: Run) -> None:
    done = run("compute", "a.csv", *RULES_OF)
    assert done.code == 0
    assert "B “税收总额（元）” (≈ 税收?)" in done.err


def test_a_figure_that_is_offered_is_not_called_absent(files: None, run: Run) -> None:
    Path("a.csv").write_text("企业名称,税收总额（元）\n示例甲,10000000\n", encoding="utf-8")
    said = run("map", "a.csv", *RULES_OF, "--standard", "标准").out
    assert "Asked for, and there once a column is confirmed: 税收." in said
    assert "Asked for, and not in this file: 用地面积." in said


def test_the_file_that_map_writes_is_confirmed_and_used(files: None, run: Run) -> None:
    Path("a.csv").write_text(FILE, encoding="utf-8")
    done = run("map", "a.csv", *RULES_OF, "--standard", "标准", "-o", "mapping.toml", "-f", "json")
    answer = valid(done.json, "map")
    assert (done.code, answer["open"], answer["absent"]) == (1, True, ["用地面积", "税收"])
    assert [each["standing"] for each in answer["sheets"][0]["columns"]] == ["named", "proposed", "proposed", "unknown"]
    assert answer["sheets"][0]["columns"][1]["samples"] == ["10000000", "5000000"]
    written = Path("mapping.toml").read_text(encoding="utf-8")
    assert tomllib.loads(written) == {"format": 1, "columns": {"企业名称": "企业名称"}}
    for entry in ('"税收总额（元）" = "税收"', '"用地" = "用地面积"'):
        assert f"# {entry}  #" in written
        written = written.replace(f"# {entry}", entry)
    Path("mapping.toml").write_text(written, encoding="utf-8")
    checked = run("check", "a.csv", "-s", "标准", *RULES_OF, "--map", "mapping.toml", "-f", "json")
    assert [each["status"] for each in valid(checked.json, "check")["entities"]] == ["passed", "short"]
    again = run("map", "a.csv", *RULES_OF, "--map", "mapping.toml", "-o", "more.toml")
    assert again.code == 0
    assert tomllib.loads(Path("more.toml").read_text(encoding="utf-8"))["columns"] == {
        "企业名称": "企业名称",
        "税收总额（元）": {"figure": "税收", "unit": "元"},
        "用地": {"figure": "用地面积", "unit": "亩"},
    }


def test_percentages_that_may_be_shares_are_to_be_confirmed(files: None, run: Run) -> None:
    Path("a.csv").write_text("企业名称,税收占比,用地面积\n示例甲,0.15,1\n示例乙,,2\n", encoding="utf-8")
    assert run("map", "a.csv", *RULES_OF, "-o", "mapping.toml").code == 0
    written = Path("mapping.toml").read_text(encoding="utf-8")
    assert tomllib.loads(written)["columns"] == {"企业名称": "企业名称", "用地面积": "用地面积"}
    for said in ("share", "shown"):
        assert f'# "税收占比" = {{ figure = "税收占比", percent = "{said}" }}' in written


def test_a_header_of_last_year_s_file_is_asked_about_as_well(files: None, run: Run) -> None:
    rules = (
        Path("rules.toml").read_text(encoding="utf-8").replace("税收 / 用地面积", "(税收 + previous(税收)) / 用地面积")
    )
    Path("rules.toml").write_text(rules, encoding="utf-8")
    Path("2023.csv").write_text("企业名称,税收,用地面积\n示例甲,1000,50\n", encoding="utf-8")
    Path("2022.csv").write_text("企业名称,税收总额,用地面积\n示例甲,900,50\n", encoding="utf-8")
    asked = ("check", "2023.csv", "--previous", "2022.csv", "--period", "2023", "-s", "标准", *RULES_OF)
    done = run(*asked)
    assert (done.code, "2022.csv · B1" in done.err) == (2, True)
    Path("m.toml").write_text('[columns]\n"税收总额" = "税收"\n', encoding="utf-8")
    assert run(*asked, "--map", "m.toml").code == 0


def test_a_header_that_could_be_two_figures_is_left_to_confirm(files: None, run: Run) -> None:
    rules = Path("rules.toml").read_text(encoding="utf-8")
    rules = rules.replace('"用地面积" = "亩"', '"用地面积" = "亩"\n"利润" = { unit = "万元", aliases = ["入库税收"] }')
    Path("rules.toml").write_text(rules, encoding="utf-8")
    Path("a.csv").write_text("企业名称,入库税收,用地面积\n示例甲,1000,50\n", encoding="utf-8")
    done = run("map", "a.csv", *RULES_OF, "-f", "json")
    assert done.code == 1
    column = done.json["sheets"][0]["columns"][1]
    assert sorted((each["figure"], each["alike"]) for each in column["candidates"]) == [("利润", 100), ("税收", 100)]
    assert [problem["code"] for problem in done.json["problems"]] == ["header-ambiguous"]


def test_a_mapping_file_that_is_there_stays(files: None, run: Run) -> None:
    Path("mapping.toml").write_text("mine", encoding="utf-8")
    done = run("map", "a.csv", *RULES_OF, "-o", "mapping.toml")
    assert (done.code, done.out) == (2, "")
    assert Path("mapping.toml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "header", ['a"b', "a\\b", "a\nb", "a#b", "[x]", "=1+1", "a\x1b[31mb", "é\u202eb", "'''", "a]\u2028b"]
)
def test_hostile_headers_are_written_so_that_they_are_read_back(header: str, files: None, run: Run) -> None:
    quoted = header.replace('"', '""')
    Path("b.csv").write_text(f'企业名称,用地面积,"税收 {quoted}"\n示例甲,1,"x\ny # z"\n', encoding="utf-8")
    assert run("map", "b.csv", *RULES_OF, "-o", "mapping.toml").code in (0, 1)
    written = Path("mapping.toml").read_text(encoding="utf-8")
    assert "\x1b" not in written
    (line,) = [line for line in written.splitlines() if "false" in line and "税收" in line]
    (read,) = tomllib.loads(f"[columns]\n{line.removeprefix('# ')}")["columns"]
    Path("mapping.toml").write_text(f"[columns]\n{json.dumps(read)} = '税收'\n", encoding="utf-8")
    done = run("map", "b.csv", *RULES_OF, "--map", "mapping.toml", "-f", "json")
    assert done.json["sheets"][0]["columns"][2]["standing"] == "confirmed"


def test_all_commands_that_read_figures_take_a_mapping(files: None, run: Run) -> None:
    Path("m.toml").write_text('[columns]\n"税收总额（元）" = "税收"\n', encoding="utf-8")
    common = (*RULES_OF, "--map", "m.toml", "--quiet")
    assert run("compute", "a.csv", *common).code == 0
    assert run("explain", "a.csv", "--scheme", "办法", "-e", "示例甲", *common).code == 0
    assert (
        run("compare", "a.csv", "--before", "a.csv", "--scheme", "办法", "--before-as-of", "2022-12-31", *common).code
        == 0
    )
    assert run("check", "税收=3万元", "-s", "标准", *common).code == 2


def test_a_review_names_its_mapping(files: None, run: Run) -> None:
    Path("m.toml").write_text('[columns]\n"税收总额（元）" = "税收"\n', encoding="utf-8")
    Path("review.toml").write_text(
        'format = 1\ntitle = "示例"\nschemes = ["办法"]\nfigures = "a.csv"\nmap = "m.toml"\n'
        'definitions = "rules.toml"\nas_of = 2023-12-31\nlanguage = "en"\n',
        encoding="utf-8",
    )
    assert run("review", "review.toml").code == 0
    manifest = json.loads(Path("output/manifest.json").read_text(encoding="utf-8"))
    assert [each["path"] for each in manifest["kpi"]["inputs"]] == ["a.csv", "m.toml"]
    Path("m.toml").write_text('[columns]\n"税收总额（元）" = { figure = "税收", unit = "万元" }\n', encoding="utf-8")
    verified = run("review", "review.toml", "--verify")
    assert (verified.code, "m.toml" in verified.out) == (1, True)


def test_the_schema_of_mapping_files(run: Run) -> None:
    schema = run("schema", "mapping-file").json
    assert schema["properties"]["columns"]["additionalProperties"]["anyOf"][2] == {"const": False}


def test_a_mapping_file_numbers_columns_with_one_header(run: Run) -> None:
    Path("twice.csv").write_text("企业名称,税收,税收\n示例甲,1,2\n", encoding="utf-8")
    run("map", "twice.csv", "-o", "mapping.toml")
    written = Path("mapping.toml").read_text(encoding="utf-8")
    assert '"税收#1" = "税收"' in written
    assert '# "税收#2" = false' in written
    Path("mapping.toml").write_text(written.replace('# "税收#2" = false', '"税收#2" = false'), encoding="utf-8")
    assert run("compute", "twice.csv", "--map", "mapping.toml").code == 0


@pytest.mark.parametrize(
    ("line", "offered"),
    [("计量单位：税收（元）、用地（亩）", ["元", "万元"]), ("金额单位：见说明", ["万元"])],
)
def test_a_unit_that_a_line_leaves_open_is_asked_for(line: str, offered: list[str], files: None, run: Run) -> None:
    Path("a.csv").write_text(f"{line}\n企业名称,税收,用地面积（亩）\n示例甲,10000000,50\n", encoding="utf-8")
    asked = ("check", "a.csv", "-s", "标准", *RULES_OF, "-f", "json")
    refused = run(*asked)
    assert (refused.code, "leaves the unit of B 税收 open" in refused.err) == (2, True)
    done = run("map", "a.csv", *RULES_OF, "--standard", "标准", "-o", "mapping.toml", "-f", "json")
    assert (done.code, valid(done.json, "map")["open"]) == (1, True)
    written = Path("mapping.toml").read_text(encoding="utf-8")
    entries = [f'"税收" = {{ figure = "税收", unit = "{unit}" }}' for unit in offered]
    assert [line.split("  #")[0] for line in written.splitlines() if '"税收" =' in line] == [f"# {e}" for e in entries]
    found = {}
    for unit, entry in zip(offered, entries, strict=True):
        Path("mapping.toml").write_text(written.replace(f"# {entry}", entry), encoding="utf-8")
        (one,) = valid(run(*asked, "--map", "mapping.toml").json, "check")["entities"]
        found[unit] = one["results"][0]["value"]
    assert found == {unit: {"元": 20.0, "万元": 200000.0}[unit] for unit in offered}
    assert run("map", "a.csv", *RULES_OF, "--map", "mapping.toml", "-f", "json").json["open"] is False


def test_a_unit_among_the_figures_of_a_form_is_answered_by_a_mapping(files: None, run: Run) -> None:
    Path("a.csv").write_text("企业名称,示例甲\n税收,10000000\n,元\n用地面积,50\n", encoding="utf-8")
    asked = ("check", "a.csv", "-s", "标准", *RULES_OF)
    assert (run(*asked).code, "says 元" in run(*asked).err) == (2, True)
    Path("m.toml").write_text('[columns]\n"税收" = { figure = "税收", unit = "元" }\n', encoding="utf-8")
    (one,) = valid(run(*asked, "--map", "m.toml", "-f", "json").json, "check")["entities"]
    assert one["results"][0]["value"] == 20.0
