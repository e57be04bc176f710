"""Bad input of every kind: a message with its place in the user's language, exit 2, and no file half written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Outcome, Run

# 示例数据
GOOD = "企业名称,税收（万元）,用地面积（亩）\n示例甲,900,50\n"
RULES = """format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
[indicators."亩均税收"]
formula = "税收 / 用地面积"
unit = "万元/亩"
decimals = 2
"""
SCHEME = """
[schemes."办法"]
[[schemes."办法".items]]
indicator = "亩均税收"
weight = 100
method = "ratio"
baseline = "20万元/亩"
if_missing = "zero"
[schemes."办法".tiers]
by = "score"
at_least = { A = 80, B = 0 }
"""
GROWTH = """
[indicators."税收增速"]
formula = "growth(税收)"
unit = "%"
decimals = 1
[schemes."办法"]
[[schemes."办法".items]]
indicator = "税收增速"
weight = 100
method = "ratio"
baseline = "10%"
if_missing = "zero"
[schemes."办法".tiers]
by = "score"
at_least = { A = 80, B = 0 }
"""
CHECK = ("--standard", "234+1.2", "--as-of", "2023-12-31")


def refused(run: Run, *arguments: object, language: str) -> Outcome:
    """The command line is refused, says so in this language, and leaves no file behind."""
    before = sorted(Path().iterdir())
    done = run(*arguments, "--lang", language)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("错误：" if language == "zh" else "error: ")
    assert "Traceback" not in done.err
    assert sorted(Path().iterdir()) == before
    return done


@pytest.mark.parametrize(
    ("name", "content", "zh", "en"),
    [
        ("missing.csv", None, ("missing.csv：没有这个文件",), ("missing.csv: There is no such file",)),
        (
            "unreadable.csv",
            b"\xe4\xbc\x81\xe4\xb8\x9a,\x81\x20\xff\n\xff\xff\x80,1\n",
            ("unreadable.csv", "第 1 行", "UTF-8", "GB18030"),
            ("unreadable.csv", "line 1", "UTF-8", "GB18030"),
        ),
        ("empty.csv", b"", ("empty.csv：文件是空的",), ("empty.csv: The file is empty",)),
        ("blank.csv", b"\n\n", ("blank.csv",), ("blank.csv",)),
        ("damaged.xlsx", b"PK\x03\x04 no workbook", ("damaged.xlsx：",), ("damaged.xlsx: ",)),
        ("strange.csv", "甲,乙\n1,2\n", ("strange.csv · A1", "没有一列对应"), ("strange.csv · A1", "“甲”")),
        (
            "twice.csv",
            "企业名称,税收（万元）,实缴税金（万元）\n示例甲,1,2\n",
            ("twice.csv · B1", "“实缴税金（万元）”"),
            ("twice.csv · B1", "2 columns are for the same thing"),
        ),
        (
            "double.csv",
            "统一社会信用代码,企业名称,税收（万元）\nX1,示例甲,1\nX1,示例乙,2\n",
            ("double.csv · A3 · 统一社会信用代码 · 示例乙", "A2"),
            ("double.csv · A3 · 统一社会信用代码 · 示例乙", "already reported", "A2"),
        ),
        (
            "text.csv",
            "企业名称,税收（万元）\n示例甲,1\n示例乙,12OO\n",
            ("text.csv · B3 · 税收（万元） · 示例乙：“12OO”不是数字（第 3 个字符是字母 O）",),
            ("text.csv · B3 · 税收（万元） · 示例乙: “12OO” is not a number (character 3 is the letter O)",),
        ),
        (
            "unit.csv",
            "企业名称,税收（吨）\n示例甲,1\n",
            ("unit.csv · B1", "不能换算成万元"),
            ("unit.csv · B1", "万元"),
        ),
        ("broken.json", '[{"税收": 1]', ("broken.json · 第 1 行",), ("broken.json · line 1, column ",)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh", "en"])
def test_figures_that_cannot_be_read(
    run: Run, name: str, content: bytes | str | None, zh: tuple[str, ...], en: tuple[str, ...], language: str
) -> None:
    if content is not None:
        Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    done = refused(run, "check", name, *CHECK, "-o", "out.json", language=language)
    for part in zh if language == "zh" else en:
        assert part in done.err


@pytest.mark.parametrize(("language", "said"), [("zh", "这是文件夹，不是文件"), ("en", "folder")])
def test_a_folder_is_no_file(run: Run, language: str, said: str) -> None:
    Path("figures").mkdir()
    done = refused(run, "compute", "figures", "-o", "out.xlsx", language=language)
    assert "figures" in done.err
    assert said in done.err


def test_all_problems_of_a_file_are_said_at_once(run: Run) -> None:
    Path("text.csv").write_text("企业名称,税收（万元）,用地面积（亩）\n示例甲,x,50\n示例乙,1,y\n", encoding="utf-8")
    done = refused(run, "check", "text.csv", *CHECK, language="zh")
    assert "text.csv · B2 · 税收（万元） · 示例甲" in done.err
    assert "text.csv · C3 · 用地面积（亩） · 示例乙" in done.err


@pytest.mark.parametrize(
    ("language", "column", "period"),
    [
        ("zh", "评分项“亩均税收”需要数据项“用地面积”", "没有文件含有"),
        ("en", "needs the figure “用地面积”, and no file has a column for it", "of an earlier period"),
    ],
)
def test_classify_needs_its_columns_and_its_previous_period(run: Run, language: str, column: str, period: str) -> None:
    Path("figures.csv").write_text("企业名称,规模,税收（万元）\n示例甲,规上,1\n", encoding="utf-8")
    Path("rules.toml").write_text(RULES + GROWTH, encoding="utf-8")
    done = refused(run, "classify", "figures.csv", "--scheme", "规上", "-o", "out.csv", language=language)
    assert column in done.err
    done = refused(run, "classify", "figures.csv", "-d", "rules.toml", "--scheme", "办法", language=language)
    assert period in done.err
    assert "--previous" in done.err


def test_check_calls_an_absent_column_undefined(run: Run) -> None:
    Path("figures.csv").write_text("企业名称,税收（万元）\n示例甲,1\n", encoding="utf-8")
    done = run("check", "figures.csv", *CHECK)
    assert done.code == 1
    assert "用地面积 is not in the files" in done.out


@pytest.mark.parametrize(("language", "said"), [("zh", "没有标准“235”"), ("en", "no standard “235”")])
def test_an_unknown_standard_and_an_unknown_scheme(run: Run, language: str, said: str) -> None:
    Path("figures.csv").write_text(GOOD, encoding="utf-8")
    done = refused(run, "check", "figures.csv", "--standard", "235", "-o", "out.md", language=language)
    assert said in done.err
    assert "234+1.2" in done.err
    done = refused(run, "classify", "figures.csv", "--scheme", "规中", language=language)
    assert "规中" in done.err
    assert "规上" in done.err


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (RULES + '"x" = {', "rules.toml · 第 9 行", "rules.toml · line 9, column "),
        (RULES.replace("/ 用地面积", "/ 用地面"), "rules.toml · 第 6 行第 17 列", "rules.toml · line 6, column 17"),
        (RULES.replace("/ 用地面积", "+ 用地面积"), "rules.toml · 第 6 行", "rules.toml · line 6"),
        (RULES.replace("税收 / 用地面积", "(税收"), "rules.toml · 第 6 行", "rules.toml · line 6"),
        (RULES.replace('unit = "万元/亩"', 'unit = "万元/畝"'), "rules.toml · 第 7 行", "rules.toml · line 7"),
    ],
    ids=["TOML syntax", "unknown name", "units that do not fit", "formula syntax", "unknown unit"],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_definitions_that_cannot_be_read(run: Run, text: str, zh: str, en: str, language: str) -> None:
    Path("rules.toml").write_text(text, encoding="utf-8")
    Path("figures.csv").write_text(GOOD, encoding="utf-8")
    done = refused(run, "compute", "figures.csv", "-d", "rules.toml", "-o", "out.json", language=language)
    assert (zh if language == "zh" else en) in done.err


@pytest.mark.parametrize(("language", "said"), [("zh", "文件夹“nowhere”不存在"), ("en", "“nowhere” does not exist")])
def test_a_folder_for_the_answer_that_does_not_exist(run: Run, language: str, said: str) -> None:
    Path("figures.csv").write_text(GOOD, encoding="utf-8")
    assert said in refused(run, "check", "figures.csv", *CHECK, "-o", "nowhere/out.xlsx", language=language).err


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        ("税收 >", "--where · 第 4 列", "--where · column 4"),
        ("税 > 1万元", "是不是想写“税收”", "Did you mean"),
        ("税收 > 1", "不能比较", "cannot be compared"),
        ("类别 = 'D'", "--output list.xlsx", "write the list to a file and filter it"),
        ("税收 + 1万元", "条件", "condition"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_condition_that_is_none(run: Run, condition: str, zh: str, en: str, language: str) -> None:
    Path("figures.csv").write_text(GOOD, encoding="utf-8")
    done = refused(run, "classify", "figures.csv", "--scheme", "规上", "--where", condition, language=language)
    assert (zh if language == "zh" else en) in done.err
    assert "--where" in done.err


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        ("税收=9o0万元", "税收：", "税收: "),
        ("税收=3亩", "不能换算成万元", "万元"),
        ("税=3万元", "是不是想写", "Did you mean"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_typed_figures_that_cannot_be_read(run: Run, typed: str, zh: str, en: str, language: str) -> None:
    done = refused(run, "check", typed, *CHECK, language=language)
    assert (zh if language == "zh" else en) in done.err


def test_what_is_undefined_for_one_entity_is_no_error(run: Run) -> None:
    rows = "企业名称,规模,税收（万元）,用地面积（亩）\n示例甲,规上,900,0\n示例乙,规上,,50\n示例丙,规上,800,40\n"
    Path("figures.csv").write_text(rows, encoding="utf-8")
    done = run("compute", "figures.csv", "--format", "json")
    assert (done.code, done.err) == (0, "")
    values = [each["indicators"][0] for each in done.json["entities"]]
    assert [value["value"] for value in values][:2] == [None, None]
    assert [[reason["code"] for reason in value["reasons"]] for value in values] == [
        ["zero-denominator"],
        ["missing"],
        [],
    ]


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (("--period", "2023"), "--period", "--period goes with files"),
        (("--previous", "2022.csv"), "上年税收=", "上年税收="),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_options_about_files_do_not_go_with_typed_figures(
    run: Run, arguments: tuple[str, ...], zh: str, en: str, language: str
) -> None:
    done = refused(run, "check", "税收=900万元", "用地面积=50亩", *arguments, *CHECK, language=language)
    assert (zh if language == "zh" else en) in done.err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_typed_figures_do_not_mix_with_files(run: Run, language: str) -> None:
    Path("figures.csv").write_text(GOOD, encoding="utf-8")
    done = refused(run, "check", "税收=900万元", "figures.csv", *CHECK, language=language)
    assert "税收=900万元" in done.err
    assert "figures.csv" in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_scheme_named_twice_is_said_once(run: Run, language: str) -> None:
    Path("figures.csv").write_text(GOOD, encoding="utf-8")
    Path("rules.toml").write_text(RULES + SCHEME, encoding="utf-8")
    twice = ("--scheme", "办法", "--scheme", "办法")
    done = refused(run, "classify", "figures.csv", "-d", "rules.toml", *twice, language=language)
    assert ("写了两次" if language == "zh" else "named twice") in done.err
    assert len(done.err.splitlines()) == 1
