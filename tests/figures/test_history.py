"""Earlier results beside figures: whose tier was what, and every file that cannot be one of the years before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars
import pytest

import kpi
from kpi.definitions.model import Definitions
from kpi.evaluation.scheme.results import ClassifiedEntity
from kpi.evaluation.table import ID, NAME, ROW, SOURCE, Table
from kpi.figures.history import with_history
from kpi.locale import translate
from kpi.problems import KpiError

RULES = """
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
"用电量" = "万千瓦时"
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }

[schemes."规上"]
source = "示例数据"
items  = [{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = "10万元/亩" }]
tiers  = { by = "score", at_least = { A = 90, B = 60, C = 30 }, otherwise = "D" }
"""
D_AGAIN = """
[[schemes."规上".measures]]
label = "加价"
tiers = "D"
when = "非 连续(类别 = 'D', 3)"
amount = "用电量 × 0.3元/千瓦时"
unit = "元"
if_undefined = true

[[schemes."规上".measures]]
label = "三年D类加价"
tiers = "D"
when = "连续(类别 = 'D', 3)"
amount = "用电量 × 0.4元/千瓦时"
unit = "元"
if_undefined = false
"""


def rules(more: str = "") -> Definitions:
    return kpi.load(text=RULES + more)


def figures(text: str, period: str | None = "2025") -> Table:
    """One entity a line: code (— for none), name, total in points of a hundred; 用电量 is 120 万千瓦时."""
    rows = [line.split() for line in text.strip().splitlines()]
    frame = polars.DataFrame(
        {
            ID: polars.Series([None if code == "—" else code for code, _, _ in rows], dtype=polars.String),
            NAME: polars.Series([name for _, name, _ in rows], dtype=polars.String),
            SOURCE: polars.Series([0 for _ in rows], dtype=polars.UInt32),
            ROW: polars.Series([at + 2 for at in range(len(rows))], dtype=polars.UInt32),
            "税收": [float(total) for _, _, total in rows],
            "用地面积": [10.0 for _ in rows],
            "用电量": [120.0 for _ in rows],
        }
    )
    return Table(frame, period=period)


def result(folder: Path, period: str | None, tiers: str, *, scheme: str = "规上", name: str = "") -> Path:
    """A result file as `kpi classify --output` writes it, as far as it is read. tiers: code or name, and tier."""
    entities: list[Mapping[str, Any]] = []
    for pair in tiers.split():
        who, _, tier = pair.partition(":")
        entities.append(
            {
                "id": who if who.isascii() else None,
                "name": None if who.isascii() else who,
                "scheme": scheme,
                "status": "evaluated",
                "tier": tier or None,
            }
        )
    document = {
        "kpi": {"command": "classify", "period": period, "definitions": [], "inputs": []},
        "schemes": [scheme],
        "entities": entities,
        "baselines": [],
    }
    path = folder / (name or f"{period}.json")
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def classified(definitions: Definitions, table: Table) -> list[ClassifiedEntity]:
    return list(kpi.classify(definitions, table, ["规上"]).entities())


def refused(table: Table, *paths: Path, definitions: Definitions | None = None) -> list[tuple[str, str, str]]:
    """Code, file and sentence of every problem."""
    with pytest.raises(KpiError) as caught:
        with_history(table, paths, definitions or rules())
    return [
        (each.code, Path(each.place.file or "").name, translate(each.message, "en")) for each in caught.value.problems
    ]


def test_d_three_years_running_costs_more_from_its_own_consumption(tmp_path: Path) -> None:
    # 海宁 2025: +0.3 元/千瓦时 for D, +0.4 when D for three years running.
    earlier = [result(tmp_path, "2024", "甲:D 乙:D 丙:B"), result(tmp_path, "2023", "甲:D 乙:A 丙:D")]
    found = classified(
        definitions := rules(D_AGAIN),
        with_history(figures("— 甲 9\n— 乙 9\n— 丙 9\n— 丁 9\n— 戊 95"), earlier, definitions),
    )
    assert [(one.tier, [(each.label, each.amount) for each in one.measures]) for one in found] == [
        ("D", [("三年D类加价", 480_000)]),
        ("D", [("加价", 360_000)]),
        ("D", [("加价", 360_000)]),
        ("D", [("加价", 360_000)]),  # 丁 is new: by if_undefined
        ("A", []),
    ]


def test_what_each_earlier_result_says_is_kept_with_its_file(tmp_path: Path) -> None:
    paths = [result(tmp_path, "2023", "甲:D 乙:"), result(tmp_path, "2024", "甲:C")]
    table = with_history(figures("— 甲 9\n— 乙 9"), paths, rules())
    found = classified(rules(), table)
    assert [
        [(past.period, past.entity and past.entity.tier, Path(past.file).name) for past in one.history or ()]
        for one in found
    ] == [
        [("2024", "C", "2024.json"), ("2023", "D", "2023.json")],
        [("2024", None, "2024.json"), ("2023", None, "2023.json")],
    ]
    assert [Path(source.path).name for source in table.sources] == ["2024.json", "2023.json"]
    assert classified(rules(), figures("— 甲 9"))[0].history is None


def test_the_code_decides_who_it_was_and_a_name_where_there_is_no_code(tmp_path: Path) -> None:
    path = result(tmp_path, "2024", "111:A 222:B 乙:C")
    table = with_history(figures("111 改了名 9\n333 乙 9\n444 丙 9"), [path], rules())
    assert table.frame["#tier:1"].to_list() == ["A", "C", None]


def test_the_period_before_a_half_year_is_not_the_year_before(tmp_path: Path) -> None:
    paths = [result(tmp_path, "2024H2", "甲:A"), result(tmp_path, "2024H1", "甲:B")]
    definitions = rules(
        """
