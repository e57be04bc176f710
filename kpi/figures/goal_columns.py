"""Large tables of goals of single zones → columns: cells that differ in their number only mean the same.

One cell of each target and unit is read as every cell is, with 1 and with 2 in place of its number, and says what the
others are. What is no number (≥12个, 二季度开工), or none above zero, goes cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kpi import numbers
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.goal_text import NOT_SET
from kpi.definitions.target_model import Target
from kpi.definitions.zone_goals import restated
from kpi.evaluation.targets.own_goals import NUMBER, OF_WAY, OF_ZONE, GoalWay, OwnGoals
from kpi.figures.layout.leftover import says_total
from kpi.figures.subjects import ZoneNames
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, say
from kpi.units import Units

if TYPE_CHECKING:
    import polars

# A number above zero as people write it, its thousands parted or not, and the unit behind it.
_PATTERN = r"^([0-9][0-9,]*(?:\.[0-9]+)?)([^0-9０-９]*)$"
_KEY = "#key"
_NOTHING = "\0"  # in place of a unit, where a cell says that no goal is set
_SAID = 100  # goals that stand twice and are said; whoever has more has read a file twice


@frozen
class Strip:
    """The cells of a sheet: the zone, the target and the unit of each, and its text. place: of one, by its number."""

    zone: polars.Series
    target: polars.Series
    unit: polars.Series | None
    text: polars.Series
    place: Callable[[int], Place]


@dataclass
class Held:
    """What has been read in columns so far: what the numbers of zones and ways stand for.

    known: the one target that a name stands for in every zone; None where it hangs on the zone, or there is none.
    """

    names: ZoneNames
    units: Units
    known: Callable[[str], Target | None]
    zones: dict[str, int] = field(default_factory=dict)
    ways: dict[tuple[str, str], int | None] = field(default_factory=dict)
    stated: list[GoalWay] = field(default_factory=list)
    frames: list[polars.DataFrame] = field(default_factory=list)
    strips: list[Strip] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many goals are held."""
        return sum(frame.height for frame in self.frames)

    def take(self, strip: Strip) -> list[int]:
        """Hold what is plain of these cells; the numbers of the others."""
        import polars

        text = strip.text.str.strip_chars()
        found = polars.DataFrame(
            {
                "text": text,
                "number": text.str.extract(_PATTERN, 1).str.replace_all(",", "", literal=True),
                "unit": text.str.extract(_PATTERN, 2),
                "zone": _names(strip.zone),
                "target": _names(strip.target),
                "beside": _names(strip.unit if strip.unit is not None else text.clear(len(text))),
            }
        )
        digits = polars.col("number").str.replace(".", "", literal=True).str.len_chars() <= numbers.EXACT_DIGITS
        nothing = polars.lit(_NOTHING)
        set_none = polars.col("text").is_in(list(NOT_SET))
        unit = polars.when(polars.col("unit") == "").then(polars.col("beside")).otherwise(polars.col("unit"))
        found = found.with_columns(
            polars.when(digits).then(polars.col("number").cast(polars.Float64, strict=False)).alias(NUMBER),
            polars.when(set_none).then(nothing).otherwise(unit).fill_null("").alias("unit"),
            (set_none.alias("none")),
            polars.int_range(polars.len()).alias("row"),
        )
        found = found.filter((polars.col("text") != "").fill_null(False))
        zones = {name: self._zone(name) for name in found["zone"].unique(maintain_order=True).to_list()}
        plain = found.filter((polars.col("none") | (polars.col(NUMBER) > 0)).fill_null(False))
        plain = self._numbered(plain, zones)
        kept = plain.filter(polars.col(OF_WAY).is_not_null() & polars.col(OF_ZONE).is_not_null())
        totals = plain.filter(polars.col(OF_ZONE).is_null() & (polars.col("zone") != ""))
        rest = found.join(polars.concat([kept, totals]), on="row", how="anti")
        strip_number = polars.lit(len(self.strips), dtype=polars.UInt32).alias("strip")
        self.frames.append(kept.select(OF_ZONE, OF_WAY, NUMBER, "row", strip_number))
        self.strips.append(strip)
        return rest["row"].to_list()

    def _numbered(self, plain: polars.DataFrame, zones: Mapping[str, int | None]) -> polars.DataFrame:
        """With the numbers of zones (null: a total) and ways (null: not plain)."""
        import polars

        numbered = {"zone": polars.String, OF_ZONE: polars.UInt32}
        pairs = plain.select("target", "unit").unique()
        ways = [self._way(*pair) for pair in pairs.iter_rows()]
        pairs = pairs.with_columns(polars.Series(OF_WAY, ways, dtype=polars.UInt32))
        names = polars.DataFrame({"zone": list(zones), OF_ZONE: list(zones.values())}, schema=numbered)
        joined = plain.join(pairs, on=["target", "unit"], how="left", maintain_order="left")
        return joined.join(names, on="zone", how="left", maintain_order="left")

    def _zone(self, name: str) -> int | None:
        if not name or says_total(name):
            return None
        return self.zones.setdefault(self.names.spelled(name, Place(), []), len(self.zones))

    def _way(self, name: str, unit: str) -> int | None:
        """The number of the way of a target and a unit; None: its cells are not plain."""
        if (name, unit) not in self.ways:
            target = self.known(name)
            found = None if target is None else way(target, unit, self.units)
            self.ways[name, unit] = None if found is None else self._entered(found)
        return self.ways[name, unit]

    def _entered(self, found: GoalWay) -> int:
        self.stated.append(found)
        return len(self.stated) - 1

    def columns(self) -> tuple[OwnGoals | None, list[Problem]]:
        """All that is held; and what stands twice."""
        import polars

        if not any(frame.height for frame in self.frames):
            return None, []
        keys = polars.Series(_KEY, _numbers([way.target.key for way in self.stated]), dtype=polars.UInt32)
        whole = polars.concat(self.frames)
        whole = whole.with_columns(keys.gather(whole[OF_WAY])).sort(OF_ZONE, _KEY, maintain_order=True)
        names, places = tuple(self.zones), range(len(self.zones) + 1)
        starts = whole[OF_ZONE].search_sorted(polars.Series(places, dtype=polars.UInt32), side="left").to_list()
        problems = list(self._twice(whole, names))
        frame = whole.select(OF_ZONE, OF_WAY, NUMBER)
        return OwnGoals(frame, names, tuple(self.stated), tuple(starts)), problems

    def _twice(self, whole: polars.DataFrame, names: tuple[str, ...]) -> Iterator[Problem]:
        import polars

        same = [polars.col(name) == polars.col(name).shift(1) for name in (OF_ZONE, _KEY)]
        for row in whole.filter(polars.all_horizontal(same).fill_null(False)).head(_SAID).iter_rows(named=True):
            key = self.stated[row[OF_WAY]].target.key
            yield goal_twice(key, names[row[OF_ZONE]], self.strips[row["strip"]].place(row["row"]))


