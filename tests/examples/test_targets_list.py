"""The list of the quantified targets of five published plans is consistent in itself.

The documents are not part of the repository: what is checked here is what can be checked without them.
"""

from __future__ import annotations

import csv
import re
from itertools import groupby, pairwise
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "targets"
SEEDS = ("xuancheng-2023", "nanqiao-2023", "tianyi-2021", "xunyang", "cihu-2021")
NUMERALS = "一二三四五六七八九十"
# 二（一）5, 二（一）, 一5, 二 or 5: a part, a section, a sentence; at least one of them.
ITEM = re.compile(rf"(?P<part>[{NUMERALS}])?(?:（(?P<section>[{NUMERALS}])）)?(?P<sentence>[0-9]+)?")
# The paragraphs of this document have headings instead of numbers.
HEADED = "xunyang"


def lines() -> list[list[str]]:
    with (FOLDER / "list.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


ROWS = tuple((seed, item, clause) for seed, item, clause in lines()[1:])


def items(seed: str) -> list[str]:
    """The items of a document in the order of the list, each once for every run of rows."""
    return [item for item, _ in groupby(item for known, item, _ in ROWS if known == seed)]


def place(item: str) -> tuple[int, int, int]:
    """Part, section and sentence of an item as numbers, 0 for those it lacks."""
    found = ITEM.fullmatch(item)
    assert found, f"{item!r} is no number of a sentence"
    part, section, sentence = found.group("part", "section", "sentence")
    return (
        NUMERALS.index(part) + 1 if part else 0,
        NUMERALS.index(section) + 1 if section else 0,
        int(sentence or 0),
    )


def test_the_header_says_what_the_columns_hold() -> None:
    assert lines()[0] == ["seed", "item", "clause"]


def test_no_cell_is_empty_or_has_blanks_around_it() -> None:
    untidy = [row for row in ROWS if any(not cell or cell != cell.strip() for cell in row)]
    assert not untidy


def test_no_row_stands_twice() -> None:
    assert len(set(ROWS)) == len(ROWS)


def test_the_documents_follow_one_another() -> None:
    assert tuple(seed for seed, _ in groupby(seed for seed, _, _ in ROWS)) == SEEDS


@pytest.mark.parametrize("seed", SEEDS)
def test_an_item_has_its_rows_together(seed: str) -> None:
    assert len(set(items(seed))) == len(items(seed))


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed != HEADED])
def test_items_ascend(seed: str) -> None:
    """Sentences numbered through (tianyi-2021) follow the parts that have no sentences of their own."""
    places = [place(item) for item in items(seed)]
    numbered = [spot for spot in places if spot[0]]
    through = [spot for spot in places if not spot[0]]
    assert places == numbered + through
    for spots in (numbered, through):
        assert all(before < after for before, after in pairwise(spots))


def test_clauses_are_short() -> None:
    """A clause is part of a sentence, and never two of them."""
    assert not [clause for _, _, clause in ROWS if len(clause) > 50 or re.search("[。;；\n]", clause)]


def test_the_readme_counts_what_the_list_holds() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    counted = {seed: int(count) for seed, count in re.findall(r"^\| `([\w-]+)` \|.*\| (\d+) \|$", readme, re.M)}
    assert counted == {seed: sum(known == seed for known, _, _ in ROWS) for seed in SEEDS}
