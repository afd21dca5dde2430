"""A yes to a safety question: told, kept and flagged at once, whatever else is broken."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction
from django.utils import translation

from accounts.models import Notice
from patients.logs.actions.log import LogEntry, log_symptoms
from patients.models import Flag, Kind, SafetyAdvice, SafetyAnswer, Severity
from patients.review.sweep import review_due_trials
from patients.worklist.actions.snooze import CannotSnooze, snooze
from tests.factories import keep_diary
from tests.patients.safety_desk.stories import say_yes, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def numbness(protocol):
    return protocol.safety_questions.filter(on_every_log=True).in_order()[0]


def log_with_yes(episode, question, now, form=None):
    return log_symptoms(
        episode=episode,
        entry=LogEntry(average_pain=8, local_date=now.date()),
        submission_id=form or uuid4(),
        by=episode.patient.user,
        now=now,
        alarms=[question],
    )


def test_a_yes_opens_an_urgent_flag_in_the_same_transaction(trial, episode, numbness, now):
    logged = log_with_yes(episode, numbness, now)
    assert logged.alarms == [numbness]
    flag = Flag.objects.holding().get()
    assert (flag.trial, flag.kind, flag.severity) == (trial, Kind.SAFETY, Severity.URGENT)
    assert flag.due_at == now + timedelta(minutes=15)
    assert SafetyAnswer.objects.get().answer is True


def test_a_yes_in_spanish_reaches_the_clinic_in_english(trial, episode, maria, protocol, now):
    """She reads her advice in her own language; whoever looks at the worklist may not know it."""
    type(maria).objects.update(language="es")
    episode.patient.refresh_from_db()
    with translation.override("es"):
        say_yes(episode, now, "fever")
        asked = protocol.safety_questions.get(key="fever").text
    assert asked.startswith("¿Tiene fiebre")
    assert Flag.objects.get().sentence.startswith("Yes to: Do you have new fever or chills")
    assert Flag.objects.get().findings.get().sentence == Flag.objects.get().sentence
    assert SafetyAdvice.objects.get().questions == [asked]


def test_the_clinic_is_told_without_a_word_about_health(trial, episode, numbness, now):
    log_with_yes(episode, numbness, now)
    notice = Notice.objects.get(kind=Notice.Kind.URGENT_FLAG)
    assert notice.email == episode.patient.clinic.alert_email
    assert "Maria" not in notice.key + notice.path


def test_a_retry_alarms_once(trial, episode, numbness, now):
    form = uuid4()
    log_with_yes(episode, numbness, now, form)
    log_with_yes(episode, numbness, now, form)
    assert SafetyAnswer.objects.count() == 1
    assert Flag.objects.get().findings.count() == 1


def test_it_needs_no_running_trial(episode, numbness, now):
    log_with_yes(episode, numbness, now)
    assert Flag.objects.get().trial is None


def test_it_folds_into_the_open_flag_and_wakes_it(trial, episode, numbness, dr_kim, now):
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)
    flag = Flag.objects.get()
    snooze(flag=flag, until=now + timedelta(days=7), reason="seen", by=dr_kim, now=now)
    log_with_yes(episode, numbness, now)
    flag.refresh_from_db()
    assert (flag.kind, flag.severity, flag.snoozed_until) == (Kind.SAFETY, Severity.URGENT, None)
    assert flag.holds_rules


def test_the_rules_wait_until_a_clinician_has_recorded_the_outcome(
    trial, episode, numbness, dr_kim, now
):
    keep_diary(episode, [6] * 56, now.date())
    log_with_yes(episode, numbness, now)
    review_due_trials(now=now)
    flag = Flag.objects.get()
    assert list(flag.findings.values_list("kind", flat=True)) == [Kind.SAFETY]
    settle(flag, dr_kim, now)
    review_due_trials(now=now)
    assert not Flag.objects.holding().exists()
    assert Flag.objects.open().get().kind == Kind.PLATEAU


def test_a_safety_flag_never_snoozed(trial, episode, numbness, dr_kim, now):
    log_with_yes(episode, numbness, now)
    with pytest.raises(CannotSnooze):
        snooze(
            flag=Flag.objects.get(),
            until=now + timedelta(days=1),
            reason="later",
            by=dr_kim,
            now=now,
        )


def test_nobody_can_soften_an_answer(trial, episode, numbness, now):
    log_with_yes(episode, numbness, now)
    answers = SafetyAnswer.objects.all()
    with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"), transaction.atomic():
        answers.update(answer=False)
    with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"), transaction.atomic():
        answers.delete()
    assert str(answers.get()).endswith("yes")
