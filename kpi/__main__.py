"""`kpi` and `python -m kpi`."""

from __future__ import annotations

import gc
import sys

# Most of what the program makes are modules, and they stay. Python looks through them for garbage whenever 700 objects
# are new, and takes them apart one by one in the end: together a quarter of the time that a small table takes.
NEW_OBJECTS = 400_000
INTERRUPTED = 130  # as a shell says it


def main() -> int:
    """Run the command line of this process, which ends after it; the exit code."""
    gc.set_threshold(NEW_OBJECTS)
    try:
        from kpi.cli.main import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # before there is a command that could be interrupted
        return INTERRUPTED
    finally:
        gc.freeze()


if __name__ == "__main__":
    sys.exit(main())
