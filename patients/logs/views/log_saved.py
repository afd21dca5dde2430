"""After a log: what was saved, what to do now, what happens next; changing and withdrawing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import resume_form
from accounts.access import PatientRequest, patient_or_carer
from accounts.home import Scope
from accounts.pace import never_held_back
from patients.flags.advice import advice_on_form
from patients.logs.actions.log import (
    TooLateToChange,
    can_change,
    change_log,
    restore_log,
    withdraw_log,
)
from patients.logs.forms.log import AnswersForm, entry_of
from patients.logs.log_schedule import asks_safety, last_logs, next_log
from patients.models import ClinicProtocol, SymptomLog
from patients.record.current_episode import about, own_log
from patients.record.selectors.care_status import care_status_of
from patients.record.selectors.exercises import exercises_on

SCRIPT = "Spinecare-Script"


def say_saved(request: PatientRequest, log: SymptomLog) -> HttpResponse:
    """The page that says so; a script is told which form is saved, and takes nothing else for "saved"."""
    page = reverse("log_saved", args=[log.pk])
    if SCRIPT in request.headers:
        return JsonResponse({"saved": str(log.submission_id), "page": page})
    return redirect(page)


@patient_or_carer(Scope.SEE, Scope.LOG)
@require_safe
def log_saved(request: PatientRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    log = own_log(request, pk)
    clinic = log.episode.patient.clinic
    urgent = ClinicProtocol.objects.in_use(clinic, now).setting("urgent_pain")
    status = care_status_of(request.patient, log.episode, now)
    logs = last_logs(log.episode)
    page = {
        **about(request, log.episode),
        "log": log,
        "next_log": _next_log(next_log(log.episode, status, logs), log, now),
        "asks_safety": asks_safety(log.episode, logs, status.protocol, now),
        "advice": advice_on_form(request.patient, log.submission_id, now),
        "much_pain": log.average_pain >= urgent,
        "earlier": list(log.events.order_by("-pgh_id"))[1:],  # type: ignore[attr-defined]
        "can_change": can_change(log=log, now=now),
        "status": status,
    }
    told = page["advice"] and not log.withdrawn_at
    name = "log_saved_after_yes" if told else "log_saved"
    return render(request, f"patients/logs/{name}.html", page)


def _next_log(next_on: date, log: SymptomLog, now: datetime) -> date | None:
    """The day of the next log that is asked for; None where one is due today still."""
    return next_on if next_on > log.episode.patient.local_date(now) else None


@never_held_back
@patient_or_carer(Scope.LOG)
@require_http_methods(["GET", "POST"])
def log_change(request: PatientRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    log = own_log(request, pk, to_change=True)
    if not can_change(log=log, now=now):
        return _too_late(request, log)
    answers = request.POST if request.method == "POST" else resume_form.take(request)
    form = _change_form(request, log, answers, now)
    if request.method == "POST" and form.is_valid():
        change_log(log=log, entry=form.entry(), now=now)
        return say_saved(request, log)
    page = {"form": form, "log": log, "waited": request.method == "GET" and form.is_bound}
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/logs/log_change.html", page, status=status)


def _change_form(
    request: PatientRequest, log: SymptomLog, answers: QueryDict | None, now: datetime
) -> AnswersForm:
    return AnswersForm(
        answers,
        initial={**asdict(entry_of(log)), resume_form.FIELD: resume_form.seal(request.patient)},
        spoken_of=log.local_date,
        exercises=exercises_on(log.episode, log.local_date),
        is_today=log.local_date == log.episode.patient.local_date(now),
    )


@patient_or_carer(Scope.LOG)
def log_undo(request: PatientRequest, pk: int) -> HttpResponse:
    return _withdraw_or_not(request, pk, withdraw_log)


@patient_or_carer(Scope.LOG)
def log_restore(request: PatientRequest, pk: int) -> HttpResponse:
    return _withdraw_or_not(request, pk, restore_log)


def _withdraw_or_not(request: PatientRequest, pk: int, act: Callable[..., None]) -> HttpResponse:
    """Without POST, as after signing in again, only show the log as it is."""
    log = own_log(request, pk, to_change=True)
    if request.method == "POST":
        try:
            act(log=log, now=timezone.now())
        except TooLateToChange:
            return _too_late(request, log)
    return redirect("log_saved", log.pk)


def _too_late(request: PatientRequest, log: SymptomLog) -> HttpResponse:
    return render(request, "patients/logs/too_late.html", {"log": log}, status=409)