[[schemes."规上".overrides]]
label = "上期A"
when = "preceding(类别) = 'A' 且 previous(类别) = 'B'"
set = "C"
"""
    )
    found = classified(definitions, with_history(figures("— 甲 9", "2025H1"), paths, definitions))
    assert [one.tier for one in found] == ["C"]


def test_for_a_whole_year_the_period_before_is_the_year_before(tmp_path: Path) -> None:
    more = '[[schemes."规上".overrides]]\nlabel = "上期A"\nwhen = "preceding(类别) = \'A\'"\nset = "C"\n'
    table = with_history(figures("— 甲 9"), [result(tmp_path, "2024", "甲:A")], rules(more))
    assert [one.tier for one in classified(rules(more), table)] == ["C"]


def test_every_file_that_cannot_be_a_year_before_is_named(tmp_path: Path) -> None:
    def made(period: str | None, name: str, scheme: str = "规上") -> Path:
        return result(tmp_path, period, "甲:A", scheme=scheme, name=name)

    table = figures("— 甲 9")
    broken = tmp_path / "broken.json"
    broken.write_text("[1, 2]", encoding="utf-8")
    other = tmp_path / "check.json"
    other.write_text('{"kpi": {"command": "check"}}', encoding="utf-8")
    found = refused(
        table,
        made("2026", "newer.json"),
        made("2025", "same.json"),
        made(None, "undated.json"),
        made("2024Q4", "quarter.json"),
        made("2024", "other.json", scheme="招商"),
        made("2024", "a.json"),
        made("2024", "b.json"),
        broken,
        other,
        tmp_path / "nowhere.json",
    )
    assert [(code, file) for code, file, _ in found] == [
        ("history-not-earlier", "newer.json"),
        ("history-not-earlier", "same.json"),
        ("history-without-period", "undated.json"),
        ("history-of-other-length", "quarter.json"),
        ("history-of-other-scheme", "other.json"),
        ("not-a-result", "broken.json"),
        ("not-a-result", "check.json"),
        ("file-missing", "nowhere.json"),
        ("history-twice", "b.json"),
    ]
    assert found[0][2] == "The result is of 2026, which is not before 2025, the period of the figures."
    assert found[4][2] == "The result is of the scheme 招商, which these definitions do not have."


@pytest.mark.parametrize(
    ("content", "said", "line"),
    [
        (b"PK\x03\x04\xfd\xff", "This is no JSON text, but a file of another kind.", None),
        (b" \n", "The file is empty.", None),
        (b'{"kpi":\n {"command"', "From here on this is not JSON.", 2),
        (b"[" * 200_000, "The JSON is nested too deeply.", None),
        (b'{"score": NaN}', "A number in the JSON is none, or has too many digits.", None),
    ],
)
def test_what_is_no_json_is_said_in_words_of_our_own(
    tmp_path: Path, content: bytes, said: str, line: int | None
) -> None:
    path = tmp_path / "2024.xlsx"
    path.write_bytes(content)
    with pytest.raises(KpiError) as caught:
        with_history(figures("— 甲 9"), [path], rules())
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.message), problem.place.line) == ("not-a-result", said, line)
    assert problem.place.file == str(path)


def test_a_year_without_a_result_between_others_is_a_gap(tmp_path: Path) -> None:
    paths = [result(tmp_path, "2024", "甲:D"), result(tmp_path, "2021", "甲:D")]
    assert refused(figures("— 甲 9"), *paths) == [
        ("history-gap", "2021.json", "There is a result of 2021, but none of 2023."),
        ("history-gap", "2021.json", "There is a result of 2021, but none of 2022."),
    ]


def test_figures_without_a_period_have_no_years_before(tmp_path: Path) -> None:
    ((code, _, _),) = refused(figures("— 甲 9", None), result(tmp_path, "2024", "甲:D"))
    assert code == "history-without-period"


def test_a_result_of_another_scheme_of_these_definitions_is_welcome(tmp_path: Path) -> None:
    # An enterprise that was 规下 last year and is 规上 now.
    definitions = rules(RULES.partition('[schemes."规上"]')[2].join(('[schemes."规下"]', "")))
    table = with_history(figures("— 甲 9"), [result(tmp_path, "2024", "甲:D", scheme="规下")], definitions)
    assert table.frame["#tier:1"].to_list() == ["D"]


def test_a_rule_that_looks_back_needs_the_results(tmp_path: Path) -> None:
    needing = '[[schemes."规上".overrides]]\nlabel = "连续D"\nwhen = "连续(类别 = \'D\', 3)"\nset = "C"\n'
    with pytest.raises(KpiError) as caught:
        classified(rules(needing), with_history(figures("— 甲 9"), [result(tmp_path, "2024", "甲:D")], rules()))
    (problem,) = caught.value.problems
    key = 'schemes."规上".overrides[1].when'
    assert (problem.code, problem.place.key, problem.place.line) == (
        "history-absent",
        key,
        needing.count("\n", 0, needing.index("when")) + RULES.count("\n") + 1,
    )
    assert "2023" in translate(problem.message, "zh") and "--history" in translate(
        problem.hint or problem.message, "zh"
    )


def test_without_results_a_rule_that_says_what_counts_then_warns(tmp_path: Path) -> None:
    result_ = kpi.classify(rules(D_AGAIN), figures("— 甲 9"), ["规上"])
    absent = [each.place for each in result_.problems if each.code == "history-absent"]
    first = RULES.count("\n") + D_AGAIN.count("\n", 0, D_AGAIN.index("when")) + 1
    assert [(place.key, place.line) for place in absent] == [('schemes."规上".measures[1].when', first)] * 2
    assert [each.label for one in result_.entities() for each in one.measures] == ["加价"]
    warned = [translate(each.message, "en") for each in result_.problems]
    assert warned == [
        "Scheme “规上” asks for the tiers of 2024, and no result of that period was given.",
        "Scheme “规上” asks for the tiers of 2023, and no result of that period was given.",
    ]


def test_an_entity_that_is_new_needs_if_undefined(tmp_path: Path) -> None:
    asking = '[[schemes."规上".overrides]]\nlabel = "上年A"\nwhen = "previous(类别) = \'A\'"\nup = 1\n'
    table = with_history(figures("— 甲 9\n— 乙 9"), [result(tmp_path, "2024", "甲:A")], rules())
    with pytest.raises(KpiError) as caught:
        classified(rules(asking), table)
    assert [(each.code, each.place.entity) for each in caught.value.problems] == [("condition-undefined", "乙")]
    assert [one.tier for one in classified(rules(asking + "if_undefined = false\n"), table)] == ["C", "D"]


def test_a_run_is_broken_by_one_year_whatever_is_known_of_the_others(tmp_path: Path) -> None:
    needing = '[[schemes."规上".overrides]]\nlabel = "连续D"\nwhen = "连续(类别 = \'D\', 3)"\nset = "C"\n'
    paths = [result(tmp_path, "2024", "甲:B"), result(tmp_path, "2023", "乙:D")]
    table = with_history(figures("— 甲 9\n— 丁 95"), paths, rules())
    # 甲 was B in 2024, 丁 is not D now: neither needs 2023, which lists neither.
    assert [one.tier for one in classified(rules(needing), table)] == ["D", "A"]


def test_the_tier_in_an_override_is_what_those_before_it_left() -> None:
    definitions = rules(
        """
