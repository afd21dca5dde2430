"""Counting goes on when Redis is away, so that people can sign in.

Limits are then kept in each process by itself: with two web processes somebody has twice as many tries, not
any number.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

import structlog
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)

# So long nobody waits for it again.
RESTS = 10.0


class SteadyCache(BaseCache):
    """Redis; while that does not answer, the memory of this process."""

    away_until = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis = RedisCache(server, params)
        self._here = LocMemCache("steady", {**params, "OPTIONS": {}})

    def _ask(self, what: str, *args: Any, **kwargs: Any) -> Any:
        if monotonic() >= SteadyCache.away_until:
            try:
                return getattr(self._redis, what)(*args, **kwargs)
            except RedisError:
                SteadyCache.away_until = monotonic() + RESTS
                logger.warning("redis does not answer")
        return getattr(self._here, what)(*args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("add", *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._ask("set", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("incr", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("touch", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("delete", *args, **kwargs)

    def clear(self) -> None:
        self._ask("clear")
