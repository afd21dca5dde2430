"""How often each job ended in which way, and how long it took: counted in Redis by every worker.

A worker has no address to be asked at. Without Redis nothing is counted, and nothing is held up for longer
than one try.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from time import perf_counter
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

SECONDS, ROWS = "seconds", "rows"  # beside Celery's states
OURS = ("accounts.", "patients.", "scheduling.", "spinecare.")
Counts = dict[tuple[str, str], float]
_began: dict[str, float] = {}


def listen() -> None:
    task_prerun.connect(_begin, dispatch_uid="count tasks: begin")
    task_postrun.connect(_end, dispatch_uid="count tasks: end")


def counted() -> Counts:
    """By task and result, and its seconds. Raises RedisError."""
    found: Any = _redis().hgetall(_key())
    pairs = ((name.decode().rpartition(" "), float(number)) for name, number in found.items())
    return {(task, what): number for (task, _space, what), number in pairs}


def _begin(task_id: str, **_signal: Any) -> None:
    _began[task_id] = perf_counter()


def _end(
    task_id: str, task: Any, retval: Any = None, state: str | None = None, **_signal: Any
) -> None:
    took = perf_counter() - _began.pop(task_id, perf_counter())
    if task.name.startswith(OURS):
        rows = retval if isinstance(retval, int) else 0
        with suppress(RedisError):
            _note(task.name, {(state or "unknown").lower(): 1, SECONDS: round(took, 4), ROWS: rows})


def _note(task: str, numbers: dict[str, float]) -> None:
    pipe = _redis().pipeline(transaction=False)
    for what, number in numbers.items():
        if number:
            pipe.hincrbyfloat(_key(), f"{task} {what}", number)
    pipe.execute()


def _key() -> str:
    return f"{settings.REDIS_CACHE['KEY_PREFIX']}:task-counts"


@cache
def _redis() -> Redis:
    return Redis.from_url(str(settings.REDIS_CACHE["LOCATION"]), **settings.REDIS_CACHE["OPTIONS"])
