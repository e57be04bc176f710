"""The rows of several zones, judged in columns: as a table for other programs and as JSON, however many they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi import months
from kpi.definitions.target_model import Goal, Target
from kpi.evaluation.targets.bulk import LAST, ZONE
from kpi.evaluation.targets.columns import LIGHT, OWN_GOAL, STATED, TARGET
from kpi.evaluation.targets.own_goals import GoalWay, own_goal
from kpi.evaluation.targets.progress import fills, unit_texts
from kpi.evaluation.targets.results import ORDER, Standing
from kpi.evaluation.targets.rows import MET, NUMBERS, SINGLE, STRETCH
from kpi.evaluation.targets.summing import ZonesResult
from kpi.locale import text
from kpi.numbers import from_float
from kpi.render import as_json
from kpi.render.report import NOTHING
from kpi.render.targets_words import LIGHTS, goal_words, unit_words
from kpi.render.words import label, listed, said

if TYPE_CHECKING:
    import polars

_WAY, _SAID = "#way", "#said"


@dataclass
class _Rows:
    """Every row, and what it is about: targets as they are for all zones first, then those that were judged singly."""

    frame: polars.DataFrame
    zones: Sequence[str]
    about: list[tuple[Target, Standing | None]]
    targets: int

    def spread(self, texts: Sequence[str | None]) -> polars.Series:
        """What is said of each target or single result, for every row."""
        import polars

        return polars.Series(texts, dtype=polars.String).gather(self.frame[_WAY])


def _rows(result: ZonesResult) -> _Rows:
    import polars

    assert result.rows is not None and result.columns is not None
    frame, singles = result.rows()
    targets = result.columns.targets
    about: list[tuple[Target, Standing | None]] = [(target, None) for target in targets]
    about += [(one.target, one.standing) for one in singles]
    about += [(way.target, None) for way in result.columns.ways]
    own = (polars.col(STATED) >= len(targets)).fill_null(False)
    stated = polars.when(own).then(polars.col(STATED) + len(singles)).otherwise(TARGET)
    way = polars.when(polars.col(SINGLE).is_null()).then(stated).otherwise(polars.col(SINGLE) + len(targets))
    return _Rows(frame.with_columns(way.alias(_WAY)), result.columns.zones, about, len(targets))


def _goals(rows: _Rows, ways: Sequence[GoalWay], words: Callable[[Goal | None], str | None]) -> polars.Series:
    """What is said of the goal of every row, with the number that is its zone's own."""
    import polars

    known = rows.spread([words(target.goal if one is None else one.goal) for target, one in rows.about])
    frame = rows.frame
    if not ways or frame[OWN_GOAL].null_count() == frame.height:
        return known
    own = frame.select(_WAY, STATED, OWN_GOAL).with_columns(polars.col(STATED) - rows.targets)
    cells = own.select(STATED, OWN_GOAL).drop_nulls().unique()
    said = [words(own_goal(ways[way], from_float(number))) for way, number in cells.iter_rows()]
    cells = cells.with_columns(polars.Series(_SAID, said, dtype=polars.String))
    found = own.join(cells, on=[STATED, OWN_GOAL], how="left", maintain_order="left")[_SAID]
    return found.zip_with(found.is_not_null(), known)


def _units(target: Target, standing: Standing | None) -> tuple[str, str]:
    """The units of the value and of the lead."""
    if standing is not None:
        return standing.unit, standing.lead_unit
    return unit_texts(target, target.goal, fills(target.goal)) if target.goal is not None else ("", "")


def table(result: ZonesResult, language: str) -> polars.DataFrame:
    """One row a zone and target, the columns of `rows_table` by their keys."""
    import polars

    assert result.columns is not None
    rows = _rows(result)
    frame = rows.frame
    units = [_units(*one) for one in rows.about]
    lights = [text(LIGHTS[light][0], language) for light in ORDER]

    def words(goal: Goal | None) -> str:
        return goal_words(goal, language) if goal is not None else NOTHING

    reasons = [said(one.reasons, language) if one is not None else "" for _, one in rows.about]
    return polars.DataFrame(
        {
            "zone": polars.Series(rows.zones, dtype=polars.String).gather(frame[ZONE]),
            "target": rows.spread([target.key for target, _ in rows.about]),
            "label": rows.spread([label(target, language) for target, _ in rows.about]),
            "goal": _goals(rows, result.columns.ways, words),
            "actual": frame["actual"],
            "unit": rows.spread([unit_words(unit, language) for unit, _ in units]),
            "through": _months(frame[LAST]),
            **{name: frame[name] for name in ("completion", "elapsed", "lead", "lead_amount")},
            "lead_unit": rows.spread([unit_words(unit, language) for _, unit in units]),
            "light": polars.Series(lights, dtype=polars.String).gather(frame[LIGHT]),
            "stretch_light": polars.Series(lights, dtype=polars.String).gather(frame[STRETCH]),
            "lead_units": rows.spread([listed(target.lead, language) for target, _ in rows.about]),
            "reasons": rows.spread(reasons),
        }
    )


def _months(last: polars.Series) -> polars.Series:
    import polars

    found = last.unique().drop_nulls().to_list()
    return last.replace_strict(found, [months.named(month, 1) for month in found], return_dtype=polars.String)


def data(result: ZonesResult, language: str) -> as_json.Written:
    """The same rows for scripts: JSON that is written already."""
    import polars

    assert result.columns is not None
    rows = _rows(result)
    frame = rows.frame
    units = [_units(*one) for one in rows.about]
    goal_units = [None if target.goal is None else own for (target, _), (own, _) in zip(rows.about, units, strict=True)]
    lights = polars.Series([str(light) for light in ORDER], dtype=polars.String)
    reasons = [as_json.reasons(one.codes, one.reasons, language) if one is not None else [] for _, one in rows.about]
    reason = polars.List(polars.Struct({"code": polars.String, "message": polars.String}))
    found = polars.DataFrame(
        {
            "zone": polars.Series(rows.zones, dtype=polars.String).gather(frame[ZONE]),
            "target": rows.spread([target.key for target, _ in rows.about]),
            "kind": rows.spread([target.kind for target, _ in rows.about]),
            "goal": _goals(rows, result.columns.ways, lambda goal: goal.text if goal is not None else None),
            "light": lights.gather(frame[LIGHT]),
            "through": _months(frame[LAST]),
            "unit": rows.spread(goal_units),
            **{name: frame[name] for name in NUMBERS},
            "lead_unit": rows.spread([unit or None for _, unit in units]),
            "met": frame[MET],
            "stretch_light": lights.gather(frame[STRETCH]),
            "reasons": polars.Series(reasons, dtype=reason).gather(frame[_WAY]),
        }
    )
    return as_json.Written(found.write_json())
