"""Criteria about how long: pain, care, medicines, sessions, home exercise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

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
from pathway.rules.criteria.record import Care, Record, days_of

WEEK = 7
SIDE_EFFECT = "side_effect"
CLEARLY_BETTER = "responded"


def pain_weeks_at_least(record: Record, *, weeks: int) -> Answer:
    """Since the complaint began."""
    if record.onset is None:
        return missing("The day on which the complaint began.", Where.INTAKE)
    lasted = (record.as_of - record.onset).days // WEEK
    began = Proof(record.onset, None, "The complaint began")
    why = f"{counted(lasted, weeks, 'weeks')} since it began."
    return met(why, began) if lasted >= weeks else not_met(why, began)


def conservative_weeks_at_least(
    record: Record, *, weeks: int, levels: Sequence[int], within_days: int = 0
) -> Answer:
    """Weeks with care of these tiers that did not clearly help; overlapping days count once. What the
    patient told of care elsewhere is shown apart: whether it counts is for a clinician to state."""
    care = [_cut(one, record, within_days) for one in _tried(record, levels)]
    kept = [one for one in care if one is not None]
    told = [one for one in record.told if one.level in levels]
    proof = (*map(_row, kept), *(_told(one.weeks, one.what) for one in told))
    here = days_of(kept, record.as_of) // WEEK
    why = f"{counted(here, weeks, 'weeks')} of care are documented here."
    if here >= weeks:
        return met(why, *proof)
    elsewhere = sum(one.weeks for one in told)
    if here + elsewhere >= weeks:
        return to_state(
            f"{why} The patient told of {elsewhere} weeks before; were they directed care?", *proof
        )
    return not_met(why, *proof) if proof else missing("Care of these steps.", Where.RECORDS)


def _tried(record: Record, levels: Sequence[int]) -> list[Care]:
    every = (*record.care, *record.medicines)
    return [one for one in every if one.level in levels and one.helped != CLEARLY_BETTER]


def _cut(one: Care, record: Record, within_days: int) -> Care | None:
    """The part of it inside of the last `within_days`; 0: all of it."""
    if not within_days:
        return one
    first = max(one.first, record.as_of - timedelta(days=within_days))
    last = one.last or record.as_of
    return replace(one, first=first) if first <= last else None


def ended_for_side_effect(record: Record, *, levels: Sequence[int]) -> Answer:
    """Care that could not be gone on with."""
    ended = [one for one in _every(record, levels) if one.ended_for == SIDE_EFFECT]
    if ended:
        return met("Care was ended for a side effect.", *map(_row, ended))
    tried = [*map(_row, _every(record, levels))]
    if tried:
        return not_met("No care of these steps was ended for a side effect.", *tried)
    return missing("Care of these steps.", Where.RECORDS)


def _every(record: Record, levels: Sequence[int]) -> list[Care]:
    return [one for one in (*record.care, *record.medicines) if one.level in levels]


def modality_count(record: Record, *, least: int, levels: Sequence[int]) -> Answer:
    """Different kinds of care that were tried."""
    tried = _every(record, levels)
    kinds = {kind for one in tried for kind in one.kinds}
    why = f"{counted(len(kinds), least, 'kinds of care')} are documented."
    if len(kinds) >= least:
        return met(why, *map(_row, tried))
    return not_met(why, *map(_row, tried)) if kinds else missing("Kinds of care.", Where.RECORDS)


def sessions_attended_at_least(record: Record, *, least: int) -> Answer:
    """Sessions with a therapist that were attended."""
    held = [on(day, "Session attended") for day in record.sessions]
    why = f"{counted(len(held), least, 'sessions')} were attended."
    if len(held) >= least:
        return met(why, *held)
    return not_met(why, *held) if held else missing("Sessions with a therapist.", Where.RECORDS)


def home_days_share_at_least(record: Record, *, percent: int, weeks: int) -> Answer:
    """Days with exercises done at home, of those that were planned in the last weeks."""
    first = record.as_of - timedelta(days=weeks * WEEK - 1)
    plans = [
        one for one in record.home_plans if (one.last or record.as_of) >= first and one.days_a_week
    ]
    if not plans:
        return missing("A programme with days at home.", Where.RECORDS)
    # The largest plan of several: more plans never make it easier, and never missing.
    planned = max(one.days_a_week for one in plans) * weeks
    done = [day for day in record.home_days if day >= first]
    if not done:
        return missing("Days on which the exercises were done.", Where.SCORE)
    share = 100 * len(done) // planned
    why = f"{len(done)} of {planned} planned days in {weeks} weeks: {share} %, and {percent} % are asked."
    proof = Proof(done[0], done[-1], f"Exercises done on {len(done)} days")
    return met(why, proof) if share >= percent else not_met(why, proof)


def medicine_days_at_least(record: Record, *, days: int) -> Answer:
    """Days on which at least one medicine was taken."""
    taken = list(record.medicines)
    total = days_of(taken, record.as_of)
    why = f"{counted(total, days, 'days with a medicine')} are documented."
    if total >= days:
        return met(why, *map(_row, taken))
    return not_met(why, *map(_row, taken)) if total else missing("Medicines.", Where.RECORDS)


def _row(one: Care) -> Proof:
    why = f", ended for: {one.ended_for.replace('_', ' ')}" if one.ended_for else ""
    return Proof(one.first, one.last, f"{one.what}{why}", one.told)


def _told(weeks: int, what: str) -> Proof:
    return Proof(None, None, f"{what}, {weeks} weeks", told=True)
