from celery import shared_task
from django.utils import timezone

from accounts.middleware import act_as
from scheduling.reminders.actions import send
from scheduling.texts.actions.send import send_due_texts
from scheduling.texts.drivers import texts_are_on
from scheduling.waitlist.actions import offering


@shared_task
def post_visit_reminders() -> None:
    with act_as(None, "task: post visit reminders"):
        send.post_visit_reminders(now=timezone.now())


@shared_task
def send_texts() -> None:
    if texts_are_on():
        with act_as(None, "task: send texts"):
            send_due_texts(now=timezone.now())


@shared_task
def offer_free_times() -> None:
    with act_as(None, "task: offer free times"):
        offering.offer_free_times(now=timezone.now())
