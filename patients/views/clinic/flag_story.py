"""What happened to a flag, from opened to decided."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import ClinicRequest, clinician
from patients import actions
from patients.flag_history import flag_history
from patients.models import Flag


@clinician
@require_safe
def flag_story(request: ClinicRequest, pk: int) -> HttpResponse:
    flags = Flag.objects.visible_to(request.user).select_related("episode__patient")
    flag = get_object_or_404(flags, pk=pk)
    patient = flag.episode.patient
    actions.note_access(patient=patient, user=request.user, page="flag_story", now=timezone.now())
    context = {"flag": flag, "patient": patient, "history": flag_history(flag)}
    return render(request, "clinic/flag_story.html", context)
