from celery import shared_task
from django.core.cache import caches
from django.utils import timezone

BEAT_KEY = "beat-seen-at"


@shared_task
def note_beat() -> None:
    """A trace that the clock runs and a worker hears it; `/readyz` reads its age."""
    caches["redis"].set(BEAT_KEY, timezone.now(), timeout=None)
