"""A step that was undone on the day on which it began was never tried: no page and no rule says that it was.

The record and the timeline keep it, as they keep everything.
"""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.flags.actions import request_review
from patients.models import Flag, Kind, TierTrial
from patients.record.actions.records import withdraw_record
from patients.record.selectors.care_status import care_status_of
from patients.review.ceiling import history_of
from patients.review.daily_checks import run_daily_checks
from patients.review.sweep import review_due_trials
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.undo_decision import undo_decision
from tests.factories import keep_diary
from tests.pages import drawn
from tests.patients.reassessment.room import finished
from tests.patients.record_data import an_injection

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def step(episode, protocol, dr_kim):
    """Dr. Kim decides for this step, and undoes it."""

    def undone(level, at):
        flag = request_review(episode=episode, reason="", protocol=protocol, now=at)
        choice = Choice(kind="step_up", reason="other", to_level=level)
        decision = decide(flag=flag, choice=choice, by=dr_kim, now=at)
        undo_decision(decision=decision, by=dr_kim, now=at)
        return flag

    return undone


@pytest.fixture
def phone(maria, sign_in):
    browser = sign_in(maria.user)
    return lambda page: drawn(browser.get(reverse(page))).split("<main")[1]


@pytest.fixture
def mistaken(trial, episode, dr_kim, step, now):
    """A step to medicines that was undone, and an injection that was noted for Maria by mistake."""
    step(3, now)
    withdraw_record(record=an_injection(episode, dr_kim, now, days_ago=1), by=dr_kim, now=now)


def test_maria_has_done_no_step_and_is_on_no_lighter_one(mistaken, phone):
    path = phone("my_pathway")
    for words in ("Done", "lighter plan", "Medication management started", "Image-guided interventions started"):  # fmt: skip
        assert words not in path, words
    assert "Physical and manual therapy started" in path
    for page in ("visit_brief", "progress"):
        assert "Medication" not in phone(page), page


def test_she_is_asked_nothing_about_an_injection(mistaken, maria, episode, now):
    status = care_status_of(maria, episode, now)
    assert not status.had_injections
    assert [trial.level for trial in status.trials] == [2]


def test_a_step_that_was_tried_is_done_though_it_ended_the_next_day(
    trial, episode, dr_kim, protocol, phone, now
):
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    choice = Choice(kind="step_up", reason="other", to_level=3)
    decide(flag=flag, choice=choice, by=dr_kim, now=now)
    TierTrial.objects.filter(level=3).update(
        ended_on=now.date() + DAY, outcome="unknown", ended_by=dr_kim
    )
    assert "Done" in phone("my_pathway")


def test_to_go_past_it_still_skips_a_tier(trial, step, dr_kim, sign_in, now):
    flag, desk = step(3, now), sign_in(dr_kim)
    sent = {"kind": "step_up", "reason": "other", "to_level": "4"}
    page = drawn(desk.post(reverse("decide", args=[flag.pk]), sent))
    assert "A tier is skipped" in page
    evidence = drawn(desk.get(reverse("flag", args=[flag.pk])))
    assert "Tier 3 started" not in evidence


def test_letters_do_not_tell_a_colleague_that_it_was_tried(mistaken, episode, dr_kim, sign_in, now):
    own = finished(episode, dr_kim, now)
    desk = sign_in(dr_kim)
    for kind in ("gp", "patient"):
        desk.post(reverse("write_anew", kwargs={"pk": own.pk, "kind": kind}), {"seen": 0})
        text = own.letters.get(kind=kind).text
        assert "manual therapy" in text, kind
        assert "Medication management" not in text, kind


def test_pain_does_not_come_back_after_what_never_was(mistaken, episode, now):
    history = history_of(episode.pk, 14, now.date() + 30 * DAY)
    assert [step.level for step in history.steps] == [2]
    assert history.treated == [now.date() - 56 * DAY]


def test_the_record_and_the_timeline_keep_it(mistaken, maria, dr_kim, sign_in):
    desk = sign_in(dr_kim)
    assert "Medication management" in drawn(desk.get(reverse("record", args=[maria.pk])))
    assert TierTrial.objects.count() == 3


def test_an_injection_noted_anew_on_the_same_day_has_a_step_that_runs(trial, episode, dr_kim, now):
    """The first one named the wrong side."""
    wrong = an_injection(episode, dr_kim, now)
    withdraw_record(record=wrong, by=dr_kim, now=now)
    right = an_injection(episode, dr_kim, now)
    assert right.cycle.trial != wrong.cycle.trial
    running = TierTrial.objects.active().get(level=4)
    assert (running, running.started_on) == (right.cycle.trial, now.date())


# ------------------------------------------------------------------ the watch for pain that comes back


def watch(episode, by, now):
    """Maria leaves the steps in comfort, watched."""
    flag = Flag.objects.open().get(episode=episode)
    choice = Choice(kind="step_down", reason="improved", discharge="watch")
    decide(flag=flag, choice=choice, by=by, now=now)
    episode.refresh_from_db()


def pain_back(episode, now):
    """Whether the daily checks notice, after twenty days of 5."""
    later = now + 20 * DAY
    keep_diary(episode, [5] * 20, later.date())
    run_daily_checks(now=later)
    return Flag.objects.open().filter(episode=episode, kind=Kind.RELAPSE).exists()


@pytest.fixture
def calm(trial, episode, protocol, now):
    keep_diary(episode, [6] * 20 + [3] * 16 + [1] * 20, now.date())
    review_due_trials(now=now)
    request_review(episode=episode, reason="", protocol=protocol, now=now)
    return episode


def test_a_step_undone_on_the_day_of_the_discharge_does_not_blind_the_watch(
    calm, step, dr_kim, now
):
    step(3, now)
    watch(calm, dr_kim, now)
    assert pain_back(calm, now)


def test_nor_does_a_step_undone_while_she_is_watched(calm, step, dr_kim, now):
    watch(calm, dr_kim, now)
    flag = step(3, now + DAY)
    choice = Choice(kind="not_relevant", reason="other")
    decide(flag=flag, choice=choice, by=dr_kim, now=now + DAY)
    assert pain_back(calm, now + DAY)
