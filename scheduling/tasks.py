from celery import shared_task
from django.utils import timezone

from accounts.middleware import act_as
from scheduling.reminders.actions import send
from scheduling.waitlist.actions import offering


@shared_task
def post_visit_reminders() -> None:
    with act_as(None, "task: post visit reminders"):
        send.post_visit_reminders(now=timezone.now())


@shared_task
def offer_free_times() -> None:
    with act_as(None, "task: offer free times"):
        offering.offer_free_times(now=timezone.now())
