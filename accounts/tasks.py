from typing import Any

from celery import shared_task
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts import actions, resume_form
from accounts.bounces import reading
from accounts.composed import composed
from accounts.middleware import act_as
from accounts.models import AccountMail


@shared_task
def send_notices() -> int:
    """The number of messages, for the metrics."""
    with act_as(None, "task: send notices"):
        return actions.send_due_notices(now=timezone.now())


@shared_task
def read_bounces() -> None:
    if settings.BOUNCE_MAILBOX:
        with act_as(None, "task: read bounces"):
            reading.read_bounces(now=timezone.now())


@composed()
def any_mail() -> QuerySet[Any]:
    return AccountMail.objects.values_list("pk")[:1]


@shared_task
def send_account_mail() -> None:
    with act_as(None, "task: send account mail"):
        actions.send_account_mail(now=timezone.now())


@shared_task
def forget_held_forms() -> None:
    with act_as(None, "task: forget held forms"):
        resume_form.forget(now=timezone.now())
