from celery import shared_task
from django.core.cache import caches
from django.utils import timezone

from accounts.middleware import act_as
from spinecare import retention

BEAT_KEY = "beat-seen-at"


@shared_task
def note_beat() -> None:
    """Note that beat is running and a worker hears it; `/readyz` reads the age of the note."""
    caches["redis"].set(BEAT_KEY, timezone.now(), timeout=None)


@shared_task
def delete_expired() -> None:
    with act_as(None, "task: delete expired"):
        retention.delete_expired(now=timezone.now())
