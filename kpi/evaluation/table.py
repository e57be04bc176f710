"""The one clean table that evaluation works on, whatever files it came from.

One row an entity. A number column is Float64 and carries decimals of at most 15 significant digits, which binary64
gives back unchanged: the exact value of a cell is its shortest decimal (numbers.from_float) times the column's factor.
So the fast engine and the exact one read the same column. Missing is null, never NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.formula.tree import Shift
from kpi.formula.values import Value
from kpi.frozen import frozen
from kpi.problems import Place, Problem

if TYPE_CHECKING:
    import polars

    from kpi.evaluation.joining import Joined, Met
    from kpi.units import Unit

# Columns that are not figures start with '#', which no key may.
INDEX = "#index"  # UInt32, only while evaluating: place in the table as read
ID = "#id"  # String, may be null: 统一社会信用代码 or another code
NAME = "#name"  # String, may be null
SOURCE = "#source"  # UInt32: which of `sources` the row came from (the first, if joined)
DECISION = "#decision"  # UInt32, only with decisions: which of `decisions` is about the row, null for none
DECIDED = "#decided"  # String, only with decisions: the tier that it gives
ROW = "#row"  # UInt32: its row there, counted as the spreadsheet counts


def column(key: str, shift: Shift = Shift.NOW) -> str:
    """The column that holds a figure in this period."""
    return key if shift is Shift.NOW else f"{key}@{shift}"


def reported(key: str) -> str:
    """The column of an indicator's value as reported under its own label (a computed value wins over it)."""
    return f"#reported:{key}"


@frozen
class Source:
    """One file (or sheet) that figures came from."""

    path: str
    sheet: str | None
    sha256: str
    rows: int


@frozen
class Link:
    """One renaming: who was called so before is called otherwise now. place: its row in the links file."""

    old_id: str | None
    old_name: str | None
    new_id: str | None
    new_name: str | None
    day: date | None
    document: str
    place: Place


@frozen
class PastEntity:
    """An entity of an earlier result. links: how its code or name of then became that of today, in their order."""

    id: str | None
    name: str | None
    scheme: str | None
    tier: str | None
    links: tuple[Link, ...] = ()


@frozen
class PastResult:
    """years: how many years before this period it is; None: it is of the period just before."""

    period: str
    years: int | None
    source: Source
    entities: tuple[PastEntity, ...]


@frozen
class Proposal:
    """A header that no file explains, and a column of the table that it may be. alike: in per cent."""

    header: str
    column: str
    alike: int
    place: Place


@frozen
class Sizes:
    """How large some numbers are, without their signs, from the least to the most; first: where the first one is."""

    least: float
    most: float
    first: Place


@frozen
class PercentEvidence:
    """What the cells of a column of percentages say of how it is written: whether 0.15 is 15 %.

    name: of the column in the table; sheet, position: where it stands. signed: cells with a % sign or a percent format.
    bare: numbers other than 0 without; within: those of them that lie within ±1. example, first: the first bare number,
    and where it is (where there is none, the sheet). small, large: those within ±1, and those beyond; near: how many of
    these lie within ±3. sign: what the header says, % or ‰; numbers of ‰ are taken for what they are, however small.
    """

    name: str
    sheet: Place
    position: int
    signed: int
    bare: int
    within: int
    near: int
    example: float
    first: Place
    small: Sizes | None
    large: Sizes | None
    sign: str = "%"


@frozen
class Rejected:
    """An entity left out because of errors (--skip-errors)."""

    id: str | None
    name: str | None
    place: Place
    problems: tuple[Problem, ...]


@frozen
class Reported:
    """A value as its file says it. number: None for what is no number; unit: None where the file names none."""

    place: Place
    text: str
    number: Fraction | None
    unit: Unit | None
    correction: Correction | None = None  # the value is not as reported, but as corrected


