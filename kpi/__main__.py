"""`kpi` and `python -m kpi`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from types import FrameType

from kpi.exit_codes import INTERRUPTED

# Most of what the program makes are modules, and they stay. Python looks through them for garbage whenever 700 objects
# are new, and takes them apart one by one in the end: together a quarter of the time that a small table takes.
NEW_OBJECTS = 400_000


def main() -> int:
    """Run the command line of this process, which ends after it; the exit code."""
    gc.set_threshold(NEW_OBJECTS)
    asked = _clean_up_when_asked_to_end()
    try:
        from kpi.cli.main import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # before there is a command that could be interrupted
        return INTERRUPTED
    finally:
        gc.freeze()
        if asked:
            # Whoever has asked is told by the signal itself that it was what ended this.
            signal.signal(asked[0], signal.SIG_DFL)
            os.kill(os.getpid(), asked[0])


def _clean_up_when_asked_to_end() -> list[int]:
    """Let a request to end interrupt what is being done, and leave nothing half-written; the signals that came."""
    asked: list[int] = []

    def end(number: int, _: FrameType | None) -> None:
        asked.append(number)
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):  # not every system has both
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)
    return asked


if __name__ == "__main__":
    sys.exit(main())
