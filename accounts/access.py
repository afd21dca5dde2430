"""Who may call a view: the whole vocabulary on one page.

Two questions in this order: the audience (a decorator on the view; wrong role: 403) and whose row
(`visible_to` on the query; a stranger's row: 404). Both go by one hat: the membership in the clinic
where somebody works now, or the patient that they are. The decorator says which (`request.membership`,
`request.patient`), and `visible_to` takes nothing else (docs/adr/0011). The access matrix in tests/
walks every URL and fails on a view without an audience.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from accounts.home import at_home
from accounts.languages import spoken
from accounts.models import Membership, User
from accounts.opened_by import opened_at, shown_by
from accounts.resume_form import keep
from accounts.workplace import workplace

if TYPE_CHECKING:
    from patients.models import Patient

P = ParamSpec("P")


class Audience(StrEnum):
    PUBLIC = "public"
    PERSON = "person"
    PATIENT = "patient"
    CLINICIAN = "clinician"
    SCHEDULER = "scheduler"
    ADMINISTRATOR = "administrator"
    DESK = "desk"
    REFERRING = "referring"
    CLINIC = "clinic"
    SYSTEM = "system"


class Request(HttpRequest):
    """A request that has passed an audience: somebody is signed in."""

    user: User
    htmx: HtmxDetails


class ClinicRequest(Request):
    """A request by somebody at work in the clinic of `membership`, with a second factor."""

    membership: Membership


class PatientRequest(Request):
    """A request by a patient, about the record of `patient`, their own."""

    patient: Patient


View = Callable[Concatenate[Any, P], HttpResponseBase]


def named(view: View[P], audience: Audience) -> View[P]:
    """Says whose the view is; a program of another house is asked in exchange/access.py."""
    cast(Any, view).audience = audience
    return view


def public(view: View[P]) -> View[P]:
    """Anybody, signed in or not."""
    return named(login_not_required(view), Audience.PUBLIC)


def person(view: View[P]) -> View[P]:
    """Anybody who is signed in, about their own account; the middleware asks for the signing in."""
    return named(view, Audience.PERSON)


def patient(view: View[P]) -> View[P]:
    """The patient, or who speaks for them, about that record."""

    @wraps(view)
    def guarded(request: PatientRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.speaks_for:
            raise PermissionDenied
        if opened_at(request) is not None:
            return redirect("sign_on_needed")
        own = at_home(request)
        if own is None:
            return _ask_for_whom(request)
        request.patient = own
        if request.user.working_memberships:
            _leave_work(request.patient)
        return view(request, *args, **kwargs)

    return named(guarded, Audience.PATIENT)


def _ask_for_whom(request: PatientRequest) -> HttpResponseBase:
    """What was posted waits for the patient for whom it was meant."""
    page = reverse("choose_home")
    if request.method == "POST" and not keep(request):
        return redirect(page)
    return redirect(f"{page}?{urlencode({'next': request.path})}")


def _leave_work(own: Patient) -> None:
    """Staff read their own patient pages in their own language and time zone."""
    translation.activate(spoken(own.language))
    timezone.activate(own.zone)


def _working(audience: Audience, *roles: str) -> Callable[[View[P]], View[P]]:
    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(
            request: ClinicRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            membership = workplace(request)
            if membership is None or (roles and membership.role not in roles):
                raise PermissionDenied
            shown = shown_by(request, request.user.pk)
            is_bound = membership.role in membership.clinic.sign_on_roles
            if is_bound and membership.clinic_id not in shown.shown:
                return redirect("sign_on_needed")
            if not request.user.has_second_factor and membership.clinic_id not in shown.two_steps:
                messages.info(request, _("First, set up a second step for signing in."))
                return redirect("mfa_index")
            request.membership = membership
            return view(request, *args, **kwargs)

        return named(guarded, audience)

    return decorate


clinician = _working(Audience.CLINICIAN, Membership.Role.CLINICIAN)
scheduler = _working(Audience.SCHEDULER, Membership.Role.SCHEDULER)
administrator = _working(Audience.ADMINISTRATOR, Membership.Role.ADMINISTRATOR)
desk = _working(Audience.DESK, Membership.Role.SCHEDULER, Membership.Role.ADMINISTRATOR)
referring = _working(Audience.REFERRING, Membership.Role.CLINICIAN, Membership.Role.ADMINISTRATOR)
clinic = _working(Audience.CLINIC)
