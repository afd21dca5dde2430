"""The waitlist: who is in line, who has a time to answer, and the answer of those who are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ClinicRequest, scheduler
from patients.care_team.actions.access import note_access
from patients.models import Patient
from scheduling.models import Consultation, WaitlistEntry, WaitlistOffer
from scheduling.visits.actions.locks import Busy, MovedOn, Refused
from scheduling.visits.choosing import moved_on
from scheduling.waitlist.actions.answering import (
    InLineAlready,
    accept_offered,
    let_go,
)
from scheduling.waitlist.actions.answering import join_waitlist as join
from scheduling.waitlist.actions.answering import leave_waitlist as leave
from scheduling.waitlist.forms import JoinForm
from scheduling.waitlist.selectors import answered_lately, in_line, kept_times, lines

PAGE = 50


@scheduler
@require_safe
def waitlist(request: ClinicRequest) -> HttpResponse:
    now, viewer = timezone.now(), request.membership
    page = Paginator(in_line(viewer), PAGE).get_page(request.GET.get("page"))
    context = {
        "clinic": viewer.clinic,
        "now": now,
        "kept": kept_times(viewer, now),
        "page": page,
        "lines": lines(page.object_list, viewer),
        "answered": answered_lately(viewer),
    }
    return render(request, "scheduling/waitlist/waitlist.html", context)


@scheduler
@require_http_methods(["GET", "POST"])
def join_waitlist(request: ClinicRequest, pk: int) -> HttpResponse:
    mine = Patient.objects.visible_to(request.membership).select_related("clinic", "user")
    patient, now = get_object_or_404(mine, pk=pk), timezone.now()
    note_access(patient=patient, user=request.user, page="waitlist", now=now)
    ahead = Consultation.objects.visible_to(request.membership).ahead(now).filter(patient=patient)
    data = request.POST if request.method == "POST" else None
    form = JoinForm(data, patient=patient, visits=ahead, initial=_asked(request, patient))
    if form.is_valid():
        try:
            join(patient=patient, by=request.user, now=now, **form.cleaned_data)
            messages.success(request, _("%(name)s is on the waitlist.") % {"name": patient})
            return redirect("waitlist")
        except InLineAlready:
            form.add_error("visit_type", _("They are in line for a visit of this type already."))
    context = {"form": form, "patient": patient, "clinic": patient.clinic}
    status = 422 if form.errors else 200
    return render(request, "scheduling/waitlist/join_waitlist.html", context, status=status)


def _asked(request: ClinicRequest, patient: Patient) -> dict[str, Any]:
    """The visit that the address names (`?visit=7&type=3`), and how they are reached."""
    reach = WaitlistEntry.Reach.EMAIL if patient.user else WaitlistEntry.Reach.PHONE
    if patient.reach == Patient.Reach.PHONE:
        reach = WaitlistEntry.Reach.PHONE
    asked = {"visit": request.GET.get("visit"), "visit_type": request.GET.get("type")}
    return {"reach": reach} | {name: value for name, value in asked.items() if value}


@scheduler
@require_POST
def leave_waitlist(request: ClinicRequest, pk: int) -> HttpResponse:
    mine = WaitlistEntry.objects.visible_to(request.membership).select_related("patient")
    entry = get_object_or_404(mine, pk=pk)
    try:
        leave(entry=entry, by=request.user, now=timezone.now())
        words = _("%(name)s is not on the waitlist any more.")
        messages.success(request, words % {"name": entry.patient})
    except Busy:
        messages.warning(request, moved_on())
    return redirect("waitlist")


@scheduler
@require_POST
def accept_kept(request: ClinicRequest, pk: int) -> HttpResponse:
    """They said yes on the phone."""

    def accept(offer: WaitlistOffer) -> None:
        accept_offered(offer=offer, by=request.user, now=timezone.now())

    return _answer(request, pk, accept, _("Booked: %(name)s."))


@scheduler
@require_POST
def let_kept_go(request: ClinicRequest, pk: int) -> HttpResponse:
    """They said no, or nobody answers: the next in line gets the time."""

    def release(offer: WaitlistOffer) -> None:
        let_go(offer=offer, answer=WaitlistOffer.Answer.RELEASED, now=timezone.now())

    words = _("The time is free for the next in line. %(name)s stays on the waitlist.")
    return _answer(request, pk, release, words)


def _answer(
    request: ClinicRequest, pk: int, act: Callable[[WaitlistOffer], None], said: str
) -> HttpResponse:
    mine = WaitlistOffer.objects.visible_to(request.membership).select_related("entry__patient")
    offer = get_object_or_404(mine, pk=pk)
    try:
        act(offer)
        messages.success(request, said % {"name": offer.entry.patient})
    except (Refused, MovedOn):
        messages.warning(request, moved_on())
    return redirect("waitlist")
