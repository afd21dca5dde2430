"""Criteria about what was found: scores, procedures and their relief, images, visits, statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pathway.rules.criteria.answer import (
    Answer,
    Proof,
    Where,
    counted,
    met,
    missing,
    not_met,
    on,
    to_state,
)
from pathway.rules.criteria.record import Care, Done, Image, Record, Relief, Score

MONTHS_A_YEAR = 12


def score_within_days_before(record: Record, *, scales: Sequence[str], days: int) -> Answer:
    """One score, on a scale that is asked for, that is not too old."""
    since = record.as_of - timedelta(days=days)
    asked = sorted((one for one in record.scores if one.scale in scales), key=lambda one: one.day)
    lately = [one for one in asked if one.day >= since]
    if lately:
        return met(f"A score of the last {days} days is there.", *map(_score, _newest(lately)))
    return missing(f"A score of the last {days} days.", Where.SCORE, *map(_score, asked[-1:]))


def _newest(scores: list[Score]) -> list[Score]:
    """The last of each scale."""
    return list({one.scale: one for one in scores}.values())


def same_instrument_before_after(record: Record, *, scales: Sequence[str], days: int) -> Answer:
    """One scale on both sides of a procedure, or of a stretch of care: at most so many days before
    it, and after it."""
    for pivot, what in _pivots(record):
        for scale in scales:
            of_scale = [one for one in record.scores if one.scale == scale]
            before = [o for o in of_scale if pivot - timedelta(days=days) <= o.day <= pivot]
            after = [one for one in of_scale if one.day > pivot]
            if before and after:
                first, last = max(before, key=_day), max(after, key=_day)
                return met(f"The same scale before and after: {what}.", _score(first), _score(last))
    some = [_score(one) for one in _newest(sorted(record.scores, key=_day)) if one.scale in scales]
    return missing("A score before and after on the same scale.", Where.SCORE, *some)


def _pivots(record: Record) -> list[tuple[date, str]]:
    """The newest first: procedures, then the beginnings of care."""
    done = [(one.day, one.what) for one in record.procedures]
    begun = [(one.first, one.what) for one in record.care]
    return [*sorted(done, reverse=True), *sorted(begun, reverse=True)]


def _day(score: Score) -> date:
    return score.day


def relief_percent_at_least(
    record: Record, *, percent: int, purpose: str, count: int = 1, kinds: Sequence[str] = ()
) -> Answer:
    """So many procedures with as much relief at some time."""
    done = [one for one in record.procedures if _is(one, purpose, kinds)]
    measured = [one for one in done if one.relief]
    enough = [one for one in measured if _best(one) >= percent]
    rows = [_procedure(one) for one in done]
    why = f"{counted(len(enough), count, f'with {percent} % relief or more')}."
    if len(enough) >= count:
        return met(why, *rows)
    if len(measured) >= count:
        return not_met(why, *rows)
    return missing(f"{why} Relief after the procedure.", Where.RECORDS, *rows)


def relief_kept_days(
    record: Record, *, percent: int, days: int, kinds: Sequence[str] = ()
) -> Answer:
    """An injection whose relief was still as much so many days later. Where a later one did less, a
    clinician states which of them speaks for the next."""
    done = sorted((o for o in record.procedures if _is(o, "injection", kinds)), key=lambda o: o.day)
    late = [one for one in done if _entries(one, days)]
    kept = [one for one in late if max(r.percent for r in _entries(one, days)) >= percent]
    rows = [_procedure(one) for one in done]
    why = f"{percent} % relief or more, {days} days after an injection"
    if kept and late[-1] is kept[-1]:
        return met(f"{why}: documented.", *rows)
    if kept:
        return to_state(f"{why}: documented, and a later injection did less.", *rows)
    if late:
        return not_met(f"{why}: it was less.", *rows)
    return missing(f"{why}: no entry so late.", Where.RECORDS, *rows)


def sessions_in_rolling_months_at_most(
    record: Record, *, most: int, months: int, purpose: str, kinds: Sequence[str] = ()
) -> Answer:
    """With the one that is asked for, not more than so many within the months."""
    since = months_before(record.as_of, months)
    done = [one for one in record.procedures if _is(one, purpose, kinds) and one.day > since]
    days = sorted({one.day for one in done})
    why = f"{len(days)} in the last {months} months; with the next one {len(days) + 1} of {most}."
    rows = [_procedure(one) for one in done]
    return met(why, *rows) if len(days) < most else not_met(why, *rows)


def imaging_within_months(record: Record, *, methods: Sequence[str], months: int) -> Answer:
    """A picture whose words are on record, not too old."""
    since = months_before(record.as_of, months)
    asked = [one for one in record.images if one.method in methods]
    seen = [one for one in asked if not one.told]
    lately = [one for one in seen if one.day >= since]
    if lately:
        return met(f"A picture of the last {months} months is on record.", *map(_image, lately))
    if seen:
        return not_met(f"No picture of the last {months} months is on record.", *map(_image, asked))
    return missing("The words of a picture.", Where.RECORDS, *map(_image, asked))


def visit_after(record: Record, *, weeks: int, levels: Sequence[int]) -> Answer:
    """A clinician looked at how it went, so many weeks after care began."""
    begun = [one.first for one in _of(record, levels)]
    if not begun:
        return missing("Care of these steps, and a look at it afterwards.", Where.RECORDS)
    due = min(begun) + timedelta(weeks=weeks)
    looks = [on(one.day, one.what) for one in record.looks if one.day >= due]
    if looks:
        return met(f"Looked at again, {weeks} weeks or more after care began.", *looks)
    return missing(f"A visit on or after {due}.", Where.NOWHERE)


def _of(record: Record, levels: Sequence[int]) -> list[Care]:
    return [one for one in (*record.care, *record.medicines) if one.level in levels]


def safety_skip(record: Record) -> Answer:
    """A danger sign that a clinician has looked at: then nobody asks for a trial first."""
    rows = [on(one.day, one.what) for one in record.red_flags]
    if rows:
        return met("A danger sign was looked at by a clinician.", *rows)
    return not_met("No danger sign is on record.")


def clinician_states(record: Record, *, key: str, text: str) -> Answer:
    """What no row can prove: somebody says it by name."""
    said = record.statements.get(key)
    if said is None:
        return to_state(text)
    row = on(said.day, f"{said.by}: {said.words}" if said.words else said.by)
    return met(text, row) if said.holds else not_met(text, row)


def months_before(day: date, months: int) -> date:
    """The same day of the month, or the last one there is."""
    whole = day.year * MONTHS_A_YEAR + day.month - 1 - months
    year, month = divmod(whole, MONTHS_A_YEAR)
    for length in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(length, day.day))
        except ValueError:
            continue
    raise ValueError(day)


def _is(one: Done, purpose: str, kinds: Sequence[str]) -> bool:
    return one.purpose == purpose and (not kinds or one.kind in kinds)


def _best(one: Done) -> int:
    return max(relief.percent for relief in one.relief)


def _entries(one: Done, days: int) -> list[Relief]:
    return [relief for relief in one.relief if relief.after_days >= days]


def _procedure(one: Done) -> Proof:
    said = "; ".join(f"{r.percent} % after {_time(r.after_days)}" for r in one.relief)
    return on(one.day, f"{one.what}: {said}" if said else one.what)


def _time(days: int) -> str:
    return f"{days // 7} weeks" if days else "hours"


def _score(one: Score) -> Proof:
    return on(one.day, f"{one.scale.upper()} {one.value:g}")


def _image(one: Image) -> Proof:
    return on(one.day, one.what, told=one.told)
