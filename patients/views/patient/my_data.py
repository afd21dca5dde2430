"""My data: the copy to take away, who opened my record, how to reach me, closing the account."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import kept
from accounts.access import Request, patient
from patients import actions
from patients.forms.my_data import CloseAccountForm, ContactForm
from patients.models import AccessLog, ClosureRequest
from patients.reading.openings import openings

PAGE = 50


@patient
@require_safe
def my_data(request: Request) -> HttpResponse:
    context = {"waiting": _waiting(request)}
    return render(request, "patients/my_data.html", context)


def _waiting(request: Request) -> ClosureRequest | None:
    mine = ClosureRequest.objects.visible_to(request.user).filter(patient=request.user.patient)
    return mine.waiting().first()


@patient
@require_safe
def record_openings(request: Request) -> HttpResponse:
    """Who opened my record, the newest first."""
    own = request.user.patient
    mine = AccessLog.objects.visible_to(request.user).filter(patient=own)
    rows = mine.select_related("user").order_by("-at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "openings": openings(page.object_list, own.clinic)}
    return render(request, "patients/record_openings.html", context)


@patient
@require_http_methods(["GET", "POST"])
def my_phone(request: Request) -> HttpResponse:
    own = request.user.patient
    form = ContactForm(
        request.POST if request.method == "POST" else kept.take(request),
        initial={"phone": own.phone, "reach": own.reach, kept.FIELD: kept.seal(request.user)},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.change_contact(patient=own, phone=said["phone"], reach=said["reach"] or own.reach)
        messages.success(request, _("Saved."))
        return redirect("my_data")
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/my_phone.html", {"form": form}, status=status)


@patient
@require_http_methods(["GET", "POST"])
def close_account(request: Request) -> HttpResponse:
    """What is kept and why; then the request goes to the clinic."""
    form = CloseAccountForm(
        request.POST if request.method == "POST" else kept.take(request),
        initial={kept.FIELD: kept.seal(request.user)},
    )
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.ask_to_close(patient=request.user.patient, reason=reason, now=timezone.now())
        return redirect("close_account")
    context = {"form": form, "waiting": _waiting(request)}
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/close_account.html", context, status=status)


@patient
@require_POST
def withdraw_closure(request: Request) -> HttpResponse:
    waiting = _waiting(request)
    if waiting is not None:
        actions.withdraw_closure(request=waiting, now=timezone.now())
        messages.success(request, _("Taken back. Your account stays as it is."))
    return redirect("my_data")
