"""The morning's rounds: long opioid courses and pain that comes back after the steps. Done twice, the
second round finds nothing new."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from patients import tasks
from patients.flags.actions import request_review
from patients.models import Decision, Finding, Flag, Kind, TierTrial, TrialReview
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.record.actions.records import withdraw_record
from patients.review.daily_checks import run_daily_checks
from patients.review.shadow import set_shadow_mode
from patients.review.step_down import step_down_sentence
from patients.review.sweep import mark_trials_due, review_due_trials
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.undo_decision import undo_decision
from tests.factories import EpisodeFactory, TrialFactory, keep_diary
from tests.pathway.rules.diaries import numbers
from tests.patients.record_data import a_medicine
from tests.stage import staged

pytestmark = pytest.mark.django_db


def opioid_flags():
    return Flag.objects.filter(kind=Kind.OPIOID)


def test_on_day_28_a_long_opioid_course_is_flagged_once(episode, dr_kim, now):
    a_medicine(episode, dr_kim, now, "opioid", days_ago=26)
    assert run_daily_checks(now=now) == 0
    tomorrow = now + timedelta(days=1)
    assert run_daily_checks(now=tomorrow) == 1
    flag = opioid_flags().get()
    assert flag.sentence.startswith("Opioids for 28 days without a break; review 1")
    for later in (tomorrow, tomorrow + timedelta(days=20)):
        assert run_daily_checks(now=later) == 0
    assert Finding.objects.count() == 1


def test_90_days_on_it_is_looked_at_again(episode, dr_kim, now):
    a_medicine(episode, dr_kim, now, "opioid", days_ago=27)
    run_daily_checks(now=now)
    choice = Choice(kind="reassess", reason="other")
    decide(flag=opioid_flags().get(), choice=choice, by=dr_kim, now=now)
    assert run_daily_checks(now=now + timedelta(days=89)) == 0
    assert run_daily_checks(now=now + timedelta(days=90)) == 1
    assert (
        opioid_flags()
        .open()
        .get()
        .sentence.startswith("Opioids for 118 days without a break; review 2")
    )


def test_it_folds_into_the_flag_that_is_open(trial, episode, dr_kim, now):
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)
    a_medicine(episode, dr_kim, now, "opioid", days_ago=30)
    run_daily_checks(now=now)
    flag = Flag.objects.get()
    assert flag.kind == Kind.PLATEAU
    assert set(flag.findings.values_list("kind", flat=True)) == {"plateau", "opioid_course"}


def test_other_medicines_and_ended_courses_raise_nothing(episode, dr_kim, now):
    a_medicine(episode, dr_kim, now, "nsaid", days_ago=60)
    ended = now.date() - timedelta(days=1)
    a_medicine(episode, dr_kim, now, "opioid", days_ago=60, ended_on=ended, why_ended="planned_end")
    taken_back = a_medicine(episode, dr_kim, now, "opioid", days_ago=60, name="Oxycodone")
    withdraw_record(record=taken_back, by=dr_kim, now=now)
    assert run_daily_checks(now=now) == 0


def test_two_products_of_two_complaints_are_one_course(episode, maria, dr_kim, now):
    neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
    first_ended = now.date() - timedelta(days=15)
    a_medicine(
        episode, dr_kim, now, "opioid", days_ago=30, ended_on=first_ended, why_ended="no_help"
    )
    a_medicine(neck, dr_kim, now, "opioid", days_ago=14, name="Oxycodone")
    run_daily_checks(now=now)
    assert opioid_flags().get().episode == neck


def test_before_five_nobody_looks(episode, dr_kim, now):
    a_medicine(episode, dr_kim, now, "opioid", days_ago=40)
    assert run_daily_checks(now=now.replace(hour=9)) == 0


def test_a_decision_about_it_hushes_no_rule_of_pain(trial, episode, dr_kim, now):
    a_medicine(episode, dr_kim, now, "opioid", days_ago=40)
    run_daily_checks(now=now)
    check = now.date() + timedelta(days=26)
    choice = Choice(kind="continue", reason="other", next_check_on=check)
    decide(flag=opioid_flags().get(), choice=choice, by=dr_kim, now=now)
    assert TrialReview.objects.get(trial=trial).quiet_until is None


def test_the_page_counts_days_and_says_do_not_stop_suddenly(episode, dr_kim, now, sign_in):
    """Acute pain, day 9: a word to the clinician, no flag; never a dose."""
    type(episode).objects.update(onset_on=now.date() - timedelta(days=20))
    a_medicine(episode, dr_kim, now, "opioid", days_ago=8)
    page = sign_in(dr_kim).get(reverse("records", args=[episode.pk])).content.decode()
    for words in ("Opioids: day 9", "a few days are often enough", "do not stop suddenly"):
        assert words in page, words
    assert " mg" not in page
    assert not opioid_flags().exists()


def test_in_chronic_pain_there_is_no_early_word(episode, dr_kim, now, sign_in):
    a_medicine(episode, dr_kim, now, "opioid", days_ago=29)
    page = sign_in(dr_kim).get(reverse("records", args=[episode.pk])).content.decode()
    assert "a few days are often enough" not in page
    assert "28 days or more counts as long" in page


# ------------------------------------------------------------------ the relapse watch


@staged
def watched(trial, episode, dr_kim, protocol, now):
    """Maria left the steps in comfort: 6 at the start, 1 in the last fortnight."""
    keep_diary(episode, [6] * 20 + [3] * 16 + [1] * 20, now.date())
    review_due_trials(now=now)
    flag = Flag.objects.open().first() or request_review(
        episode=episode, reason="", protocol=protocol, now=now
    )
    choice = Choice(kind="step_down", reason="improved", discharge="watch")
    decide(flag=flag, choice=choice, by=dr_kim, now=now)
    episode.refresh_from_db()
    return episode


def test_pain_that_comes_back_in_the_watch_is_flagged_once(watched, now):
    later = now + timedelta(days=20)
    keep_diary(watched, [4] * 20, later.date())
    assert run_daily_checks(now=later) == 1
    flag = Flag.objects.open().get()
    assert (flag.kind, flag.trial) == (Kind.RELAPSE, None)
    assert (
        flag.sentence
        == "Out of the steps; now 4.0 in the last 14 days (14 entries); 3.0 counts as back"
    )
    assert run_daily_checks(now=later) == 0
    assert run_daily_checks(now=later + timedelta(days=1)) == 0


def test_calm_days_in_the_watch_raise_nothing(watched, now):
    later = now + timedelta(days=20)
    keep_diary(watched, [1] * 20, later.date())
    assert run_daily_checks(now=later) == 0


def test_after_the_watch_nobody_looks(watched, now):
    later = now + timedelta(days=91)
    keep_diary(watched, [7] * 20, later.date())
    assert run_daily_checks(now=later) == 0


def test_a_new_step_ends_the_watch(watched, dr_kim, now):
    later = now + timedelta(days=20)
    keep_diary(watched, [5] * 20, later.date())
    run_daily_checks(now=later)
    choice = Choice(kind="step_up", reason="not_improving", to_level=2)
    decide(flag=Flag.objects.open().get(), choice=choice, by=dr_kim, now=later)
    watched.refresh_from_db()
    assert watched.watch_until is None
    assert TierTrial.objects.active().get().level == 2


def test_taken_back_the_watch_goes_on(watched, dr_kim, now):
    until = watched.watch_until
    later = now + timedelta(days=20)
    keep_diary(watched, [5] * 20, later.date())
    run_daily_checks(now=later)
    choice = Choice(kind="step_up", reason="not_improving", to_level=2)
    flag = Flag.objects.open().get()
    decision = decide(flag=flag, choice=choice, by=dr_kim, now=later)
    undo_decision(decision=decision, by=dr_kim, now=later)
    watched.refresh_from_db()
    assert watched.watch_until == until


def test_dismissed_it_is_quiet_for_the_protocols_days(watched, dr_kim, now):
    later = now + timedelta(days=20)
    keep_diary(watched, [5] * 20, later.date())
    run_daily_checks(now=later)
    choice = Choice(kind="not_relevant", reason="other")
    decide(flag=Flag.objects.open().get(), choice=choice, by=dr_kim, now=later)
    for days, found in ((27, 0), (28, 1)):
        then = later + timedelta(days=days)
        keep_diary(watched, [5] * 27, then.date())
        assert run_daily_checks(now=then) == found


@staged
def back_in_shadow(watched, northside, ada, now):
    """In shadow mode Maria's pain comes back in her watch; returns the morning it is noticed."""
    set_shadow_mode(clinic=northside, on=True, by=ada, now=now)
    later = now + timedelta(days=20)
    keep_diary(watched, [6] * 20, later.date())
    assert run_daily_checks(now=later) == 1
    return later


