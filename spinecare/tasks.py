from celery import shared_task
from django.core.cache import caches
from django.utils import timezone

from accounts.middleware import act_as
from accounts.tasks import any_mail, send_account_mail
from patients.tasks import any_import, read_on_due_imports
from spinecare import retention

BEAT_KEY = "beat-seen-at"


@shared_task
def note_beat() -> None:
    """Note that beat is running and a worker hears it; `/readyz` reads the age of the note."""
    caches["redis"].set(BEAT_KEY, timezone.now(), timeout=None)


@shared_task
def look_for_what_waits() -> None:
    """Asked every two seconds for all that somebody waits for, and there is hardly ever any."""
    for any_row, job in ((any_mail, send_account_mail), (any_import, read_on_due_imports)):
        if any(any_row.rows()):
            job.apply_async(expires=2.0)


@shared_task
def delete_expired() -> None:
    with act_as(None, "task: delete expired"):
        retention.delete_expired(now=timezone.now())