[[schemes."规上".overrides]]
label = "升一档"
when = "用电量 > 0千瓦时"
up = 1

[[schemes."规上".overrides]]
label = "不得为C"
when = "类别 = 'C'"
set = "B"

[[schemes."规上".measures]]
label = "奖励"
tiers = ["A", "B"]
when = "类别 = 'B'"
"""
    )
    found = classified(definitions, figures("— 甲 9\n— 乙 65"))
    assert [[(each.label, each.before, each.after) for each in one.overrides] for one in found] == [
        [("升一档", "D", "C"), ("不得为C", "C", "B")],
        [("升一档", "B", "A")],
    ]
    assert [[each.label for each in one.measures] for one in found] == [["奖励"], []]


def test_a_name_with_another_code_is_not_taken_for_the_same_entity(tmp_path: Path) -> None:
    path = result(tmp_path, "2024", "甲:D")
    document = json.loads(path.read_text(encoding="utf-8"))
    document["entities"][0]["id"] = "999"
    path.write_text(json.dumps(document), encoding="utf-8")
    table = with_history(figures("111 甲 9"), [path], rules())
    assert table.frame["#tier:1"].to_list() == [None]
    (warned,) = table.problems
    assert warned.code == "same-name-other-code"
    assert translate(warned.message, "en").startswith("With the result of 2024: 1 entities have the same name")
