"""Patients who go on in another clinic: the pages of both clinics."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ClinicRequest, referring
from accounts.models import Membership
from patients.care_team.actions.access import note_access
from patients.models import Patient, Transfer
from patients.record.actions.register import NumberTaken, ZoneUnknown
from patients.transfers import actions
from patients.transfers.forms import AcceptForm, FinishForm, OfferForm, RejectForm
from patients.transfers.unsettled import unsettled

WITH = ("patient__clinic", "to_clinic", "offered_by", "accepted_by", "rejected_by", "withdrawn_by",
        "finished_by", "new_patient")  # fmt: skip
MOST = 200


def _one(request: ClinicRequest, pk: int) -> Transfer:
    rows = Transfer.objects.visible_to(request.membership).select_related(*WITH)
    return get_object_or_404(rows, pk=pk)


def _is_coming(request: ClinicRequest, one: Transfer) -> bool:
    return one.to_clinic_id == request.membership.clinic_id


def _stated(rows: Any, now: datetime) -> list[tuple[Transfer, str]]:
    rows = rows.select_related(*WITH).order_by("-offered_at", "-pk")[:MOST]
    return [(one, one.state(now)) for one in rows]


@referring
@require_safe
def transfers(request: ClinicRequest) -> HttpResponse:
    now, at = timezone.now(), request.membership
    context = {
        "coming": _stated(Transfer.objects.coming_to(at), now),
        "sent": _stated(Transfer.objects.sent_by(at), now),
    }
    return render(request, "patients/transfers/transfers.html", context)


@referring
@require_http_methods(["GET", "POST"])
def offer_transfer(request: ClinicRequest, pk: int) -> HttpResponse:
    rows = Patient.objects.visible_to(request.membership).select_related("clinic", "user")
    who, now = get_object_or_404(rows, pk=pk), timezone.now()
    form = OfferForm(request.POST or None, own=who.clinic)
    if form.is_valid():
        try:
            made = actions.offer_transfer(patient=who, by=request.user, now=now, **form.details)
        except actions.UnderWay:
            form.add_error(None, _("A transfer of this patient is under way already."))
        else:
            messages.success(request, _("Offered. The other clinic and the patient are told."))
            return redirect("transfer", made.pk)
    note_access(patient=who, user=request.user, page="offer_transfer", now=now)
    context = {"form": form, "patient": who, "open": unsettled(who, now)}
    status = 422 if form.is_bound else 200
    return render(request, "patients/transfers/offer.html", context, status=status)


@referring
@require_safe
def transfer(request: ClinicRequest, pk: int) -> HttpResponse:
    return _page(request, _one(request, pk))


def _page(request: ClinicRequest, one: Transfer, status: int = 200, **forms: Any) -> HttpResponse:
    """What the other clinic may read is who and why, until it has accepted."""
    now, coming = timezone.now(), _is_coming(request, one)
    state = one.state(now)
    if not coming or state not in HIDDEN:
        note_access(patient=one.patient, user=request.user, page="transfer", now=now)
    context = {
        "transfer": one, "state": state, "coming": coming, "hidden": coming and state in HIDDEN,
        "parts": [Transfer.Part(part).label for part in one.parts],
        "reject_form": RejectForm(), "accept_form": AcceptForm(here=_here(request)), **forms,
    }  # fmt: skip
    if not coming and state == "accepted":
        context["open"] = unsettled(one.patient, now)
    return render(request, "patients/transfers/transfer.html", context, status=status)


# An offer that came to nothing before it was answered: who it was is nobody's business there any more.
HIDDEN = {"withdrawn", "ran_out"}


def _here(request: ClinicRequest) -> Any:
    return Patient.objects.visible_to(request.membership)


@referring
@require_POST
def withdraw_transfer(request: ClinicRequest, pk: int) -> HttpResponse:
    one = _one(request, pk)
    if _is_coming(request, one):
        return redirect("transfer", pk)
    try:
        actions.withdraw_transfer(transfer=one, by=request.user, now=timezone.now())
    except actions.NotOpen:
        messages.warning(request, _("It was answered meanwhile. Look what became of it."))
    else:
        messages.success(request, _("Withdrawn."))
    return redirect("transfer", pk)


@referring
@require_POST
def reject_transfer(request: ClinicRequest, pk: int) -> HttpResponse:
    one, form = _one(request, pk), RejectForm(request.POST)
    if not _is_coming(request, one):
        return redirect("transfer", pk)
    if not form.is_valid():
        return _page(request, one, status=422, reject_form=form)
    because, now = form.cleaned_data["because"], timezone.now()
    try:
        actions.reject_transfer(transfer=one, because=because, by=request.user, now=now)
    except actions.NotOpen:
        messages.warning(request, _("It is not open any more. Look what became of it."))
    else:
        messages.success(request, _("Rejected. The other clinic reads why."))
    return redirect("transfer", pk)


@referring
@require_POST
def accept_transfer(request: ClinicRequest, pk: int) -> HttpResponse:
    one, form = _one(request, pk), AcceptForm(request.POST, here=_here(request))
    if not _is_coming(request, one):
        return redirect("transfer", pk)
    if form.is_valid() and _accepted(request, one, form):
        return redirect("transfer", pk)
    return _page(request, one, status=422, accept_form=form)


def _accepted(request: ClinicRequest, one: Transfer, form: AcceptForm) -> bool:
    number, now = form.cleaned_data["number"], timezone.now()
    try:
        actions.accept_transfer(
            transfer=one, number=number, known=form.known, by=request.user, now=now
        )
    except NumberTaken:
        form.say_number_taken()
        return False
    except ZoneUnknown:
        form.add_error(
            None, _("The clinic's time zone is not known. Nothing is saved. Ask support.")
        )
        return False
    except actions.NotOpen:
        messages.warning(request, _("It is not open any more. Look what became of it."))
    else:
        messages.success(request, _("Accepted. Their record here has begun."))
    return True


@referring
@require_http_methods(["GET", "POST"])
def finish_transfer(request: ClinicRequest, pk: int) -> HttpResponse:
    one, now = _one(request, pk), timezone.now()
    is_clinician = request.membership.role == Membership.Role.CLINICIAN
    if _is_coming(request, one) or one.state(now) != "accepted" or not is_clinician:
        return redirect("transfer", pk)
    trials = actions.running_trials(one.patient)
    form = FinishForm(request.POST if request.method == "POST" else None, trials=trials)
    if form.is_valid() and _finished(request, one, form, now):
        return redirect("transfer", pk)
    context = {"form": form, "transfer": one, "open": unsettled(one.patient, now)}
    status = 422 if form.is_bound else 200
    return render(request, "patients/transfers/finish.html", context, status=status)


def _finished(request: ClinicRequest, one: Transfer, form: FinishForm, now: datetime) -> bool:
    try:
        actions.finish_transfer(transfer=one, outcomes=form.outcomes, by=request.user, now=now)
    except actions.Unsettled:
        form.add_error(None, _("Something is still open. Settle it first."))
        return False
    except actions.NotOpen:
        return True
    messages.success(request, _("Finished. The record stays here, and its complaints are closed."))
    return True