def test_in_shadow_the_watch_is_kept_and_shown_to_the_administrator_alone(
    back_in_shadow, watched, maria, ada, dr_kim, sign_in
):
    flag = Flag.objects.open().get()
    assert (flag.kind, flag.trial, flag.shadow) == (Kind.RELAPSE, None, True)
    assert not Flag.objects.open().visible_to(dr_kim.membership_as()).exists()
    assert not Flag.objects.open().about(maria).exists()
    page = sign_in(ada).get(reverse("shadow")).content.decode()
    assert "Out of the steps; now 6.0 in the last 14 days" in page
    assert f"flag {flag.pk}, out of the steps, rules" in page
    assert run_daily_checks(now=back_in_shadow + timedelta(days=1)) == 0


def test_out_of_shadow_the_watch_is_heard_though_the_shadow_had_it(
    back_in_shadow, watched, northside, ada, dr_kim
):
    set_shadow_mode(clinic=northside, on=False, by=ada, now=back_in_shadow)
    assert run_daily_checks(now=back_in_shadow) == 1
    assert Flag.objects.open().visible_to(dr_kim.membership_as()).get().kind == Kind.RELAPSE
    assert run_daily_checks(now=back_in_shadow) == 0


def test_a_shadow_without_a_trial_blocks_nothing_that_people_see(
    back_in_shadow, watched, protocol, dr_kim
):
    asked = request_review(episode=watched, reason="", protocol=protocol, now=back_in_shadow)
    assert (asked.trial, asked.shadow) == (None, False)
    assert Flag.objects.open().visible_to(dr_kim.membership_as()).get() == asked


