"""Imports that are needed later, made while polars reads: that takes both hands of the machine but none of Python's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from threading import Thread


def import_meanwhile(modules: Sequence[str]) -> None:
    """Import the modules in another thread, after polars, which the reader imports first."""
    # Memory that is given back lies in an arena of the allocator, and who uses another cannot take it again. Polars
    # brings four arenas for each processor; for columns one is enough, and less lies idle.
    os.environ.setdefault("_RJEM_MALLOC_CONF", f"narenas:{max(os.cpu_count() or 1, 2)}")
    if modules:
        Thread(target=_import, args=(("polars", *modules),), name="imports").start()


def _import(modules: Sequence[str]) -> None:
    for name in modules:
        import_module(name)
