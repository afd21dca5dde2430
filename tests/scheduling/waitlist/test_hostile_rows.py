"""Whatever stands in one row, reminders of visits and offers of free times reach everybody else."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.models import JobFailure, Notice
from patients.models import Patient
from scheduling.models import Consultation, VisitType, WaitlistEntry, WaitlistOffer
from scheduling.reminders.actions.send import post_visit_reminders
from scheduling.visits.actions.change import cancel
from scheduling.waitlist.actions.offering import offer_free_times
from tests.patients.hostile import allow, put
from tests.scheduling.conftest import found_slot, new_york
from tests.scheduling.visit_types.kinds import a_visit_type
from tests.scheduling.waitlist.conftest import booked, waits

pytestmark = pytest.mark.django_db
VALUES = ("0001-01-01 BC", "9999-12-31", "infinity", "-infinity")
OF_VISITS = ((Consultation, "booked_at"), (Consultation, "held_until"), (Patient, "birth_date"))
OF_LINE = (
    (WaitlistEntry, "added_at"), (WaitlistEntry, "first_on"), (WaitlistEntry, "last_on"),
    (Patient, "birth_date"),
)  # fmt: skip
OF_OFFERS = ((WaitlistOffer, "until"), (WaitlistOffer, "offered_at"), (Consultation, "held_until"))
HOUR = timedelta(hours=1)


def hostile(model, name, value, patient):
    """This patient's rows of the table, behind its constraints."""
    path = {Patient: "pk", WaitlistOffer: "entry__patient"}.get(model, "patient")
    allow(model)
    put(
        model,
        model.objects.filter(**{path: patient.pk}).values_list("pk", flat=True),
        **{name: value},
    )


def each(fields):
    """For each of these columns and values, as a story of its own that leaves nothing behind."""
    for model, name in fields:
        for value in VALUES:
            with transaction.atomic():
                yield model, name, value
                transaction.set_rollback(True)


@pytest.fixture
def two_visits(northside, review, kim, maria, ben, sam, now):
    """On Tuesday Maria's at nine, Ben's at half past; only Maria's rows will be hostile."""
    at = {maria: new_york(9), ben: new_york(9, 30)}
    return [
        booked(who, review, found_slot(northside, kim, when), sam, now) for who, when in at.items()
    ]


def test_a_reminder_reaches_everybody_else(two_visits, maria, ben):
    _marias, bens = two_visits
    for what in each(OF_VISITS):
        hostile(*what, maria)
        post_visit_reminders(now=bens.starts - 14 * HOUR)
        kind = Notice.Kind.VISIT_REMINDER
        assert Notice.objects.filter(kind=kind, email=ben.user.email).exists(), what


def freed(visit, sam, now):
    cancel(visit=visit, reason="patient_asked", by=sam, now=now, wanted_again=False)


@pytest.fixture
def two_in_line(full, maria, ben, review, sam, now):
    """Maria is first, Ben next; nine o'clock has become free."""
    freed(full[0], sam, now)
    waits(maria, review, sam, now - HOUR)
    return waits(ben, review, sam, now)


def test_a_free_time_reaches_everybody_else(two_in_line, full, maria, ben, sam, now):
    freed(full[1], sam, now)
    for what in each(OF_LINE):
        hostile(*what, maria)
        offer_free_times(now=now)
        assert two_in_line.offers.exists(), what


def test_whatever_stands_in_an_offer_the_next_time_is_offered(
    two_in_line, full, maria, ben, sam, now
):
    offer_free_times(now=now)
    freed(full[1], sam, now)
    for what in each(OF_OFFERS):
        hostile(*what, maria)
        offer_free_times(now=now)
        assert two_in_line.offers.exists(), what


def test_a_time_that_cannot_be_offered_to_the_first_goes_to_the_next(two_in_line, maria, now):
    """Maria is set apart; the time is Ben's in the same run."""
    own = maria.waitlist_entries.get()
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE scheduling_waitlistoffer ADD CHECK (entry_id <> {own.pk})"  # what makes it raise
        )
    assert offer_free_times(now=now) == 1
    assert two_in_line.offers.exists()
    apart = JobFailure.objects.get()
    assert (apart.job, apart.row) == (JobFailure.Job.WAITLIST, own.pk)


def test_a_type_that_cannot_be_read_keeps_nobody_else_from_a_time(two_in_line, northside, sam, now):
    talk = a_visit_type(northside, name="Talk")
    waits(two_in_line.patient, talk, sam, now)
    allow(VisitType)
    put(VisitType, [talk.pk], retired_at="infinity")
    assert offer_free_times(now=now) == 1
    apart = JobFailure.objects.get()
    assert (apart.job, apart.row) == (JobFailure.Job.WAITLIST_OF_TYPE, talk.pk)
