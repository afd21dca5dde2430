"""Today's log, or one for yesterday or the day before: the form, and saving it once."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import partial
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import resume_form
from accounts.access import PatientRequest, patient_or_carer
from accounts.composed import composed
from accounts.home import Scope, scope_of
from accounts.pace import never_held_back
from patients.flags.advice import Shown, advice_on_form
from patients.flags.safety_answers import answer_safety
from patients.logs.actions.log import DAYS_BACK, MOST_A_DAY, DayClosed, DayFull, log_symptoms
from patients.logs.forms.log import LogForm, entry_of
from patients.logs.views.log_saved import say_saved
from patients.models import ClinicProtocol, Episode, SymptomLog
from patients.record.current_episode import about, with_episode
from patients.record.selectors.exercises import exercises_on


@never_held_back
@patient_or_carer(Scope.LOG)
@require_http_methods(["GET", "POST"])
@with_episode
def log(request: PatientRequest, episode: Episode, day: date | None = None) -> HttpResponse:
    now = timezone.now()
    spoken_of = day or episode.patient.local_date(now)
    if request.method == "POST":
        return _save(request, episode, _form(request, episode, spoken_of, request.POST), now)
    if spoken_of not in _days(episode, now):
        return _day_closed(request, episode, now)
    form = _form(request, episode, spoken_of, resume_form.take(request))
    return _ask(request, episode, form, now)


def _form(
    request: PatientRequest, episode: Episode, spoken_of: date, answers: QueryDict | None
) -> LogForm:
    now = timezone.now()
    return LogForm(
        answers,
        initial={
            "submission_id": uuid4,
            "exercises_done": request.GET.getlist("done"),
            resume_form.FIELD: partial(resume_form.seal, request.patient),
        },
        protocol=lambda: ClinicProtocol.objects.in_use(episode.patient.clinic, now),
        about=episode.region,
        spoken_of=spoken_of,
        is_today=spoken_of == episode.patient.local_date(now),
        exercises=exercises_on(episode, spoken_of),
    )


def _days(episode: Episode, now: datetime) -> list[date]:
    """The days that a log may speak of, the newest first."""
    today = episode.patient.local_date(now)
    return [today - timedelta(back) for back in range(DAYS_BACK + 1)]


def _ask(
    request: PatientRequest,
    episode: Episode,
    form: LogForm,
    now: datetime,
    advice: Shown | None = None,
) -> HttpResponse:
    days = _days(episode, now)
    page = {
        **about(request, episode),
        "form": form,
        "questions": partial(form.drawn, is_today=form.spoken_of == days[0]),
        "days_ago": (days[0] - form.spoken_of).days,
        "days": days,
        "saved": _saved(request, episode, form.spoken_of),
        "waited": request.method == "GET" and form.is_bound,
        "advice": advice,
        "answered": form["submission_id"].value() if request.method == "POST" else None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/logs/log.html", page, status=status)


def _saved(request: PatientRequest, episode: Episode, day: date) -> list[SymptomLog]:
    may_see = Scope.SEE in scope_of(request.patient)
    return _saved_on(episode.pk, day) if may_see else []


@composed(int, date)
def _saved_on(episode: int, day: date) -> QuerySet[SymptomLog]:
    saved = SymptomLog.objects.filter(episode=episode, local_date=day).not_withdrawn()
    return saved.order_by("logged_at", "pk")


def _day_closed(
    request: PatientRequest,
    episode: Episode,
    now: datetime,
    **page: object,
) -> HttpResponse:
    page |= {**about(request, episode), "days": _days(episode, now)}
    status = 409 if request.method == "POST" else 404
    return render(request, "patients/logs/day_closed.html", page, status=status)


def _day_full(
    request: PatientRequest, episode: Episode, _now: datetime, **page: object
) -> HttpResponse:
    page |= {**about(request, episode), "most": MOST_A_DAY}
    return render(request, "patients/logs/day_full.html", page, status=409)


def _save(request: PatientRequest, episode: Episode, form: LogForm, now: datetime) -> HttpResponse:
    if not form.is_valid():
        return _ask(request, episode, form, now, _hear(request, episode, form, now))
    try:
        logged = log_symptoms(
            episode=episode,
            entry=form.entry(),
            submission_id=form.cleaned_data["submission_id"],
            by=request.user,
            now=now,
            alarms=form.alarmed,
        )
    except (DayClosed, DayFull) as refusal:
        unsaved = SymptomLog(**asdict(form.entry()))
        advice = _hear(request, episode, form, now)
        answer = _day_closed if isinstance(refusal, DayClosed) else _day_full
        sent = form.cleaned_data["submission_id"]
        return answer(request, episode, now, log=unsaved, advice=advice, answered=sent)
    if entry_of(logged.log) != form.entry():
        messages.info(request, _("You already logged today. Here is what you saved."))
    return say_saved(request, logged.log)


def _hear(request: PatientRequest, episode: Episode, form: LogForm, now: datetime) -> Shown:
    """Safety answers count even if the log itself cannot be saved, and once where its form has lost its
    name: the same answers of the same day."""
    said = f"{episode.pk} {form.spoken_of} {sorted(each.key for each in form.alarmed)}"
    submission_id: UUID = form.cleaned_data.get("submission_id") or uuid5(NAMESPACE_OID, said)
    answer_safety(
        episode=episode,
        yes_to=form.alarmed,
        submission_id=submission_id,
        by=request.user,
        now=now,
    )
    return advice_on_form(request.patient, submission_id, now)
