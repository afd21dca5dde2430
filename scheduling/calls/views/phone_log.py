"""A patient on the phone says how they are: somebody at the desk writes it down for them, marked so."""

from __future__ import annotations

from datetime import datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from accounts.access import ClinicRequest, scheduler
from accounts.pace import never_held_back
from patients.flags.advice import Shown, advice_on_form
from patients.flags.questions import questions_for
from patients.flags.safety_answers import answer_safety
from patients.logs.actions.log import DayFull, log_symptoms
from patients.models import ClinicProtocol, Episode, Patient
from scheduling.calls.forms import PhoneLogForm

PAGE = "scheduling/calls/phone_log.html"


@never_held_back
@scheduler
@require_http_methods(["GET", "POST"])
def phone_log(request: ClinicRequest, pk: int) -> HttpResponse:
    """The questions are read out in the patient's language; nothing of the record is shown."""
    mine = Patient.objects.visible_to(request.membership).select_related("clinic")
    patient, now = get_object_or_404(mine, pk=pk), timezone.now()
    episode = _episode(patient)
    if episode is None:
        messages.warning(request, _("No step of care runs: there is no log to write down."))
        return redirect("board")
    form = _form(request, episode, now)
    if request.method == "GET":
        return _ask(request, patient, form)
    if not form.is_valid():
        return _ask(request, patient, form, _hear(request, episode, form, now))
    try:
        return _saved(request, episode, form, now)
    except DayFull:
        messages.warning(request, _("So many logs were made today that one more is not kept."))
        return _ask(request, patient, form, _hear(request, episode, form, now))


def _episode(patient: Patient) -> Episode | None:
    under_way = Episode.objects.under_way().filter(patient=patient)
    return under_way.select_related("patient__clinic").order_by("-pk").first()


def _form(request: ClinicRequest, episode: Episode, now: datetime) -> PhoneLogForm:
    protocol = ClinicProtocol.objects.in_use(episode.patient.clinic, now)
    data = request.POST if request.method == "POST" else None
    with override(episode.patient.language):
        questions = questions_for(protocol, episode.region).filter(on_every_log=True)
        return PhoneLogForm(data, questions=questions)


def _ask(
    request: ClinicRequest, patient: Patient, form: PhoneLogForm, advice: Shown | None = None
) -> HttpResponse:
    with override(patient.language):
        questions = form.render()
    context = {"patient": patient, "questions": questions, "form": form, "advice": advice}
    return render(request, PAGE, context, status=422 if form.is_bound else 200)


def _saved(
    request: ClinicRequest, episode: Episode, form: PhoneLogForm, now: datetime
) -> HttpResponse:
    patient, sent = episode.patient, form.cleaned_data["submission_id"]
    log_symptoms(
        episode=episode,
        entry=form.entry(patient.local_date(now)),
        submission_id=sent,
        by=request.user,
        now=now,
        alarms=form.alarmed,
    )
    messages.success(request, _("The log of %(name)s is saved.") % {"name": patient})
    advice = advice_on_form(patient, sent, now)
    if not advice:
        return redirect("board")
    return render(request, PAGE, {"patient": patient, "advice": advice})


def _hear(request: ClinicRequest, episode: Episode, form: PhoneLogForm, now: datetime) -> Shown:
    """A yes counts even if the log itself cannot be saved yet."""
    said = f"{episode.pk} {now.date()} {sorted(each.key for each in form.alarmed)}"
    sent: UUID = form.cleaned_data.get("submission_id") or uuid5(NAMESPACE_OID, said)
    answer_safety(
        episode=episode, yes_to=form.alarmed, submission_id=sent, by=request.user, now=now
    )
    return advice_on_form(episode.patient, sent, now)
