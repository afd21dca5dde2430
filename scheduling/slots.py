"""Rows into plain values for the rules: which times a clinic offers, and which of them are free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from accounts.models import Clinic, Membership
from patients.bounds import PLANNED
from patients.models import Patient, VisitRequest
from scheduling.models import Availability, AvailabilityException, Consultation
from scheduling.rules import hours as rules
from scheduling.rules.fits import BEST, best_fits
from scheduling.rules.hours import Hours, Off, Slot, Taken

LOOK_AHEAD = timedelta(days=14)
NEAR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Offer:
    """A time with the name of the clinician, for people to read."""

    slot: Slot
    clinician: Membership


def offered(clinic: Clinic, first: date, last: date, *, clinician: int | None = None) -> list[Slot]:
    """Every slot of these clinic days, taken or not; both ends included. Of one clinician, or all."""
    days = (first + timedelta(days=day) for day in range((last - first).days + 1))
    whose = {} if clinician is None else {"membership": clinician}
    weekly = Availability.objects.of(clinic).between(first, last).filter(**whose)
    changes = list(AvailabilityException.objects.of(clinic).between(first, last).filter(**whose))
    offs = (_off(change) for change in changes if change.kind == change.Kind.OFF)
    hours = [*map(_weekly, weekly), *_extra(changes)]
    return rules.offered(hours, offs, days, clinic.zone)


def free(
    clinic: Clinic, slots: list[Slot], *, patient: Patient | None, now: datetime
) -> list[Slot]:
    """Those of the slots that clinician, room and patient have free."""
    if not slots:
        return []
    standing = Consultation.objects.of(clinic).taking_time(now)
    visits = standing.overlapping(slots[0].starts, max(slot.ends for slot in slots))
    taken = (
        Taken(visit.starts, visit.ends, visit.clinician_id, visit.room_id, visit.patient_id)
        for visit in visits
    )
    return rules.free(slots, taken, patient=patient.pk if patient else None, now=now)


def free_between(patient: Patient, first: date, last: date, *, now: datetime) -> list[Slot]:
    """What this patient's clinic can offer them on these days."""
    clinic = patient.clinic
    return free(clinic, offered(clinic, first, last), patient=patient, now=now)


def find(clinic: Clinic, key: str) -> Slot | None:
    """The offered slot that a form named, taken or not; None when no hours offer it."""
    parsed = rules.parse_key(key)
    if parsed is None or not PLANNED.keeps(parsed[1].date()):
        return None
    day = parsed[1].astimezone(clinic.zone).date()
    return next((slot for slot in offered(clinic, day, day) if slot.key == key), None)


def best_for(request: VisitRequest, *, now: datetime) -> list[Slot]:
    """Three times to propose, in time when it can be, with the clinician who asked."""
    patient = request.episode.patient
    zone = patient.clinic.zone
    today = now.astimezone(zone).date()
    last = max(request.due_on, today + LOOK_AHEAD)
    asked = Membership.objects.filter(clinic=patient.clinic, user=request.requested_by_id)
    return best_fits(
        free_between(patient, today, last, now=now),
        due_on=request.due_on,
        clinician=asked.current().values_list("pk", flat=True).first(),
        zone=zone,
    )


def next_free(slot: Slot, patient: Patient, *, now: datetime) -> list[Slot]:
    """The next free times of the same clinician; of anybody, when there are none in two weeks."""
    same = _later(slot, patient, NEAR, clinician=slot.clinician, now=now)
    if len(same) < BEST:
        same = _later(slot, patient, LOOK_AHEAD, clinician=slot.clinician, now=now)
    return (same or _later(slot, patient, LOOK_AHEAD, clinician=None, now=now))[:BEST]


def _later(
    slot: Slot, patient: Patient, ahead: timedelta, *, clinician: int | None, now: datetime
) -> list[Slot]:
    day = slot.day(patient.clinic.zone)
    slots = offered(patient.clinic, day, day + ahead, clinician=clinician)
    found = free(patient.clinic, slots, patient=patient, now=now)
    return [other for other in found if other.starts >= slot.starts]


def name(clinic: Clinic, slots: Iterable[Slot]) -> list[Offer]:
    """The slots with their clinicians, read at once."""
    slots = list(slots)
    people = clinic.memberships.select_related("user").in_bulk({slot.clinician for slot in slots})
    return [Offer(slot, people[slot.clinician]) for slot in slots]


def clinicians(clinic: Clinic, slots: Iterable[Slot]) -> list[Membership]:
    """Whose slots these are, by name."""
    people = clinic.memberships.filter(pk__in={slot.clinician for slot in slots})
    return list(people.select_related("user").order_by("user__name", "pk"))


def hits(
    viewer: Membership, changes: Iterable[AvailabilityException], *, now: datetime
) -> dict[int, list[Consultation]]:
    """For each change, the booked visits that its time off runs into; they stay until moved."""
    booked = Consultation.objects.visible_to(viewer).ahead(now)
    visits, zone = list(booked.select_related("patient")), viewer.clinic.zone
    return {
        change.pk: [visit for visit in visits if _off(change).covers(visit.slot, zone)]
        for change in changes
        if change.kind == change.Kind.OFF
    }


def day_bounds(clinic: Clinic, first: date, last: date) -> tuple[datetime, datetime]:
    """The instants at which these clinic days begin and have ended."""
    after = last + timedelta(days=1)
    return rules.instant(first, time(), clinic.zone), rules.instant(after, time(), clinic.zone)


def _weekly(row: Availability) -> Hours:
    return Hours(
        clinician=row.membership_id,
        room=row.room_id,
        weekday=row.weekday,
        starts=row.starts,
        ends=row.ends,
        slot_minutes=row.slot_minutes,
        from_on=row.from_on,
        until_on=row.until_on,
    )


def _extra(changes: Iterable[AvailabilityException]) -> Iterator[Hours]:
    """Extra hours are weekly hours that last one day; the database holds their parts together."""
    for row in changes:
        if row.starts and row.ends and row.room_id and row.slot_minutes:
            yield Hours(
                clinician=row.membership_id,
                room=row.room_id,
                weekday=row.date.weekday(),
                starts=row.starts,
                ends=row.ends,
                slot_minutes=row.slot_minutes,
                from_on=row.date,
                until_on=row.date,
            )


def _off(row: AvailabilityException) -> Off:
    return Off(row.membership_id, row.date, row.starts, row.ends)
