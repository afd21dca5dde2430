"""Care teams, for the administrator: who cares for whom, who stands in, which records were opened."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Exists, F, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ClinicRequest, administrator
from patients.care_team.actions.care_team import (
    end_cover,
    join_care_team,
    leave_care_team,
    set_care_team_only,
    set_next_contact,
    start_care_teams,
)
from patients.care_team.actions.care_team import set_cover as set_cover_action
from patients.care_team.forms import CoverForm, MemberForm, SettingsForm
from patients.models import BreakGlass, CareTeamMember, Cover, Patient

SHOWN = 50


def _context(request: ClinicRequest, form: CoverForm | None = None) -> dict[str, Any]:
    clinic, now = request.membership.clinic, timezone.now()
    on_a_team = CareTeamMember.objects.current(now).filter(patient=OuterRef("pk"))
    patients = Patient.objects.visible_to(request.membership)
    alone = patients.filter(~Exists(on_a_team)).order_by("name_key", "pk")
    members = ("absent__user", "membership__user")
    opened = BreakGlass.objects.visible_to(request.membership)
    return {
        "clinic": clinic,
        "alone": alone[:SHOWN],
        "alone_count": alone.count(),
        "covers": Cover.objects.visible_to(request.membership)
        .not_over(now)
        .select_related(*members),
        "opened": opened.select_related("patient", "membership__user").order_by("-at")[:SHOWN],
        "cover_form": form or CoverForm(clinic=clinic, absent=None),
        "contact_form": SettingsForm(initial={"next_alert_email": clinic.next_alert_email}),
        "now": now,
    }


@administrator
@require_safe
def care_teams(request: ClinicRequest) -> HttpResponse:
    return render(request, "patients/care_team/care_teams.html", _context(request))


@administrator
@require_POST
def switch_care_teams(request: ClinicRequest) -> HttpResponse:
    on = request.POST.get("on") == "1"
    set_care_team_only(clinic=request.membership.clinic, on=on)
    if on:
        messages.success(request, _("From now on clinicians see their own patients only."))
    else:
        messages.success(request, _("From now on clinicians see all patients of the clinic."))
    return redirect("care_teams")


@administrator
@require_POST
def start_teams(request: ClinicRequest) -> HttpResponse:
    """Teams for those who have none, from who treats whom."""
    clinic = request.membership.clinic
    number = start_care_teams(clinic=clinic, by=request.user, now=timezone.now())
    words = ngettext(
        "%(number)s patient has a care team now.",
        "%(number)s patients have a care team now.",
        number,
    )
    messages.success(request, words % {"number": number})
    return redirect("care_teams")


@administrator
@require_POST
def next_contact(request: ClinicRequest) -> HttpResponse:
    form = SettingsForm(request.POST)
    if form.is_valid():
        email = form.cleaned_data["next_alert_email"]
        set_next_contact(clinic=request.membership.clinic, email=email)
        messages.success(request, _("The next contact is saved."))
    else:
        messages.warning(request, _("Give a complete e-mail address."))
    return redirect("care_teams")


@administrator
@require_POST
def cover_for(request: ClinicRequest) -> HttpResponse:
    form = CoverForm(request.POST, clinic=request.membership.clinic, absent=None)
    if not form.is_valid():
        return render(
            request, "patients/care_team/care_teams.html", _context(request, form), status=422
        )
    set_cover(request, form)
    return redirect("care_teams")


def set_cover(request: ClinicRequest, form: CoverForm) -> None:
    chosen = form.cleaned_data
    cover = set_cover_action(
        absent=chosen["absent"],
        membership=chosen["membership"],
        period=form.period,
        by=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("Saved: %(cover)s.") % {"cover": cover})


@administrator
@require_POST
def end_cover_for(request: ClinicRequest, pk: int) -> HttpResponse:
    end_cover(
        cover=get_object_or_404(Cover.objects.visible_to(request.membership), pk=pk),
        now=timezone.now(),
    )
    messages.success(request, _("The cover has ended."))
    return redirect("care_teams")


@administrator
@require_http_methods(["GET", "POST"])
def care_team(request: ClinicRequest, pk: int) -> HttpResponse:
    """One patient's team: who is on it, who was, and whom to add."""
    patients = Patient.objects.visible_to(request.membership).select_related("clinic")
    return team_page(request, get_object_or_404(patients, pk=pk), leave="leave_team")


def team_page(request: ClinicRequest, patient: Patient, *, leave: str) -> HttpResponse:
    """The administrator's and the clinicians'; `leave` names the page that takes somebody off."""
    form = MemberForm(request.POST or None, clinic=patient.clinic)
    if form.is_valid():
        colleague = form.cleaned_data["membership"]
        member = join_care_team(
            patient=patient, membership=colleague, by=request.user, now=timezone.now()
        )
        messages.success(request, _("%(name)s is on the care team.") % {"name": member})
        return redirect(request.path)
    members = CareTeamMember.objects.visible_to(request.membership).filter(patient=patient)
    context = {
        "patient": patient,
        "form": form,
        "leave": leave,
        "members": members.select_related("membership__user", "added_by", "ended_by").order_by(
            F("until").desc(nulls_first=True), "since"
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "patients/care_team/care_team.html", context, status=status)


@administrator
@require_POST
def leave_team(request: ClinicRequest, pk: int) -> HttpResponse:
    members = CareTeamMember.objects.visible_to(request.membership).select_related(
        "membership__user"
    )
    member = get_object_or_404(members, pk=pk)
    leave_care_team(member=member, by=request.user, now=timezone.now())
    messages.success(request, _("%(name)s is no longer on the care team.") % {"name": member})
    return redirect("care_team", pk=member.patient_id)
