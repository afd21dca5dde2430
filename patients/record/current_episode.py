"""A patient's page starts from the open complaint of the patient who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.crypto import salted_hmac

from accounts.access import PatientRequest
from accounts.composed import composed
from accounts.home import Scope
from patients.models import Episode, FunctionScore, Patient, SymptomLog

P = ParamSpec("P")


ASKED_FOR = "complaint"


@composed(int)
def _in_care(patient: int) -> QuerySet[Episode]:
    """The newest first."""
    mine = Episode.objects.visible_to(Patient(pk=patient)).open().filter(patient=patient)
    return mine.order_by("-opened_on", "-pk")


def current_episodes(request: PatientRequest) -> list[Episode]:
    """The complaints that are in care now, the newest first; read once a request."""
    patient = request.patient
    if not hasattr(patient, "in_care"):
        patient.in_care = _in_care(patient.pk)
        for episode in patient.in_care:
            episode.patient = patient  # with its clinic, which the frame shows as well
    return patient.in_care


def current_episode(request: PatientRequest) -> Episode | None:
    """The complaint that the address asks for (`?complaint=`), else the one chosen before, else the
    newest. The choice is kept, since forms of several pages lead from one to the next without it."""
    by_key = {str(episode.pk): episode for episode in current_episodes(request)}
    asked_for = request.GET.get(ASKED_FOR, "")
    before = request.session.get(ASKED_FOR, "")
    if asked_for in by_key and asked_for != before:
        request.session[ASKED_FOR] = asked_for
    newest = next(iter(by_key.values()), None)
    return by_key.get(asked_for) or by_key.get(before) or newest


def about(request: PatientRequest, episode: Episode) -> dict[str, object]:
    """For a page that may be about one complaint or another: both, and what its links carry on."""
    complaints = current_episodes(request)
    carried = f"?{ASKED_FOR}={episode.pk}" if len(complaints) > 1 else ""
    device = device_name(request.patient)
    return {"complaints": complaints, "episode": episode, "carried": carried, "device": device}


def device_name(patient: Patient) -> str:
    """Under which a log that is not sent yet waits in this patient's browser (static/unsent.js): it tells
    nobody who they are."""
    return salted_hmac("patients.device", str(patient.pk)).hexdigest()[:20]


def own_log(request: PatientRequest, pk: int, *, to_change: bool = False) -> SymptomLog:
    """One of the patient's own logs; anybody else's does not exist (404). A carer changes what they entered
    themselves, and reads no other where they may not see the record."""
    patient = request.patient
    mine = SymptomLog.objects.visible_to(request.patient).filter(episode__patient=patient)
    if patient.carer is not None and (to_change or Scope.SEE not in patient.carer.scope):
        mine = mine.filter(entered_by=request.user)
    log = get_object_or_404(mine.select_related("episode"), pk=pk)
    log.episode.patient = patient
    return log


def own_score(request: PatientRequest, pk: int) -> FunctionScore:
    """One of the patient's own answered questionnaires."""
    patient = request.patient
    mine = FunctionScore.objects.visible_to(request.patient).filter(episode__patient=patient)
    score = get_object_or_404(mine.select_related("episode", "instrument"), pk=pk)
    score.episode.patient = patient
    return score


def with_episode(
    view: Callable[Concatenate[PatientRequest, Episode, P], HttpResponseBase],
) -> Callable[Concatenate[PatientRequest, P], HttpResponseBase]:
    """Hands the view the open episode; where there is none, home says what comes next."""

    @wraps(view)
    def found(request: PatientRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        episode = current_episode(request)
        if episode is None:
            return redirect("home")
        return view(request, episode, *args, **kwargs)

    return found
