"""Which rows a page or a job asks for: by name, to the day and to the minute."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from accounts.actions import withdraw_invitation
from patients.finding.asked import meant
from patients.flags.actions import request_review
from patients.logs.actions.log import withdraw_log
from patients.models import (
    ClinicProtocol,
    Decision,
    Episode,
    Flag,
    Kind,
    LogReminder,
    Patient,
    ReviewDue,
    Severity,
    ShadowMode,
    SymptomLog,
    TierTrial,
    VisitRequest,
)
from patients.record.actions.register import invite_patient, send_new_link, use_protocol
from patients.record.actions.trials import end_trial
from patients.review.shadow import set_shadow_mode
from patients.worklist.actions.decide import correct, decide
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.snooze import discuss, snooze
from patients.worklist.actions.undo_decision import undo_decision
from tests.factories import EpisodeFactory, LogFactory, PatientFactory, TrialFactory
from tests.stage import staged

pytestmark = pytest.mark.django_db

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@staged
def ben(northside, dr_kim):
    return PatientFactory(clinic=northside, by=dr_kim, name="Ben Shaw", number="B-7")


@staged
def bens_trial(ben, dr_kim):
    return TrialFactory(episode=EpisodeFactory(patient=ben, by=dr_kim), by=dr_kim)


# ------------------------------------------------------------------ flags


@pytest.fixture
def flag(found, fold, now):
    return fold(found(), at=now)


@pytest.fixture
def bens(found, fold, bens_trial, now):
    return fold(found(Kind.RELAPSE, of=bens_trial), at=now + MINUTE)


def test_a_flag_sleeps_until_its_minute(flag, dr_kim, now):
    until = now + DAY
    snooze(flag=flag, until=until, reason="Visit", by=dr_kim, now=now)
    for at, sleeps in ((until - MINUTE, True), (until, False)):
        assert Flag.objects.snoozed(at).exists() is sleeps
        assert Flag.objects.awake(at).exists() is not sleeps


def test_a_decided_flag_is_on_no_list_but_the_last(flag, dr_kim, now):
    discuss(flag=flag, note="", by=dr_kim, now=now)
    assert Flag.objects.to_discuss().get() == flag
    decide(flag=flag, choice=Choice(kind="reassess", reason="other"), by=dr_kim, now=now)
    for rows in (
        Flag.objects.open(), Flag.objects.awake(now), Flag.objects.snoozed(now),
        Flag.objects.to_discuss(), Flag.objects.holding(),
    ):  # fmt: skip
        assert not rows.exists()
    assert Flag.objects.closed().get() == flag


@pytest.mark.parametrize(
    ("words", "hers"),
    [
        ("maria", True),
        ("ORTIZ maria", True),
        ("rti", True),
        ("maria shaw", False),
        ("ben", False),
        ("number", True),
        ("numb", False),
    ],
)
def test_a_person_is_found_by_each_word_of_the_name_or_by_the_whole_number(
    flag, bens, maria, now, words, hers
):
    words = words.replace("number", maria.number.lower()).replace("numb", maria.number[:-1])
    assert (flag in Flag.objects.of_person(meant(words, now.date()))) is hers


def test_flags_stand_by_severity_then_by_deadline_and_a_page_begins_behind_each(
    found, fold, trial, bens_trial, maria, dr_kim, now
):
    neck = TrialFactory(episode=EpisodeFactory(patient=maria, by=dr_kim, region="neck"), by=dr_kim)
    first = fold(found(Kind.WORSENING, of=bens_trial), at=now)
    second = fold(found(), at=now)
    third = fold(found(Kind.SILENT, Severity.CHECK_IN, of=neck), at=now)
    Flag.objects.filter(pk__in=[first.pk, second.pk]).update(due_at=now)
    order = list(Flag.objects.worst_first())
    assert order == [*sorted([first, second], key=lambda each: each.pk), third]
    for place, each in enumerate(order):
        behind = Flag.objects.worst_first().behind(each.severity, each.due_at, each.pk)
        assert list(behind) == order[place + 1 :]


def test_what_was_closed_stands_latest_first_and_goes_on_behind_each(flag, bens, dr_kim, now):
    for each in (flag, bens):
        choice = Choice(kind="reassess", reason="other")
        decide(flag=each, choice=choice, by=dr_kim, now=now + DAY)
    order = list(Flag.objects.latest_closed_first())
    assert order == [bens, flag]
    assert list(Flag.objects.latest_closed_first().closed_before(now + DAY, bens.pk)) == [flag]
    assert not Flag.objects.closed_before(now + DAY, flag.pk).exists()


def test_what_is_in_shadow_is_the_administrators_count_and_nobodys_list(
    found, fold, northside, southside, dr_kim, maria, now
):
    hidden = fold(found(shadow=True), at=now)
    assert Flag.objects.in_shadow(northside).get() == hidden
    assert not Flag.objects.in_shadow(southside).exists()
    assert not Flag.objects.visible_to(dr_kim.membership_as()).exists()
    assert not Flag.objects.about(maria).exists()


def test_the_counts_of_the_lists(flag, bens, dr_kim, now):
    Flag.objects.filter(pk=flag.pk).update(owner=dr_kim, owned_at=now)
    snooze(flag=bens, until=now + DAY, reason="Visit", by=dr_kim, now=now)
    discuss(flag=bens, note="", by=dr_kim, now=now)
    counted = {row.pop("kind"): row for row in Flag.objects.tally(dr_kim, now)}
    assert counted["plateau"] == {"team": 1, "mine": 1, "snoozed": 0, "discuss": 0, "held": 0}
    assert counted["relapse"] == {"team": 0, "mine": 0, "snoozed": 1, "discuss": 1, "held": 0}


def test_of_a_chain_of_decisions_its_end_counts_and_nothing_once_undone(flag, dr_kim, now):
    first = decide(flag=flag, choice=Choice(kind="continue", reason="other",
                   next_check_on=now.date() + 7 * DAY), by=dr_kim, now=now)  # fmt: skip
    assert Decision.objects.in_force().get() == first
    last = correct(decision=first, by=dr_kim, now=now, note="She asked again")
    assert Decision.objects.in_force().get() == last
    undo_decision(decision=last, by=dr_kim, now=now)
    assert not Decision.objects.in_force().exists()


# ------------------------------------------------------------------ people


@pytest.mark.parametrize(
    ("change", "reminds"),
    [
        ({}, True),
        ({"reminder_hour": 17}, False),
        ({"reminder_hour": 20}, False),
        ({"reminder_hour": None}, False),
        ({"time_zone": "America/Denver"}, False),
        ({"reminders_off_at": datetime(2026, 3, 1, tzinfo=UTC)}, False),
        ({"reminders_snoozed_until": date(2026, 3, 3)}, False),
        ({"reminders_snoozed_until": date(2026, 3, 2)}, True),
        ({"user": None}, False),
    ],
)
def test_reminded_is_who_chose_the_hour_and_has_not_turned_it_off(maria, now, change, reminds):
    rows = Patient.objects.filter(pk=maria.pk)
    rows.update(**{"reminder_hour": 18, "time_zone": "America/New_York"} | change)
    assert rows.to_remind("America/New_York", now.date(), range(18, 20)).exists() is reminds


@pytest.mark.parametrize(("day", "reminds"), [(1, True), (2, False), (3, True)])
def test_once_a_day(maria, now, day, reminds):
    rows = Patient.objects.filter(pk=maria.pk)
    rows.update(reminder_hour=18)
    LogReminder.objects.create(patient=maria, local_date=now.date(), posted_at=now)
    on = date(2026, 3, day)
    assert rows.to_remind("America/New_York", on, range(18, 19)).exists() is reminds


def test_a_reminder_is_unanswered_until_a_log_follows_it(maria, episode, ben, now):
    for patient, days_ago in ((maria, 3), (maria, 1), (ben, 1)):
        posted = now - days_ago * DAY
        LogReminder.objects.create(patient=patient, local_date=posted.date(), posted_at=posted)
    both = [maria.pk, ben.pk]
    assert LogReminder.objects.unanswered(both) == {maria.pk: 2, ben.pk: 1}
    LogFactory(episode=episode, local_date=now.date() - 2 * DAY)
    assert LogReminder.objects.unanswered(both) == {maria.pk: 1, ben.pk: 1}
    LogFactory(episode=episode, local_date=now.date())
    assert LogReminder.objects.unanswered(both) == {ben.pk: 1}
    assert LogReminder.objects.unanswered([]) == {}


@pytest.mark.parametrize(
    ("number", "born", "finds"),
    [
        ("b-7", "1971-05-04", True),
        ("B-7", "1971-05-04", True),
        ("B-7", "1971-05-05", False),
        ("B-", "1971-05-04", False),
        ("", "1971-05-04", False),
    ],
)
def test_for_an_emergency_number_and_birth_date_have_to_be_known(ben, dr_kim, number, born, finds):
    at = dr_kim.membership_as("clinician")
    found = Patient.objects.named_exactly(at, number, date.fromisoformat(born))
    assert found == (ben if finds else None)


def test_neither_a_strangers_clinic_nor_oneself_is_found_so(ben, dr_kim, dr_strand):
    asked = ("B-7", date(1971, 5, 4))
    assert Patient.objects.named_exactly(dr_strand.membership_as("clinician"), *asked) is None
    Patient.objects.filter(pk=ben.pk).update(user=dr_kim)
    assert Patient.objects.named_exactly(dr_kim.membership_as("clinician"), *asked) is None


def test_before_the_intake_is_who_was_invited_and_began_nothing(northside, dr_kim, now):
    joy = PatientFactory(clinic=northside, by=dr_kim, name="Joy Adeyemi", joined=False)
    rows = Patient.objects.filter(pk=joy.pk)
    assert not rows.before_intake().exists()
    invitation = invite_patient(patient=joy, by=dr_kim, now=now)
    assert rows.before_intake().exists()
    withdraw_invitation(invitation=invitation, by=dr_kim, now=now)
    assert not rows.before_intake().exists()
    send_new_link(patient=joy, by=dr_kim, now=now)
    assert rows.before_intake().exists()
    EpisodeFactory(patient=joy, by=dr_kim)
    assert not rows.before_intake().exists()


# ------------------------------------------------------------------ complaints, steps, logs


def test_a_complaint_is_under_way_while_a_step_of_it_runs(trial, episode, dr_kim, now):
    TrialFactory(episode=episode, by=dr_kim, level=3)
    assert Episode.objects.under_way().get() == episode
    assert not Episode.objects.without_step().exists()
    for each in TierTrial.objects.all():
        end_trial(trial=each, outcome="unknown", by=dr_kim, today=now.date())
    assert not Episode.objects.under_way().exists()
    assert Episode.objects.without_step().get() == episode
    Episode.objects.update(closed_on=now.date(), closed_by=dr_kim)
    assert not Episode.objects.without_step().exists()


def test_a_complaint_before_its_first_step_is_without_one(episode):
    assert Episode.objects.without_step().get() == episode
    assert not Episode.objects.under_way().exists()


def test_the_days_value_is_its_last_log_that_was_not_withdrawn(episode, now):
    today = now.date()
    early = LogFactory(episode=episode, average_pain=8, local_date=today)
    late = LogFactory(episode=episode, average_pain=3, now=now)
    yesterday = LogFactory(episode=episode, average_pain=5, local_date=today - DAY)
    rows = SymptomLog.objects.filter(episode=episode)
    assert set(rows.of_the_day()) == {late, yesterday}
    assert list(rows.last_days(1)) == [late]
    withdraw_log(log=late, now=now)
    assert list(rows.last_days(2)) == [early, yesterday]


@pytest.mark.parametrize(
    ("first", "last", "found"), [(0, 0, 1), (-1, 0, 2), (-2, -1, 2), (-9, -3, 0), (1, 9, 0)]
)
def test_between_two_days_both_are_counted(episode, now, first, last, found):
    for back in range(3):
        LogFactory(episode=episode, local_date=now.date() - back * DAY)
    days = [now.date() + each * DAY for each in (first, last)]
    assert SymptomLog.objects.between(*days).count() == found


def test_the_oldest_due_reviews_come_first_and_each_once(trial, bens_trial, northside, now):
    ReviewDue.objects.all().delete()
    for each, minutes in ((trial, 5), (bens_trial, 9), (bens_trial, 1), (trial, -1)):
        ReviewDue.objects.create(trial=each, clinic=northside, due_at=now - minutes * MINUTE)
    rows = ReviewDue.objects
    assert rows.clinics(now) == [northside.pk]
    assert rows.oldest(now) == now - 9 * MINUTE
    assert rows.claim(now, 1) == {bens_trial.pk}
    assert rows.claim(now) == {trial.pk, bens_trial.pk}
    assert rows.claim(now) == set()
    assert rows.get().due_at == now + MINUTE


# ------------------------------------------------------------------ requests, versions, shadow


def test_a_request_is_untouched_until_a_time_is_held_for_it(trial, episode, protocol, dr_kim, now):
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    decide(flag=flag, choice=Choice(kind="reassess", reason="other"), by=dr_kim, now=now)
    asked = VisitRequest.objects.get()
    assert VisitRequest.objects.untouched().get() == asked
    VisitRequest.objects.update(closed_at=now, closed_by=dr_kim)
    assert not VisitRequest.objects.untouched().exists()
    assert not VisitRequest.objects.waiting().exists()


def test_the_version_in_use_is_the_last_that_was_chosen_by_then(northside, protocol, dr_kim, now):
    used = ClinicProtocol.objects
    assert used.in_use(northside, now) == protocol
    other = type(protocol).objects.create(
        **{
            field.attname: getattr(protocol, field.attname)
            for field in protocol._meta.concrete_fields
            if field.name != "id"
        }
        | {"key": f"other-{uuid4().hex[:6]}"}
    )
    use_protocol(clinic=northside, protocol=other, by=dr_kim, now=now + DAY)
    assert used.in_use(northside, now + DAY - MINUTE) == protocol
    assert used.in_use(northside, now + DAY) == other


def test_shadow_mode_is_what_was_said_last_of_each_clinic(northside, southside, dr_kim, ann, now):
    set_shadow_mode(clinic=northside, on=True, by=dr_kim, now=now)
    set_shadow_mode(clinic=southside, on=True, by=ann, now=now + DAY)
    set_shadow_mode(clinic=northside, on=False, by=dr_kim, now=now + 2 * DAY)
    on = ShadowMode.objects.clinics
    assert on(now - MINUTE) == set()
    assert on(now) == {northside.pk}
    assert on(now + DAY) == {northside.pk, southside.pk}
    assert on(now + 2 * DAY) == {southside.pk}
    assert not ShadowMode.objects.is_on(northside, now + 3 * DAY)
