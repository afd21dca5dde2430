"""What VA allowed, held against a visit that is about to be booked. VA decides; this only compares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Problem(StrEnum):
    NOT_AUTHORISED = "not_authorised"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    NONE_LEFT = "none_left"


@dataclass(frozen=True, slots=True)
class Allowed:
    """The first and the last day and the visits that VA allowed; `used` are had or booked within them."""

    starts_on: date
    ends_on: date
    visits: int
    used: int


def problems(allowed: Allowed | None, days: list[date]) -> list[Problem]:
    """Of visits on these days; None where VA has not decided yet."""
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
    return found
