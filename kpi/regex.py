"""Regular expressions that stand at the top of a module, and are compiled when they are first used.

The program has more than two hundred of them, and one run uses a few. Compiling all whenever it starts took a sixth of
the time that a small table takes.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def compiled(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The pattern; one that is no regular expression raises re.error when it is first used."""
    return cast("re.Pattern[AnyStr]", _Later(pattern, flags))


class _Later:
    """A pattern that looks like a compiled one. What is asked of it once is kept, so that later calls go straight."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self._given = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self.pattern, self._given), name)
        setattr(self, name, found)
        return found
