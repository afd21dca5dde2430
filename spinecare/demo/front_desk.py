"""A few days at the desk: visits that were had, missed and are to come, and requests that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from patients.models import Decision, Flag, Kind, Patient
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from scheduling import slots
from scheduling.models import Consultation, VisitType
from scheduling.visits.actions.attendance import (
    mark_arrived,
    mark_confirmed,
    mark_done,
    mark_no_show,
)
from scheduling.visits.actions.book import book_held, hold_for_call
from scheduling.visits.actions.change import cancel
from scheduling.visits.actions.offer import offer_held
from spinecare.demo.diary import Diary
from spinecare.demo.staff import Staff

DAY = timedelta(days=1)
SATURDAY = 5
ASKED = 3


@dataclass(frozen=True)
class Planned:
    """A visit so many workdays from today, at which of the free times, and what becomes of it."""

    kind: str
    workdays: int
    nth: int
    fate: str = "booked"


WEEK = [
    Planned("Therapy session", -2, 0, "done"), Planned("Follow-up", -2, 8, "done"),
    Planned("Therapy session", -1, 2, "done"), Planned("Medication review", -1, 3, "missed"),
    Planned("Follow-up", -1, 20, "done"),
    Planned("Therapy session", 0, 0, "confirmed"), Planned("Therapy session", 0, 4),
    Planned("Medication review", 0, 0, "confirmed"), Planned("New patient", 0, 8),
    Planned("Phone follow-up", 0, 20), Planned("Injection", 0, 6), Planned("Follow-up", 0, 14),
    Planned("Therapy session", 1, 2), Planned("Reassessment", 1, 4, "confirmed"),
    Planned("Phone follow-up", 1, 9), Planned("Therapy session", 1, 9),
    Planned("Follow-up", 1, 12, "offered"), Planned("Follow-up", 2, 3, "cancelled"),
    Planned("Therapy session", 2, 6), Planned("New patient", 2, 0),
    Planned("Therapy session", 3, 1), Planned("Injection", 3, 3),
    Planned("Medication review", 4, 2), Planned("Therapy session", 5, 0),
]  # fmt: skip


def work_the_desk(diaries: list[Diary], staff: Staff, *, now: datetime) -> None:
    _ask_for_visits(staff, now - timedelta(hours=20))
    kinds = {kind.name: kind for kind in VisitType.objects.of(staff.clinic).current()}
    for number, planned in enumerate(WEEK):
        patient = diaries[(5 * number + 1) % len(diaries)].episode.patient
        _book(planned, patient, kinds[planned.kind], staff, now)


def _ask_for_visits(staff: Staff, now: datetime) -> None:
    """A clinician has decided about some of the flags that wait."""
    waiting = Flag.objects.open().filter(kind=Kind.WORSENING, opened_at__lt=now)
    for flag in waiting.select_related("trial", "episode__patient").order_by(
        "-opened_at", "episode__patient__number"
    )[:ASKED]:
        level = flag.trial.level if flag.trial else 5
        kind = Decision.Kind.STEP_UP if level < 4 else Decision.Kind.REASSESS
        choice = Choice(
            kind=kind,
            reason=Decision.Reason.NOT_IMPROVING,
            to_level=level + 1 if kind == Decision.Kind.STEP_UP else None,
            patient_sentence="You and your care team will plan the next step together.",
        )
        decide(flag=flag, choice=choice, by=staff.clinician, now=now)


def _book(planned: Planned, patient: Patient, kind: VisitType, staff: Staff, now: datetime) -> None:
    day = _workday(now.date(), planned.workdays)
    then = min(now, datetime.combine(day - DAY, time(15), staff.clinic.zone))
    free = slots.free_between(patient, day, day, now=then, kind=kind)
    if not free:
        return
    slot, by = free[min(planned.nth, len(free) - 1)], staff.scheduler
    held = hold_for_call(patient=patient, kind=kind, slot=slot, by=by, now=then)
    if planned.fate == "offered" and patient.user:
        offer_held(held=held, by=by, now=now)
        return
    _live(book_held(held=held, by=by, now=then), planned.fate, staff, now)


def _live(visit: Consultation, fate: str, staff: Staff, now: datetime) -> None:
    by, is_over = staff.scheduler, visit.ends <= now
    if fate == "confirmed" and visit.starts > now:
        mark_confirmed(visit=visit, by=by, now=now)
    elif fate == "done" and is_over:
        mark_arrived(visit=visit, by=by, now=visit.starts)
        mark_done(visit=visit, by=by, now=visit.ends)
    elif fate == "missed" and is_over:
        mark_no_show(visit=visit, reason="no_word", by=by, now=visit.ends)
    elif fate == "cancelled":
        cancel(visit=visit, reason=Consultation.Reason.CLINICIAN_AWAY, by=by, now=now)


def _workday(today: date, ahead: int) -> date:
    """Today, or the next day that is one; so many workdays on or back."""
    day = today
    while day.weekday() >= SATURDAY:
        day += DAY
    step = DAY if ahead > 0 else -DAY
    for _passed in range(abs(ahead)):
        day += step
        while day.weekday() >= SATURDAY:
            day += step
    return day
