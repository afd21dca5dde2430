"""The first page, the help page, and the health checks: is it alive, is it ready."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from redis.exceptions import RedisError

from accounts import resume_form
from accounts.access import public
from accounts.models import Clinic, JobFailure, Notice
from accounts.workplace import workplace
from exchange.outcome import broken, is_for_programs, try_again
from pathway.standing import same_for_all
from patients.models import ReviewDue
from spinecare.metrics import told
from spinecare.retry import answers_of
from spinecare.tasks import BEAT_KEY

WEEK = timedelta(days=7)
LEAST_FREE = 500  # MB; an import may bring a hundred


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
@same_for_all(of_protocol=False)
def help_now(request: HttpRequest) -> HttpResponse:
    """What an emergency is and whom to call; needs no sign-in and no script."""
    return render(request, "help_now.html")


@public
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
def readyz(_request: HttpRequest) -> JsonResponse:
    """Whether to send people here. The ages tell a watcher of a stopped beat or worker; `degraded` says
    that something is broken without which people are served all the same: Redis, rows set apart."""
    now = timezone.now()
    checks: dict[str, object] = {"database": _database_answers(), "migrations": False}
    if checks["database"]:
        checks["migrations"] = not _pending_migrations()
        oldest = ReviewDue.objects.oldest(now)
        checks["oldest_due_trial_seconds"] = int((now - oldest).total_seconds()) if oldest else 0
        checks |= _set_apart(now) if checks["migrations"] else {}
    checks |= _redis(now)
    checks["free_megabytes"] = free = _free_megabytes()
    checks["degraded"] = bool(checks.get("degraded")) or not checks["redis"] or free < LEAST_FREE
    ready = bool(checks["database"] and checks["migrations"])
    return JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)


@public
def metrics(_request: HttpRequest) -> HttpResponse:
    """For Prometheus, inside only as `/readyz` is; counts of the installation, nobody's data."""
    return HttpResponse(told(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _redis(now: datetime) -> dict[str, object]:
    """Logs are saved and advice is shown without it; jobs begin late, and limits are kept per process."""
    try:
        beat = caches["redis"].get(BEAT_KEY)
    except RedisError:
        return {"redis": False, "beat_age_seconds": None}
    return {"redis": True, "beat_age_seconds": int((now - beat).total_seconds()) if beat else None}


def _free_megabytes() -> int:
    """On the disk of uploads. How full the database's disk is, only its own machine can tell."""
    places = (settings.MEDIA_ROOT, *settings.MEDIA_ROOT.parents)  # made with the first upload
    return shutil.disk_usage(next(place for place in places if place.exists())).free // 2**20


def _set_apart(now: datetime) -> dict[str, object]:
    apart = JobFailure.objects.counted()
    lost = sum(not clinic.zone_is_known for clinic in Clinic.objects.only("time_zone"))
    told = {
        "set_apart": apart,
        "unknown_zones": lost,
        "notices": Notice.objects.counted(now - WEEK),
    }
    return told | {"degraded": bool(apart or lost)}


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
def server_error(request: HttpRequest) -> HttpResponse:
    """Whatever broke. Without a database nobody is known: the help page is drawn for a stranger; every
    other page says so, with whom to call, and with what was sent from a page of ours. A program gets an
    OperationOutcome."""
    is_away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    if is_for_programs(request):
        return try_again() if is_away else broken()
    if not is_away:
        return HttpResponse(render_to_string("500.html"), status=500)
    request.user = AnonymousUser()
    translation.activate(translation.get_language_from_request(request))
    if request.path == reverse("help_now"):
        return HttpResponse(render_to_string("help_now.html"))
    page = answers_of(request) if _is_from_our_page(request) else {}
    page["csrf_token"] = get_token(request)
    headers = {"Retry-After": "30", "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("503.html", page), status=503, headers=headers)


def _is_from_our_page(request: HttpRequest) -> bool:
    """Here nobody has compared the form's token yet: what another site made a browser send is not offered
    to be sent again."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form older than its session: say so, and keep its answers for the page that it came from."""
    return render(request, "403_csrf.html", {"kept": resume_form.keep(request)}, status=403)
