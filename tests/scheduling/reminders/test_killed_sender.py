"""Kill -9 of the sender in the middle: no reminder is lost, and what leaves twice keeps its name. And a visit
that moves while the sender has its reminder in hand. Real processes, connections and a mail server."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actions import send_due_notices
from accounts.models import Membership, Notice
from scheduling.models import Room, VisitReminder
from scheduling.rules.hours import Slot
from scheduling.tasks import post_visit_reminders
from scheduling.visits.actions.book import book_held, hold_for_call
from scheduling.visits.actions.change import cancel
from tests.conftest import publish
from tests.factories import ClinicAtNoonFactory, PatientFactory, StaffFactory
from tests.running import environment, process, wait_until, waits_for_a_lock
from tests.scheduling.reminders.sink import sink

PEOPLE = 4
HOUR = timedelta(hours=1)
POST_AND_SEND = (
    "from scheduling.tasks import post_visit_reminders as post;"
    "from accounts.tasks import send_notices as send;"
    "post(); send()"
)


@pytest.fixture
def sam(transactional_db):
    publish()
    clinic = ClinicAtNoonFactory()
    return StaffFactory(clinic=clinic, role="scheduler", name="Sam Silva")


@pytest.fixture
def visits(sam):
    """Four people whose visits are in a day, booked a week ago."""
    now = timezone.now()
    clinic = Membership.objects.get(user=sam).clinic
    dr_kim = StaffFactory(clinic=clinic, name="Dr. Kim")
    room = Room.objects.create(clinic=clinic, name="Room 4")
    starts = (now + 23 * HOUR).replace(second=0, microsecond=0)
    booked = []
    for number in range(PEOPLE):
        patient = PatientFactory(clinic=clinic, by=dr_kim, name=f"Patient {number}")
        begins = starts + number * HOUR / 4
        slot = Slot(begins, begins + HOUR / 4, dr_kim.membership_as().pk, room.pk)
        said = {"by": sam, "now": now - timedelta(days=7)}
        held = hold_for_call(patient=patient, kind=None, slot=slot, **said)
        booked.append(book_held(held=held, **said))
    Notice.objects.all().update(sent_at=now)
    return booked


def sender(server):
    own = environment() | {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(server.port),
        "EMAIL_USE_TLS": "false",
    }
    return [sys.executable, "manage.py", "shell", "-c", POST_AND_SEND], own


@pytest.mark.processes
def test_a_sender_killed_in_the_middle_loses_none_and_repeats_under_the_same_name(visits, tmp_path):
    with sink(silent_at=2) as server:
        command, own = sender(server)
        with process(command, tmp_path / "first.log", own) as first:
            wait_until(lambda: len(server.messages) == 2, 60, "the second mail")
            first.kill()
            first.wait()
        server.goes_on.set()
        with process(command, tmp_path / "second.log", own) as second:
            second.wait(60)
    found = server.names_by_recipient()
    assert set(found) == {visit.patient.user.email for visit in visits}
    assert sorted(len(names) for names in found.values()) == [1, 1, 1, 2]
    assert all(len(set(names)) == 1 for names in found.values())
    assert not Notice.objects.filter(sent_at=None).exists()
    assert VisitReminder.objects.filter(dropped="", hours_before=24).count() == PEOPLE


@pytest.fixture
def server(settings):
    """Falls silent at the first mail, until it is told to go on."""
    with sink(silent_at=1) as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_USE_TLS = False
        yield running


@pytest.fixture
def posted(visits, sam):
    """One visit whose reminder is about to leave."""
    now, visit = timezone.now(), visits[0]
    for other in visits[1:]:
        cancel(visit=other, reason="other", by=sam, now=now)
    Notice.objects.all().update(sent_at=now)
    post_visit_reminders()
    return visit


def test_cancelled_just_before_the_sender_looks_nothing_leaves(posted, server):
    cancelled_in_a_thread(posted)
    Notice.objects.filter(kind="visit_cancelled").update(sent_at=timezone.now())
    assert in_a_thread() == 0
    assert server.messages == []
    assert VisitReminder.objects.get(notice__isnull=False).dropped == "cancelled"


def test_cancelled_while_the_sender_has_it_in_hand(posted, server):
    """The mail left before the visit was cancelled: whoever cancels waits for the sender."""
    with ThreadPoolExecutor(2) as pool:
        sending = pool.submit(in_a_thread)
        wait_until(lambda: server.messages, 30, "the mail")
        cancelling = pool.submit(cancelled_in_a_thread, posted)
        wait_until(waits_for_a_lock, 10, "the wait for the sender")
        server.goes_on.set()
        assert sending.result(30) >= 1
        cancelling.result(30)
    assert VisitReminder.objects.get(notice__isnull=False).dropped == ""
    posted.refresh_from_db()
    assert posted.state == "cancelled"


def in_a_thread():
    try:
        return send_due_notices(now=timezone.now())
    finally:
        connection.close()


def cancelled_in_a_thread(visit):
    try:
        by, now = visit.patient.user, timezone.now()
        return cancel(visit=visit, reason="patient_asked", by=by, now=now)
    finally:
        connection.close()
