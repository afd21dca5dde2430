"""How often a system may read in a minute: allauth's limits, which hold for the rest, count no GET."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

MINUTE = 60


def is_within(client_id: UUID, now: datetime) -> bool:
    """Counts this request too; without Redis each process counts its own (spinecare/steady_cache.py)."""
    key = f"fhir_reads:{client_id}:{int(now.timestamp()) // MINUTE}"
    cache.add(key, 0, 2 * MINUTE)
    try:
        return int(cache.incr(key)) <= settings.FHIR_READS_A_MINUTE
    except ValueError:  # emptied between the two lines
        return True
