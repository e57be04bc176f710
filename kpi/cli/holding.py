"""An answer is held until it is whole: in memory, and beyond what that should bear in a file without a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain

from kpi.problems import KpiError, Problem, say

MOST = 32 << 20  # characters that are held in memory
_PORTION = 1 << 20


def held(portions: Iterable[str], most: int = MOST) -> Iterator[str]:
    """The same portions; none of them is given away before the last one was made.

    Raises KpiError when there is no room for them, and whatever making them raises.
    """
    first, size, rest = [], 0, iter(portions)
    for portion in rest:
        first.append(portion)
        size += len(portion)
        if size >= most:
            later = _elsewhere(rest)
            return chain(first, [next(later)], later)
    return iter(first)


def _elsewhere(rest: Iterator[str]) -> Iterator[str]:
    """Nothing, once the rest is whole; then the rest."""
    import tempfile  # late: few answers are so long

    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass", newline="") as file:
        try:
            file.writelines(rest)
            file.seek(0)
        except OSError as error:
            message = say("The answer finds no room until it is whole: {reason}.", reason=error.strerror or str(error))
            hint = say("Make room in the folder for temporary files, or name a file with --output.")
            raise KpiError(Problem("output-not-held", message, hint=hint)) from error
        yield ""
        yield from iter(partial(file.read, _PORTION), "")
