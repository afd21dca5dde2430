"""Taking a time, one at a time: the order of the locks, and what a refusal is called.

Two inserts whose times half overlap wait for each other inside an exclusion constraint, and
PostgreSQL kills one of them. So whoever takes or moves a time first locks everyone whose day it
touches, always in the order patient, clinicians, rooms. The constraints stay as the backstop.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from psycopg.errors import LockNotAvailable

from accounts.constraints import constraint_of
from accounts.models import Membership
from patients.models import Patient
from scheduling import slots
from scheduling.models import Consultation, Room, VisitType
from scheduling.rules.hours import Slot

PATIENCE = "400ms"  # for each of the three locks, so that a refusal takes a second at most


class Refused(Exception):
    """This time is not available now; `next_free` are the slots to offer instead."""

    def __init__(self, next_free: list[Slot] | None = None) -> None:
        super().__init__()
        self.next_free = next_free or []


class SlotTaken(Refused):
    """Somebody else has this time."""


class Busy(Refused):
    """Others are booking with this clinician at this moment: nothing was changed, try again."""


class MovedOn(Exception):
    """A colleague has changed this in the meantime."""


class NotWaiting(MovedOn):
    """The request has a visit already, or was closed."""


class CannotChange(MovedOn):
    """The visit is not, or no longer, in a state for this."""


@contextmanager
def turn() -> Iterator[None]:
    """One transaction that waits for its locks a moment at most. Raises Busy."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Busy from error
        raise


@contextmanager
def taking(
    slot: Slot, patient: Patient, now: datetime, kind: VisitType | None = None, **own: object
) -> Iterator[None]:
    """A turn that takes this time, which the patient's `own` row may have already. Of a `kind`, so that
    what is free instead fits it too.

    Raises SlotTaken, Busy.
    """
    in_the_way = Consultation.objects.taking_time(now).in_the_way(slot, patient)
    # Most refusals are plain to see; they need not queue for the locks.
    if in_the_way.exclude(**own).exists():
        raise _taken(slot, patient, now, kind)
    try:
        with turn():
            yield
    except IntegrityError as error:
        if not constraint_of(error).startswith("one_visit_at_a_time"):
            raise
        raise _taken(slot, patient, now, kind) from error


def _taken(slot: Slot, patient: Patient, now: datetime, kind: VisitType | None) -> SlotTaken:
    """Asked while no lock is held: others need not wait for the answer."""
    return SlotTaken(slots.next_free(slot, patient, now=now, kind=kind))


def lock_patient(patient: Patient) -> None:
    """First, so that the patient's holds and visits stay what they are read to be.

    NO KEY: a log that the patient saves meanwhile refers to this row and does not wait.
    """
    list(Patient.objects.filter(pk=patient.pk).select_for_update(no_key=True).values_list("pk"))


def place(visit: Consultation, slot: Slot, now: datetime) -> None:
    """Save the hold or visit at this time; its patient is locked already.

    The last step of a turn: from here on others wait for this clinician and this room. Raises
    SlotTaken of somebody who has left or is away meanwhile.
    """
    lock_times(visit, slot)
    if not _is_there(slot):
        raise SlotTaken
    _release_lapsed(visit, slot, now)
    visit.clinician_id, visit.room_id = slot.clinician, slot.room
    visit.period = DateTimeTZRange(slot.starts, slot.ends)
    visit.blocked = DateTimeTZRange(*slot.blocks)
    # Not update_fields: when our own hold had run out and was released, this inserts it again.
    visit.save()


def _is_there(slot: Slot) -> bool:
    """Asked once the clinician is locked: whoever enters time off or a holiday locks them as well."""
    member = Membership.objects.select_related("clinic").get(pk=slot.clinician)
    is_closed = slot.day(member.clinic.zone) in member.clinic.closed_on
    return not (member.ended_at or is_closed or slots.is_away(member.clinic, slot))


def lock_times(visit: Consultation, *slots: Slot) -> None:
    """Clinicians and rooms of the new times and of the time that a moved visit leaves."""
    for model, keys in (
        (Membership, {visit.clinician_id, *(slot.clinician for slot in slots)}),
        (Room, {visit.room_id, *(slot.room for slot in slots)}),
    ):
        rows = model._default_manager.filter(pk__in=keys - {None}).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk"))


def _release_lapsed(visit: Consultation, slot: Slot, now: datetime) -> None:
    """Delete others' holds that ran out in this time; history keeps that they were made."""
    lapsed = Consultation.objects.lapsed(now).in_the_way(slot, visit.patient)
    lapsed.exclude(pk=visit.pk).delete()
