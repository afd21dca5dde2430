"""The first page, the help page, and the health checks: is it alive, is it ready."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from redis.exceptions import RedisError

from accounts import resume_form
from accounts.access import public
from accounts.models import Clinic, JobFailure
from accounts.workplace import workplace
from patients.models import ReviewDue
from spinecare.tasks import BEAT_KEY

OLDEST_BEAT = timedelta(minutes=5)


@public
def start(request: HttpRequest) -> HttpResponse:
    """The first page; whoever is signed in goes to their own first page."""
    user = request.user
    if not user.is_authenticated:
        return render(request, "start.html")
    if membership := workplace(request):
        return redirect(
            {"clinician": "worklist", "scheduler": "board"}.get(membership.role, "people")
        )
    return redirect("home") if user.speaks_for else render(request, "start.html")


@public
def help_now(request: HttpRequest) -> HttpResponse:
    """What an emergency is and whom to call; needs no sign-in and no script."""
    return render(request, "help_now.html")


@public
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
def readyz(_request: HttpRequest) -> JsonResponse:
    """Whether to send people here. The ages tell a watcher of a stopped beat or worker, `degraded`
    of rows that jobs had to set apart: everybody else is served, so it stays ready."""
    now = timezone.now()
    checks: dict[str, object] = {
        "database": _database_answers(),
        "migrations": False,
        "redis": False,
    }
    if checks["database"]:
        checks["migrations"] = not _pending_migrations()
        oldest = ReviewDue.objects.oldest(now)
        checks["oldest_due_trial_seconds"] = int((now - oldest).total_seconds()) if oldest else 0
        checks |= _set_apart() if checks["migrations"] else {}
    try:
        beat = caches["redis"].get(BEAT_KEY)
        checks["redis"] = True
        checks["beat_age_seconds"] = int((now - beat).total_seconds()) if beat else None
    except RedisError:
        checks["beat_age_seconds"] = None
    ready = bool(checks["database"] and checks["migrations"] and checks["redis"])
    return JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)


def _set_apart() -> dict[str, object]:
    apart = JobFailure.objects.counted()
    lost = sum(not clinic.zone_is_known for clinic in Clinic.objects.only("time_zone"))
    return {"set_apart": apart, "unknown_zones": lost, "degraded": bool(apart or lost)}


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form older than its session: say so, and keep its answers for the page that it came from."""
    return render(request, "403_csrf.html", {"kept": resume_form.keep(request)}, status=403)
