"""A decision is undone by a further entry, as long as nothing rests on it; both stay to be read."""

from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Notice
from patients.flags.actions import request_review
from patients.models import Decision, Episode, Flag, TierTrial, TrialReview, VisitRequest
from patients.record.actions.reopen import (
    TooLateToReopen,
    may_reopen,
    reopen_episode,
    reopens_until,
)
from patients.record.actions.trials import end_trial, start_cycle
from patients.review.sweep import review_due_trials
from patients.worklist.actions.decide import OtherDecision, correct
from patients.worklist.actions.decide import decide as decide_action
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.undo_decision import BuiltOn, first_entry, undo_decision
from scheduling import slots
from scheduling.hours.actions import add_hours
from scheduling.visits.actions.book import hold, release
from tests.factories import TrialFactory, keep_diary
from tests.pages import drawn
from tests.patients.record_data import an_injection
from tests.stage import staged

pytestmark = pytest.mark.django_db

Do, Why = Decision.Kind, Decision.Reason


@staged
def flag(trial, episode, now):
    keep_diary(episode, [6, 6, 5, 6, 7, 6, 6] * 8, now.date())
    review_due_trials(now=now)
    return Flag.objects.get()


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


def read(answer):
    return drawn(answer)


def decide(flag, by, now, kind, **more):
    choice = Choice(kind=kind, reason=Why.NOT_IMPROVING, **more)
    return decide_action(flag=flag, choice=choice, by=by, now=now)


def undo(decision, by, now):
    return undo_decision(decision=decision, by=by, now=now + timedelta(seconds=8))


def test_a_step_up_is_undone_whole(flag, trial, episode, maria, dr_kim, now):
    cycle = start_cycle(
        trial=trial,
        modality=trial.tier.modalities.in_order()[0],
        started_on=trial.started_on,
        by=dr_kim,
    )
    decision = decide(flag, dr_kim, now, Do.STEP_UP, to_level=3, patient_sentence="More help.")
    entry = undo(decision, dr_kim, now)
    assert (entry.kind, entry.corrects, entry.flag) == (Do.UNDONE, decision, flag)
    trial.refresh_from_db()
    flag.refresh_from_db()
    cycle.refresh_from_db()
    assert (trial.ended_on, trial.outcome, trial.ended_by) == (None, "", None)
    assert cycle.ended_on is None
    assert (flag.closed_at, flag.closing) == (None, "")
    medication = TierTrial.objects.get(level=3)
    assert (medication.ended_on, medication.outcome) == (medication.started_on, "unknown")
    request = VisitRequest.objects.get(decision=decision)
    assert (request.closed_by, VisitRequest.objects.waiting().count()) == (dr_kim, 0)
    notice = Notice.objects.get(kind=Notice.Kind.MESSAGE_WAITING)
    assert notice.given_up_at is not None
    assert not Decision.objects.about(maria).exists()


def test_afterwards_another_decision_is_free(flag, dr_kim, now):
    undo(decide(flag, dr_kim, now, Do.STEP_UP, to_level=3), dr_kim, now)
    again = decide(flag, dr_kim, now + timedelta(minutes=1), Do.STEP_UP, to_level=3)
    assert again.round == 2
    assert TierTrial.objects.active().get().level == 3
    undo(again, dr_kim, now + timedelta(minutes=2))
    assert Decision.objects.filter(kind=Do.UNDONE).count() == 2


def test_an_extension_is_undone_and_may_be_given_again(flag, trial, dr_kim, now):
    undo(decide(flag, dr_kim, now, Do.EXTEND, extension_days=28), dr_kim, now)
    trial.refresh_from_db()
    assert (trial.length_days, trial.extension_reason) == (84, "")
    decide(flag, dr_kim, now + timedelta(minutes=1), Do.EXTEND, extension_days=14)
    trial.refresh_from_db()
    assert trial.length_days == 98


