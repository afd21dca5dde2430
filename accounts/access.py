"""Who may call a view: the whole vocabulary on one page.

Two questions in this order: the audience (a decorator on the view; wrong role: 403) and whose row
(`visible_to` on the query; a stranger's row: 404). Both go by one hat: the membership in the clinic
where somebody works now, or the patient that they are or care for. The decorator says which (`request.membership`,
`request.patient`), and `visible_to` takes nothing else (docs/adr/0011). The access matrix in tests/
walks every URL and fails on a view without an audience.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from accounts.home import Scope, at_home, is_meant_for, scope_of, settle
from accounts.languages import spoken
from accounts.models import Membership, User
from accounts.opened_by import opened_at, shown_by
from accounts.resume_form import keep
from accounts.workplace import workplace

if TYPE_CHECKING:
    from patients.models import Patient

P = ParamSpec("P")
SAFE = {"GET", "HEAD", "OPTIONS"}


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
    """A request by a patient, about the record of `patient`, their own; or by a carer of theirs, whose scope
    is `patient.carer`."""

    patient: Patient


View = Callable[Concatenate[Any, P], HttpResponseBase]


def named(
    view: View[P],
    audience: Audience,
    reads: tuple[Scope, ...] = (),
    writes: tuple[Scope, ...] = (),
) -> View[P]:
    """Says whose the view is, as the access matrix reads; a program of another house is asked in
    exchange/access.py."""
    said = cast(Any, view)
    said.audience, said.carer_reads, said.carer_writes = audience, reads, writes
    return view


def public(view: View[P]) -> View[P]:
    """Anybody, signed in or not."""
    return named(login_not_required(view), Audience.PUBLIC)


def program(view: View[P]) -> View[P]:
    """A program of another house, without a session; the view itself asks who it is."""
    return named(login_not_required(view), Audience.SYSTEM)


def person(view: View[P]) -> View[P]:
    """Anybody who is signed in, about their own account; the middleware asks for the signing in."""
    return named(view, Audience.PERSON)


def patient(view: View[P]) -> View[P]:
    """The patient, about their own record; no carer."""
    return _at_home(view, (), ())


def patient_or_carer(*reads: Scope, writes: Scope | None = None) -> Callable[[View[P]], View[P]]:
    """The patient, and a carer with one of these scopes; to send something, with `writes` where it is named."""

    def decorate(view: View[P]) -> View[P]:
        return _at_home(view, reads, (writes,) if writes else reads)

    return decorate


def _at_home(view: View[P], reads: tuple[Scope, ...], writes: tuple[Scope, ...]) -> View[P]:
    @wraps(view)
    def guarded(request: PatientRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        is_sent = request.method not in SAFE
        refusal = _refusal(request, writes if is_sent else reads, is_sent)
        if refusal is not None:
            return refusal
        answer = view(request, *args, **kwargs)
        if request.patient.carer is not None and answer.status_code < HTTPStatus.BAD_REQUEST:
            _note(request, "did" if is_sent else "saw")
        return answer

    return named(guarded, Audience.PATIENT, reads, writes)


def _refusal(
    request: PatientRequest, scopes: tuple[Scope, ...], is_sent: bool
) -> HttpResponse | None:
    """None lets in, about `request.patient`. Raises PermissionDenied for those who are nobody's voice."""
    if not request.user.speaks_for:
        raise PermissionDenied
    if opened_at(request) is not None:
        return redirect("sign_on_needed")
    own = at_home(request)
    if own is None or (is_sent and not is_meant_for(request, own)):
        return _ask_for_whom(request)
    settle(request, own)
    request.patient = own
    if request.user.working_memberships:
        _leave_work(own)
    may = scope_of(own)
    if own.carer is None or any(needed in may for needed in scopes):
        return None
    return render(request, "accounts/carer_may_not.html", {"patient": own}, status=403)


def _note(request: PatientRequest, what: str) -> None:
    """What a carer saw and did: a line of who looked, for the patient and the clinic. The table is one of the
    app above."""
    page = getattr(request.resolver_match, "url_name", "")
    request.patient.accesses.create(user=request.user, page=f"{what}:{page}", at=timezone.now())


def _ask_for_whom(request: PatientRequest) -> HttpResponse:
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
