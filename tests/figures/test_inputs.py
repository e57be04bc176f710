"""Fingerprints of files that are counted before the files are opened."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from kpi.figures import inputs
from kpi.figures.inputs import ahead, opened
from kpi.figures.limits import STANDARD, Limits


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_fingerprint_that_is_begun_ahead_is_that_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"one")
    ahead([file], STANDARD)
    monkeypatch.setattr(inputs, "_counting", lambda path: pytest.fail("counted twice"))
    assert opened(file).sha256() == sha256(b"one")


def test_a_file_that_changed_since_is_counted_again(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"one")
    ahead([file], STANDARD)
    file.write_bytes(b"two")
    os.utime(file, ns=(0, 0))
    assert opened(file).sha256() == sha256(b"two")


def test_what_cannot_be_counted_ahead_is_left_to_whoever_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"12345")
    monkeypatch.setattr(inputs, "_counting", lambda path: pytest.fail(f"counted {path}"))
    ahead([large, tmp_path, tmp_path / "none.csv", "-", "", "a\0b", "s3://bucket/a.parquet"], Limits(file=4))