def test_the_quiet_of_before_is_back(flag, trial, dr_kim, now):
    soon = now.date() + timedelta(days=3)
    of_before = {"quiet_from": now.date(), "quiet_kinds": ["insufficient_data"]}
    TrialReview.objects.update(quiet_until=soon, **of_before)
    check = now.date() + timedelta(days=14)
    undo(decide(flag, dr_kim, now, Do.CONTINUE, next_check_on=check), dr_kim, now)
    review = TrialReview.objects.get(trial=trial)
    assert (review.quiet_until, review.quiet_kinds) == (soon, ["insufficient_data"])


@pytest.mark.parametrize("discharge", ["watch", "close"])
def test_leaving_the_steps_is_undone(flag, trial, episode, dr_kim, now, discharge):
    decision = decide(flag, dr_kim, now, Do.STEP_DOWN, discharge=discharge)
    undo(decision, dr_kim, now)
    episode.refresh_from_db()
    assert (episode.watch_until, episode.closed_on, episode.closed_by) == (None, None, None)
    assert TierTrial.objects.active().get() == trial


def test_a_corrected_decision_is_taken_back_at_its_end(flag, dr_kim, now):
    decision = decide(flag, dr_kim, now, Do.REASSESS)
    correction = correct(decision=decision, note="left side", by=dr_kim, now=now)
    entry = undo(decision, dr_kim, now)
    assert entry.corrects == correction
    assert first_entry(entry) == decision


# ------------------------------------------------------------------ refused, with words


def refused(decision, by, now):
    with pytest.raises(BuiltOn) as built:
        undo(decision, by, now)
    assert not Decision.objects.filter(kind=Do.UNDONE).exists()
    return str(built.value)


def test_not_under_a_later_decision(flag, episode, protocol, dr_kim, now):
    decision = decide(flag, dr_kim, now, Do.CONTINUE, next_check_on=now.date() + timedelta(14))
    later = now + timedelta(hours=1)
    asked = request_review(episode=episode, reason="", protocol=protocol, now=later)
    decide(asked, dr_kim, later, Do.REASSESS)
    assert "later decision" in refused(decision, dr_kim, later)


def test_not_beside_another_open_flag(flag, episode, protocol, dr_kim, now):
    decision = decide(flag, dr_kim, now, Do.CONTINUE, next_check_on=now.date() + timedelta(14))
    request_review(episode=episode, reason="", protocol=protocol, now=now)
    assert "Another flag is open" in refused(decision, dr_kim, now)


def test_not_when_a_time_is_held_for_its_visit(flag, dr_kim, sam, now):
    add_hours(
        membership=dr_kim.membership_as("clinician"),
        room="Room 4",
        weekdays=[now.weekday()],
        starts=time(9),
        ends=time(12),
        slot_minutes=30,
        from_on=now.date(),
    )
    decision = decide(flag, dr_kim, now, Do.REASSESS)
    request = decision.visit_request
    slot = slots.best_for(request, now=now)[0]
    held = hold(request=request, slot=slot, by=sam, now=now)
    assert "held or booked" in refused(decision, dr_kim, now)
    release(held=held)
    undo(decision, dr_kim, now)


def test_not_when_the_new_step_has_been_worked_with(flag, episode, dr_kim, now):
    decision = decide(flag, dr_kim, now, Do.STEP_UP, to_level=4)
    an_injection(episode, dr_kim, now)
    assert "is in use already" in refused(decision, dr_kim, now)


def test_not_when_the_ended_step_began_anew(flag, episode, dr_kim, now):
    decision = decide(flag, dr_kim, now, Do.STEP_UP, to_level=3)
    TrialFactory(episode=episode, by=dr_kim, level=2, days_ago=0)
    assert "The trials have changed since" in refused(decision, dr_kim, now)


def test_not_when_the_complaint_was_opened_again(flag, episode, dr_kim, now):
    decision = decide(flag, dr_kim, now, Do.STEP_DOWN, discharge="close")
    reopen_episode(episode=episode, now=now)
    assert "opened or closed since" in refused(decision, dr_kim, now)


def test_not_twice(flag, dr_kim, now):
    decision = decide(flag, dr_kim, now, Do.REASSESS)
    undo(decision, dr_kim, now)
    with pytest.raises(OtherDecision):
        undo(decision, dr_kim, now)


