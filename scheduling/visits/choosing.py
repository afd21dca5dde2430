"""What the pages on which staff choose a time have in common."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.access import ClinicRequest
from patients.models import Patient
from scheduling import slots
from scheduling.models import VisitType
from scheduling.visits.actions.locks import Busy, Refused
from scheduling.visits.forms import SlotForm
from scheduling.visits.timetable import timetable

WEEK = timedelta(days=7)
YEAR = timedelta(days=364)


def slot_form(request: ClinicRequest, patient: Patient, kind: VisitType | None) -> SlotForm:
    data = request.POST if request.method == "POST" else None
    return SlotForm(data, clinic=patient.clinic, kind=kind)


def chosen_kind(
    request: ClinicRequest, kinds: Iterable[VisitType], otherwise: VisitType | None
) -> VisitType | None:
    """The type that the address names (`?type=3`); posted forms keep their address."""
    asked = request.GET.get("type", "")
    return next((kind for kind in kinds if str(kind.pk) == asked), otherwise)


def week_of(request: ClinicRequest, patient: Patient, kind: VisitType | None) -> dict[str, Any]:
    """The chosen week and clinician (`?week=2027-01-11&clinician=7`) as a table of free times."""
    now = timezone.now()
    clinic = patient.clinic
    today = patient.clinic_date(now)
    monday = _monday(request.GET.get("week"), today)
    offered = slots.offered(clinic, monday, monday + WEEK - date.resolution, kind=kind)
    people = slots.clinicians(clinic, offered)
    chosen = next(
        (one for one in people if str(one.pk) == request.GET.get("clinician")),
        people[0] if people else None,
    )
    to_come = (slot for slot in offered if slot.starts > now)
    own = [slot for slot in to_come if chosen and slot.clinician == chosen.pk]
    free = slots.free(clinic, own, patient=patient, now=now, kind=kind)
    return {
        "clinic": clinic,
        "patient": patient,
        "kind": kind,
        "same": urlencode(
            {"clinician": chosen.pk if chosen else "", "type": kind.pk if kind else ""}
        ),
        "monday": monday,
        "week_before": monday - WEEK if monday > today else None,
        "week_after": monday + WEEK,
        "clinicians": people,
        "chosen": chosen,
        "table": timetable(own, free, clinic.zone),
    }


def refusal(refused: Refused, patient: Patient) -> dict[str, Any]:
    """What to say when a time could not be taken, and what to offer instead."""
    if isinstance(refused, Busy):
        words = _("Somebody else is booking just now. Please try again.")
    else:
        words = _("That time has just been taken.")
    return {"refusal": words, "next_free": slots.name(patient.clinic, refused.next_free)}


def moved_on() -> str:
    return _("A colleague changed this in the meantime. Here is how it stands now.")


def status_of(form: SlotForm) -> int:
    return 422 if form.errors else 200


def _monday(chosen: str | None, today: date) -> date:
    """The Monday of the week asked for, from this week to a year on; this week's otherwise."""
    try:
        day = parse_date(chosen or "") or today
    except ValueError:
        day = today
    day = min(max(day, today), today + YEAR)
    return day - timedelta(days=day.weekday())
