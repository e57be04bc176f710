"""What a piece of a large file is: some rows, that are read as if they were a file."""

from __future__ import annotations

from kpi.figures.manner import Manner
from kpi.figures.objects import Object
from kpi.figures.partitions import Constants
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, say

ROWS = 250_000  # of a Parquet file in one piece
BYTES = 24 << 20  # of a text in one piece, about


@frozen
class Cut:
    """How large pieces are: rows of Parquet files, bytes of texts."""

    rows: int = ROWS
    bytes: int = BYTES


USUAL = Cut()


@frozen
class Piece:
    """Some rows of a file. file: its name as given; path: what to read, which is another one where that was packed.

    parquet: start and end are rows, else bytes. header: the lines above the rows of a text. first_row: the number of
    the first row as people count. constants: columns that the names of the folders give (year=2024).
    previous: whether its figures are those of the year before. object: what path is the address of. sha256: of the
    whole file, where it is known. columns: the headers of the file. stamp: what the system
    says of a file on this machine while nobody changes it. problems: notes about the file.
    """

    file: str
    path: str
    parquet: bool
    start: int
    end: int
    first_row: int
    manner: Manner
    header: bytes = b""
    constants: Constants = ()
    previous: bool = False
    object: Object | None = None
    sha256: str | None = None
    columns: frozenset[str] = frozenset()
    stamp: tuple[int, int] | None = None
    problems: tuple[Problem, ...] = ()


def not_in_pieces(file: str) -> KpiError:
    """The refusal of a file that cannot be read from the middle."""
    return KpiError(
        Problem(
            "not-in-pieces",
            say("Only Parquet files and delimited texts can be read in pieces."),
            Place(file=file),
            hint=say("Use --engine memory, or save the table as Parquet or CSV."),
        )
    )
