"""What a flag said on its day stands beside what is so now; the newest and worst leads."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from pathway.rules import measured
from patients.flags.actions import request_review
from patients.flags.leading import leading, waits_since
from patients.models import Flag, Kind
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.review.queue import mark_review_due
from patients.review.sweep import review_due_trials
from patients.worklist.actions.snooze import discuss
from tests.factories import TrialFactory, keep_diary
from tests.pages import drawn

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


def look(episode, now):
    mark_review_due(episode=episode, now=now)
    review_due_trials(now=now)
    return Flag.objects.open().first()


def seen(desk, page, *args, at):
    with time_machine.travel(at, tick=False):
        return drawn(desk.get(reverse(page, args=args)))


@pytest.fixture
def later(now):
    return now + timedelta(days=13)


@pytest.fixture
def flag(trial, episode, now):
    keep_diary(episode, LEVEL, now.date())
    return look(episode, now)


def test_all_three_pages_say_then_and_today_and_the_last_log(
    flag, episode, dr_kim, desk, now, later
):
    """Level at 6 on Mar 2; since then 7 a day, the last one yesterday was a 10."""
    keep_diary(episode, [7] * 11 + [10], later.date() - timedelta(days=1))
    look(episode, later)
    discuss(flag=flag, note="", by=dr_kim, now=later)
    line = "Mar 2: level at 6.0 → today 7.2, last log yesterday: 10"
    for page, args in (("worklist", []), ("flag", [flag.pk]), ("meeting", [])):
        assert line in seen(desk, page, *args, at=later), page


def test_where_nothing_is_otherwise_only_the_day_is_said(flag, desk, now):
    for page, args in (("worklist", []), ("flag", [flag.pk])):
        words = seen(desk, page, *args, at=now)
        assert "Mar 2: level at 6.0, last log today: 6" in words
        assert "→ today" not in words


def test_the_worst_finding_leads_and_its_wait_counts(flag, episode, desk, now, later):
    keep_diary(episode, [9] * 13, later.date())
    look(episode, later)
    page = seen(desk, "worklist", at=later + timedelta(hours=3))
    assert "Getting worse" in page
    assert "Waiting:</span> 3 hours</p>" in page, "not the thirteen days of the plateau before it"
    assert "+1<" in page, "the plateau is the earlier reason"
    assert f"This waits since {later:%b} {later.day}" in seen(desk, "flag", flag.pk, at=later)


def test_news_that_does_not_lead_is_told_in_words(flag, episode, protocol, desk, now, later):
    request_review(episode=episode, reason="Worse at night", protocol=protocol, now=later)
    for page, args in (("worklist", []), ("flag", [flag.pk])):
        words = seen(desk, page, *args, at=later)
        assert "New since Mar 15: Patient asks for a review, Asks for a review: Worse at" in words
    assert "+1<" not in seen(desk, "worklist", at=later)


def test_of_two_that_say_the_same_the_newer_one_speaks(trial, episode, protocol, now, later):
    for reason, then in (("First", now), ("Second", later)):
        flag = request_review(episode=episode, reason=reason, protocol=protocol, now=then)
    assert (flag.kind, flag.sentence) == (Kind.REVIEW_REQUESTED, "Asks for a review: Second")
    assert leading(flag).found_at == waits_since(flag) == later


# ------------------------------------------------------------------ the trigger can be checked


def test_the_signal_stands_beside_the_bar_of_its_day_and_the_start_is_taken_apart(
    flag, episode, desk, now, later
):
    numbers = flag.findings.get().numbers
    keep_diary(episode, [5] * 13, later.date())
    look(episode, later)
    page = seen(desk, "flag", flag.pk, at=later)
    signal, bar = f"{numbers['stall']:.2f}", f"{numbers['bar']:.2f}"
    assert numbers["stall"] >= numbers["bar"]
    assert "Signal on Mar 2" in page
    assert f"{signal}; {bar} or more was needed on that day (log-odds of a stall)" in page
    assert "(usual pain, as stated: 6; mean of the first week: 6.0)" in page


def test_a_rise_says_by_how_much_and_what_was_needed(episode, dr_kim, desk, now):
    TrialFactory(episode=episode, by=dr_kim, usual_pain=4)
    keep_diary(episode, [4] * 42 + [8] * 14, now.date())
    flag = look(episode, now)
    bar = f"{flag.findings.get().numbers['rise_bar']:.2f}"
    page = seen(desk, "flag", flag.pk, at=now)
    assert f"4.00 points above the diary before the last 14 days; {bar} or more was needed" in page


def test_a_start_that_was_too_low_is_told_as_a_rise_above_the_start(episode, dr_kim, desk, now):
    """Usual pain was said to be 2, the diary has been level from the first day on."""
    TrialFactory(episode=episode, by=dr_kim, usual_pain=2)
    keep_diary(episode, [5] * 7 + [6] * 49, now.date())
    page = seen(desk, "flag", look(episode, now).pk, at=now)
    assert "2.5 points above the start; 1.5 on 5 days were needed" in page


def test_a_start_without_pain_has_no_target(episode, dr_kim, protocol, desk, now):
    TrialFactory(episode=episode, by=dr_kim, usual_pain=0)
    keep_diary(episode, [0] * 57, now.date())
    review_due_trials(now=now)
    asked = request_review(episode=episode, reason="", protocol=protocol, now=now)
    page = seen(desk, "flag", asked.pk, at=now)
    assert "no target: pain was too little to fall by a point" in page
    assert "or less" not in page


@pytest.mark.parametrize(("window", "weeks"), [(84, 12), (100, 12), (126, 18), (182, 26)])
def test_error_rates_are_those_of_the_window(episode, dr_kim, desk, now, window, weeks):
    TrialFactory(episode=episode, by=dr_kim, days_ago=80, window_days=window)
    keep_diary(episode, [6] * 81, now.date())
    page = seen(desk, "flag", look(episode, now).pk, at=now)
    rate = measured.PLATEAU_FALSE_IN[weeks]
    assert f"In simulated trials of {weeks} weeks about {rate} of 100" in page
    assert "Measured with rules 3.0." in page


# ------------------------------------------------------------------ the fan, for clinicians only


def fan_of(desk, flag, at):
    return seen(desk, "flag", flag.pk, at=at)


@pytest.mark.parametrize(("day", "shown"), [(13, False), (14, True), (83, True), (84, False)])
def test_the_fan_stands_from_day_14_to_the_end_of_the_window(
    episode, dr_kim, protocol, desk, now, day, shown
):
    TrialFactory(episode=episode, by=dr_kim, days_ago=day)
    keep_diary(episode, [6] * (day + 1), now.date())
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    review_due_trials(now=now)
    assert ("Where this course may end on" in fan_of(desk, flag, now)) is shown


def test_its_caption_says_how_often_such_ranges_held_and_a_switch_hides_it(flag, desk, now):
    page = fan_of(desk, flag, now)
    for words in (
        "Where this course may end on Mar 30, 2026:", "(10 to 90 %)",
        f"that the rules know {measured.FAN_HOLDS} ended inside",
        f"of others {measured.FAN_HOLDS_OTHERS}.", "not for patients",
    ):  # fmt: skip
        assert words in page, words
    at = reverse("flag", args=[flag.pk])
    assert desk.post(at, {"fan": "hide"}).status_code == 302
    assert "Where this course may end on" not in fan_of(desk, flag, now)
    desk.post(at, {"fan": "show"})
    assert "Where this course may end on" in fan_of(desk, flag, now)


def test_no_patient_ever_sees_it(flag, maria, sign_in, now):
    phone = sign_in(maria.user)
    for page in ("home", "progress", "my_pathway", "visit_brief"):
        assert "may end on" not in drawn(phone.get(reverse(page)))


def test_a_form_is_named_with_both_scores_on_every_page(
    flag, episode, maria, protocol, dr_kim, desk, now
):
    for weeks, score in ((6, 7), (4, 6), (2, 5)):
        form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", score))
        then = now - timedelta(weeks=weeks)
        record_peg(episode=episode, form=form, by=maria.user, now=then)
    discuss(flag=flag, note="", by=dr_kim, now=now)
    for page, args in (("worklist", []), ("flag", [flag.pk]), ("meeting", [])):
        assert "PEG 7 → 5" in seen(desk, page, *args, at=now), page
