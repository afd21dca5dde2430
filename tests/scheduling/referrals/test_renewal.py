"""A referral that runs out is work for somebody, in time; the request to renew it stands on paper, and VA decides."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.urls import reverse

from patients.models import FunctionScore
from scheduling.models import Referral
from scheduling.referrals.actions import (
    Authorised,
    authorise_referral,
    request_referral,
    see_to_warning,
)
from scheduling.referrals.selectors import ending_soon
from scheduling.visits.actions.attendance import mark_arrived, mark_done
from scheduling.visits.actions.book import book_held, hold_for_call
from tests.pages import drawn
from tests.scheduling.visit_types.kinds import a_visit_type

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def referral(maria, sam, now):
    """Six visits of therapy from a week ago, for sixty days more."""
    asked = request_referral(patient=maria, number="VA-7", by=sam, now=now)
    days = (now.date() - 7 * DAY, now.date() + 60 * DAY)
    authorise_referral(
        referral=asked, authorised=Authorised(days, 6, ("therapy",)), by=sam, now=now
    )
    asked.refresh_from_db()
    return asked


def warned(sam, referral, days_left):
    found = ending_soon(sam.membership_as("scheduler"), referral.ends_on - days_left * DAY)
    return [one.warns_at for one in found]


class TestAWarning:
    @pytest.mark.parametrize(
        ("days_left", "stage"), [(46, []), (45, [45]), (28, [28]), (14, [14]), (-3, [14])]
    )
    def test_is_work_at_45_28_and_14_days(self, sam, referral, days_left, stage):
        assert warned(sam, referral, days_left) == stage

    def test_seen_to_it_comes_again_at_the_next(self, sam, referral, now):
        see_to_warning(referral=referral, stage=45, by=sam, now=now)
        assert [warned(sam, referral, left) for left in (45, 29, 28)] == [[], [], [28]]

    def test_is_on_the_board_until_then(self, sam, sign_in, referral, now):
        Referral.objects.update(ends_on=now.date() + 20 * DAY)
        desk = sign_in(sam)
        assert "VA referrals that end (1)" in drawn(desk.get(reverse("board")))
        desk.post(reverse("see_to_warning", args=[referral.pk]), {"stage": 28})
        assert "VA referrals that end" not in drawn(desk.get(reverse("board")))

    def test_not_in_another_clinic(self, sid, referral):
        assert ending_soon(sid.membership_as("scheduler"), referral.ends_on) == []

    def test_a_stage_that_nobody_knows_is_refused(self, referral):
        with pytest.raises(IntegrityError, match="referral_warning_known"):
            Referral.objects.update(warned_days=13)


class TestWhatItCovers:
    @pytest.fixture
    def page(self, sam, sign_in, maria, referral, nine, now):
        def shown(kind):
            held = hold_for_call(patient=maria, kind=kind, slot=nine, by=sam, now=now)
            return drawn(sign_in(sam).get(reverse("held_time", args=[held.pk])))

        return shown

    def test_another_kind_is_said_before_it_is_booked(self, page, northside, review):
        assert "authorisation is for other visits: Therapy session." in page(review)

    def test_the_kind_that_va_named_is_fine(self, page, therapy):
        assert "authorisation is for other visits" not in page(therapy)

    def test_only_kinds_that_we_know(self, referral):
        with pytest.raises(IntegrityError, match="referral_covers_known"):
            Referral.objects.update(covers=["massage"])

    def test_nothing_before_va_has_answered(self, maria, sam, now):
        asked = request_referral(patient=maria, number="", by=sam, now=now)
        with pytest.raises(IntegrityError, match="referral_covers_once_authorised"):
            Referral.objects.filter(pk=asked.pk).update(covers=["therapy"])


def fill_in(episode, key, total, at):
    """A questionnaire that Maria filled in."""
    instrument = episode.condition.protocol.instruments.get(key=key)
    FunctionScore.objects.create(
        episode=episode, instrument=instrument, submission_id=uuid4(), completed_at=at,
        local_date=at.date(), total=total, percent=total, entered_by=episode.patient.user,
    )  # fmt: skip


@pytest.fixture
def review(northside):
    return a_visit_type(
        northside, name="Review", purpose="follow_up", level=None, credentials=[], anyone=True
    )


class TestTheRequest:
    @pytest.fixture
    def page(self, dr_kim, sign_in, referral, trial):
        return lambda: drawn(sign_in(dr_kim).get(reverse("renewal_request", args=[referral.pk])))

    def test_names_the_patient_twice_over_on_each_page_and_says_who_decides(self, page, maria):
        html = page()
        head = html.split("<thead>")[1].split("</thead>")[0]
        assert maria.name in head
        assert maria.number in head
        assert f"born {maria.birth_date:%Y-%m-%d}" in head
        assert "VA makes the coverage decision; this is a summary of the record." in html

    def test_tells_the_visits_so_far(self, page, maria, therapy, nine, sam, now):
        held = hold_for_call(patient=maria, kind=therapy, slot=nine, by=sam, now=now)
        visit = book_held(held=held, by=sam, now=now)
        assert "0 visits took place" in page()
        mark_arrived(visit=visit, by=sam, now=visit.starts)
        visit.refresh_from_db()
        mark_done(visit=visit, by=sam, now=visit.ends)
        assert "1 visit took place" in page()

    def test_scores_are_of_one_scale(self, page, episode, now):
        for weeks, total in ((6, 14), (3, 11)):
            fill_in(episode, "rmdq", total, now - 7 * weeks * DAY)
        fill_in(episode, "peg", 5, now)
        html = page()
        assert "2026-01-19: 14" in html
        assert "2026-02-09: 11" in html
        assert "2026-03-02: 5" not in html

    def test_where_there_is_nothing_it_says_so(self, page):
        assert "No questionnaire has been filled in." in page()

    def test_is_not_the_desks_to_read(self, sam, sign_in, referral):
        response = sign_in(sam).get(reverse("renewal_request", args=[referral.pk]))
        assert response.status_code == 403
