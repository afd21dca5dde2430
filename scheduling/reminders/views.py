"""What the link of a reminder opens: the time of the visit, and two answers; on a device that is signed in."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import public
from accounts.home import Scope, may_answer_for
from accounts.models import Clinic, User
from patients.record.views.language import speak
from scheduling.models import Consultation
from scheduling.reminders.actions.answer import ask_for_another_time, confirm_by_link
from scheduling.reminders.links import is_alive, visit_of_token
from scheduling.visits.actions.locks import Busy, CannotChange

PAGE = "scheduling/reminders/visit_link.html"


@public
@never_cache
@require_http_methods(["GET", "POST"])
def visit_link(request: HttpRequest, token: str) -> HttpResponse:
    """Opened as a page it changes nothing, so that no preview of links answers for a patient."""
    visit, now = visit_of_token(token), timezone.now()
    if visit is not None:
        speak(request, visit.patient.language)
    if visit is None or not is_alive(token, visit, now):
        clinic = visit.patient.clinic if visit else None
        return render(request, PAGE, {"clinic": clinic}, status=410)
    if not may_answer_for(request, visit.patient, Scope.BOOK):
        return sign_in_first(request, visit.patient.clinic)
    if request.method == "POST":
        return _answer(request, token, visit)
    return render(request, PAGE, {"visit": visit, "clinic": visit.patient.clinic})


def sign_in_first(request: HttpRequest, clinic: Clinic) -> HttpResponse:
    """On a device that is not signed in, and then back; whoever is signed in as somebody else learns nothing."""
    if request.user.is_authenticated:
        return render(request, PAGE, {"clinic": clinic}, status=410)
    return redirect_to_login(request.path)


def _answer(request: HttpRequest, token: str, visit: Consultation) -> HttpResponse:
    now, another = timezone.now(), request.POST.get("answer") == "another"
    try:
        if another:
            ask_for_another_time(visit=visit, now=now)
        else:
            confirm_by_link(visit=visit, by=cast(User, request.user), now=now)
    except Busy:
        context = {"visit": visit, "clinic": visit.patient.clinic, "busy": True}
        return render(request, PAGE, context, status=409)
    except CannotChange:
        pass  # the page says how it stands
    return redirect("visit_link", token)
