"""Long answers are held until they are whole."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any

import pytest

from kpi.cli.holding import held
from kpi.problems import KpiError

PORTIONS = ["{\n", '"名": "甲\ud800"\r\n', "", "}\n"]


@pytest.mark.parametrize("most", [1, 5, 1000])
def test_the_same_text_comes_out_however_little_fits_into_memory(most: int) -> None:
    assert "".join(held(PORTIONS, most)) == "".join(PORTIONS)


@pytest.mark.parametrize("most", [1, 1000])
def test_nothing_is_given_away_before_the_last_portion_was_made(most: int) -> None:
    def made() -> Iterator[str]:
        yield "first"
        raise KpiError([])

    with pytest.raises(KpiError):
        held(made(), most)


def test_no_room_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def writelines(self, lines: object) -> None:
            raise OSError(28, "No space left on device")

    def full(*_: Any, **__: Any) -> Full:
        return Full()

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(KpiError) as refused:
        held(["a", "b"], 1)
    assert refused.value.problems[0].code == "output-not-held"
    assert "No space left" in str(refused.value)
