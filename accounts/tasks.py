from celery import shared_task
from django.utils import timezone

from accounts import resume_form
from accounts.actions import send_due_notices
from accounts.middleware import act_as


@shared_task
def send_notices() -> None:
    with act_as(None, "task: send notices"):
        send_due_notices(now=timezone.now())


@shared_task
def forget_held_forms() -> None:
    with act_as(None, "task: forget held forms"):
        resume_form.forget(now=timezone.now())
