"""The exit codes of the program, apart from those of answers: 0 all is well, 1 something falls short."""

from __future__ import annotations

REFUSED = 2  # bad input, or a command line that cannot be read
DEFECT = 70  # EX_SOFTWARE of sysexits.h: ours to mend
INTERRUPTED = 130  # as a shell says SIGINT
CLOSED_PIPE = 141  # as a shell says SIGPIPE
