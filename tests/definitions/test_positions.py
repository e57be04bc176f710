"""Where keys and values of a TOML text stand."""

from __future__ import annotations

import pytest

from kpi.definitions.positions import Path, inside, locate, marks

TEXT = '''\
format = 1
"税收" = { unit = "万元", aliases = ["a", 'b'] }   # 说明
a.b.c = 1
[[s."x y"]]
require = [
  # a comment
  "k ≥ 1",
  { rule = "x", instead = [{ when = """
一 a""" }] },
]
[[s."x y".deep]]
d = 1
[[s."x y"]]
e = "\\t\\u4e00x"
[s.z]
f = 2
'''


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("format",), (1, 1), (1, 10)),
        (("税收", "unit"), (2, 10), (2, 17)),
        (("税收", "aliases", 1), (2, 39), (2, 39)),
        (("a", "b", "c"), (3, 5), (3, 9)),
        (("s", "x y", 0, "require", 0), (7, 3), (7, 3)),
        (("s", "x y", 0, "require", 1, "instead", 0, "when"), (8, 30), (8, 37)),
        (("s", "x y", 0, "deep", 0, "d"), (12, 1), (12, 5)),
        (("s", "x y", 1, "e"), (14, 1), (14, 5)),
        (("s", "z", "f"), (16, 1), (16, 5)),
        (("s", "z", 0, "f"), (16, 1), (16, 5)),  # a single table stands for a list of one
    ],
)
def test_places_of_keys_and_values(path: Path, key: tuple[int, int], value: tuple[int, int]) -> None:
    mark, _, left = locate(marks(TEXT), path)
    assert mark is not None and left == ()
    assert (mark.key, mark.value) == (key, value)


def test_what_is_not_written_is_found_at_its_parent() -> None:
    mark, found, left = locate(marks(TEXT), ("s", "z", 0, "gone", 3))
    assert mark is not None and mark.key == (15, 4) and found == ("s", "z") and left == ("gone", 3)


@pytest.mark.parametrize(
    ("path", "offset", "place"),
    [
        (("s", "x y", 0, "require", 0), 2, (7, 6)),
        (("s", "x y", 0, "require", 1, "instead", 0, "when"), 2, (9, 3)),  # the newline after """ does not count
        (("s", "x y", 1, "e"), 0, (14, 6)),
        (("s", "x y", 1, "e"), 1, (14, 8)),  # behind \\t
        (("s", "x y", 1, "e"), 2, (14, 14)),  # behind \\u4e00
    ],
)
def test_places_inside_texts(path: Path, offset: int, place: tuple[int, int]) -> None:
    mark, _, _ = locate(marks(TEXT), path)
    assert mark is not None and inside(mark, offset) == place


def test_line_ending_backslashes() -> None:
    found = marks('a = """ab\\\n   cd"""\n')
    assert inside(found[("a",)], 2) == (2, 4)
    assert inside(found[("a",)], 3) == (2, 5)