def test_a_worse_finding_of_a_new_step_folds_into_the_shadow_of_the_watch(
    back_in_shadow, watched, dr_kim
):
    TrialFactory(episode=watched, by=dr_kim, days_ago=-20)
    later = back_in_shadow + timedelta(days=60)
    keep_diary(watched, [6] * 40 + [9] * 20, later.date())
    review_due_trials(now=later)
    flag = Flag.objects.open().get()
    assert (flag.kind, flag.trial, flag.shadow) == (Kind.WORSENING, None, True)


def test_opioids_are_seen_in_shadow_too(back_in_shadow, watched, dr_kim):
    a_medicine(watched, dr_kim, back_in_shadow, "opioid", days_ago=40)
    assert run_daily_checks(now=back_in_shadow) == 1
    assert Flag.objects.open().get(shadow=False).kind == Kind.OPIOID


def test_a_trial_that_was_never_looked_at_leaves_nothing_to_measure_against(
    trial, episode, protocol, dr_kim, now
):
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    choice = Choice(kind="step_down", reason="improved", discharge="watch")
    decide(flag=flag, choice=choice, by=dr_kim, now=now)
    later = now + timedelta(days=20)
    keep_diary(episode, [7] * 20, later.date())
    assert run_daily_checks(now=later) == 0


