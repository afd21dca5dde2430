"""My data: the copy to take away, who opened my record, how to reach me, closing the account."""

from __future__ import annotations

from contextlib import suppress

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import resume_form
from accounts.access import PatientRequest, patient
from patients.care_team.access_history import accesses
from patients.models import AccessLog, ClosureRequest
from patients.portal.actions.my_data import NotOpen, ask_to_close, change_contact, change_place
from patients.portal.actions.my_data import withdraw_closure as withdraw_closure_action
from patients.portal.forms.my_data import CloseAccountForm, ContactForm, PlaceForm

PAGE = 50


@patient
@require_safe
def my_data(request: PatientRequest) -> HttpResponse:
    context = {"waiting": _waiting(request)}
    return render(request, "patients/portal/my_data.html", context)


def _waiting(request: PatientRequest) -> ClosureRequest | None:
    mine = ClosureRequest.objects.visible_to(request.patient)
    return mine.waiting().first()


@patient
@require_safe
def access_history(request: PatientRequest) -> HttpResponse:
    """Who opened my record, the newest first."""
    own = request.patient
    mine = AccessLog.objects.visible_to(request.patient).filter(patient=own)
    rows = mine.select_related("user", "system").order_by("-at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "accesses": accesses(page.object_list, own.clinic)}
    return render(request, "patients/portal/access_history.html", context)


@patient
@require_http_methods(["GET", "POST"])
def my_phone(request: PatientRequest) -> HttpResponse:
    own = request.patient
    form = ContactForm(
        request.POST if request.method == "POST" else resume_form.take(request),
        initial={
            "phone": own.phone,
            "reach": own.reach,
            "shown_as": own.shown_as,
            resume_form.FIELD: resume_form.seal(request.patient),
        },
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        change_contact(
            patient=own,
            phone=said["phone"],
            reach=said["reach"] or own.reach,
            shown_as=said["shown_as"] or own.shown_as,
        )
        messages.success(request, _("Saved."))
        return redirect("my_data")
    status = 422 if request.method == "POST" else 200
    page = {"form": form, "title": _("How we reach you")}
    return render(request, "patients/portal/my_detail.html", page, status=status)


@patient
@require_http_methods(["GET", "POST"])
def my_place(request: PatientRequest) -> HttpResponse:
    own = request.patient
    form = PlaceForm(
        request.POST if request.method == "POST" else resume_form.take(request),
        initial={
            "address": own.address,
            "time_zone": own.time_zone,
            resume_form.FIELD: resume_form.seal(own),
        },
        zone=own.time_zone,
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        change_place(patient=own, address=said["address"], time_zone=said["time_zone"])
        messages.success(request, _("Saved."))
        return redirect("my_data")
    status = 422 if request.method == "POST" else 200
    page = {"form": form, "title": _("Where you live")}
    return render(request, "patients/portal/my_detail.html", page, status=status)


@patient
@require_http_methods(["GET", "POST"])
def close_account(request: PatientRequest) -> HttpResponse:
    """What is kept and why; then the request goes to the clinic."""
    form = CloseAccountForm(
        request.POST if request.method == "POST" else resume_form.take(request),
        initial={resume_form.FIELD: resume_form.seal(request.patient)},
    )
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        ask_to_close(patient=request.patient, reason=reason, now=timezone.now())
        return redirect("close_account")
    context = {"form": form, "waiting": _waiting(request)}
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/portal/close_account.html", context, status=status)


@patient
@require_POST
def withdraw_closure(request: PatientRequest) -> HttpResponse:
    waiting = _waiting(request)
    if waiting is not None:
        with suppress(NotOpen):  # a second tap at the same moment: it is withdrawn
            withdraw_closure_action(request=waiting, now=timezone.now())
        messages.success(request, _("Your request is withdrawn. Your account stays as it is."))
    return redirect("my_data")
