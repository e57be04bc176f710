"""The targets of the published plans in TOML are those of the list, clause by clause, neither more nor fewer.

The list was made from the documents alone. A clause belongs to the one target of its item whose `text` holds it; where
words of the document are left out (……), the clause lies between two gaps. A target has as many clauses as goals: one,
or two where it also has a stretch. Every word of a goal, apart from others by a blank, is a word of the text.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import kpi
from kpi.definitions.lint import lint
from kpi.definitions.target_model import Goal, Target

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "targets"
FILES = sorted(FOLDER.glob("*.toml"))
GAP = "……"

# What `kpi lint` says of the documents themselves: the finding, and the target where it is shown.
FAULTS = {
    # 经济部门各2-3个: how many departments there are is not said.
    "xuancheng-2023": [("split-open", "签约亿元以上项目")],
    # 规上工业增加值: 增长15% in one place, 增速超16% in another.
    "nanqiao-2023": [("two-goals", "规上工业增加值增速")],
}
# What stands in a document for words of goals: a goal has its number in digits and its unit.
READ = {
    "xuancheng-2023": {
        "20万元/亩": "20万的亩均税收",
        "300万元/亩": "300万的亩均投资强度",
        "400万元/亩": "400万的亩均应税销售收入",
    },
    "nanqiao-2023": {"100%": "全覆盖"},
    "tianyi-2021": {  # it lost its % signs
        "1000亿元": "千亿",
        "2个百分点以上": "两个百分点以上",
        **{f"{number}%": f"增长{number}" for number in (10, 12, 13, 15, 17)},
        "200万元/亩": "200万元",
        "20万元/亩": "20万元",
        "300万元/亩": "300万元",
        "10万元/亩": "10万元亩",
    },
    "cihu-2021": {
        "52次": "周",
        "12次": "月",
        "4次": "季",
        "365次": "日",
        "清零": "零直排",
        "2021年2月底前完成动员部署": "动员部署阶段(2021年1月-2月)",
        "2021年12月底前完成推进落实": "推进落实阶段(2021年3月-12月)",
        "2022年1月底前完成总结考评": "总结考评阶段(2022年1月)",
    },
}
ASPIRED = re.compile("力争|力促|争取")
# Words that belong to the number, and not to the name of what is counted (5亿元以上项目, 千万元左右的企业).
BOUND = re.compile(
    r"\d *[个家人项户](?P<more>以上)|(?P<least>以上)$|(?P<about>左右)(?!的)|"
    r"(?P<few>不少于|不低于|不超过|高于|突破)|(?P<over>超)(?=\d)|(?P<zero>清零|零增长)|(?P<growth>增长)(?= *\d)"
)


@cache
def rows(seed: str) -> tuple[tuple[str, str], ...]:
    """Item and clause of every quantified target of a document."""
    with (FOLDER / "list.csv").open(encoding="utf-8", newline="") as file:
        return tuple((item, clause) for known, item, clause in csv.reader(file) if known == seed)


@cache
def targets(path: Path) -> tuple[Target, ...]:
    """All targets of a file, the parts of splits too."""
    return tuple(kpi.load(path).targets.values())


def goals(target: Target) -> list[Goal]:
    return [goal for goal in (target.goal, target.stretch) if goal is not None]


def said(target: Target) -> str:
    """The goals of a target as the file says them."""
    return " ".join(goal.text for goal in goals(target))


def holds(target: Target, item: str, clause: str) -> bool:
    """Whether the clause is in the text of the target; blanks do not count."""
    wanted = "".join(clause.split())
    return target.item == item and any(wanted in "".join(piece.split()) for piece in target.text.split(GAP))


def clauses(path: Path, target: Target) -> list[str]:
    """The clauses of the list that a target states."""
    return [clause for item, clause in rows(path.stem) if holds(target, item, clause)]


def stands(word: str, text: str) -> bool:
    """Whether a word is in a text; a number only as a whole (no 3个 in 2-3个)."""
    before, after = (r"(?<![\d.-])" if word[0].isdigit() else ""), (r"(?![\d.])" if word[-1].isdigit() else "")
    return re.search(before + re.escape(word) + after, "".join(text.split())) is not None


EACH = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_every_file_is_a_document_of_the_list() -> None:
    assert FILES and [path.name for path in FILES if not rows(path.stem)] == []


@EACH
def test_every_clause_is_in_the_text_of_exactly_one_target(path: Path) -> None:
    found = {
        (item, clause): [target.key for target in targets(path) if holds(target, item, clause)]
        for item, clause in rows(path.stem)
    }
    assert {clause: keys for clause, keys in found.items() if len(keys) != 1} == {}


@EACH
def test_every_goal_has_its_clause(path: Path) -> None:
    """No target that the document does not state, and no two goals in one."""
    counted = {target.key: (clauses(path, target), 2 if target.stretch else 1) for target in targets(path)}
    assert {key: found for key, (found, due) in counted.items() if len(found) != due} == {}


@EACH
def test_goals_say_nothing_that_the_text_does_not_say(path: Path) -> None:
    read = READ.get(path.stem, {})
    added = [
        (target.key, word)
        for target in targets(path)
        for word in said(target).split()
        if not stands(read.get(word, word), target.text)
    ]
    assert added == []


@EACH
def test_goals_keep_the_words_of_the_clause(path: Path) -> None:
    lost = [
        (target.key, word)
        for target in targets(path)
        for clause in clauses(path, target)
        for match in BOUND.finditer(clause)
        for word in match.groups()
        if word and word not in said(target)
    ]
    assert lost == []


@EACH
def test_what_is_aspired_to_is_marked(path: Path) -> None:
    marked = {target.key: any(goal.aspired for goal in goals(target)) for target in targets(path)}
    assert marked == {target.key: bool(ASPIRED.search(target.text)) for target in targets(path)}


@EACH
def test_about_says_how_far_off(path: Path) -> None:
    assert [target.key for target in targets(path) for goal in goals(target) if goal.about and not goal.tolerance] == []


@EACH
def test_everything_names_its_source(path: Path) -> None:
    assert [target.key for target in targets(path) if not (target.item and target.text and target.source)] == []
    # The head says where the file is from, and what is assumed.
    head = path.read_text(encoding="utf-8").partition("\nformat")[0]
    assert "来源" in head and "示例" in head


@EACH
def test_lint_finds_what_the_document_itself_gets_wrong(path: Path) -> None:
    found = [(problem.code, problem.place.key) for problem in lint(kpi.load(path))]
    expected = [(code, f'targets."{key}"') for code, key in FAULTS.get(path.stem, [])]
    assert found == expected


XUANCHENG = FOLDER / "xuancheng-2023.toml"


def test_cells_that_were_merged_carry_on_downwards() -> None:
    """Lead unit, supporting units and task source of the flattened table."""
    found = {target.key: target for target in targets(XUANCHENG)}
    whole = [target for target in found.values() if not target.split]
    assert all(target.lead and target.task_source for target in whole)
    assert Counter(unit for target in whole for unit in target.lead) == {
        "经发局": 10,
        "投资服务局": 13,
        "招商局": 10,
        "财政金融局": 2,
        "科技和人才局": 10,
        "信访维稳办公室": 1,
    }
    assert found["固定资产投资"].task_source == "宣开管〔2023〕1号"
    assert found["工业固定资产投资"].task_source == "市政府工作报告、管委会工作安排"
    assert found["招引10亿元以上强链补链项目"].support == ("产业链工作专班",)
    assert found["技改投资"].support == ("各责任部门",)
    assert found["签约亿元以上项目/街道"].lead == ("街道",)


def test_a_part_of_a_split_has_its_own_clause() -> None:
    parts = {target.unit_of: target.text for target in targets(XUANCHENG) if target.split}
    assert parts["经济部门"] == "经济部门各2-3个"
    assert list(parts) == ["招商局", "经济部门", "非经济部门", "街道", "区属公司"]
