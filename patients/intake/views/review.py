"""Intakes: who is answering, and what a clinician decides about the answers."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ClinicRequest, clinic, clinician
from pathway.rules import Reason
from patients.care_team.actions.access import note_access
from patients.flags.deadlines import read_by
from patients.intake.actions import IntakeClosed, IntakeStopped, confirm_intake
from patients.intake.forms.intake import PageForm, Setting
from patients.intake.forms.pages import PAGES, read, told_by
from patients.intake.forms.review import PriorTreatmentForm, ReviewIntakeForm
from patients.models import ClinicProtocol, Episode, Intake, Patient, SafetyAnswer
from patients.record.actions.register import EpisodeOpen, record_prior_treatment


@clinic
@require_safe
def intakes(request: ClinicRequest) -> HttpResponse:
    """Who was invited, is half done, stopped by a safety answer, or waits for a clinician."""
    home, now = request.membership.clinic, timezone.now()
    patients = Patient.objects.visible_to(request.membership)
    under_way = Intake.objects.unreviewed().filter(episode__patient__in=patients)
    under_way = under_way.select_related("episode__patient__clinic")
    stopped = under_way.stopped()
    going_on = under_way.exclude(pk__in=stopped.values("pk"))
    context = {
        "stopped": stopped.order_by("stopped_at", "pk"),
        "ready": [
            (intake, read_by(intake.sent_at, home))
            for intake in going_on.filter(sent_at__isnull=False).order_by("sent_at", "pk")
            if intake.sent_at
        ],
        "half_done": [
            (intake, len(intake.answers), len(PAGES))
            for intake in going_on.filter(sent_at=None).order_by("started_at", "pk")
        ],
        "waiting": patients.before_intake().select_related("invitation").order_by("name_key", "pk"),
        "now": now,
        "today": now.astimezone(home.zone).date(),
    }
    return render(request, "patients/intake/intakes.html", context)


@clinician
@require_http_methods(["GET", "POST"])
def intake_review(request: ClinicRequest, pk: int) -> HttpResponse:
    """The answers beside the suggestion; confirming it describes the complaint and starts care."""
    intake, now = _intake(request, pk), timezone.now()
    patient = intake.episode.patient
    setting = _setting(intake, now)
    pages = read(intake.answers, setting)
    form = ReviewIntakeForm(
        request.POST or None,
        intake=intake,
        told=told_by(pages),
        protocol=setting.protocol,
        told_on=setting.today,
    )
    if form.is_valid() and _confirmed(request, intake, form, now):
        return redirect("record", pk=patient.pk)
    note_access(patient=patient, user=request.user, page="intake_review", now=now)
    return _page(request, intake, form, pages)


def _intake(request: ClinicRequest, pk: int) -> Intake:
    intakes = Intake.objects.visible_to(request.membership)
    return get_object_or_404(intakes.select_related("episode__patient__clinic"), pk=pk)


def _setting(intake: Intake, now: datetime) -> Setting:
    """As on the day on which it was sent, so that “four years ago” stays the same day."""
    patient = intake.episode.patient
    protocol = ClinicProtocol.objects.in_use(patient.clinic, now)
    return Setting(patient, protocol, patient.clinic_date(intake.sent_at or now))


def _page(
    request: ClinicRequest, intake: Intake, form: ReviewIntakeForm, pages: dict[str, PageForm]
) -> HttpResponse:
    said_yes = SafetyAnswer.objects.visible_to(request.membership).filter(
        episode=intake.episode, answer=True
    )
    context = {
        "intake": intake,
        "patient": intake.episode.patient,
        "form": form,
        "pages": [(page, pages[page.key].said) for page in PAGES if page.key in pages],
        "reasons": [Reason(reason).sentence for reason in intake.suggested_reasons],
        "tier": dict(form.fields["level"].choices).get(intake.suggested_level),  # type: ignore[attr-defined]
        "flag": intake.episode.flags.holding().first(),
        "said_yes": said_yes.select_related("question").order_by("answered_at", "pk"),
    }
    status = 422 if form.errors else 200
    return render(request, "patients/intake/intake_review.html", context, status=status)


def _confirmed(
    request: ClinicRequest, intake: Intake, form: ReviewIntakeForm, now: datetime
) -> bool:
    try:
        confirm_intake(intake=intake, confirmed=form.confirmed(), by=request.user, now=now)
    except IntakeStopped:
        form.add_error(None, _("A safety answer is open. Record its outcome first."))
    except EpisodeOpen:
        form.add_error("region", _("There is an open complaint of this region. Use that one."))
    except IntakeClosed:
        messages.warning(request, _("A colleague has confirmed this intake before you."))
        return True
    else:
        messages.success(request, _("Confirmed. Care has started."))
        return True
    return False


@clinician
@require_http_methods(["GET", "POST"])
def prior_treatment(request: ClinicRequest, pk: int) -> HttpResponse:
    """Add what was tried before this clinic."""
    episodes = Episode.objects.visible_to(request.membership).select_related("patient__clinic")
    episode = get_object_or_404(episodes, pk=pk)
    now, patient = timezone.now(), episode.patient
    protocol = ClinicProtocol.objects.in_use(patient.clinic, now)
    form = PriorTreatmentForm(request.POST or None, protocol=protocol)
    if form.is_valid():
        record_prior_treatment(episode=episode, by=request.user, now=now, **form.cleaned_data)
        messages.success(request, _("Added."))
        return redirect("record", pk=patient.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "patient": patient}
    return render(request, "patients/intake/prior_treatment.html", context, status=status)
