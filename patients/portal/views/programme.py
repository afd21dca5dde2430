"""My exercises: what the therapist chose, how it is done, and today's ticks, which are the log's answer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import PatientRequest, patient_or_carer
from accounts.home import Scope
from patients.logs.actions.log import can_change
from patients.models import Episode, SymptomLog
from patients.record.current_episode import about, with_episode
from patients.record.selectors.course import days_of
from patients.record.selectors.exercises import exercises_done, exercises_on


@patient_or_carer(Scope.SEE)
@require_safe
@with_episode
def programme(request: PatientRequest, episode: Episode) -> HttpResponse:
    """A day has one answer: before the first log the ticks lead to it, afterwards they are changed there."""
    now = timezone.now()
    today = episode.patient.local_date(now)
    given = exercises_on(episode, today)
    logs = SymptomLog.objects.of_the_day().filter(episode=episode)
    logged = logs.between(today, today).first()
    page = {
        **about(request, episode),
        "exercises": exercises_done(given, days_of(episode, today), today),
        "logged": logged,
        "can_change": logged is not None and can_change(log=logged, now=now),
    }
    return render(request, "patients/portal/programme.html", page)
