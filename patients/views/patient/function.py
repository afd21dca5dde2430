"""Questions about daily life: asked, checked, sent once. And the activities that a patient chooses."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import kept
from accounts.access import Request, patient
from pathway.models import Instrument
from patients import actions
from patients.forms.function import ActivitiesForm, Asked, FunctionForm
from patients.models import ClinicProtocol, Episode, OwnActivity
from patients.views.patient.due import ACTIVITIES, PEG
from patients.views.patient.standing import standing_of
from patients.views.patient.whose import own_score, with_episode

RECORD = {PEG: actions.record_peg, ACTIVITIES: actions.record_activities}


@patient
@require_http_methods(["GET", "POST"])
@with_episode
def function(request: Request, episode: Episode, key: str) -> HttpResponse:
    instrument = _instrument(episode, key, timezone.now())
    questions = _questions(request, episode, instrument)
    if not questions:
        return redirect("activities")
    form = FunctionForm(
        request.POST if request.method == "POST" else kept.take(request),
        initial={"submission_id": uuid4(), kept.FIELD: kept.seal(request.user)},
        questions=questions,
        may_skip=len(questions) > 2 and key == ACTIVITIES,
    )
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        return _check_or_send(request, episode, instrument, form)
    return _ask(request, instrument, form)


def _instrument(episode: Episode, key: str, now: datetime) -> Instrument:
    """One that is ours to show (pathway refuses the items of every other)."""
    if key not in RECORD:
        raise Http404
    protocol = ClinicProtocol.objects.in_use(episode.patient.clinic, now)
    return get_object_or_404(protocol.instruments, key=key)


def _questions(request: Request, episode: Episode, instrument: Instrument) -> list[Asked]:
    """The items as published; for the patient's own activities, in the patient's own words."""
    items = instrument.items_to_show()
    if instrument.key != ACTIVITIES:
        return [Asked(item.key, item.text, item.low_anchor, item.high_anchor) for item in items]
    words = _("%s: how hard was it this past week?")
    return [
        Asked(item.key, words % activity.wording, item.low_anchor, item.high_anchor)
        for item, activity in zip(items, _own_activities(request, episode), strict=False)
    ]


def _own_activities(request: Request, episode: Episode) -> list[OwnActivity]:
    chosen = OwnActivity.objects.visible_to(request.user).filter(episode=episode, retired_at=None)
    return list(chosen.order_by("position"))


def _ask(request: Request, instrument: Instrument, form: FunctionForm) -> HttpResponse:
    page = {
        "form": form,
        "instrument": instrument,
        "waited": request.method == "GET" and form.is_bound,
    }
    wrong = request.method == "POST" and "change" not in request.POST
    return render(request, "patients/function.html", page, status=422 if wrong else 200)


def _check_or_send(
    request: Request, episode: Episode, instrument: Instrument, form: FunctionForm
) -> HttpResponse:
    if "send" not in request.POST:
        page = {"form": form, "instrument": instrument}
        return render(request, "patients/function_check.html", page)
    try:
        score = RECORD[instrument.key](
            episode=episode,
            form=actions.Form(instrument, form.cleaned_data["submission_id"], form.answers),
            by=request.user,
            now=timezone.now(),
        )
    except actions.Incomplete:
        form.add_error(None, _("Choose a number for at least two activities"))
        return _ask(request, instrument, form)
    return redirect("function_done", score.pk)


@patient
@require_safe
def function_done(request: Request, pk: int) -> HttpResponse:
    score = own_score(request, pk)
    standing = standing_of(request.user, score.episode, timezone.now())
    return render(request, "patients/function_done.html", {"score": score, "standing": standing})


@patient
@require_http_methods(["GET", "POST"])
@with_episode
def activities(request: Request, episode: Episode) -> HttpResponse:
    chosen = [activity.wording for activity in _own_activities(request, episode)]
    initial = dict(zip(("first", "second", "third"), chosen, strict=False))
    form = ActivitiesForm(
        request.POST if request.method == "POST" else kept.take(request),
        initial={**initial, kept.FIELD: kept.seal(request.user)},
    )
    if request.method == "POST" and form.is_valid():
        actions.choose_activities(episode=episode, wordings=form.wordings, now=timezone.now())
        return redirect("function", ACTIVITIES)
    page = {
        "form": form,
        "chosen": chosen,
        "waited": request.method == "GET" and form.is_bound,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/activities.html", page, status=status)
