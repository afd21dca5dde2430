"""Rows into plain values for the rules: which times a clinic offers, and which of them are free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from accounts.models import Clinic, Membership
from patients.bounds import PLANNED
from patients.models import Patient, VisitRequest
from scheduling.models import Availability, AvailabilityException, Consultation, VisitType
from scheduling.rules import hours as rules
from scheduling.rules.fits import BEST, best_fits
from scheduling.rules.hours import Hours, Off, Shape, Slot, Taken

LOOK_AHEAD = timedelta(days=14)
NEAR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Offer:
    """A time with the name of the clinician, for people to read."""

    slot: Slot
    clinician: Membership


def offered(
    clinic: Clinic,
    first: date,
    last: date,
    *,
    clinician: int | None = None,
    kind: VisitType | None = None,
) -> list[Slot]:
    """Every slot of these clinic days, taken or not; both ends included. Of one clinician, or all; of
    a kind, by those who may hold it and as long as it takes."""
    days = [first + timedelta(days=day) for day in range((last - first).days + 1)]
    who = None if kind is None else _holders(clinic, kind)
    if clinician is not None:
        who = [clinician] if who is None or clinician in who else []
    hours, offs = _hours(clinic, first, last, who)
    return rules.offered(hours, offs, days, clinic.zone, _shape(kind))


def _hours(
    clinic: Clinic, first: date, last: date, who: list[int] | None
) -> tuple[list[Hours], list[Off]]:
    """When these clinicians (None: all) see people on these days, and when they do not."""
    weekly = Availability.objects.of(clinic).between(first, last)
    differs = AvailabilityException.objects.of(clinic).between(first, last)
    if who is not None:
        weekly, differs = weekly.filter(membership__in=who), differs.for_any_of(who)
    changes = list(differs)
    offs = [off for change in changes for off in _offs(change, first, last)]
    offs += [Off(None, day) for day in clinic.closed_on]
    return [*map(_weekly, weekly), *_extra(changes)], offs


def working(clinic: Clinic, slots: Iterable[Slot]) -> set[Slot]:
    """Those of these times at which their clinicians have hours and are not away."""
    slots = list(slots)
    if not slots:
        return set()
    days = [slot.day(clinic.zone) for slot in slots]
    who = list({slot.clinician for slot in slots})
    hours, offs = _hours(clinic, min(days), max(days), who)
    return {slot for slot in slots if rules.works(hours, offs, slot, clinic.zone)}


def is_away(clinic: Clinic, slot: Slot) -> bool:
    """Whether the clinician has time off then; what the clinic's holidays say is asked elsewhere."""
    day = slot.day(clinic.zone)
    differs = AvailabilityException.objects.of(clinic).between(day, day)
    changes = differs.for_any_of([slot.clinician]).filter(kind=AvailabilityException.Kind.OFF)
    return any(
        off.covers(slot, clinic.zone) for change in changes for off in _offs(change, day, day)
    )


def _holders(clinic: Clinic, kind: VisitType) -> list[int]:
    staff = clinic.memberships.current().filter(role=Membership.Role.CLINICIAN)
    return [member.pk for member in staff if kind.may_be_held_by(member)]


def _shape(kind: VisitType | None) -> Shape | None:
    if kind is None:
        return None
    rooms = tuple(kind.rooms) if kind.needs_room else None
    return Shape(kind.minutes, kind.minutes_before, kind.minutes_after, rooms)


def free(
    clinic: Clinic,
    slots: list[Slot],
    *,
    patient: Patient | None,
    now: datetime,
    kind: VisitType | None = None,
) -> list[Slot]:
    """Those of the slots that clinician, room and patient have free."""
    if not slots:
        return []
    standing = Consultation.objects.of(clinic).taking_time(now)
    since = min(slot.blocks[0] for slot in slots)
    visits = standing.overlapping(since, max(slot.blocks[1] for slot in slots))
    # Only what says when and where: whatever else stands in one visit hides no other time.
    times = visits.only("period", "blocked", "clinician", "room", "patient")
    taken = (Taken(visit.slot, visit.patient_id) for visit in times)
    rooms = tuple(kind.rooms) if kind else ()
    whose = patient.pk if patient else None
    return rules.free(slots, taken, patient=whose, now=now, rooms=rooms)


def free_between(
    patient: Patient, first: date, last: date, *, now: datetime, kind: VisitType | None = None
) -> list[Slot]:
    """What this patient's clinic can offer them on these days."""
    clinic = patient.clinic
    return free(
        clinic, offered(clinic, first, last, kind=kind), patient=patient, now=now, kind=kind
    )


