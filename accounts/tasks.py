from celery import shared_task
from django.utils import timezone

from accounts.actions import send_due_notices
from accounts.middleware import act_as


@shared_task
def send_notices() -> None:
    with act_as(None, "task: send notices"):
        send_due_notices(now=timezone.now())
