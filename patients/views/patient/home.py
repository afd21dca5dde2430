"""Today: the log, the plan, the next visit, what there is to do, and what the care team says."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Request, patient
from patients import actions
from patients.reading.asked import LOGS_READ, asks_safety
from patients.views.patient.before import before_first_step
from patients.views.patient.due import due_questions
from patients.views.patient.standing import standing_of
from patients.views.patient.whose import about, own_episode


@patient
@require_safe
def home(request: Request) -> HttpResponse:
    now = timezone.now()
    episode = own_episode(request)
    if episode is None:
        return render(request, "patients/welcome.html")
    if not episode.is_described:
        return before_first_step(request, episode)
    today = episode.patient.local_date(now)
    standing = standing_of(request.user, episode, now)
    logs = list(episode.logs.last_days(LOGS_READ))
    logged = next((log for log in logs if log.local_date == today), None)
    next_on = standing.next_log_on(episode, logs)
    page = {
        **about(request, episode),
        "given_name": episode.patient.name.split()[0],
        "standing": standing,
        "logged": logged,
        "can_change": logged is not None and actions.can_change(log=logged, now=now),
        "is_new": not logs,
        "asks_safety": standing.asks_safety or asks_safety(episode, logs, standing.protocol, now),
        "next_log": next_on if next_on > today else None,
        "due": due_questions(episode, standing, today),
    }
    return render(request, "patients/home.html", page)