def test_the_task_makes_the_round(episode, dr_kim, now):
    a_medicine(episode, dr_kim, now, "opioid", days_ago=40)
    tasks.look_over_records()
    assert opioid_flags().exists()


# ------------------------------------------------------------------ four calm weeks


def calm(episode, now, days=56):
    keep_diary(episode, [6, 5, 4, 3, 2, 1] + [0, 1] * ((days - 6) // 2), now.date())


def test_four_calm_weeks_with_good_function_are_a_check_in(trial, episode, maria, protocol, now):
    calm(episode, now)
    low_peg(episode, maria, protocol, now)
    review_due_trials(now=now)
    flag = Flag.objects.get(kind=Kind.STEP_DOWN)
    assert flag.get_severity_display() == "Check-in"
    assert "at most 1 for four weeks" in flag.sentence
    mark_trials_due(now=now)
    review_due_trials(now=now)
    assert Finding.objects.filter(kind=Kind.STEP_DOWN).count() == 1


def low_peg(episode, maria, protocol, now, weeks_ago=1):
    form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", 1))
    then = now - timedelta(weeks=weeks_ago)
    record_peg(episode=episode, form=form, by=maria.user, now=then)


def test_calm_without_a_questionnaire_says_nothing(trial, episode, now):
    calm(episode, now)
    review_due_trials(now=now)
    assert not Flag.objects.filter(kind=Kind.STEP_DOWN).exists()


def test_a_form_from_before_the_trial_does_not_count(episode, dr_kim, maria, protocol, now):
    TrialFactory(episode=episode, by=dr_kim, days_ago=50)
    calm(episode, now)
    low_peg(episode, maria, protocol, now, weeks_ago=8)
    review_due_trials(now=now)
    assert not Flag.objects.filter(kind=Kind.STEP_DOWN).exists()


def test_function_half_better_counts_too(trial, episode, maria, protocol, now):
    calm(episode, now)
    instrument = protocol.instruments.get(key="peg")
    for weeks_ago, score in ((7, 8), (1, 4)):
        form = FilledForm(instrument, uuid4(), dict.fromkeys("123", score))
        then = now - timedelta(weeks=weeks_ago)
        record_peg(episode=episode, form=form, by=maria.user, now=then)
    review_due_trials(now=now)
    flag = Flag.objects.get(kind=Kind.STEP_DOWN)
    assert flag.sentence.endswith("; PEG 8 → 4")


def test_it_leads_to_a_lighter_tier_in_calm_words(
    trial, episode, maria, protocol, dr_kim, sign_in, now
):
    calm(episode, now)
    low_peg(episode, maria, protocol, now)
    review_due_trials(now=now)
    desk, url = sign_in(dr_kim), reverse("decide", args=[Flag.objects.get().pk])
    page = desk.post(url, {"kind": "step_down", "reason": "improved", "to_level": "1"})
    assert "You are ready for a lighter plan." in page.content.decode()
    assert "Starts tier 1" in page.content.decode()


def test_dismissed_it_stays_quiet(trial, episode, maria, protocol, dr_kim, now):
    calm(episode, now)
    low_peg(episode, maria, protocol, now)
    review_due_trials(now=now)
    choice = Choice(kind=Decision.Kind.NOT_RELEVANT, reason="other")
    decide(flag=Flag.objects.get(), choice=choice, by=dr_kim, now=now)
    tomorrow = now + timedelta(days=1)
    calm(episode, tomorrow, days=30)
    review_due_trials(now=tomorrow)
    assert not Flag.objects.open().exists()


def test_without_a_form_the_calm_sentence_says_nothing_of_function():
    level = numbers([5] * 3 + [1] * 40, usual=5.0)
    assert step_down_sentence(level).endswith("at most 1 for four weeks")
