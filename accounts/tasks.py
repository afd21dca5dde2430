from celery import shared_task
from django.utils import timezone

from accounts import actions, resume_form
from accounts.middleware import act_as


@shared_task
def send_notices() -> None:
    with act_as(None, "task: send notices"):
        actions.send_due_notices(now=timezone.now())


@shared_task
def send_account_mail() -> None:
    with act_as(None, "task: send account mail"):
        actions.send_account_mail(now=timezone.now())


@shared_task
def forget_held_forms() -> None:
    with act_as(None, "task: forget held forms"):
        resume_form.forget(now=timezone.now())
