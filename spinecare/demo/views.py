"""One click into each role. These views are imported in demo mode only."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import public
from accounts.models import User
from spinecare.demo import newcomers, people

BACKEND = "accounts.backends.Backend"


@public
@require_POST
def enter(request: HttpRequest, role: str) -> HttpResponse:
    """Sign in as the demo's patient, new patient, clinician, scheduler or administrator."""
    emails = {key: email for key, (_, _, email) in people.STAFF.items()}
    emails["patient"] = people.patients()[0].email
    emails["new-patient"] = newcomers.email_of(newcomers.HALF_DONE)
    user = get_object_or_404(User, email=emails.get(role, ""))
    login(request, user, backend=BACKEND)
    request.session["began_at"] = request.session["seen_at"] = timezone.now().isoformat()
    return redirect("start")
