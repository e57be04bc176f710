"""Imports that are needed later, made while polars reads: that takes both hands of the machine but none of Python's."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from threading import Thread


def import_meanwhile(modules: Sequence[str]) -> None:
    """Import the modules in another thread, after polars, which the reader imports first."""
    if modules:
        Thread(target=_import, args=(("polars", *modules),), name="imports").start()


def _import(modules: Sequence[str]) -> None:
    for name in modules:
        import_module(name)