def goal_twice(key: str, zone: str, place: Place) -> Problem:
    """A zone has two goals of one target."""
    message = say("“{target}” has two goals for {zone}.", target=key, zone=zone)
    return Problem("goal-twice", message, place, hint=say("Keep the one that holds."))


def way(target: Target, unit: str, units: Units) -> GoalWay | None:
    """What the cells of a target mean whose numbers have this unit behind them (_NOTHING: no goal is set).

    None: not all of them mean the same but for the number.
    """
    if unit == _NOTHING:
        return GoalWay(target, restated(target, "-", units, Place()), "")
    try:
        one, two = (restated(target, f"{number}{unit}", units, Place()) for number in (1, 2))
    except KpiError:
        return None
    if one.goal is None or two.goal is None or not _of_its_kind(target, one.goal.kind):
        return None
    grows = two.goal.tolerance != one.goal.tolerance
    double = replace(
        one.goal, text=two.goal.text, value=one.goal.value * 2, tolerance=one.goal.tolerance * (2 if grows else 1)
    )
    expected = replace(one, goal=double, text=two.text)
    return GoalWay(target, one, one.goal.text.removeprefix("1"), grows) if expected == two else None


def _of_its_kind(target: Target, kind: GoalKind) -> bool:
    return kind is target.kind if target.goal is not None else kind is not GoalKind.RANK


def _names(written: polars.Series) -> polars.Series:
    return written.str.strip_chars().fill_null("")


def _numbers(names: list[str]) -> list[int]:
    known: dict[str, int] = {}
    return [known.setdefault(name, len(known)) for name in names]
