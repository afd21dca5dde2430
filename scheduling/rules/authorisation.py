"""What VA allowed, held against a visit that is about to be booked. VA decides; this only compares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

WARN_DAYS = (14, 28, 45)  # before the last day, the nearest first


def stage_of(days_left: int) -> int | None:
    """The nearest of 14, 28 and 45 days that has been reached."""
    return next((days for days in WARN_DAYS if days_left <= days), None)


class Problem(StrEnum):
    NOT_AUTHORISED = "not_authorised"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    NONE_LEFT = "none_left"
    OTHER_KIND = "other_kind"


@dataclass(frozen=True, slots=True)
class Allowed:
    """The first and the last day and the visits that VA allowed; `used` are had or booked within them.
    `covers` are the purposes that VA named: none, any."""

    starts_on: date
    ends_on: date
    visits: int
    used: int
    covers: tuple[str, ...] = ()


def problems(
    allowed: Allowed | None, days: list[date], purposes: Iterable[str] = ()
) -> list[Problem]:
    """Of visits on these days, for these purposes; None where VA has not decided yet."""
    if allowed is None:
        return [Problem.NOT_AUTHORISED]
    found = []
    if any(day < allowed.starts_on for day in days):
        found.append(Problem.TOO_EARLY)
    if any(day > allowed.ends_on for day in days):
        found.append(Problem.TOO_LATE)
    within = sum(allowed.starts_on <= day <= allowed.ends_on for day in days)
    if within and allowed.used + within > allowed.visits:
        found.append(Problem.NONE_LEFT)
    if allowed.covers and set(purposes) - set(allowed.covers):
        found.append(Problem.OTHER_KIND)
    return found
