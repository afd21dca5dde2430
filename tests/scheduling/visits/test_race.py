"""The promise that matters most to staff, under attack by 64 clients at once."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from accounts.models import Membership
from patients.models import Patient, VisitRequest
from scheduling.models import Consultation, Room
from scheduling.visits.actions.book import book
from scheduling.visits.actions.locks import Busy, turn
from tests import factories
from tests.scheduling.conftest import new_york
from tests.scheduling.desk_race import DeskRace, in_leave
from tests.scheduling.race import CLIENTS, PhoneRace, Race, deadlocks, doubles
from tests.scheduling.visit_types.kinds import a_visit_type


@pytest.fixture
def crowd(northside, dr_kim, protocol, now):
    """64 patients of Northside, each with a request of their own."""
    condition = protocol.conditions.first()
    asked = {"purpose": "review", "due_on": date(2026, 3, 9), "requested_at": now}
    requests = []
    for number in range(CLIENTS):
        patient = factories.PatientFactory(
            clinic=northside, by=dr_kim, name=f"Patient {number}", joined=False
        )
        episode = factories.EpisodeFactory(patient=patient, by=dr_kim, condition_key=condition.key)
        requests.append(VisitRequest.objects.create(episode=episode, requested_by=dr_kim, **asked))
    related = VisitRequest.objects.select_related("episode__patient__clinic")
    return list(related.filter(pk__in=[request.pk for request in requests]))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("clinicians", "rooms"), [(2, 2), (16, 1)])
def test_64_clients_on_shifted_times(clinicians, rooms, crowd, northside, sam, now, monkeypatch):
    # Longer than PostgreSQL takes to see a deadlock, which would else be answered as Busy.
    monkeypatch.setattr("scheduling.visits.actions.locks.PATIENCE", "20s")
    staff = [factories.StaffFactory(clinic=northside) for _one in range(clinicians)]
    before = deadlocks()
    tally = Race(
        requests=crowd,
        clinicians=[one.membership_as().pk for one in staff],
        rooms=[
            Room.objects.create(clinic=northside, name=f"Room {number}").pk
            for number in range(rooms)
        ],
        by=sam,
        now=now,
        opening=new_york(9),
    ).run()
    assert doubles() == 0
    assert deadlocks() == before
    assert tally.outcomes["Busy"] == 0
    assert tally.outcomes["booked"] > 0
    assert tally.outcomes["moved"] > 0
    assert tally.outcomes["SlotTaken"] > 0
    closed = VisitRequest.objects.filter(closed_at__isnull=False)
    assert set(closed) == {
        visit.visit_request for visit in Consultation.objects.filter(state="booked")
    }


@pytest.mark.django_db(transaction=True)
def test_64_who_call_and_bring_back_what_was_cancelled(crowd, northside, sam, now, monkeypatch):
    monkeypatch.setattr("scheduling.visits.actions.locks.PATIENCE", "20s")
    staff = [factories.StaffFactory(clinic=northside) for _one in range(4)]
    rooms = [Room.objects.create(clinic=northside, name=f"Room {number}").pk for number in (1, 2)]
    before = deadlocks()
    tally = PhoneRace(
        requests=crowd,
        clinicians=[one.membership_as().pk for one in staff],
        rooms=rooms,
        by=sam,
        now=now,
        opening=new_york(9),
    ).run()
    assert doubles() == 0
    assert deadlocks() == before
    for met in ("booked", "moved", "brought back", "SlotTaken"):
        assert tally.outcomes[met] > 0, tally.outcomes


@pytest.mark.django_db(transaction=True)
def test_64_at_a_whole_desk(crowd, northside, sam, now, monkeypatch):
    """Offers taken, visits booked by oneself, series, the waitlist and leave, all at once."""
    monkeypatch.setattr("scheduling.visits.actions.locks.PATIENCE", "20s")
    staff = [factories.StaffFactory(clinic=northside) for _one in range(4)]
    rooms = [Room.objects.create(clinic=northside, name=f"Room {number}").pk for number in (1, 2)]
    before = deadlocks()
    tally = DeskRace(
        requests=crowd,
        clinicians=[one.membership_as().pk for one in staff],
        rooms=rooms,
        by=sam,
        now=now,
        opening=new_york(10, day=date(2026, 3, 4)),
        waves=4,
        kind=a_visit_type(
            northside, name="Review", minutes=30, credentials=[], anyone=True, ahead_days=90
        ),
    ).run()
    assert doubles() == 0
    assert deadlocks() == before
    assert tally.outcomes["Busy"] == 0
    assert in_leave(now) == []
    for met in ("offer", "own", "series", "line", "leave", "SlotTaken"):
        assert tally.outcomes[met] > 0, tally.outcomes


@pytest.mark.django_db(transaction=True)
class TestALockThatIsNotToBeHad:
    """A colleague's transaction that hangs must not hang everybody else."""

    @pytest.fixture
    def other(self, db):
        """A second connection to the same database."""
        session = connection.copy()
        yield session
        session.close()

    @pytest.fixture(autouse=True)
    def impatient(self, monkeypatch):
        monkeypatch.setattr("scheduling.visits.actions.locks.PATIENCE", "50ms")

    @pytest.mark.parametrize("model", [Patient, Membership, Room])
    def test_is_answered_with_busy(self, model, other, wanted, nine, maria, sam, now):
        locked = {Patient: maria.pk, Membership: nine.clinician, Room: nine.room}[model]
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(
                f"SELECT 1 FROM {model._meta.db_table} WHERE id = %s FOR UPDATE",  # noqa: S608
                [locked],
            )
        with pytest.raises(Busy):
            book(request=wanted, slot=nine, by=sam, now=now)
        other.rollback()
        assert not Consultation.objects.exists()

    def test_other_faults_of_the_database_are_not_called_busy(self):
        with pytest.raises(OperationalError) as fault, turn():
            raise OperationalError
        assert not isinstance(fault.value.__cause__, LockNotAvailable)
