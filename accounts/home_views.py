"""Somebody who speaks for several patients says for whom the next pages are."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import Request, person
from accounts.home import at_home, may_speak_for, speak_for
from accounts.way_on import way_on


@person
@require_http_methods(["GET", "POST"])
def choose_home(request: Request) -> HttpResponse:
    mine = may_speak_for(request)
    if not mine:
        return redirect("start")
    asked = request.POST.get("patient", "")
    chosen = next((patient for patient in mine if str(patient.pk) == asked), None)
    if chosen is not None:
        speak_for(request, chosen)
        return redirect(way_on(request))
    context = {"mine": mine, "at": at_home(request), "next": way_on(request)}
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/choose_home.html", context, status=status)
