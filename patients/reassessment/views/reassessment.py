"""Tier 5: imaging, function, goals, the three signs, the options, and a decision made together."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, clinician
from patients.care_team.actions.access import note_access
from patients.models import Episode, Reassessment
from patients.reassessment.actions.reassessment import (
    SignsUnanswered,
    answer_sign,
    begin_reassessment,
    finish_reassessment,
    weigh_option,
)
from patients.reassessment.forms.reassessment import ReassessmentForm
from patients.record.actions.records import DoesNotFit, change_record


def _own(request: ClinicRequest, pk: int) -> Reassessment:
    rows = Reassessment.objects.visible_to(request.membership).not_withdrawn()
    related = rows.select_related("episode__patient__clinic", "protocol", "outcome", "finished_by")
    return get_object_or_404(related, pk=pk)


@clinician
@require_POST
def reassess(request: ClinicRequest, pk: int) -> HttpResponse:
    episodes = Episode.objects.visible_to(request.membership).select_related("patient__clinic")
    episode = get_object_or_404(episodes, pk=pk)
    begun = begin_reassessment(episode=episode, by=request.user, now=timezone.now())
    return redirect("reassessment", pk=begun.pk)


@clinician
@require_http_methods(["GET", "POST"])
def reassessment(request: ClinicRequest, pk: int) -> HttpResponse:
    """With script each field saves itself; without, all are saved with the button."""
    own = _own(request, pk)
    if request.method == "POST" and own.finished_at:
        messages.warning(request, _("It is finished, and stays as it is. Begin a new one."))
        return redirect("reassessment", pk=pk)
    form = ReassessmentForm(request.POST or None, instance=own)
    if request.htmx and request.method == "POST":
        return _save_field(request, form)
    if form.is_valid():
        _save_all(form)
        messages.success(request, _("Saved."))
        return redirect("reassessment", pk=pk)
    return _page(request, own, form)


def _page(request: ClinicRequest, own: Reassessment, form: ReassessmentForm) -> HttpResponse:
    patient = own.episode.patient
    note_access(patient=patient, user=request.user, page="reassessment", now=timezone.now())
    context = {"form": form, "reassessment": own, "episode": own.episode, "patient": patient}
    status = 422 if form.is_bound else 200
    return render(request, "patients/reassessment/reassessment.html", context, status=status)


def _save_field(request: ClinicRequest, form: ReassessmentForm) -> HttpResponse:
    name = request.POST.get("field", "")
    if name not in form.fields:
        raise Http404
    form.is_valid()
    error = next(iter(form.errors.get(name, [])), "")
    if not error:
        _save(form, name)
    status = 422 if error else 200
    return render(request, "patients/record/_saved.html", {"error": error}, status=status)


def _save_all(form: ReassessmentForm) -> None:
    for name in form.fields:
        _save(form, name)


def _save(form: ReassessmentForm, name: str) -> None:
    kind, _under, key = name.rpartition("_")
    if not key.isdigit():
        change_record(record=form.instance, changes={name: form.cleaned_data[name]})
    elif kind == "sign":
        sign = next(each for each in form.signs if each.pk == int(key))
        answer_sign(sign=sign, confirmed=form.cleaned_data[name])
    else:
        option = next(each for each in form.options if each.pk == int(key))
        weigh_option(
            option=option,
            considered=form.cleaned_data[f"option_{key}"],
            note=form.cleaned_data.get(f"option_note_{key}", ""),
        )


@clinician
@require_POST
def finish(request: ClinicRequest, pk: int) -> HttpResponse:
    """What was typed and not saved yet is sent along, and is saved first."""
    own = _own(request, pk)
    if "held_on" in request.POST and not own.finished_at:
        form = ReassessmentForm(request.POST, instance=own)
        if not form.is_valid():
            return _page(request, own, form)
        _save_all(form)
    try:
        finish_reassessment(reassessment=own, by=request.user, now=timezone.now())
    except SignsUnanswered:
        messages.warning(request, _("Confirm or refuse each sign that the data show."))
    except DoesNotFit:
        messages.warning(
            request,
            _(
                "Not finished: it needs the images looked at or not, goals, what the clinic gains, "
                "the shared decision and its outcome."
            ),
        )
    else:
        messages.success(request, _("Finished. It stays as it is now."))
        return redirect("records", pk=own.episode_id)
    return redirect("reassessment", pk=pk)
