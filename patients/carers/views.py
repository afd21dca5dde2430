"""Who may act for a patient: the same pages for the patient and for the clinic, each with its own way to them."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.core.ratelimit import consume
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ClinicRequest, PatientRequest, clinic, patient
from accounts.fresh_code import is_fresh, way_to_show
from accounts.models import Membership
from patients.care_team.actions.access import note_access
from patients.carers import actions
from patients.carers.forms import InviteCarerForm, ScopeForm
from patients.carers.selectors import lines_of
from patients.models import Carer, Patient

Anybody = PatientRequest | ClinicRequest


@dataclass(frozen=True)
class Way:
    """Of one reader: the patient, or somebody at work, for whom `mine` is empty."""

    about: Patient
    mine: bool

    @property
    def back(self) -> str:
        return reverse("my_data") if self.mine else reverse("person", args=[self.about.pk])

    @property
    def all(self) -> str:
        return reverse("my_carers") if self.mine else reverse("carers", args=[self.about.pk])

    @property
    def invite(self) -> str:
        one = "invite_my_carer" if self.mine else "invite_carer"
        return reverse(one) if self.mine else reverse(one, args=[self.about.pk])

    def to(self, carer: Carer, act: str = "") -> str:
        names = {"": "carer", "end": "end_carer", "link": "send_carer_link"}
        own = {"": "my_carer", "end": "end_my_carer", "link": "send_my_carer_link"}
        return reverse((own if self.mine else names)[act], args=[carer.pk])


def _own(request: PatientRequest) -> Way:
    return Way(request.patient, mine=True)


def _at_work(request: ClinicRequest, pk: int) -> Way:
    seen = Patient.objects.visible_to(request.membership).select_related("clinic")
    about = get_object_or_404(seen, pk=pk)
    note_access(patient=about, user=request.user, page="person", now=timezone.now())
    return Way(about, mine=False)


def _carer(viewer: Patient | Membership, pk: int) -> Carer:
    rows = Carer.objects.visible_to(viewer).select_related("patient__clinic", "invitation", "user")
    return get_object_or_404(rows, pk=pk)


def _way_to(request: ClinicRequest, pk: int) -> tuple[Way, Carer]:
    found = _carer(request.membership, pk)
    return _at_work(request, found.patient_id), found


def _list(request: Anybody, way: Way) -> HttpResponse:
    now = timezone.now()
    rows = Carer.objects.filter(patient=way.about).select_related(
        "user", "invitation", "patient__clinic"
    )
    rows = rows.order_by("-invited_at", "-pk")
    found = [(one, way.to(one), way.to(one, "end"), one.is_current(now)) for one in rows]
    context = {"way": way, "patient": way.about, "carers": found, "now": now}
    return render(request, "patients/carers/carers.html", context)


def _invite(request: Anybody, way: Way) -> HttpResponse:
    now = timezone.now()
    form = InviteCarerForm(request.POST or None, today=way.about.clinic_date(now))
    if form.is_valid() and not consume(request, action="invite_carer", user=request.user):
        form.add_error(None, _("That is all for today. Please go on tomorrow."))
    if form.is_valid():
        try:
            actions.invite_carer(patient=way.about, by=request.user, now=now, **form.cleaned_data)
        except actions.IsThePatient:
            form.say_is_the_patient()
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect(way.all)
    context = {"way": way, "patient": way.about, "form": form}
    status = 422 if form.errors else 200
    return render(request, "patients/carers/invite_carer.html", context, status=status)


def _change(request: Anybody, way: Way, carer: Carer) -> HttpResponse:
    now = timezone.now()
    given = {name: getattr(carer, name) for name in actions.SCOPE} | {"until": carer.last_day}
    form = ScopeForm(request.POST or None, initial=given, today=way.about.clinic_date(now))
    if form.is_valid():
        try:
            actions.change_carer(carer=carer, now=now, **form.cleaned_data)
        except actions.Ended:
            messages.info(request, _("It has ended already."))
        else:
            messages.success(request, _("Saved."))
        return redirect(way.to(carer))
    context = {
        "way": way, "patient": way.about, "carer": carer, "form": form, "now": now,
        "end": way.to(carer, "end"), "link": way.to(carer, "link"), "lines": lines_of(carer),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "patients/carers/carer.html", context, status=status)


def _end(request: Anybody, way: Way, carer: Carer) -> HttpResponse:
    actions.end_carer(carer=carer, by=request.user, now=timezone.now())
    messages.success(request, _("%(name)s can open nothing here any more.") % {"name": carer})
    return redirect(way.all)


def _send(request: Anybody, way: Way, carer: Carer) -> HttpResponse:
    try:
        sent = actions.send_link_again(carer=carer, by=request.user, now=timezone.now())
    except actions.Ended:
        sent = False
    if sent:
        words = _("A new link is on its way to %(email)s.") % {"email": carer.invitation.email}
        messages.success(request, words)
    else:
        messages.info(request, _("Nothing was sent: the link was used, or just sent."))
    return redirect(way.to(carer))


@patient
@require_safe
def my_carers(request: PatientRequest) -> HttpResponse:
    return _list(request, _own(request))


@patient
@require_http_methods(["GET", "POST"])
def invite_my_carer(request: PatientRequest) -> HttpResponse:
    """A phone that lies on a table lets nobody in for good: first it is shown that it is still they."""
    if not is_fresh(request, timezone.now()):
        return redirect(way_to_show(request))
    return _invite(request, _own(request))


@patient
@require_http_methods(["GET", "POST"])
def my_carer(request: PatientRequest, pk: int) -> HttpResponse:
    found = _carer(request.patient, pk)
    if request.method == "POST" and not is_fresh(request, timezone.now()):
        return redirect(way_to_show(request))
    return _change(request, _own(request), found)


@patient
@require_POST
def end_my_carer(request: PatientRequest, pk: int) -> HttpResponse:
    return _end(request, _own(request), _carer(request.patient, pk))


@patient
@require_POST
def send_my_carer_link(request: PatientRequest, pk: int) -> HttpResponse:
    return _send(request, _own(request), _carer(request.patient, pk))


@clinic
@require_safe
def carers(request: ClinicRequest, pk: int) -> HttpResponse:
    return _list(request, _at_work(request, pk))


@clinic
@require_http_methods(["GET", "POST"])
def invite_carer(request: ClinicRequest, pk: int) -> HttpResponse:
    return _invite(request, _at_work(request, pk))


@clinic
@require_http_methods(["GET", "POST"])
def carer(request: ClinicRequest, pk: int) -> HttpResponse:
    return _change(request, *_way_to(request, pk))


@clinic
@require_POST
def end_carer(request: ClinicRequest, pk: int) -> HttpResponse:
    return _end(request, *_way_to(request, pk))


@clinic
@require_POST
def send_carer_link(request: ClinicRequest, pk: int) -> HttpResponse:
    return _send(request, *_way_to(request, pk))
