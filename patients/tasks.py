from celery import shared_task
from django.utils import timezone

from accounts.middleware import act_as
from patients import actions


@shared_task
def review_due_trials() -> None:
    with act_as(None, "task: review due trials"):
        actions.review_due_trials(now=timezone.now())


@shared_task
def mark_trials_due() -> None:
    with act_as(None, "task: mark trials due"):
        actions.mark_trials_due(now=timezone.now())


@shared_task
def look_over_records() -> None:
    with act_as(None, "task: look over records"):
        actions.look_over_records(now=timezone.now())


@shared_task
def read_on_due_imports() -> None:
    with act_as(None, "task: import logs"):
        actions.read_on_due_imports(now=timezone.now())


@shared_task
def return_lapsed_flags() -> None:
    with act_as(None, "task: return lapsed flags"):
        actions.return_lapsed_flags(now=timezone.now())


@shared_task
def tell_next_contacts() -> None:
    with act_as(None, "task: tell next contacts"):
        actions.tell_next_contacts(now=timezone.now())


@shared_task
def remind_of_logs() -> None:
    with act_as(None, "task: remind of logs"):
        actions.remind_of_logs(now=timezone.now())
