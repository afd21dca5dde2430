from celery import shared_task
from django.utils import timezone

from accounts.middleware import act_as
from scheduling.reminders.actions import send


@shared_task
def post_visit_reminders() -> None:
    with act_as(None, "task: post visit reminders"):
        send.post_visit_reminders(now=timezone.now())
