"""The three things that matter to the patient, in their own words."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import resume_form
from accounts.access import PatientRequest, patient_or_carer
from accounts.home import Scope
from patients.models import Episode
from patients.questionnaires.actions.scores import choose_activities
from patients.questionnaires.asking import own_activities
from patients.questionnaires.forms.questions import ActivitiesForm
from patients.questionnaires.selectors.due import CHECK_IN
from patients.record.current_episode import about, with_episode


@patient_or_carer(Scope.SEE | Scope.LOG)
@require_http_methods(["GET", "POST"])
@with_episode
def activities(request: PatientRequest, episode: Episode) -> HttpResponse:
    chosen = [activity.wording for activity in own_activities(request, episode)]
    initial = dict(zip(("first", "second", "third"), chosen, strict=False))
    form = ActivitiesForm(
        request.POST if request.method == "POST" else resume_form.take(request),
        initial={**initial, resume_form.FIELD: resume_form.seal(request.patient)},
    )
    if request.method == "POST" and form.is_valid():
        choose_activities(episode=episode, wordings=form.wordings, now=timezone.now())
        return redirect("questionnaire", CHECK_IN)
    page = {
        **about(request, episode),
        "form": form,
        "chosen": chosen,
        "waited": request.method == "GET" and form.is_bound,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/questionnaires/activities.html", page, status=status)
