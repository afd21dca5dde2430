from celery import shared_task
from django.core.cache import caches
from django.utils import timezone

BEAT_KEY = "beat-seen-at"


@shared_task
def note_beat() -> None:
    """Note that beat is running and a worker hears it; `/readyz` reads the age of the note."""
    caches["redis"].set(BEAT_KEY, timezone.now(), timeout=None)
