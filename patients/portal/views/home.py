"""Today: the log, the plan, the next visit, what there is to do, and what the care team says."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import PatientRequest, patient_or_carer
from accounts.composed import composed
from accounts.home import Scope, scope_of
from patients.flags.advice import waiting_advice
from patients.flags.deadlines import read_by
from patients.flags.questions import asks_about_injection
from patients.logs.actions.log import can_change
from patients.logs.log_schedule import asks_safety, last_logs, next_log
from patients.models import CareTeamMember, Episode, Exercise
from patients.questionnaires.selectors.due import due_sheets
from patients.record.current_episode import about, current_episode
from patients.record.selectors.care_status import care_status_of

FACES = 4


@patient_or_carer(Scope.SEE, Scope.LOG, Scope.BOOK)
@require_safe
def home(request: PatientRequest) -> HttpResponse:
    now = timezone.now()
    if Scope.SEE not in scope_of(request.patient):
        return render(request, "patients/carers/carer_home.html")
    episode = current_episode(request)
    if episode is None:
        return render(request, "patients/record/welcome.html")
    if not episode.is_described:
        return _pre_care(request, episode, now)
    today = episode.patient.local_date(now)
    status = care_status_of(request.patient, episode, now)
    logs = last_logs(episode)
    logged = next((log for log in logs if log.local_date == today), None)
    next_on = next_log(episode, status, logs)
    page = {
        **about(request, episode),
        "given_name": episode.patient.name.split()[0],
        "status": status,
        "logged": logged,
        "can_change": logged is not None and can_change(log=logged, now=now),
        "is_new": not logs,
        "asks_safety": status.asks_safety or asks_safety(episode, logs, status.protocol, now),
        "next_log": next_on if next_on > today else None,
        "due": due_sheets(episode, status, today),
        "advice": waiting_advice(request.patient, now),
        "has_programme": Exercise.objects.of(episode).on(today).exists(),
        "team": _team(request.patient.pk, now),
        "injection": asks_about_injection(episode, today) if status.had_injections else None,
    }
    return render(request, "patients/portal/home.html", page)


@composed(int, datetime)
def _team(patient: int, now: datetime) -> QuerySet[CareTeamMember]:
    """The faces on the page."""
    team = CareTeamMember.objects.filter(patient=patient).current(now)
    return team.select_related("membership__user")[:FACES]


def _pre_care(request: PatientRequest, episode: Episode, now: datetime) -> HttpResponse:
    """Before the first step: where the intake stands, and never a tier."""
    intake, own = episode.intake, episode.patient
    until = read_by(intake.sent_at, own.clinic) if intake.sent_at else None
    page = {
        "given_name": own.name.split()[0],
        "is_stopped": intake.is_stopped,
        "is_sent": intake.sent_at is not None,
        "read_by": until,
        "is_late": until is not None and until < own.clinic_date(now),
        "advice": waiting_advice(request.patient, now),
    }
    return render(request, "patients/intake/intake_home.html", page)
