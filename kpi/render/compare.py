"""The answer of `compare`: the migration table, who moved and why, changed baselines, who is new or gone."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction

from kpi.evaluation.comparing.results import BaselineChange, Change, Comparison, EntityChange, ItemChange, Side
from kpi.evaluation.scheme.results import ClassifiedEntity, ItemScore, Standing
from kpi.locale import N_, text, translate
from kpi.numbers import terminating_decimals
from kpi.problems import say
from kpi.render import as_json, corrections
from kpi.render import compare_tables as tables
from kpi.render.as_json import Data
from kpi.render.history import renamings
from kpi.render.report import Cell, Report, Section
from kpi.render.words import listed


def data(result: Comparison, language: str) -> Data:
    """The answer for scripts (kpi/schemas/compare.json)."""
    summary = result.summary
    return {
        "before": _side_data(result.before),
        "after": _side_data(result.after),
        "tiers": result.tiers,
        "migration": [
            {"from": start, "to": end, "count": result.migration.get((start, end), 0)}
            for start in result.tiers
            for end in result.tiers
        ],
        "baselines": [_baseline_data(each) for each in result.baselines],
        "entities": (_entity_data(one, language) for one in result.entities),
        "summary": {item.name: getattr(summary, item.name) for item in fields(summary)},
        "problems": as_json.problems(result.problems, language),
    }


def _side_data(side: Side) -> Data:
    origin = side.origin
    return {
        "from": origin.kind,
        "files": origin.paths,
        "schemes": list(side.rules),
        "period": origin.period,
        "as_of": origin.as_of,
        "provisional": side.provisional,
        "corrections": None if origin.corrections is None else corrections.data(origin.corrections),
    }


def _baseline_data(each: BaselineChange) -> Data:
    old, new, known = each.before, each.after, each.baseline
    difference = None if old is None or new is None or old.value is None or new.value is None else new.value - old.value
    return {
        "indicator": known.indicator,
        "label": known.label,
        "role": known.role,
        "merged": known.merged,
        "group": known.group,
        **({} if known.level is None else {"level": known.level}),
        "unit": known.unit,
        "before": old and {"scheme": old.scheme, "value": old.value, "from": old.origin, "count": old.count},
        "after": new and {"scheme": new.scheme, "value": new.value, "from": new.origin, "count": new.count},
        "difference": difference,
        "touched": each.touched,
        "only": each.only,
        "moved": each.moved,
    }


def _entity_data(one: EntityChange, language: str) -> Data:
    points = one.points
    return {
        "id": one.entity.id,
        "name": one.entity.name,
        "change": one.change.value,
        "matched_by": one.matched_by,
        **renamings(one.before.renamed if one.before else ()),
        "direction": None if one.upwards is None else "up" if one.upwards else "down",
        "because": one.because and one.because.value,
        "causes": [cause.value for cause in one.causes],
        "before": one.before and _standing_data(one.before, language),
        "after": one.after and _standing_data(one.after, language),
        "difference": one.difference,
        "points": {
            "own": points.own,
            "others": points.others,
            "rules": points.rules,
            "several": points.several,
        },
        "items": [_item_data(each) for each in one.items],
        "adjustments": [
            {
                "label": each.label,
                "label_en": each.label_en,
                "before": each.before,
                "after": each.after,
                "difference": each.difference,
            }
            for each in one.adjustments
        ],
        "capped": one.capped,
        **({"rounding": one.rounding} if one.rounding else {}),
    }


def _standing_data(one: ClassifiedEntity, language: str) -> Data:
    return {
        "id": one.id,
        "name": one.name,
        "scheme": one.scheme,
        "status": one.standing.value,
        "group": one.group,
        **({} if one.group_level is None else {"group_level": one.group_level}),
        "score": one.score,
        "rank": one.rank,
        "first_tier": one.first_tier,
        "tier": one.tier,
        "overrides": [each.label for each in one.overrides],
        **({"reasons": as_json.reasons(one.codes, one.reasons, language)} if one.standing is Standing.REJECTED else {}),
    }


def _item_data(each: ItemChange) -> Data:
    return {
        "indicator": each.item.indicator,
        "label": each.item.label,
        "label_en": each.item.label_en,
        "unit": each.item.unit,
        "before": each.before and _score_data(each.before),
        "after": each.after and _score_data(each.after),
        "difference": each.difference,
        "causes": [cause.value for cause in each.causes],
        "parts": [{"cause": cause.value, "points": points} for points, cause in each.parts],
    }


def _score_data(item: ItemScore) -> Data:
    return {
        "value": item.value,
        "baseline": _finite(item.baseline),
        "low": _finite(item.low),
        "high": _finite(item.high),
        "weight": _finite(item.weight),
        "score": item.score,
    }


def _finite(value: Fraction | None) -> object:
    return value if value is None or terminating_decimals(value) is not None else str(value)


def report(result: Comparison, language: str, brief: bool = False) -> Report:
    """Migration, movers, baselines, new and gone. brief: without the movers, the new and the gone."""
    movers = result.movers()
    parted = [one for one in result.entities if one.change in (Change.NEW, Change.GONE)]
    migration, baselines = tables.migration(result, language), tables.baselines(result, language)
    people = [tables.movers(movers, language), tables.parted(parted, language)]
    everyone, rejected = tables.everyone(result, language), tables.rejected(result.entities, language)
    sections = [migration, *(each for each in [*([] if brief else people), baselines] if each.rows)]
    lists = [*([rejected] if rejected.rows else []), *_corrections(result, language)]
    return Report(
        text(N_("Comparison"), language),
        [_named(N_("Before"), result.before, language), _named(N_("After"), result.after, language)],
        [*sections, *lists],
        _notes(result, language),
        sheets=(migration, people[0], tables.items(movers, language), people[1], baselines, everyone, *lists),
        table=everyone,
    )


def _named(title: str, side: Side, language: str) -> Cell:
    """One side in a line: its files, period and schemes."""
    origin = side.origin
    parts = [
        listed(origin.paths, language),
        origin.period or "",
        listed(side.rules, language),
    ]
    return Cell(f"{text(title, language)}  {' · '.join(part for part in parts if part)}", style="dim")


def _corrections(result: Comparison, language: str) -> list[Section]:
    """The corrections of both sides; those that both have are listed once."""
    found = [each for side in (result.before, result.after) for each in side.origin.corrections or ()]
    return [corrections.section(list(dict.fromkeys(found)), language)] if found else []


def _notes(result: Comparison, language: str) -> list[Cell]:
    summary = result.summary
    sentences = [
        say(
            "{before} before, {gone} of them gone; {after} after, {new} of them new; {matched} on both sides.",
            before=summary.before,
            gone=summary.gone,
            after=summary.after,
            new=summary.new,
            matched=summary.matched,
        ),
        say(
            "Of these, {stayed} kept their tier ({rescored} with another total) and {moved} moved: {up} up, {down} "
            "down, {sideways} into or out of the graded tiers.",
            stayed=summary.stayed,
            rescored=summary.rescored,
            moved=summary.moved,
            up=summary.up,
            down=summary.down,
            sideways=summary.sideways,
        ),
    ]
    if summary.moved:
        sentences.append(
            say(
                "Moved by their own doing: {own}; only by others (baselines, ranks): {others}; by the rules: {rules}; "
                "by several of these: {several}.",
                own=summary.own,
                others=summary.others,
                rules=summary.rules,
                several=summary.several,
            )
        )
    return [Cell(translate(sentence, language)) for sentence in sentences]
