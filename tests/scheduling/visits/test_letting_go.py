"""Maria goes on in another clinic: what scheduling holds of hers is settled first."""

import pytest

from patients.transfers.unsettled import unsettled
from scheduling.referrals.actions import request_referral
from scheduling.visits.actions.change import cancel
from tests.scheduling.visit_types.kinds import a_visit_type
from tests.scheduling.waitlist.kept import a_kept_time

pytestmark = pytest.mark.django_db

BOOKED = "A visit is booked, or a time is held."


def test_a_visit_ahead(maria, visit, sam, now):
    assert BOOKED in unsettled(maria, now)
    cancel(visit=visit, reason="patient_asked", by=sam, now=now)
    assert BOOKED not in unsettled(maria, now)


def test_a_place_in_line_and_a_referral(maria, half_past_nine, northside, sam, now):
    a_kept_time(maria, a_visit_type(northside), half_past_nine, sam, now)
    request_referral(patient=maria, number="", by=sam, now=now)
    said = unsettled(maria, now)
    assert "They stand in line for an earlier time." in said
    assert "A VA referral is open." in said
