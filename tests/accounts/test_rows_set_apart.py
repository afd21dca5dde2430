"""A job does all rows but those that raise: they are noted by kind of error, and forgotten once they work."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError

from accounts.actions import JobRun
from accounts.models import JobFailure, User

pytestmark = pytest.mark.django_db

NOTICES, REMINDERS = JobFailure.Job.NOTICES, JobFailure.Job.REMINDERS


class Work:
    """Counts the rows that it does, and raises at some of them; a row done is an account made."""

    def __init__(self, *bad, error=ValueError):
        self.bad, self.error, self.tried = set(bad), error, []

    def __call__(self, rows):
        self.tried.append(rows)
        for row in rows:
            User.objects.create(email=f"{row}@mail.example", joined_at="2026-03-02T14:00Z")
            if row in self.bad:
                raise self.error("Maria's address")
        return len(rows)


def done():
    return sorted(
        int(email.split("@")[0]) for email in User.objects.values_list("email", flat=True)
    )


@pytest.mark.parametrize("bad", [{1}, {3}, {5}, {1, 5}, {2, 3}, {1, 2, 3, 4, 5}, set()])
def test_all_others_are_done_and_counted(db, now, bad):
    assert JobRun(NOTICES, now).do(range(1, 6), Work(*bad)) == 5 - len(bad)
    assert done() == sorted({1, 2, 3, 4, 5} - bad)
    assert set(JobFailure.objects.values_list("row", flat=True)) == bad


def test_rows_are_done_in_order_and_at_once_where_nothing_is_wrong(now):
    work = Work()
    JobRun(NOTICES, now).do({3, 1, 2}, work)
    assert work.tried == [[1, 2, 3]]


def test_nothing_to_do_asks_nobody(now):
    work = Work(1)
    assert JobRun(NOTICES, now).do([], work) == 0
    assert work.tried == []


def test_the_kind_of_the_error_is_noted_and_nothing_of_what_it_says(now, northside):
    for turn in range(2):
        JobRun(NOTICES, now + timedelta(hours=turn), northside.pk).do([7], Work(7))
    noted = JobFailure.objects.get()
    assert (noted.error, noted.tries, noted.clinic) == ("ValueError", 2, northside)
    assert noted.failed_at == now + timedelta(hours=1)
    assert "Maria" not in str(vars(noted))


def test_once_it_works_it_is_forgotten_and_another_jobs_row_is_not(now):
    for job in (NOTICES, REMINDERS):
        JobRun(job, now).do([7], Work(7))
    User.objects.all().delete()
    assert JobRun(NOTICES, now).do([7, 8], Work()) == 2
    assert list(JobFailure.objects.values_list("job", "row")) == [(REMINDERS, 7)]


def test_the_same_row_of_two_jobs_is_two_failures_and_they_are_counted_by_job(now):
    JobRun(NOTICES, now).do([7, 8], Work(7, 8))
    JobRun(REMINDERS, now).do([9], Work(9))
    assert JobFailure.objects.counted() == {NOTICES: 2, REMINDERS: 1}
    assert JobFailure.objects.of(NOTICES).count() == 2


@pytest.mark.parametrize(("minutes", "found"), [(-1, True), (0, True), (1, False)])
def test_tried_since_counts_from_the_minute(now, minutes, found):
    JobRun(NOTICES, now).do([7], Work(7))
    assert JobFailure.objects.tried_since(now + timedelta(minutes=minutes)).exists() is found


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, SoftTimeLimitExceeded])
def test_what_is_no_rows_fault_is_raised_and_blames_none(now, error):
    with pytest.raises(error):
        JobRun(NOTICES, now).do([1, 2], Work(2, error=error))
    assert not JobFailure.objects.exists()
    assert done() == []
