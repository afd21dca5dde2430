"""Today: the log, the plan, the next visit, what there is to do, and what the care team says."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Request, patient
from patients import actions
from patients.views.patient.due import due_questions
from patients.views.patient.standing import standing_of
from patients.views.patient.whose import own_episode


@patient
@require_safe
def home(request: Request) -> HttpResponse:
    now = timezone.now()
    episode = own_episode(request)
    if episode is None:
        return render(request, "patients/welcome.html")
    today = episode.patient.local_date(now)
    standing = standing_of(request.user, episode, now)
    logged = episode.logs.of_the_day().between(today, today).first()
    page = {
        "given_name": episode.patient.name.split()[0],
        "standing": standing,
        "logged": logged,
        "can_change": logged is not None and actions.can_change(log=logged, now=now),
        "is_new": not episode.logs.standing().exists(),
        "due": due_questions(episode, standing, today),
    }
    return render(request, "patients/home.html", page)
