"""VA referrals: whom VA was asked for, what it allowed, what ends soon."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ClinicRequest, clinician, scheduler
from patients.care_team.actions.access import note_access
from patients.models import Patient
from scheduling.models import Referral
from scheduling.queries import ReferralQuerySet
from scheduling.referrals import actions
from scheduling.referrals.forms import AuthoriseForm, CloseReferralForm, ReferralForm
from scheduling.referrals.packet import packet_of
from scheduling.referrals.selectors import referral_status_of, wanted_by_clinicians
from scheduling.rules.authorisation import WARN_DAYS
from scheduling.visits.choosing import moved_on

State = Referral.State
PAGE = 25


def _referrals(request: ClinicRequest) -> ReferralQuerySet:
    mine = Referral.objects.visible_to(request.membership)
    return mine.select_related("patient__clinic").prefetch_related("patient__consultations")


@scheduler
@require_safe
def referrals(request: ClinicRequest) -> HttpResponse:
    """What ends first is listed first."""
    today = timezone.now().astimezone(request.membership.clinic.zone).date()
    rows = _referrals(request).open().order_by("ends_on", "requested_at", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "statuses": [referral_status_of(row, today) for row in page],
        "wanted": wanted_by_clinicians(Patient.objects.visible_to(request.membership)),
    }
    return render(request, "scheduling/referrals/referrals.html", context)


@scheduler
@require_http_methods(["GET", "POST"])
def add_referral(request: ClinicRequest) -> HttpResponse:
    patients = Patient.objects.visible_to(request.membership)
    form = ReferralForm(request.POST or None, patients=patients)
    if form.is_valid():
        try:
            actions.request_referral(by=request.user, now=timezone.now(), **form.cleaned_data)
        except actions.ReferralOpen:
            form.add_error("patient", _("This patient has an open referral."))
        else:
            messages.success(request, _("Added."))
            return redirect("referrals")
    status = 422 if form.errors else 200
    return render(request, "scheduling/referrals/add_referral.html", {"form": form}, status=status)


@scheduler
@require_http_methods(["GET", "POST"])
def referral(request: ClinicRequest, pk: int) -> HttpResponse:
    """Where it stands, with the form of the next step; POST records what VA allowed."""
    found, now = get_object_or_404(_referrals(request), pk=pk), timezone.now()
    form = AuthoriseForm(request.POST or None)
    if form.is_valid():
        try:
            given = form.authorised
            actions.authorise_referral(referral=found, authorised=given, by=request.user, now=now)
            messages.success(request, _("Saved."))
        except actions.ReferralMoved:
            messages.warning(request, moved_on())
        return redirect("referral", found.pk)
    context = {
        "referral": found,
        "status": referral_status_of(found, found.patient.clinic_date(now)),
        "form": form,
        "close_form": CloseReferralForm(),
        "next_step": actions.NEXT_STEP.get(State(found.state)),
    }
    status = 422 if form.errors else 200
    return render(request, "scheduling/referrals/referral.html", context, status=status)


@scheduler
@require_POST
def move_referral(request: ClinicRequest, pk: int) -> HttpResponse:
    """The next step, a renewal, or the end of it; the page names the state that it showed."""
    found = get_object_or_404(_referrals(request), pk=pk)
    found.state = request.POST.get("state", "")
    try:
        _move(request, found)
        messages.success(request, _("Saved."))
    except actions.ReferralMoved:
        messages.warning(request, moved_on())
    return redirect("referrals")


@scheduler
@require_POST
def see_to_warning(request: ClinicRequest, pk: int) -> HttpResponse:
    """Off the board until the next warning; the page names the one that it showed."""
    found = get_object_or_404(_referrals(request), pk=pk)
    stage = next((one for one in WARN_DAYS if str(one) == request.POST.get("stage")), None)
    if stage is not None:
        try:
            actions.see_to_warning(referral=found, stage=stage, by=request.user, now=timezone.now())
            messages.success(request, _("Noted. You are reminded again before the end."))
        except actions.ReferralMoved:
            messages.warning(request, moved_on())
    return redirect("board")


@clinician
@require_safe
def renewal_request(request: ClinicRequest, pk: int) -> HttpResponse:
    """On paper, for VA: what the record says, with room for the clinician's own words."""
    found, now = get_object_or_404(_referrals(request), pk=pk), timezone.now()
    patient = found.patient
    note_access(patient=patient, user=request.user, page="renewal_request", now=now)
    context = {"referral": found, "patient": patient, "clinic": patient.clinic, "now": now}
    context |= {"said": packet_of(found, patient.clinic_date(now))}
    return render(request, "scheduling/referrals/renewal_request.html", context)


def _move(request: ClinicRequest, found: Referral) -> None:
    now, by = timezone.now(), request.user
    closing = CloseReferralForm(request.POST)
    if "renew" in request.POST:
        actions.renew_referral(referral=found, by=by, now=now)
    elif closing.is_valid():
        closed_as = closing.cleaned_data["closing"]
        actions.close_referral(referral=found, closing=closed_as, by=by, now=now)
    else:
        actions.advance_referral(referral=found, by=by, now=now)
