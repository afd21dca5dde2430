"""Everybody answers, lets go, sweeps and books at one moment, over real connections."""

from datetime import timedelta

import pytest

from scheduling.models import Consultation, WaitlistEntry, WaitlistOffer
from scheduling.visits.actions.book import book_held, hold_for_call
from scheduling.waitlist.actions.answering import accept_offered, let_go
from scheduling.waitlist.actions.offering import ANSWER_WITHIN, offer_free_times
from tests import factories
from tests.scheduling.conftest import half_hours
from tests.scheduling.race import at_once, deadlocks, doubles
from tests.scheduling.visit_types.kinds import a_visit_type
from tests.scheduling.waitlist.conftest import waits

LINE = 14


@pytest.fixture
def line(northside, dr_kim, sam, now, protocol):
    """Fourteen people in line, half of whom have a visit next week; times are kept for all of them."""
    members = [factories.StaffFactory(clinic=northside).membership_as() for _one in range(3)]
    for number, member in enumerate(members):
        half_hours(now, member, room=f"Room {number % 2}")
    kind = a_visit_type(
        northside, name="Review", purpose="follow_up", level=None, minutes=30, credentials=[], anyone=True
    )  # fmt: skip
    for number in range(LINE):
        patient = factories.PatientFactory(clinic=northside, by=dr_kim, name=f"Patient {number}")
        waits(patient, kind, sam, now + timedelta(seconds=number))
    assert offer_free_times(now=now) == LINE
    return kind


@pytest.mark.django_db(transaction=True)
def test_nobody_gets_two_and_no_time_is_given_twice(line, sam, northside, now, monkeypatch):
    # Longer than PostgreSQL takes to see a deadlock, which would else be answered as Busy.
    monkeypatch.setattr("scheduling.visits.actions.locks.PATIENCE", "20s")
    before, acts = deadlocks(), []
    late = now + ANSWER_WITHIN
    for offer in WaitlistOffer.objects.select_related("hold", "entry__patient__user"):
        by, stranger = offer.entry.patient.user, factories.PatientFactory(clinic=northside, by=sam)

        def accept(offer=offer, by=by):
            accept_offered(offer=offer, by=by, now=now)

        def release(offer=offer):
            let_go(offer=offer, answer="let_go", now=now)

        def book_instead(slot=offer.hold.slot, patient=stranger):
            held = hold_for_call(patient=patient, kind=line, slot=slot, by=sam, now=late)
            book_held(held=held, by=sam, now=late)

        acts += [accept, accept, release, book_instead]
    acts += 4 * [lambda: offer_free_times(now=late)]
    met = at_once(acts)
    assert doubles() == 0
    assert deadlocks() == before
    assert met.count("done") > LINE
    assert "Busy" not in met
    for entry in WaitlistEntry.objects.all():
        mine = Consultation.objects.filter(patient=entry.patient, state="booked")
        assert len(mine) == (entry.closing == "booked"), entry
        assert entry.offers.filter(answered_at=None).count() <= 1
        assert entry.offers.filter(answer="accepted").count() == len(mine)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_offer_each_time_once(line, now):
    late = now + 2 * ANSWER_WITHIN + timedelta(days=1)
    met = at_once(6 * [lambda: offer_free_times(now=late)])
    assert met == 6 * ["done"]
    assert doubles() == 0
    live = WaitlistOffer.objects.kept(late)
    assert live.count() == len(set(live.values_list("slot_key", flat=True))) > 0
