"""A veteran's booking is held against what VA allowed; the referral follows the visits."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from scheduling.models import Referral
from scheduling.referrals.actions import Authorised, authorise_referral, request_referral
from scheduling.visits.actions.attendance import mark_arrived, mark_done
from scheduling.visits.actions.book import book, hold, hold_for_call
from tests.pages import drawn
from tests.scheduling.conftest import TUESDAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def asked(maria, sam, now):
    return request_referral(patient=maria, number="VA-7", by=sam, now=now)


@pytest.fixture
def allowed(asked, sam, now):
    def allow(first=TUESDAY - DAY, last=TUESDAY + 30 * DAY, visits=6):
        days = (first, last)
        authorise_referral(referral=asked, authorised=Authorised(days, visits), by=sam, now=now)
        return asked

    return allow


@pytest.fixture
def desk(sam, sign_in):
    return sign_in(sam)


def booking_page(desk, wanted, nine, sam, now):
    hold(request=wanted, slot=nine, by=sam, now=now)
    return drawn(desk.get(reverse("book", args=[wanted.pk])))


@pytest.mark.parametrize(
    ("allows", "said"),
    [
        ({}, ""),
        ({"last": TUESDAY - DAY}, "VA's authorisation ends on March 2, 2026: before this visit."),
        ({"first": TUESDAY + DAY}, "VA's authorisation begins on March 4, 2026: after this visit."),
    ],
)
def test_the_days(desk, wanted, nine, sam, now, allowed, allows, said):
    allowed(**allows)
    page = booking_page(desk, wanted, nine, sam, now)
    assert said in unescape(page)
    assert ("You can book all the same." in page) is bool(said)


def test_no_visit_left(desk, wanted, maria, nine, half_past_nine, sam, now, allowed):
    allowed(visits=1)
    book(request=wanted, slot=nine, by=sam, now=now)
    held = hold_for_call(patient=maria, kind=None, slot=half_past_nine, by=sam, now=now)
    page = drawn(desk.get(reverse("held_time", args=[held.pk])))
    assert "All visits that VA allowed (1) are used or booked." in page


def test_before_va_has_answered(desk, wanted, nine, sam, now, asked):
    assert "VA has not answered yet" in booking_page(desk, wanted, nine, sam, now)


def test_a_veteran_without_a_referral(desk, wanted, maria, nine, sam, now):
    maria.is_veteran = True
    maria.save(update_fields=["is_veteran"])
    assert "No VA referral is open." in booking_page(desk, wanted, nine, sam, now)


def test_nothing_is_said_of_others(desk, wanted, nine, sam, now):
    assert (
        "VA" not in booking_page(desk, wanted, nine, sam, now).split("<main")[1].split("</main")[0]
    )


def test_booked_and_seen_the_referral_says_so(wanted, nine, sam, now, allowed):
    allowed()
    visit = book(request=wanted, slot=nine, by=sam, now=now)
    assert Referral.objects.get().state == "scheduled"
    mark_arrived(visit=visit, by=sam, now=nine.starts)
    mark_done(visit=visit, by=sam, now=nine.ends)
    referral = Referral.objects.get()
    assert (referral.state, referral.changed_by) == ("seen", sam)


def test_a_visit_outside_its_days_moves_nothing(wanted, nine, sam, now, allowed):
    allowed(first=TUESDAY + DAY)
    book(request=wanted, slot=nine, by=sam, now=now)
    assert Referral.objects.get().state == "authorised"
