"""The patient's page for the visit as the clinician sees it, and the tick that it was discussed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ClinicRequest, clinician
from patients.care_team.actions.access import note_access
from patients.models import Episode, VisitQuestion
from patients.portal.actions.visit_question import mark_discussed
from patients.portal.selectors.brief import brief_of


@clinician
@require_safe
def visit_brief_clinic(request: ClinicRequest, pk: int) -> HttpResponse:
    episodes = Episode.objects.visible_to(request.membership).select_related(
        "patient__clinic", "condition"
    )
    episode, now = get_object_or_404(episodes, pk=pk), timezone.now()
    note_access(patient=episode.patient, user=request.user, page="visit_brief", now=now)
    page = {"brief": brief_of(request.membership, episode, now), "for_clinic": True}
    return render(request, "patients/portal/visit_brief.html", page)


@clinician
@require_POST
def visit_question_discussed(request: ClinicRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(VisitQuestion.objects.visible_to(request.membership), pk=pk)
    mark_discussed(question=question, by=request.user, now=timezone.now())
    messages.success(request, _("Noted: you talked about it."))
    return redirect("visit_brief_clinic", question.episode_id)