@frozen
class Correction:
    """One reported figure that was corrected after the report (更正), and why.

    index: the entity's row in the frame, or -1 when it was rejected afterwards. column: the corrected column; figure:
    its key, label its name, period the one that it is of. old, new: exact, in `unit` (None: missing); the texts are as
    the corrections file writes them.
    place: of the new value in that file.
    """

    id: str | None
    name: str | None
    index: int
    column: str
    figure: str
    label: str
    label_en: str
    period: Shift
    old: Value | None
    new: Value | None
    old_text: str
    new_text: str
    unit: str
    reason: str
    evidence: str
    day: date | None
    place: Place


@frozen
class Decision:
    """The tier of one entity, as a meeting decided it. index: the entity's row in the frame. place: of the tier."""

    id: str | None
    name: str | None
    index: int
    tier: str
    reason: str
    document: str
    day: date | None
    place: Place

    @property
    def who(self) -> str:
        return self.name or self.id or "—"


@frozen
class Apart:
    """What some rows of a table were made of. table: as read; members: row → the rows of it that were put together."""

    table: Table
    members: Mapping[int, tuple[int, ...]]


@frozen
class Table:
    """frame: the columns above and one per figure and period (only those that were found).

    factors: column → what to multiply its numbers with to have the figure's declared unit (absent: 1).
    problems: warnings and notes of reading; errors were raised, or their rows are in `rejected`.
    faults: row of the frame → why it is to be rejected once its other cells have been checked, too.
    refused: the errors of rows for which there is to be no answer, once cross-checks have found what else is wrong.
    period, previous, preceding: the names of the periods, None when unknown or absent.
    former: entities with figures of an earlier period only, in the same columns: not evaluated, but a statistic of that
    period counts them. corrections: what the frame has otherwise than it was reported; None: no corrections file.
    links: row of the frame → the renamings by which its earlier figures were found; None: no links file.
    decisions: of a meeting, as two columns of the frame as well; None: no decisions file.
    history: earlier results, the last one first, whose tiers are columns of the frame (history.py); None: none given.
    checked: whether its cross-checks have been made.
    proposals: headers that match no figure, and what they may be: they are used only once somebody has confirmed it.
    apart: what rows were before some were put together; None: every row is as read.
    joined: what the join of files with different figures did; None where there was none.
    met: who is in which files, where the table is a portion: what the join did hangs on all of them.
    percentages: what its columns of percentages say, where the table is a portion: that is judged over all of them.
    reported: where a value (row of the frame, column) comes from; None for empty cells, and for tables not from files.
    """

    frame: polars.DataFrame
    factors: Mapping[str, Fraction] = field(default_factory=dict)
    period: str | None = None
    previous: str | None = None
    preceding: str | None = None
    sources: tuple[Source, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    problems: tuple[Problem, ...] = ()
    faults: Mapping[int, Rejected] = field(default_factory=dict)
    refused: tuple[Problem, ...] = ()
    former: polars.DataFrame | None = None
    corrections: tuple[Correction, ...] | None = None
    links: Mapping[int, tuple[Link, ...]] | None = None
    decisions: tuple[Decision, ...] | None = None
    history: tuple[PastResult, ...] | None = None
    checked: bool = False
    proposals: tuple[Proposal, ...] = ()
    apart: Apart | None = field(default=None, compare=False, repr=False)
    joined: Joined | None = None
    met: Met | None = field(default=None, compare=False, repr=False)
    percentages: tuple[PercentEvidence, ...] = ()
    reported: Callable[[int, str], Reported | None] = field(default=lambda index, name: None, compare=False, repr=False)

    def of_several(self) -> bool:
        """Whether its rows come from more than one file or sheet."""
        return len(self.sources) > 1 and SOURCE in self.frame.columns and self.frame[SOURCE].n_unique() > 1

    def has(self, key: str, shift: Shift = Shift.NOW) -> bool:
        """Whether the figure was reported at all for this period."""
        return column(key, shift) in self.frame.columns
