"""A private PostgreSQL and Redis for `make demo` and `make test`, from the binaries in Python packages.

They belong to one checkout, are reached through Unix sockets only, and keep their data under `.local/`.
Production sets DATABASE_URL and REDIS_URL and never comes here. The URLs are computed: asking for one
starts nothing.
"""

from pathlib import Path
from urllib.parse import quote

from spinecare.embedded.paths import NotStarted, find_paths

__all__ = ["BASE_DIR", "NotStarted", "broker_url", "database_url", "redis_url"]

BASE_DIR = Path(__file__).resolve().parents[2]


def database_url(base: Path = BASE_DIR) -> str:
    """As django-environ and libpq read it; peer authentication, so there is no password to keep."""
    return f"postgresql://spinecare@/spinecare?host={quote(_sockets(base), safe='')}"


def redis_url(base: Path = BASE_DIR, db: int = 0) -> str:
    """As redis-py and Django's cache read it."""
    return f"unix://{quote(_sockets(base))}/redis.sock?db={db}"


def broker_url(base: Path = BASE_DIR, db: int = 0) -> str:
    """The same server, as Celery spells it."""
    return f"redis+socket://{quote(_sockets(base))}/redis.sock?virtual_host={db}"


def _sockets(base: Path) -> str:
    return str(find_paths(base).sockets)
