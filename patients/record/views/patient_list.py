"""The clinic's patients: found by name, number or date of birth, narrowed, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ClinicRequest, clinic
from patients.finding.asked import meant
from patients.models import Flag, Patient
from patients.queries.records import CLINICIAN, PatientQuerySet
from patients.record.sealed_search import sealed, words_of
from patients.record.selectors.patient_list import (
    SILENT_DAYS,
    STATUSES,
    in_tier,
    patient_rows,
    searched,
    silent,
    with_status,
)

PAGE = 25
FOUND = 8  # of a search: somebody is meant, and the rest is on the next page


@dataclass(frozen=True)
class PatientSearch:
    """What was asked for; None or empty is everybody. Only clinicians can filter by status."""

    words: str
    tier: int | None = None
    status: int | None = None
    silent: int | None = None
    after: int | None = None

    @classmethod
    def of(cls, request: ClinicRequest) -> PatientSearch:
        """From the address, or from the form, where the words are not sealed yet."""
        is_typed = request.method == "POST"
        given = request.POST if is_typed else request.GET
        read = searched if is_typed else words_of
        words, after = read(given.get("q", "")), _number(given.get("after", ""))
        if request.membership.role != CLINICIAN:
            return cls(words, after=after)
        tier, status, days = (_number(given.get(key, "")) for key in ("tier", "status", "silent"))
        return cls(
            words,
            tier=tier if tier in range(6) else None,
            status=status if status in STATUSES else None,
            silent=days if days in SILENT_DAYS else None,
            after=after,
        )

    def narrow(self, patients: PatientQuerySet, today: date) -> PatientQuerySet:
        if self.words:
            patients = patients.sought(meant(self.words, today))
        if self.tier is not None:
            patients = in_tier(patients, self.tier)
        if self.status is not None:
            patients = with_status(patients, self.status)
        return patients if self.silent is None else silent(patients, self.silent, today)

    def address(self, after: int | None = None) -> str:
        asked = {
            "q": sealed(self.words) or None, "tier": self.tier, "status": self.status,
            "silent": self.silent, "after": after,
        }  # fmt: skip
        return urlencode({key: value for key, value in asked.items() if value is not None})


def _number(words: str) -> int | None:
    return (
        int(words) if words.isascii() and words.isdigit() and len(words) < len("9" * 19) else None
    )


@clinic
@require_http_methods(["GET", "HEAD", "POST"])
def patient_list(request: ClinicRequest) -> HttpResponse:
    asked, home = PatientSearch.of(request), request.membership.clinic
    if request.method == "POST":
        return redirect(f"{request.path}?{asked.address()}")
    today = timezone.now().astimezone(home.zone).date()
    visible = Patient.objects.visible_to(request.membership)
    page = FOUND if asked.words else PAGE
    found = list(_from(asked, visible, today)[: page + 1])
    shown = found[:page]
    context: dict[str, Any] = {
        "asked": asked,
        "patients": shown,
        "next_page": asked.address(after=shown[-1].pk) if len(found) > page else "",
        "first_page": asked.address(),
        "statuses": STATUSES.items(),
        "silences": SILENT_DAYS,
        "emergencies": home.care_team_only and request.membership.role == CLINICIAN,
    }
    if request.membership.role == CLINICIAN:
        context["rows"] = patient_rows(shown, _flags(request, shown), today)
    return render(request, "patients/record/patient_list.html", context)


def _from(asked: PatientSearch, visible: PatientQuerySet, today: date) -> PatientQuerySet:
    """In the order of names, behind the patient with whom the last page ended."""
    ordered = asked.narrow(visible, today).order_by("name_key", "pk")
    last = visible.filter(pk=asked.after).first() if asked.after else None
    if last is None:
        return ordered
    return ordered.filter(Q(name_key__gt=last.name_key) | Q(name_key=last.name_key, pk__gt=last.pk))


def _flags(request: ClinicRequest, shown: list[Patient]) -> Any:
    """Open flags, the worst of each patient last."""
    flags = Flag.objects.visible_to(request.membership).open().filter(episode__patient__in=shown)
    return flags.select_related("episode").order_by("severity", "-due_at", "pk")
