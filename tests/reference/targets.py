"""Where a target stands, in plain fractions: written from the words of the field, to be obviously right."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Stands:
    """completion and lead are exact; None for what is judged as it stands."""

    light: str
    met: bool
    completion: Fraction
    lead: Fraction


def reached(sign: str, value: Fraction, goal: Fraction, allowed: Fraction) -> bool:
    """以上 at least, 突破 strictly more, 不超过 at most; 左右 within what is allowed."""
    if sign == ">=":
        return value >= goal - allowed
    if sign == ">":
        return value > goal - allowed
    return value <= goal + allowed


def filling(
    sign: str, goal: Fraction, allowed: Fraction, value: Fraction, month: int, limits: tuple[int, int, int]
) -> Stands:
    """A level or a count after so many months of a year, against months ÷ 12; goal is positive."""
    share = Fraction(month, 12)
    completion = value / goal
    if sign == "<=":  # what is not used up yet is the lead
        lead = share - completion
        forgiving = share - (value - allowed * share) / goal
    else:
        lead = completion - share
        forgiving = (value + allowed * share) / goal - share
    met = reached(sign, value, goal, allowed)
    ahead, on_schedule, behind = limits
    points = forgiving * 100
    if month == 12 and met:
        light = "ahead" if points >= ahead and points > 0 else "on_schedule"
    elif month == 12:
        light = "behind" if points >= behind else "seriously_behind"
    elif points >= ahead:
        light = "ahead"
    elif points >= on_schedule:
        light = "on_schedule"
    elif points >= behind:
        light = "behind"
    else:
        light = "seriously_behind"
    return Stands(light, met, completion * 100, lead * 100)


def as_it_stands(lead: Fraction, met: bool, limits: tuple[int, int, int]) -> str:
    """The light of what does not fill up: reaching the goal decides."""
    ahead, _, behind = limits
    if met:
        return "ahead" if lead >= ahead and lead > 0 else "on_schedule"
    return "behind" if lead >= behind else "seriously_behind"


def growing(goal: Fraction, now: Fraction, before: Fraction, limits: tuple[int, int, int]) -> str:
    """Growth over the same months a year earlier against the growth that is aimed at, in points; none from nothing."""
    if before <= 0:
        return "undefined"
    lead = (now / before - 1) * 100 - goal
    return as_it_stands(lead, lead >= 0, limits)


def seasonal(goal: Fraction, now: Fraction, then: Fraction, whole: Fraction, limits: tuple[int, int, int]) -> str:
    """A level in the course of a year, where as much should be done as of last year's total was by the same month."""
    if then <= 0 or whole <= 0:
        return "undefined"
    lead = (now / goal - then / whole) * 100
    ahead, on_schedule, behind = limits
    lights = [(ahead, "ahead"), (on_schedule, "on_schedule"), (behind, "behind")]
    return next((light for limit, light in lights if lead >= limit), "seriously_behind")