def find(
    clinic: Clinic, key: str, *, kind: VisitType | None = None, now: datetime | None = None
) -> Slot | None:
    """The offered slot that a form named, taken or not; None when no hours offer it. Of a kind with
    several rooms, in one that is free now."""
    parsed = rules.parse_key(key)
    if parsed is None or not PLANNED.keeps(parsed[1].date()):
        return None
    day = parsed[1].astimezone(clinic.zone).date()
    slots = offered(clinic, day, day, kind=kind)
    named = next((slot for slot in slots if slot.key == key), None)
    if named is None or kind is None or len(kind.rooms) < 2 or now is None:
        return named
    return next(iter(free(clinic, [named], patient=None, now=now, kind=kind)), named)


def best_for(request: VisitRequest, *, now: datetime, kind: VisitType | None = None) -> list[Slot]:
    """Three times to propose, in time when it can be, with the clinician who asked."""
    patient = request.episode.patient
    asked = Membership.objects.filter(clinic=patient.clinic, user=request.requested_by_id)
    clinician = asked.current().values_list("pk", flat=True).first()
    return propose(patient, due_on=request.due_on, clinician=clinician, now=now, kind=kind)


def propose(
    patient: Patient,
    *,
    due_on: date,
    now: datetime,
    clinician: int | None = None,
    kind: VisitType | None = None,
) -> list[Slot]:
    """Three free times of a kind for a patient, best first with this clinician and by this day; none
    that lies further ahead than the kind is booked."""
    zone = patient.clinic.zone
    today = now.astimezone(zone).date()
    last = max(due_on, today + LOOK_AHEAD)
    if kind is not None:
        last = min(last, today + timedelta(days=kind.ahead_days))
    found = free_between(patient, today, last, now=now, kind=kind)
    return best_fits(found, due_on=due_on, clinician=clinician, zone=zone)


def next_free(
    slot: Slot, patient: Patient, *, now: datetime, kind: VisitType | None = None
) -> list[Slot]:
    """The next free times of the same clinician; of anybody, when there are none in two weeks."""

    def later(ahead: timedelta, clinician: int | None) -> list[Slot]:
        day = slot.day(patient.clinic.zone)
        slots = offered(patient.clinic, day, day + ahead, clinician=clinician, kind=kind)
        found = free(patient.clinic, slots, patient=patient, now=now, kind=kind)
        return [other for other in found if other.starts >= slot.starts]

    same = later(NEAR, slot.clinician)
    if len(same) < BEST:
        same = later(LOOK_AHEAD, slot.clinician)
    return (same or later(LOOK_AHEAD, None))[:BEST]


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
) -> dict[int | None, list[Consultation]]:
    """For each change, the visits to come and offered times that its time off runs into; they stay until
    moved. A change that is not saved yet has None for its key."""
    visits, zone = _ahead(viewer, now), viewer.clinic.zone

    def hit(change: AvailabilityException) -> list[Consultation]:
        offs = list(_offs(change, change.date, change.last_on))
        return [visit for visit in visits if any(off.covers(visit.slot, zone) for off in offs)]

    return {change.pk: hit(change) for change in changes if change.kind == change.Kind.OFF}


def _ahead(viewer: Membership, now: datetime) -> list[Consultation]:
    rows = Consultation.objects.under_hours_of(viewer).ahead_or_offered(now)
    related = ("patient__clinic", "patient__user", "clinician__user", "visit_type", "visit_request")
    return list(rows.select_related(*related, "waitlist_offer"))


def hits_on(
    viewer: Membership, days: Iterable[date], *, now: datetime
) -> dict[date, list[Consultation]]:
    """For each of these days, the visits to come on it, and the times that are offered."""
    visits, zone = _ahead(viewer, now), viewer.clinic.zone
    return {day: [visit for visit in visits if visit.slot.day(zone) == day] for day in days}


def hits_of_end(
    viewer: Membership, ends: Availability, last_day: date, *, now: datetime
) -> list[Consultation]:
    """Visits and offered times after this day that only these weekly hours had room for."""
    clinic, who = viewer.clinic, ends.membership_id
    mine = [
        visit
        for visit in _ahead(viewer, now)
        if visit.clinician_id == who and visit.slot.day(clinic.zone) > last_day
    ]
    others = Availability.objects.of(clinic).in_force(last_day).filter(membership=who)
    kept = [_weekly(row) for row in others.exclude(pk=ends.pk)]
    differs = AvailabilityException.objects.of(clinic).for_any_of([who])
    kept += _extra(differs.filter(last_on__gt=last_day))

    def is_lost(visit: Consultation) -> bool:
        had = rules.works([_weekly(ends)], [], visit.slot, clinic.zone)
        return had and not rules.works(kept, [], visit.slot, clinic.zone)

    return [visit for visit in mine if is_lost(visit)]


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
        if row.membership_id and row.starts and row.ends and row.room_id and row.slot_minutes:
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


def _offs(row: AvailabilityException, first: date, last: date) -> Iterator[Off]:
    """One for each of its days that is among these."""
    if row.kind != row.Kind.OFF:
        return
    begins, ends = max(row.date, first), min(row.last_on, last)
    for ahead in range((ends - begins).days + 1):
        yield Off(row.membership_id, begins + timedelta(days=ahead), row.starts, row.ends)
