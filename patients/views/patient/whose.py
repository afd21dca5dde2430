"""Whose record: a patient's page starts from the complaint that is open for the one who asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from accounts.access import Request
from patients.models import Episode, FunctionScore, SymptomLog

P = ParamSpec("P")


def own_episode(request: Request) -> Episode | None:
    """The complaint that is in care now, the newest where the neck and the back both are."""
    mine = Episode.objects.visible_to(request.user).open().filter(patient=request.user.patient)
    rows = mine.select_related("patient__clinic").order_by("-opened_on", "-pk")
    episode = rows.first()
    if episode is not None:
        request.user.patient = episode.patient  # with its clinic, which the frame shows as well
    return episode


def own_log(request: Request, pk: int) -> SymptomLog:
    """One of the patient's own logs; anybody else's does not exist (404)."""
    patient = request.user.patient
    mine = SymptomLog.objects.visible_to(request.user).filter(episode__patient=patient)
    log = get_object_or_404(mine.select_related("episode__patient__clinic"), pk=pk)
    request.user.patient = log.episode.patient
    return log


def own_score(request: Request, pk: int) -> FunctionScore:
    """One of the patient's own answered questionnaires."""
    patient = request.user.patient
    mine = FunctionScore.objects.visible_to(request.user).filter(episode__patient=patient)
    rows = mine.select_related("episode__patient__clinic", "instrument")
    score = get_object_or_404(rows, pk=pk)
    request.user.patient = score.episode.patient
    return score


def with_episode(
    view: Callable[Concatenate[Request, Episode, P], HttpResponseBase],
) -> Callable[Concatenate[Request, P], HttpResponseBase]:
    """Hands the view the open episode; where there is none, home says what comes next."""

    @wraps(view)
    def found(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        episode = own_episode(request)
        if episode is None:
            return redirect("home")
        return view(request, episode, *args, **kwargs)

    return found