def test_an_entry_names_the_one_it_takes_back(flag, dr_kim, now):
    with pytest.raises(IntegrityError, match="undone_names_which"), transaction.atomic():
        Decision.objects.create(
            flag=flag, kind=Do.UNDONE, reason="other", decided_at=now, decided_by=dr_kim
        )


# ------------------------------------------------------------------ the pages


def test_the_status_bar_offers_undo_and_the_history_keeps_both(flag, desk, now):
    url = reverse("decide", args=[flag.pk])
    sent = {"kind": "reassess", "reason": "other", "patient_sentence": "We would like to see you."}
    page = read(desk.post(url, sent, follow=True))
    decision = Decision.objects.get()
    undo_url = reverse("undo_decision", args=[decision.pk])
    assert "Recorded: Reassess." in page
    assert "Staff have been asked for a visit." in page
    assert f'action="{undo_url}"' in page
    page = read(desk.post(undo_url, follow=True))
    assert "The flag is open again" in page
    assert "“Reassess” was undone by Dr. Kim" in page
    assert (
        'We would like to see you.” Mar 2, 2026, 09:00 <span class="muted">(no longer shown)'
        in page
    )
    assert "This decision was undone already." in read(desk.post(undo_url, follow=True))


def test_why_it_cannot_be_undone_is_said(flag, episode, protocol, desk, dr_kim, now):
    decision = decide(flag, dr_kim, now, Do.CONTINUE, next_check_on=now.date() + timedelta(14))
    request_review(episode=episode, reason="", protocol=protocol, now=now)
    page = read(desk.post(reverse("undo_decision", args=[decision.pk]), follow=True))
    assert "Another flag is open now." in page


def test_a_correction_is_a_further_entry_with_its_own_words(flag, maria, desk, dr_kim, now):
    decision = decide(flag, dr_kim, now, Do.REASSESS, patient_sentence="Come in.")
    url = reverse("correct_decision", args=[decision.pk])
    assert url in read(desk.get(reverse("flag", args=[flag.pk])))
    assert "Come in." in read(desk.get(url))
    assert "Say what you correct." in read(desk.post(url, {"reason": "other", "note": ""}))
    words = {"reason": "safety", "note": "It was the safety answer", "patient_sentence": "See us."}
    page = read(desk.post(url, words, follow=True))
    assert "Correction of “Reassess”" in page
    assert "Come in." in page
    assert [said.patient_sentence for said in Decision.objects.about(maria)] == ["See us."]
    assert "Somebody added an entry before you." in read(desk.post(url, words, follow=True))


def test_out_of_the_steps_is_offered_with_stepping_down_only(flag, episode, desk):
    url = reverse("decide", args=[flag.pk])
    up = desk.post(url, {"kind": "step_up", "reason": "improved", "to_level": "watch"})
    assert "Choose a higher tier." in read(up)
    sent = {"kind": "step_down", "reason": "improved", "to_level": "watch"}
    page = read(desk.post(url, sent))
    for words in (
        "Ends tier 2 Physical and manual therapy today as",
        "Care is paused; relapse is monitored until May 31, 2026.",
        "You are ready for a lighter plan.",
        "If your pain comes back, tell us",
    ):
        assert words in page, words
    desk.post(url, {**sent, "patient_sentence": "Well done."})
    assert Decision.objects.get().discharge == "watch"
    assert str(Episode.objects.get().watch_until) == "2026-05-31"
    assert not TierTrial.objects.active().exists()


def test_the_patient_reads_that_no_step_runs_for_now(flag, maria, sign_in, dr_kim, now):
    decide(flag, dr_kim, now, Do.STEP_DOWN, discharge="watch")
    for where in ("home", "my_pathway"):
        assert "You do not need a step for now." in read(sign_in(maria.user).get(reverse(where)))


def test_closing_the_complaint_is_said_and_done(flag, episode, desk, now):
    url = reverse("decide", args=[flag.pk])
    sent = {"kind": "step_down", "reason": "improved", "to_level": "close"}
    assert "It can be opened again with its history." in read(desk.post(url, sent))
    desk.post(url, {**sent, "patient_sentence": ""})
    episode.refresh_from_db()
    assert episode.closed_on == now.date()
    page = read(desk.get(reverse("records", args=[episode.pk])))
    assert "until March 2, 2027" in page or "until Mar 2, 2027" in page
    assert desk.post(reverse("reopen_episode", args=[episode.pk]), follow=True).status_code == 200
    episode.refresh_from_db()
    assert episode.closed_on is None


