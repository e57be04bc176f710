"""The Java that Spark runs on: looked for before Spark is started, which says in many words only that it was not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from kpi.problems import KpiError, Message, Problem, say

OLDEST = 17
_PATIENCE = 60  # seconds


def check() -> None:
    """Raises KpiError where there is no Java, or one that is too old. What says no version is for Spark to judge."""
    home = os.environ.get("JAVA_HOME")
    found = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if found is None:
        raise KpiError(not_started(say("there is no Java on the path, and JAVA_HOME names none")))
    try:
        told = subprocess.run([found, "-version"], capture_output=True, text=True, errors="replace", timeout=_PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        raise KpiError(not_started(say("{path} does not run ({reason})", path=found, reason=reason))) from error
    version = _version(told.stderr + told.stdout)
    if version is not None and version < OLDEST:
        raise KpiError(not_started(say("{path} is Java {version}", path=found, version=version)))


def _version(text: str) -> int | None:
    """The number of a version: 17 of 17.0.2, and 8 of 1.8.0, as it was written before 9."""
    found = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(found[1]) if found else None


def not_started(reason: Message | str) -> Problem:
    """The refusal where Spark does not start."""
    return Problem(
        "spark-not-started",
        say("Spark could not be started: {reason}.", reason=reason),
        expected=say("Java 17 or newer is expected, as JAVA_HOME or on the path."),
        hint=say("Install it (Debian and Ubuntu: apt install default-jre-headless), or use --engine streaming."),
    )
