from typing import Any

from celery import shared_task
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.composed import composed
from accounts.middleware import act_as
from patients.imports.actions import read_chunks
from patients.logs.actions import reminders
from patients.models import ImportRun
from patients.record.actions import legal_age
from patients.review import daily_checks, sweep
from patients.worklist.actions import assignment


@shared_task
def review_due_trials() -> int:
    """The number of trials, for the metrics."""
    with act_as(None, "task: review due trials"):
        return sweep.review_due_trials(now=timezone.now())


@shared_task
def mark_trials_due() -> None:
    with act_as(None, "task: mark trials due"):
        sweep.mark_trials_due(now=timezone.now())


@shared_task
def look_over_records() -> None:
    with act_as(None, "task: look over records"):
        daily_checks.run_daily_checks(now=timezone.now())
        legal_age.look_at_ages(now=timezone.now())


@composed()
def any_import() -> QuerySet[Any]:
    """Unfinished, or with a file that is still to be removed."""
    return ImportRun.objects.filter(Q(ended_at=None) | ~Q(path="")).values_list("pk")[:1]


# A chunk takes a second; what takes a minute is a file made to hold the worker up.
@shared_task(soft_time_limit=40, time_limit=60)
def read_on_due_imports() -> None:
    with act_as(None, "task: import logs"):
        read_chunks.read_on_due_imports(now=timezone.now())


@shared_task
def return_lapsed_flags() -> None:
    with act_as(None, "task: return lapsed flags"):
        assignment.return_lapsed_flags(now=timezone.now())


@shared_task
def tell_next_contacts() -> None:
    with act_as(None, "task: tell next contacts"):
        assignment.tell_next_contacts(now=timezone.now())


@shared_task
def remind_of_logs() -> None:
    with act_as(None, "task: remind of logs"):
        reminders.remind_of_logs(now=timezone.now())
