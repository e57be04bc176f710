"""`kpi` and `python -m kpi`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line of this process; the exit code."""
    from kpi.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
