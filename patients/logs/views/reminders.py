"""When a patient wants to be reminded of a log: hour, pause, off; and off in one click from a mail."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import resume_form
from accounts.access import PatientRequest, patient, public
from pathway.models import Protocol
from patients.logs.actions.reminders import (
    most_unanswered,
    patient_of_off_token,
    set_reminder_hour,
    turn_reminders_off,
)
from patients.logs.actions.reminders import pause_reminders as pause_reminders_action
from patients.logs.forms.reminders import PAUSES, PauseForm, ReminderForm
from patients.models import ClinicProtocol, Patient, TierTrial
from patients.record.current_episode import current_episodes
from patients.record.views.language import speak


@patient
@require_http_methods(["GET", "POST"])
def reminders(request: PatientRequest) -> HttpResponse:
    now, mine = timezone.now(), request.patient
    form = ReminderForm(
        request.POST if request.method == "POST" else resume_form.take(request),
        initial={"hour": _hour(mine), resume_form.FIELD: resume_form.seal(request.patient)},
    )
    if request.method == "POST" and form.is_valid():
        set_reminder_hour(patient=mine, hour=form.cleaned_data["hour"], now=now)
        messages.success(request, _("Saved."))
        return redirect("reminders")
    until = mine.reminders_snoozed_until
    page = {
        "form": form,
        "pauses": PAUSES,
        "is_off": _hour(mine) is None,
        "most_unanswered": most_unanswered(_protocol(request, now)),
        "paused_until": until if until and until > mine.local_date(now) else None,
    }
    return render(request, "patients/logs/reminders.html", page, status=422 if form.errors else 200)


def _protocol(request: PatientRequest, now: datetime) -> Protocol:
    """That of the complaint in care, as for the reminders themselves; the clinic's where none is."""
    own = request.patient
    running = TierTrial.objects.active().filter(episode__in=current_episodes(request))
    last = (
        running.select_related("tier__protocol")
        .defer("tier__protocol__source")
        .order_by("started_on", "pk")
        .last()
    )
    return last.tier.protocol if last else ClinicProtocol.objects.in_use(own.clinic, now)


def _hour(mine: Patient) -> int | None:
    return mine.reminder_hour if mine.reminders_off_at is None else None


@patient
@require_POST
def pause_reminders(request: PatientRequest) -> HttpResponse:
    form = PauseForm(request.POST)
    if form.is_valid():
        pause_reminders_action(
            patient=request.patient, days=form.cleaned_data["days"], now=timezone.now()
        )
        messages.success(request, _("Saved."))
    return redirect("reminders")


@public
@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def reminders_off(request: HttpRequest, token: str) -> HttpResponse:
    """Needs no sign-in: the token can do this and nothing else. A mail program may post here by
    itself (RFC 8058); opened as a page it only asks, so that no preview of links turns it off."""
    person = patient_of_off_token(token)
    if person is None:
        return render(request, "patients/logs/reminders_off.html", status=410)
    speak(request, person.language)
    if request.method == "POST":
        turn_reminders_off(patient=person, now=timezone.now())
    page = {"clinic": person.clinic, "works": True, "is_off": request.method == "POST"}
    return render(request, "patients/logs/reminders_off.html", page)
