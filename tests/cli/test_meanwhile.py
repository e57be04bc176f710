"""Modules that are needed later are imported in another thread."""

from __future__ import annotations

import sys
import threading

import pytest

from kpi.cli.meanwhile import import_meanwhile


def test_modules_are_there_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    import_meanwhile(("colorsys",))
    for thread in threading.enumerate():
        if thread.name == "imports":
            thread.join()
    assert "colorsys" in sys.modules


def test_nothing_is_started_for_nothing() -> None:
    before = threading.active_count()
    import_meanwhile(())
    assert threading.active_count() <= before
