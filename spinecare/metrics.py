"""What is counted for Prometheus. Labels are routes, states and kinds; never a person, a clinic or a path.

Each web process counts in files that its neighbours under the same server read too, so that any of them
answers for all. What lies in tables is counted when somebody asks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from time import perf_counter
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from accounts.models import JobFailure, Notice
from patients.models import Flag, Kind, ReviewDue
from spinecare import task_counts
from spinecare.tasks import BEAT_KEY

GetResponse = Callable[[HttpRequest], HttpResponse]
ROUTE = ["method", "route"]

REQUESTS = Counter("spinecare_requests", "Answers by route and status.", [*ROUTE, "code"])
SECONDS = Histogram(
    "spinecare_request_seconds",
    "Time to answer.",
    ROUTE,
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
QUERIES = Counter("spinecare_request_queries", "Statements sent to the database.", ROUTE)
REFUSED = Counter("spinecare_logins_refused", "Sign-ins that were refused.")


class Measured:
    """A middleware: one answer counted, with its time and its statements."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        count, began = _Statements(), perf_counter()
        with connection.execute_wrapper(count):
            response = self.get_response(request)
        match = request.resolver_match
        route = (request.method or "", match.route if match else "unknown")
        REQUESTS.labels(*route, str(response.status_code)).inc()
        SECONDS.labels(*route).observe(perf_counter() - began)
        QUERIES.labels(*route).inc(count.sent)
        return response


class _Statements:
    sent = 0

    def __call__(self, execute: Callable[..., Any], *asked: Any) -> Any:
        self.sent += 1
        return execute(*asked)


def listen() -> None:
    user_login_failed.connect(_refused, dispatch_uid="count refused")


def _refused(**_signal: Any) -> None:
    REFUSED.inc()


class Tables(Collector):
    """States of the whole installation, read from its tables; without a database only that it is away."""

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("spinecare", "Which version answers.", {"version": settings.VERSION})
        now = timezone.now()
        try:
            yield from (*_due(now), *_flags(now), *_notices(), *_apart())
        except DatabaseError:
            yield GaugeMetricFamily("spinecare_database_up", "Whether it answers.", 0)
        else:
            yield GaugeMetricFamily("spinecare_database_up", "Whether it answers.", 1)


def _due(now: datetime) -> Iterator[Metric]:
    due, oldest = ReviewDue.objects.due(now), ReviewDue.objects.oldest(now)
    yield GaugeMetricFamily("spinecare_due_trials", "Trials that wait for a review.", due.count())
    age = (now - oldest).total_seconds() if oldest else 0
    yield GaugeMetricFamily("spinecare_oldest_due_trial_seconds", "How long one has waited.", age)


def _flags(now: datetime) -> Iterator[Metric]:
    """Open ones by kind: how many, how many past their time, and since when the oldest is open."""
    opened = GaugeMetricFamily("spinecare_open_flags", "Open flags.", labels=["kind"])
    late = GaugeMetricFamily("spinecare_overdue_flags", "Flags past their time.", labels=["kind"])
    oldest = GaugeMetricFamily("spinecare_oldest_flag_seconds", "Of open ones.", labels=["kind"])
    counted = (
        Flag.objects.open()
        .order_by()
        .values_list("kind")
        .annotate(
            all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)), oldest=Min("opened_at")
        )
    )
    found = {kind: figures for kind, *figures in counted}
    for kind in Kind.values:
        all_of_it, overdue, since = found.get(kind, (0, 0, None))
        opened.add_metric([kind], all_of_it)
        late.add_metric([kind], overdue)
        oldest.add_metric([kind], (now - since).total_seconds() if since else 0)
    yield from (opened, late, oldest)


def _notices() -> Iterator[Metric]:
    """Messages that have not left: those that wait, and those tried in vain."""
    counted = Notice.objects.aggregate(
        new=Count("pk", filter=Q(sent_at=None, given_up_at=None, tries=0)),
        tried=Count("pk", filter=Q(sent_at=None, given_up_at=None, tries__gt=0)),
        failed=Count("pk", filter=Q(failed_at__isnull=False)),
    )
    family = GaugeMetricFamily(
        "spinecare_notices", "Messages not sent, by state.", labels=["state"]
    )
    for state, number in counted.items():
        family.add_metric([state], number)
    yield family


def _apart() -> Iterator[Metric]:
    family = GaugeMetricFamily("spinecare_rows_set_apart", "By job.", labels=["job"])
    found = JobFailure.objects.counted()
    for job in JobFailure.Job.values:
        family.add_metric([job], found.get(job, 0))
    yield family


class Jobs(Collector):
    """What workers have done, on whichever machine: they count in Redis."""

    def collect(self) -> Iterator[Metric]:
        try:
            beat, counted = caches["redis"].get(BEAT_KEY), task_counts.counted()
        except RedisError:
            yield GaugeMetricFamily("spinecare_redis_up", "Whether it answers.", 0)
            return
        yield GaugeMetricFamily("spinecare_redis_up", "Whether it answers.", 1)
        age = (timezone.now() - beat).total_seconds() if beat else float("inf")
        yield GaugeMetricFamily("spinecare_beat_age_seconds", "Since a worker heard beat.", age)
        yield from _jobs(counted)


def _jobs(counted: task_counts.Counts) -> Iterator[Metric]:
    done = CounterMetricFamily("spinecare_tasks", "By result.", labels=["task", "result"])
    took = CounterMetricFamily("spinecare_task_seconds", "Time spent.", labels=["task"])
    rows = CounterMetricFamily("spinecare_task_rows", "Trials, messages.", labels=["task"])
    of_all = {task_counts.SECONDS: took, task_counts.ROWS: rows}
    for (task, what), number in counted.items():
        if what in of_all:
            of_all[what].add_metric([task], number)
        else:
            done.add_metric([task, what], number)
    yield from (done, took, rows)


def told() -> bytes:
    """Everything in Prometheus's text form."""
    states = CollectorRegistry()
    states.register(Tables())
    states.register(Jobs())
    counts = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(counts := CollectorRegistry())  # type: ignore[no-untyped-call]
    return generate_latest(counts) + generate_latest(states)
