"""How long opioids have been taken without a real break, and when the course is to be looked at.

Days are counted, nothing else: no dose enters, and none comes out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class OpioidSettings:
    """The protocol's numbers, in days of a course (CDC 2022: from 28 days on it counts as long).

    gap_days: so many days without do not break a course.
    """

    note_day: int
    review_day: int
    review_every_days: int
    gap_days: int = 7


@dataclass(frozen=True, slots=True)
class OpioidCourse:
    """The course that runs today. The day it began is day 1.

    reviews      how many looks the course has called for by today
    review_since the day the latest of them was due; None before the first
    is_noted     long enough for a word to the clinician in acute pain
    """

    started_on: date
    days: int
    reviews: int
    review_since: date | None
    is_noted: bool


def opioid_course(
    taken: Iterable[tuple[date, date | None]], today: date, settings: OpioidSettings
) -> OpioidCourse | None:
    """The course that runs today, over all opioids; None when none is taken.

    `taken` are first and last days (None: goes on). One that follows within `gap_days`, or overlaps,
    is the same course: neither a change of product nor a few days without start a new count. Days
    are counted by the calendar, those without included.
    """
    start = _unbroken_start(taken, today, settings.gap_days)
    if start is None:
        return None
    days = (today - start).days + 1
    reviews = 0
    if days >= settings.review_day:
        reviews = 1 + (days - settings.review_day) // settings.review_every_days
    due = settings.review_day - 1 + (reviews - 1) * settings.review_every_days
    return OpioidCourse(
        started_on=start,
        days=days,
        reviews=reviews,
        review_since=start + timedelta(days=due) if reviews else None,
        is_noted=days >= settings.note_day,
    )


def _unbroken_start(
    taken: Iterable[tuple[date, date | None]], today: date, gap_days: int
) -> date | None:
    """From today back, over every course that reaches the one after it."""
    start: date | None = None
    reaches = today
    for first, last in sorted(taken, key=lambda each: each[1] or date.max, reverse=True):
        if first <= today and (last is None or last >= reaches):
            start = min(start or first, first)
            reaches = start - timedelta(days=gap_days + 1)
    return start
