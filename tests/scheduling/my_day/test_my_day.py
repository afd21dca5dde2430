"""Dr. Kim's own visits of a day, each with what to know before it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.care_team.actions.care_team import set_care_team_only
from patients.flags.actions import request_review
from scheduling.visits.actions.book import book, book_held, hold_for_call
from scheduling.visits.actions.change import cancel
from tests.factories import LogFactory
from tests.pages import drawn
from tests.scheduling.conftest import TUESDAY, found_slot, new_york

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(dr_kim, sign_in):
    return sign_in(dr_kim)


def day(client, on=TUESDAY):
    return drawn(client.get(reverse("my_day"), {"day": on.isoformat()}))


def test_when_who_what_for_with_flag_brief_and_last_number(
    room, visit, episode, protocol, now, maria
):
    LogFactory(episode=episode, local_date=now.date(), average_pain=7)
    flag = request_review(episode=episode, reason="Worse at night", protocol=protocol, now=now)
    page = day(room)
    assert "Tue, Mar 3, 9:00 a.m." in page
    assert "Maria Ortiz" in page
    assert reverse("flag", args=[flag.pk]) in page
    assert "Worse at night" in page
    assert reverse("visit_brief_clinic", args=[episode.pk]) in page
    assert "Last pain 7 of 10 (Mar 2)" in page


def test_today_by_itself(room, visit, nine):
    with time_machine.travel(nine.starts, tick=False):
        assert "Maria Ortiz" in drawn(room.get(reverse("my_day")))
    assert "No visits on this day." in day(room, TUESDAY + timedelta(days=1))


def test_not_what_is_cancelled_and_not_what_a_colleague_has(
    room, visit, ben, lee, northside, sam, now
):
    slot = found_slot(northside, lee, new_york(10))
    held = hold_for_call(patient=ben, kind=None, slot=slot, by=sam, now=now)
    book_held(held=held, by=sam, now=now)
    assert "Ben Shaw" not in day(room)
    cancel(visit=visit, reason="other", by=sam, now=now)
    assert "No visits on this day." in day(room)


def test_outside_the_care_team_nothing_of_it_is_there(room, visit, northside):
    set_care_team_only(clinic=northside, on=True)
    assert "Maria Ortiz" not in day(room)


@pytest.mark.parametrize("asked", ["soon", "0001-01-01", "9999-12-31", ""])
def test_an_odd_day_is_no_error(room, hours, asked):
    assert room.get(reverse("my_day"), {"day": asked}).status_code == 200


def test_staff_have_the_board_instead(sam, sign_in):
    assert sign_in(sam).get(reverse("my_day")).status_code == 403


def test_the_same_few_queries_for_many(room, visit, bens_request, half_past_nine, sam, now):
    day(room)
    with CaptureQueriesContext(connection) as one:
        day(room)
    book(request=bens_request, slot=half_past_nine, by=sam, now=now)
    with CaptureQueriesContext(connection) as two:
        day(room)
    assert len(two) == len(one)