def test_a_skipped_step_asks_twice(flag, desk):
    url = reverse("decide", args=[flag.pk])
    page = read(desk.post(url, {"kind": "step_up", "reason": "other", "to_level": "4"}))
    assert "A tier is skipped" in page
    assert "Record anyway" in page


def test_a_step_that_was_tried_before_is_not_skipped(flag, episode, trial, desk, dr_kim, now):
    earlier = TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=120)
    end_trial(trial=earlier, outcome="not_responded", by=dr_kim, today=now.date())
    sent = {"kind": "step_up", "reason": "other", "to_level": "4"}
    page = read(desk.post(reverse("decide", args=[flag.pk]), sent))
    assert "A tier is skipped" not in page


def test_a_tier_that_runs_is_refused_before_the_last_look(flag, episode, desk, dr_kim):
    TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=10)
    sent = {"kind": "step_up", "reason": "other", "to_level": "3"}
    page = read(desk.post(reverse("decide", args=[flag.pk]), sent, follow=True))
    assert "This tier is being tried already." in page


def test_no_step_begins_before_the_complaint_is_described(episode, protocol, desk, now):
    Episode.objects.update(condition=None, onset_on=None, region="", radiating=False)
    asked = request_review(episode=episode, reason="", protocol=protocol, now=now)
    url = reverse("decide", args=[asked.pk])
    sent = {"kind": "step_up", "reason": "other", "to_level": "1"}
    assert "Complaint not described yet" in read(desk.post(url, sent, follow=True))
    page = read(desk.post(url, {"kind": "reassess", "reason": "other"}))
    assert "Asks staff for a visit within 14 days" in page


def test_out_of_the_steps_is_whole_or_refused(flag, dr_kim, now):
    for fields in (
        {"kind": "step_down", "discharge": "close", "to_level": 1},
        {"kind": "step_up", "discharge": "close"},
        {"kind": "reassess", "discharge": "watch"},
    ):
        with pytest.raises(IntegrityError, match="step_names_tier"), transaction.atomic():
            Decision.objects.create(
                flag=flag, reason="other", decided_at=now, decided_by=dr_kim, **fields
            )


# ------------------------------------------------------------------ quick re-entry


def test_a_closed_complaint_opens_again_within_the_protocols_time(flag, episode, dr_kim, desk, now):
    decide(flag, dr_kim, now, Do.STEP_DOWN, discharge="close")
    episode.refresh_from_db()
    assert may_reopen(episode, now + timedelta(days=365))
    assert not may_reopen(episode, now + timedelta(days=366))
    with pytest.raises(TooLateToReopen):
        reopen_episode(episode=episode, now=now + timedelta(days=366))
    reopen_episode(episode=episode, now=now)
    assert reopens_until(Episode.objects.get(), now) is None
    assert "too long ago" in read(
        desk.post(reverse("reopen_episode", args=[episode.pk]), follow=True)
    )


def test_not_beside_a_new_complaint_of_the_region(flag, episode, maria, dr_kim, desk, now):
    decide(flag, dr_kim, now, Do.STEP_DOWN, discharge="close")
    Episode.objects.filter(pk=episode.pk).update(closed_on=now.date())
    newer = Episode.objects.get(pk=episode.pk)
    newer.pk, newer.closed_on, newer.closed_by = None, None, None
    newer.save()
    page = read(desk.post(reverse("reopen_episode", args=[episode.pk]), follow=True))
    assert "There is an open complaint of this region." in page


def test_a_watched_complaint_is_open(flag, episode, dr_kim, now):
    decide(flag, dr_kim, now, Do.STEP_DOWN, discharge="watch")
    with pytest.raises(IntegrityError, match="episode_watched_is_open"), transaction.atomic():
        Episode.objects.update(closed_on=now.date(), closed_by=dr_kim)
