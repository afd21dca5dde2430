"""Prepare for the visit: the page to bring along, and the question to ask."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import resume_form
from accounts.access import PatientRequest, patient_or_carer
from accounts.home import Scope
from patients.models import Episode
from patients.portal.actions.visit_question import ask_for_visit
from patients.portal.forms.visit_question import VisitQuestionForm
from patients.portal.selectors.brief import brief_of
from patients.record.current_episode import about, with_episode


@patient_or_carer(Scope.SEE, writes=Scope.SEE | Scope.LOG)
@require_http_methods(["GET", "POST"])
@with_episode
def visit_brief(request: PatientRequest, episode: Episode) -> HttpResponse:
    now = timezone.now()
    brief = brief_of(request.patient, episode, now)
    form = VisitQuestionForm(
        request.POST if request.method == "POST" else resume_form.take(request),
        initial={
            "question": brief.question.question if brief.question else "",
            resume_form.FIELD: resume_form.seal(request.patient),
        },
    )
    if request.method == "POST" and form.is_valid():
        question = form.cleaned_data["question"]
        ask_for_visit(episode=episode, question=question, now=now)
        messages.success(request, _("Your question is saved. You can change it until the visit."))
        return redirect("visit_brief")
    page = {
        **about(request, episode),
        "brief": brief,
        "form": form,
        "waited": request.method == "GET" and form.is_bound,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/portal/visit_brief.html", page, status=status)
