"""python alone.py REPORT COMMAND …: what one command takes, started from a process as small as this one.

A process begins with the peak of the one that started it, so that a large one hides what a small command had.
REPORT: a file for the seconds, the bytes resident at most (0 where the system does not tell) and the exit code.
"""

import json
import os
import subprocess
import sys
import time


def main(report: str, command: list[str]) -> None:
    started = time.perf_counter()
    process = subprocess.Popen(command)
    if hasattr(os, "wait4"):
        _, status, usage = os.wait4(process.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    else:
        code, peak = process.wait(), 0
    taken = time.perf_counter() - started
    with open(report, "w", encoding="utf-8") as file:
        json.dump([taken, peak, code], file)


main(sys.argv[1], sys.argv[2:])
