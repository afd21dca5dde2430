"""What tests of signing in share."""

from uuid import uuid4

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def own_counters(monkeypatch):
    """Tries are counted for each test by itself: the clock of most stands still, so no limit would ever end,
    and other workers count in the same Redis."""
    steady = caches["default"]
    for store in (steady._redis, steady._here):
        monkeypatch.setattr(store, "key_prefix", f"test-{uuid4().hex[:8]}")
