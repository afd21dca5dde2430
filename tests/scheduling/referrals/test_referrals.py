"""Joy is a veteran: VA is asked, VA decides, and the clock of what it allowed is kept."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from scheduling.models import Referral
from scheduling.referrals import actions
from scheduling.referrals.selectors import referral_status_of
from tests.pages import drawn

pytestmark = pytest.mark.django_db

DAYS = (date(2026, 3, 2), date(2026, 8, 31))


@pytest.fixture
def phone(maria, sign_in):
    return sign_in(maria.user)


@pytest.fixture
def board(sam, sign_in):
    return sign_in(sam)


@pytest.fixture
def asked(maria, sam, now):
    return actions.request_referral(patient=maria, number="VA-7", by=sam, now=now)


@pytest.fixture
def allowed(asked, sam, now):
    actions.authorise_referral(
        referral=asked, authorised=actions.Authorised(DAYS, 6), by=sam, now=now
    )
    asked.refresh_from_db()
    return asked


def text(response):
    return drawn(response)


def test_who_has_none_reads_nothing_of_it(phone):
    assert "VA" not in text(phone.get(reverse("visits"))).split("<main")[1]


def test_the_patient_reads_it_in_plain_words(phone, asked, sam, now, visit):
    page = text(phone.get(reverse("visits")))
    assert "Your clinic has asked VA for a referral and waits for the answer" in page
    assert "VA makes the coverage decision." in page
    actions.authorise_referral(
        referral=asked, authorised=actions.Authorised(DAYS, 6), by=sam, now=now
    )
    page = text(phone.get(reverse("visits")))
    assert "VA has approved your referral." in page
    assert "It covers visits until Aug. 31, 2026: 6 in all, 1 used or booked." in page or (
        "It covers visits until August 31, 2026: 6 in all, 1 used or booked." in page
    )


def test_staff_keep_it_from_asking_to_the_end(board, maria, asked, now):
    place, move = (reverse(name, args=[asked.pk]) for name in ("referral", "move_referral"))
    assert "VA&#x27;s answer" in text(board.get(place)) or "VA's answer" in text(board.get(place))
    wrong = {"starts_on": "2026-03-02", "ends_on": "2026-03-01", "visits_allowed": "6"}
    assert board.post(place, wrong).status_code == 422
    assert board.post(place, wrong | {"ends_on": "2026-08-31"}).url == place
    for state, step in (
        ("authorised", "Visit scheduled"), ("scheduled", "Patient seen"), ("seen", "Records returned"),
    ):  # fmt: skip
        assert f"Next: {step}" in text(board.get(place))
        board.post(move, {"state": state})
    assert "Next:" not in text(board.get(place))
    board.post(move, {"state": "returned", "closing": "used"})
    asked.refresh_from_db()
    assert (asked.state, asked.closing) == ("closed", "used")
    assert "Closed: Used up or expired" in text(board.get(place))


def test_a_colleagues_step_is_not_taken_twice(board, allowed):
    move = reverse("move_referral", args=[allowed.pk])
    board.post(move, {"state": "authorised"})
    page = text(board.post(move, {"state": "authorised"}, follow=True))
    assert "A colleague changed this in the meantime." in page
    allowed.refresh_from_db()
    assert allowed.state == "scheduled"
    page = text(board.post(reverse("referral", args=[allowed.pk]),
                {"starts_on": "2026-03-02", "ends_on": "2026-08-31", "visits_allowed": "9"}, follow=True))  # fmt: skip
    assert "A colleague changed this in the meantime." in page


def test_renewing_asks_va_again(board, allowed, maria):
    board.post(reverse("move_referral", args=[allowed.pk]), {"state": "authorised", "renew": "yes"})
    renewed = Referral.objects.open().get()
    assert (renewed.renews, renewed.state, renewed.patient) == (allowed, "requested", maria)
    assert str(renewed) == "Maria Ortiz: Requested"


def test_nothing_comes_after_the_end(allowed, sam, now):
    actions.close_referral(referral=allowed, closing="withdrawn", by=sam, now=now)
    allowed.refresh_from_db()
    for act in (actions.advance_referral, actions.renew_referral):
        with pytest.raises(actions.ReferralMoved):
            act(referral=allowed, by=sam, now=now)


def test_adding_one_by_the_record_number(board, maria, stella):
    place = reverse("add_referral")
    assert board.get(place).status_code == 200
    for number in ("N-0", stella.number):
        assert "No patient of this clinic has this record number." in text(
            board.post(place, {"patient": number})
        )
    assert board.post(place, {"patient": maria.number}).url == reverse("referrals")
    assert "This patient has an open referral." in text(
        board.post(place, {"patient": maria.number})
    )


@pytest.mark.parametrize(
    ("days_left", "warns"), [(46, None), (45, 45), (29, 45), (28, 28), (14, 14), (0, 14)]
)
def test_it_warns_before_the_end(allowed, days_left, warns):
    standing = referral_status_of(allowed, DAYS[1] - timedelta(days=days_left))
    assert (standing.days_left, standing.warns_at, standing.is_over) == (days_left, warns, False)


def test_the_list_says_what_ends_soon_and_what_has_ended(board, allowed, now, asked):
    assert "until Aug 31, 2026, 0 of 6 visits" in text(board.get(reverse("referrals")))
    Referral.objects.update(ends_on=date(2026, 3, 12))
    assert "Ends in 10 days" in text(board.get(reverse("referrals")))
    Referral.objects.update(starts_on=date(2026, 2, 1), ends_on=date(2026, 3, 1))
    assert "Ended" in text(board.get(reverse("referrals")))
    allowed.refresh_from_db()
    [sentence] = referral_status_of(allowed, date(2026, 3, 2)).sentences
    assert sentence.startswith("Your referral ended on")


def test_an_empty_list(board, northside):
    assert "No referral is open." in text(board.get(reverse("referrals")))


def test_before_an_answer_nothing_warns(asked):
    standing = referral_status_of(asked, date(2026, 3, 2))
    assert (standing.days_left, standing.warns_at, standing.is_over) == (None, None, False)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"ends_on": None}, "referral_authorised_whole"),
        ({"visits_allowed": 0}, "referral_authorised_whole"),
        ({"ends_on": date(2026, 3, 1)}, "referral_authorised_whole"),
        ({"starts_on": None, "ends_on": None, "visits_allowed": None}, "referral_state_fits"),
        ({"state": "lost"}, "referral_state_fits"),
        ({"state": "requested"}, "referral_state_fits"),
        ({"closing": "used"}, "referral_closed_with_reason"),
        ({"state": "closed"}, "referral_closed_with_reason"),
    ],
)
def test_the_database_refuses_half_a_referral(allowed, fields, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Referral.objects.update(**fields)


def test_one_is_open_at_a_time(allowed, maria, sam, now):
    with pytest.raises(actions.ReferralOpen):
        actions.request_referral(patient=maria, number="", by=sam, now=now)


def test_the_episode_of_care_is_kept_by_the_name_that_va_gave_it(board, asked, sam, now):
    sent = {"starts_on": DAYS[0], "ends_on": DAYS[1], "visits_allowed": 12}
    named = {"seoc": "Chiropractic, initial SEOC 1.4"}
    page = text(board.post(reverse("referral", args=[asked.pk]), sent | named, follow=True))
    assert "Episode of care" in page
    assert named["seoc"] in page
    actions.renew_referral(referral=Referral.objects.get(), by=sam, now=now)
    assert Referral.objects.get(renews=asked).seoc == "", "VA names the next one"
