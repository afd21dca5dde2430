"""A log is saved once, changed until midnight, taken back, and never lost."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from patients.logs.actions.log import (
    DayClosed,
    LogEntry,
    TooLateToChange,
    can_change,
    change_log,
    log_symptoms,
    restore_log,
    withdraw_log,
)
from patients.models import Patient, ReviewDue, SymptomLog
from tests.factories import LogFactory, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(now):
    return LogEntry(average_pain=0, local_date=now.date(), interference=0, programme="rest")


def save(episode, entry, now, submission_id=None, by=None):
    return log_symptoms(
        episode=episode,
        entry=entry,
        submission_id=submission_id or uuid4(),
        by=by or episode.patient.user,
        now=now,
    )


def test_no_pain_is_an_answer(episode, entry, now):
    log = save(episode, entry, now).log
    log.refresh_from_db()
    assert (log.average_pain, log.interference, log.worst_pain) == (0, 0, None)
    assert log.source == SymptomLog.Source.PATIENT


def test_a_retry_of_the_same_form_is_the_same_log(episode, entry, now):
    form = uuid4()
    first = save(episode, entry, now, form)
    again = save(episode, entry, now + timedelta(seconds=40), form)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.log == first.log
    assert SymptomLog.objects.count() == 1


def test_what_no_form_lets_through_is_refused_and_not_taken_for_a_retry(episode, now):
    with pytest.raises(IntegrityError, match="log_average_pain_0_to_10"), transaction.atomic():
        save(episode, LogEntry(average_pain=11, local_date=now.date()), now)


def test_several_logs_a_day_are_kept(episode, entry, now):
    save(episode, entry, now)
    save(episode, entry, now + timedelta(hours=3))
    assert SymptomLog.objects.count() == 2


@pytest.mark.parametrize(("days_back", "is_late"), [(0, False), (1, True), (2, True)])
def test_the_two_days_before_can_be_added(episode, now, days_back, is_late):
    day = now.date() - timedelta(days=days_back)
    log = save(episode, LogEntry(average_pain=4, local_date=day), now).log
    assert log.is_late is is_late


@pytest.mark.parametrize("days", [-3, 1])
def test_older_days_and_days_to_come_cannot(episode, now, days):
    entry = LogEntry(average_pain=4, local_date=now.date() + timedelta(days=days))
    with pytest.raises(DayClosed):
        save(episode, entry, now)


def test_the_day_is_the_patients_own(northside, dr_kim, now):
    """Half past four in the morning in London is still yesterday in Honolulu."""
    kai = PatientFactory(clinic=northside, by=dr_kim, name="Kai", time_zone="Pacific/Honolulu")
    assert kai.local_date(datetime(2026, 3, 2, 4, 30, tzinfo=UTC)).isoformat() == "2026-03-01"


def test_what_staff_enter_is_marked_so(episode, entry, sam, now):
    assert save(episode, entry, now, by=sam).log.source == SymptomLog.Source.STAFF


def test_a_log_makes_the_running_trials_due(trial, episode, entry, now):
    ReviewDue.objects.all().delete()
    save(episode, entry, now)
    assert ReviewDue.objects.get().trial == trial


def test_a_change_keeps_what_was_said_first_in_history(episode, entry, now):
    log = save(episode, entry, now).log
    changed = LogEntry(average_pain=5, local_date=now.date(), note="after the garden")
    change_log(log=log, entry=changed, now=now + timedelta(hours=2))
    log.refresh_from_db()
    assert (log.average_pain, log.interference) == (5, None)
    assert list(log.events.order_by("pgh_id").values_list("average_pain", flat=True)) == [0, 5]


def test_a_log_can_be_taken_back_and_put_back(episode, entry, now):
    log = save(episode, entry, now).log
    withdraw_log(log=log, now=now)
    assert not SymptomLog.objects.not_withdrawn().exists()
    restore_log(log=log, now=now)
    assert SymptomLog.objects.not_withdrawn().get() == log


def test_after_midnight_it_stays(episode, entry, now):
    log = save(episode, entry, now).log
    past_midnight = datetime(2026, 3, 3, 5, 1, tzinfo=UTC)
    for act in (withdraw_log, restore_log):
        with pytest.raises(TooLateToChange):
            act(log=log, now=past_midnight)
    with pytest.raises(TooLateToChange):
        change_log(log=log, entry=entry, now=past_midnight)
    assert can_change(log=log, now=past_midnight - timedelta(minutes=2))


def test_a_birthday_counts_on_the_day():
    maria = Patient(birth_date=datetime(1971, 5, 4, tzinfo=UTC).date())
    assert maria.age(datetime(2026, 5, 3, tzinfo=UTC).date()) == 54
    assert maria.age(datetime(2026, 5, 4, tzinfo=UTC).date()) == 55


def test_rows_say_what_they_are(maria, episode, trial, entry, now):
    log = LogFactory(episode=episode, average_pain=3)
    assert [str(row) for row in (maria, log)] == ["Maria Ortiz", "2026-03-02: 3"]
    assert str(trial).endswith("tier 2")
