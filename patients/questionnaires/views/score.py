"""The total of a licensed questionnaire, entered by a clinician."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ClinicRequest, clinician
from accounts.pace import never_held_back
from patients.models import ClinicProtocol, Episode
from patients.questionnaires.actions.scores import FilledForm, TotalOutOfRange, record_total
from patients.questionnaires.forms.score import TotalForm


@never_held_back
@clinician
@require_http_methods(["GET", "POST"])
def score_entry(request: ClinicRequest, pk: int) -> HttpResponse:
    episodes = Episode.objects.visible_to(request.membership).select_related("patient__clinic")
    episode, now = get_object_or_404(episodes, pk=pk), timezone.now()
    protocol = ClinicProtocol.objects.in_use(episode.patient.clinic, now)
    today = episode.patient.local_date(now)
    form = TotalForm(request.POST or None, protocol=protocol, episode=episode, today=today)
    if form.is_valid():
        said = form.cleaned_data
        filled = FilledForm(
            said["instrument"], said["submission_id"], {}, filled_on=said["filled_on"]
        )
        try:
            record_total(
                episode=episode, form=filled, total=said["total"], by=request.user, now=now
            )
        except TotalOutOfRange:
            form.add_error("total", _("Give a total within the range of this questionnaire."))
        else:
            messages.success(request, _("The score is saved."))
            return redirect("record", pk=episode.patient_id)
    status = 422 if form.errors else 200
    context = {"form": form, "episode": episode, "patient": episode.patient}
    return render(request, "patients/questionnaires/score_entry.html", context, status=status)
