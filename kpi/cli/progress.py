"""Progress on standard error for whatever takes more than a second, on a terminal only.

How much is left of reading or of a whole-table computation is not known beforehand, so the bar says that it goes on, on
what, and for how long.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kpi.cli.options import ScreenOptions
from kpi.cli.session import Session
from kpi.locale import translate
from kpi.problems import Message, say

if TYPE_CHECKING:
    from threading import Lock

    from rich.progress import Progress

PATIENCE = 1.0  # seconds


@contextmanager
def progress(doing: Message, options: ScreenOptions, session: Session) -> Iterator[None]:
    """Show what is being done while the body runs, once it has run for a second; nothing with --quiet or in a pipe."""
    if options.quiet or not session.attended():
        yield
        return
    # Imported only where somebody watches: it would cost the others two milliseconds.
    import threading

    bar = _Bar(translate(doing, session.language), session.error_screen.color, threading.Lock())
    waiting = threading.Timer(PATIENCE, bar.show)
    waiting.daemon = True
    waiting.start()
    try:
        yield
    finally:
        waiting.cancel()
        bar.hide()


@contextmanager
def steps(options: ScreenOptions, session: Session) -> Iterator[Callable[[Message], Callable[[int, int, int], None]]]:
    """Show how far each of several steps is: told what is done, gives whom to tell how many of how many parts are, with
    how many rows."""
    if options.quiet or not session.attended():
        yield lambda message: _nobody
        return
    import threading

    bar = _Bar("", session.error_screen.color, threading.Lock())

    def doing(message: Message) -> Callable[[int, int, int], None]:
        text = translate(message, session.language)
        bar.tell(text, 0, None)
        return lambda done, of, rows: bar.tell(translate(_rows(text, rows), session.language), done, of)

    bar.show()
    try:
        yield doing
    finally:
        bar.hide()


def _rows(doing: str, rows: int) -> Message:
    return say("{doing}: {rows} rows", doing=doing, rows=f"{rows:,}")


def _nobody(done: int, of: int, rows: int) -> None:
    """Nobody watches."""


class _Bar:
    """A bar that may be shown by a timer and hidden by the work's end, in whichever order they come."""

    def __init__(self, doing: str, color: bool, lock: Lock) -> None:
        self._doing = doing
        self._color = color
        self._lock = lock
        self._shown: Progress | None = None
        self._over = False

    def show(self) -> None:
        """Draw the bar, unless the work is over."""
        # Imported here, a second into the work: short commands never pay for it.
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._over:
                return
            console = Console(file=sys.stderr, no_color=not self._color, highlight=False)
            columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
            self._shown = Progress(*columns, console=console, transient=True, refresh_per_second=5)
            self._shown.add_task(self._doing, total=None)
            self._shown.start()

    def tell(self, doing: str, done: int, of: int | None) -> None:
        """Say what is done, and how many of how many parts are."""
        with self._lock:
            if self._shown is not None:
                self._shown.update(self._shown.task_ids[0], description=doing, completed=done, total=of)

    def hide(self) -> None:
        """Take the bar away, and let none come."""
        with self._lock:
            self._over = True
            if self._shown is not None:
                self._shown.stop()
